"""Reductions inside the engine, for learners that are its own."""

from __future__ import annotations

from copy import copy
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.base import clone
from sklearn.utils.validation import validate_data

from .._encoding import FrameEncoding, frame_of
from .._engine.calls import Options
from .._engine.dataset import Dataset
from .._engine.model import Model
from .._grouping import group_text
from .._inputs import as_matrix, group_codes
from .._missing import MISSING_GROUP
from .._types import Features, Numbers
from ..linear_model import LogisticRegression
from ._error_rate import ErrorRate
from ._inputs import BoundGroups, read_rows
from ._label_parities import (
    DemographicParity,
    EqualizedOdds,
    ErrorRateParity,
    FalsePositiveRateParity,
    TruePositiveRateParity,
)
from ._loading import load, remember_as

# Of a group of a single row none is smaller.
_FEWEST_BOUND = 2
_CONSTRAINTS: dict[type, str] = {
    DemographicParity: "demographic_parity",
    EqualizedOdds: "equalized_odds",
    TruePositiveRateParity: "true_positive_rate_parity",
    FalsePositiveRateParity: "false_positive_rate_parity",
    ErrorRateParity: "error_rate_parity",
}


def is_built_in(constraints: object) -> bool:
    """Whether a moment is one whose rates the engine knows."""
    return type(constraints) in _CONSTRAINTS


def _is_plain_logistic(estimator: Any) -> bool:
    """Whether scikit-learn's logistic regression is the engine's: L2, unweighted classes."""
    from sklearn.linear_model import LogisticRegression as Theirs

    if type(estimator) is not Theirs:
        return False
    values = estimator.get_params()
    plain = values.get("penalty", "l2") in ("l2", "deprecated") and values.get("l1_ratio") in (
        None,
        0,
        0.0,
    )
    liblinear = values["solver"] == "liblinear"
    return bool(
        plain
        and values.get("class_weight") is None
        and values.get("fit_intercept", True)
        and not values.get("dual", False)
        and (not liblinear or values.get("intercept_scaling", 1) == 1)
        and np.isfinite(values["C"])
    )


def can_run(reduction: Any, X: Features, features: dict[str, Any]) -> tuple[bool, str]:
    """Whether the engine solves the same problem, and if not, why."""
    constraints = reduction.constraints
    if not is_built_in(constraints):
        return False, f"constraints of type {type(constraints).__name__}"
    if features.get("control_features") is not None:
        return False, "control features"
    objective = reduction.objective
    if objective is not None and type(objective) is not ErrorRate:
        return False, f"an objective of type {type(objective).__name__}"
    estimator = reduction.estimator
    texts = FrameEncoding.of(frame_of(X)) if _is_ours(estimator) else None
    if texts is not None:
        return False, (
            f"column '{next(iter(texts.categories))}' of X holds texts or categories, which the "
            "estimator LogisticRegression() takes, or make them numbers: pandas.get_dummies(X)"
        )
    if estimator is None:
        return True, ""
    if type(estimator) is LogisticRegression:
        return estimator.fit_intercept, "an estimator without an intercept"
    return can_fit(estimator)


def _is_ours(estimator: object) -> bool:
    return estimator is None or type(estimator) is LogisticRegression


def can_fit(estimator: object) -> tuple[bool, str]:
    """Whether the engine minimizes what the estimator's `fit` does, and if not, why."""
    reason = f"the estimator {type(estimator).__name__} with these parameters"
    return _is_plain_logistic(estimator), reason


def penalizes_intercept(template: Any) -> bool:
    """Whether an estimator takes the intercept for the coefficient of a column of ones."""
    return getattr(template, "solver", None) == "liblinear"


def _l2(template: Any, total: float) -> float:
    """The factor of ½‖w‖² beside the mean loss of rows of this total weight."""
    if isinstance(template, LogisticRegression):
        return float(template._l2(total))
    return float(1.0 / (template.C * total))


def rows_of(estimator: Any, X: Features) -> npt.NDArray[Any]:
    """Features (n, d) as scikit-learn checks them, whose names `estimator` remembers."""
    block: npt.NDArray[Any] = validate_data(
        estimator, as_matrix(X), dtype=[np.float64, np.float32], order=None
    )
    return block


