"""Base classes of scikit-learn, which has no types of its own, as type checkers shall see them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeVar

    import numpy as np
    import numpy.typing as npt
    from sklearn.utils import Tags
    from typing_extensions import Self

    _Method = TypeVar("_Method", bound=Callable[..., Any])

    class BaseEstimator:
        """What every estimator has."""

        n_features_in_: int
        feature_names_in_: npt.NDArray[np.object_]

        def get_params(self, deep: bool = True) -> dict[str, Any]:
            """The arguments that the estimator was made with."""
            ...

        def set_params(self, **params: Any) -> Self:
            """Changes arguments; `step__name` those of an estimator within."""
            ...

        def set_fit_request(self, **asked: bool | str | None) -> Self:
            """Which arguments of `fit` metadata routing hands on."""
            ...

        def set_predict_request(self, **asked: bool | str | None) -> Self:
            """Which arguments of `predict` metadata routing hands on."""
            ...

        def set_score_request(self, **asked: bool | str | None) -> Self:
            """Which arguments of `score` metadata routing hands on."""
            ...

        def __sklearn_tags__(self) -> Tags: ...
        def __getstate__(self) -> dict[str, Any]: ...
        def __setstate__(self, state: dict[str, Any]) -> None: ...

    class ClassifierMixin:
        """An estimator of classes."""

        def score(self, X: Any, y: Any, *more: Any, **named: Any) -> float:
            """The share of right decisions, weighted with `sample_weight`."""
            ...

        def __sklearn_tags__(self) -> Tags: ...

    class RegressorMixin:
        """An estimator of numbers."""

        def score(self, X: Any, y: Any, *more: Any, **named: Any) -> float:
            """R², weighted with `sample_weight`."""
            ...

        def __sklearn_tags__(self) -> Tags: ...

    class TransformerMixin:
        """An estimator that changes features."""

        def set_output(self, *, transform: str | None = None) -> Self:
            """Which kind of table `transform` returns: "default", "pandas" or "polars"."""
            ...

        def __sklearn_tags__(self) -> Tags: ...

    class MetaEstimatorMixin:
        """An estimator that is made of another."""

    def available_if(check: Callable[[Any], bool]) -> Callable[[_Method], _Method]:
        """A method that is there where `check(self)` holds."""
        ...

else:
    from sklearn.base import (
        BaseEstimator,
        ClassifierMixin,
        MetaEstimatorMixin,
        RegressorMixin,
        TransformerMixin,
    )
    from sklearn.utils.metaestimators import available_if

__all__ = [
    "BaseEstimator",
    "ClassifierMixin",
    "MetaEstimatorMixin",
    "RegressorMixin",
    "TransformerMixin",
    "available_if",
]
