"""Differences and ratios of rates between groups.

They run over the groups that have the rate, and are NaN with a warning over fewer than two;
`zero_division=0` makes a rate without a denominator 0, as Fairlearn has it.
"""

from __future__ import annotations

import numpy as np

from ._frame import MetricFrame
from ._rates import false_positive_rate, selection_rate, true_positive_rate

__all__ = [
    "demographic_parity_difference",
    "demographic_parity_ratio",
    "equal_opportunity_difference",
    "equal_opportunity_ratio",
    "equalized_odds_difference",
    "equalized_odds_ratio",
]


def _frame(metrics, y_true, y_pred, sensitive_features, sample_weight, zero_division) -> MetricFrame:
    parameters = {"sample_weight": sample_weight}
    if isinstance(metrics, dict):
        parameters = {name: {"sample_weight": sample_weight} for name in metrics}
    return MetricFrame(
        metrics=metrics,
        y_true=y_true,
        y_pred=y_pred,
        sensitive_features=sensitive_features,
        sample_params=parameters,
        zero_division=zero_division,
    )


def demographic_parity_difference(
    y_true, y_pred, *, sensitive_features, method="between_groups", sample_weight=None,
    zero_division=np.nan,
) -> np.float64:
    """The largest difference of selection rates: between groups max − min, to overall
    max |rate_g − rate|."""
    frame = _frame(selection_rate, y_true, y_pred, sensitive_features, sample_weight, zero_division)
    return frame.difference(method=method)


def demographic_parity_ratio(
    y_true, y_pred, *, sensitive_features, method="between_groups", sample_weight=None,
    zero_division=np.nan,
) -> np.float64:
    """The smallest ratio of selection rates, at most 1."""
    frame = _frame(selection_rate, y_true, y_pred, sensitive_features, sample_weight, zero_division)
    return frame.ratio(method=method)


def _odds(y_true, y_pred, sensitive_features, sample_weight, zero_division) -> MetricFrame:
    metrics = {rate.__name__: rate for rate in (true_positive_rate, false_positive_rate)}
    return _frame(metrics, y_true, y_pred, sensitive_features, sample_weight, zero_division)


def _aggregate(values, agg: str, worst, zero_division):
    """Both rates' comparisons as one; NaN where one of them is."""
    if agg not in ("worst_case", "mean"):
        raise ValueError(f"agg must be one of 'worst_case' or 'mean', got {agg}")
    if np.isnan(zero_division) and values.isna().any():
        return np.float64(np.nan)
    return np.float64(worst(values) if agg == "worst_case" else values.mean())


def equalized_odds_difference(
    y_true,
    y_pred,
    *,
    sensitive_features,
    method="between_groups",
    sample_weight=None,
    agg="worst_case",
    zero_division=np.nan,
) -> np.float64:
    """The larger (or the mean) of the differences of true and false positive rates."""
    frame = _odds(y_true, y_pred, sensitive_features, sample_weight, zero_division)
    return _aggregate(frame.difference(method=method), agg, max, zero_division)


def equalized_odds_ratio(
    y_true,
    y_pred,
    *,
    sensitive_features,
    method="between_groups",
    sample_weight=None,
    agg="worst_case",
    zero_division=np.nan,
) -> np.float64:
    """The smaller (or the mean) of the ratios of true and false positive rates."""
    frame = _odds(y_true, y_pred, sensitive_features, sample_weight, zero_division)
    return _aggregate(frame.ratio(method=method), agg, min, zero_division)


def equal_opportunity_difference(
    y_true, y_pred, *, sensitive_features, method="between_groups", sample_weight=None,
    zero_division=np.nan,
) -> np.float64:
    """The largest difference of true positive rates."""
    frame = _frame(true_positive_rate, y_true, y_pred, sensitive_features, sample_weight, zero_division)
    return frame.difference(method=method)


def equal_opportunity_ratio(
    y_true, y_pred, *, sensitive_features, method="between_groups", sample_weight=None,
    zero_division=np.nan,
) -> np.float64:
    """The smallest ratio of true positive rates."""
    frame = _frame(true_positive_rate, y_true, y_pred, sensitive_features, sample_weight, zero_division)
    return frame.ratio(method=method)
