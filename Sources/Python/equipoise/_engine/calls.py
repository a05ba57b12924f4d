"""Calls with Python's types: statuses become exceptions, handles are released by themselves."""

from __future__ import annotations

import contextlib
import ctypes
import json
import signal
import threading
import warnings
import weakref
from ctypes import byref, c_int64, c_void_p

import numpy as np

from . import library as lib


class EquipoiseError(ValueError):
    """Data or arguments that cannot be used.

    `row` (from 0, or None) and `column` (or "") say where.
    """

    def __init__(self, message: str, row: int | None = None, column: str = ""):
        super().__init__(message)
        self.row = row
        self.column = column


class ConvergenceWarning(UserWarning):
    """A fit ended before its tolerance was reached; the result is the best point found."""


def _raise(status: int, record: lib.ErrorRecord) -> None:
    message = record.message.decode("utf-8", "replace")
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


def call(name: str, *arguments) -> int:
    """Calls a function whose last argument is the error record; returns OK or NOT_CONVERGED."""
    record = lib.ErrorRecord()
    status = getattr(lib.library(), name)(*arguments, byref(record))
    if status not in (lib.OK, lib.NOT_CONVERGED):
        _raise(status, record)
    return status


def _released(destroy, address: int) -> None:
    handle = c_void_p(address)
    destroy(byref(handle))


class Handle:
    """A handle of the library, destroyed when nobody uses it any more."""

    kind = ""

    def __init__(self, pointer: c_void_p, keeps=None):
        self.pointer = pointer
        # What the library borrows must live as long as the handle.
        self.keeps = keeps if keeps is not None else []
        destroy = getattr(lib.library(), f"eqp_{self.kind}_destroy")
        self._finalizer = weakref.finalize(self, _released, destroy, pointer.value)


def vector(values: np.ndarray) -> lib.VectorRecord:
    """A one-dimensional array as the library reads it; the caller keeps the array alive."""
    return lib.VectorRecord(
        values.ctypes.data,
        lib.DTYPES[values.dtype.name],
        values.shape[0],
        values.strides[0] // values.itemsize if values.shape[0] > 1 else 1,
    )


def _native(values: np.ndarray) -> np.ndarray:
    """The array in a type and byte order that the library reads: itself where it can be."""
    if values.dtype.name in lib.DTYPES and values.dtype.isnative:
        if all(stride % values.itemsize == 0 for stride in values.strides):
            return values
    return np.ascontiguousarray(values, dtype=np.float64)


def _texts(names) -> ctypes.Array | None:
    if names is None:
        return None
    return (ctypes.c_char_p * len(names))(
        *[str(name).encode("utf-8", "replace").replace(b"\0", b" ") for name in names]
    )


def read_text(name: str, handle: Handle) -> str:
    """A text of the library: asked for its length, then for itself."""
    needed = c_int64()
    call(name, handle.pointer, None, 0, byref(needed))
    room = ctypes.create_string_buffer(needed.value)
    call(name, handle.pointer, room, needed.value, byref(needed))
    return room.value.decode("utf-8")


class Options(Handle):
    kind = "options"

    def __init__(self, **values):
        pointer = c_void_p()
        call("eqp_options_create", byref(pointer))
        super().__init__(pointer)
        for name, value in values.items():
            if value is None:
                continue
            text = str(value).lower() if isinstance(value, (bool, np.bool_)) else str(value)
            call("eqp_options_set", self.pointer, name.encode(), text.encode())

    @contextlib.contextmanager
    def interruptible(self):
        """Makes Ctrl-C end a call. Signals are handled when Python code runs, so the progress
        callback both lets them in and tells the library."""
        main = threading.current_thread() is threading.main_thread()
        if not main or signal.getsignal(signal.SIGINT) is not signal.default_int_handler:
            yield
            return
        asked = []
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


