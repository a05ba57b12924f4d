"""Columns as groups: a number a row, and the value that each number stands for.

Values are numbered in the engine, without a sort of rows and without an object of Python a row where
the container allows; Python looks at the different values alone.
"""

from __future__ import annotations

import numbers
import sys
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from ._engine.calls import EquipoiseError
from ._engine.groups import (
    Codes,
    Numbered,
    Rows,
    TooManyValues,
    number_arrow,
    number_bytes,
    number_values,
    renumber,
)
from ._missing import MISSING_GROUP, NAN_TEXT, is_missing, missing_feature, missing_rows

# An object column with fewer different objects than one in so many rows is numbered by address.
_ROWS_AN_OBJECT = 8
_MOST_OBJECTS = 1 << 16
_GLANCE = 4096


class Grouping(NamedTuple):
    """A column as groups."""

    #: A number a row, in the order in which values first come, shape (n,).
    codes: Codes
    #: The value of each number.
    levels: list[Any]
    #: The numbers in increasing order of their values.
    order: list[int]

    def arranged(self) -> tuple[Codes, list[Any]]:
        """Codes and values in increasing order of the values."""
        if self.order == list(range(len(self.order))):
            return self.codes, self.levels
        place = np.empty(len(self.order), dtype=np.int32)
        place[self.order] = np.arange(len(self.order), dtype=np.int32)
        return renumber(self.codes.copy(), place), [self.levels[k] for k in self.order]


def group(values: Any, name: str, *, keeps_missing: bool = False) -> Grouping:
    """The groups of one column of any kind. Numbers mixed with texts are an error, and so is a missing
    value, unless rows without a value are to be a group of their own, the last."""
    found, levels = _numbered(values, name)
    if found.missing >= 0:
        if not keeps_missing:
            raise missing_feature(name, found.missing)
        return _with_missing(values, name)
    return _checked(found, levels, name)


def _with_missing(values: Any, name: str) -> Grouping:
    from ._inputs import column_array

    array = column_array(values)
    missing = missing_rows(array)
    codes = np.zeros(len(array), dtype=np.int32)
    if missing.all():
        return Grouping(codes, [MISSING_GROUP], [0])
    known = group(array[~missing], name)
    codes[~missing] = known.codes
    if MISSING_GROUP in known.levels:
        codes[missing] = known.levels.index(MISSING_GROUP)
        return Grouping(codes, known.levels, known.order)
    codes[missing] = len(known.levels)
    return Grouping(codes, [*known.levels, MISSING_GROUP], [*known.order, len(known.levels)])


def values_of(values: Any, name: str) -> list[Any]:
    """The different values of one column, those that are missing left out."""
    return list(_numbered(values, name)[1])


def group_text(value: object) -> str:
    """The name of a group: 1 and 1.0 are one."""
    if isinstance(value, (float, np.floating)) and float(value).is_integer():
        return str(int(value))
    return str(value)


# ---- Numbers of values, by the kind of container --------------------------------------------------


def _numbered(values: Any, name: str) -> tuple[Numbered, npt.NDArray[Any] | list[Any]]:
    """The numbers of a column's values, and the values in their order."""
    special = _of_container(values, name)
    if special is not None:
        return special
    from ._inputs import column_array

    array = column_array(values)
    if array.dtype == object:
        return _of_objects(array, name)
    found = _of_array(array)
    levels = array[found.first]
    if array.dtype.kind == "U":
        # What numpy has made of NaN.
        for k in np.flatnonzero(levels == NAN_TEXT):
            found = found._replace(missing=int(found.first[k]))
    return found, levels


def _of_container(values: Any, name: str) -> tuple[Numbered, Any] | None:
    """Containers that have codes, or texts in memory of their own."""
    pandas = sys.modules.get("pandas")
    if pandas is not None and isinstance(values, (pandas.Series, pandas.Index)):
        values = values.array
    if pandas is not None and isinstance(values, pandas.Categorical):
        found = number_values(np.asarray(values.codes))
        codes = np.asarray(values.codes)[found.first]
        for k in np.flatnonzero(codes < 0):
            found = found._replace(missing=int(found.first[k]))
        return found, [None if code < 0 else values.categories[code] for code in codes]
    if hasattr(values, "__arrow_array__") and getattr(values.dtype, "storage", "") == "pyarrow":
        values = values.__arrow_array__()
    if isinstance(values, np.ndarray) or hasattr(values, "iloc"):
        return None
    if hasattr(values, "__arrow_c_stream__") or hasattr(values, "__arrow_c_array__"):
        return _of_arrow(values, name)
    return None


