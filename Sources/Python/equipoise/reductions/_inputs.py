"""Rows as reductions take them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from .._fitting import checked_weights
from .._inputs import as_columns, refuse_missing


@dataclass
class Rows:
    labels: pd.Series
    groups: pd.Series | None
    controls: pd.Series | None


def read_rows(X, y, sensitive_features=None, control_features=None, *, binary: bool) -> Rows:
    """Checks the rows; several sensitive or control columns become one by joining their values."""
    if y is None:
        raise ValueError("Must supply nonempty y")
    if X is None:
        raise ValueError("Expected 2D array, got scalar array instead: X is None")
    rows = len(X) if not hasattr(X, "shape") else X.shape[0]
    columns = as_columns(y, "y")
    if len(columns) != 1:
        shape = (len(columns[0][1]), len(columns)) if columns else (0,)
        raise ValueError(f"`y` must be of shape (n,) or (n,1), got y of shape=({shape}).")
    labels = np.asarray(columns[0][1])
    if labels.size == 0 or rows == 0:
        raise ValueError("Must supply nonempty y" if labels.size == 0 else "X has no rows")
    if labels.size != rows:
        raise ValueError(f"X and y must have same number of rows: [{rows}, {labels.size}]")
    if binary and not set(np.unique(labels)) <= {0, 1}:
        raise ValueError("Supplied y labels are not 0 or 1")
    if sensitive_features is None:
        raise ValueError("Must specify sensitive_features")
    index = pd.RangeIndex(rows)
    return Rows(
        pd.Series(labels, index=index),
        _joined(sensitive_features, "sensitive_features", rows, index),
        None
        if control_features is None
        else _joined(control_features, "control_features", rows, index),
    )


def _joined(features, name: str, rows: int, index) -> pd.Series:
    named = as_columns(features, name)
    columns = [column for _, column in named]
    for label, column in named:
        if len(column) != rows:
            raise ValueError(
                f"Found input variables with inconsistent numbers of samples: {name} has "
                f"{len(column)}, and X has {rows}"
            )
        refuse_missing(column, label)
    if len(columns) == 1:
        return pd.Series(columns[0], index=index)

    def escaped(value) -> str:
        return str(value).replace("\\", "\\\\").replace(",", "\\,")

    return pd.Series([",".join(map(escaped, row)) for row in zip(*columns)], index=index)


def features_of_rows(X, sensitive_features, control_features, sample_weight) -> dict:
    """The keyword arguments of a `load_data`, without those that are not given."""
    features = {"sensitive_features": sensitive_features}
    if control_features is not None:
        features["control_features"] = control_features
    if sample_weight is not None:
        weights = checked_weights(sample_weight, X)
        if (weights < 0).any():
            raise ValueError(f"sample_weight is negative in row {int(np.argmax(weights < 0))}")
        features["sample_weight"] = weights
    return features


def has_one_label(y, sample_weight=None) -> bool:
    """Whether all labels with weight are the same; what is no single column is looked at later."""
    if y is None:
        return False
    columns = as_columns(y, "y")
    values = np.asarray(columns[0][1]) if len(columns) == 1 else np.empty(0)
    if sample_weight is not None and len(sample_weight) == values.size:
        values = values[sample_weight > 0]
    return values.size > 0 and bool((values == values[0]).all())
