"""Uncertain cases decided in favour of the deprived group."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ._base import RuleEstimator, Unknown, UnseenGroup
from ._scores import PredictMethod, group_text


class RejectOptionClassifier(RuleEstimator):
    """Decides uncertain cases, near the threshold, in favour of the deprived group.

    F. Kamiran, A. Karim, X. Zhang, Decision theory for discrimination-aware classification,
    ICDM 2012.

    Parameters
    ----------
    estimator
        A classifier with probabilities.
    deprived : group or list of groups, optional
        By default the group of the least selection rate.
    metric : str
        What must lie within the bound: "statistical_parity_difference",
        "average_odds_difference", "equal_opportunity_difference", or a criterion.
    bound : float
        Largest allowed difference.
    low, high : float
        Between which thresholds are tried.
    thresholds, margins : int
        How many thresholds are tried, and how many widths of the margin at each.
    prefit, predict_method, unseen_group, least_group, unknown
        As in `Postprocessor`.

    Examples
    --------
    >>> import numpy as np
    >>> from equipoise.linear_model import LogisticRegression
    >>> from equipoise.postprocessing import RejectOptionClassifier
    >>> rng = np.random.default_rng(0)
    >>> group = rng.integers(0, 2, 2000)
    >>> X = rng.normal(group, 1.0)[:, None]
    >>> y = (X[:, 0] + rng.normal(size=2000) > 0.5).astype(int)
    >>> model = RejectOptionClassifier(LogisticRegression(), deprived=0)
    >>> chosen = model.fit(X, y, sensitive_features=group).predict(X, sensitive_features=group)
    >>> bool(abs(chosen[group == 0].mean() - chosen[group == 1].mean()) <= 0.05)
    True
    """

    _name = "reject-option"
    _renamed = {"metric": "criterion"}

    def __init__(
        self,
        estimator: Any = None,
        *,
        deprived: object | Sequence[object] | None = None,
        metric: str = "statistical_parity_difference",
        bound: float = 0.05,
        low: float = 0.01,
        high: float = 0.99,
        thresholds: int = 100,
        margins: int = 50,
        prefit: bool = False,
        predict_method: PredictMethod = "auto",
        unseen_group: UnseenGroup = "error",
        least_group: int | None = 10,
        unknown: Unknown = "error",
    ) -> None:
        self.estimator = estimator
        self.deprived = deprived
        self.metric = metric
        self.bound = bound
        self.low = low
        self.high = high
        self.thresholds = thresholds
        self.margins = margins
        self.prefit = prefit
        self.predict_method: PredictMethod = predict_method
        self.unseen_group: UnseenGroup = unseen_group
        self.least_group = least_group
        self.unknown: Unknown = unknown

    def _options(self) -> dict[str, Any]:
        deprived = self.deprived
        if isinstance(deprived, Sequence) and not isinstance(deprived, str):
            deprived = ",".join(map(group_text, deprived))
        elif deprived is not None:
            deprived = group_text(deprived)
        return {**super()._options(), "deprived": deprived}
