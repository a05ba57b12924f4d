"""A preprocessor before an estimator, where labels, weights and rows reach it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
from sklearn._config import get_config
from sklearn.base import clone
from sklearn.utils import Tags, get_tags
from sklearn.utils._metadata_requests import RequestMethod
from sklearn.utils.validation import check_is_fitted, has_fit_parameter

from .._bases import BaseEstimator, ClassifierMixin, MetaEstimatorMixin, available_if
from .._fitting import of_two_classes, require_labels
from .._stored import StoredModel, StoredStage, not_stored
from .._types import Column, Columns, Features
from ._base import Preprocessor
from ._reweighing import Reweighing

if TYPE_CHECKING:
    from typing_extensions import Self

    from .._engine.model import Model
    from .._engine.stages import Transform

Array = npt.NDArray[Any]


def _draws(transform: Transform) -> bool:
    """Whether new rows move by a hash of their numbers, which a table holds in single precision:
    whole records, and the categories of a repair."""
    document = transform.document
    kind, levels = document["kind"], document["shape"]["levels"]
    return bool(kind == "record-map" or (kind == "quantile-repair" and levels))


def _take_columns(estimator: Any, fitted: Preprocessor) -> None:
    """What scikit-learn asks of an estimator about the columns of its fit."""
    vars(estimator).pop("feature_names_in_", None)
    for name in ("n_features_in_", "feature_names_in_"):
        if hasattr(fitted, name):
            setattr(estimator, name, getattr(fitted, name))


def _fitted_has(name: str) -> Any:
    def check(self: Preprocessed) -> bool:
        getattr(getattr(self, "estimator_", self.estimator), name)
        return True

    return check


class Preprocessed(StoredModel, ClassifierMixin, MetaEstimatorMixin, BaseEstimator):
    """An estimator that is fitted to the rows of a preprocessor: to its features, labels, weights
    and choice of rows, of which a Pipeline passes on features alone.

    Parameters
    ----------
    estimator : estimator
        What is fitted to the changed rows; it must take `sample_weight` if the method changes
        weights. A Pipeline gets them for its last step.
    preprocessor : Preprocessor, optional
        By default `Reweighing()`.

    Attributes
    ----------
    estimator_, preprocessor_
        The fitted copies.
    classes_ : array of shape (2,)

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn.linear_model import LogisticRegression
    >>> from equipoise.preprocessing import Preprocessed, Reweighing
    >>> rng = np.random.default_rng(0)
    >>> group = rng.integers(0, 2, 1000)
    >>> X = np.column_stack([rng.normal(group, 1.0), rng.normal(size=1000)])
    >>> y = (X.sum(axis=1) + rng.normal(size=1000) > 0.5).astype(int)
    >>> model = Preprocessed(LogisticRegression(), Reweighing())
    >>> chosen = model.fit(X, y, sensitive_features=group).predict(X)
    >>> plain = LogisticRegression().fit(X, y).predict(X)
    >>> gaps = [abs(p[group == 0].mean() - p[group == 1].mean()) for p in (plain, chosen)]
    >>> bool(gaps[1] < gaps[0])
    True
    """

    estimator_: Any
    preprocessor_: Preprocessor
    classes_: Array

    def __init__(self, estimator: Any, preprocessor: Preprocessor | None = None) -> None:
        self.estimator = estimator
        self.preprocessor = preprocessor

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        of_two_classes(tags)
        if hasattr(self.estimator, "__sklearn_tags__"):
            tags.input_tags = get_tags(self.estimator).input_tags
        tags.input_tags.sparse = False
        return tags

    def fit(
        self, X: Features, y: Column, *, sensitive_features: Columns | None = None,
        sample_weight: Column | None = None,
    ) -> Self:
        """Fits the preprocessor, and the estimator to the rows that it returns."""
        require_labels(self, y)
        method = Reweighing() if self.preprocessor is None else self.preprocessor
        self.preprocessor_ = clone(method)
        features, labels, weights = self.preprocessor_.fit_resample(
            X, y, sensitive_features=sensitive_features, sample_weight=sample_weight
        )
        self.estimator_ = clone(self.estimator)
        self.estimator_.fit(features, labels, **self._weights(weights))
        self.classes_ = self.preprocessor_.classes_
        _take_columns(self, self.preprocessor_)
        return self

    def _weights(self, weights: Array) -> dict[str, Array]:
        """The weights by the name that the estimator's fit has for them."""
        estimator = self.estimator_
        if has_fit_parameter(estimator, "sample_weight"):
            return {"sample_weight": weights}
        if np.allclose(weights, weights[0], rtol=1e-12, atol=0):
            return {}
        steps = getattr(estimator, "steps", None)
        if steps and has_fit_parameter(steps[-1][1], "sample_weight"):
            if get_config()["enable_metadata_routing"]:  # to the steps that ask for them
                return {"sample_weight": weights}
            return {f"{steps[-1][0]}__sample_weight": weights}
        raise ValueError(
            f"{type(self.preprocessor_).__name__} weighs rows, and the fit of "
            f"{type(estimator).__name__} takes no sample_weight"
        )

    def _features(self, X: Features, sensitive_features: Columns | None) -> Any:
        check_is_fitted(self)
        return self.preprocessor_._like(X, sensitive_features)

    @available_if(_fitted_has("decision_function"))
    def decision_function(
        self, X: Features, *, sensitive_features: Columns | None = None
    ) -> Array:
        """The estimator's scores of new rows, whose groups methods that move features need."""
        features = self._features(X, sensitive_features)
        scores: Array = self.estimator_.decision_function(features)
        return scores

    @available_if(_fitted_has("predict_proba"))
    def predict_proba(self, X: Features, *, sensitive_features: Columns | None = None) -> Array:
        """The estimator's probabilities of the two classes, shape (n, 2)."""
        features = self._features(X, sensitive_features)
        found: Array = self.estimator_.predict_proba(features)
        return found

    def predict(self, X: Features, *, sensitive_features: Columns | None = None) -> Array:
        """The estimator's decisions for new rows, whose groups methods that move features need."""
        features = self._features(X, sensitive_features)
        found: Array = self.estimator_.predict(features)
        return found

    def score(
        self, X: Features, y: Column, sample_weight: Column | None = None, *,
        sensitive_features: Columns | None = None,
    ) -> float:
        """The share of right decisions."""
        from sklearn.metrics import accuracy_score

        predicted = self.predict(X, sensitive_features=sensitive_features)
        return float(accuracy_score(y, predicted, sample_weight=sample_weight))

    def _stored(self) -> Model:
        """One model of both stages, where the estimator's fit is a model of the engine."""
        check_is_fitted(self)
        if not isinstance(self.estimator_, StoredModel):
            raise not_stored(
                self, f"as its estimator {type(self.estimator_).__name__} has none",
                "take one of this package, or keep a pickle")
        transform = self.preprocessor_._stage()
        if _draws(transform):
            raise not_stored(
                self, f"as {self.preprocessor_._method()} draws where new rows move, and for rows "
                "of a table otherwise",
                "keep a pickle, or fit both stages to a table by equipoise.run")
        return self.estimator_._stored().after(transform)

    def __sklearn_is_fitted__(self) -> bool:
        return hasattr(self, "estimator_")


