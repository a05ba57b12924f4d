"""Tables over the Arrow C data interface: in from any library that speaks it, out to the engine."""

from __future__ import annotations

import ctypes
from ctypes import POINTER, Structure, c_char_p, c_int, c_int64, c_void_p

import numpy as np

from ._engine import library as lib
from ._engine.calls import call


class ArrowSchema(Structure):
    pass


class ArrowArray(Structure):
    pass


class ArrowArrayStream(Structure):
    pass


_ReleaseSchema = ctypes.CFUNCTYPE(None, POINTER(ArrowSchema))
_ReleaseArray = ctypes.CFUNCTYPE(None, POINTER(ArrowArray))
_ReleaseStream = ctypes.CFUNCTYPE(None, POINTER(ArrowArrayStream))
ArrowSchema._fields_ = [
    ("format", c_char_p),
    ("name", c_char_p),
    ("metadata", c_char_p),
    ("flags", c_int64),
    ("n_children", c_int64),
    ("children", POINTER(POINTER(ArrowSchema))),
    ("dictionary", POINTER(ArrowSchema)),
    ("release", _ReleaseSchema),
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
    ("release", _ReleaseArray),
    ("private_data", c_void_p),
]
ArrowArrayStream._fields_ = [
    (
        "get_schema",
        ctypes.CFUNCTYPE(c_int, POINTER(ArrowArrayStream), POINTER(ArrowSchema)),
    ),
    ("get_next", ctypes.CFUNCTYPE(c_int, POINTER(ArrowArrayStream), POINTER(ArrowArray))),
    ("get_last_error", ctypes.CFUNCTYPE(c_char_p, POINTER(ArrowArrayStream))),
    ("release", _ReleaseStream),
    ("private_data", c_void_p),
]

_pointer_of = ctypes.pythonapi.PyCapsule_GetPointer
_pointer_of.restype, _pointer_of.argtypes = c_void_p, [ctypes.py_object, c_char_p]


def _stream_of_array(array: ArrowArray, schema: ArrowSchema) -> ArrowArrayStream:
    stream = ArrowArrayStream()
    call("eqp_arrow_stream", ctypes.byref(array), ctypes.byref(schema), ctypes.byref(stream))
    return stream


def speaks_arrow(table) -> bool:
    return hasattr(table, "__arrow_c_stream__") or hasattr(table, "__arrow_c_array__")


class Stream:
    """A table as an Arrow stream, to be read once; `address` is where the C struct is."""

    def __init__(self, table):
        self.keeps = table
        is_pandas = hasattr(table, "iloc")  # whose streams carry the index as a column
        if hasattr(table, "__arrow_c_stream__") and not is_pandas:
            self.keeps = table.__arrow_c_stream__()
            self.address = _pointer_of(self.keeps, b"arrow_array_stream")
            return
        if hasattr(table, "__arrow_c_array__"):
            self.keeps = schema, array = table.__arrow_c_array__()
            self.struct = _stream_of_array(
                ArrowArray.from_address(_pointer_of(array, b"arrow_array")),
                ArrowSchema.from_address(_pointer_of(schema, b"arrow_schema")),
            )
        else:
            self.keeps = export = _Export(table)
            self.struct = _stream_of_array(export.array, export.schema)
        self.address = ctypes.addressof(self.struct)


# ---- Out: columns of numpy as a batch -------------------------------------------------------------

_FORMATS = {
    "int8": b"c", "uint8": b"C", "int16": b"s", "uint16": b"S", "int32": b"i", "uint32": b"I",
    "int64": b"l", "uint64": b"L", "float32": b"f", "float64": b"g",
}  # fmt: skip


@_ReleaseSchema
def _release_schema(schema):
    schema[0].release = _ReleaseSchema()


@_ReleaseArray
def _release_array(array):
    array[0].release = _ReleaseArray()


def _named_columns(table) -> list:
    """Columns with names; those of pandas as they are, for their categories."""
    from ._inputs import as_columns

    if not hasattr(table, "iloc") or table.ndim != 2:
        return as_columns(table, "x")
    return [(name, table.iloc[:, place]) for place, name in enumerate(table.columns)]


