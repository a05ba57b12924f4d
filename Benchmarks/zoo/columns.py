"""The rows of a problem: numbers, categories, labels, weights and groups."""

import numpy as np


def numbers(problem):
    """Features of shape (n, dense + copies), and what they say of the label, shape (n,).

    The factor `condition` lies between the largest and the smallest singular value before columns
    get units of 10^u with |u| ≤ `scale`; `copies` columns are exact sums of two others.
    """
    random = problem.random(1)
    n, d = problem.rows, problem.dense
    X = _tails(random, problem.tails, n, d)
    strengths = random.standard_normal(d)
    signal = X @ strengths / max(1.0, np.linalg.norm(strengths))
    if problem.condition > 1:
        rotation = np.linalg.qr(random.standard_normal((d, d)))[0]
        sizes = problem.condition ** (-np.arange(d) / max(1, d - 1))
        X = X @ (sizes[:, None] * rotation)
    for _ in range(problem.copies):
        first, second = random.choice(d, 2, replace=False)
        X = np.column_stack([X, X[:, first] + X[:, second]])
    X *= 10.0 ** random.uniform(-problem.scale, problem.scale, X.shape[1])
    return np.ascontiguousarray(X, problem.type), np.clip(signal, -8, 8)


def _tails(random, kind, n, d):
    if kind == "student":
        return random.standard_t(1.8, (n, d)).clip(-1e4, 1e4)
    X = random.standard_normal((n, d))
    if kind == "amounts":
        # Every other column is mostly 0, and heavy where it is not.
        paid = random.random((n, X[:, ::2].shape[1])) < random.uniform(0.01, 0.3)
        X[:, ::2] = np.where(paid, np.exp(2 * X[:, ::2]), 0.0)
    return X


def categories(problem):
    """Codes of shape (categories, n), and what they say of the label, shape (n,).

    Levels are as frequent as 1/k^zipf. With `shared` most rows have the first level of every column
    but the first, as "not in universe" in a survey; with `nested` each second column is a coarser
    version of the one before.
    """
    random = problem.random(2)
    n = problem.rows
    C = np.zeros((len(problem.levels), n), np.uint16)
    effects = np.zeros(n)
    outside = random.random(n) < 0.6
    for k, count in enumerate(problem.levels):
        if problem.nested and k % 2:
            C[k] = C[k - 1].astype(np.int64) * count // problem.levels[k - 1]
            continue
        shares = 1 / np.arange(1, count + 1) ** problem.zipf
        ends = np.cumsum(shares / shares.sum())
        C[k] = np.searchsorted(ends, random.random(n), side="right").clip(0, count - 1)
        if problem.shared and k:
            C[k, outside] = 0
        effects += (random.standard_normal(count) * 0.5)[C[k]]
    return C, effects / np.sqrt(max(1, len(problem.levels)))


def labels(problem, score, X, C):
    """Labels 0 and 1 of a logistic model whose intercept gives the label rate; both are there.

    A problem of quasi-separation has a level, or a side of a column, where all labels are 0.
    """
    random = problem.random(3)
    score = problem.signal * score
    low, high = -60.0, 60.0
    for _ in range(60):
        middle = (low + high) / 2
        if (1 / (1 + np.exp(-(score + middle)))).mean() < problem.label_rate:
            low = middle
        else:
            high = middle
    y = (random.random(problem.rows) < 1 / (1 + np.exp(-(score + low)))).astype(np.uint8)
    if problem.quasi:
        y[_clean_side(random, X, C)] = 0
    if y.sum() < 2 or y.sum() > len(y) - 2:
        first = random.choice(problem.rows, 4, replace=False)
        y[first] = [0, 0, 1, 1]
    return y


def _clean_side(random, X, C):
    if len(C):
        k = random.integers(len(C))
        return C[k] == C[k, random.integers(C.shape[1])]
    j = random.integers(X.shape[1])
    return X[:, j] > np.quantile(X[:, j], 0.7)


def weights(problem):
    """Weights of rows, shape (n,): exponential, of a survey with mean around 1,700, or half of all
    on a few rows."""
    random = problem.random(4)
    n = problem.rows
    if problem.weights == "exponential":
        return random.exponential(size=n) + 1e-3
    if problem.weights == "survey":
        return 1700 * random.lognormal(0, random.uniform(0.3, 1.2), n)
    found = np.ones(n)
    few = random.choice(n, max(4, n // 2000), replace=False)
    found[few] = n / len(few)
    return found


def groups(problem, signal):
    """Codes of sensitive attributes, shape (attributes, n); the first leans on the features."""
    random = problem.random(5)
    G = np.empty((len(problem.groups), problem.rows), np.uint16)
    for k, count in enumerate(problem.groups):
        place = random.random(problem.rows)
        if k == 0:
            place = 0.5 * place + 0.5 / (1 + np.exp(-signal))
        G[k] = np.minimum(count - 1, (place * count).astype(np.int64))
    return G
