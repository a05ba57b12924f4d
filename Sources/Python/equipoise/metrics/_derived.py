"""Scalars made of a metric and a way to compare groups, by name or by construction."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from typing import Any, Literal

import numpy as np
import sklearn.metrics

from .._types import Column, Columns
from .._unknown import Unknown
from . import _rates
from ._frame import MetricFrame
from ._metrics import inner_name, named_partial

__all__ = [
    "true_positive_rate_difference",
    "true_positive_rate_ratio",
    "true_negative_rate_difference",
    "true_negative_rate_ratio",
    "false_positive_rate_difference",
    "false_positive_rate_ratio",
    "false_negative_rate_difference",
    "false_negative_rate_ratio",
    "selection_rate_difference",
    "selection_rate_ratio",
    "accuracy_score_difference",
    "accuracy_score_ratio",
    "accuracy_score_group_min",
    "balanced_accuracy_score_group_min",
    "precision_score_group_min",
    "recall_score_group_min",
    "roc_auc_score_group_min",
    "zero_one_loss_difference",
    "zero_one_loss_ratio",
    "zero_one_loss_group_max",
    "mean_absolute_error_group_max",
    "mean_squared_error_group_max",
    "r2_score_group_min",
    "f1_score_group_min",
    "log_loss_group_max",
    "make_derived_metric",
]

_TRANSFORMS = ["difference", "group_min", "group_max", "ratio"]
Transform = Literal["difference", "group_min", "group_max", "ratio"]


# What a comparison does with the groups' values of a metric.
_SENTENCES = {
    "difference": (
        "The largest difference of `{}` between groups: max − min, or with `method=\"to_overall\"` "
        "max |group − overall|."
    ),
    "ratio": (
        "The smallest ratio of `{}` between groups, at most 1: min / max, or with "
        "`method=\"to_overall\"` the smaller of group / overall and overall / group."
    ),
    "group_min": "The smallest `{}` of any group.",
    "group_max": "The largest `{}` of any group.",
}
_PARAMETERS = """Parameters
----------
y_true, y_pred : (n,)
    Labels and predictions, as `{name}` takes them.
sensitive_features
    One column or several, whose combinations are the groups.
{method}zero_division : float, optional
    What a rate without a denominator is; NaN by default, and such groups take no part.
unknown : "error", "exclude", "own-group" or "pooled"
    What becomes of rows whose sensitive features are missing, as in `MetricFrame`.
parameters
    Those of `{name}`; with a value for each row: {samples}.

Raises
------
ValueError
    Where columns have different lengths, are empty, or `{name}` refuses them.
"""
_METHOD = """method : "between_groups" or "to_overall"
    What each group is compared with.
