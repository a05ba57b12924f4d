"""Reductions over a learner of Python's, games over moments of Python's, and grids of fits."""

from __future__ import annotations

import ctypes
import json
from collections.abc import Callable
from ctypes import byref, c_int64, c_void_p
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from . import library as lib
from .calls import Handle, Options, call, doubles, native, read_text, vector
from .dataset import Dataset

Numbers: TypeAlias = npt.NDArray[np.float64]
#: Fit number, labels and weights of the rows; the decisions on them.
Learner: TypeAlias = Callable[[int, Numbers, Numbers], npt.ArrayLike]


def _array(address: Any, count: int) -> Numbers:
    """A copy of numbers of the library's, which may go when the call ends."""
    copied: Numbers = np.ctypeslib.as_array(address, (count,)).copy()
    return copied


def run_callback(name: str, failure: list[BaseException], *arguments: Any) -> int:
    """A call that calls back: what was raised inside it is raised again."""
    try:
        return call(name, *arguments)
    except RuntimeError:
        if failure:
            raise failure[0]
        raise


class Reduction(Handle):
    """A reduction over a learner of Python's."""

    kind = "reduction"

    @classmethod
    def fit(cls, data: Dataset, options: Options, learner: Learner) -> Reduction:
        """`learner(number, labels, weights)` returns the decisions on the training rows."""
        failure: list[BaseException] = []

        def answer(
            context: object, number: int, labels: Any, weights: Any, rows: int, decisions: Any
        ) -> int:
            try:
                result = learner(number, _array(labels, rows), _array(weights, rows))
                np.ctypeslib.as_array(decisions, (rows,))[:] = result
                return 0
            except BaseException as error:  # noqa: BLE001: nothing may pass through foreign frames
                failure.append(error)
                return 1

        function, pointer = lib.LearnerFunction(answer), c_void_p()
        run_callback(
            "eqp_reduction_fit", failure, data.pointer, options.pointer, function, None,
            byref(pointer),
        )
        return cls(pointer)

    @property
    def members(self) -> tuple[npt.NDArray[np.int64], Numbers]:
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
    def report(self) -> dict[str, Any]:
        """How it went."""
        found: dict[str, Any] = json.loads(read_text("eqp_reduction_report", self))
        return found


@dataclass
class Answer:
    """A hypothesis as a game sees it."""

    error: float
    moments: Numbers
    is_constant: bool = False
    #: std(|h(x) − y|) / √n, of the first answer.
    deviation: float = 0.0


class Game(Handle):
    """The published steps of a reduction over moments of Python's."""

    kind = "game"

    @classmethod
    def play(
        cls,
        bounds: Numbers,
        options: Options,
        respond: Callable[[Numbers, int, int], Answer],
        project: Callable[[Numbers], Numbers],
    ) -> dict[str, Any]:
        """Every step, its gap, and the best mixture.

        `respond(multipliers, call, kept)` finds the best hypothesis for multipliers; `call` counts its
        calls, and `kept` says how many of the earlier answers were kept. `project` gives multipliers
        with the same or a higher Lagrangian.
        """
        failure: list[BaseException] = []

        def answer(
            context: object, number: int, kept: int, multipliers: Any, count: int,
            response: Any, moments: Any,
        ) -> int:
            try:
                found = respond(_array(multipliers, count), number, kept)
                response[0].error = found.error
                response[0].deviation = found.deviation
                response[0].is_constant = found.is_constant
                np.ctypeslib.as_array(moments, (count,))[:] = found.moments
                return 0
            except BaseException as error:  # noqa: BLE001: nothing may pass through foreign frames
                failure.append(error)
                return 1

        def projected(context: object, multipliers: Any, count: int, result: Any) -> int:
            try:
                np.ctypeslib.as_array(result, (count,))[:] = project(_array(multipliers, count))
                return 0
            except BaseException as error:  # noqa: BLE001: as above
                failure.append(error)
                return 1

        pointer = c_void_p()
        responding, projecting = lib.ResponseFunction(answer), lib.ProjectionFunction(projected)
        bounds = np.ascontiguousarray(bounds, dtype=np.float64)
        run_callback(
            "eqp_game_play", failure, doubles(bounds), len(bounds), options.pointer, responding,
            projecting, None, byref(pointer),
        )
        record: dict[str, Any] = json.loads(read_text("eqp_game_json", cls(pointer)))
        return record


@dataclass
class GridFits:
    """Logistic regressions that differ in labels and weights of their rows."""

    #: Shape (fits, columns + 1), the intercept last.
    theta: Numbers
    #: The weight of the rows of each cell with z ≥ 0, shape (fits, cells).
    positives: Numbers
    iterations: npt.NDArray[np.int64]
    converged: bool


def logistic_fits(
    data: Dataset, columns: int, cells: npt.NDArray[Any], weights: Numbers, options: Options
) -> GridFits:
    """One fit a row of `weights`, shape (fits, cells): the signed weight of the rows of each cell."""
    weights, codes = np.ascontiguousarray(weights, dtype=np.float64), native(cells)
    fits, count = weights.shape
    theta, positives = np.empty((fits, columns + 1)), np.empty((fits, count))
    iterations = np.zeros(fits, np.int64)
    with options.interruptible():
        status = call(
            "eqp_logistic_fits",
            data.pointer,
            options.pointer,
            byref(vector(codes)),
            doubles(weights),
            fits,
            count,
            doubles(theta),
            doubles(positives),
            iterations.ctypes.data_as(ctypes.POINTER(c_int64)),
        )
    return GridFits(theta, positives, iterations, status == lib.OK)