class Dataset(Handle):
    """Rows for a fit, a prediction or an audit."""

    kind = "dataset"

    def __init__(self, rows: int):
        pointer = c_void_p()
        call("eqp_dataset_create", rows, byref(pointer))
        super().__init__(pointer)
        self.rows = rows

    def set_features(self, block: np.ndarray, names=None) -> Dataset:
        block = _native(block)
        record = lib.MatrixRecord(
            block.ctypes.data,
            lib.DTYPES[block.dtype.name],
            block.shape[0],
            block.shape[1],
            block.strides[0] // block.itemsize if block.shape[0] > 1 else block.shape[1],
            block.strides[1] // block.itemsize if block.shape[1] > 1 else 1,
        )
        self.keeps.append(block)
        call(
            "eqp_dataset_set_features",
            self.pointer,
            byref(record),
            _texts(names),
            lib.ReleaseFunction(),
            None,
        )
        return self

    def add_category(self, name: str, codes: np.ndarray, levels) -> Dataset:
        codes = _native(codes)
        call(
            "eqp_dataset_add_category",
            self.pointer,
            str(name).encode(),
            byref(vector(codes)),
            _texts(levels),
            len(levels),
        )
        return self

    def add_attribute(self, name: str, codes: np.ndarray, groups) -> Dataset:
        codes = _native(codes)
        call(
            "eqp_dataset_add_attribute",
            self.pointer,
            str(name).encode(),
            byref(vector(codes)),
            _texts(groups),
            len(groups),
        )
        return self

    def _set(self, part: str, values) -> Dataset:
        values = _native(np.asarray(values))
        call(f"eqp_dataset_set_{part}", self.pointer, byref(vector(values)))
        return self

    def set_labels(self, values) -> Dataset:
        return self._set("labels", values)

    def set_weights(self, values) -> Dataset:
        return self if values is None else self._set("weights", values)

    def set_predictions(self, values) -> Dataset:
        return self._set("predictions", values)

    def set_scores(self, values) -> Dataset:
        return self._set("scores", values)


class Model(Handle):
    """A fitted model."""

    kind = "model"

    @classmethod
    def fit(cls, method: str, data: Dataset, options: Options) -> Model:
        pointer = c_void_p()
        with options.interruptible():
            call("eqp_model_fit", method.encode(), data.pointer, options.pointer, byref(pointer))
        return cls(pointer)

    @classmethod
    def fit_path(cls, method: str, data: Dataset, options: Options, settings) -> list[Model]:
        settings = np.ascontiguousarray(settings, dtype=np.float64)
        pointers = (c_void_p * len(settings))()
        with options.interruptible():
            call(
                "eqp_model_fit_path",
                method.encode(),
                data.pointer,
                options.pointer,
                settings.ctypes.data_as(ctypes.POINTER(ctypes.c_double)),
                len(settings),
                pointers,
            )
        return [cls(c_void_p(pointer)) for pointer in pointers]

    @property
    def report(self) -> dict:
        return json.loads(read_text("eqp_model_report", self))

    def tensor(self, name: str) -> np.ndarray:
        needed, shape = c_int64(), (c_int64 * 5)()
        call("eqp_model_tensor", self.pointer, name.encode(), None, 0, byref(needed), shape)
        values = np.empty(needed.value)
        call(
            "eqp_model_tensor",
            self.pointer,
            name.encode(),
            values.ctypes.data_as(ctypes.POINTER(ctypes.c_double)),
            needed.value,
            byref(needed),
            shape,
        )
        return values.reshape([shape[k + 1] for k in range(shape[0])])

    def predict(self, data: Dataset, kind: int, options: Options | None = None) -> np.ndarray:
        values = np.empty(data.rows)
        call(
            "eqp_model_predict",
            self.pointer,
            data.pointer,
            kind,
            None if options is None else options.pointer,
            values.ctypes.data_as(ctypes.POINTER(ctypes.c_double)),
            data.rows,
        )
        return values

    def __getstate__(self) -> dict:
        needed = c_int64()
        call("eqp_model_to_bytes", self.pointer, None, 0, byref(needed))
        room = (ctypes.c_uint8 * needed.value)()
        call("eqp_model_to_bytes", self.pointer, room, needed.value, byref(needed))
        return {"bytes": bytes(room)}

    def __setstate__(self, state: dict) -> None:
        content = state["bytes"]
        room = (ctypes.c_uint8 * len(content)).from_buffer_copy(content)
        pointer = c_void_p()
        call("eqp_model_from_bytes", room, len(content), byref(pointer))
        Handle.__init__(self, pointer)

    def write(self, path) -> None:
        call("eqp_model_write", self.pointer, str(path).encode())

    @classmethod
    def read(cls, path) -> Model:
        pointer = c_void_p()
        call("eqp_model_read", str(path).encode(), byref(pointer))
        return cls(pointer)

    def warn(self) -> None:
        """Warns when the fit did not reach its tolerance."""
        status = self.report["report"]["status"]
        if status != "converged":
            warnings.warn(f"the fit ended as '{status}'", ConvergenceWarning, stacklevel=3)


