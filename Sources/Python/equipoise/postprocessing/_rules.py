"""The other postprocessors of the engine as estimators."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, TypeAlias

from .._catalogue import stages
from .._engine import library as lib
from .._types import RandomState
from ._base import RuleEstimator, Unknown, UnseenGroup
from ._scores import PredictMethod

#: Names of rates that one threshold a group can bound.
Rate: TypeAlias = Literal[
    "selection_rate", "true_positive_rate", "false_positive_rate", "false_negative_rate",
    "true_negative_rate", "zero_one_loss", "accuracy_score", "precision_score",
    "negative_predictive_value", "false_discovery_rate", "false_omission_rate",
]
#: Names of rates that randomized thresholds can bound.
Parity: TypeAlias = Literal[
    "demographic_parity", "equal_opportunity", "equalized_odds", "false_positive_rate_parity",
    "false_negative_rate_parity", "true_negative_rate_parity",
]
#: Names of `Postprocessor`.
Method: TypeAlias = Literal[
    "unprocessing", "group-thresholds", "relaxed-parity", "threshold-optimizer",
    "equalized-odds-labels", "calibrated-equalized-odds", "reject-option", "group-calibration",
    "multicalibration", "multiaccuracy", "score-transform", "score-transport", "reranking",
    "stated-thresholds",
]


def methods() -> dict[str, dict[str, Any]]:
    """Every postprocessor of the engine with its paper and its options.

    Examples
    --------
    >>> from equipoise.postprocessing import methods
    >>> methods()["relaxed-parity"]["options"]["norm"]["domain"]
    'infinity, one, two'
    """
    return stages(lib.POSTPROCESSORS)


class Postprocessor(RuleEstimator):
    """Any postprocessor of the engine by name.

    Parameters
    ----------
    estimator
        A classifier whose scores the rule sees.
    method : str
        A name of `equipoise.postprocessing.methods()`; a fit refuses others, with the nearest.
    options : dict, optional
        The method's options.
    prefit : bool
        Whether the estimator is fitted already.
    predict_method : str
        Where scores come from, as in `ThresholdOptimizer`.
    unseen_group : "error" or "pooled"
        What to do with rows of a group that was not there in the fit.
    least_group : int, optional
        A group of fewer rows gets the rule of all rows as one group and binds nobody; by default 10
        for methods whose groups bind each other.
    unknown : "error", "exclude", "own-group" or "pooled"
        What becomes of rows whose sensitive features are missing: an error that names the row; no part
        in the rule, or one in that of all rows as one group, which they get; or a group of their own.
    random_state : int or RandomState, optional
        Draws the decisions where `predict` is given none; a number draws the same in every call.

    Examples
    --------
    >>> import numpy as np
    >>> from equipoise.linear_model import LogisticRegression
    >>> from equipoise.postprocessing import Postprocessor
    >>> X, y, group = np.arange(8.0)[:, None], [0, 0, 1, 0, 1, 0, 1, 1], list("aabbabab")
    >>> model = Postprocessor(LogisticRegression(), "stated-thresholds", {"thresholds": "a=0.9"})
    >>> model.fit(X, y, sensitive_features=group).predict(X, sensitive_features=group)
    array([0, 0, 0, 0, 0, 1, 0, 1])
    """

    # The method is known when it is fitted; some draw.
    _draws = True

    def __init__(
        self,
        estimator: Any = None,
        method: Method = "group-thresholds",
        options: Mapping[str, Any] | None = None,
        *,
        prefit: bool = False,
        predict_method: PredictMethod = "auto",
        unseen_group: UnseenGroup = "error",
        least_group: int | None = None,
        unknown: Unknown = "error",
        random_state: RandomState = None,
    ) -> None:
        self.estimator = estimator
        self.method = method
        self.options = options
        self.prefit = prefit
        self.predict_method: PredictMethod = predict_method
        self.unseen_group: UnseenGroup = unseen_group
        self.least_group = least_group
        self.unknown: Unknown = unknown
        self.random_state = random_state

    def _method(self) -> str:
        return self.method

    def _options(self) -> dict[str, Any]:
        return dict(self.options or {})


class GroupThresholds(RuleEstimator):
    """One deterministic threshold a group, the best under a bound on a rate, exactly.

    Parameters
    ----------
    estimator
        A classifier whose scores are cut.
    rate : str
        "selection_rate", "true_positive_rate", "false_positive_rate", ..., or the criterion that
        wants it alike, such as "demographic_parity".
    bound : float
        Largest allowed difference of the rate between groups, or its smallest ratio.
    kind : "difference" or "ratio"
    floor, floor_rate
        A rate that every group must reach.
    objective : "accuracy", "balanced_accuracy", "cost" or "f1"
    false_positive_cost, false_negative_cost : float
        For the objective "cost".
    prefit, predict_method, unseen_group, least_group, unknown
        As in `Postprocessor`.

    Examples
    --------
    >>> import numpy as np
    >>> from equipoise.linear_model import LogisticRegression
    >>> from equipoise.postprocessing import GroupThresholds
    >>> rng = np.random.default_rng(0)
    >>> group = rng.integers(0, 2, 2000)
    >>> X = rng.normal(group, 1.0)[:, None]
    >>> y = (X[:, 0] + rng.normal(size=2000) > 0.5).astype(int)
    >>> model = GroupThresholds(LogisticRegression(), bound=0.02)
    >>> chosen = model.fit(X, y, sensitive_features=group).predict(X, sensitive_features=group)
    >>> bool(abs(chosen[group == 0].mean() - chosen[group == 1].mean()) <= 0.02)
    True
    """

    _name = "group-thresholds"
    _renamed = {"rate": "criterion"}

    def __init__(
        self,
        estimator: Any = None,
        rate: Rate | str = "selection_rate",
        bound: float = 0.01,
        *,
        kind: Literal["difference", "ratio"] = "difference",
        floor: float = 0.0,
        floor_rate: Rate = "true_positive_rate",
        objective: Literal["accuracy", "balanced_accuracy", "cost", "f1"] = "accuracy",
        false_positive_cost: float = 1.0,
        false_negative_cost: float = 1.0,
        prefit: bool = False,
        predict_method: PredictMethod = "auto",
        unseen_group: UnseenGroup = "error",
        least_group: int | None = 10,
        unknown: Unknown = "error",
    ) -> None:
        self.estimator = estimator
        self.rate = rate
        self.bound = bound
        self.kind = kind
        self.floor = floor
        self.floor_rate = floor_rate
        self.objective = objective
        self.false_positive_cost = false_positive_cost
        self.false_negative_cost = false_negative_cost
        self.prefit = prefit
        self.predict_method: PredictMethod = predict_method
        self.unseen_group: UnseenGroup = unseen_group
        self.least_group = least_group
        self.unknown: Unknown = unknown


class RelaxedParity(RuleEstimator):
    """Randomized thresholds of the least cost with rates within a bound, by a linear programme.

    A. F. Cruz, M. Hardt, Unprocessing seven years of algorithmic fairness, ICLR 2024.

    Parameters
    ----------
    estimator
        A classifier whose scores are cut.
    constraint : str
        "equalized_odds", "demographic_parity", "equal_opportunity" and so on.
    bound : float
        Largest allowed difference of the rates between groups.
    norm : "infinity", "one" or "two"
        How the differences of two rates are one number.
    objective : "accuracy", "balanced_accuracy" or "cost"
    false_positive_cost, false_negative_cost : float
        For the objective "cost".
    prefit, predict_method, unseen_group, least_group, unknown, random_state
        As in `Postprocessor`.

    Examples
    --------
    A positive decision that is wrong costs four times one that is missed:

    >>> import numpy as np
    >>> from equipoise.linear_model import LogisticRegression
    >>> from equipoise.postprocessing import RelaxedParity
    >>> rng = np.random.default_rng(0)
    >>> group = rng.integers(0, 2, 2000)
    >>> X = rng.normal(group, 1.0)[:, None]
    >>> y = (X[:, 0] + rng.normal(size=2000) > 0.5).astype(int)
    >>> selected = [
    ...     RelaxedParity(LogisticRegression(), objective="cost", false_positive_cost=cost)
    ...     .fit(X, y, sensitive_features=group)
    ...     .predict_proba(X, sensitive_features=group)[:, 1].mean() for cost in (1.0, 4.0)]
    >>> bool(selected[0] > selected[1] + 0.1)
    True
    """

    _name = "relaxed-parity"
    _renamed = {"constraint": "criterion"}
    _draws = True

    def __init__(
        self,
        estimator: Any = None,
        constraint: Parity | str = "equalized_odds",
        bound: float = 0.01,
        *,
        norm: Literal["infinity", "one", "two"] = "infinity",
        objective: Literal["accuracy", "balanced_accuracy", "cost"] = "accuracy",
        false_positive_cost: float = 1.0,
        false_negative_cost: float = 1.0,
        prefit: bool = False,
        predict_method: PredictMethod = "auto",
        unseen_group: UnseenGroup = "error",
        least_group: int | None = 10,
        unknown: Unknown = "error",
        random_state: RandomState = None,
    ) -> None:
        self.estimator = estimator
        self.constraint = constraint
        self.bound = bound
        self.norm = norm
        self.objective = objective
        self.false_positive_cost = false_positive_cost
        self.false_negative_cost = false_negative_cost
        self.prefit = prefit
        self.predict_method: PredictMethod = predict_method
        self.unseen_group: UnseenGroup = unseen_group
        self.least_group = least_group
        self.unknown: Unknown = unknown
        self.random_state = random_state


class EqualizedOddsPostprocessor(RuleEstimator):
    """Keeps or flips decisions with probabilities that equalize true and false positive rates.

    M. Hardt, E. Price, N. Srebro, Equality of opportunity in supervised learning, NIPS 2016,
    section 4.

    Parameters
    ----------
    estimator
        A classifier whose decisions are kept or flipped.
    cut : float
        A score above it is a positive decision.
    minimize : "error" or "rates"
        The error of all rows, or the sum of the groups' rates of errors.
    prefit, predict_method, unseen_group, least_group, unknown, random_state
        As in `Postprocessor`.

    Examples
    --------
    >>> import numpy as np
    >>> from equipoise.linear_model import LogisticRegression
    >>> from equipoise.postprocessing import EqualizedOddsPostprocessor
    >>> rng = np.random.default_rng(0)
    >>> group = rng.integers(0, 2, 2000)
    >>> X = rng.normal(group, 1.0)[:, None]
    >>> y = (X[:, 0] + rng.normal(size=2000) > 0.5).astype(int)
    >>> model = EqualizedOddsPostprocessor(LogisticRegression())
    >>> p = model.fit(X, y, sensitive_features=group).predict_proba(X, sensitive_features=group)
    >>> rates = [p[(group == g) & (y == 1), 1].mean() for g in (0, 1)]
    >>> bool(abs(rates[0] - rates[1]) < 1e-9)
    True
    """

    _name = "equalized-odds-labels"
    _draws = True

    def __init__(
        self,
        estimator: Any = None,
        *,
        cut: float = 0.5,
        minimize: Literal["error", "rates"] = "error",
        prefit: bool = False,
        predict_method: PredictMethod = "auto",
        unseen_group: UnseenGroup = "error",
        least_group: int | None = 10,
        unknown: Unknown = "error",
        random_state: RandomState = None,
    ) -> None:
        self.estimator = estimator
        self.cut = cut
        self.minimize = minimize
        self.prefit = prefit
        self.predict_method: PredictMethod = predict_method
        self.unseen_group: UnseenGroup = unseen_group
        self.least_group = least_group
        self.unknown: Unknown = unknown
        self.random_state = random_state


class CalibratedEqualizedOdds(RuleEstimator):
    """Replaces a random share of probabilities by the base rate, so that groups have equal costs.

    G. Pleiss, M. Raghavan, F. Wu, J. Kleinberg, K. Q. Weinberger, On fairness and calibration,
    NIPS 2017.

    Parameters
    ----------
    estimator
        A classifier with probabilities. There must be two groups.
    cost : "fpr", "fnr" or "weighted"
        What is made equal.
    cut : float
        A probability above it is a positive decision.
    prefit, predict_method, unseen_group, least_group, unknown, random_state
        As in `Postprocessor`.

    Examples
    --------
    >>> import numpy as np
    >>> from equipoise.linear_model import LogisticRegression
    >>> from equipoise.postprocessing import CalibratedEqualizedOdds
    >>> rng = np.random.default_rng(0)
    >>> group = rng.integers(0, 2, 2000)
    >>> X = rng.normal(group, 1.0)[:, None]
    >>> y = (X[:, 0] + rng.normal(size=2000) > 0.5).astype(int)
    >>> model = CalibratedEqualizedOdds(LogisticRegression(), cost="fnr")
    >>> model.fit(X, y, sensitive_features=group).report_["method"]
    'calibrated-equalized-odds'
    """

    _name = "calibrated-equalized-odds"
    _renamed = {"cost": "criterion"}
    _draws = True

    def __init__(
        self,
        estimator: Any = None,
        *,
        cost: Literal["fpr", "fnr", "weighted"] | str = "weighted",
        cut: float = 0.5,
        prefit: bool = False,
        predict_method: PredictMethod = "auto",
        unseen_group: UnseenGroup = "error",
        least_group: int | None = 10,
        unknown: Unknown = "error",
        random_state: RandomState = None,
    ) -> None:
        self.estimator = estimator
        self.cost = cost
        self.cut = cut
        self.prefit = prefit
        self.predict_method: PredictMethod = predict_method
        self.unseen_group: UnseenGroup = unseen_group
        self.least_group = least_group
        self.unknown: Unknown = unknown
        self.random_state = random_state
