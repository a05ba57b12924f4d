"""The engine's audit as an object."""

from __future__ import annotations

import html
import json

import numpy as np
import pandas as pd

from .._engine.audit import AuditRun, Counts
from .._engine.calls import Options
from .._engine.dataset import Dataset
from .._inputs import as_columns, group_names, one_column, sensitive_columns

__all__ = ["Audit", "AuditCounts", "audit"]


class Audit:
    """What an audit found: the document `equipoise.audit/1` with tables of its parts."""

    def __init__(self, document: dict):
        self.document = document

    @property
    def groups(self) -> pd.DataFrame:
        """Estimates by attribute, group and metric, with their limits and status."""
        rows = [
            {"attribute": group["attribute"], "group": group["value"], "metric": name, **value}
            for group in self.document["groups"]
            for name, value in group["metrics"].items()
        ]
        return pd.DataFrame(rows)

    @property
    def disparities(self) -> pd.DataFrame:
        """Differences and ratios between groups, with limits and tests."""
        return pd.DataFrame(self.document["disparities"])

    @property
    def overall(self) -> pd.DataFrame:
        """Estimates of all rows by metric."""
        return pd.DataFrame(self.document["overall"]).T

    def to_json(self, path=None) -> str | None:
        """The document as text, or written to a file."""
        text = json.dumps(self.document, indent=2, ensure_ascii=False)
        if path is None:
            return text
        with open(path, "w", encoding="utf-8") as file:
            file.write(text + "\n")
        return None

    def __repr__(self) -> str:
        attributes = sorted({group["attribute"] for group in self.document["groups"]})
        return f"Audit({self.document['rows']} rows, {', '.join(attributes)})"

    def _repr_html_(self) -> str:
        table = self.disparities
        if len(table):
            table = table[table["method"] == "between_groups"]
            columns = ["attribute", "metric", "kind", "value", "low", "high", "adjusted_p"]
            table = table[[name for name in columns if name in table]]
        return f"<p>{html.escape(repr(self))}</p>{table.to_html(index=False, escape=True)}"


def _rows(y_true, y_pred, y_score, sensitive_features, sample_weight) -> Dataset:
    """What an audit looks at, as the engine takes it."""
    parts = {"labels": y_true, "predictions": y_pred, "scores": y_score}
    arguments = {"labels": "y_true", "predictions": "y_pred", "scores": "y_score"}
    columns = {
        name: one_column(values, arguments[name])
        for name, values in parts.items()
        if values is not None
    }
    if columns:
        rows = len(next(iter(columns.values())))
    else:
        rows = len(as_columns(sensitive_features, "sensitive_feature")[0][1])
    data = Dataset(rows)
    for name, values in columns.items():
        values = np.asarray(values)
        if len(values) != rows:
            raise ValueError(f"{name} has {len(values)} rows, and others have {rows}")
        getattr(data, f"set_{name}")(values)
    if sample_weight is not None:
        data.set_weights(np.asarray(sample_weight, dtype=float))
    for name, codes, groups in sensitive_columns(sensitive_features, rows):
        data.add_attribute(name, codes, group_names(groups))
    return data


def audit(
    y_true=None,
    y_pred=None,
    *,
    sensitive_features,
    y_score=None,
    sample_weight=None,
    threshold=0.5,
    confidence=0.95,
    intersections=1,
    reference=None,
) -> Audit:
    """Every metric of every group with its interval, and how far the groups lie apart.

    With neither predictions nor scores the labels are audited; without labels the selection.

    Parameters
    ----------
    y_true, y_pred : array of 0 and 1, shape (n,), optional
    sensitive_features : column or table; each column is an attribute
    y_score : array, shape (n,), optional
        A score of at least `threshold` is positive when there are no predictions.
    sample_weight : array, shape (n,), optional
    confidence : level of the intervals
    intersections : crosses of up to this many attributes
    reference : "largest" or "sex=Male": whom groups are compared with besides each other

    Examples
    --------
    >>> from equipoise.metrics import audit
    >>> found = audit([0, 1, 1, 0], [0, 1, 1, 1], sensitive_features=["a", "a", "b", "b"])
    >>> found.document["overall"]["accuracy_score"]["value"]
    0.75
    """
    data = _rows(y_true, y_pred, y_score, sensitive_features, sample_weight)
    options = Options(
        threshold=threshold, confidence=confidence, intersections=intersections,
        reference=reference,
    )
    return Audit(AuditRun.of_rows(data, options).document)


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
        self, y_true=None, y_pred=None, *, sensitive_features, y_score=None, sample_weight=None,
        threshold=0.5, score_bins=None,
    ):
        data = _rows(y_true, y_pred, y_score, sensitive_features, sample_weight)
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
        return self._counts.rows

    def __add__(self, other):
        if other == 0:  # the start of `sum`
            return self
        if not isinstance(other, AuditCounts):
            return NotImplemented
        total = AuditCounts.from_bytes(self.to_bytes())
        total._counts.add(other._counts)
        return total

    __radd__ = __add__

    def __iadd__(self, other):
        if not isinstance(other, AuditCounts):
            return NotImplemented
        self._counts.add(other._counts)
        return self

    def __eq__(self, other) -> bool:
        return isinstance(other, AuditCounts) and self.to_bytes() == other.to_bytes()

    def __hash__(self) -> int:
        return hash(self.to_bytes())

    def audit(self, *, confidence=0.95, intersections=1, reference=None) -> Audit:
        """The audit of all rows that were counted; the arguments are those of `audit`."""
        options = Options(
            confidence=confidence, intersections=intersections, reference=reference
        )
        return Audit(self._counts.audit(options).document)

    def __reduce__(self):
        return AuditCounts.from_bytes, (self.to_bytes(),)

    def __repr__(self) -> str:
        return f"AuditCounts({self.rows} rows)"