def penalized_objective(
    data: Dataset, options: Options, theta: np.ndarray
) -> tuple[float, np.ndarray]:
    theta = np.ascontiguousarray(theta, dtype=np.float64)
    value, gradient = ctypes.c_double(), np.empty_like(theta)
    doubles = ctypes.POINTER(ctypes.c_double)
    call(
        "eqp_penalized_objective",
        data.pointer,
        options.pointer,
        theta.ctypes.data_as(doubles),
        theta.shape[0],
        byref(value),
        gradient.ctypes.data_as(doubles),
    )
    return value.value, gradient


class Reduction(Handle):
    """A reduction over a learner of Python's."""

    kind = "reduction"

    @classmethod
    def fit(cls, data: Dataset, options: Options, learner) -> Reduction:
        """`learner(number, labels, weights)` returns the decisions on the training rows."""
        failure: list[BaseException] = []

        def answer(context, number, labels, weights, rows, decisions):
            try:
                result = learner(
                    number,
                    np.ctypeslib.as_array(labels, (rows,)).copy(),
                    np.ctypeslib.as_array(weights, (rows,)).copy(),
                )
                np.ctypeslib.as_array(decisions, (rows,))[:] = result
                return 0
            except BaseException as error:  # noqa: BLE001: nothing may pass through foreign frames
                failure.append(error)
                return 1

        function, pointer = lib.LearnerFunction(answer), c_void_p()
        try:
            call("eqp_reduction_fit", data.pointer, options.pointer, function, None, byref(pointer))
        except RuntimeError:
            if failure:
                raise failure[0]
            raise
        return cls(pointer)

    @property
    def members(self) -> tuple[np.ndarray, np.ndarray]:
        """The numbers of the fits (-1 always negative, -2 always positive) and their weights."""
        needed = c_int64()
        call("eqp_reduction_members", self.pointer, None, None, 0, byref(needed))
        numbers, weights = np.empty(needed.value, np.int64), np.empty(needed.value)
        call(
            "eqp_reduction_members",
            self.pointer,
            numbers.ctypes.data_as(ctypes.POINTER(c_int64)),
            weights.ctypes.data_as(ctypes.POINTER(ctypes.c_double)),
            needed.value,
            byref(needed),
        )
        return numbers, weights

    @property
    def report(self) -> dict:
        return json.loads(read_text("eqp_reduction_report", self))


class AuditRun(Handle):
    kind = "audit"

    def __init__(self, data: Dataset, options: Options):
        pointer = c_void_p()
        call("eqp_audit_run", data.pointer, options.pointer, byref(pointer))
        super().__init__(pointer)

    @property
    def document(self) -> dict:
        return json.loads(read_text("eqp_audit_json", self))


def count_outcomes(groups, group_count: int, labels, predictions, weights=None) -> np.ndarray:
    """Weighted counts `(group_count, 4)`: true and false negatives and positives in the order
    TN, FP, FN, TP."""
    arrays = [_native(np.asarray(part)) for part in (groups, labels, predictions)]
    records = [byref(vector(part)) for part in arrays]
    weight = None
    if weights is not None:
        weights = _native(np.asarray(weights))
        weight = byref(vector(weights))
    counts = np.empty((group_count, 4))
    call(
        "eqp_count_outcomes",
        records[0],
        group_count,
        records[1],
        records[2],
        weight,
        None,
        counts.ctypes.data_as(ctypes.POINTER(ctypes.c_double)),
        4 * group_count,
    )
    return counts