def fitted_as(template: Any, coefficients: Numbers, intercept: float) -> Any:
    """A logistic regression that decides by z = X·w + b: `template`, which has been fitted to nothing
    but has seen the columns, with these coefficients."""
    fitted = copy(template)
    fitted.classes_ = np.array([0, 1])
    fitted.coef_ = np.asarray(coefficients).reshape(1, -1)
    fitted.intercept_ = np.asarray(intercept).reshape(1)
    return fitted


def _free_groups(groups: npt.NDArray[Any]) -> tuple[npt.NDArray[np.int32], list[str], int]:
    """Codes and names of groups, and the fewest rows that a group has which is to be bound.

    The engine binds no group of fewer rows, and counts them all the same: rows of no group are so
    many groups that each is small enough.
    """
    unknown = np.array([group is None for group in groups])
    codes = np.empty(len(groups), dtype=np.int32)
    codes[~unknown], levels = group_codes(groups[~unknown], "sensitive_features")
    names = [group_text(level) for level in levels]
    fewest = int(np.bincount(codes[~unknown]).min())
    if fewest < _FEWEST_BOUND:
        raise ValueError(
            "unknown='pooled': a group of a single row can be bound by algorithm='faithful' alone")
    parts = np.arange(unknown.sum(), dtype=np.int32) // (fewest - 1)
    codes[unknown] = len(names) + parts
    names += [f"{MISSING_GROUP} {part}" for part in range(int(parts[-1]) + 1)]
    return codes, names, fewest


class NativeMixture:
    """The mixture that the engine finds, with what it says of itself."""

    def __init__(
        self, reduction: Any, X: Features, y: npt.ArrayLike, features: dict[str, Any]
    ) -> None:
        rows = read_rows(X, y, features.get("sensitive_features"), binary=True)
        self.constraints: Any = load(reduction.constraints, X, y, features, needed=features)
        estimator = reduction.estimator
        self.template: Any = clone(LogisticRegression() if estimator is None else estimator)
        block = rows_of(self.template, X)
        names = getattr(self.template, "feature_names_in_", None)
        data = Dataset(block.shape[0]).set_features(block, names)
        data.set_weights(features.get("sample_weight"))
        data.set_labels(rows.labels.to_numpy().astype(np.uint8))
        least = None
        if isinstance(features["sensitive_features"], BoundGroups):
            codes, groups, least = _free_groups(rows.groups.to_numpy())
        else:
            codes, levels = group_codes(rows.groups.to_numpy(), "sensitive_features")
            groups = [group_text(level) for level in levels]
        data.add_attribute("sensitive_features", codes, groups)
        options = self._options(reduction, self.constraints.total_samples, least)
        self.model = Model.fit("reductions", data, options)
        self._read(self.model)

    def _options(self, reduction: Any, total: float, least: int | None) -> Options:
        constraints = self.constraints
        objective = reduction.objective
        return Options(
            constraint=_CONSTRAINTS[type(constraints)],
            compared="to_overall",
            algorithm="fast",
            least_group=least,
            target_gap=reduction.nu,
            false_positive_cost=1.0 if objective is None else objective.fp_cost,
            false_negative_cost=1.0 if objective is None else objective.fn_cost,
            bound=constraints.eps,
            ratio=None if constraints.ratio == 1.0 else constraints.ratio,
            l2=_l2(self.template, total),
            penalize_intercept=penalizes_intercept(self.template) or None,
        )

    def _read(self, model: Model) -> None:
        document = model.report
        if document["predictor"] == "linear":
            theta = np.append(model.tensor("coefficients"), model.tensor("intercept"))[None, :]
            weights = np.ones(1)
        else:
            theta, weights = model.tensor("theta"), model.tensor("weights")
        self.predictors = pd.Series(
            [fitted_as(self.template, row[:-1], row[-1]) for row in theta], dtype=object
        )
        self.weights = pd.Series(weights)
        report = document["report"]
        self.rounds: int = report["iterations"]
        certificate = report.get("certificate") or {}
        self.gap: Any = certificate.get("value")
        self.stop_reason: str = report["status"]
        model.warn()

    def probabilities(self, X: npt.NDArray[Any]) -> Numbers:
        """The probability of a positive decision, shape (n,): the weight of the members whose
        z = X·w + b is at least 0."""
        theta = np.vstack([np.append(m.coef_[0], m.intercept_) for m in self.predictors])
        scores = X.astype(np.float64, copy=False) @ theta[:, :-1].T + theta[:, -1]
        positive: Numbers = (scores >= 0) @ self.weights.to_numpy()
        return positive
