"""The columns of any producer of Arrow as arrays of NumPy."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

from ._arrow_structs import ArrowArray, ArrowSchema, release, taken

__all__ = ["FORMATS", "columns"]

_Array = npt.NDArray[Any]

FORMATS = {
    "int8": b"c", "uint8": b"C", "int16": b"s", "uint16": b"S", "int32": b"i", "uint32": b"I",
    "int64": b"l", "uint64": b"L", "float32": b"f", "float64": b"g",
}  # fmt: skip
# Dates, and times and durations in seconds and thousandths of them.
_MOMENTS = {b"tdD": ("int32", "datetime64[D]"), b"tdm": ("int64", "datetime64[ms]")} | {
    b"t" + letter + unit[:1].encode(): ("int64", f"{name}64[{unit}]")
    for letter, name in ((b"s", "datetime"), (b"D", "timedelta"))
    for unit in ("s", "ms", "us", "ns")
}
_TYPES = {code: name for name, code in FORMATS.items()} | {b"e": "float16"}


def columns(table: Any, prefix: str) -> list[tuple[str, _Array]]:
    """The columns of an Arrow producer by name; a stream of one column is called `prefix`.

    Numbers without nulls keep their type; with nulls they are floats with NaN, and so are decimals.
    Texts and dictionaries are objects, with None where they are missing; dates and times are those
    of NumPy, in UTC, with NaT.
    """
    schema, batches = taken(table, prefix)
    try:
        if schema.format != b"+s":
            parts = [[_values(prefix, schema, batch, 0, batch.length) for batch in batches]]
            names = [prefix]
        else:
            fields = [schema.children[j][0] for j in range(schema.n_children)]
            names = [(field.name or b"").decode("utf-8", "replace") for field in fields]
            parts = [
                [
                    _values(name, field, batch.children[j][0], batch.offset, batch.length)
                    for batch in batches
                ]
                for j, (name, field) in enumerate(zip(names, fields))
            ]
    finally:
        release(schema, *batches)
    return [
        (name, np.concatenate(part) if part else np.empty(0)) for name, part in zip(names, parts)
    ]


def _values(name: str, schema: ArrowSchema, array: ArrowArray, start: int, count: int) -> _Array:
    """A copy of the values of one column of one batch."""
    first = array.offset + start
    format = schema.format or b""
    valid = _bits(array.buffers[0], first, count) if array.n_buffers and array.null_count else None
    if schema.dictionary:
        return _decoded(name, schema, array, first, count, valid)
    if format in _TYPES:
        values = _memory(array.buffers[1], _TYPES[format], first, count).copy()
        return values if valid is None or valid.all() else _with_holes(values, valid)
    if format.startswith(b"d:"):
        values = _decimals(format, array.buffers[1], first, count)
        return values if valid is None else _with_holes(values, valid)
    if format[:3] in _MOMENTS:
        kind, dtype = _MOMENTS[format[:3]]
        values = _memory(array.buffers[1], kind, first, count).astype(dtype)
        if valid is not None:
            values[~valid] = np.array("NaT", dtype)
        return values
    if format == b"b":
        values = _bits(array.buffers[1], first, count)
        if valid is None or valid.all():
            return values
        return _with_none(values, valid)
    if format == b"n":
        return np.full(count, None, object)
    if format not in (b"u", b"U", b"vu"):
        raise TypeError(f"column '{name}' has the Arrow type {format.decode()!r}, which is neither "
                        "numbers nor texts")
    texts = _texts(format, array, first, count)
    return np.array(
        [text if valid is None or valid[i] else None for i, text in enumerate(texts)] + [None],
        dtype=object,
    )[:-1]


def _with_holes(values: _Array, valid: _Array) -> _Array:
    return np.where(valid, values.astype(np.float64), np.nan)


def _with_none(values: _Array, valid: _Array) -> _Array:
    objects = values.astype(object)
    objects[~valid] = None
    return objects


def _decoded(
    name: str, schema: ArrowSchema, array: ArrowArray, first: int, count: int,
    valid: _Array | None,
) -> _Array:
    codes = _memory(array.buffers[1], _TYPES[schema.format or b""], first, count)
    inner = array.dictionary[0]
    levels: _Array = _values(name, schema.dictionary[0], inner, 0, inner.length)
    if valid is not None:
        codes = np.where(valid, codes, 0)
    if not len(levels):
        return np.full(count, None, object)
    found: _Array = levels[codes]
    return found if valid is None else _with_none(found, valid)


def _decimals(format: bytes, address: int, first: int, count: int) -> _Array:
    """Numbers of 32 to 256 bits, lowest word first, over a power of ten."""
    numbers = [int(part) for part in format[2:].split(b",")]
    scale, size = numbers[1], (numbers[2] if len(numbers) > 2 else 128) // 8
    if size == 4:
        values = _memory(address, "int32", first, count).astype(np.float64)
    else:
        words = size // 8
        block = _memory(address, "uint64", first * words, count * words).reshape(count, words)
        # Sums of floats would cancel where a number is below 0, so its size is summed.
        negative = block[:, -1] >> np.uint64(63) == 1
        values, carry = np.zeros(count), negative.copy()
        for word in range(words):
            size = np.where(negative, ~block[:, word], block[:, word]) + carry.astype(np.uint64)
            carry &= size == 0
            values += size.astype(np.float64) * 2.0 ** (64 * word)
        values = np.where(negative, -values, values)
    return values / 10.0**scale if scale >= 0 else values * 10.0**-scale


def _memory(address: int, kind: str, first: int, count: int) -> _Array:
    dtype = np.dtype(kind)
    if not count:
        return np.empty(0, dtype)
    content = (ctypes.c_char * (count * dtype.itemsize)).from_address(
        address + first * dtype.itemsize
    )
    values: _Array = np.frombuffer(memoryview(content), dtype)
    return values


def _bits(address: int | None, first: int, count: int) -> _Array:
    if not address:
        return np.ones(count, bool)
    content = _memory(address, "uint8", 0, (first + count + 7) // 8)
    return np.unpackbits(content, bitorder="little")[first : first + count].astype(bool)


def _texts(format: bytes, array: ArrowArray, first: int, count: int) -> Iterator[str]:
    if format != b"vu":
        kind = "int32" if format == b"u" else "int64"
        offsets = _memory(array.buffers[1], kind, first, count + 1)
        for i in range(count):
            size = int(offsets[i + 1] - offsets[i])
            start = array.buffers[2] + int(offsets[i]) if size else 0
            yield ctypes.string_at(start, size).decode() if size else ""
        return
    for i in range(count):
        view = array.buffers[1] + 16 * (first + i)
        size = ctypes.c_int32.from_address(view).value
        if size <= 12:
            yield ctypes.string_at(view + 4, size).decode()
        else:
            buffer, start = (ctypes.c_int32.from_address(view + at).value for at in (8, 12))
            yield ctypes.string_at(array.buffers[2 + buffer] + start, size).decode()
