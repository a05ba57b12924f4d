"""glum's binomial regression."""

import numpy as np
from glum import GeneralizedLinearRegressor
from glum_columns import packed
from serving import serve


def prepare(case):
    labels = case.y.astype(case.X.dtype)

    def fit(data, tolerance):
        model = GeneralizedLinearRegressor(
            family="binomial", l1_ratio=0, alpha=case.l2, gradient_tol=tolerance, max_iter=100
        )
        model.fit(data, labels, sample_weight=case.weights)
        return np.ravel(model.coef_), model.intercept_

    return lambda: packed(case), fit


serve([1e-3, 1e-4, 1e-5, 1e-6, 1e-7, 1e-8], prepare)
