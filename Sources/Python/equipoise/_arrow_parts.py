"""Columns of any container as the buffers of an Arrow column: the same rows are the same column,
whoever holds them."""

from __future__ import annotations

import datetime
import decimal
import numbers
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from ._arrow_in import FORMATS, columns
from ._arrow_structs import ArrowArray, ArrowSchema, release, taken

__all__ = ["Lent", "Part", "categories", "named_parts"]

_Array = npt.NDArray[Any]

# Formats of columns that no model can use: what they are is told, and nobody looks at their values.
_DATE, _TIMESTAMP, _TIME, _DURATION = b"tdD", b"tsn:", b"ttn", b"tDn"
_LIST, _STRUCT, _BINARY, _COMPLEX = b"+l", b"+s", b"z", b"complex number"


class Lent:
    """A column in the memory of another library, given back when nobody needs it."""

    def __init__(self, schema: ArrowSchema, array: ArrowArray):
        self.schema, self.array = schema, array

    def __del__(self) -> None:
        release(self.array)
        release(self.schema)


@dataclass
class Part:
    """One column: its Arrow format and its buffers, validity bits first."""

    format: bytes
    length: int
    buffers: list[_Array | None] = field(default_factory=list)
    nulls: int = 0
    dictionary: Part | None = None
    # The column is one of texts that were numbered on the way, and of no categories of its own.
    is_text: bool = False
    lent: Lent | None = None


def named_parts(table: Any) -> list[tuple[str, Part]]:
    """The columns of a frame, a dictionary or an array by name."""
    return [(str(name), _part(values, str(name))) for name, values in _named_columns(table)]


def _named_columns(table: Any) -> Iterable[tuple[object, Any]]:
    if isinstance(table, Mapping):
        return list(table.items())
    if hasattr(table, "iloc") and table.ndim == 2:
        return [(name, table.iloc[:, place]) for place, name in enumerate(table.columns)]
    if isinstance(table, np.ndarray):
        if table.dtype.names:
            return [(name, table[name]) for name in table.dtype.names]
        if table.ndim == 2:
            return [(f"x_{j}", table[:, j]) for j in range(table.shape[1])]
    from ._inputs import as_columns

    return as_columns(table, "x")


def categories(codes: npt.NDArray[np.signedinteger[Any]], levels: list[str]) -> Part:
    """A column of texts by their numbers, none of which is missing."""
    buffer = np.ascontiguousarray(codes)
    return Part(FORMATS[codes.dtype.name], len(codes), [None, buffer], dictionary=_text_part(levels))


def _part(values: Any, name: str) -> Part:
    if isinstance(values, Part):
        return values
    if hasattr(values, "iloc"):
        return _of_series(values, name)
    if isinstance(values, np.ma.MaskedArray):
        return _of_array(np.asarray(values.data), name, np.ma.getmaskarray(values))
    if not isinstance(values, np.ndarray):
        if hasattr(values, "__arrow_c_array__") or hasattr(values, "__arrow_c_stream__"):
            return _of_arrow(values, name)
        if isinstance(values, (list, tuple)):
            return _of_array(_array_of_list(values), name)
        if hasattr(values, "dtype") and hasattr(values, "isna"):  # an array of pandas
            return _of_series(sys.modules["pandas"].Series(values), name)
        values = np.asarray(values.to_numpy() if hasattr(values, "to_numpy") else values)
    return _of_array(values, name)


def _array_of_list(values: Sequence[Any]) -> _Array:
    """The values of a list as they are: NumPy makes texts of what stands beside texts."""
    kinds = set(map(type, values))
    if kinds == {bool} or (kinds and kinds <= {int, float}):
        return np.asarray(values)
    return np.fromiter(values, object, len(values))


def _of_arrow(values: Any, name: str) -> Part:
    """A column of another library where it is, or a copy of one in several pieces."""
    if hasattr(values, "rechunk"):
        values = values.rechunk()
    elif hasattr(values, "combine_chunks"):
        values = values.combine_chunks()
    schema, batches = taken(values, name)
    if len(batches) == 1:
        lent = Lent(schema, batches[0])
        return Part(schema.format or b"", lent.array.length, lent=lent)
    release(schema, *batches)
    return _of_array(columns(values, name)[0][1], name)


