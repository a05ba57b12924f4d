"""Reductions over a learner of Python's."""

from __future__ import annotations

import ctypes
import json
from ctypes import byref, c_int64, c_void_p

import numpy as np

from . import library as lib
from .calls import Handle, Options, call, doubles, read_text
from .dataset import Dataset


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
            doubles(weights),
            needed.value,
            byref(needed),
        )
        return numbers, weights

    @property
    def report(self) -> dict:
        return json.loads(read_text("eqp_reduction_report", self))
