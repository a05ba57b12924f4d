"""Columns with one distribution in every group."""

from __future__ import annotations

from typing import Any

from .._unknown import Unknown
from ._base import Preprocessor


class DisparateImpactRemover(Preprocessor):
    """Moves each column to the median of the groups' quantiles; new rows need their groups.

    M. Feldman, S. A. Friedler, J. Moeller, C. Scheidegger, S. Venkatasubramanian, Certifying and
    removing disparate impact, KDD 2015.

    Examples
    --------
    >>> import numpy as np
    >>> from equipoise.preprocessing import DisparateImpactRemover
    >>> group = np.repeat([0, 1], 50)
    >>> X = np.arange(100.0)[:, None]
    >>> y = (np.arange(100) % 2).astype(int)
    >>> moved = DisparateImpactRemover().fit_transform(X, y, sensitive_features=group)
    >>> bool(abs(np.median(moved[group == 0]) - np.median(moved[group == 1])) < 1)
    True
    """

    def __init__(self, repair_level: float = 1.0, *, unknown: Unknown = "error") -> None:
        self.repair_level = repair_level
        self.unknown: Unknown = unknown

    def _method(self) -> str:
        return "disparate-impact-remover"

    def _options(self) -> dict[str, Any]:
        return {"repair_level": self.repair_level}