def _of_series(values: Any, name: str) -> Part:
    """A column of pandas, by its type."""
    import pandas

    dtype = values.dtype
    if isinstance(dtype, pandas.CategoricalDtype):
        levels = _levels(values.cat.categories.to_numpy(), name)
        if levels.format in _UNUSABLE.values():
            return Part(levels.format, len(values))
        return _coded(values.cat.codes.to_numpy(np.int32), levels)
    if isinstance(dtype, pandas.DatetimeTZDtype) or isinstance(dtype, pandas.PeriodDtype):
        return Part(_TIMESTAMP, len(values))
    is_arrow = isinstance(dtype, pandas.ArrowDtype) or (
        isinstance(dtype, pandas.StringDtype) and dtype.storage == "pyarrow"
    )
    if is_arrow:
        import pyarrow

        make: Callable[[Any], Any] = getattr(pyarrow, "array")
        return _of_arrow(make(values.array), name)
    if isinstance(dtype, pandas.api.extensions.ExtensionDtype) and dtype.kind in "iufb":
        missing = values.isna().to_numpy()
        if dtype.kind == "b":
            return _flags(values.to_numpy(bool, na_value=False), missing)
        if missing.any():
            return _of_array(values.to_numpy(np.float64, na_value=np.nan), name)
        return _of_array(values.to_numpy(getattr(dtype, "numpy_dtype", np.float64)), name)
    return _of_array(values.to_numpy(), name)


def _of_array(values: _Array, name: str, missing: _Array | None = None) -> Part:
    if values.ndim == 2 and values.shape[1] == 1:
        values, missing = values[:, 0], None if missing is None else missing[:, 0]
    if values.ndim != 1:
        raise ValueError(f"column '{name}' has {values.ndim} dimensions")
    kind, count = values.dtype.kind, len(values)
    if kind == "b":
        return _flags(values, missing)
    if kind in "iuf":
        return _numbers(values, missing)
    if kind == "M":
        return Part(_DATE if values.dtype.str.endswith("[D]") else _TIMESTAMP, count)
    if kind in "mcV":
        return Part({"m": _DURATION, "c": _COMPLEX, "V": _STRUCT}[kind], count)
    if kind == "S":
        values = np.char.decode(values, "utf-8", "replace")
    objects = values.astype(object)
    if missing is not None and missing.any():
        objects[missing] = None
    return _of_objects(objects, name)


def _numbers(values: _Array, missing: _Array | None = None) -> Part:
    if missing is not None and missing.any():
        values = np.where(missing, np.nan, values.astype(np.float64))
    if values.dtype.name == "float16":
        return Part(b"e", len(values), [None, np.ascontiguousarray(values, "=f2")])
    if values.dtype.name not in FORMATS:
        values = values.astype(np.float64)
    native = np.ascontiguousarray(values, values.dtype.newbyteorder("="))
    return Part(FORMATS[values.dtype.name], len(values), [None, native])


def _valid(missing: _Array | None) -> tuple[_Array | None, int]:
    """Validity bits and the number of missing values."""
    if missing is None or not missing.any():
        return None, 0
    return np.packbits(~missing, bitorder="little"), int(missing.sum())


def _flags(values: _Array, missing: _Array | None) -> Part:
    valid, nulls = _valid(missing)
    return Part(b"b", len(values), [valid, np.packbits(values, bitorder="little")], nulls)


# ---- Columns of Python's objects -----------------------------------------------------------------

# What a value is, by the first of these that its type is a kind of.
_KINDS: list[tuple[str, tuple[type, ...]]] = [
    ("text", (str,)),
    ("flag", (bool, np.bool_)),
    ("number", (numbers.Real, decimal.Decimal)),
    ("complex", (numbers.Complex,)),
    ("timestamp", (datetime.datetime, np.datetime64)),
    ("date", (datetime.date,)),
    ("time", (datetime.time,)),
    ("duration", (datetime.timedelta, np.timedelta64)),
    ("nested", (list, tuple, set, frozenset, dict, np.ndarray)),
    ("binary", (bytes, bytearray)),
]
_UNUSABLE = {
    "timestamp": _TIMESTAMP, "date": _DATE, "time": _TIME, "duration": _DURATION,
    "nested": _LIST, "complex": _COMPLEX, "binary": _BINARY,
}  # fmt: skip


