"""Reductions inside the engine, for learners that are its own."""

from __future__ import annotations

import numpy as np
import pandas as pd
from sklearn.base import clone

from .._engine.calls import Options
from .._engine.dataset import Dataset
from .._engine.model import Model
from .._inputs import group_codes
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
    from ..linear_model import LogisticRegression

    estimator = reduction.estimator
    if estimator is None or type(estimator) is LogisticRegression:
        return True, ""
    return _is_plain_logistic(estimator), f"the estimator {type(estimator).__name__}"


def can_fit(estimator) -> tuple[bool, str]:
    """Whether the engine minimises what the estimator's `fit` does, and if not, why.

    The solver "liblinear" penalises the intercept, which the engine does not.
    """
    native = _is_plain_logistic(estimator) and estimator.solver != "liblinear"
    return native, f"the estimator {type(estimator).__name__} with these parameters"


class NativeLearner:
    """Fits scikit-learn's logistic regression in the engine, to any labels and weights of some rows."""

    def __init__(self, estimator, X):
        self.estimator, self.names = estimator, getattr(X, "columns", None)
        block = np.asarray(X)
        if block.dtype not in (np.float32, np.float64):
            block = block.astype(np.float64)
        self.columns = block.shape[1]
        self.data = Dataset(block.shape[0]).set_features(block)

    def fit(self, labels, weights):
        """A fitted copy of the estimator: labels 0 and 1, both of which have weight."""
        weights = np.asarray(weights, dtype=np.float64)
        self.data.set_labels(np.asarray(labels, dtype=np.uint8)).set_weights(weights)
        model = Model.fit(
            "logistic", self.data, Options(l2=1.0 / (self.estimator.C * weights.sum()))
        )
        model.warn()
        fitted = clone(self.estimator)
        fitted.classes_ = np.array([0, 1])
        fitted.coef_ = model.tensor("coefficients").reshape(1, -1)
        fitted.intercept_ = model.tensor("intercept")
        fitted.n_iter_ = np.array([model.report["report"]["iterations"]], dtype=np.int32)
        fitted.n_features_in_ = self.columns
        if self.names is not None and all(isinstance(name, str) for name in self.names):
            fitted.feature_names_in_ = np.asarray(self.names, dtype=object)
        return fitted


class LinearMember:
    """A member of the mixture: 1 where z = X·w + b is at least 0."""

    def __init__(self, theta: np.ndarray):
        self.coef_, self.intercept_ = theta[:-1], theta[-1]

    def predict(self, X) -> np.ndarray:
        return (np.asarray(X, dtype=np.float64) @ self.coef_ + self.intercept_ >= 0).astype(int)


class NativeMixture:
    """The mixture that the engine finds, with what it says of itself."""

    def __init__(self, reduction, X, y, features):
        rows = read_rows(X, y, features.get("sensitive_features"), binary=True)
        self.constraints = load(reduction.constraints, X, y, **features)
        block = np.asarray(X)
        if block.dtype not in (np.float32, np.float64):
            block = block.astype(np.float64)
        data = Dataset(block.shape[0]).set_features(block)
        data.set_labels(rows.labels.to_numpy().astype(np.uint8))
        codes, groups = group_codes(rows.groups.to_numpy(), "sensitive_features")
        data.add_attribute("sensitive_features", codes, [str(group) for group in groups])
        model = Model.fit("reductions", data, self._options(reduction, block.shape[0]))
        self._read(model)

    def _options(self, reduction, rows: int) -> Options:
        constraints, estimator = self.constraints, reduction.estimator
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
        if estimator is not None and hasattr(estimator, "C") and estimator.C is not None:
            values["l2"] = 1.0 / (estimator.C * rows)
        return Options(**values)

    def _read(self, model: Model) -> None:
        document = model.report
        if document["predictor"] == "linear":
            theta = np.append(model.tensor("coefficients"), model.tensor("intercept"))[None, :]
            weights = np.ones(1)
        else:
            theta, weights = model.tensor("theta"), model.tensor("weights")
        self.predictors = pd.Series([LinearMember(row) for row in theta], dtype=object)
        self.weights = pd.Series(weights)
        report = document["report"]
        self.rounds = report["iterations"]
        certificate = report.get("certificate") or {}
        self.gap = certificate.get("value")
        self.stop_reason = report["status"]
        model.warn()

    def probabilities(self, X) -> np.ndarray:
        said = np.column_stack([member.predict(X) for member in self.predictors])
        return said @ self.weights.to_numpy()
