"""Calls with Python's types: statuses become exceptions, handles are released by themselves."""

from __future__ import annotations

import contextlib
import ctypes
import signal
import threading
import weakref
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from ctypes import POINTER, byref, c_double, c_int64, c_uint8, c_void_p
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from .._types import Numbers
from . import library as lib

_Room = TypeVar("_Room")


class EquipoiseError(ValueError):
    """Data or arguments that cannot be used.

    `row` (from 0, or None) and `column` (or "") say where.
    """

    def __init__(self, message: str, row: int | None = None, column: str = "") -> None:
        super().__init__(message)
        self.row = row
        self.column = column


class ConvergenceWarning(UserWarning):
    """A fit ended before its tolerance was reached; the result is the best point found."""


def _last_message(record: lib.ErrorRecord) -> str:
    """The error of the call that has just failed on this thread, with Python's names of things."""
    room, needed = ctypes.create_string_buffer(8192), c_int64()
    last = lib.library().eqp_error_text
    if last(b"python", room, len(room), byref(needed), None) == lib.CAPACITY:
        room = ctypes.create_string_buffer(needed.value)
        last(b"python", room, len(room), byref(needed), None)
    return (room.value or record.message).decode("utf-8", "replace")


def _raise(status: int, record: lib.ErrorRecord) -> None:
    message = _last_message(record)
    column = record.column.decode("utf-8", "replace")
    if status == lib.MEMORY:
        raise MemoryError(message)
    if status == lib.IO:
        raise OSError(message)
    if status == lib.CANCELLED:
        raise KeyboardInterrupt(message)
    if status in (lib.ARGUMENT, lib.DATA):
        raise EquipoiseError(message, record.row if record.row >= 0 else None, column)
    raise RuntimeError(f"{message} (status {status})")


def call(
    name: str, *arguments: object, accepts: tuple[int, ...] = (lib.OK, lib.NOT_CONVERGED)
) -> int:
    """Calls a function whose last argument is the error record; returns a status of `accepts`."""
    record = lib.ErrorRecord()
    status: int = getattr(lib.library(), name)(*arguments, byref(record))
    if status not in accepts:
        _raise(status, record)
    return status


def _released(destroy: Callable[[object], object], address: int | None) -> None:
    handle = c_void_p(address)
    destroy(byref(handle))


class Handle:
    """A handle of the library, destroyed when nobody uses it any more."""

    kind: str = ""

    def __init__(self, pointer: c_void_p, keeps: Any = None) -> None:
        self.pointer = pointer
        # What the library borrows must live as long as the handle.
        self.keeps: Any = keeps if keeps is not None else []
        destroy = getattr(lib.library(), f"eqp_{self.kind}_destroy")
        self._finalizer: Any = weakref.finalize(self, _released, destroy, pointer.value)


def vector(values: npt.NDArray[Any]) -> lib.VectorRecord:
    """A one-dimensional array as the library reads it; the caller keeps the array alive."""
    return lib.VectorRecord(
        values.ctypes.data,
        lib.DTYPES[values.dtype.name],
        values.shape[0],
        values.strides[0] // values.itemsize if values.shape[0] > 1 else 1,
    )


def native(values: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """The array in a type and byte order that the library reads: itself where it can be."""
    if values.dtype.name in lib.DTYPES and values.dtype.isnative:
        if all(stride % values.itemsize == 0 for stride in values.strides):
            return values
    return np.ascontiguousarray(values, dtype=np.float64)


def texts(names: Sequence[object] | None) -> ctypes.Array[ctypes.c_char_p] | None:
    if names is None:
        return None
    return (ctypes.c_char_p * len(names))(
        *[str(name).encode("utf-8", "replace").replace(b"\0", b" ") for name in names]
    )


def doubles(values: npt.NDArray[Any]) -> Any:
    """Where an array of 64-bit floats begins."""
    return values.ctypes.data_as(POINTER(c_double))


def numbers(count: int) -> Numbers:
    """Room for numbers."""
    return np.empty(count)


def filled(
    make: Callable[[int], _Room], guess: int, name: str, *before: object,
    after: Sequence[object] = (),
) -> tuple[_Room, int]:
    """Memory that a call filled, and how much of it: `make(guess)` at first, and where that is too
    small as much as the call says it needs. What fits the guess is worked out only once."""
    needed, count = c_int64(), guess
    while True:
        room = make(count)
        memory = doubles(room) if isinstance(room, np.ndarray) else room
        arguments = (*before, memory, count, byref(needed), *after)
        if call(name, *arguments, accepts=(lib.OK, lib.CAPACITY)) == lib.OK:
            return room, needed.value
        count = needed.value


def read_text(name: str, handle: Handle) -> str:
    """A text of the library."""
    room, _ = filled(ctypes.create_string_buffer, 8192, name, handle.pointer)
    text: bytes = room.value
    return text.decode("utf-8")


def read_bytes(name: str, handle: Handle) -> bytes:
    """Bytes of the library."""
    room, count = filled(lambda count: (c_uint8 * count)(), 8192, name, handle.pointer)
    return bytes(memoryview(room)[:count])


def read_numbers(name: str, handle: Handle, count: int = 0) -> Numbers:
    """Numbers of the library, `count` of them where that is known."""
    values, found = filled(numbers, count, name, handle.pointer)
    return values[:found]


def from_bytes(name: str, content: bytes) -> c_void_p:
    """A handle out of bytes that the library wrote."""
    room = (c_uint8 * len(content)).from_buffer_copy(content)
    pointer = c_void_p()
    call(name, room, len(content), byref(pointer))
    return pointer


def listed(values: Iterable[object]) -> str:
    """Names in one text, those with commas of their own quoted as in a CSV file."""

    def quoted(name: str) -> str:
        is_plain = name and name == name.strip() and not set(name) & set(',;"')
        return name if is_plain else '"' + name.replace('"', '""') + '"'

    return ",".join(quoted(str(value)) for value in values)


class Options(Handle):
    """What a call is asked for, by names; None stands for the engine's default."""

    kind = "options"

    def __init__(self, **values: object) -> None:
        pointer = c_void_p()
        call("eqp_options_create", byref(pointer))
        super().__init__(pointer)
        for name, value in values.items():
            if value is None:
                continue
            if isinstance(value, (list, tuple, set, frozenset)):
                text = listed(value)
            elif isinstance(value, Mapping):
                text = ",".join(f"{key}={entry}" for key, entry in value.items())
            else:
                text = str(value).lower() if isinstance(value, (bool, np.bool_)) else str(value)
            call("eqp_options_set", self.pointer, name.encode(), text.encode())

    @contextlib.contextmanager
    def interruptible(self) -> Generator[None, None, None]:
        """Makes Ctrl-C end a call. Signals are handled when Python code runs, so the progress
        callback both lets them in and tells the library."""
        main = threading.current_thread() is threading.main_thread()
        if not main or signal.getsignal(signal.SIGINT) is not signal.default_int_handler:
            yield
            return
        asked: list[int] = []
        function = lib.ProgressFunction(lambda context, share, message: 1 if asked else 0)
        call("eqp_options_set_progress", self.pointer, function, None)
        previous = signal.signal(signal.SIGINT, lambda number, frame: asked.append(number))
        try:
            yield
        finally:
            signal.signal(signal.SIGINT, previous)
            call("eqp_options_set_progress", self.pointer, lib.ProgressFunction(), None)
        if asked:
            raise KeyboardInterrupt