class _Export:
    """Columns as one Arrow batch in memory that lives as long as this object."""

    def __init__(self, table):
        columns = _named_columns(table)
        lengths = {len(values) for _, values in columns}
        if len(lengths) > 1:
            raise ValueError(f"the columns have different lengths: {sorted(lengths)}")
        self._keeps: list = []
        parts = [self._column(str(name), values) for name, values in columns]
        self.schema = self._schema(b"+s", b"", [schema for schema, _ in parts])
        self.array = self._array(
            lengths.pop() if lengths else 0, [None], [array for _, array in parts]
        )

    def _keep(self, value):
        self._keeps.append(value)
        return value

    def _schema(self, format, name, children=(), dictionary=None) -> ArrowSchema:
        pointers = self._keep((POINTER(ArrowSchema) * max(1, len(children)))())
        for place, child in enumerate(children):
            pointers[place] = ctypes.pointer(child)
        schema = ArrowSchema(
            format=format, name=name, flags=2, n_children=len(children), children=pointers,
            release=_release_schema,
        )
        if dictionary is not None:
            schema.dictionary = ctypes.pointer(dictionary)
        return self._keep(schema)

    def _array(self, length, buffers, children=(), dictionary=None, nulls=0) -> ArrowArray:
        pointers = self._keep((POINTER(ArrowArray) * max(1, len(children)))())
        for place, child in enumerate(children):
            pointers[place] = ctypes.pointer(child)
        addresses = self._keep((c_void_p * len(buffers))())
        for place, buffer in enumerate(buffers):
            if buffer is not None:
                # Arrow wants an address even where there is nothing to read.
                buffer = self._keep(buffer if len(buffer) else np.zeros(8, np.uint8))
                addresses[place] = buffer.ctypes.data
        array = ArrowArray(
            length=length, null_count=nulls, n_buffers=len(buffers), n_children=len(children),
            buffers=ctypes.cast(addresses, POINTER(c_void_p)), children=pointers,
            release=_release_array,
        )
        if dictionary is not None:
            array.dictionary = ctypes.pointer(dictionary)
        return self._keep(array)

    def _column(self, name: str, values) -> tuple[ArrowSchema, ArrowArray]:
        label = name.encode("utf-8", "replace")
        if hasattr(values, "cat"):
            codes = values.cat.codes.to_numpy(np.int32)
            return self._dictionary(label, codes, [str(level) for level in values.cat.categories])
        values = np.asarray(values)
        if values.dtype == bool:
            bits = np.packbits(values, bitorder="little")
            return self._schema(b"b", label), self._array(len(values), [None, bits])
        if values.dtype.name in _FORMATS:
            numbers = np.ascontiguousarray(values, values.dtype.newbyteorder("="))
            schema = self._schema(_FORMATS[values.dtype.name], label)
            return schema, self._array(len(values), [None, numbers])
        return self._texts(label, values)

    def _texts(self, label: bytes, values: np.ndarray) -> tuple[ArrowSchema, ArrowArray]:
        """A dictionary of the texts, or of the other values' texts."""
        import pandas

        values = values.astype(object)
        missing = pandas.isna(values)
        present = values[~missing]
        if len(present) and all(isinstance(value, (int, float, np.number)) for value in present):
            numbers = np.full(len(values), np.nan)
            numbers[~missing] = present.astype(np.float64)
            return self._schema(b"g", label), self._array(len(values), [None, numbers])
        codes, levels = pandas.factorize(values)
        return self._dictionary(label, codes.astype(np.int32), [str(level) for level in levels])

    def _dictionary(
        self, label: bytes, codes: np.ndarray, levels: list[str]
    ) -> tuple[ArrowSchema, ArrowArray]:
        missing = codes < 0
        encoded = [text.encode("utf-8", "replace") for text in levels]
        offsets = np.zeros(len(encoded) + 1, np.int64)
        np.cumsum([len(text) for text in encoded], out=offsets[1:])
        content = np.frombuffer(b"".join(encoded), np.uint8)
        valid = np.packbits(~missing, bitorder="little")
        schema = self._schema(b"i", label, dictionary=self._schema(b"U", b""))
        array = self._array(
            len(codes), [valid, np.maximum(codes, 0)], nulls=int(missing.sum()),
            dictionary=self._array(len(encoded), [None, offsets, content]),
        )
        return schema, array


# ---- In: any producer's columns as numpy ----------------------------------------------------------


def columns(table, prefix: str) -> list[tuple[str, np.ndarray]]:
    """The columns of an Arrow producer by name; a stream of one column is called `prefix`.

    Numbers without nulls keep their type; with nulls they are floats with NaN. Texts and
    dictionaries are objects, with None where they are missing.
    """
    source = Stream(table)
    stream = ArrowArrayStream.from_address(source.address)
    schema = ArrowSchema()
    try:
        if stream.get_schema(ctypes.byref(stream), ctypes.byref(schema)):
            raise ValueError(f"{prefix}: its producer failed")
        is_table = schema.format == b"+s"
        parts: list[list[np.ndarray]] = [[] for _ in range(schema.n_children if is_table else 1)]
        while True:
            array = ArrowArray()
            if stream.get_next(ctypes.byref(stream), ctypes.byref(array)):
                raise ValueError(f"{prefix}: its producer failed")
            if not array.release:
                break
            try:
                if is_table:
                    for j, part in enumerate(parts):
                        part.append(
                            _values(schema.children[j][0], array.children[j][0], array.offset,
                                    array.length)
                        )
                else:
                    parts[0].append(_values(schema, array, 0, array.length))
            finally:
                array.release(ctypes.byref(array))
        names = (
            [schema.children[j][0].name.decode("utf-8", "replace") for j in range(len(parts))]
            if is_table
            else [prefix]
        )
    finally:
        if schema.release:
            schema.release(ctypes.byref(schema))
        if stream.release:
            stream.release(ctypes.byref(stream))
    return [
        (name, np.concatenate(part) if part else np.empty(0)) for name, part in zip(names, parts)
    ]


