"""Changes of the rows before a fit: any preprocessor of the engine by name, and the usual ones."""

from __future__ import annotations

import numpy as np
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import check_is_fitted, validate_data

from ._catalogue import stages
from ._engine import library as lib
from ._engine.calls import Options
from ._engine.dataset import Dataset
from ._engine.stages import Transform
from ._inputs import as_matrix, sensitive_columns

__all__ = [
    "CorrelationRemover",
    "DisparateImpactRemover",
    "Massaging",
    "PreferentialSampling",
    "Preprocessor",
    "Reweighing",
    "methods",
]


def methods() -> dict[str, dict]:
    """Every preprocessor of the engine with its paper and its options."""
    return stages(lib.PREPROCESSORS)


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


class Reweighing(Preprocessor):
    """Weights that make the label independent of the group: P(group)·P(label) / P(group, label).

    F. Kamiran, T. Calders, Data preprocessing techniques for classification without
    discrimination, KAIS 2012.

    Examples
    --------
    >>> import numpy as np
    >>> from equipoise.preprocessing import Reweighing
    >>> y, group = np.array([1, 1, 0, 0, 1, 0]), np.array([0, 0, 0, 1, 1, 1])
    >>> X = np.arange(6.0)[:, None]
    >>> _, _, weight = Reweighing().fit_resample(X, y, sensitive_features=group)
    >>> rates = [np.average(y[group == g], weights=weight[group == g]) for g in (0, 1)]
    >>> bool(abs(rates[0] - rates[1]) < 1e-12)
    True
    """

    def __init__(self):
        pass

    def _method(self) -> str:
        return "reweighing"

    def _options(self) -> dict:
        return {}


class Massaging(Preprocessor):
    """Changes the labels nearest to the border until all groups have the same share of positives.

    F. Kamiran, T. Calders, Classifying without discriminating, IC4 2009.
    """

    def __init__(self, target="overall"):
        self.target = target

    def _method(self) -> str:
        return "massaging"

    def _options(self) -> dict:
        return {"target": self.target}


class PreferentialSampling(Preprocessor):
    """Repeats and leaves out the rows nearest to the border until label and group are independent.

    F. Kamiran, T. Calders, Data preprocessing techniques for classification without
    discrimination, KAIS 2012. `scheme` is "preferential", "uniform" or "synthetic".
    """

    def __init__(self, scheme="preferential"):
        self.scheme = scheme

    def _method(self) -> str:
        return "sampling"

    def _options(self) -> dict:
        return {"scheme": self.scheme}


class DisparateImpactRemover(Preprocessor):
    """Moves each column to the median of the groups' quantiles; new rows need their groups.

    M. Feldman, S. A. Friedler, J. Moeller, C. Scheidegger, S. Venkatasubramanian, Certifying and
    removing disparate impact, KDD 2015.
    """

    def __init__(self, repair_level=1.0):
        self.repair_level = repair_level

    def _method(self) -> str:
        return "disparate-impact-remover"

    def _options(self) -> dict:
        return {"repair_level": self.repair_level}


class CorrelationRemover(TransformerMixin, BaseEstimator):
    """Takes from the other columns what the sensitive ones explain linearly, and leaves these out.

    The class of this name in Fairlearn, with several sensitive columns projected out together; they
    are numbers among the columns of X. For sensitive features beside X, which groups need not be
    numbers, there is ``Preprocessor("correlation-remover")``.

    Parameters
    ----------
    sensitive_feature_ids : list
        Names or numbers of the sensitive columns.
    alpha : float
        The share that is taken: 1 all, 0 nothing.

    Examples
    --------
    >>> import numpy as np
    >>> from equipoise.preprocessing import CorrelationRemover
    >>> rng = np.random.default_rng(0)
    >>> s = rng.normal(size=100)
    >>> X = np.column_stack([s, s + rng.normal(size=100)])
    >>> rest = CorrelationRemover(sensitive_feature_ids=[0]).fit_transform(X)
    >>> rest.shape, bool(abs(np.corrcoef(s, rest[:, 0])[0, 1]) < 1e-12)
    ((100, 1), True)
    """

    def __init__(self, *, sensitive_feature_ids=(), alpha=1):
        self.sensitive_feature_ids = sensitive_feature_ids
        self.alpha = alpha

    def _split(self, X) -> tuple[np.ndarray, np.ndarray]:
        rest = np.setdiff1d(np.arange(X.shape[1]), self._sensitive)
        return X[:, rest], X[:, self._sensitive]

    def fit(self, X, y=None):
        """Learns the means of the sensitive columns and what each unit of them explains."""
        names = list(getattr(X, "columns", []))
        X = validate_data(self, as_matrix(X), dtype=np.float64)
        places = []
        for name in self.sensitive_feature_ids:
            place = names.index(name) if name in names else name
            if not isinstance(place, (int, np.integer)) or not 0 <= place < X.shape[1]:
                raise ValueError(f"Columns {[name]} are not found in X")
            places.append(int(place))
        self._sensitive = np.array(sorted(set(places)), dtype=int)
        rest, sensitive = self._split(X)
        self.sensitive_mean_ = sensitive.mean(axis=0)
        centred = sensitive - self.sensitive_mean_
        self.beta_ = np.linalg.lstsq(centred, rest, rcond=None)[0]
        return self

    def transform(self, X) -> np.ndarray:
        """The other columns without the explained part, shape (n, d − sensitive)."""
        check_is_fitted(self)
        X = validate_data(self, as_matrix(X), dtype=np.float64, reset=False)
        rest, sensitive = self._split(X)
        return rest - self.alpha * (sensitive - self.sensitive_mean_) @ self.beta_

    def fit_transform(self, X, y=None):
        return self.fit(X, y).transform(X)

    def get_feature_names_out(self, input_features=None):
        check_is_fitted(self)
        names = getattr(self, "feature_names_in_", input_features)
        if names is None:
            names = [f"x{j}" for j in range(self.n_features_in_)]
        return np.delete(np.asarray(names, dtype=object), self._sensitive)

    def __sklearn_is_fitted__(self) -> bool:
        return hasattr(self, "beta_")
