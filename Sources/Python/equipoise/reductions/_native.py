"""Reductions inside the engine, for learners that are its own."""

from __future__ import annotations

import numpy as np
import pandas as pd
from sklearn.base import clone
from sklearn.utils.validation import validate_data

from .._engine.calls import Options
from .._engine.dataset import Dataset
from .._engine.model import Model
from .._inputs import as_matrix, group_codes
from ..linear_model import LogisticRegression
from . import _moments
from ._inputs import read_rows
from ._saddle_point import load

_CONSTRAINTS = {
    _moments.DemographicParity: "demographic_parity",
    _moments.EqualizedOdds: "equalized_odds",
    _moments.TruePositiveRateParity: "true_positive_rate_parity",
    _moments.FalsePositiveRateParity: "false_positive_rate_parity",
    _moments.ErrorRateParity: "error_rate_parity",
}

# What an estimator remembers of the columns it has seen.
_SEEN = ("n_features_in_", "feature_names_in_")


def _is_plain_logistic(estimator) -> bool:
    """Whether scikit-learn's logistic regression is the engine's: L2, unweighted classes."""
    from sklearn.linear_model import LogisticRegression

    if type(estimator) is not LogisticRegression:
        return False
    values = estimator.get_params()
    plain = values.get("penalty", "l2") in ("l2", "deprecated") and values.get("l1_ratio") in (
        None,
        0,
        0.0,
    )
    return (
        plain
        and values.get("class_weight") is None
        and values.get("fit_intercept", True)
        and not values.get("dual", False)
        and np.isfinite(values["C"])
    )


def can_run(reduction, features) -> tuple[bool, str]:
    """Whether the engine solves the same problem, and if not, why."""
    constraints = reduction.constraints
    if type(constraints) not in _CONSTRAINTS:
        return False, f"constraints of type {type(constraints).__name__}"
    if features.get("control_features") is not None:
        return False, "control features"
    objective = reduction.objective
    if objective is not None and type(objective) is not _moments.ErrorRate:
        return False, f"an objective of type {type(objective).__name__}"
    estimator = reduction.estimator
    if estimator is None:
        return True, ""
    if type(estimator) is LogisticRegression:
        return estimator.fit_intercept, "an estimator without an intercept"
    return can_fit(estimator)


def can_fit(estimator) -> tuple[bool, str]:
    """Whether the engine minimises what the estimator's `fit` does, and if not, why.

    The solver "liblinear" penalises the intercept, which the engine does not.
    """
    native = _is_plain_logistic(estimator) and estimator.solver != "liblinear"
    return native, f"the estimator {type(estimator).__name__} with these parameters"


def _rows_of(estimator, X) -> np.ndarray:
    """Features (n, d) as scikit-learn checks them, whose names `estimator` remembers."""
    return validate_data(estimator, as_matrix(X), dtype=[np.float64, np.float32], order=None)


def _fitted_as(template, coefficients: np.ndarray, intercept):
    """A logistic regression like `template` that decides by z = X·w + b; it has seen the same
    columns."""
    fitted = clone(template)
    fitted.classes_ = np.array([0, 1])
    fitted.coef_ = np.asarray(coefficients).reshape(1, -1)
    fitted.intercept_ = np.asarray(intercept).reshape(1)
    for name in _SEEN:
        if hasattr(template, name):
            setattr(fitted, name, getattr(template, name))
    return fitted


class NativeLearner:
    """Fits scikit-learn's logistic regression in the engine, to any labels and weights."""

    def __init__(self, estimator, X):
        self.template = clone(estimator)
        block = _rows_of(self.template, X)
        self.data = Dataset(block.shape[0]).set_features(block)

    def fit(self, labels, weights):
        """A fitted copy of the estimator: labels 0 and 1, both of which have weight."""
        weights = np.asarray(weights, dtype=np.float64)
        self.data.set_labels(np.asarray(labels, dtype=np.uint8)).set_weights(weights)
        l2 = 1.0 / (self.template.C * weights.sum())
        model = Model.fit("logistic", self.data, Options(l2=l2))
        model.warn()
        fitted = _fitted_as(self.template, model.tensor("coefficients"), model.tensor("intercept"))
        fitted.n_iter_ = np.array([model.report["report"]["iterations"]], dtype=np.int32)
        return fitted


class NativeMixture:
    """The mixture that the engine finds, with what it says of itself."""

    def __init__(self, reduction, X, y, features):
        rows = read_rows(X, y, features.get("sensitive_features"), binary=True)
        self.constraints = load(reduction.constraints, X, y, features, needed=features)
        estimator = reduction.estimator
        self.template = clone(LogisticRegression() if estimator is None else estimator)
        block = _rows_of(self.template, X)
        self.seen = {n: getattr(self.template, n) for n in _SEEN if hasattr(self.template, n)}
        data = Dataset(block.shape[0]).set_features(block)
        data.set_weights(features.get("sample_weight"))
        data.set_labels(rows.labels.to_numpy().astype(np.uint8))
        codes, groups = group_codes(rows.groups.to_numpy(), "sensitive_features")
        data.add_attribute("sensitive_features", codes, [str(group) for group in groups])
        options = self._options(reduction, self.constraints.total_samples)
        model = Model.fit("reductions", data, options)
        self._read(model)

    def _options(self, reduction, total: float) -> Options:
        constraints = self.constraints
        objective = reduction.objective
        values = {
            "constraint": _CONSTRAINTS[type(constraints)],
            "compared": "to_overall",
            "algorithm": "fast",
            "target_gap": reduction.nu,
            "false_positive_cost": 1.0 if objective is None else objective.fp_cost,
            "false_negative_cost": 1.0 if objective is None else objective.fn_cost,
        }
        if constraints.ratio == 1.0:
            values["bound"] = constraints.eps
        else:
            values["ratio"] = constraints.ratio
            values["bound"] = constraints.eps
        own = isinstance(self.template, LogisticRegression)
        values["l2"] = self.template._l2(total) if own else 1.0 / (self.template.C * total)
        return Options(**values)

    def _read(self, model: Model) -> None:
        document = model.report
        if document["predictor"] == "linear":
            theta = np.append(model.tensor("coefficients"), model.tensor("intercept"))[None, :]
            weights = np.ones(1)
        else:
            theta, weights = model.tensor("theta"), model.tensor("weights")
        self.predictors = pd.Series(
            [_fitted_as(self.template, row[:-1], row[-1]) for row in theta], dtype=object
        )
        self.weights = pd.Series(weights)
        report = document["report"]
        self.rounds = report["iterations"]
        certificate = report.get("certificate") or {}
        self.gap = certificate.get("value")
        self.stop_reason = report["status"]
        model.warn()

    def probabilities(self, X: np.ndarray) -> np.ndarray:
        """The probability of a positive decision, shape (n,): the weight of the members whose
        z = X·w + b is at least 0."""
        theta = np.vstack([np.append(m.coef_[0], m.intercept_) for m in self.predictors])
        scores = X.astype(np.float64, copy=False) @ theta[:, :-1].T + theta[:, -1]
        return (scores >= 0) @ self.weights.to_numpy()