def _of_arrow(values: Any, name: str) -> tuple[Numbered, Any] | None:
    """Columns of pyarrow, polars and others; dates and other types whose bytes the engine does not
    compare by their objects."""
    from . import _arrow

    make_stream: Any = _arrow.Stream
    stream = make_stream(values)
    try:
        found = number_arrow(stream.address, len(values))
    except (EquipoiseError, OSError):
        listed = getattr(values, "to_pylist", None) or getattr(values, "to_list", None)
        if listed is None:
            return None
        objects = np.empty(len(values), dtype=object)
        objects[:] = listed()
        return _of_objects(objects, name)
    levels = [values[int(row)] for row in found.first]
    return found, [value.as_py() if hasattr(value, "as_py") else value for value in levels]


def _of_array(array: npt.NDArray[Any]) -> Numbered:
    kind = array.dtype.kind
    if kind in "US" and array.dtype.isnative and array.dtype.itemsize:
        return number_bytes(array)
    if kind in "mM" and array.dtype.isnative:
        found = number_values(array.view(np.int64))
        for k in np.flatnonzero(np.isnat(array[found.first])):
            found = found._replace(missing=int(found.first[k]))
        return found
    if kind in "iub" or array.dtype in (np.float16, np.float32, np.float64):
        whole = array.dtype.newbyteorder("=")
        return number_values(array.astype(np.float32 if kind == "f" and array.itemsize == 2 else
                                          whole, copy=False))
    levels, first, codes = np.unique(array, return_index=True, return_inverse=True)
    missing = np.flatnonzero(levels != levels)
    return Numbered(
        codes.astype(np.int32).reshape(-1), first.astype(np.int64),
        int(first[missing].min()) if len(missing) else -1,
    )


def _of_objects(array: npt.NDArray[Any], name: str) -> tuple[Numbered, npt.NDArray[Any]]:
    """Objects by their addresses where there are few; by their hashes where there are many."""
    most = min(len(array) // _ROWS_AN_OBJECT, _MOST_OBJECTS)
    try:
        # A few rows tell of an object a row.
        number_bytes(array[:_GLANCE], capacity=_GLANCE // 2)
        found = number_bytes(array, capacity=most)
    except TooManyValues:
        return _of_many_objects(array, name)
    levels = array[found.first]
    missing = is_missing(levels)
    if missing.any():
        return found._replace(missing=int(found.first[missing].min())), levels
    return _merged(found, levels, name)


def _merged(
    found: Numbered, levels: npt.NDArray[Any], name: str
) -> tuple[Numbered, npt.NDArray[Any]]:
    """One number for objects that are equal."""
    places: dict[Any, int] = {}
    try:
        place = [places.setdefault(value, len(places)) for value in levels]
    except TypeError as error:
        raise _no_group(error, name) from error
    if len(places) == len(levels):
        return found, levels
    numbers_of = np.array(place, dtype=np.int32)
    kept = np.unique(numbers_of, return_index=True)[1]
    return Numbered(renumber(found.codes, numbers_of), found.first[kept], -1), levels[kept]


def _of_many_objects(array: npt.NDArray[Any], name: str) -> tuple[Numbered, npt.NDArray[Any]]:
    import pandas

    try:
        places, levels = pandas.factorize(array)
    except TypeError as error:
        raise _no_group(error, name) from error
    values: npt.NDArray[Any] = np.asarray(levels, dtype=object)
    if len(places) and places.min() < 0:
        first = np.zeros(len(values), dtype=np.int64)
        return Numbered(places.astype(np.int32), first, int(np.argmax(places < 0))), values
    # Both number values as they come.
    return number_values(places), values


def _no_group(error: TypeError, name: str) -> ValueError:
    return ValueError(f"Feature '{name}' has values that cannot be groups: {error}")


# ---- Their values ---------------------------------------------------------------------------------


def _is_number(value: object) -> bool:
    return isinstance(value, (numbers.Number, np.bool_))


def _is_text(value: object) -> bool:
    return isinstance(value, (str, bytes))


def _checked(found: Numbered, levels: Any, name: str) -> Grouping:
    values = list(levels)
    if isinstance(levels, list) or levels.dtype == object:
        _refuse_mixture(values, found.first, name)
    try:
        order = sorted(range(len(values)), key=lambda k: values[k])
    except TypeError:  # values of several types have no order of their own
        order = sorted(range(len(values)), key=lambda k: str(values[k]))
    return Grouping(found.codes, values, order)


def _refuse_mixture(values: list[Any], first: Rows, name: str) -> None:
    """1 and '1' are no two groups, and no one either: somebody has lost the column's type."""
    number = next((k for k, value in enumerate(values) if _is_number(value)), None)
    text = next((k for k, value in enumerate(values) if _is_text(value)), None)
    if number is not None and text is not None:
        raise ValueError(
            f"Feature '{name}' mixes numbers and texts: {values[number]!r} in row {first[number]}, "
            f"{values[text]!r} in row {first[text]}; give it one type, as in .astype(str)"
        )
