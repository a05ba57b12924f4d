"""Differences and ratios of rates between groups.

They run over the groups that have the rate, and are NaN with a warning over fewer than two;
`zero_division=0` makes a rate without a denominator 0, as Fairlearn has it.
"""

from __future__ import annotations

from typing import Any, Literal

import numpy as np

from .._types import Column, Columns
from .._unknown import Unknown
from ._frame import Method, MetricFrame
from ._metrics import named_partial
from ._rates import false_positive_rate, selection_rate, true_positive_rate
from ._undefined import number

Aggregate = Literal["worst_case", "mean"]

__all__ = [
    "demographic_parity_difference",
    "demographic_parity_ratio",
    "equal_opportunity_difference",
    "equal_opportunity_ratio",
    "equalized_odds_difference",
    "equalized_odds_ratio",
]


def _frame(
    metrics: Any, y_true: Any, y_pred: Any, sensitive_features: Any, sample_weight: Any,
    pos_label: Any, zero_division: float, unknown: Unknown,
) -> MetricFrame:
    parameters: dict[str, Any] = {"sample_weight": sample_weight}
    if pos_label is not None:
        fixed = {"pos_label": pos_label}
        metrics = {name: named_partial(rate, fixed) for name, rate in metrics.items()}
    if len(metrics) > 1:
        parameters = {name: {"sample_weight": sample_weight} for name in metrics}
    else:
        ((_, metrics),) = metrics.items()
    return MetricFrame(
        metrics=metrics,
        y_true=y_true,
        y_pred=y_pred,
        sensitive_features=sensitive_features,
        sample_params=parameters,
        zero_division=zero_division,
        unknown=unknown,
    )


def _selection(*arguments: Any) -> MetricFrame:
    return _frame({"selection_rate": selection_rate}, *arguments)


def _opportunity(*arguments: Any) -> MetricFrame:
    return _frame({"true_positive_rate": true_positive_rate}, *arguments)


def _odds(*arguments: Any) -> MetricFrame:
    metrics = {rate.__name__: rate for rate in (true_positive_rate, false_positive_rate)}
    return _frame(metrics, *arguments)


def _aggregate(values: Any, agg: str, worst: Any, zero_division: float) -> np.float64:
    """Both rates' comparisons as one; NaN where one of them is."""
    if agg not in ("worst_case", "mean"):
        raise ValueError(f"agg must be one of 'worst_case' or 'mean', got {agg}")
    if np.isnan(zero_division) and values.isna().any():
        return number(np.nan)
    return number(worst(values) if agg == "worst_case" else values.mean())


def demographic_parity_difference(
    y_true: Column, y_pred: Column, *, sensitive_features: Columns,
    method: Method = "between_groups", sample_weight: Column | None = None,
    zero_division: float = np.nan, pos_label: Any = None,
    unknown: Unknown = "error",
) -> np.float64:
    """The largest difference of selection rates: between groups max − min, to overall
    max |rate_g − rate|.

    Predictions are 0 and 1, -1 and 1, or hold `pos_label`; `y_true` is not used. Raises ValueError on
    missing values, with their row, and on other predictions; `unknown` is that of `MetricFrame`,
    for rows whose sensitive features are missing.

    Examples
    --------
    >>> from equipoise.metrics import demographic_parity_difference
    >>> float(demographic_parity_difference(
    ...     [0, 1, 1, 0], [1, 1, 1, 0], sensitive_features=["a", "a", "b", "b"]))
    0.5
    """
    frame = _selection(
        y_true, y_pred, sensitive_features, sample_weight, pos_label, zero_division, unknown
    )
    return number(frame.difference(method=method))


def demographic_parity_ratio(
    y_true: Column, y_pred: Column, *, sensitive_features: Columns,
    method: Method = "between_groups", sample_weight: Column | None = None,
    zero_division: float = np.nan, pos_label: Any = None,
    unknown: Unknown = "error",
) -> np.float64:
    """The smallest ratio of selection rates, at most 1."""
    frame = _selection(
        y_true, y_pred, sensitive_features, sample_weight, pos_label, zero_division, unknown
    )
    return number(frame.ratio(method=method))


def equalized_odds_difference(
    y_true: Column, y_pred: Column, *, sensitive_features: Columns,
    method: Method = "between_groups", sample_weight: Column | None = None,
    agg: Aggregate = "worst_case", zero_division: float = np.nan, pos_label: Any = None,
    unknown: Unknown = "error",
) -> np.float64:
    """The larger (or the mean) of the differences of true and false positive rates."""
    frame = _odds(
        y_true, y_pred, sensitive_features, sample_weight, pos_label, zero_division, unknown
    )
    return _aggregate(frame.difference(method=method), agg, max, zero_division)


def equalized_odds_ratio(
    y_true: Column, y_pred: Column, *, sensitive_features: Columns,
    method: Method = "between_groups", sample_weight: Column | None = None,
    agg: Aggregate = "worst_case", zero_division: float = np.nan, pos_label: Any = None,
    unknown: Unknown = "error",
) -> np.float64:
    """The smaller (or the mean) of the ratios of true and false positive rates."""
    frame = _odds(
        y_true, y_pred, sensitive_features, sample_weight, pos_label, zero_division, unknown
    )
    return _aggregate(frame.ratio(method=method), agg, min, zero_division)


def equal_opportunity_difference(
    y_true: Column, y_pred: Column, *, sensitive_features: Columns,
    method: Method = "between_groups", sample_weight: Column | None = None,
    zero_division: float = np.nan, pos_label: Any = None,
    unknown: Unknown = "error",
) -> np.float64:
    """The largest difference of true positive rates."""
    frame = _opportunity(
        y_true, y_pred, sensitive_features, sample_weight, pos_label, zero_division, unknown
    )
    return number(frame.difference(method=method))


def equal_opportunity_ratio(
    y_true: Column, y_pred: Column, *, sensitive_features: Columns,
    method: Method = "between_groups", sample_weight: Column | None = None,
    zero_division: float = np.nan, pos_label: Any = None,
    unknown: Unknown = "error",
) -> np.float64:
    """The smallest ratio of true positive rates."""
    frame = _opportunity(
        y_true, y_pred, sensitive_features, sample_weight, pos_label, zero_division, unknown
    )
    return number(frame.ratio(method=method))
