"""Tables, sensitive features and weights from outside, as the engine takes them."""

from __future__ import annotations

import numbers
import sys

import numpy as np

from ._arrow import columns as arrow_columns
from ._arrow import speaks_arrow


def is_missing(values: np.ndarray) -> np.ndarray:
    """Where an object array has None, NaN or the NA of pandas."""
    pandas = sys.modules.get("pandas")
    if pandas is not None:
        return pandas.isna(values)
    return np.equal(values, None).astype(bool) | (values != values).astype(bool)


def missing_rows(values: np.ndarray) -> np.ndarray:
    """Where any array has None, NaN, NaT or NA, shape (n,)."""
    if values.dtype == object:
        return is_missing(values)
    return values != values if values.dtype.kind in "fcmM" else np.zeros(len(values), dtype=bool)


def refuse_missing(values: np.ndarray, name: str) -> None:
    """Raises where a feature has no value in some row: such a row is in no group."""
    missing = missing_rows(values)
    if missing.any():
        row = int(np.argmax(missing))
        raise ValueError(f"Feature '{name}' contains missing values: it is missing in row {row}")


def has_names(table) -> bool:
    """Whether columns have names of their own, by which they can be found again."""
    if isinstance(table, dict) or hasattr(table, "column_names") or hasattr(table, "columns"):
        return True
    return not hasattr(table, "__array__") and speaks_arrow(table)


def one_column(values, name: str) -> np.ndarray:
    """The only column of `values`, shape (n,)."""
    columns = as_columns(values, name)
    if len(columns) != 1:
        raise ValueError(
            f"{name} must be one column, and has {len(columns)}: give one of them, as in "
            "predict_proba(X)[:, 1]"
        )
    return columns[0][1]


def as_columns(table, prefix: str) -> list[tuple[str, np.ndarray]]:
    """The columns of anything two-dimensional, or the one column of anything else, with names.

    Accepts arrays, lists, dictionaries, series and frames of pandas and polars, Arrow tables.
    """
    if isinstance(table, dict):
        return [(str(name), _one_dimensional(values)) for name, values in table.items()]
    if hasattr(table, "column_names") and hasattr(table, "column"):  # an Arrow table
        return [(str(n), _one_dimensional(table.column(n))) for n in table.column_names]
    if hasattr(table, "columns") and hasattr(table, "__getitem__"):  # a frame
        return [(str(name), _one_dimensional(table[name])) for name in table.columns]
    if not hasattr(table, "__array__") and speaks_arrow(table):
        return [(name, values) for name, values in arrow_columns(table, prefix)]
    name = getattr(table, "name", None)
    if isinstance(table, (list, tuple)) and len(table) == 0:
        return [(prefix, np.empty(0))]
    array = _array(table)
    if array.ndim == 0:
        raise ValueError(f"{prefix} must be a column or a table, not a single value")
    if array.ndim == 1:
        return [(str(name) if name is not None else prefix, array)]
    if array.ndim == 2:
        if array.shape[1] == 1:
            return [(prefix, array[:, 0])]
        return [(f"{prefix}_{j}", array[:, j]) for j in range(array.shape[1])]
    raise ValueError(f"{prefix} has {array.ndim} dimensions, and at most two are allowed")


def as_matrix(table):
    """Features as scikit-learn takes them: tables of Arrow producers become frames of pandas, so
    that names and missing values stay; everything else is left as it is."""
    if isinstance(table, np.ndarray) or hasattr(table, "iloc") or not speaks_arrow(table):
        return table
    import pandas

    found = arrow_columns(table, "x")
    if len(found) == 1 and not hasattr(table, "columns") and not hasattr(table, "column_names"):
        return table
    return pandas.DataFrame(dict(found), copy=False)


def _array(values) -> np.ndarray:
    if hasattr(values, "to_pylist") and speaks_arrow(values):  # arrays of pyarrow
        return arrow_columns(values, "x")[0][1]
    if hasattr(values, "to_numpy"):
        return np.asarray(values.to_numpy())
    if hasattr(values, "__array__"):
        return np.asarray(values)
    return np.asarray(values)


def _one_dimensional(values) -> np.ndarray:
    array = _array(values)
    if array.ndim == 2 and array.shape[1] == 1:
        array = array[:, 0]
    if array.ndim != 1:
        raise ValueError(f"a column has {array.ndim} dimensions")
    return array


def group_codes(values: np.ndarray, name: str) -> tuple[np.ndarray, list]:
    """Codes 0..<count and the groups' values, in increasing order. A missing value is an error."""
    refuse_missing(values, name)
    if values.dtype == object:
        try:
            found, codes = np.unique(values, return_inverse=True)
        except TypeError:  # values of several types have no order of their own
            found, codes = np.unique(values.astype(str), return_inverse=True)
    else:
        found, codes = np.unique(values, return_inverse=True)
    return codes.astype(np.int32).reshape(-1), list(found)


def group_names(groups: list) -> list[str]:
    names = [str(group) for group in groups]
    if len(set(names)) < len(names):
        names = [f"{name} ({type(group).__name__})" for name, group in zip(names, groups)]
    return names


def sensitive_columns(sensitive_features, rows: int) -> list[tuple[str, np.ndarray, list]]:
    """Name, codes and groups of each sensitive attribute."""
    result = []
    for name, values in as_columns(sensitive_features, "sensitive_feature"):
        if len(values) != rows:
            raise ValueError(
                "Found input variables with inconsistent numbers of samples: "
                f"[{rows}, {len(values)}]: '{name}' has not as many rows as X"
            )
        result.append((name, *group_codes(values, name)))
    names = [name for name, _, _ in result]
    if len(set(names)) < len(names):
        raise ValueError(f"sensitive features share a name: {', '.join(names)}")
    return result


def sensitive_columns_again(
    sensitive_features, rows: int, names: list[str], are_named: bool
) -> list[tuple[str, np.ndarray, list]]:
    """The columns that had these `names` in a fit, in that order: found by name where the columns
    of both tables have names of their own, and by their places otherwise."""
    columns = sensitive_columns(sensitive_features, rows)
    if len(columns) != len(names):
        raise ValueError(f"{len(names)} sensitive features are needed")
    if are_named and has_names(sensitive_features):
        by_name = {column[0]: column for column in columns}
        if set(by_name) != set(names):
            raise ValueError(
                f"the sensitive features are {', '.join(by_name)}, and those of the fit were "
                f"{', '.join(names)}"
            )
        columns = [by_name[name] for name in names]
    return [(name, codes, groups) for name, (_, codes, groups) in zip(names, columns)]


def check_strength(value, name: str) -> float:
    if not isinstance(value, numbers.Real) or isinstance(value, bool) or not value >= 0:
        raise ValueError(f"{name} must be a number of at least 0, and is {value!r}")
    return float(value)
