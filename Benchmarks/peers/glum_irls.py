"""glum's binomial regression; categorical columns stay categorical (tabmat blocks)."""

import numpy as np
from glum import GeneralizedLinearRegressor
from serving import serve


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
            family="binomial", l1_ratio=0, alpha=case.l2, gradient_tol=tolerance, max_iter=100
        )
        model.fit(data, labels, sample_weight=case.weights)
        return np.ravel(model.coef_), model.intercept_

    return pack, fit


serve([1e-3, 1e-4, 1e-5, 1e-6, 1e-7, 1e-8], prepare)
