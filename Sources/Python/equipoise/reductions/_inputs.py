"""Rows as reductions take them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from sklearn.utils.validation import check_consistent_length

from .._inputs import as_columns


@dataclass
class Rows:
    labels: pd.Series
    groups: pd.Series | None
    controls: pd.Series | None


def read_rows(X, y, sensitive_features=None, control_features=None, *, binary: bool) -> Rows:
    """Checks the rows; several sensitive or control columns become one by joining their values."""
    if y is None:
        raise ValueError("Must supply y")
    rows = len(X) if not hasattr(X, "shape") else X.shape[0]
    labels = np.asarray(as_columns(y, "y")[0][1])
    if labels.size == 0 or rows == 0:
        raise ValueError("X and y must have at least one row")
    check_consistent_length(X, labels)
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
    columns = [column for _, column in as_columns(features, name)]
    for column in columns:
        if len(column) != rows:
            raise ValueError(
                f"Found input variables with inconsistent numbers of samples: {name} has "
                f"{len(column)}, and X has {rows}"
            )
    if len(columns) == 1:
        return pd.Series(columns[0], index=index)

    def escaped(value) -> str:
        return str(value).replace("\\", "\\\\").replace(",", "\\,")

    return pd.Series([",".join(map(escaped, row)) for row in zip(*columns)], index=index)
