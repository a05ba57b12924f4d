"""The structs of the Arrow C data interface, as ctypes has them."""

from __future__ import annotations

import ctypes
from ctypes import POINTER, Structure, c_char_p, c_int, c_int64, c_void_p
from typing import Any

__all__ = ["ArrowArray", "ArrowArrayStream", "ArrowSchema", "pointer_of", "release", "taken"]


class ArrowSchema(Structure):
    """What a column or a table is."""

    format: bytes | None
    name: bytes | None
    flags: int
    n_children: int
    children: Any
    dictionary: Any
    release: Any


class ArrowArray(Structure):
    """The values of a column, or the columns of a batch."""

    length: int
    null_count: int
    offset: int
    n_buffers: int
    n_children: int
    buffers: Any
    children: Any
    dictionary: Any
    release: Any


class ArrowArrayStream(Structure):
    """Batches of one schema, one after the other."""

    get_schema: Any
    get_next: Any
    get_last_error: Any
    release: Any
    private_data: int | None


ReleaseSchema = ctypes.CFUNCTYPE(None, POINTER(ArrowSchema))
ReleaseArray = ctypes.CFUNCTYPE(None, POINTER(ArrowArray))
ReleaseStream = ctypes.CFUNCTYPE(None, POINTER(ArrowArrayStream))
ArrowSchema._fields_ = [
    ("format", c_char_p),
    ("name", c_char_p),
    ("metadata", c_char_p),
    ("flags", c_int64),
    ("n_children", c_int64),
    ("children", POINTER(POINTER(ArrowSchema))),
    ("dictionary", POINTER(ArrowSchema)),
    ("release", ReleaseSchema),
    ("private_data", c_void_p),
]
ArrowArray._fields_ = [
    ("length", c_int64),
    ("null_count", c_int64),
    ("offset", c_int64),
    ("n_buffers", c_int64),
    ("n_children", c_int64),
    ("buffers", POINTER(c_void_p)),
    ("children", POINTER(POINTER(ArrowArray))),
    ("dictionary", POINTER(ArrowArray)),
    ("release", ReleaseArray),
    ("private_data", c_void_p),
]
ArrowArrayStream._fields_ = [
    ("get_schema", ctypes.CFUNCTYPE(c_int, POINTER(ArrowArrayStream), POINTER(ArrowSchema))),
    ("get_next", ctypes.CFUNCTYPE(c_int, POINTER(ArrowArrayStream), POINTER(ArrowArray))),
    ("get_last_error", ctypes.CFUNCTYPE(c_char_p, POINTER(ArrowArrayStream))),
    ("release", ReleaseStream),
    ("private_data", c_void_p),
]

pointer_of = ctypes.pythonapi.PyCapsule_GetPointer
pointer_of.restype, pointer_of.argtypes = c_void_p, [ctypes.py_object, c_char_p]


def release(*structs: ArrowSchema | ArrowArray | ArrowArrayStream) -> None:
    """Gives structs back to whoever made them, if nobody has yet."""
    for struct in structs:
        if struct.release:
            struct.release(ctypes.byref(struct))


def taken(table: Any, prefix: str) -> tuple[ArrowSchema, list[ArrowArray]]:
    """The schema and the batches of a producer, which the caller releases.

    A column of Arrow is one batch of another schema than a struct of columns.
    """
    if not hasattr(table, "__arrow_c_stream__"):
        schema_capsule, array_capsule = table.__arrow_c_array__()
        schema, array = ArrowSchema(), ArrowArray()
        for target, capsule, name in (
            (schema, schema_capsule, b"arrow_schema"), (array, array_capsule, b"arrow_array"),
        ):
            source = type(target).from_address(pointer_of(capsule, name))
            ctypes.pointer(target)[0] = source
            source.release = type(source.release)()
        return schema, [array]
    capsule = table.__arrow_c_stream__()
    stream = ArrowArrayStream.from_address(pointer_of(capsule, b"arrow_array_stream"))
    schema = ArrowSchema()
    batches: list[ArrowArray] = []
    try:
        if stream.get_schema(ctypes.byref(stream), ctypes.byref(schema)):
            raise ValueError(f"{prefix}: its producer failed")
        while True:
            batch = ArrowArray()
            if stream.get_next(ctypes.byref(stream), ctypes.byref(batch)):
                raise ValueError(f"{prefix}: its producer failed")
            if not batch.release:
                return schema, batches
            batches.append(batch)
    except BaseException:
        release(schema, *batches)
        raise
    finally:
        release(stream)
