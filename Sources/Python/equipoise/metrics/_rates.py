"""Rates of binary predictions, weighted.

A rate without a denominator is NaN, with a warning; `zero_division=0` makes it 0, as Fairlearn and
scikit-learn's confusion matrices have it.
"""

from __future__ import annotations

import numpy as np
from sklearn.utils import check_consistent_length

from .._inputs import one_column
from ._undefined import checked_zero_division, undefined

__all__ = [
    "count",
    "false_negative_rate",
    "false_positive_rate",
    "mean_prediction",
    "selection_rate",
    "true_negative_rate",
    "true_positive_rate",
]


def _column(values, name: str) -> np.ndarray:
    column = one_column(values, name)
    if len(column) == 0:
        raise ValueError(f"{name} is empty")
    return column


def _weights(sample_weight, rows: int) -> np.ndarray:
    if sample_weight is None:
        return np.ones(rows)
    weights = _column(sample_weight, "sample_weight").astype(float)
    if len(weights) != rows:
        raise ValueError(f"sample_weight has {len(weights)} rows, and y_true has {rows}")
    return weights


def positive_label(y_true: np.ndarray, y_pred: np.ndarray, pos_label):
    """The label that counts as positive: what is asked for, or 1 where labels are 0/1 or -1/1."""
    found = set(np.unique(y_true)) | set(np.unique(y_pred))
    if len(found) > 2:
        raise ValueError("Must have no more than two unique y values")
    if pos_label is None:
        if found <= {0, 1} or found <= {-1, 1}:
            return 1
        raise ValueError("Must specify pos_label for labels other than 0, 1 and -1, 1")
    if len(found) == 2 and pos_label not in found:
        raise ValueError("Must have pos_label in y values")
    return pos_label


def _share(part, whole, name: str, reason: str, zero_division) -> np.float64:
    """part / whole; what `zero_division` says where there is nothing to divide by."""
    otherwise = checked_zero_division(zero_division)
    if whole > 0:
        return np.float64(part / whole)
    if np.isnan(otherwise):
        undefined(f"{name}: {reason}, so it is not defined; zero_division=0 makes it 0")
    return np.float64(otherwise)


def _rate(
    name, y_true, y_pred, pos_label, sample_weight, zero_division, among_positive, predicted
) -> np.float64:
    """The weighted share of predictions that are (not) positive among rows of one label."""
    y_true, y_pred = _column(y_true, "y_true"), _column(y_pred, "y_pred")
    check_consistent_length(y_true, y_pred)
    positive = positive_label(y_true, y_pred, pos_label)
    weights = _weights(sample_weight, len(y_true))
    rows = (y_true == positive) == among_positive
    part = weights[rows & ((y_pred == positive) == predicted)].sum()
    reason = f"no {'positive' if among_positive else 'negative'} labels"
    return _share(part, weights[rows].sum(), name, reason, zero_division)


def true_positive_rate(
    y_true, y_pred, sample_weight=None, pos_label=None, zero_division=np.nan
) -> np.float64:
    """P(ŷ = 1 | y = 1), weighted; `zero_division` when there are no positive labels."""
    return _rate(
        "true_positive_rate", y_true, y_pred, pos_label, sample_weight, zero_division, True, True
    )


def true_negative_rate(
    y_true, y_pred, sample_weight=None, pos_label=None, zero_division=np.nan
) -> np.float64:
    """P(ŷ = 0 | y = 0), weighted; `zero_division` when there are no negative labels."""
    return _rate(
        "true_negative_rate", y_true, y_pred, pos_label, sample_weight, zero_division, False, False
    )


def false_positive_rate(
    y_true, y_pred, sample_weight=None, pos_label=None, zero_division=np.nan
) -> np.float64:
    """P(ŷ = 1 | y = 0), weighted; `zero_division` when there are no negative labels."""
    return _rate(
        "false_positive_rate", y_true, y_pred, pos_label, sample_weight, zero_division, False, True
    )


def false_negative_rate(
    y_true, y_pred, sample_weight=None, pos_label=None, zero_division=np.nan
) -> np.float64:
    """P(ŷ = 0 | y = 1), weighted; `zero_division` when there are no positive labels."""
    return _rate(
        "false_negative_rate", y_true, y_pred, pos_label, sample_weight, zero_division, True, False
    )


def selection_rate(
    y_true, y_pred, *, pos_label=1, sample_weight=None, zero_division=np.nan
) -> np.float64:
    """P(ŷ = pos_label), weighted; `zero_division` when no row has weight. `y_true` is not used."""
    if np.size(y_pred) == 0:
        raise ValueError("Empty y_pred passed to selection_rate function.")
    predictions = one_column([y_pred] if np.isscalar(y_pred) else y_pred, "y_pred")
    weights = _weights(sample_weight, len(predictions))
    part = (weights * (predictions == pos_label)).sum()
    return _share(part, weights.sum(), "selection_rate", "no weight", zero_division)


def mean_prediction(y_true, y_pred, sample_weight=None, zero_division=np.nan) -> np.float64:
    """The weighted mean of the predictions; `zero_division` when no row has weight. `y_true` is not
    used."""
    predictions = _column(y_pred, "y_pred").astype(float)
    weights = _weights(sample_weight, len(predictions))
    total = (weights * predictions).sum()
    return _share(total, weights.sum(), "mean_prediction", "no weight", zero_division)


def count(y_true, y_pred) -> int:
    """How many rows there are."""
    check_consistent_length(y_true, y_pred)
    return len(y_true)
