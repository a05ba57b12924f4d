"""Columns without what sensitive ones explain linearly."""

from __future__ import annotations

import numpy as np
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import check_is_fitted, validate_data

from .._engine.calls import Options
from .._engine.dataset import Dataset
from .._engine.stages import Transform
from .._inputs import as_matrix


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

    def _rows(self, X) -> tuple[np.ndarray, Dataset]:
        rest = X[:, np.setdiff1d(np.arange(X.shape[1]), self._sensitive)]
        data = Dataset(X.shape[0]).set_features(rest)
        for place in self._sensitive:
            data.add_continuous(f"x{place}", X[:, place])
        return rest, data

    def fit(self, X, y=None):
        """Learns the means of the sensitive columns and what each unit of them explains."""
        # The columns of an Arrow table are arrays, and its names stand elsewhere.
        names = list(getattr(X, "column_names", None) or getattr(X, "columns", []))
        X = validate_data(self, as_matrix(X), dtype=np.float64)
        places = []
        ids = self.sensitive_feature_ids
        for name in [ids] if isinstance(ids, str) else ids:
            place = names.index(name) if name in names else name
            if not isinstance(place, (int, np.integer)) or not 0 <= place < X.shape[1]:
                raise ValueError(f"Columns {[name]} are not found in X")
            places.append(int(place))
        self._sensitive = np.array(sorted(set(places)), dtype=int)
        self.transform_ = None
        self.sensitive_mean_ = X[:, self._sensitive].mean(axis=0)
        rest, data = self._rows(X)
        self.beta_ = np.zeros((len(self._sensitive), rest.shape[1]))
        if self.beta_.size:
            self.transform_ = Transform.fit("correlation-remover", data, Options())
            effects, = self.transform_.document["tensors"]
            self.beta_ = np.reshape(effects["values"], self.beta_.shape)
        return self

    def transform(self, X) -> np.ndarray:
        """The other columns without the explained part, shape (n, d − sensitive)."""
        check_is_fitted(self)
        X = validate_data(self, as_matrix(X), dtype=np.float64, reset=False)
        rest, data = self._rows(X)
        if self.transform_ is None:
            return rest
        removed = self.transform_.apply(data).features
        return removed if self.alpha == 1 else self.alpha * removed + (1 - self.alpha) * rest

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
