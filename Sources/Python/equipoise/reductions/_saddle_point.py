"""The game of a reduction: hypotheses found, their moments, and the gap of a pair of strategies."""

from __future__ import annotations

import copy
import inspect
import time
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.optimize import linprog
from sklearn.base import clone
from sklearn.dummy import DummyClassifier

from ._moments import ClassificationMoment, Moment

# Values closer than this are equal: it decides which responses count as new.
PRECISION = 1e-8
# The gap is also checked against multiples of λ (Agarwal et al., ICML 2018, section 3.3).
MULTIPLES = (1.0, 2.0, 5.0, 10.0)


@dataclass
class Gap:
    value: float
    low: float
    high: float
    gamma: pd.Series
    error: float

    @property
    def size(self) -> float:
        return max(self.value - self.low, self.high - self.value)


def load(moment: Moment, X, y, features: dict, needed=("sample_weight",)) -> Moment:
    """A copy of the moment with the rows, given what its `load_data` knows of the features: all
    that are `needed`."""
    moment = copy.deepcopy(moment)
    parameters = inspect.signature(moment.load_data).parameters
    if any(p.kind is inspect.Parameter.VAR_KEYWORD for p in parameters.values()):
        parameters = features
    for name in features:
        if name in needed and name not in parameters:
            raise TypeError(f"{type(moment).__name__} takes no {name}")
    moment.load_data(X, y, **{name: v for name, v in features.items() if name in parameters})
    return moment


class SaddlePoint:
    """L(h, λ) = error(h) + λ·(γ(h) − bound), with every hypothesis that a learner has returned."""

    def __init__(self, X, y, estimator, constraints, bound, objective, weight_name, features):
        self.constraints = load(constraints, X, y, features, needed=features)
        objective = self.constraints.default_objective() if objective is None else objective
        if objective._moment_type() != constraints._moment_type():
            raise ValueError(
                f"Objective needs to be of the same type as constraints. Objective is "
                f"{objective._moment_type()}, constraints are {constraints._moment_type()}."
            )
        self.objective = load(objective, X, y, features)
        self.estimator = estimator
        self.multiplier_bound = bound
        self.weight_name = weight_name
        self.predictors: list = []
        self.errors: list[float] = []
        self.gammas: list[pd.Series] = []
        self.lambdas: list[pd.Series] = []
        self.calls = self.constant_calls = 0
        self.seconds: list[float] = []
        self._solved: tuple | None = None

    # ---- The learner

    def _fit(self, multipliers: pd.Series):
        weights = self.objective.signed_weights() + self.constraints.signed_weights(multipliers)
        labels = self.constraints._y_as_series
        if isinstance(self.constraints, ClassificationMoment):
            labels = 1 * (weights > 0)
        weights = weights.abs()
        weights = self.constraints.total_samples * weights / weights.sum()
        found = np.unique(labels)
        if len(found) == 1:
            learner = DummyClassifier(strategy="constant", constant=found[0])
            self.constant_calls += 1
        else:
            learner = clone(self.estimator, safe=False)
        began = time.time()
        learner.fit(self.constraints.X, labels, **{self.weight_name: weights})
        self.seconds.append(time.time() - began)
        self.calls += 1
        return learner

    def respond(self, multipliers: pd.Series) -> int:
        """The number of the best hypothesis for λ: the learner's, or an earlier one that is as good."""
        learner = self._fit(multipliers)
        error = self.objective.gamma(learner.predict).iloc[0]
        gamma = self.constraints.gamma(learner.predict)
        value = error + gamma.dot(multipliers)
        if self.predictors:
            values = [e + g.dot(multipliers) for e, g in zip(self.errors, self.gammas)]
            best = int(np.argmin(values))
            if value >= values[best] - PRECISION:
                return best
        self.predictors.append(learner)
        self.errors.append(error)
        self.gammas.append(gamma)
        self.lambdas.append(multipliers.copy())
        return len(self.predictors) - 1

    # ---- Mixtures

    def _moments(self, mixture: pd.Series) -> tuple[float, pd.Series]:
        error = sum(self.errors[k] * weight for k, weight in mixture.items())
        gamma = sum(self.gammas[k] * weight for k, weight in mixture.items())
        return error, gamma

    def _lagrangian(self, error: float, gamma: pd.Series, multipliers: pd.Series) -> float:
        multipliers = self.constraints.project_lambda(multipliers)
        return error + float((multipliers * (gamma - self.constraints.bound())).sum())

    def gap(self, mixture: pd.Series, multipliers: pd.Series, target: float) -> Gap:
        """How much each player could gain by another strategy, over the learner's responses."""
        error, gamma = self._moments(mixture)
        value = self._lagrangian(error, gamma, multipliers)
        worst = (gamma - self.constraints.bound()).max()
        gap = Gap(value, value, error + self.multiplier_bound * max(worst, 0.0), gamma, error)
        for multiple in MULTIPLES:
            k = self.respond(multiple * multipliers)
            other = self._lagrangian(self.errors[k], self.gammas[k], multipliers)
            gap.low = min(gap.low, other)
            if gap.size > target + PRECISION:
                break
        return gap

    def solve(self, target: float) -> tuple[pd.Series, pd.Series, Gap]:
        """The best mixture of the hypotheses found, its multipliers and its gap."""
        count = len(self.predictors)
        if self._solved is not None and self._solved[0] == count:
            return self._solved[1]
        bound = self.constraints.bound()
        excess = np.column_stack([(gamma - bound).to_numpy() for gamma in self.gammas])
        rows = excess.shape[0]
        cost = np.append(self.errors, self.multiplier_bound)
        upper = np.column_stack([excess, -np.ones(rows)])
        equal = np.append(np.ones(count), 0.0)[None, :]
        primal = linprog(cost, upper, np.zeros(rows), equal, [1.0], method="highs-ds")
        mixture = pd.Series(primal.x[:-1], index=range(count))
        dual = linprog(
            np.append(np.zeros(rows), -1.0),
            np.column_stack([-upper.T, equal.T]),
            cost,
            bounds=[(0, None)] * rows + [(None, None)],
            method="highs-ds",
        )
        multipliers = pd.Series(dual.x[:-1], index=self.constraints.index)
        result = mixture, multipliers, self.gap(mixture, multipliers, target)
        self._solved = count, result
        return result
