"""The best mixture of the hypotheses that were found, and the multipliers that price it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import optimize

from .._types import Numbers

__all__ = ["Mixture", "best_mixture", "lagrangian", "prices_of_atoms"]

#: SciPy has no types of its own.
_linprog: Any = getattr(optimize, "linprog")


@dataclass
class Mixture:
    """Q and λ, both optimal for the hypotheses of a program."""

    #: Q, one number a hypothesis.
    weights: Numbers
    #: λ ≥ 0, one number a moment.
    multipliers: Numbers
    #: E(Q) + C·s.
    value: float
    #: s, by which the worst moment of Q exceeds its bound.
    slack: float


def lagrangian(found: Numbers, bounds: Numbers, multipliers: Numbers) -> Numbers:
    """E + λ·(γ − b) of hypotheses (m, 1 + K) that are an error and K moments each."""
    values: Numbers = found[:, 0] + (found[:, 1:] - bounds) @ multipliers
    return values


def best_mixture(found: Numbers, bounds: Numbers, slack_cost: float) -> Mixture:
    """min Σ E_j·Q_j + C·s subject to Σ γ_j·Q_j − s ≤ b, Σ Q_j = 1, Q, s ≥ 0.

    `found` is (m, 1 + K): the error and the moments of each hypothesis; C is `slack_cost`, which the
    sum of the multipliers does not exceed.
    """
    many, moments = len(found), len(bounds)
    solved = _linprog(
        np.append(found[:, 0], slack_cost),
        A_ub=np.hstack([(found[:, 1:] - bounds).T, -np.ones((moments, 1))]),
        b_ub=np.zeros(moments),
        A_eq=np.append(np.ones(many), 0.0)[None, :],
        b_eq=[1.0],
        method="highs-ds",
    )
    if solved.x is None:
        raise RuntimeError(f"the program over mixtures was not solved: {solved.message}")
    weights = np.clip(solved.x[:-1], 0.0, None)
    weights /= weights.sum()
    slack = max(0.0, float((weights @ (found[:, 1:] - bounds)).max(initial=0.0)))
    value = float(weights @ found[:, 0]) + slack_cost * slack
    return Mixture(weights, np.maximum(0.0, -solved.ineqlin.marginals), value, slack)


def prices_of_atoms(
    gains: Numbers, start: Numbers, bounds: Numbers, slack_cost: float
) -> Numbers | None:
    """λ of the program in which each atom of rows may be decided by itself.

    min E(p) + C·s subject to γ(p) − s ≤ b, 0 ≤ p ≤ 1, s ≥ 0, where `gains` (atoms, 1 + K) is what
    a positive decision of an atom adds to the error and the moments, and `start` (1 + K) is what they
    are without any.
    """
    solved = _linprog(
        np.append(gains[:, 0], slack_cost),
        A_ub=np.hstack([gains[:, 1:].T, -np.ones((len(bounds), 1))]),
        b_ub=bounds - start[1:],
        bounds=[(0.0, 1.0)] * len(gains) + [(0.0, None)],
        method="highs-ds",
    )
    return None if solved.x is None else np.maximum(0.0, -solved.ineqlin.marginals)
