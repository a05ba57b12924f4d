"""Columns of any container as one Arrow batch."""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from ctypes import POINTER, c_void_p
from typing import Any, TypeVar

import numpy as np

from ._arrow_parts import Part, named_parts
from ._arrow_structs import ArrowArray, ArrowSchema, ReleaseArray, ReleaseSchema

__all__ = ["Export"]

_Kept = TypeVar("_Kept")


def _forget_schema(schema: Any) -> None:
    schema[0].release = ReleaseSchema()


def _forget_array(array: Any) -> None:
    array[0].release = ReleaseArray()


# The memory is this process's own, so that to release it is to say so.
_release_schema, _release_array = ReleaseSchema(_forget_schema), ReleaseArray(_forget_array)


class Export:
    """Columns as one Arrow batch in memory that lives as long as this object."""

    def __init__(self, table: Any):
        parts = named_parts(table)
        lengths = {part.length for _, part in parts}
        if len(lengths) > 1:
            raise ValueError(f"the columns have different lengths: {sorted(lengths)}")
        self._keeps: list[object] = []
        columns = [self._column(name.encode("utf-8", "replace"), part) for name, part in parts]
        self.schema = self._schema(b"+s", b"", [schema for schema, _ in columns])
        self.array = self._array(
            Part(b"+s", lengths.pop() if lengths else 0, [None]), [array for _, array in columns]
        )

    def _keep(self, value: _Kept) -> _Kept:
        self._keeps.append(value)
        return value

    def _column(self, name: bytes, part: Part) -> tuple[ArrowSchema, ArrowArray]:
        if part.lent is not None:
            schema = self._keep(ArrowSchema.from_buffer_copy(self._keep(part.lent).schema))
            schema.name = name
            return schema, part.lent.array
        # The engine knows by this name that nobody has said that texts are categories.
        label = b"texts" if part.is_text else b""
        dictionary = None if part.dictionary is None else self._column(label, part.dictionary)
        schema = self._schema(part.format, name)
        array = self._array(part)
        if dictionary is not None:
            schema.dictionary, array.dictionary = (ctypes.pointer(part) for part in dictionary)
        return schema, array

    def _schema(
        self, format: bytes, name: bytes, children: Sequence[ArrowSchema] = ()
    ) -> ArrowSchema:
        pointers = self._keep((POINTER(ArrowSchema) * max(1, len(children)))())
        for place, child in enumerate(children):
            pointers[place] = ctypes.pointer(child)
        return self._keep(
            ArrowSchema(
                format=format, name=name, flags=2, n_children=len(children), children=pointers,
                release=_release_schema,
            )
        )

    def _array(self, part: Part, children: Sequence[ArrowArray] = ()) -> ArrowArray:
        pointers = self._keep((POINTER(ArrowArray) * max(1, len(children)))())
        for place, child in enumerate(children):
            pointers[place] = ctypes.pointer(child)
        addresses = self._keep((c_void_p * max(1, len(part.buffers)))())
        for place, buffer in enumerate(part.buffers):
            if buffer is not None:
                # Arrow wants an address even where there is nothing to read.
                buffer = self._keep(buffer if len(buffer) else np.zeros(8, np.uint8))
                addresses[place] = buffer.ctypes.data
        return self._keep(
            ArrowArray(
                length=part.length, null_count=part.nulls, n_buffers=len(part.buffers),
                n_children=len(children), buffers=ctypes.cast(addresses, POINTER(c_void_p)),
                children=pointers, release=_release_array,
            )
        )
