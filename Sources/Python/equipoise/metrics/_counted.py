"""Metrics that are functions of four counts: rows by label and prediction.

All groups, and all rows together, come from one count of such cells.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, NamedTuple, Union

import numpy as np
import numpy.typing as npt

from .._labels import Positive, cells

Array = npt.NDArray[Any]
#: Sums by group, label and prediction, shape (groups, 2, 2).
Cells = npt.NDArray[np.float64]


class Share(NamedTuple):
    """Part and whole of a rate, each of shape (groups,)."""

    part: Array
    whole: Array


Formula = Callable[[Cells], Union[Share, Array]]


class Count(NamedTuple):
    """A metric of counted cells."""

    formula: Formula
    needs_labels: bool = True
    needs_predictions: bool = True
    #: Whether `pos_label` may be one of many values.
    is_one_of_many: bool = False
    #: Parameters besides weights that the count knows.
    parameters: tuple[str, ...] = ()
    #: Whether other labels are a matter for the metric itself.
    is_foreign: bool = False


def _rate(label: int, prediction: int) -> Formula:
    return lambda c: Share(c[:, label, prediction], c[:, label].sum(axis=1))


def _accuracy(c: Cells) -> Share:
    return Share(c[:, 0, 0] + c[:, 1, 1], c.sum(axis=(1, 2)))


def _loss(c: Cells) -> Array:
    part, whole = _accuracy(c)
    return 1.0 - divided(part, whole, np.nan)


def _balanced(c: Cells) -> Array:
    """The mean of the shares of both labels that are predicted right; of one where the other has no
    rows."""
    both = np.stack([divided(c[:, k, k], c[:, k].sum(axis=1), np.nan) for k in (0, 1)])
    known = ~np.isnan(both)
    return divided(np.where(known, both, 0.0).sum(axis=0), known.sum(axis=0), np.nan)


_OURS = {
    "count": Count(lambda c: c.sum(axis=(1, 2)), False, False),
    "selection_rate": Count(
        lambda c: Share(c[:, :, 1].sum(axis=1), c.sum(axis=(1, 2))), False, True, True,
        ("pos_label", "zero_division"),
    ),
    "true_positive_rate": Count(_rate(1, 1), parameters=("pos_label", "zero_division")),
    "false_negative_rate": Count(_rate(1, 0), parameters=("pos_label", "zero_division")),
    "false_positive_rate": Count(_rate(0, 1), parameters=("pos_label", "zero_division")),
    "true_negative_rate": Count(_rate(0, 0), parameters=("pos_label", "zero_division")),
}
_THEIRS = {
    "accuracy_score": Count(_accuracy, is_foreign=True),
    "zero_one_loss": Count(_loss, is_foreign=True),
    "balanced_accuracy_score": Count(_balanced, is_foreign=True),
    "precision_score": Count(
        lambda c: Share(c[:, 1, 1], c[:, :, 1].sum(axis=1)), parameters=("zero_division",),
        is_foreign=True,
    ),
    "recall_score": Count(_rate(1, 1), parameters=("zero_division",), is_foreign=True),
    "f1_score": Count(
        lambda c: Share(2 * c[:, 1, 1], c[:, 1].sum(axis=1) + c[:, :, 1].sum(axis=1)),
        parameters=("zero_division",), is_foreign=True,
    ),
}


def divided(part: Array, whole: Array, otherwise: float) -> Array:
    """part / whole, and something else where there is nothing to divide by."""
    result = np.full(len(part), otherwise)
    np.divide(part, whole, out=result, where=whole > 0)
    return result


class Counted(NamedTuple):
    """A metric as it was asked for: what is counted, and its parameters."""

    name: str
    kind: Count
    positive: Positive
    zero_division: float

    def values(self, table: Cells) -> Array:
        """The metric of each group."""
        found = self.kind.formula(table)
        if isinstance(found, Share):
            return divided(found.part, found.whole, self.zero_division)
        return found


def counted(metric: Any) -> Counted | None:
    """The metric as a function of cells; None for one that is anything else."""
    parameters: dict[str, Any] = {}
    while isinstance(metric, functools.partial):
        if metric.args:
            return None
        parameters = {**metric.keywords, **parameters}
        metric = metric.func
    module, name = getattr(metric, "__module__", "") or "", getattr(metric, "__name__", "")
    if module == f"{__package__}._rates":
        kind = _OURS.get(name)
    else:
        kind = _THEIRS.get(name) if module.startswith("sklearn.metrics.") else None
    if kind is None or not set(parameters) <= set(kind.parameters):
        return None
    zero_division = parameters.get("zero_division", np.nan)
    if isinstance(zero_division, str):
        return None
    label = parameters.get("pos_label")
    positive = Positive(label, kind.is_one_of_many and label is not None)
    return Counted(name, kind, positive, float(zero_division))


class CellTable:
    """Cells of all groups, and what is needed to count other draws of the same rows."""

    def __init__(
        self, codes: npt.NDArray[np.int32] | None, groups: int, rows: int, labels: Array | None,
        predictions: Array | None, positive: Positive, weights: Array | None,
    ):
        self._given = (codes, groups, rows, labels, predictions, positive)
        self._weights = weights
        self.rows, self.sums = cells(
            codes, groups, rows, None if labels is None else (labels, "y_true"),
            None if predictions is None else (predictions, "y_pred"), positive, weights,
        )

    @functools.cached_property
    def _cell(self) -> npt.NDArray[np.int64]:
        """The cell of each row."""
        from .._labels import binary_numbers

        codes, _, rows, labels, predictions, positive = self._given
        cell = np.zeros(rows, dtype=np.int64) if codes is None else codes.astype(np.int64)
        for column, name in ((labels, "y_true"), (predictions, "y_pred")):
            cell *= 2
            if column is not None:
                numbers = binary_numbers(column, name, positive)
                cell += numbers.values == numbers.one
        return cell

    def drawn(self, rows: npt.NDArray[Any]) -> tuple[npt.NDArray[np.int64], Cells]:
        """Rows and sums of weights over some rows, each as often as it is drawn."""
        cell, shape = self._cell[rows], self.rows.shape
        size = int(np.prod(shape))
        counts = np.bincount(cell, minlength=size).astype(np.int64).reshape(shape)
        if self._weights is None:
            return counts, counts.astype(np.float64)
        weights = self._weights[rows]
        sums = np.bincount(cell, weights=weights, minlength=size).astype(np.float64)
        return counts, sums.reshape(shape)
