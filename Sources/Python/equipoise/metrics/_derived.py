"""Scalars made of a metric and a way to compare groups, by name or by construction."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from typing import Any, Literal

import numpy as np
import sklearn.metrics

from .._types import Column, Columns

from . import _rates
from ._frame import MetricFrame
from ._metrics import inner_name, named_partial

__all__ = ["GENERATED", "make_derived_metric"]

_TRANSFORMS = ["difference", "group_min", "group_max", "ratio"]
Transform = Literal["difference", "group_min", "group_max", "ratio"]


class _DerivedMetric:
    def __init__(self, metric: Any, transform: str, sample_param_names: Sequence[str]):
        self._metric = metric
        self._transform = transform
        self._sample_param_names = list(sample_param_names)
        self.__name__ = f"{inner_name(metric)}, {transform}"

    def __call__(
        self, y_true: Column, y_pred: Column, *, sensitive_features: Columns, **parameters: Any
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
    unless the argument `zero_division` says what they are.

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


def _named(name: str) -> Any:
    return getattr(_rates, name, None) or getattr(sklearn.metrics, name)


_VARIANTS = {
    "true_positive_rate": ("difference", "ratio"),
    "true_negative_rate": ("difference", "ratio"),
    "false_positive_rate": ("difference", "ratio"),
    "false_negative_rate": ("difference", "ratio"),
    "selection_rate": ("difference", "ratio"),
    "accuracy_score": ("difference", "ratio", "group_min"),
    "balanced_accuracy_score": ("group_min",),
    "precision_score": ("group_min",),
    "recall_score": ("group_min",),
    "roc_auc_score": ("group_min",),
    "zero_one_loss": ("difference", "ratio", "group_max"),
    "mean_absolute_error": ("group_max",),
    "mean_squared_error": ("group_max",),
    "r2_score": ("group_min",),
    "f1_score": ("group_min",),
    "log_loss": ("group_max",),
}


def _generated(name: str, variant: Any) -> _DerivedMetric:
    metric = make_derived_metric(metric=_named(name), transform=variant)
    metric.__name__ = f"{name}_{variant}"
    return metric


# `selection_rate_difference` and so on.
GENERATED = {
    f"{name}_{variant}": _generated(name, variant)
    for name, variants in _VARIANTS.items()
    for variant in variants
}
