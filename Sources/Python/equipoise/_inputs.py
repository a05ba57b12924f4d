"""Tables, sensitive features and weights from outside, as the engine takes them."""

from __future__ import annotations

import numbers
import sys
from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from ._alignment import check_aligned as check_aligned
from ._arrow import columns as arrow_columns
from ._arrow import speaks_arrow
from ._engine.groups import Codes
from ._grouping import Grouping, group
from ._labels import binary_column as binary_column
from ._labels import names_of
from ._labels import several_columns
from ._labels import weight_column as weight_column
from ._missing import is_missing as is_missing
from ._missing import missing_rows as missing_rows
from ._missing import refuse_masked as refuse_masked
from ._missing import refuse_missing as refuse_missing

Array = npt.NDArray[Any]
group_names = names_of


def has_names(table: Any) -> bool:
    """Whether columns have names of their own, by which they can be found again."""
    if isinstance(table, Mapping) or hasattr(table, "column_names") or hasattr(table, "columns"):
        return True
    return not hasattr(table, "__array__") and speaks_arrow(table)


def one_column(values: Any, name: str) -> Array:
    """The only column of `values`, shape (n,)."""
    columns = as_columns(values, name)
    if len(columns) != 1:
        raise several_columns(name, len(columns))
    return columns[0][1]


def raw_columns(table: Any, prefix: str) -> list[tuple[str, Any]]:
    """The columns of anything two-dimensional, or the one column of anything else, with names; each
    in the container that it came in.

    Accepts arrays, lists, dictionaries, series and frames of pandas and polars, Arrow tables.
    """
    if isinstance(table, Mapping):
        return [(str(name), values) for name, values in table.items()]
    if hasattr(table, "column_names") and hasattr(table, "column"):  # an Arrow table
        return [(str(name), table.column(name)) for name in table.column_names]
    if hasattr(table, "columns") and hasattr(table, "iloc"):  # a frame of pandas
        return [(str(name), table.iloc[:, j]) for j, name in enumerate(table.columns)]
    if hasattr(table, "columns") and hasattr(table, "__getitem__"):  # a frame of polars
        return [(str(name), table[name]) for name in table.columns]
    if not hasattr(table, "__array__") and speaks_arrow(table):
        return [(name, values) for name, values in arrow_columns(table, prefix)]
    name = getattr(table, "name", None)
    if isinstance(name, str) and not name:  # what polars calls a series without a name
        name = None
    if hasattr(table, "iloc") or speaks_arrow(table):  # a series, or an array of Arrow
        return [(prefix if name is None else str(name), table)]
    pandas = sys.modules.get("pandas")
    if pandas is not None and isinstance(table, pandas.api.extensions.ExtensionArray):
        return [(prefix, pandas.Series(table))]  # which keeps its codes
    array = column_array(table)
    if array.ndim == 0:
        raise ValueError(f"{prefix} must be a column or a table, not a single value")
    if array.ndim == 1:
        return [(prefix if name is None else str(name), array)]
    if array.ndim == 2:
        if array.shape[1] == 1:
            return [(prefix, array[:, 0])]
        return [(f"{prefix}_{j}", array[:, j]) for j in range(array.shape[1])]
    raise ValueError(f"{prefix} has {array.ndim} dimensions, and at most two are allowed")


def as_columns(table: Any, prefix: str) -> list[tuple[str, Array]]:
    """The columns of `raw_columns` as arrays."""
    return [(name, _one_dimensional(values)) for name, values in raw_columns(table, prefix)]


def as_matrix(table: Any) -> Any:
    """Features as scikit-learn takes them: tables of Arrow producers and dictionaries of columns
    become frames of pandas, so that names and missing values stay; everything else is left as it is.
    """
    refuse_masked(table)
    if isinstance(table, Mapping) and not hasattr(table, "shape"):  # a sparse matrix may be one
        import pandas

        return pandas.DataFrame(dict(as_columns(table, "x")), copy=False)
    if isinstance(table, np.ndarray) or hasattr(table, "iloc") or not speaks_arrow(table):
        return table
    import pandas

    found = arrow_columns(table, "x")
    if len(found) == 1 and not hasattr(table, "columns") and not hasattr(table, "column_names"):
        return table
    return pandas.DataFrame(dict(found), copy=False)


