"""The one outside judge: F(w, b) in float64, and its minimum, for both sides of a comparison.

F = (1/W)·Σᵢ sᵢ·[log(1 + e^{zᵢ}) − yᵢzᵢ] + ½·l2·‖w‖², z = X·w + b, W = Σ sᵢ; b is not penalized.
"""

import json
import os

import numpy as np

ROWS = 1 << 16
# A Gram matrix of more columns than this would fill the memory.
GRAM_COLUMNS = 3000


def _blocks(case):
    n = len(case.y)
    X = case.one_hot()
    for first in range(0, n, ROWS):
        last = min(n, first + ROWS)
        part = X[first:last].astype(np.float64)
        s = np.ones(last - first) if case.weights is None else case.weights[first:last]
        yield part, case.y[first:last].astype(np.float64), s


def value(case, theta):
    theta = np.asarray(theta, np.float64)
    w, b = theta[:-1], theta[-1]
    total = 0.0
    for X, y, s in _blocks(case):
        z = X @ w + b
        total += float(s @ (np.logaddexp(0, z) - y * z))
    return total / case.total_weight + 0.5 * case.l2 * float(w @ w)


def newton_parts(case, theta):
    d = len(theta) - 1
    H, g = np.zeros((d + 1, d + 1)), np.zeros(d + 1)
    for X, y, s in _blocks(case):
        z = X @ theta[:-1] + theta[-1]
        p = 1 / (1 + np.exp(-np.clip(z, -700, 700)))
        r, h = s * (p - y), s * p * (1 - p)
        scaled = X.multiply(h[:, None]).tocsr() if hasattr(X, "tocsr") else X * h[:, None]
        square = X.T @ scaled
        H[:d, :d] += square.toarray() if hasattr(square, "toarray") else square
        H[:d, d] += np.asarray(scaled.sum(0)).ravel()
        H[d, d] += h.sum()
        g[:d] += X.T @ r
        g[d] += r.sum()
    H[d, :d] = H[:d, d]
    H /= case.total_weight
    g /= case.total_weight
    g[:d] += case.l2 * theta[:d]
    H[np.arange(d), np.arange(d)] += case.l2
    return H, g


def conjugate_step(case, theta):
    """H⁻¹g by conjugate gradients with a diagonal preconditioner, for many columns."""
    X, y = case.one_hot(), case.y.astype(np.float64)
    s = np.ones(len(y)) if case.weights is None else case.weights
    p = 1 / (1 + np.exp(-np.clip(X @ theta[:-1] + theta[-1], -700, 700)))
    r, h = s * (p - y) / case.total_weight, s * p * (1 - p) / case.total_weight
    penalty = np.append(np.full(len(theta) - 1, case.l2), 0.0)
    g = np.append(X.T @ r, r.sum()) + penalty * theta
    # A level without rows has no curvature where nothing is penalized.
    diagonal = np.maximum(np.append(X.multiply(X).T @ h, h.sum()) + penalty, 1e-300)

    def product(v):
        u = h * (X @ v[:-1] + v[-1])
        return np.append(X.T @ u, u.sum()) + penalty * v

    x, residual = np.zeros_like(g), g.copy()
    z = residual / diagonal
    direction, rz = z.copy(), float(residual @ z)
    goal = 1e-20 * rz
    for _ in range(1000):
        if rz <= goal:
            break
        applied = product(direction)
        alpha = rz / float(direction @ applied)
        x += alpha * direction
        residual -= alpha * applied
        z = residual / diagonal
        rz, before = float(residual @ z), rz
        direction = z + rz / before * direction
    return x, g


def minimum(case):
    """F*, by damped Newton steps until the decrement is rounding; kept beside the case."""
    path = os.path.join(case.folder, "minimum.json")
    if os.path.exists(path):
        with open(path) as file:
            return json.load(file)["minimum"]
    theta = np.zeros(case.X.shape[1] + sum(case.levels) + 1)
    current = value(case, theta)
    for _ in range(60):
        if len(theta) > GRAM_COLUMNS:
            step, g = conjugate_step(case, theta)
        else:
            H, g = newton_parts(case, theta)
            step = np.linalg.lstsq(H, g, rcond=1e-15)[0]
        t = 1.0
        while t > 1e-6 and (after := value(case, theta - t * step)) > current + 1e-15:
            t /= 2
        if t <= 1e-6:
            break
        theta, current = theta - t * step, min(current, after)
        if 0.5 * float(g @ step) < 1e-14 * current:
            break
    with open(path, "w") as file:
        json.dump({"minimum": current}, file)
    return current
