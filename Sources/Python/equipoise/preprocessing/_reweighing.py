"""Weights that make the label independent of the group."""

from __future__ import annotations

from typing import Any

from .._unknown import Unknown
from ._base import Preprocessor


class Reweighing(Preprocessor):
    """Weights that make the label independent of the group: P(group)·P(label) / P(group, label).

    F. Kamiran, T. Calders, Data preprocessing techniques for classification without
    discrimination, KAIS 2012.

    A Pipeline of scikit-learn drops the weights, so `fit_transform` refuses: use
    ``Preprocessed(estimator, Reweighing())``.

    Examples
    --------
    >>> import numpy as np
    >>> from equipoise.preprocessing import Reweighing
    >>> y, group = np.array([1, 1, 0, 0, 1, 0]), np.array([0, 0, 0, 1, 1, 1])
    >>> X = np.arange(6.0)[:, None]
    >>> _, _, weight = Reweighing().fit_resample(X, y, sensitive_features=group)
    >>> rates = [np.average(y[group == g], weights=weight[group == g]) for g in (0, 1)]
    >>> bool(abs(rates[0] - rates[1]) < 1e-12)
    True
    """

    def __init__(self, *, unknown: Unknown = "error") -> None:
        self.unknown: Unknown = unknown

    def _method(self) -> str:
        return "reweighing"

    def _options(self) -> dict[str, Any]:
        return {}
