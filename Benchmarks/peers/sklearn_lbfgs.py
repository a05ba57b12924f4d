"""scikit-learn's logistic regression by L-BFGS, on the array itself or on a sparse one-hot matrix."""

from serving import serve
from sklearn.linear_model import LogisticRegression


def prepare(case):
    # scikit-learn minimizes C·Σ loss + ½‖w‖².
    c = 1 / (case.l2 * case.total_weight)

    def fit(data, tolerance):
        model = LogisticRegression(C=c, tol=tolerance, max_iter=5000)
        model.fit(data, case.y, sample_weight=case.weights)
        return model.coef_, model.intercept_[0]

    return case.one_hot, fit


serve([1e-3, 1e-4, 1e-5, 1e-6, 1e-7, 1e-8], prepare)
