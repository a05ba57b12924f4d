#!/usr/bin/env python3
"""Fairlearn as a side of `equipoise bench`, with scikit-learn's fastest solver for the rows.

  equipoise bench --adapter 'fairlearn=python3 Benchmarks/suite/adapters/with_fairlearn.py'
"""

import fairlearn
from fairlearn import postprocessing, reductions
from side import Refused, serve
from with_sklearn import learner, logistic

MOMENTS = {
    "demographic_parity": reductions.DemographicParity,
    "equalized_odds": reductions.EqualizedOdds,
    "equal_opportunity": reductions.TruePositiveRateParity,
    "false_positive_rate_parity": reductions.FalsePositiveRateParity,
    "error_rate_parity": reductions.ErrorRateParity,
}
# By criterion, what `ThresholdOptimizer` calls it.
CONSTRAINTS = {
    "demographic_parity": "demographic_parity", "equalized_odds": "equalized_odds",
    "equal_opportunity": "true_positive_rate_parity",
    "false_positive_rate_parity": "false_positive_rate_parity",
}


def _criterion(request, rows, known):
    if rows.group is None:
        raise Refused("it needs groups")
    if rows.weight is not None:
        raise Refused("its reductions take no weights of rows")
    if request["criterion"] not in known:
        raise Refused(f"it has no '{request['criterion']}'")
    # Its reductions and rules take no sparse matrix.
    rows.be_dense()
    return known[request["criterion"]]


def reduction(request, rows):
    moment = _criterion(request, rows, MOMENTS)
    bound = float(request["bound"])
    model = reductions.ExponentiatedGradient(
        learner(rows, request), moment(difference_bound=bound), eps=bound)
    model.fit(rows.design, rows.label, sensitive_features=rows.group)
    return (
        lambda rows: model._pmf_predict(rows.be_dense().design)[:, 1],
        {"iterations": int(model.last_iter_), "oracle_calls": int(model.n_oracle_calls_)})


def grid(request, rows):
    moment = _criterion(request, rows, MOMENTS)
    model = reductions.GridSearch(
        learner(rows, request), moment(difference_bound=float(request["bound"])),
        grid_size=int(request["options"].get("grid_size", 10)))
    model.fit(rows.design, rows.label, sensitive_features=rows.group)
    return (lambda rows: model.predict(rows.be_dense().design)), {"oracle_calls": len(model.predictors_)}


def thresholds(request, rows):
    constraint = _criterion(request, rows, CONSTRAINTS)
    model = postprocessing.ThresholdOptimizer(
        estimator=learner(rows, request), constraints=constraint, predict_method="predict_proba")
    model.fit(rows.design, rows.label, sensitive_features=rows.group)
    return (
        lambda rows: model._pmf_predict(
            rows.be_dense().design, sensitive_features=rows.group)[:, 1],
        {"oracle_calls": 1})


FITS = {
    "logistic": logistic, "reductions": reduction, "grid-search": grid,
    "threshold-optimizer": thresholds,
}

if __name__ == "__main__":
    serve(f"fairlearn {fairlearn.__version__}", FITS)