def _kind(of: type) -> str:
    return next((kind for kind, types in _KINDS if issubclass(of, types)), "other")


def _of_objects(values: _Array, name: str) -> Part:
    """Numbers where all values are, truth values likewise, texts of anything else that has one."""
    from ._inputs import is_missing

    texts = _plain_texts(values)
    if texts is not None:
        return texts
    missing = is_missing(values)
    present = values[~missing]
    types = {of: _kind(of) for of in set(map(type, present))}
    kinds = set(types.values())
    if not kinds:
        return Part(b"n", len(values))
    unusable = next((kind for kind in _UNUSABLE if kind in kinds), None)
    if unusable is not None:
        return Part(_UNUSABLE[unusable], len(values))
    if kinds == {"flag"}:
        flags = np.zeros(len(values), bool)
        flags[~missing] = present.astype(bool)
        return _flags(flags, missing)
    if kinds <= {"flag", "number"}:
        found = np.full(len(values), np.nan)
        found[~missing] = present.astype(np.float64)
        return _numbers(found)
    if kinds & {"flag", "number"} and "text" in kinds:
        _refuse_merging(values, missing, name)
    return _texts(values, _text_of if kinds != {"text"} else str)


# Values among which a text tells that the others may be texts, too.
_GLANCE = 100


def _plain_texts(values: _Array) -> Part | None:
    """A column of nothing but texts and missing values, whose types are looked at once a text."""
    if not any(isinstance(value, str) for value in values[:_GLANCE]):
        return None
    import pandas

    try:
        codes, levels = pandas.factorize(values)
    except TypeError:  # lists have no hash
        return None
    if not all(isinstance(level, str) for level in levels):
        return None
    return _of_texts(codes, list(levels))


def _text_of(value: Any) -> str:
    """A value as the engine writes it: whole numbers without a point."""
    if isinstance(value, (bool, np.bool_)):
        return "true" if value else "false"
    if not isinstance(value, (numbers.Real, decimal.Decimal)):
        return str(value)
    number = float(value)
    return str(int(number)) if number == round(number) and abs(number) < 2**53 else repr(number)


def _refuse_merging(values: _Array, missing: _Array, name: str) -> None:
    """Raises where a number and a text would become one category."""
    first: dict[str, tuple[int, bool]] = {}
    for row in np.flatnonzero(~missing).tolist():
        value = values[row]
        text, is_text = _text_of(value), isinstance(value, str)
        other, was_text = first.setdefault(text, (row, is_text))
        if was_text != is_text:
            raise ValueError(
                f"column '{name}' mixes numbers and texts: row {other} (from 0) has "
                f"{values[other]!r}, row {row} has {value!r}; make them one type"
            )


def _texts(values: _Array, text_of: Callable[[Any], str]) -> Part:
    """Codes of the different texts."""
    import pandas

    codes, levels = pandas.factorize(values)
    return _of_texts(codes, [text_of(level) for level in levels])


def _of_texts(codes: _Array, levels: list[str]) -> Part:
    part = _coded(codes.astype(np.int32), _text_part(levels))
    part.is_text = True
    return part


def _text_part(levels: list[str]) -> Part:
    encoded = [text.encode("utf-8", "replace") for text in levels]
    offsets = np.zeros(len(encoded) + 1, np.int64)
    np.cumsum([len(text) for text in encoded], out=offsets[1:])
    return Part(b"U", len(encoded), [None, offsets, np.frombuffer(b"".join(encoded), np.uint8)])


def _levels(values: _Array, name: str) -> Part:
    """The values of categories."""
    if values.dtype.kind in "iufbMmc":
        return _of_array(values, name)
    kinds = {_kind(of) for of in set(map(type, values))}
    unusable = next((kind for kind in _UNUSABLE if kind in kinds), None)
    if unusable is not None:
        return Part(_UNUSABLE[unusable], len(values))
    if kinds & {"flag", "number"} and "text" in kinds:
        _refuse_merging(values, np.zeros(len(values), bool), name)
    return _text_part([_text_of(value) for value in values])


def _coded(codes: _Array, levels: Part) -> Part:
    """A column of categories; a code below 0 is a missing value."""
    missing = codes < 0
    valid, nulls = _valid(missing)
    values = np.maximum(codes, 0) if nulls else codes
    return Part(b"i", len(codes), [valid, values], nulls, dictionary=levels)
