"""Fits and predictions."""

from __future__ import annotations

import ctypes
import json
import warnings
from ctypes import byref, c_int64, c_void_p
from functools import cached_property
from os import PathLike
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from .._types import Numbers
from . import library as lib
from .calls import (
    ConvergenceWarning,
    Handle,
    Options,
    call,
    doubles,
    filled,
    from_bytes,
    numbers,
    read_bytes,
    read_text,
)
from .dataset import Dataset

if TYPE_CHECKING:
    from .stages import Transform


class Model(Handle):
    """A fitted model."""

    kind = "model"
    # Whether the fit said so; None where only its report knows.
    converged: bool | None = None

    @classmethod
    def fit(cls, method: str, data: Dataset, options: Options) -> Model:
        """Fits a method of the engine to rows."""
        pointer = c_void_p()
        with options.interruptible():
            status = call(
                "eqp_model_fit", method.encode(), data.pointer, options.pointer, byref(pointer)
            )
        model = cls(pointer)
        model.converged = status == lib.OK
        return model

    @classmethod
    def fit_path(
        cls, method: str, data: Dataset, options: Options, settings: npt.ArrayLike
    ) -> list[Model]:
        """Fits one model for each setting of the method's dial, each from the one before."""
        dials = np.ascontiguousarray(settings, dtype=np.float64)
        pointers = (c_void_p * len(dials))()
        with options.interruptible():
            call(
                "eqp_model_fit_path",
                method.encode(),
                data.pointer,
                options.pointer,
                doubles(dials),
                len(dials),
                pointers,
            )
        return [cls(c_void_p(pointer)) for pointer in pointers]

    @cached_property
    def report(self) -> dict[str, Any]:
        """Method, options, how the fit went, columns."""
        report: dict[str, Any] = json.loads(read_text("eqp_model_report", self))
        return report

    def tensor(self, name: str) -> Numbers:
        """Learnt numbers by name, in the shape that they have."""
        shape = (c_int64 * 5)()
        values, count = filled(
            numbers, 256, "eqp_model_tensor", self.pointer, name.encode(), after=(shape,)
        )
        return values[:count].reshape([shape[k + 1] for k in range(shape[0])])

    def predict(self, data: Dataset, kind: int, options: Options | None = None) -> Numbers:
        """Scores, probabilities or decisions of rows, shape (n,)."""
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

    def __getstate__(self) -> dict[str, Any]:
        return {"bytes": read_bytes("eqp_model_to_bytes", self)}

    def __setstate__(self, state: dict[str, Any]) -> None:
        Handle.__init__(self, from_bytes("eqp_model_from_bytes", state["bytes"]))

    def after(self, transform: Transform) -> Model:
        """One model of a transform and of this one, which was fitted to the rows that it made."""
        pointer = c_void_p()
        call("eqp_model_after", self.pointer, transform.pointer, byref(pointer))
        return Model(pointer)

    def write(self, path: str | PathLike[str]) -> None:
        """A file as the command line reads it, too."""
        call("eqp_model_write", self.pointer, str(path).encode())

    @classmethod
    def read(cls, path: str | PathLike[str]) -> Model:
        """Out of such a file."""
        pointer = c_void_p()
        call("eqp_model_read", str(path).encode(), byref(pointer))
        return cls(pointer)

    def warn(self) -> None:
        """Warns when the fit did not reach its tolerance."""
        if self.converged:
            return
        report = self.report["report"]
        if report["status"] != "converged":
            reasons = [text for text in (report.get("stop_reason"), report.get("advice")) if text]
            told = f": {'; '.join(reasons)}" if reasons else ""
            warnings.warn(
                f"the fit ended as '{report['status']}'{told}", ConvergenceWarning, stacklevel=3
            )


def penalized_objective(
    data: Dataset, options: Options, theta: npt.ArrayLike
) -> tuple[float, Numbers]:
    """The penalized objective at any point (coefficients, intercept), and its gradient."""
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
