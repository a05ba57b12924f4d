"""glum's binomial regression; categorical columns stay categorical (tabmat blocks)."""

import numpy as np
from glum import GeneralizedLinearRegressor

from . import Answer

SETTINGS = {"glum": [1e-4, 1e-7]}


def prepare(case):
    labels = case.y.astype(case.X.dtype)

    def pack():
        if not case.levels:
            return case.X
        import pandas
        import tabmat

        frame = pandas.DataFrame({f"x{j}": case.X[:, j] for j in range(case.X.shape[1])})
        for k, count in enumerate(case.levels):
            frame[f"c{k}"] = pandas.Categorical.from_codes(case.codes[k], categories=range(count))
        return tabmat.from_pandas(frame, dtype=case.X.dtype, cat_threshold=1)

    def fit(data, tolerance):
        model = GeneralizedLinearRegressor(
            family="binomial", l1_ratio=0, alpha=case.l2, gradient_tol=tolerance, max_iter=200)
        model.fit(data, labels, sample_weight=case.weights)
        iterations = int(model.n_iter_)
        status = "converged" if iterations < 200 else "iteration_limit"
        return Answer(np.ravel(model.coef_), float(model.intercept_), status, iterations)

    return pack, fit


SIDES = {"glum": prepare}


def bytes_needed(case, name):
    stored = case.X.size + len(case.y) * len(case.levels)
    return 8 * 3 * stored + 8 * 4 * (case.X.shape[1] + sum(case.levels)) ** 2
