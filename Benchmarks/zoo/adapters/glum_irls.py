"""glum's binomial regression."""

import numpy as np
from glum import GeneralizedLinearRegressor
from glum_columns import packed

from . import Answer

SETTINGS = {"glum": [1e-4, 1e-7]}


def prepare(case):
    labels = case.y.astype(case.X.dtype)

    def fit(data, tolerance):
        model = GeneralizedLinearRegressor(
            family="binomial", l1_ratio=0, alpha=case.l2, gradient_tol=tolerance, max_iter=200)
        model.fit(data, labels, sample_weight=case.weights)
        iterations = int(model.n_iter_)
        status = "converged" if iterations < 200 else "iteration_limit"
        return Answer(np.ravel(model.coef_), float(model.intercept_), status, iterations)

    return lambda: packed(case), fit


SIDES = {"glum": prepare}


def bytes_needed(case, name):
    stored = case.X.size + len(case.y) * len(case.levels)
    return 8 * 3 * stored + 8 * 4 * (case.X.shape[1] + sum(case.levels)) ** 2
