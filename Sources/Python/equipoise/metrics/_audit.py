"""The engine's audit, of rows and of counts that add up."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

from .._engine.audit import Counts
from .._engine.calls import Options
from .._engine.dataset import Dataset
from .._inputs import as_columns, check_aligned, group_names, sensitive_columns
from .._jobs.audit_result import Audit
from .._jobs.audits import audit, column_of_role, rows_of_all
from .._types import Column, Columns
from .._unknown import LEFT_OUT_OF_GAPS, UnknownRows, checked_unknown

__all__ = ["Audit", "AuditCounts", "audit"]


def _rows(
    y_true: Column | None, y_pred: Column | None, y_score: Column | None,
    sensitive_features: Columns, sample_weight: Column | None, unknown: str,
) -> Dataset:
    """What an audit looks at, as the engine takes it."""
    parts = {
        "y_true": y_true, "y_pred": y_pred, "y_score": y_score, "sample_weight": sample_weight}
    check_aligned(**parts, sensitive_features=sensitive_features)
    columns = {
        name: column_of_role(values, name, True)
        for name, values in parts.items() if values is not None}
    rows = rows_of_all(columns, sensitive_features)
    data = Dataset(rows)
    for name, values in columns.items():
        {
            "y_true": data.set_labels, "y_pred": data.set_predictions,
            "y_score": data.set_scores, "sample_weight": data.set_weights,
        }[name](values)
    keeps = checked_unknown(unknown, ("error", "exclude"), "AuditCounts")
    if keeps:
        # The engine's audit compares the group of unknown values with nobody.
        UnknownRows.of(as_columns(sensitive_features, "sensitive_feature")).tell_of(
            LEFT_OUT_OF_GAPS)
    for name, codes, groups in sensitive_columns(sensitive_features, rows, keeps_missing=keeps):
        data.add_attribute(name, codes, group_names(groups))
    return data


class AuditCounts:
    """The counts that an audit is made of: small, and they add up.

    Each partition of the data is counted where it is; counts travel as bytes, or pickled, and one
    audit is made of their sum. Counts of rows are whole numbers, so that any split gives the same
    audit; sums of weights and scores agree to rounding. Areas under the curve come from a histogram
    of the scores, which must then lie within 0..1.

    Parameters
    ----------
    y_true, y_pred, y_score, sensitive_features, sample_weight, threshold
        As in `audit`; the same ones in every partition.
    score_bins : int, optional
        Bins of the histogram of scores; 0 for none.
    unknown : "error" or "exclude"
        What becomes of rows whose sensitive feature is missing: an error that names the row, or left
        out of groups and of gaps, and counted in what is told of all rows, with a warning that
        counts them.

    Examples
    --------
    >>> from equipoise.metrics import AuditCounts
    >>> parts = [([0, 1], [0, 1], ["a", "b"]), ([1, 0], [1, 1], ["a", "b"])]
    >>> counts = [AuditCounts(y, p, sensitive_features=s).to_bytes() for y, p, s in parts]
    >>> total = sum(AuditCounts.from_bytes(each) for each in counts)
    >>> total.rows, total.audit().document["overall"]["accuracy_score"]["value"]
    (4, 0.75)
    """

    def __init__(
        self, y_true: Column | None = None, y_pred: Column | None = None, *,
        sensitive_features: Columns, y_score: Column | None = None,
        sample_weight: Column | None = None, threshold: float = 0.5, score_bins: int | None = None,
        unknown: Literal["error", "exclude"] = "error",
    ) -> None:
        data = _rows(y_true, y_pred, y_score, sensitive_features, sample_weight, unknown)
        self._counts = Counts.of_rows(data, Options(threshold=threshold, score_bins=score_bins))

    @classmethod
    def from_bytes(cls, content: bytes) -> AuditCounts:
        """Counts out of what `to_bytes` wrote."""
        counts = cls.__new__(cls)
        counts._counts = Counts.from_bytes(bytes(content))
        return counts

    def to_bytes(self) -> bytes:
        """The same counts are the same bytes, however the rows were split."""
        return self._counts.to_bytes()

    @property
    def rows(self) -> int:
        """How many rows were counted."""
        return self._counts.rows

    def __add__(self, other: object) -> AuditCounts:
        if other == 0:  # the start of `sum`
            return self
        if not isinstance(other, AuditCounts):
            return NotImplemented
        total = AuditCounts.from_bytes(self.to_bytes())
        total._counts.add(other._counts)
        return total

    __radd__ = __add__

    def __iadd__(self, other: object) -> AuditCounts:
        if not isinstance(other, AuditCounts):
            return NotImplemented
        self._counts.add(other._counts)
        return self

    def __eq__(self, other: object) -> bool:
        return isinstance(other, AuditCounts) and self.to_bytes() == other.to_bytes()

    def __hash__(self) -> int:
        return hash(self.to_bytes())

    def audit(
        self, *, confidence: float = 0.95, intersections: int = 1, reference: str | None = None
    ) -> Audit:
        """The audit of all rows that were counted; the arguments are those of `audit`."""
        options = Options(
            confidence=confidence, intersections=intersections, reference=reference
        )
        return Audit(self._counts.audit(options))

    def __reduce__(self) -> tuple[Callable[[bytes], AuditCounts], tuple[bytes]]:
        return AuditCounts.from_bytes, (self.to_bytes(),)

    def __repr__(self) -> str:
        return f"AuditCounts({self.rows} rows)"