class Resampler(StoredStage, BaseEstimator):
    """A preprocessor as a sampler of imbalanced-learn, for its Pipeline: `fit_resample` returns
    features and labels.

    For methods that change labels or rows alone: those that weigh rows, or change the features of
    new rows, are refused, as `Preprocessed` does what they need.

    The groups reach it in a Pipeline by metadata routing, for which it asks:
    ``sklearn.set_config(enable_metadata_routing=True)``.

    Parameters
    ----------
    preprocessor : Preprocessor
        Such as `Massaging()`, `PreferentialSampling()` or `Preprocessor("label-flipping")`.

    Examples
    --------
    >>> import numpy as np
    >>> from equipoise.preprocessing import Massaging, Resampler
    >>> y, group = np.array([1, 1, 0, 0, 1, 0]), np.array([0, 0, 0, 1, 1, 1])
    >>> X = np.arange(6.0)[:, None]
    >>> _, labels = Resampler(Massaging()).fit_resample(X, y, sensitive_features=group)
    >>> labels.shape
    (6,)
    """

    preprocessor_: Preprocessor

    # Groups are asked for wherever rows come.
    __metadata_request__fit = {"sensitive_features": True}
    __metadata_request__fit_resample = {"sensitive_features": True}
    # scikit-learn makes these for methods it knows when a class is made, and imbalanced-learn tells
    # it of this one when it is imported, be that earlier or later.
    set_fit_resample_request: Any = RequestMethod("fit_resample", ["sensitive_features"])

    def __init__(self, preprocessor: Preprocessor) -> None:
        self.preprocessor = preprocessor

    def fit(
        self, X: Features, y: Column, *, sensitive_features: Columns | None = None
    ) -> Self:
        """Fits the preprocessor."""
        self.preprocessor_ = clone(self.preprocessor)
        self.preprocessor_.fit(X, y, sensitive_features=sensitive_features)
        _take_columns(self, self.preprocessor_)
        return self

    def fit_resample(
        self, X: Features, y: Column, *, sensitive_features: Columns | None = None
    ) -> tuple[Any, Array]:
        """The features and labels of the rows to fit a model to instead."""
        self.preprocessor_ = method = clone(self.preprocessor)
        features, labels, weights = method.fit_resample(
            X, y, sensitive_features=sensitive_features
        )
        _take_columns(self, method)
        name = type(method).__name__
        if not np.allclose(weights, weights[0], rtol=1e-12, atol=0):
            raise ValueError(
                f"{name} weighs rows, and fit_resample of imbalanced-learn returns features and "
                f"labels alone: use Preprocessed(estimator, {method!r})"
            )
        if method._moves_features(X, sensitive_features):
            raise ValueError(
                f"{name} changes the features of new rows, which a sampler does not see: use it as "
                f"a transformer, or Preprocessed(estimator, {method!r})"
            )
        return features, labels

    def _stage(self) -> Transform:
        return self.preprocessor_._stage()

    def __sklearn_is_fitted__(self) -> bool:
        return hasattr(self, "preprocessor_")
