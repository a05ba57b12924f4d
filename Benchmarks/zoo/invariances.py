"""What must not change a fit: units of weights, order of columns, names and order of levels, rows
that stand twice. Each check returns how far two fits of Equipoise are apart."""

import numpy as np

from . import evaluator
from .adapters import engine

CLOSE = 1e-10


class Rows:
    """A case with some arrays replaced."""

    def __init__(self, case, **changed):
        self.l2, self.levels = case.l2, case.levels
        self.X, self.y, self.codes, self.weights = case.X, case.y, case.codes, case.weights
        self.__dict__.update(changed)


def _theta(case, model, name="L{:05d}"):
    return np.append(engine.coefficients(model, case, name), model.intercept_[0])


def _difference(case, first, second):
    """|F − F'| / (1 + |F|) in the one evaluator."""
    a, b = evaluator.value(case, first), evaluator.value(case, second)
    return abs(a - b) / (1 + abs(a))


def checks(case):
    """Name → difference: 0 is asked of powers of 2, `CLOSE` of the others."""
    table = engine.table(case)
    base = _theta(case, engine.fitted(table, case))
    weights = np.ones(len(case.y)) if case.weights is None else case.weights
    found = {}
    weighted = _theta(case, engine.fitted(table, case, weights))
    for power in (20, -20):
        other = _theta(case, engine.fitted(table, case, weights * 2.0**power))
        found[f"weights × 2^{power}"] = float(np.abs(other - weighted).max())
    for factor in (1e6, 1e-6):
        other = _theta(case, engine.fitted(table, case, weights * factor))
        found[f"weights × {factor:g}"] = _difference(case, weighted, other)
    found["permuted columns"] = _difference(case, base, _permuted(case))
    if case.levels:
        for text, theta in _renamed(case).items():
            found[text] = _difference(case, base, theta)
    found["rows twice"] = _difference(case, weighted, _doubled(case, weights))
    return found


def _permuted(case):
    order = np.random.Generator(np.random.PCG64(1)).permutation(case.X.shape[1])
    theta = np.empty(case.X.shape[1] + sum(case.levels) + 1)
    other = Rows(case, X=np.ascontiguousarray(case.X[:, order]))
    found = _theta(other, engine.fitted(engine.table(other), other))
    theta[order] = found[: len(order)]
    theta[len(order):] = found[len(order):]
    return theta


def _renamed(case):
    """Other names keep the order of levels; reversed codes change it."""
    name = "renamed {:07d}"
    model = engine.fitted(engine.table(case, name), case)
    renamed = _theta(case, model, name)
    top = np.array(case.levels)[:, None] - 1
    other = Rows(case, codes=(top - case.codes).astype(np.uint16))
    found = _theta(other, engine.fitted(engine.table(other), other))
    start = case.X.shape[1]
    for count in case.levels:
        found[start : start + count] = found[start : start + count][::-1]
        start += count
    return {"renamed levels": renamed, "reordered levels": found}


def _doubled(case, weights):
    """Rows twice have the fit of weights twice, which is that of the weights."""
    codes = None if case.codes is None else np.concatenate([case.codes, case.codes], axis=1)
    other = Rows(
        case, X=np.concatenate([case.X, case.X]), y=np.concatenate([case.y, case.y]), codes=codes,
        weights=np.concatenate([weights, weights]))
    return _theta(case, engine.fitted(engine.table(other), other))


def broken(found):
    """The checks that fail, in words."""
    return [
        f"{name}: {value:.1e}" for name, value in found.items()
        if not value <= (0 if "2^" in name else CLOSE)
    ]
