"""A score made of those of several fits, which answers multipliers without a fit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from .._types import Features, Numbers
from ._thresholded import score_of

__all__ = ["Blend", "blended", "coefficients_of", "margins_of"]

#: Probabilities nearer to 0 and 1 count as this near.
_SUREST = 1e-6
#: Most Newton steps, and the gain of one that is the last.
_STEPS = 6
_GAIN = 1e-6
#: The penalty of coefficients, which keeps them finite where scores part the labels; of a mean loss.
_RIDGE = 1e-4


def margins_of(learner: Any, scores: Numbers) -> Numbers:
    """The log-odds of a learner with probabilities; decision functions as they are. Shape (n,)."""
    if not hasattr(learner, "predict_proba"):
        return scores
    chances = np.clip(scores, _SUREST, 1.0 - _SUREST)
    margins: Numbers = np.log(chances / (1.0 - chances))
    return margins


def blended(estimators: Sequence[Any], coefficients: Numbers, scores: Sequence[Numbers]) -> Numbers:
    """Σ c_j·m_j of the scores of fitted learners, shape (n,)."""
    total = np.zeros(len(scores[0]))
    for estimator, coefficient, one in zip(estimators, coefficients, scores):
        total += coefficient * margins_of(estimator, one)
    return total


def coefficients_of(margins: Numbers, costs: Numbers, start: Numbers) -> Numbers:
    """c of the logistic regression of costs > 0 on margins (n, m) with weights |costs|.

    min_{c, a} Σ |k_i|·log(1 + exp(−sign(k_i)·(c·m_i + a))) / Σ |k_i| + ridge·|c|² / 2 by Newton's
    method. A fit at λ estimates the log-odds of k > 0 at λ; to first order those of other λ are affine
    in the log-odds of a few.
    """
    total = np.abs(costs).sum()
    if total == 0:
        return start
    design = np.column_stack([margins, np.ones(len(margins))])
    weights, signs = np.abs(costs) / total, np.where(costs > 0, 1.0, -1.0)
    ridge = np.append(np.full(margins.shape[1], _RIDGE), 1e-9)

    def loss(at: Numbers) -> float:
        return float(weights @ np.logaddexp(0.0, -signs * (design @ at)) + ridge @ at**2 / 2)

    found = np.append(start, 0.0)
    reached = loss(found)
    for _ in range(_STEPS):
        wrong = 1.0 / (1.0 + np.exp(np.clip(signs * (design @ found), -500.0, 500.0)))
        slope = ridge * found - design.T @ (weights * signs * wrong)
        curved = design * (weights * wrong * (1.0 - wrong))[:, None]
        step = np.linalg.solve(design.T @ curved + np.diag(ridge), slope)
        shares = (0.5**k for k in range(10))
        tried = ((loss(found - share * step), share) for share in shares)
        value, share = next((one for one in tried if one[0] < reached), (reached, 0.0))
        found, gain, reached = found - share * step, reached - value, value
        if gain < _GAIN:
            break
    coefficients: Numbers = found[:-1]
    return coefficients


class Blend:
    """Scores rows by Σ c_j·m_j(x), where m_j is the log-odds of a fitted learner or, where it has no
    probabilities, its decision function.

    Attributes
    ----------
    estimators : the fitted learners
    coefficients : c, one number a learner
    """

    def __init__(self, estimators: Sequence[Any], coefficients: Numbers) -> None:
        self.estimators = list(estimators)
        self.coefficients = coefficients

    def __repr__(self) -> str:
        names = sorted({type(one).__name__ for one in self.estimators})
        return f"Blend({len(self.estimators)} fits of {', '.join(names)})"

    def decision_function(self, X: Features) -> Numbers:
        """The score, shape (n,)."""
        scores = []
        for estimator in self.estimators:
            told = score_of(estimator, X)
            if told is None:
                raise ValueError(f"{type(estimator).__name__} gives no finite score of these rows")
            scores.append(told)
        return blended(self.estimators, self.coefficients, scores)
