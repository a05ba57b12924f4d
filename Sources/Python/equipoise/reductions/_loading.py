"""Moments that have taken the rows of a fit, and what an estimator remembers of those."""

from __future__ import annotations

import inspect
from collections.abc import Collection, Mapping
from copy import deepcopy
from typing import Any, TypeVar

import numpy as np

from .._inputs import has_names
from .._unknown import Unknown, checked_unknown
from ._error_rate import ErrorRate
from ._group_loss import BoundedGroupLoss, MeanLoss
from ._label_parities import LabelParity
from ._moments import Moment

AnyMoment = TypeVar("AnyMoment", bound=Moment)

#: What an estimator remembers of the columns it has seen.
SEEN = ("n_features_in_", "feature_names_in_")


def load(
    moment: AnyMoment,
    X: Any,
    y: Any,
    features: Mapping[str, Any],
    needed: Collection[str] = ("sample_weight",),
) -> AnyMoment:
    """A copy of the moment with the rows, given what its `load_data` knows of the features: all
    that are `needed`."""
    moment = deepcopy(moment)
    parameters: Collection[str] = inspect.signature(moment.load_data).parameters
    kinds = [p.kind for p in inspect.signature(moment.load_data).parameters.values()]
    if inspect.Parameter.VAR_KEYWORD in kinds:
        parameters = features
    for name in features:
        if name in needed and name not in parameters:
            raise TypeError(f"{type(moment).__name__} takes no {name}")
    moment.load_data(X, y, **{name: v for name, v in features.items() if name in parameters})
    return moment


def check_policy(
    unknown: Unknown, constraints: object, objective: object = None, *, on_grid: bool = False
) -> None:
    """Raises where moments cannot take rows that no constraint binds."""
    checked_unknown(unknown)
    if unknown != "pooled":
        return
    taken = (LabelParity,) if on_grid else (LabelParity, BoundedGroupLoss)
    for moment, kinds in ((constraints, taken), (objective, (ErrorRate, MeanLoss))):
        if moment is not None and not isinstance(moment, kinds):
            name = type(moment).__name__
            checked_unknown(unknown, ("error", "exclude", "own-group"), f"{name} here")


def forget(estimator: object) -> None:
    """Takes what an earlier fit left off an estimator."""
    for name in [name for name in vars(estimator) if name.endswith("_")]:
        delattr(estimator, name)


def remember_columns(estimator: Any, X: Any) -> None:
    """How many columns there were, and their names where all are texts."""
    shape = np.shape(X)
    if len(shape) == 2:
        estimator.n_features_in_ = shape[1]
    if has_names(X) and not isinstance(X, dict):
        names = list(X.column_names if hasattr(X, "column_names") else X.columns)
        if all(isinstance(name, str) for name in names):
            estimator.feature_names_in_ = np.asarray(names, dtype=object)


def remember_as(estimator: object, other: object) -> None:
    """The same that another estimator remembers."""
    for name in SEEN:
        if hasattr(other, name):
            setattr(estimator, name, getattr(other, name))
