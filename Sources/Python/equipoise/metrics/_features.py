"""Sensitive and control features of a `MetricFrame`: names, values, and which rows are in a group."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from .._engine.groups import Codes, number_values
from .._grouping import Grouping, group
from .._inputs import column_array, raw_columns
from .._missing import MISSING_GROUP
from .._unknown import Rows, UnknownRows

# Combinations up to here are counted in a table of all possible ones.
_LARGEST_TABLE = 1 << 20


class Feature(NamedTuple):
    """A column of groups with its name."""

    name: str
    groups: Grouping


def named_features(
    base: str, features: Any, rows: int, *, keeps_missing: bool = False
) -> list[Feature]:
    """The features with names. Those of series, frames and dictionaries stay; others are `base0`,
    `base1`, … A missing value is an error, or a group."""
    found = []
    for name, values in _named_columns(base, features):
        if len(values) != rows:
            raise ValueError(
                f"Found input variables with inconsistent numbers of samples: "
                f"'{name}' has {len(values)}, and y_true has {rows}"
            )
        found.append(Feature(name, group(values, name, keeps_missing=keeps_missing)))
    return found


def _named_columns(base: str, features: Any) -> list[tuple[str, Any]]:
    if isinstance(features, pd.Series):
        return [(_checked_name(f"{base}0" if features.name is None else features.name), features)]
    if isinstance(features, pd.DataFrame):
        return [
            (_checked_name(name), features.iloc[:, j]) for j, name in enumerate(features.columns)
        ]
    if isinstance(features, list):
        if features and not np.isscalar(features[0]) and features[0] is not None:
            if features[0] is not pd.NA:
                raise ValueError("Feature lists must be of scalar types")
        return [(f"{base}0", column_array(features))]
    if isinstance(features, Mapping):
        return _of_mapping(base, features)
    if hasattr(features, "column_names") or hasattr(features, "columns"):
        return raw_columns(features, base)
    if hasattr(features, "__arrow_c_stream__") or hasattr(features, "__arrow_c_array__"):
        return raw_columns(features, f"{base}0")
    if isinstance(features, (pd.api.extensions.ExtensionArray, pd.Index)):
        return [(f"{base}0", features)]
    array = np.squeeze(column_array(features))
    if array.ndim == 1:
        return [(f"{base}0", array)]
    if array.ndim == 2:
        return [(f"{base}{j}", array[:, j]) for j in range(array.shape[1])]
    raise ValueError("Feature array has too many dimensions")


def _of_mapping(base: str, features: Mapping[Any, Any]) -> list[tuple[str, Any]]:
    columns = [(_checked_name(name), values) for name, values in features.items()]
    try:
        if len({len(values) for _, values in columns}) == 1:
            return [
                (name, column_array(values) if isinstance(values, (list, tuple)) else values)
                for name, values in columns
            ]
    except TypeError:
        pass
    raise ValueError(
        "DataFrame.from_dict() failed on the sensitive features: all values must be one "
        "column of the same length"
    )


def _checked_name(name: object) -> str:
    if not isinstance(name, str):
        raise ValueError(f"Feature name must be a string. Type was {type(name)}")
    return name


def unknown_of(features: list[Feature]) -> UnknownRows:
    """The rows that are in the group of missing values of some feature."""
    rows = len(features[0].groups.codes) if features else 0
    found, counts = np.zeros(rows, dtype=bool), {}
    for name, groups in features:
        if MISSING_GROUP not in groups.levels:
            continue
        unknown = groups.codes == groups.levels.index(MISSING_GROUP)
        counts[name] = int(unknown.sum())
        found |= unknown
    return UnknownRows(found, counts)


def features_of_rows(features: list[Feature], rows: Rows, *, all_levels: bool) -> list[Feature]:
    """The features of some rows, with the levels that those have, or with all."""
    return [
        Feature(name, _taken(groups, rows, all_levels=all_levels)) for name, groups in features]


def _taken(groups: Grouping, rows: Rows, *, all_levels: bool) -> Grouping:
    codes = groups.codes[rows]
    if all_levels:
        return groups._replace(codes=codes)
    used = np.bincount(codes, minlength=len(groups.levels)) > 0
    place = (np.cumsum(used) - 1).astype(np.int32)
    return Grouping(
        place[codes], [groups.levels[k] for k in np.flatnonzero(used)],
        [int(place[k]) for k in groups.order if used[k]])


class Partition:
    """Rows by the combination of several features.

    Groups are all combinations of the features' values, in increasing order; those of some rows are
    numbered, and `places` says which group has which number.
    """

    def __init__(self, features: list[Feature]):
        self.features = features
        self.names = [feature.name for feature in features]
        #: The values of each feature in increasing order.
        self.values = [
            [feature.groups.levels[k] for k in feature.groups.order] for feature in features
        ]
        self.count = int(np.prod([len(values) for values in self.values], dtype=np.int64))
        self.codes, self.places = self._numbered()

    def _numbered(self) -> tuple[Codes, npt.NDArray[np.int64]]:
        """A number a row, and the group that each number stands for."""
        places = np.zeros(1, dtype=np.int64)
        joint: npt.NDArray[Any] | None = None
        for feature in self.features:
            groups = feature.groups
            size = len(groups.levels)
            rank = np.empty(size, dtype=np.int64)
            rank[groups.order] = np.arange(size)
            if joint is None:
                joint, places = groups.codes, rank
                continue
            places = (places[:, None] * size + rank[None, :]).ravel()
            wide = joint if len(places) < 2**31 else joint.astype(np.int64)
            joint = wide * wide.dtype.type(size) + groups.codes
            if len(places) > _LARGEST_TABLE:
                found = number_values(joint)
                places = places[joint[found.first]]
                joint = found.codes
        assert joint is not None
        return joint.astype(np.int32, copy=False), places

    def spread(self, table: npt.NDArray[Any], empty: Any) -> npt.NDArray[Any]:
        """What there is for each number as what there is for each group."""
        if self.count == len(self.places):
            result = np.empty_like(table)
        else:
            result = np.full((self.count, *table.shape[1:]), empty, dtype=table.dtype)
        result[self.places] = table
        return result

    @cached_property
    def index(self) -> Any:
        if len(self.names) == 1:
            return pd.Index(self.values[0], name=self.names[0])
        return pd.MultiIndex.from_product(self.values, names=self.names)

    def keys(self) -> list[Any]:
        """What `index` has for each group."""
        if len(self.names) == 1:
            return list(self.values[0])
        return list(itertools.product(*self.values))

    @cached_property
    def _order(self) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """Rows by group, and where those of each number end."""
        codes = self.codes
        if len(self.places) < 2**16:
            codes = codes.astype(np.uint16)
        order = np.argsort(codes, kind="stable")
        sizes = np.bincount(self.codes, minlength=len(self.places))
        return order, np.cumsum(sizes)

    def gathered(self, column: npt.NDArray[Any]) -> npt.NDArray[Any]:
        """A column with the rows of each group next to each other."""
        return column if len(self.places) == 1 else column[self._order[0]]

    def slices(self) -> list[slice | None]:
        """Where the rows of each group are in a gathered column; None where there are none."""
        ends = self._order[1]
        starts = np.concatenate([[0], ends[:-1]])
        found: list[slice | None] = [None] * self.count
        for k, place in enumerate(self.places):
            if ends[k] > starts[k]:
                found[int(place)] = slice(int(starts[k]), int(ends[k]))
        return found
