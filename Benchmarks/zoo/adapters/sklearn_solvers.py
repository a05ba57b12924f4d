"""scikit-learn's logistic regression, a side for each solver."""

import warnings

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression

from . import Answer

SETTINGS = {
    "sklearn-lbfgs": [1e-4, 1e-7],
    "sklearn-newton-cg": [1e-4, 1e-7],
    "sklearn-newton-cholesky": [1e-4, 1e-8],
    "sklearn-liblinear": [1e-4, 1e-7],
    "sklearn-sag": [1e-4, 1e-6],
    "sklearn-saga": [1e-4, 1e-6],
}
# liblinear penalizes the intercept as the coefficient of a constant column of this value.
INTERCEPT_SCALING = 100.0


def _solver(solver):
    def prepare(case):
        c = np.inf if case.l2 == 0 else 1 / (case.l2 * case.total_weight)

        def fit(data, tolerance):
            options = {"intercept_scaling": INTERCEPT_SCALING} if solver == "liblinear" else {}
            model = LogisticRegression(
                C=min(c, 1e300), tol=tolerance, max_iter=10_000, solver=solver, **options)
            with warnings.catch_warnings(record=True) as caught:
                warnings.simplefilter("always")
                model.fit(data, case.y, sample_weight=case.weights)
            limits = [w for w in caught if issubclass(w.category, ConvergenceWarning)]
            status = "iteration_limit" if limits else "converged"
            iterations = int(np.max(model.n_iter_))
            return Answer(model.coef_[0], float(model.intercept_[0]), status, iterations)

        return case.one_hot, fit

    return prepare


SIDES = {name: _solver(name.removeprefix("sklearn-")) for name in SETTINGS}


def bytes_needed(case, name):
    stored = case.X.size + len(case.y) * len(case.levels)
    need = 8 * 3 * stored + (4 * 2 * stored if case.levels else 0)
    if name == "sklearn-newton-cholesky":
        need += 8 * 4 * (case.X.shape[1] + sum(case.levels)) ** 2
    return need