"""


class _DerivedMetric:
    """A metric of the groups, compared: a function as `make_derived_metric` makes it."""

    __name__: str

    def __init__(self, metric: Any, transform: Transform, sample_param_names: Sequence[str]):
        self._metric = metric
        self._transform = transform
        self._sample_param_names = list(sample_param_names)
        name = inner_name(metric)
        self.__name__ = f"{name}, {transform}"
        told = (inspect.getdoc(metric) or "").split("\n\n")[0]
        self.__doc__ = "\n\n".join([
            _SENTENCES[transform].format(name),
            *([f"`{name}`: {told}"] if told else []),
            _PARAMETERS.format(
                name=name,
                method="" if transform.startswith("group_") else _METHOD,
                samples=", ".join(f"`{each}`" for each in self._sample_param_names) or "none",
            ),
        ])

    def __call__(
        self, y_true: Column, y_pred: Column, *, sensitive_features: Columns,
        unknown: Unknown = "error", **parameters: Any,
    ) -> Any:
        method = parameters.pop("method", "between_groups")
        zero_division = parameters.pop("zero_division", np.nan)
        sample: dict[str, Any] = {}
        fixed: dict[str, Any] = {}
        for name, value in parameters.items():
            if name in self._sample_param_names:
                if value is not None:
                    sample[name] = value
            else:
                fixed[name] = value
        metric = self._metric
        if fixed:
            metric = named_partial(metric, fixed)
        frame = MetricFrame(
            metrics=metric,
            y_true=y_true,
            y_pred=y_pred,
            sensitive_features=sensitive_features,
            sample_params=sample,
            zero_division=zero_division,
            unknown=unknown,
        )
        if self._transform in ("group_min", "group_max"):
            return getattr(frame, self._transform)()
        return getattr(frame, self._transform)(method=method)


def make_derived_metric(
    *, metric: Callable[..., Any], transform: Transform,
    sample_param_names: Sequence[str] = ("sample_weight",),
) -> _DerivedMetric:
    """A function `(y_true, y_pred, *, sensitive_features, method, **parameters)` that applies a
    metric to groups and compares the results. Rates without a denominator are NaN and take no part,
    unless the argument `zero_division` says what they are; rows of unknown groups are an error,
    unless the argument `unknown` says what becomes of them.

    Parameters
    ----------
    metric : callable
    transform : str
        "difference", "ratio", "group_min" or "group_max".
    sample_param_names : list of str
        Parameters of the metric that have a value for each row.
    """
    if not callable(metric):
        raise ValueError("Supplied metric object must be callable")
    if transform not in _TRANSFORMS:
        raise ValueError(f"Transform must be one of {_TRANSFORMS}")
    if "method" in inspect.signature(metric).parameters:
        raise ValueError(
            "Callables which accept a 'method' argument may not be passed to "
            "make_derived_metric(). Please use functools.partial()"
        )
    return _DerivedMetric(metric, transform, sample_param_names or [])


def _of(name: str, transform: Transform) -> _DerivedMetric:
    """The comparison of a metric of this module or of scikit-learn, by its name."""
    metric = getattr(_rates, name, None) or getattr(sklearn.metrics, name)
    derived = make_derived_metric(metric=metric, transform=transform)
    derived.__name__ = f"{name}_{transform}"
    return derived


true_positive_rate_difference: _DerivedMetric = _of("true_positive_rate", "difference")
true_positive_rate_ratio: _DerivedMetric = _of("true_positive_rate", "ratio")
true_negative_rate_difference: _DerivedMetric = _of("true_negative_rate", "difference")
true_negative_rate_ratio: _DerivedMetric = _of("true_negative_rate", "ratio")
false_positive_rate_difference: _DerivedMetric = _of("false_positive_rate", "difference")
false_positive_rate_ratio: _DerivedMetric = _of("false_positive_rate", "ratio")
false_negative_rate_difference: _DerivedMetric = _of("false_negative_rate", "difference")
false_negative_rate_ratio: _DerivedMetric = _of("false_negative_rate", "ratio")
selection_rate_difference: _DerivedMetric = _of("selection_rate", "difference")
selection_rate_ratio: _DerivedMetric = _of("selection_rate", "ratio")
accuracy_score_difference: _DerivedMetric = _of("accuracy_score", "difference")
accuracy_score_ratio: _DerivedMetric = _of("accuracy_score", "ratio")
accuracy_score_group_min: _DerivedMetric = _of("accuracy_score", "group_min")
balanced_accuracy_score_group_min: _DerivedMetric = _of("balanced_accuracy_score", "group_min")
precision_score_group_min: _DerivedMetric = _of("precision_score", "group_min")
recall_score_group_min: _DerivedMetric = _of("recall_score", "group_min")
roc_auc_score_group_min: _DerivedMetric = _of("roc_auc_score", "group_min")
zero_one_loss_difference: _DerivedMetric = _of("zero_one_loss", "difference")
zero_one_loss_ratio: _DerivedMetric = _of("zero_one_loss", "ratio")
zero_one_loss_group_max: _DerivedMetric = _of("zero_one_loss", "group_max")
mean_absolute_error_group_max: _DerivedMetric = _of("mean_absolute_error", "group_max")
mean_squared_error_group_max: _DerivedMetric = _of("mean_squared_error", "group_max")
r2_score_group_min: _DerivedMetric = _of("r2_score", "group_min")
f1_score_group_min: _DerivedMetric = _of("f1_score", "group_min")
log_loss_group_max: _DerivedMetric = _of("log_loss", "group_max")
