"""Column generation over any learner: a few fits at multipliers that are chosen well."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.dummy import DummyClassifier

from .._callers import depth_of_caller
from .._types import Numbers
from ._blending import Blending
from ._master import Mixture, best_mixture, lagrangian
from ._outside import OutsideLearner
from ._rows_game import CellGame, RowGame
from ._thresholded import own_cut, score_of

__all__ = ["ColumnGeneration", "tell_of_fast"]

#: Fits where the caller asks for no gap of its own.
_MOST_FITS = 10
_SMALLEST_GAP = 1e-6
#: The gap that is worth a fit even of few rows.
_LARGEST_GAP = 5e-4
#: Fits beside the multipliers that find nothing, after which none is taken.
_DRY = 4
#: Times that multipliers are answered by blends between two fits, and the share of the gap that is
#: worth another.
_ROUNDS = 6
_WORTH = 0.1
#: Multipliers that differ by less, as a share of their sum, ask for the same fit.
_SAME = 1e-3
#: A gap that a step leaves above this share of the last calls for steps of another kind.
_ENOUGH = 0.7


def tell_of_fast(estimator: object) -> None:
    """Says which way needs fewer fits of an estimator that the engine does not fit."""
    warnings.warn(
        f"{type(estimator).__name__} is fitted by the published steps, some 20 to 130 times; "
        f'algorithm="fast" takes at most {_MOST_FITS} fits, and algorithm="faithful" ends this note',
        UserWarning,
        stacklevel=depth_of_caller(),
    )


class ColumnGeneration:
    """min over mixtures Q, max over λ ≥ 0 with Σ λ ≤ B of L = E(Q) + λ·(γ(Q) − b).

    A fit at λ gives a hypothesis, and thresholds of its score give others without a fit. A linear
    program finds the best mixture of all. Its λ is first answered by blends of the scores so far, which
    cost no fit, until they find nothing; the next fit answers the λ that is left. Without scores λ lies
    between the best so far and the program's, which swings less (A. Ben-Ameur, J. Neto, Acceleration of
    cutting-plane and column generation algorithms, Networks 2007).

    The gap is E(Q) + B·max(0, γ(Q) − b) − max over the λ of all fits of min over what was found of
    L(h, λ). It is at least what Agarwal et al. (ICML 2018, algorithm 1) call ν of (Q, λ), and bounds the
    distance from the best mixture of the learner's class if its fits are exact.

    Parameters
    ----------
    bound : float
        B.
    target : float or None
        The gap to reach; None: half of Fairlearn's, ¼·std(|h₀ − y|) / √n, at most 5e-4, and at most
        ten fits.
    limit : int
        The most fits.
    """

    def __init__(
        self, game: RowGame, learner: OutsideLearner, bound: float, target: float | None, limit: int
    ) -> None:
        self.game, self.learner = game, learner
        self.bound, self.target = bound, target
        self._was_told, self._dry = target is not None, 0
        self.limit = max(1, limit if target is not None else min(limit, _MOST_FITS))
        #: Every hypothesis, and its error and moments (m, 1 + K).
        self.members: list[Any] = []
        self.found: Numbers = np.empty((0, 1 + len(game.bounds)))
        self.fits: list[int] = []
        self.asked: list[Numbers] = []
        self.calls = self.constant_calls = 0
        self.gap = float("inf")
        self.stop_reason = "iteration_limit"
        self._blending = Blending(game) if isinstance(game, CellGame) else None
        self._cut: float | None = None
        self._mixture: Mixture | None = None
        self._cap = 1.0

    def run(self) -> Mixture:
        """Fits until the gap is reached, nothing new is left to ask, or the limit."""
        if isinstance(self.game, CellGame):
            for value, told in enumerate(self.game.constants()):
                constant = DummyClassifier(strategy="constant", constant=value)
                self._add([constant.fit([[0]], [value])], told)
        self._ask(np.zeros(len(self.game.bounds)))
        mixture = self._settle()
        while not self._is_over():
            multipliers = self._next(mixture) if self.gap > self._goal else self._aside(mixture)
            if multipliers is None:
                self.stop_reason = "stalled"
                break
            before = mixture.value
            self._ask(multipliers)
            mixture = self._settle()
            self._dry = self._dry + 1 if before - mixture.value < self._goal / 4 else 0
        if self.gap <= self._goal:
            self.stop_reason = "converged"
        else:
            self._require_weights()
        return mixture

    @property
    def _goal(self) -> float:
        return float(self.target or 0.0)

    def _is_over(self) -> bool:
        """Whether the limit is reached, or the gap: where no gap was asked for, learners that do not
        minimize the cost itself are asked beside the multipliers too, until that finds nothing."""
        if len(self.learner.seconds) >= self.limit:
            return True
        return self.gap <= self._goal and (self._was_told or self._dry >= _DRY)

    def _aside(self, mixture: Mixture) -> Numbers | None:
        """λ at or near the program's, where an inexact fit may still find what it missed; where no
        bound binds, a share of the λ of bounds of 0."""
        near, shares = mixture.multipliers, (1.0, 0.9, 1.1)
        if near.sum() < _SMALLEST_GAP:
            none = np.zeros(len(self.game.bounds))
            near, shares = best_mixture(self.found, none, self._cap).multipliers, (0.5, 0.25, 0.75)
        return next((share * near for share in shares if self._is_new(share * near)), None)

    def _add(self, members: list[Any], told: Numbers) -> None:
        self.members += members
        self.found = np.vstack([self.found, told])

    def _settle(self) -> Mixture:
        mixture = self._blended(self._solved())
        self._before = self.gap
        self.gap = max(0.0, mixture.value - max(self._lower_bounds()))
        return mixture

    def _solved(self) -> Mixture:
        mixture = best_mixture(self.found, self.game.bounds, self.bound, self._mixture)
        self._mixture = mixture
        return mixture

    def _blended(self, mixture: Mixture) -> Mixture:
        """The best mixture after blends have answered its multipliers, and those that followed."""
        if self._blending is None or len(self._blending) < 2:
            return mixture
        for _ in range(_ROUNDS):
            members, told = self._blending.answer(mixture.multipliers)
            values = lagrangian(told, self.game.bounds, mixture.multipliers)
            better = np.flatnonzero(values < mixture.value - _SMALLEST_GAP)
            if not better.size:
                break
            self._add([members[k] for k in better], told[better])
            before, mixture = mixture.value, self._solved()
            if before - mixture.value < _WORTH * self._goal:
                break
        return mixture

    def _lower_bounds(self) -> list[float]:
        """The smallest Lagrangian of what was found, at λ of each fit."""
        return [float(lagrangian(self.found, self.game.bounds, one).min()) for one in self.asked]

    # What a fit adds.

    def _ask(self, multipliers: Numbers) -> None:
        labels, weights = self.game.request(multipliers)
        self.asked.append(multipliers)
        self.calls += 1
        counted = labels[weights > 0]
        if self.game.classifies and (counted.size == 0 or (counted == counted[0]).all()):
            self._keep_constant(int(counted[0]) if counted.size else 0)
            return
        fitted = self.learner.fitted(labels, weights)
        scores = None if self._blending is None else score_of(fitted, self.learner.X)
        said = self._said(fitted, scores)
        if not self.fits:
            self._set_target(said)
        self.fits.append(len(self.members))
        self._add([fitted], self.game.measured(said))
        if self._blending is not None and scores is not None and (scores != scores[0]).any():
            members, told = self._blending.add(fitted, scores)
            # Hypotheses that decide like the fit itself are in the program already.
            new = np.flatnonzero((np.abs(told - self.found[-1]) > 1e-12).any(axis=1))
            self._add([members[k] for k in new], told[new])
        self._check_answer(multipliers)

    def _said(self, fitted: Any, scores: Numbers | None) -> npt.NDArray[Any]:
        """What a fit predicts: as its score tells, where that was so in all rows of the first fit."""
        if scores is not None and self._cut is not None:
            return scores > self._cut
        said = self.learner.predicted(fitted)
        if self.game.classifies and not np.isin(said, (0, 1)).all():
            raise ValueError(f"{self.learner.name} predicts values other than the labels 0 and 1")
        if scores is not None and not self.fits and ((scores > own_cut(fitted)) == said).all():
            self._cut = own_cut(fitted)
        return said

    def _keep_constant(self, value: int) -> None:
        """One decision for all is the best answer: among what cells know from the start."""
        self.constant_calls += 1
        if self.target is None:
            self.target = _SMALLEST_GAP
        if not isinstance(self.game, CellGame):
            constant = DummyClassifier(strategy="constant", constant=value).fit([[0]], [value])
            self._add([constant], self.game.measured(np.full(len(self.game.labels), value)))

    def _set_target(self, said: npt.NDArray[Any]) -> None:
        if self.target is not None:
            return
        wrong = np.abs(said.astype(float) - self.game.labels.astype(float))
        spread = float(wrong.std(ddof=1)) if len(wrong) > 1 else 0.0
        usual = 0.25 * spread / float(np.sqrt(len(wrong)))
        self.target = min(max(_SMALLEST_GAP, usual), _LARGEST_GAP)

    def _check_answer(self, multipliers: Numbers) -> None:
        """An answer to λ that is no better there than the fit without multipliers is suspicious."""
        if len(self.fits) < 2:
            return
        values = lagrangian(self.found[[self.fits[0], self.fits[-1]]], self.game.bounds, multipliers)
        if values[1] > values[0] - 1e-12:
            self._require_weights()

    def _require_weights(self) -> None:
        labels = self.game.labels
        if labels.min() != labels.max():
            self.learner.require_weights(labels)

    # What to ask next.

    def _next(self, mixture: Mixture) -> Numbers | None:
        """λ that was not asked for yet; None when the programs name none."""
        tries: list[Numbers | None] = [mixture.multipliers]
        if self._blending is not None and len(self._blending):
            if len(self._blending) == 1:
                tries.insert(0, self._blending.foreseen(self.bound))
        elif len(self.asked) % 4 < 3 or self.gap <= _ENOUGH * self._before:
            tries.insert(0, self._between())
        return next((one for one in tries if one is not None and self._is_new(one)), None)

    def _between(self) -> Numbers:
        """Halfway from the best λ so far to that of a program whose slack is no dearer than has been
        needed: the first programs, which know next to nothing, ask for λ far from any that matters."""
        bounds = self.game.bounds
        self._cap = min(self.bound, max(self._cap, 2.0 * max(one.sum() for one in self.asked)))
        program = best_mixture(self.found, bounds, self._cap)
        center = self.asked[int(np.argmax(self._lower_bounds()))]
        return (center + program.multipliers) / 2

    def _is_new(self, multipliers: Numbers) -> bool:
        scale = _SAME * max(float(multipliers.sum()), 1e-6)
        return all(float(np.abs(multipliers - one).sum()) > scale for one in self.asked)
