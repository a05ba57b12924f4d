"""Sensitive and control features of a `MetricFrame`: names, values, and which rows are in a group."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd

from .._inputs import refuse_missing


def named_features(base: str, features, rows: int) -> list[pd.Series]:
    """One series a feature. Names come from series, frames and dictionaries; others are
    `base0`, `base1`, …"""
    if isinstance(features, pd.Series):
        name = features.name if features.name is not None else f"{base}0"
        result = [_series(features, _checked_name(name))]
    elif isinstance(features, pd.DataFrame):
        result = [_series(features.iloc[:, j], _checked_name(n)) for j, n in
                  enumerate(features.columns)]
    elif isinstance(features, list):
        if features and not np.isscalar(features[0]):
            raise ValueError("Feature lists must be of scalar types")
        result = [pd.Series(features, name=f"{base}0")]
    elif isinstance(features, dict):
        try:
            frame = pd.DataFrame.from_dict(features)
        except ValueError as error:
            raise ValueError(
                "DataFrame.from_dict() failed on the sensitive features: all values must be one "
                "column of the same length"
            ) from error
        return named_features(base, frame, rows)
    else:
        array = np.squeeze(np.asarray(features))
        if array.ndim == 1:
            result = [pd.Series(array, name=f"{base}0")]
        elif array.ndim == 2:
            result = [pd.Series(array[:, j], name=f"{base}{j}") for j in range(array.shape[1])]
        else:
            raise ValueError("Feature array has too many dimensions")
    for series in result:
        if len(series) != rows:
            raise ValueError(
                f"Found input variables with inconsistent numbers of samples: "
                f"'{series.name}' has {len(series)}, and y_true has {rows}"
            )
        refuse_missing(series.to_numpy(), series.name)
    return result


def _checked_name(name) -> str:
    if not isinstance(name, str):
        raise ValueError(f"Feature name must be a string. Type was {type(name)}")
    return name


def _series(values, name: str) -> pd.Series:
    return pd.Series(np.asarray(values), name=name)


class Partition:
    """Rows by the combination of several features."""

    def __init__(self, features: list[pd.Series]):
        self.names = [feature.name for feature in features]
        codes, self.values = [], []
        for feature in features:
            found, code = _levels(feature)
            codes.append(code)
            self.values.append(found)
        sizes = [len(values) for values in self.values]
        joint = np.zeros(len(features[0]), dtype=np.int64)
        missing = np.zeros(len(joint), dtype=bool)
        for code, size in zip(codes, sizes):
            missing |= code < 0
            joint = joint * max(size, 1) + code
        # Rows with a missing feature are in no group.
        rows = np.flatnonzero(~missing)
        order = rows[np.argsort(joint[rows], kind="stable")]
        present, starts = np.unique(joint[order], return_index=True)
        self._rows = dict(zip(present.tolist(), np.split(order, starts[1:])))
        self.index = self._index(sizes)

    def _index(self, sizes):
        if len(self.names) == 1:
            return pd.Index(self.values[0], name=self.names[0])
        return pd.MultiIndex.from_product(self.values, names=self.names)

    def groups(self):
        """The rows of each combination in the index's order; None where there are none."""
        sizes = [len(values) for values in self.values]
        for places in itertools.product(*[range(size) for size in sizes]):
            key = 0
            for place, size in zip(places, sizes):
                key = key * size + place
            yield self._rows.get(key)


def _levels(feature: pd.Series) -> tuple[list, np.ndarray]:
    """Values in increasing order and the place of each row's; -1 where it is missing."""
    codes, found = pd.factorize(feature, sort=False)
    found = list(found)
    try:
        order = sorted(range(len(found)), key=lambda k: found[k])
    except TypeError:
        order = sorted(range(len(found)), key=lambda k: str(found[k]))
    place = np.empty(len(found) + 1, dtype=np.int64)
    place[-1] = -1
    for new, old in enumerate(order):
        place[old] = new
    return [found[k] for k in order], place[codes]
