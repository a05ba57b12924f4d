"""The one judge of the zoo: F, its gradient and what that proves, in float64 for every side.

F(w, b) = (1/W)·Σᵢ sᵢ·[log(1 + e^{zᵢ}) − yᵢzᵢ] + ½·l2·‖w‖², z = X·w + b, W = Σ sᵢ.
"""

import os
import sys

import numpy as np
import scipy.linalg

PEERS = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "peers")
sys.path[:0] = [os.path.dirname(PEERS), PEERS]
import objective  # noqa: E402
from serving import Case  # noqa: E402

# Operations of one Hessian and its factors, and entries of the rows where steps are of conjugate
# gradients instead, at most: polishing must not take longer than the fits.
MOST_OPERATIONS = 4e9
MOST_ENTRIES = 1e6


class Problem(Case):
    """A case whose design matrix is made once."""

    _design = None

    def one_hot(self):
        if self._design is None:
            self._design = super().one_hot()
        return self._design


def intercept_at_minimum(case, w, b):
    """The b with ∂F/∂b = 0 for given w, by Newton steps that bisect where they leave the bracket."""
    z = np.asarray(case.one_hot() @ w, np.float64)
    s = np.ones(len(z)) if case.weights is None else case.weights
    low, high = -z.max() - 60, -z.min() + 60
    for _ in range(100):
        p = 1 / (1 + np.exp(-np.clip(z + b, -700, 700)))
        slope = float(s @ (p - case.y))
        low, high = (low, b) if slope > 0 else (b, high)
        curvature = float(s @ (p * (1 - p)))
        step = b - slope / curvature if curvature > 0 else np.inf
        after = step if low < step < high else (low + high) / 2
        if after == b or abs(slope) <= 1e-16 * case.total_weight:
            break
        b = after
    return b


def gradient(case, theta):
    """∂F at (w, b), shape (width + 1,)."""
    X = case.one_hot()
    s = np.ones(len(case.y)) if case.weights is None else case.weights
    z = np.asarray(X @ theta[:-1], np.float64) + theta[-1]
    r = s * (1 / (1 + np.exp(-np.clip(z, -700, 700))) - case.y) / case.total_weight
    return np.append(X.T @ r + case.l2 * theta[:-1], r.sum())


def certificate(case, theta):
    """A bound on F(w, b*(w)) − F*, or None where l2 is 0.

    φ(w) = min_b F(w, b) is l2-strongly convex, so φ(w) − φ* ≤ ‖∇φ(w)‖²/(2·l2). The residuals of (w,
    b*) are a point of the dual problem, as they add up to 0, and its gap is the same number.
    """
    if case.l2 == 0:
        return None
    theta = np.asarray(theta, np.float64)
    b = intercept_at_minimum(case, theta[:-1], theta[-1])
    g = gradient(case, np.append(theta[:-1], b))[:-1]
    bound = float(g @ g) / (2 * case.l2)
    return bound + max(0.0, value(case, theta) - value(case, np.append(theta[:-1], b)))


def value(case, theta):
    """F at (w, b); infinite where a side answers with what is no number."""
    theta = np.asarray(theta, np.float64)
    return objective.value(case, theta) if np.isfinite(theta).all() else float("inf")


def _newton_step(H, g):
    """H⁻¹g in units in which the diagonal is 1, with the least that lets Cholesky's factors exist."""
    size = 1 / np.sqrt(np.maximum(np.diag(H), 1e-300))
    scaled = size[:, None] * H * size
    for ridge in (0.0, 1e-14, 1e-12, 1e-10):
        try:
            factor = scipy.linalg.cho_factor(scaled + ridge * np.eye(len(g)))
            return size * scipy.linalg.cho_solve(factor, size * g)
        except scipy.linalg.LinAlgError:
            continue
    return np.zeros_like(g)


def polished(case, theta, steps=8):
    """The lowest F that damped Newton steps from a side's answer reach, and where: what all sides
    are held against. On rows where steps cost too much the answer stays as it is."""
    theta = np.asarray(theta, np.float64)
    best = value(case, theta)
    dense = (len(case.y) + len(theta)) * len(theta) ** 2 <= MOST_OPERATIONS
    if not dense and case.X.size + len(case.y) * len(case.levels) > MOST_ENTRIES:
        return best, theta
    for _ in range(steps):
        if dense:
            step = _newton_step(*objective.newton_parts(case, theta))
        else:
            step, _ = objective.conjugate_step(case, theta)
        t = 1.0
        while t > 1e-4 and not (after := value(case, theta - t * step)) < best:
            t /= 4
        if t <= 1e-4:
            break
        theta, gain, best = theta - t * step, best - after, after
        if gain < 1e-13 * (1 + abs(best)):
            break
    return best, theta
