"""Tables over the Arrow C data interface: in from any library that speaks it, out to the engine."""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from ctypes import c_char_p, c_void_p
from typing import Any

from ._arrow_in import columns
from ._arrow_out import Export
from ._arrow_structs import ArrowArray, ArrowArrayStream, ArrowSchema, pointer_of, release
from ._engine.calls import call

__all__ = ["ArrowArray", "ArrowSchema", "Stream", "capsules", "columns", "speaks_arrow"]


def speaks_arrow(table: object) -> bool:
    """Whether a table or a column hands its memory over by the Arrow C data interface."""
    return hasattr(table, "__arrow_c_stream__") or hasattr(table, "__arrow_c_array__")


class Stream:
    """A table as an Arrow stream, to be read once; `address` is where the C struct is."""

    def __init__(self, table: Any):
        self.keeps: object = table
        is_pandas = hasattr(table, "iloc")  # whose streams carry the index as a column
        if hasattr(table, "__arrow_c_stream__") and not is_pandas:
            capsule = table.__arrow_c_stream__()
            self.keeps = capsule
            self.address = pointer_of(capsule, b"arrow_array_stream")
            return
        if hasattr(table, "__arrow_c_array__"):
            schema, array = table.__arrow_c_array__()
            self.keeps = schema, array
            self.struct = _stream_of_array(
                ArrowArray.from_address(pointer_of(array, b"arrow_array")),
                ArrowSchema.from_address(pointer_of(schema, b"arrow_schema")),
            )
        else:
            export = Export(table)
            self.keeps = export
            self.struct = _stream_of_array(export.array, export.schema)
        self.address = ctypes.addressof(self.struct)


def _stream_of_array(array: ArrowArray, schema: ArrowSchema) -> ArrowArrayStream:
    stream = ArrowArrayStream()
    call("eqp_arrow_stream", ctypes.byref(array), ctypes.byref(schema), ctypes.byref(stream))
    return stream


# ---- Out: predictions to any consumer ------------------------------------------------------------

_capsule = ctypes.pythonapi.PyCapsule_New
_Destructor = ctypes.CFUNCTYPE(None, c_void_p)
_capsule.restype, _capsule.argtypes = ctypes.py_object, [c_void_p, c_char_p, _Destructor]
_address_of = ctypes.PYFUNCTYPE(c_void_p, c_void_p, c_char_p)(
    ("PyCapsule_GetPointer", ctypes.pythonapi)
)
# Structs that capsules point to, until both are gone.
_lent: dict[int, ArrowSchema | ArrowArray] = {}


def _give_back(name: bytes) -> Callable[..., None]:
    def destructor(capsule: int) -> None:
        struct = _lent.pop(_address_of(capsule, name), None)
        if struct is not None:
            release(struct)

    return _Destructor(destructor)


_DESTRUCTORS = {name: _give_back(name) for name in (b"arrow_schema", b"arrow_array")}


def capsules(schema: ArrowSchema, array: ArrowArray) -> tuple[object, object]:
    """The pair that `__arrow_c_array__` returns; its consumer, or its end, releases the memory."""

    def capsule(struct: ArrowSchema | ArrowArray, name: bytes) -> object:
        address = ctypes.addressof(struct)
        _lent[address] = struct
        return _capsule(address, name, _DESTRUCTORS[name])

    return capsule(schema, b"arrow_schema"), capsule(array, b"arrow_array")
