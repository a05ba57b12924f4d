#!/usr/bin/env python3
"""scikit-learn as a side of `equipoise bench`: logistic regression by its fastest solver for the rows.

  equipoise bench --adapter 'scikit-learn=python3 Benchmarks/suite/adapters/with_sklearn.py'
"""

import numpy as np
import sklearn
from side import serve
from sklearn.linear_model import LogisticRegression

# Beyond this many columns a Hessian costs more than the steps that it saves.
MOST_COLUMNS = 500
MOST_ITERATIONS = 10_000


def learner(rows, request):
    """The engine's default learner: C = 1, that is l2 = 1/Σ weights, or what `l2` and `c` say."""
    options = request["options"]
    total = float(len(rows.label) if rows.weight is None else rows.weight.sum())
    c = float(options.get("c", 1.0))
    if "l2" in options:
        l2 = float(options["l2"])
        c = 1 / (l2 * total) if l2 > 0 else np.inf
    solver = "newton-cholesky" if rows.design.shape[1] <= MOST_COLUMNS else "lbfgs"
    return LogisticRegression(C=c, solver=solver, max_iter=MOST_ITERATIONS)


def logistic(request, rows):
    model = learner(rows, request).fit(rows.design, rows.label, sample_weight=rows.weight)
    return (lambda rows: model.predict(rows.design)), {"iterations": int(model.n_iter_.max())}


if __name__ == "__main__":
    serve(f"scikit-learn {sklearn.__version__}", {"logistic": logistic})
