"""Any preprocessor of the engine by name."""

from __future__ import annotations

import numpy as np
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import check_is_fitted, validate_data

from .._engine.calls import Options
from .._engine.dataset import Dataset
from .._engine.stages import Transform
from .._inputs import as_matrix, sensitive_columns


class Preprocessor(TransformerMixin, BaseEstimator):
    """Any preprocessor of the engine by name.

    Parameters
    ----------
    method : str
        A name of `equipoise.preprocessing.methods()`.
    options : dict, optional
        The method's options.
    """

    def __init__(self, method="reweighing", options=None):
        self.method = method
        self.options = options

    def _method(self) -> str:
        return self.method

    def _options(self) -> dict:
        return dict(self.options or {})

    def _rows(self, X, y, sensitive_features, sample_weight=None, reset=True) -> Dataset:
        X = validate_data(self, as_matrix(X), dtype=[np.float64, np.float32], reset=reset)
        data = Dataset(X.shape[0]).set_features(X, getattr(self, "feature_names_in_", None))
        if y is not None:
            y = np.asarray(y)
            if reset:
                self.classes_ = np.unique(y)
                if len(self.classes_) != 2:
                    raise ValueError(
                        f"two classes are needed, and there are {len(self.classes_)}"
                    )
            data.set_labels((y == self.classes_[1]).astype(np.uint8))
        data.set_weights(sample_weight)
        if sensitive_features is not None:
            for name, codes, groups in sensitive_columns(sensitive_features, X.shape[0]):
                data.add_attribute(name, codes, [str(group) for group in groups])
        return data

    def fit(self, X, y=None, *, sensitive_features=None, sample_weight=None):
        """Fits to features (n, d), labels (n,) and sensitive features."""
        if sensitive_features is None:
            raise TypeError("fit needs the argument 'sensitive_features'")
        data = self._rows(X, y, sensitive_features, sample_weight)
        self.transform_ = Transform.fit(self._method(), data, Options(**self._options()))
        return self

    def transform(self, X, *, sensitive_features=None) -> np.ndarray:
        """New rows with the features that a model fitted to the changed rows expects."""
        check_is_fitted(self)
        data = self._rows(X, None, sensitive_features, reset=False)
        return self.transform_.apply(data).features

    def fit_resample(self, X, y, *, sensitive_features=None, sample_weight=None):
        """The rows to fit a model to instead: features, labels and weights, shape (m, ...) each."""
        self.fit(X, y, sensitive_features=sensitive_features, sample_weight=sample_weight)
        data = self._rows(X, y, sensitive_features, sample_weight, reset=False)
        changed = self.transform_.training(data)
        return changed.features, self.classes_[changed.labels.astype(int)], changed.weights

    def fit_transform(self, X, y=None, *, sensitive_features=None, sample_weight=None):
        """The changed features of the training rows."""
        self.fit(X, y, sensitive_features=sensitive_features, sample_weight=sample_weight)
        return self.transform(X, sensitive_features=sensitive_features)

    @property
    def report_(self) -> dict:
        """The transform with its method, options and how the fit went."""
        check_is_fitted(self)
        return self.transform_.document

    def __sklearn_is_fitted__(self) -> bool:
        return hasattr(self, "transform_")
