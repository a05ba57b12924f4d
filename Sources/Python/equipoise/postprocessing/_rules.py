"""The other postprocessors of the engine as estimators."""

from __future__ import annotations

from .._catalogue import stages
from .._engine import library as lib
from ._base import RuleEstimator


def methods() -> dict[str, dict]:
    """Every postprocessor of the engine with its paper and its options."""
    return stages(lib.POSTPROCESSORS)


class Postprocessor(RuleEstimator):
    """Any postprocessor of the engine by name.

    Parameters
    ----------
    estimator
        A classifier whose scores the rule sees.
    method : str
        A name of `equipoise.postprocessing.methods()`.
    options : dict, optional
        The method's options.
    prefit : bool
        Whether the estimator is fitted already.
    predict_method : str
        Where scores come from, as in `ThresholdOptimizer`.
    unseen_group : "error" or "pooled"
        What to do with rows of a group that was not there in the fit.
    """

    def __init__(
        self, estimator=None, method="group-thresholds", options=None, *, prefit=False,
        predict_method="auto", unseen_group="error",
    ):
        self.estimator = estimator
        self.method = method
        self.options = options
        self.prefit = prefit
        self.predict_method = predict_method
        self.unseen_group = unseen_group

    def _method(self) -> str:
        return self.method

    def _options(self) -> dict:
        return dict(self.options or {})


class GroupThresholds(RuleEstimator):
    """One deterministic threshold a group, the best under a bound on a rate, exactly.

    Parameters
    ----------
    rate : str
        "selection_rate", "true_positive_rate", "false_positive_rate", ...
    bound : float
        Largest allowed difference of the rate between groups, or its smallest ratio.
    kind : "difference" or "ratio"
    floor, floor_rate
        A rate that every group must reach.
    objective : "accuracy", "balanced_accuracy", "cost" or "f1"
    false_positive_cost, false_negative_cost : float
        For the objective "cost".

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

    def __init__(
        self, estimator=None, rate="selection_rate", bound=0.01, *, kind="difference", floor=0.0,
        floor_rate="true_positive_rate", objective="accuracy", false_positive_cost=1.0,
        false_negative_cost=1.0, prefit=False, predict_method="auto", unseen_group="error",
    ):
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
        self.predict_method = predict_method
        self.unseen_group = unseen_group

    def _method(self) -> str:
        return "group-thresholds"

    def _options(self) -> dict:
        names = (
            "rate", "bound", "kind", "floor", "floor_rate", "objective", "false_positive_cost",
            "false_negative_cost",
        )
        return {name: getattr(self, name) for name in names}


class RelaxedParity(RuleEstimator):
    """Randomised thresholds of the least cost with rates within a bound, by a linear programme."""

    def __init__(
        self, estimator=None, constraint="equalized_odds", bound=0.01, *, norm="infinity",
        objective="accuracy", prefit=False, predict_method="auto", unseen_group="error",
    ):
        self.estimator = estimator
        self.constraint = constraint
        self.bound = bound
        self.norm = norm
        self.objective = objective
        self.prefit = prefit
        self.predict_method = predict_method
        self.unseen_group = unseen_group

    def _method(self) -> str:
        return "relaxed-parity"

    def _options(self) -> dict:
        names = ("constraint", "bound", "norm", "objective")
        return {name: getattr(self, name) for name in names}


class EqualizedOddsPostprocessor(RuleEstimator):
    """Keeps or flips decisions with probabilities that equalise true and false positive rates.

    M. Hardt, E. Price, N. Srebro, Equality of opportunity in supervised learning, NIPS 2016,
    section 4: hard labels, at the least error (`minimise="error"`).
    """

    def __init__(
        self, estimator=None, *, cut=0.5, minimise="error", prefit=False, predict_method="auto",
        unseen_group="error",
    ):
        self.estimator = estimator
        self.cut = cut
        self.minimise = minimise
        self.prefit = prefit
        self.predict_method = predict_method
        self.unseen_group = unseen_group

    def _method(self) -> str:
        return "equalized-odds-labels"

    def _options(self) -> dict:
        return {"cut": self.cut, "minimise": self.minimise}


class CalibratedEqualizedOdds(RuleEstimator):
    """Replaces a random share of probabilities by the base rate, so that groups have equal costs.

    G. Pleiss, M. Raghavan, F. Wu, J. Kleinberg, K. Q. Weinberger, On fairness and calibration,
    NIPS 2017. `cost` is "fpr", "fnr" or "weighted".
    """

    def __init__(
        self, estimator=None, *, cost="weighted", cut=0.5, prefit=False, predict_method="auto",
        unseen_group="error",
    ):
        self.estimator = estimator
        self.cost = cost
        self.cut = cut
        self.prefit = prefit
        self.predict_method = predict_method
        self.unseen_group = unseen_group

    def _method(self) -> str:
        return "calibrated-equalized-odds"

    def _options(self) -> dict:
        return {"cost": self.cost, "cut": self.cut}


class RejectOptionClassifier(RuleEstimator):
    """Decides uncertain cases, near the threshold, in favour of the deprived group.

    F. Kamiran, A. Karim, X. Zhang, Decision theory for discrimination-aware classification,
    ICDM 2012. `deprived` names the groups, by default the one of the least selection rate.
    """

    def __init__(
        self, estimator=None, *, deprived=None, metric="statistical_parity_difference",
        bound=0.05, low=0.01, high=0.99, thresholds=100, margins=50, prefit=False,
        predict_method="auto", unseen_group="error",
    ):
        self.estimator = estimator
        self.deprived = deprived
        self.metric = metric
        self.bound = bound
        self.low = low
        self.high = high
        self.thresholds = thresholds
        self.margins = margins
        self.prefit = prefit
        self.predict_method = predict_method
        self.unseen_group = unseen_group

    def _method(self) -> str:
        return "reject-option"

    def _options(self) -> dict:
        names = ("metric", "bound", "low", "high", "thresholds", "margins")
        options = {name: getattr(self, name) for name in names}
        deprived = self.deprived
        if deprived is not None and not isinstance(deprived, str):
            deprived = ",".join(str(group) for group in deprived)
        return {**options, "deprived": deprived}
