"""The best mixture of the hypotheses that were found, and the multipliers that price it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import optimize

from .._types import Numbers

__all__ = ["Mixture", "best_mixture", "lagrangian", "prices_of_atoms"]

#: SciPy has no types of its own.
_linprog: Any = getattr(optimize, "linprog")
#: A program of so many hypotheses is solved whole; as many join one that is not.
_FEW = 150
#: Lagrangians that differ by less are one.
_EXACT = 1e-9


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


def best_mixture(
    found: Numbers, bounds: Numbers, slack_cost: float, near: Mixture | None = None
) -> Mixture:
    """min Σ E_j·Q_j + C·s subject to Σ γ_j·Q_j − s ≤ b, Σ Q_j = 1, Q, s ≥ 0.

    `found` is (m, 1 + K): the error and the moments of each hypothesis; C is `slack_cost`, which the
    sum of the multipliers does not exceed. Of many hypotheses the program has those that matter near the
    solution `near` of a smaller one, until at its multipliers no other has a smaller Lagrangian.
    """
    known = np.zeros(len(found), dtype=bool)
    if near is None or len(found) <= _FEW:
        known[:] = True
    else:
        known[: len(near.weights)] = near.weights > 0
        known[_smallest(found, bounds, near.multipliers)] = True
    while True:
        mixture = _solved(found, bounds, slack_cost, np.flatnonzero(known))
        if known.all():
            return mixture
        value = lagrangian(found, bounds, mixture.multipliers)
        if value.min() >= value[known].min() - _EXACT:
            return mixture
        known[_smallest(found, bounds, mixture.multipliers)] = True


def _smallest(found: Numbers, bounds: Numbers, multipliers: Numbers) -> npt.NDArray[np.intp]:
    """The hypotheses of the smallest Lagrangians."""
    few: npt.NDArray[np.intp] = np.argpartition(
        lagrangian(found, bounds, multipliers), _FEW - 1)[:_FEW]
    return few


def _solved(
    found: Numbers, bounds: Numbers, slack_cost: float, chosen: npt.NDArray[np.intp]
) -> Mixture:
    """The solution over chosen hypotheses, with the weights of all."""
    moments = len(bounds)
    excess = found[chosen, 1:] - bounds
    solved = _linprog(
        np.append(found[chosen, 0], slack_cost),
        A_ub=np.hstack([excess.T, -np.ones((moments, 1))]),
        b_ub=np.zeros(moments),
        A_eq=np.append(np.ones(len(chosen)), 0.0)[None, :],
        b_eq=[1.0],
        method="highs-ds",
    )
    if solved.x is None:
        raise RuntimeError(f"the program over mixtures was not solved: {solved.message}")
    part = np.clip(solved.x[:-1], 0.0, None)
    part /= part.sum()
    slack = max(0.0, float((part @ excess).max(initial=0.0)))
    value = float(part @ found[chosen, 0]) + slack_cost * slack
    weights = np.zeros(len(found))
    weights[chosen] = part
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
