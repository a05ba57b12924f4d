"""The costs of rows and the moments of decisions, by cell where cells say all."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from .._types import Numbers
from ._grid_fits import CellTable
from ._master import prices_of_atoms
from ._moments import ClassificationMoment
from ._player import Player

__all__ = ["CellGame", "RowGame", "game_of"]

#: More cells are measured row by row.
_MOST_CELLS = 2_048
#: Atoms of the program that foresees multipliers.
_ATOMS = 900
#: Bins of a score in it.
_BINS = 200


class RowGame:
    """Costs and moments as any moments tell them, row by row."""

    def __init__(self, player: Player) -> None:
        self._player = player
        constraints = player.constraints
        self.bounds: Numbers = constraints.bound().to_numpy(dtype=float)
        self.classifies = isinstance(constraints, ClassificationMoment)
        self.labels: npt.NDArray[Any] = constraints._y_as_series.to_numpy()
        self.total = float(constraints.total_samples)

    def request(self, multipliers: Numbers) -> tuple[npt.NDArray[Any], Numbers]:
        """The labels and weights of the fit that answers λ; weights sum to that of the rows."""
        costs = self.costs(multipliers)
        labels = (costs > 0).astype(int) if self.classifies else self.labels
        weights = np.abs(costs)
        total = weights.sum()
        return labels, weights * (self.total / total) if total > 0 else weights

    def costs(self, multipliers: Numbers) -> Numbers:
        """What a negative decision of each row costs under λ, less a positive one; shape (n,)."""
        named = self._player.named(multipliers)
        costs = self._player.objective.signed_weights()
        summed = costs + self._player.constraints.signed_weights(named)
        values: Numbers = summed.to_numpy(dtype=float)
        return values

    def measured(self, said: npt.NDArray[Any]) -> Numbers:
        """The error and the moments of what a hypothesis says of the rows, shape (1 + K,)."""
        error = float(self._player.objective.gamma(lambda _: said).iloc[0])
        moments = self._player.constraints.gamma(lambda _: said)
        return np.append(error, self._player._in_order(moments))


class CellGame(RowGame):
    """Costs and moments of a built-in parity: one number a cell, cells computed once."""

    def __init__(self, player: Player) -> None:
        super().__init__(player)
        constraints = player.constraints
        self._cells = CellTable(constraints, player.objective)
        self._rows: Numbers = constraints._weights
        self._start, self._gains = self._linear()
        groups = constraints.tags["group_id"].astype("category").cat
        self._groups: npt.NDArray[np.intp] = groups.codes.to_numpy().astype(np.intp) + 1

    @staticmethod
    def fits(player: Player) -> bool:
        """Whether cells say all about these moments, and are few."""
        return CellTable.fits(player.constraints, player.objective) and (
            2 * (len(player.constraints._events) + 1) <= _MOST_CELLS)

    def _linear(self) -> tuple[Numbers, Numbers]:
        """The error and the moments of no positive decision (1 + K), and what a weight of 1 of them
        in each cell adds (cells, 1 + K)."""
        count = self._cells.count

        def told(positives: Numbers) -> Numbers:
            error, moments = self._cells.moments(positives)
            return np.append(error, moments.to_numpy(dtype=float))

        start = told(np.zeros(count))
        return start, np.array([told(one) - start for one in np.eye(count)])

    def costs(
        self, multipliers: Numbers, rows: npt.NDArray[np.intp] | slice = slice(None)
    ) -> Numbers:
        table = self._gains @ np.append(1.0, multipliers)
        costs: Numbers = -table[self._cells.codes[rows]] * self._rows[rows] * self.total
        return costs

    def _sums(self, atoms: npt.NDArray[np.intp], count: int) -> Numbers:
        """The weight of the rows of each atom in each cell, shape (count, cells)."""
        cells = self._cells.count
        sums = np.bincount(
            atoms * cells + self._cells.codes, weights=self._rows, minlength=count * cells)
        return sums.astype(np.float64, copy=False).reshape(count, cells)

    def measured(self, said: npt.NDArray[Any]) -> Numbers:
        positives = np.bincount(
            self._cells.codes, weights=self._rows * said, minlength=self._cells.count)
        told: Numbers = positives @ self._gains + self._start
        return told

    def constants(self) -> Numbers:
        """The error and the moments of always 0 and of always 1, shape (2, 1 + K)."""
        return np.array([self._start, self._cells._weights @ self._gains + self._start])

    def above(self, scores: Numbers, cuts: Numbers) -> Numbers:
        """The error and the moments where scores above each of ascending cuts are selected, shape
        (cuts, 1 + K)."""
        sums = self._sums(np.searchsorted(cuts, scores, side="left"), len(cuts) + 1)
        above = sums[::-1].cumsum(axis=0)[::-1][1:]
        told: Numbers = above @ self._gains + self._start
        return told

    def foresee(self, scores: Numbers, slack_cost: float) -> Numbers | None:
        """λ of the program over atoms, the rows of a group with alike scores, as if the features told
        the group."""
        count = int(self._groups.max()) + 1
        bins = max(6, min(_BINS, _ATOMS // count))
        edges = np.unique(np.quantile(scores, np.linspace(0.0, 1.0, bins + 1)[1:-1]))
        atoms = self._groups * (len(edges) + 1) + np.searchsorted(edges, scores, side="right")
        sums = self._sums(atoms, count * (len(edges) + 1))
        gains = sums[sums.any(axis=1)] @ self._gains
        return prices_of_atoms(gains, self._start, self.bounds, slack_cost)


def game_of(player: Player) -> RowGame:
    """By cell where cells say all."""
    return CellGame(player) if CellGame.fits(player) else RowGame(player)
