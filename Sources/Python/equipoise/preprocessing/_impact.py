"""Columns with one distribution in every group."""

from __future__ import annotations

from ._base import Preprocessor


class DisparateImpactRemover(Preprocessor):
    """Moves each column to the median of the groups' quantiles; new rows need their groups.

    M. Feldman, S. A. Friedler, J. Moeller, C. Scheidegger, S. Venkatasubramanian, Certifying and
    removing disparate impact, KDD 2015.
    """

    def __init__(self, repair_level=1.0):
        self.repair_level = repair_level

    def _method(self) -> str:
        return "disparate-impact-remover"

    def _options(self) -> dict:
        return {"repair_level": self.repair_level}
