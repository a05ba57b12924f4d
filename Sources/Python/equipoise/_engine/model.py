"""Fits and predictions."""

from __future__ import annotations

import ctypes
import json
import warnings
from ctypes import byref, c_int64, c_void_p
from functools import cached_property

import numpy as np

from . import library as lib
from .calls import (
    ConvergenceWarning,
    Handle,
    Options,
    call,
    doubles,
    filled,
    from_bytes,
    read_bytes,
    read_text,
)
from .dataset import Dataset


class Model(Handle):
    """A fitted model."""

    kind = "model"
    # Whether the fit said so; None where only its report knows.
    converged: bool | None = None

    @classmethod
    def fit(cls, method: str, data: Dataset, options: Options) -> Model:
        pointer = c_void_p()
        with options.interruptible():
            status = call(
                "eqp_model_fit", method.encode(), data.pointer, options.pointer, byref(pointer)
            )
        model = cls(pointer)
        model.converged = status == lib.OK
        return model

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
                doubles(settings),
                len(settings),
                pointers,
            )
        return [cls(c_void_p(pointer)) for pointer in pointers]

    @cached_property
    def report(self) -> dict:
        return json.loads(read_text("eqp_model_report", self))

    def tensor(self, name: str) -> np.ndarray:
        shape = (c_int64 * 5)()
        values, count = filled(
            np.empty, 256, "eqp_model_tensor", self.pointer, name.encode(), after=(shape,)
        )
        return values[:count].reshape([shape[k + 1] for k in range(shape[0])])

    def predict(self, data: Dataset, kind: int, options: Options | None = None) -> np.ndarray:
        values = np.empty(data.rows)
        call(
            "eqp_model_predict",
            self.pointer,
            data.pointer,
            kind,
            None if options is None else options.pointer,
            doubles(values),
            data.rows,
        )
        return values

    def __getstate__(self) -> dict:
        return {"bytes": read_bytes("eqp_model_to_bytes", self)}

    def __setstate__(self, state: dict) -> None:
        Handle.__init__(self, from_bytes("eqp_model_from_bytes", state["bytes"]))

    def write(self, path) -> None:
        call("eqp_model_write", self.pointer, str(path).encode())

    @classmethod
    def read(cls, path) -> Model:
        pointer = c_void_p()
        call("eqp_model_read", str(path).encode(), byref(pointer))
        return cls(pointer)

    def warn(self) -> None:
        """Warns when the fit did not reach its tolerance."""
        if self.converged:
            return
        status = self.report["report"]["status"]
        if status != "converged":
            warnings.warn(f"the fit ended as '{status}'", ConvergenceWarning, stacklevel=3)


def penalized_objective(
    data: Dataset, options: Options, theta: np.ndarray
) -> tuple[float, np.ndarray]:
    theta = np.ascontiguousarray(theta, dtype=np.float64)
    value, gradient = ctypes.c_double(), np.empty_like(theta)
    call(
        "eqp_penalized_objective",
        data.pointer,
        options.pointer,
        doubles(theta),
        theta.shape[0],
        byref(value),
        doubles(gradient),
    )
    return value.value, gradient
