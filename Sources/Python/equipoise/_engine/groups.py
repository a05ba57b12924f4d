"""Numbers of values and counts of cells, in one pass over columns as they are."""

from __future__ import annotations

from ctypes import POINTER, byref, c_double, c_int32, c_int64, c_void_p
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from . import library as lib
from .calls import EquipoiseError, call, doubles, native, vector

Codes = npt.NDArray[np.int32]
Rows = npt.NDArray[np.int64]


class TooManyValues(Exception):
    """A column has more different values than there is room for."""


class Numbered(NamedTuple):
    """The values of a column, numbered in the order in which they first come."""

    #: The number of each row's value, -1 where there is none, shape (n,).
    codes: Codes
    #: The row of each value's first place, shape (values,).
    first: Rows
    #: The first row without a value, or -1.
    missing: int


def _numbered(name: str, rows: int, capacity: int, *arguments: Any) -> Numbered:
    codes = np.empty(rows, dtype=np.int32)
    # Memory that nobody touches costs nothing.
    first = np.empty(max(1, capacity), dtype=np.int64)
    count, missing = c_int64(), c_int64()
    status = call(
        name,
        *arguments,
        codes.ctypes.data_as(POINTER(c_int32)),
        first.ctypes.data_as(POINTER(c_int64)),
        max(1, capacity),
        byref(count),
        byref(missing),
        accepts=(lib.OK, lib.CAPACITY),
    )
    if status == lib.CAPACITY:
        raise TooManyValues
    return Numbered(codes, first[: count.value].copy(), missing.value)


def number_values(values: npt.NDArray[Any]) -> Numbered:
    """Numbers of any type; NaN has no number."""
    values = native(values)
    return _numbered("eqp_factorize", len(values), len(values), byref(vector(values)))


def number_bytes(values: npt.NDArray[Any], capacity: int | None = None) -> Numbered:
    """Values that are equal where their bytes are: texts of one width, or objects by their addresses.

    Raises `TooManyValues` where there are more than `capacity`.
    """
    rows = len(values)
    stride = values.strides[0] if rows > 1 else values.itemsize
    return _numbered(
        "eqp_factorize_bytes", rows, rows if capacity is None else capacity,
        values.ctypes.data, values.itemsize, rows, stride,
    )


def number_arrow(address: int, rows: int) -> Numbered:
    """The only column of the Arrow stream at an address, which is consumed."""
    return _numbered("eqp_factorize_arrow", rows, rows, c_void_p(address), rows)


def renumber(codes: Codes, numbers: Codes) -> Codes:
    """The codes with other numbers for the values, in their own memory."""
    pointer = POINTER(c_int32)
    call(
        "eqp_factorize_renumber", codes.ctypes.data_as(pointer), len(codes),
        numbers.ctypes.data_as(pointer), len(numbers),
    )
    return codes


class OutOfPlace(Exception):
    """A row has a number that is neither of the two that a column may have."""

    def __init__(self, part: str, row: int):
        super().__init__(part, row)
        self.part = part
        self.row = row


class BinaryNumbers(NamedTuple):
    """A column of two numbers: what counts as 0 and as 1; NaN as the first: any but the second."""

    values: npt.NDArray[Any]
    zero: float
    one: float


def _binary(column: BinaryNumbers | None) -> tuple[Any, Any]:
    if column is None:
        return None, None
    return byref(vector(column.values)), (c_double * 2)(column.zero, column.one)


def count_cells(
    codes: Codes | None,
    groups: int,
    rows: int,
    labels: BinaryNumbers | None = None,
    predictions: BinaryNumbers | None = None,
    weights: npt.NDArray[Any] | None = None,
) -> tuple[Rows, npt.NDArray[np.float64]]:
    """Rows and sums of weights by group, label and prediction, each of shape (groups, 2, 2).

    Without codes all rows are one group; without weights the sums are the counts. Raises `OutOfPlace`
    on a row with another number.
    """
    counts = np.empty((groups, 2, 2), dtype=np.int64)
    sums = np.empty((groups, 2, 2)) if weights is not None else None
    columns = [
        part._replace(values=native(part.values)) if part is not None else None
        for part in (labels, predictions)
    ]
    weights = None if weights is None else native(weights)
    try:
        call(
            "eqp_count_cells",
            None if codes is None else codes.ctypes.data_as(POINTER(c_int32)),
            groups,
            rows,
            *_binary(columns[0]),
            *_binary(columns[1]),
            None if weights is None else byref(vector(weights)),
            counts.ctypes.data_as(POINTER(c_int64)),
            None if sums is None else doubles(sums),
        )
    except EquipoiseError as error:
        if error.row is None:
            raise
        raise OutOfPlace(error.column, error.row) from error
    return counts, counts.astype(np.float64) if sums is None else sums
