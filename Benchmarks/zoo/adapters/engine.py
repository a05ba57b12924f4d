"""Equipoise, by its estimator in Python: arrays of numbers, or a frame with categories."""

import os
import warnings

import numpy as np

from equipoise.linear_model import LogisticRegression

from . import Answer

SETTINGS = {"equipoise": [None]}


def table(case, name="L{:05d}"):
    """What a user hands over: the array, or a frame of numbers and categories."""
    if not case.levels:
        return case.X
    import pandas

    frame = pandas.DataFrame({f"x{j}": case.X[:, j] for j in range(case.X.shape[1])})
    for k, count in enumerate(case.levels):
        names = [name.format(level) for level in range(count)]
        frame[f"c{k}"] = pandas.Categorical.from_codes(case.codes[k], categories=names)
    return frame


def coefficients(model, case, name="L{:05d}"):
    """Coefficients by the numbering of the case; a level without rows has 0."""
    if not case.levels:
        return model.coef_[0]
    place = {f"x{j}": j for j in range(case.X.shape[1])}
    for k, count in enumerate(case.levels):
        for level in range(count):
            place[f"c{k}={name.format(level)}"] = len(place)
    w = np.zeros(len(place))
    for column, coefficient in zip(model.get_feature_names_out(), model.coef_[0]):
        w[place[str(column)]] = coefficient
    return w


def fitted(X, case, weights=None):
    threads = int(os.environ.get("OMP_NUM_THREADS", "2"))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return LogisticRegression(l2=case.l2, n_threads=threads).fit(
            X, case.y, sample_weight=case.weights if weights is None else weights)


def prepare(case):
    def fit(data, setting):
        model = fitted(data, case)
        w = coefficients(model, case)
        return Answer(w, float(model.intercept_[0]), model.status_, model.n_iter_)

    return (lambda: table(case)), fit


SIDES = {"equipoise": prepare}


def bytes_needed(case, name):
    """Nothing holds it back: the cells are ours in any case."""
    return 0
