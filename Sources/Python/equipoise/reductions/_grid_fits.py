"""The fits of a grid in the engine: many logistic regressions on one block of features."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.base import clone

from .._engine.calls import ConvergenceWarning, Options
from .._engine.dataset import Dataset
from .._engine.reduction import GridFits, logistic_fits
from .._types import Numbers
from ._error_rate import ErrorRate
from ._moments import Vector
from ._native import fitted_as, is_built_in, penalizes_intercept, rows_of

# A fit's value is within this share of its minimum, which puts coefficients closer to it than
# scikit-learn's own solvers do.
_TOLERANCE = 1e-12
_MOST_CELLS = 1 << 16


class CellTable:
    """The rows of a built-in parity by cell: its event and group, and its label.

    All that a parity and the error say of rows is the same within a cell, so costs are a short table,
    and moments come from the weight of the positive decisions in each cell.
    """

    def __init__(self, constraints: Any, objective: ErrorRate) -> None:
        self._constraints, self._objective = constraints, objective
        labels = constraints.tags["label"].to_numpy()
        # Cell 0 is of the rows without an event.
        self.codes: npt.NDArray[np.int32] = (
            2 * (constraints._cells + 1) + labels
        ).astype(np.int32)
        self.count = 2 * (len(constraints._events) + 1)
        rows = len(self.codes)
        first = np.zeros(self.count, np.intp)
        first[self.codes[::-1]] = np.arange(rows)[::-1]
        self._labels: Numbers = np.arange(self.count, dtype=np.float64) % 2
        self._utilities: Numbers = constraints.utilities[first]
        self._weights = np.bincount(
            self.codes, weights=constraints._weights, minlength=self.count
        )
        self.present: npt.NDArray[np.bool_] = self._weights > 0

    @staticmethod
    def fits(constraints: Any, objective: object) -> bool:
        """Whether cells say all about these moments."""
        built_in = is_built_in(constraints) and type(objective) is ErrorRate
        return built_in and 2 * (len(constraints._events) + 1) <= _MOST_CELLS

    def costs(self, grid: pd.DataFrame) -> Numbers:
        """The signed weight of a row of weight 1 in each cell, shape (points, cells)."""
        ordered = grid.reindex(self._constraints.index).to_numpy(dtype=float)
        half = len(ordered) // 2
        gain = self._utilities[:, 1] - self._utilities[:, 0]
        errors = self._objective._cell_costs(self._labels)
        costs = np.zeros((grid.shape[1], self.count))
        for k, point in enumerate(ordered.T):
            table = self._constraints._cell_costs(point[:half], point[half:])
            costs[k] = gain * np.repeat(np.append(table[-1], table[:-1]), 2) + errors
        return np.where(self.present, costs, 0.0)

    def moments(self, positives: Numbers) -> tuple[float, Vector]:
        """The error and the moments of a fit that selects so much weight in each cell."""
        rejected = (self._weights - positives)[1::2].sum()
        error = self._objective._error(rejected, positives[0::2].sum())
        gain = self._utilities[:, 1] - self._utilities[:, 0]
        utility = self._utilities[:, 0] * self._weights + gain * positives
        sums = utility.reshape(-1, 2).sum(axis=1)[1:]
        return float(error), self._constraints._gamma_of_sums(sums)


@dataclass
class Point:
    """A fit of a grid with its error and moments, where they are known already."""

    learner: Any
    error: float | None = None
    gamma: Vector | None = None


class NativeGrid:
    """Fits scikit-learn's logistic regression in the engine, to any labels and weights."""

    def __init__(self, estimator: Any, X: Any) -> None:
        self.template: Any = clone(estimator)
        self._block = rows_of(self.template, X)

    def _run(
        self, data: Dataset, codes: npt.NDArray[Any], costs: Numbers
    ) -> tuple[GridFits, list[Any]]:
        options = Options(
            c=self.template.C,
            penalize_intercept=penalizes_intercept(self.template) or None,
            tolerance=_TOLERANCE,
        )
        fits = logistic_fits(data, self._block.shape[1], codes, costs, options)
        if not fits.converged:
            warnings.warn(
                "some fits of the grid did not reach their tolerance", ConvergenceWarning,
                stacklevel=4,
            )
        learners = []
        for theta, steps in zip(fits.theta, fits.iterations):
            learner = fitted_as(self.template, theta[:-1], theta[-1])
            learner.n_iter_ = np.array([steps], dtype=np.int32)
            learners.append(learner)
        return fits, learners

    def _data(self, weights: Numbers | None) -> Dataset:
        data = Dataset(self._block.shape[0]).set_features(self._block)
        return data.set_weights(weights)

    def of_cells(self, cells: CellTable, grid: pd.DataFrame) -> list[Point | None]:
        """All points of a grid; None where all rows that count have one label."""
        costs = cells.costs(grid)
        open_ = [k for k, row in enumerate(costs) if (row > 0).any() and (row < 0).any()]
        points: list[Point | None] = [None] * len(costs)
        if not open_:
            return points
        weights = cells._constraints._weights
        data = self._data(None if (weights == 1).all() else weights)
        fits, learners = self._run(data, cells.codes, costs[open_])
        for k, learner, positives in zip(open_, learners, fits.positives):
            points[k] = Point(learner, *cells.moments(positives))
        return points

    def of_rows(self, labels: npt.NDArray[Any], weights: npt.NDArray[Any]) -> Point:
        """One fit to labels 0 and 1, both of which have weight."""
        data = self._data(np.asarray(weights, dtype=np.float64))
        _, learners = self._run(data, labels.astype(np.int32), np.array([[-1.0, 1.0]]))
        return Point(learners[0])
