"""What a base estimator says of rows, before any rule."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from typing import Any, Literal, Protocol, TypeAlias, get_args

import numpy as np
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.utils.validation import _num_samples, check_is_fitted

from .._grouping import group_text as group_text
from .._missing import refuse_masked
from .._types import Features, Numbers

#: Where scores come from.
PredictMethod: TypeAlias = Literal["auto", "predict_proba", "decision_function", "predict"]

_METHODS = get_args(PredictMethod)[1:]


class _Around(Protocol):
    """What a meta-estimator says of its base."""

    estimator: Any
    prefit: bool


def fitted_base(
    around: _Around, X: Features | None, y: Any, arguments: Mapping[str, Any]
) -> Any:
    """The base estimator: a clone of it fitted, or itself if it is fitted already."""
    if around.estimator is None:
        raise ValueError("The base estimator cannot be `None`.")
    if not around.prefit:
        # One of the user's own, without parameters, is copied.
        base = clone(around.estimator, safe=False)
        base.fit(X, y, **arguments)
        return base
    if not hasattr(around.estimator, "__sklearn_tags__"):
        return around.estimator
    try:
        check_is_fitted(around.estimator)
    except (NotFittedError, TypeError):
        warnings.warn(
            "prefit is True, but the base estimator does not look fitted; cloning an estimator,"
            " as cross-validation does, loses its fit",
            UserWarning,
            stacklevel=3,
        )
    return around.estimator


def soft_scores(estimator: Any, X: Features, predict_method: PredictMethod) -> Numbers:
    """Scores (n,), larger where the second class is likelier."""
    refuse_masked(X)
    name: str = predict_method
    if name == "auto":
        name = next((m for m in _METHODS if hasattr(estimator, m)), "predict")
    elif name not in _METHODS:
        raise ValueError(f"predict_method must be auto or one of {', '.join(_METHODS)}")
    scores = np.asarray(getattr(estimator, name)(X), dtype=np.float64)
    rows = _num_samples(X)
    if len(scores) != rows:
        raise ValueError(
            f"X and y must have same number of rows: [{rows}, {len(scores)}], y being what the "
            "estimator says"
        )
    if scores.ndim == 2:
        if scores.shape[1] > 2:
            raise ValueError("The provided scores data contains multiple columns.")
        scores = scores[:, -1]
    return scores.reshape(-1)