_TYPES = {code: name for name, code in _FORMATS.items()} | {b"e": "float16"}


def _values(schema, array, start: int, count: int) -> np.ndarray:
    """A copy of the values of one column of one batch."""
    first = array.offset + start
    valid = _bits(array.buffers[0], first, count) if array.n_buffers and array.null_count else None
    if schema.dictionary:
        codes = _memory(array.buffers[1], _TYPES[schema.format], first, count)
        inner = array.dictionary[0]
        levels = _values(schema.dictionary[0], inner, 0, inner.length)
        if valid is not None:
            codes = np.where(valid, codes, 0)
        if not len(levels):
            return np.full(count, None, object)
        found = levels[codes]
        return found if valid is None else np.where(valid, found.astype(object), None)
    if schema.format in _TYPES:
        values = _memory(array.buffers[1], _TYPES[schema.format], first, count).copy()
        if valid is not None and not valid.all():
            values = np.where(valid, values.astype(np.float64), np.nan)
        return values
    if schema.format == b"b":
        values = _bits(array.buffers[1], first, count)
        if valid is None or valid.all():
            return values
        return np.where(valid, values.astype(object), None)
    if schema.format == b"n":
        return np.full(count, None, object)
    texts = _texts(schema.format, array, first, count)
    return np.array(
        [text if valid is None or valid[i] else None for i, text in enumerate(texts)] + [None],
        dtype=object,
    )[:-1]


def _memory(address: int, kind: str, first: int, count: int) -> np.ndarray:
    kind = np.dtype(kind)
    if not count:
        return np.empty(0, kind)
    content = (ctypes.c_char * (count * kind.itemsize)).from_address(
        address + first * kind.itemsize
    )
    return np.frombuffer(content, kind)


def _bits(address, first: int, count: int) -> np.ndarray:
    if not address:
        return np.ones(count, bool)
    content = _memory(address, "uint8", 0, (first + count + 7) // 8)
    return np.unpackbits(content, bitorder="little")[first : first + count].astype(bool)


def _texts(format: bytes, array, first: int, count: int):
    if format in (b"u", b"U"):
        offsets = _memory(array.buffers[1], "int32" if format == b"u" else "int64", first, count + 1)
        for i in range(count):
            size = int(offsets[i + 1] - offsets[i])
            yield ctypes.string_at(array.buffers[2] + int(offsets[i]), size).decode() if size else ""
        return
    if format != b"vu":
        raise TypeError(f"columns of the Arrow type {format.decode()!r} cannot be used")
    for i in range(count):
        view = array.buffers[1] + 16 * (first + i)
        size = ctypes.c_int32.from_address(view).value
        if size <= 12:
            yield ctypes.string_at(view + 4, size).decode()
        else:
            buffer, start = (ctypes.c_int32.from_address(view + at).value for at in (8, 12))
            yield ctypes.string_at(array.buffers[2 + buffer] + start, size).decode()


# ---- Out: predictions to any consumer -------------------------------------------------------------

_capsule = ctypes.pythonapi.PyCapsule_New
_Destructor = ctypes.CFUNCTYPE(None, c_void_p)
_capsule.restype, _capsule.argtypes = ctypes.py_object, [c_void_p, c_char_p, _Destructor]
_address_of = ctypes.PYFUNCTYPE(c_void_p, c_void_p, c_char_p)(
    ("PyCapsule_GetPointer", ctypes.pythonapi)
)
# Structs that capsules point to, until both are gone.
_lent: dict[int, Structure] = {}


def _give_back(name: bytes):
    def destructor(capsule):
        address = _address_of(capsule, name)
        struct = _lent.pop(address, None)
        if struct is not None and struct.release:
            struct.release(ctypes.byref(struct))

    return _Destructor(destructor)


_DESTRUCTORS = {name: _give_back(name) for name in (b"arrow_schema", b"arrow_array")}


def capsules(schema: ArrowSchema, array: ArrowArray) -> tuple:
    """The pair that `__arrow_c_array__` returns; its consumer, or its end, releases the memory."""
    result = []
    for struct, name in ((schema, b"arrow_schema"), (array, b"arrow_array")):
        address = ctypes.addressof(struct)
        _lent[address] = struct
        result.append(_capsule(address, name, _DESTRUCTORS[name]))
    return tuple(result)
