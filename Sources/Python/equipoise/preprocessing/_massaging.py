"""Labels of training rows turned over."""

from __future__ import annotations

from typing import Any, Literal

from .._unknown import Unknown
from ._base import Preprocessor


class Massaging(Preprocessor):
    """Changes the labels nearest to the border until all groups have the same share of positives.

    F. Kamiran, T. Calders, Classifying without discriminating, IC4 2009.

    Examples
    --------
    >>> import numpy as np
    >>> from equipoise.preprocessing import Massaging
    >>> y, group = np.array([1, 1, 0, 0, 1, 0, 1, 1]), np.array([0, 0, 0, 0, 1, 1, 1, 1])
    >>> X = np.arange(8.0)[:, None]
    >>> _, labels, _ = Massaging().fit_resample(X, y, sensitive_features=group)
    >>> int(labels.sum()) == int(y.sum())
    True
    """

    def __init__(
        self, target: Literal["overall", "lowest", "highest"] | str = "overall", *,
        unknown: Unknown = "error",
    ) -> None:
        self.target = target
        self.unknown: Unknown = unknown

    def _method(self) -> str:
        return "massaging"

    def _options(self) -> dict[str, Any]:
        return {"target": self.target}
