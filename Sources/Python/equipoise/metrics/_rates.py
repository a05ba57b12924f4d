"""Rates of binary predictions, weighted.

A rate without a denominator is NaN, with a warning; `zero_division=0` makes it 0, as Fairlearn and
scikit-learn's confusion matrices have it.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from .._inputs import check_aligned, one_column, weight_column
from .._labels import Positive, cells, refuse_missing_values
from .._types import Column
from ._undefined import checked_zero_division, number, undefined

__all__ = [
    "count",
    "false_negative_rate",
    "false_positive_rate",
    "mean_prediction",
    "selection_rate",
    "true_negative_rate",
    "true_positive_rate",
]

Array = npt.NDArray[Any]


def column_of(values: Any, name: str) -> Array:
    """One column that is not empty."""
    column = one_column(values, name)
    if len(column) == 0:
        raise ValueError(f"{name} is empty")
    return column


def check_rows(*columns: Any) -> None:
    """Raises where columns have different lengths."""
    lengths = [len(column) for column in columns]
    if len(set(lengths)) > 1:
        raise ValueError(
            f"Found input variables with inconsistent numbers of samples: {lengths}"
        )


def _share(
    part: float, whole: float, name: str, reason: str, zero_division: float
) -> np.float64:
    """part / whole; what `zero_division` says where there is nothing to divide by."""
    otherwise = checked_zero_division(zero_division)
    if whole > 0:
        return number(part / whole)
    if np.isnan(otherwise):
        undefined(f"{name}: {reason}, so it is not defined; zero_division=0 makes it 0")
    return number(otherwise)


def _rate(
    name: str, y_true: Any, y_pred: Any, pos_label: Any, sample_weight: Any,
    zero_division: float, label: int, prediction: int,
) -> np.float64:
    """The weighted share of predictions that are (not) positive among rows of one label."""
    check_aligned(y_true=y_true, y_pred=y_pred, sample_weight=sample_weight)
    labels, predictions = column_of(y_true, "y_true"), column_of(y_pred, "y_pred")
    check_rows(labels, predictions)
    weights = weight_column(sample_weight, len(labels))
    _, sums = cells(
        None, 1, len(labels), (labels, "y_true"), (predictions, "y_pred"), Positive(pos_label),
        weights,
    )
    reason = f"no {'positive' if label else 'negative'} labels"
    row = sums[0, label]
    return _share(float(row[prediction]), float(row.sum()), name, reason, zero_division)


def true_positive_rate(
    y_true: Column, y_pred: Column, sample_weight: Column | None = None, pos_label: Any = None,
    zero_division: float = np.nan,
) -> np.float64:
    """P(ŷ = 1 | y = 1), weighted; `zero_division` when there are no positive labels.

    Labels are 0 and 1, -1 and 1, or any two of which `pos_label` is the positive one.
    """
    return _rate(
        "true_positive_rate", y_true, y_pred, pos_label, sample_weight, zero_division, 1, 1
    )


def true_negative_rate(
    y_true: Column, y_pred: Column, sample_weight: Column | None = None, pos_label: Any = None,
    zero_division: float = np.nan,
) -> np.float64:
    """P(ŷ = 0 | y = 0), weighted; `zero_division` when there are no negative labels."""
    return _rate(
        "true_negative_rate", y_true, y_pred, pos_label, sample_weight, zero_division, 0, 0
    )


def false_positive_rate(
    y_true: Column, y_pred: Column, sample_weight: Column | None = None, pos_label: Any = None,
    zero_division: float = np.nan,
) -> np.float64:
    """P(ŷ = 1 | y = 0), weighted; `zero_division` when there are no negative labels."""
    return _rate(
        "false_positive_rate", y_true, y_pred, pos_label, sample_weight, zero_division, 0, 1
    )


def false_negative_rate(
    y_true: Column, y_pred: Column, sample_weight: Column | None = None, pos_label: Any = None,
    zero_division: float = np.nan,
) -> np.float64:
    """P(ŷ = 0 | y = 1), weighted; `zero_division` when there are no positive labels."""
    return _rate(
        "false_negative_rate", y_true, y_pred, pos_label, sample_weight, zero_division, 1, 0
    )


def selection_rate(
    y_true: Column, y_pred: Column, *, pos_label: Any = None,
    sample_weight: Column | None = None, zero_division: float = np.nan,
) -> np.float64:
    """P(ŷ = pos_label), weighted; `zero_division` when no row has weight. `y_true` is not used.

    Without `pos_label` predictions are 0 and 1, or -1 and 1, and 1 is selected; with it they may have
    any number of values.
    """
    check_aligned(y_true=y_true, y_pred=y_pred, sample_weight=sample_weight)
    given: Any = [y_pred] if np.isscalar(y_pred) else y_pred
    predictions = one_column(given, "y_pred")
    if len(predictions) == 0:
        raise ValueError("Empty y_pred passed to selection_rate function.")
    weights = weight_column(sample_weight, len(predictions))
    positive = Positive(pos_label, is_one_of_many=pos_label is not None)
    _, sums = cells(None, 1, len(predictions), None, (predictions, "y_pred"), positive, weights)
    return _share(sums[0, 0, 1], sums.sum(), "selection_rate", "no weight", zero_division)


def mean_prediction(
    y_true: Column, y_pred: Column, sample_weight: Column | None = None,
    zero_division: float = np.nan,
) -> np.float64:
    """The weighted mean of the predictions; `zero_division` when no row has weight. `y_true` is not
    used."""
    check_aligned(y_true=y_true, y_pred=y_pred, sample_weight=sample_weight)
    predictions = column_of(y_pred, "y_pred")
    refuse_missing_values(predictions, "y_pred")
    predictions = predictions.astype(float)
    weights = weight_column(sample_weight, len(predictions))
    if weights is None:
        return _share(predictions.sum(), len(predictions), "mean_prediction", "", zero_division)
    total = float((weights * predictions).sum())
    return _share(total, weights.sum(), "mean_prediction", "no weight", zero_division)


def count(y_true: Column, y_pred: Column) -> int:
    """How many rows there are."""
    labels: Any = y_true
    check_rows(labels, y_pred)
    return len(labels)
