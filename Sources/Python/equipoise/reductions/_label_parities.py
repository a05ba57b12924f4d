"""Parities whose events are labels, within the strata of control features if there are any."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from .._types import Columns, Features, Numbers
from ._inputs import read_rows
from ._moments import Vector
from ._utility_parity import UtilityParity

__all__ = [
    "DemographicParity",
    "EqualizedOdds",
    "ErrorRateParity",
    "FalsePositiveRateParity",
    "TruePositiveRateParity",
]


def _in_strata(events: Vector, controls: Vector | None) -> Vector:
    """Events within the strata of control features."""
    if controls is None:
        return events
    named = "control=" + controls.astype(str) + "," + events.astype(str)
    inside: Vector = named.where(events.notna() & controls.notna(), events)
    return inside


class LabelParity(UtilityParity):
    """Parities whose event is a function of the label."""

    @staticmethod
    def _event(label: object) -> str | None:
        return "all"

    def _utilities(self, labels: Numbers) -> Numbers | None:
        return None

    def load_data(
        self,
        X: Features,
        y: npt.ArrayLike,
        *,
        sensitive_features: Columns | None = None,
        control_features: Columns | None = None,
        sample_weight: npt.ArrayLike | None = None,
    ) -> None:
        """Takes the rows; `y` are labels 0 and 1."""
        rows = read_rows(X, y, sensitive_features, control_features, binary=True)
        names = {label: self._event(label) for label in rows.labels.unique()}
        events = rows.labels.map(names).astype(object)
        super().load_data(
            X,
            rows.labels,
            sensitive_features=rows.groups,
            event=_in_strata(events, rows.controls),
            utilities=self._utilities(rows.labels.to_numpy()),
            sample_weight=sample_weight,
        )


class DemographicParity(LabelParity):
    """P(h = 1 | group) alike in all groups.

    The arguments and an example are those of `UtilityParity`.
    """

    short_name = "DemographicParity"


class TruePositiveRateParity(LabelParity):
    """P(h = 1 | y = 1, group) alike in all groups: equal opportunity.

    The arguments are those of `UtilityParity`.
    """

    short_name = "TruePositiveRateParity"

    @staticmethod
    def _event(label: object) -> str | None:
        return f"label={label}" if label == 1 else None


class FalsePositiveRateParity(LabelParity):
    """P(h = 1 | y = 0, group) alike in all groups.

    The arguments are those of `UtilityParity`.
    """

    short_name = "FalsePositiveRateParity"

    @staticmethod
    def _event(label: object) -> str | None:
        return f"label={label}" if label == 0 else None


class EqualizedOdds(LabelParity):
    """P(h = 1 | y, group) alike in all groups, for both labels.

    The arguments are those of `UtilityParity`.
    """

    short_name = "EqualizedOdds"

    @staticmethod
    def _event(label: object) -> str | None:
        return f"label={label}"


class ErrorRateParity(LabelParity):
    """P(h ≠ y | group) alike in all groups.

    The arguments are those of `UtilityParity`.
    """

    short_name = "ErrorRateParity"

    def _utilities(self, labels: Numbers) -> Numbers | None:
        return np.column_stack([labels, 1 - labels])
