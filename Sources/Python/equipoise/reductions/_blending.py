"""What the scores of fits tell of other multipliers, without a fit."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from .._types import Numbers
from ._blend import Blend, coefficients_of, margins_of
from ._rows_game import CellGame
from ._thresholded import Thresholded, cuts_of

__all__ = ["Blending"]

#: Rows from which coefficients and cuts are found; what they decide is counted in all rows.
_SAMPLE = 20_000
#: Scores that are blended: the first and the last.
_KEPT = 12
#: Cuts of a blend: shares of the rows beside the best.
_BESIDE = np.array([0.0, 0.0025, 0.005, 0.01, 0.02])
#: Scores that differ by this share of the largest are one.
_ROUNDING = 1e-10


class Blending:
    """The scores of the fits so far, and what cuts of them and of their blends decide.

    Hypotheses come with the error and the moments of each, shape (m, 1 + K).
    """

    def __init__(self, game: CellGame) -> None:
        self._game = game
        count = len(game.labels)
        self._rows: npt.NDArray[np.intp] = np.arange(count)
        if count > _SAMPLE:
            chosen = np.random.default_rng(0).choice(count, _SAMPLE, replace=False)
            self._rows = np.sort(chosen)
        self._estimators: list[Any] = []
        self._first: Numbers | None = None
        self._margins: list[Numbers] = []
        self._coefficients: Numbers = np.empty(0)

    def __len__(self) -> int:
        return len(self._margins)

    def add(self, fitted: Any, scores: Numbers) -> tuple[list[Thresholded], Numbers]:
        """Takes a fit and its score of all rows (n,), and returns cuts of that score."""
        if self._first is None:
            self._first = scores
        if len(self) == _KEPT:
            del self._estimators[1], self._margins[1]
            self._coefficients = np.delete(self._coefficients, 1)
        self._estimators.append(fitted)
        self._margins.append(margins_of(fitted, scores))
        self._coefficients = np.append(self._coefficients, 0.0)
        cuts = cuts_of(scores)
        members = [Thresholded(fitted, float(cut)) for cut in cuts]
        return members, self._game.above(scores, cuts)

    def foreseen(self, slack_cost: float) -> Numbers | None:
        """λ that the first score lets foresee."""
        return None if self._first is None else self._game.foresee(self._first, slack_cost)

    def answer(self, multipliers: Numbers) -> tuple[list[Thresholded], Numbers]:
        """Cuts of the blend that answers λ."""
        costs = self._game.costs(multipliers, self._rows)
        few = np.column_stack([one[self._rows] for one in self._margins])
        self._coefficients = coefficients_of(few, costs, self._coefficients)
        cuts = self._cuts(few @ self._coefficients, costs)
        score = np.zeros(len(self._margins[0]))
        for coefficient, one in zip(self._coefficients, self._margins):
            score += coefficient * one
        blend = Blend(self._estimators, self._coefficients)
        return [Thresholded(blend, float(cut)) for cut in cuts], self._game.above(score, cuts)

    @staticmethod
    def _cuts(scores: Numbers, costs: Numbers) -> Numbers:
        """The cut that costs the sample least and some beside it, ascending; each midway between scores
        that differ by more than rounding."""
        order = np.argsort(scores, kind="stable")
        ranked = scores[order]
        apart = np.flatnonzero(np.diff(ranked) > _ROUNDING * max(1.0, np.abs(ranked).max())) + 1
        if not apart.size:
            return np.empty(0)
        saved = np.cumsum(costs[order][::-1])[::-1][apart]
        best = apart[np.argmax(saved)] / len(scores)
        ranks = np.concatenate([best - _BESIDE, best + _BESIDE]) * len(scores)
        places = apart[np.unique(np.searchsorted(apart, ranks).clip(0, len(apart) - 1))]
        cuts: Numbers = (ranked[places - 1] + ranked[places]) / 2
        return cuts