def column_array(values: Any) -> Array:
    """Anything as an array that has lost nothing: what a mask hides is missing, and a list of texts
    with a NaN stays one of objects."""
    if isinstance(values, np.ma.MaskedArray):
        if not np.ma.is_masked(values):
            return np.asarray(values.data)
        hidden = np.asarray(values.data).astype(object)
        hidden[np.ma.getmaskarray(values)] = None
        return hidden
    if hasattr(values, "to_pylist") and speaks_arrow(values):  # arrays of pyarrow
        return arrow_columns(values, "x")[0][1]
    if hasattr(values, "to_numpy"):
        return np.asarray(values.to_numpy())
    if isinstance(values, (list, tuple)):
        return _array_of_list(values)
    return np.asarray(values)


def _array_of_list(values: list[Any] | tuple[Any, ...]) -> Array:
    if len(values) == 0:
        return np.empty(0)
    # numpy would make texts of everything in a list with a text.
    if isinstance(values[0], str):
        array = np.empty(len(values), dtype=object)
        array[:] = values
        return array
    array = np.asarray(values)
    return np.array(values, dtype=object) if array.dtype.kind in "US" else array


def _one_dimensional(values: Any) -> Array:
    array = column_array(values)
    if array.ndim == 2 and array.shape[1] == 1:
        array = array[:, 0]
    if array.ndim != 1:
        raise ValueError(f"a column has {array.ndim} dimensions")
    return array


def group_codes(values: Any, name: str) -> tuple[Codes, list[Any]]:
    """Codes 0..<count and the groups' values, in increasing order. A missing value is an error."""
    return group(values, name).arranged()


def sensitive_groups(
    sensitive_features: Any, rows: int, kind: str = "sensitive_feature", *,
    keeps_missing: bool = False,
) -> list[tuple[str, Grouping]]:
    """Name and groups of each sensitive attribute; values are numbered as they come. A column without
    a name is called by its `kind`. A missing value is an error, or a group."""
    result = []
    for name, values in raw_columns(sensitive_features, kind):
        if len(values) != rows:
            raise ValueError(
                "Found input variables with inconsistent numbers of samples: "
                f"[{rows}, {len(values)}]: '{name}' has not as many rows as X"
            )
        result.append((name, group(values, name, keeps_missing=keeps_missing)))
    names = [name for name, _ in result]
    if len(set(names)) < len(names):
        raise ValueError(f"sensitive features share a name: {', '.join(names)}")
    return result


def sensitive_columns(
    sensitive_features: Any, rows: int, *, keeps_missing: bool = False
) -> list[tuple[str, Codes, list[Any]]]:
    """Name, codes and groups of each sensitive attribute, in increasing order of the groups."""
    found = sensitive_groups(sensitive_features, rows, keeps_missing=keeps_missing)
    return [(name, *groups.arranged()) for name, groups in found]


def sensitive_columns_again(
    sensitive_features: Any, rows: int, names: list[str], are_named: bool, *,
    keeps_missing: bool = False,
) -> list[tuple[str, Codes, list[Any]]]:
    """The columns that had these `names` in a fit, in that order: found by name where the columns
    of both tables have names of their own, and by their places otherwise."""
    columns = sensitive_columns(sensitive_features, rows, keeps_missing=keeps_missing)
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


def check_strength(value: Any, name: str) -> float:
    is_number = isinstance(value, numbers.Real) and not isinstance(value, bool)
    if not is_number or not float(value) >= 0:
        raise ValueError(f"{name} must be a number of at least 0, and is {value!r}")
    return float(value)
