"""Rows as reductions take them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from .._fitting import checked_weights
from .._grouping import group, group_text, values_of
from .._inputs import as_columns, check_aligned, refuse_masked, refuse_missing
from .._labels import refuse_missing_values
from .._missing import MISSING_GROUP
from .._small_groups import warn_of_one_group
from .._types import Columns, Features
from .._unknown import Rows as KnownRows
from .._unknown import (
    Unknown,
    UnknownRows,
    checked_unknown,
    fate_of,
    known_part,
    taken,
    unknown_rows,
)
from ._moments import Vector


#: The units of time that a series of pandas may have.
_PANDAS_UNITS = ("s", "ms", "us", "ns")


@dataclass(frozen=True)
class BoundGroups:
    """Groups of a fit that binds those alone whose group is known: None where it is not."""

    groups: npt.NDArray[np.object_]

    def __len__(self) -> int:
        return len(self.groups)


@dataclass(frozen=True)
class ReadGroups:
    """A group a row, which were checked for another moment of the same fit."""

    groups: Vector

    def __len__(self) -> int:
        return len(self.groups)


@dataclass
class Rows:
    """Rows that were checked: a label, a group and a stratum each."""

    labels: Vector
    groups: Vector
    controls: Vector | None


def read_rows(
    X: Features | None,
    y: npt.ArrayLike | None,
    sensitive_features: Columns | BoundGroups | ReadGroups | None = None,
    control_features: Columns | None = None,
    *,
    binary: bool,
) -> Rows:
    """Checks the rows; several sensitive or control columns become one by joining their values. The
    group of a row that is not to be bound is None."""
    if y is None:
        raise ValueError("Must supply nonempty y")
    if X is None:
        raise ValueError("Expected 2D array, got scalar array instead: X is None")
    rows = row_count(X)
    check_aligned(
        X=X, y=y, sensitive_features=sensitive_features, control_features=control_features)
    columns = as_columns(y, "y")
    if len(columns) != 1:
        shape = (len(columns[0][1]), len(columns)) if columns else (0,)
        raise ValueError(f"`y` must be of shape (n,) or (n,1), got y of shape=({shape}).")
    labels = np.asarray(columns[0][1])
    if labels.size == 0 or rows == 0:
        raise ValueError("Must supply nonempty y" if labels.size == 0 else "X has no rows")
    refuse_missing_values(labels, "y")
    if labels.size != rows:
        raise ValueError(f"X and y must have same number of rows: [{rows}, {labels.size}]")
    if binary and not set(values_of(labels, "y")) <= {0, 1}:
        raise ValueError("Supplied y labels are not 0 or 1")
    if sensitive_features is None:
        raise ValueError("Must specify sensitive_features")
    index = pd.RangeIndex(rows)
    return Rows(
        pd.Series(labels, index=index),
        _groups(sensitive_features, rows, index),
        None
        if control_features is None
        else _joined(control_features, "control_features", rows, index),
    )


def _groups(
    features: Columns | BoundGroups | ReadGroups, rows: int, index: pd.Index[Any]
) -> Vector:
    if isinstance(features, ReadGroups):
        return features.groups
    if isinstance(features, BoundGroups):
        bound: Vector = pd.Series(features.groups, index=index, dtype=object)
        return bound
    return _joined(features, "sensitive_features", rows, index)


def row_count(X: Any) -> int:
    """How many rows features of any form have."""
    if hasattr(X, "shape"):  # of sparse matrices some are dictionaries
        return int(X.shape[0])
    if isinstance(X, dict):
        return len(next(iter(X.values()))) if X else 0
    return len(X) if hasattr(X, "__len__") else len(np.asarray(X))


def _joined(features: Columns, name: str, rows: int, index: pd.Index[Any]) -> Vector:
    named = as_columns(features, name)
    columns = []
    for label, column in named:
        if len(column) != rows:
            raise ValueError(
                f"Found input variables with inconsistent numbers of samples: {name} has "
                f"{len(column)}, and X has {rows}"
            )
        refuse_missing(column, label)
        columns.append(_of_one_kind(column, label))
    if len(columns) == 1:
        # As objects: of texts pandas would make texts of its own, one by one.
        kept = columns[0].dtype
        has_unit = kept.kind in "mM" and np.datetime_data(kept)[0] in _PANDAS_UNITS
        if kept.kind in "OUS" or (kept.kind in "mM" and not has_unit):
            kept = np.dtype(object)
        only: Vector = pd.Series(columns[0], index=index, dtype=kept)
        return only

    def escaped(value: object) -> str:
        return str(value).replace("\\", "\\\\").replace(",", "\\,")

    joined = [",".join(map(escaped, row)) for row in zip(*columns)]
    return pd.Series(joined, index=index, dtype=object)


def _of_one_kind(column: npt.NDArray[Any], name: str) -> npt.NDArray[Any]:
    """Objects with one for all that are equal, as 1, 1.0 and True are one group; raises where
    numbers and texts are mixed."""
    if column.dtype != object:
        return column
    found = group(column, name)
    levels = np.empty(len(found.levels), dtype=object)
    levels[:] = found.levels
    return np.asarray(levels[found.codes])


def with_policy(
    unknown: Unknown, X: Any, y: Any, features: dict[str, Any]
) -> tuple[Any, Any, dict[str, Any], KnownRows | None]:
    """The rows and features that a policy for rows of unknown groups leaves, each in its container,
    and which rows those are, where they are not all."""
    groups = features["sensitive_features"]
    if not checked_unknown(unknown) or groups is None:
        return X, y, features, None
    found = UnknownRows.of(as_columns(groups, "sensitive_features"))
    if not found.counts or len(found.any) != row_count(X) or y is None:
        return X, y, features, None
    if unknown == "exclude":
        others = {name: v for name, v in features.items() if name != "sensitive_features"}
        groups, (X, y, *more), rows = known_part(unknown, groups, X, y, *others.values())
        return X, y, {"sensitive_features": groups, **dict(zip(others, more))}, rows
    found.tell_of(fate_of(unknown))
    if unknown == "own-group":
        return X, y, {**features, "sensitive_features": _with_own_group(groups)}, None
    found.require_known()
    bound = np.full(len(found.any), None, dtype=object)
    known = found.known
    index = pd.RangeIndex(len(known))
    bound[known] = _joined(taken(groups, known), "sensitive_features", len(known), index)
    return X, y, {**features, "sensitive_features": BoundGroups(bound)}, None


def _with_own_group(groups: Columns) -> dict[str, npt.NDArray[np.object_]]:
    """The columns with a text where there is no value."""
    filled = {}
    for name, values in as_columns(groups, "sensitive_features"):
        column = np.array([group_text(value) for value in values], dtype=object)
        column[unknown_rows(values)] = MISSING_GROUP
        filled[name] = column
    return filled


def features_of_rows(
    X: Features,
    y: npt.ArrayLike | None,
    sensitive_features: Columns | None,
    control_features: Columns | None,
    sample_weight: npt.ArrayLike | None,
) -> dict[str, Any]:
    """The keyword arguments of a `load_data`, without those that are not given."""
    refuse_masked(X)
    check_aligned(
        X=X, y=y, sensitive_features=sensitive_features, control_features=control_features,
        sample_weight=sample_weight)
    warn_of_one_group(sensitive_features)
    features: dict[str, Any] = {"sensitive_features": sensitive_features}
    if control_features is not None:
        features["control_features"] = control_features
    if sample_weight is not None:
        weights = np.asarray(checked_weights(sample_weight, X), dtype=np.float64)
        if (weights < 0).any():
            raise ValueError(f"sample_weight is negative in row {int(np.argmax(weights < 0))}")
        features["sample_weight"] = weights
    return features


def has_one_label(
    y: npt.ArrayLike | None, sample_weight: npt.NDArray[np.float64] | None = None
) -> bool:
    """Whether all labels with weight are the same; what is no single column is looked at later."""
    if y is None:
        return False
    columns = as_columns(y, "y")
    values = np.asarray(columns[0][1]) if len(columns) == 1 else np.empty(0)
    refuse_missing_values(values, "y")
    if sample_weight is not None and len(sample_weight) == values.size:
        values = values[sample_weight > 0]
    return values.size > 0 and bool((values == values[0]).all())
