"""Column generation over any learner: a few fits at multipliers that are chosen well."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.dummy import DummyClassifier

from .._callers import depth_of_caller
from .._types import Numbers
from ._master import Mixture, best_mixture, lagrangian
from ._outside import OutsideLearner
from ._rows_game import CellGame, RowGame
from ._thresholded import Thresholded, score_of

__all__ = ["ColumnGeneration", "tell_of_fast"]

#: Fits where the caller asks for no gap of its own.
_MOST_FITS = 10
_SMALLEST_GAP = 1e-6
#: The gap that is worth a fit even of few rows.
_LARGEST_GAP = 5e-4
#: Fits beside the multipliers that find nothing, after which none is taken.
_DRY = 4
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
    program finds the best mixture of all. λ of the next fit is foreseen by a program over rows of alike
    scores, or lies between the best λ so far and the program's, which swings less (A. Ben-Ameur, J.
    Neto, Acceleration of cutting-plane and column generation algorithms, Networks 2007).

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
        self._scores: list[Numbers] = []
        self._cap = 1.0

    def run(self) -> Mixture:
        """Fits until the gap is reached, nothing new is left to ask, or the limit."""
        if isinstance(self.game, CellGame):
            for value, told in enumerate(self.game.constants()):
                self._add(DummyClassifier(strategy="constant", constant=value).fit([[0]], [value]), told)
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
        """λ at or near the program's, where an inexact fit may still find what it missed."""
        near = mixture.multipliers
        for asked in (near, self._foreseen(), 0.9 * near, 1.1 * near):
            if asked is not None and self._is_new(asked):
                return asked
        return None

    def _add(self, member: Any, told: Numbers) -> None:
        self.members.append(member)
        self.found = np.vstack([self.found, told])

    def _settle(self) -> Mixture:
        mixture = best_mixture(self.found, self.game.bounds, self.bound)
        self._before = self.gap
        self.gap = max(0.0, mixture.value - max(self._lower_bounds()))
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
        said = self.learner.predicted(fitted)
        if self.game.classifies and not np.isin(said, (0, 1)).all():
            raise ValueError(f"{self.learner.name} predicts values other than the labels 0 and 1")
        if not self.fits:
            self._set_target(said)
        self.fits.append(len(self.members))
        self._add(fitted, self.game.measured(said))
        if isinstance(self.game, CellGame):
            self._add_thresholds(fitted)
        self._check_answer(multipliers)

    def _keep_constant(self, value: int) -> None:
        """One decision for all is the best answer: among what cells know from the start."""
        self.constant_calls += 1
        if self.target is None:
            self.target = _SMALLEST_GAP
        if not isinstance(self.game, CellGame):
            constant = DummyClassifier(strategy="constant", constant=value).fit([[0]], [value])
            self._add(constant, self.game.measured(np.full(len(self.game.labels), value)))

    def _add_thresholds(self, fitted: Any) -> None:
        scores = score_of(fitted, self.learner.X)
        if scores is None or (scores == scores[0]).all():
            return
        self._scores.append(scores)
        cuts, told = self.game.family(scores)
        # Hypotheses that decide like the fit itself are in the program already.
        new = (np.abs(told - self.found[-1]) > 1e-12).any(axis=1)
        self.members += [Thresholded(fitted, float(cut)) for cut in cuts[new]]
        self.found = np.vstack([self.found, told[new]])

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
        slow = self.gap > _ENOUGH * self._before
        turn = len(self.asked)
        if self._scores and (turn <= 2 or not slow):
            foreseen = self._foreseen()
            if foreseen is not None and self._is_new(foreseen):
                return foreseen
        if turn % 4 < 3 or not slow:
            between = self._between()
            if self._is_new(between):
                return between
        if self._is_new(mixture.multipliers):
            return mixture.multipliers
        return None

    def _foreseen(self) -> Numbers | None:
        scores = self._scores
        if not scores:
            return None
        chosen = scores if len(scores) < 3 else [scores[0], *scores[-2:]]
        return self.game.foresee(chosen, self.bound)

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
