"""Logistic regression, plain and with fairness penalties, as estimators of scikit-learn."""

from __future__ import annotations

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils.validation import check_is_fitted, validate_data

from ._engine import library as lib
from ._engine.calls import Options
from ._engine.dataset import Dataset
from ._engine.model import Model, penalized_objective
from ._fitting import rows_and_labels, two_classes, weights_of_classes
from ._inputs import (
    as_matrix,
    check_strength,
    has_names,
    sensitive_columns,
    sensitive_columns_again,
)

__all__ = ["LogisticRegression", "PenalizedLogisticRegression", "PrejudiceRemoverClassifier"]


class _LinearClassifier(ClassifierMixin, BaseEstimator):
    """What the classifiers of this module share: two classes, dense features."""

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.classifier_tags.multi_class = False
        return tags

    def _take(self, X, y, sample_weight) -> tuple[Dataset, float]:
        """The rows as a data set, and the sum of their weights."""
        X, y = rows_and_labels(self, X, y)
        data = Dataset(X.shape[0]).set_features(X, getattr(self, "feature_names_in_", None))
        self.classes_ = data.set_classes(y)
        if self.classes_ is None:
            self.classes_, labels = two_classes(y)
            data.set_labels(labels)
        weights = weights_of_classes(sample_weight, X, y, self.classes_)
        data.set_weights(weights)
        return data, float(X.shape[0] if weights is None else weights.sum())

    def _l2(self, total: float) -> float:
        """l2, or 1 / (C·Σ weights) where scikit-learn's C is given."""
        if self.C is not None:
            if self.l2 is not None:
                raise ValueError("give l2 or C, not both")
            if check_strength(self.C, "C") == 0:
                raise ValueError("C must be above 0")
            return 1.0 / (self.C * total)
        return check_strength(1.0 / total if self.l2 is None else self.l2, "l2")

    def _solver_options(self) -> dict:
        return {
            "tolerance": check_strength(self.tol, "tol"),
            "max_iterations": int(self.max_iter),
            "threads": self.n_threads,
        }

    def _keep(self, model: Model) -> None:
        self._model = model
        self.coef_, self.intercept_ = self._coefficients(model)
        model.warn()

    def _coefficients(self, model: Model) -> tuple[np.ndarray, np.ndarray]:
        return model.tensor("coefficients").reshape(1, -1), model.tensor("intercept")

    def _report(self) -> dict:
        check_is_fitted(self)
        return self._model.report["report"]

    @property
    def n_iter_(self) -> int:
        """Iterations of the minimiser."""
        return max(1, int(self._report()["iterations"]))

    @property
    def objective_(self) -> float:
        """The minimum that was reached."""
        return self._report()["objective"]

    @property
    def certificate_(self) -> float | None:
        """An upper bound on how far the objective is above its minimum, where there is one."""
        return self._report().get("certificate")

    @property
    def status_(self) -> str:
        """How the fit ended: "converged" or what stopped it."""
        return self._report()["status"]

    def decision_function(self, X):
        """The score z = X·w + b of each row, shape (n,)."""
        check_is_fitted(self)
        X = validate_data(self, as_matrix(X), dtype=[np.float64, np.float32], reset=False)
        return X @ self.coef_[0].astype(X.dtype, copy=False) + X.dtype.type(self.intercept_[0])

    def predict_proba(self, X):
        """Probabilities of the two classes, shape (n, 2)."""
        z = self.decision_function(X).astype(np.float64)
        positive = 0.5 * (1 + np.tanh(0.5 * z))
        return np.column_stack([1 - positive, positive])

    def predict(self, X):
        """The class of each row: the second where z > 0."""
        z = self.decision_function(X)
        return self.classes_[(z > 0).astype(int)]

    def __sklearn_is_fitted__(self) -> bool:
        return hasattr(self, "coef_")


class LogisticRegression(_LinearClassifier):
    """Weighted logistic regression with an L2 penalty.

    Minimises (1/W)·Σ sᵢ·[log(1 + e^{zᵢ}) − yᵢzᵢ] + ½·l2·‖w‖² with z = X·w + b and W = Σ sᵢ; the
    intercept is not penalised.

    Parameters
    ----------
    l2 : float, optional
        Factor of ½‖w‖² beside the mean loss. By default 1 / W, which is scikit-learn's C = 1.
    C : float, optional
        Scikit-learn's C instead: l2 = 1 / (C·W).
    fit_intercept : bool
        Whether there is an intercept.
    tol : float
        Stop when the estimated gap to the optimum is this share of the objective.
    max_iter : int
        Most iterations of the minimiser.
    n_threads : int, optional
        By default one a core.

    Examples
    --------
    >>> from equipoise.linear_model import LogisticRegression
    >>> LogisticRegression().fit([[0.0], [1.0], [2.0], [3.0]], [0, 0, 1, 1]).predict([[2.5]])
    array([1])
    """

    def __init__(
        self, l2=None, *, C=None, fit_intercept=True, tol=1e-8, max_iter=200, n_threads=None
    ):
        self.l2 = l2
        self.C = C
        self.fit_intercept = fit_intercept
        self.tol = tol
        self.max_iter = max_iter
        self.n_threads = n_threads

    def fit(self, X, y, sample_weight=None):
        """Fits to features (n, d) and labels (n,)."""
        data, total = self._take(X, y, sample_weight)
        options = Options(
            l2=self._l2(total), fit_intercept=bool(self.fit_intercept), **self._solver_options()
        )
        self._keep(Model.fit("logistic", data, options))
        return self


class PenalizedLogisticRegression(_LinearClassifier):
    """Logistic regression with a fairness penalty.

    Minimises the weighted mean loss + ½·l2·‖w‖² + strength·penalty. `equipoise.linear_model`
    knows the penalties by name: "demographic_parity", "equal_opportunity",
    "false_positive_rate", "equalized_odds" (squared gaps of the groups' mean probabilities, the
    same of linear scores as "linear_...", convex), "covariance", and others.

    Parameters
    ----------
    penalty : str
        What is made alike between groups.
    strength : float
        Factor of the penalty beside the mean loss.
    l2, C, fit_intercept, tol, max_iter, n_threads
        As in `LogisticRegression`.

    Examples
    --------
    >>> import numpy as np
    >>> from equipoise.linear_model import PenalizedLogisticRegression
    >>> rng = np.random.default_rng(0)
    >>> group = rng.integers(0, 2, 1000)
    >>> X = np.column_stack([rng.normal(group, 1.0), rng.normal(size=1000)])
    >>> y = (X.sum(axis=1) + rng.normal(size=1000) > 0.5).astype(int)
    >>> model = PenalizedLogisticRegression(strength=100).fit(X, y, sensitive_features=group)
    >>> rates = [model.predict_proba(X[group == g])[:, 1].mean() for g in (0, 1)]
    >>> bool(abs(rates[0] - rates[1]) < 0.05)
    True
    """

    def __init__(
        self,
        penalty="demographic_parity",
        strength=10.0,
        *,
        l2=0.0,
        C=None,
        fit_intercept=True,
        tol=1e-8,
        max_iter=200,
        n_threads=None,
    ):
        self.penalty = penalty
        self.strength = strength
        self.l2 = l2
        self.C = C
        self.fit_intercept = fit_intercept
        self.tol = tol
        self.max_iter = max_iter
        self.n_threads = n_threads

    def _l2(self, total):
        if self.C is not None and self.l2 == 0:
            return 1.0 / (check_strength(self.C, "C") * total)
        return super()._l2(total)

    def _prepare(self, X, y, sensitive_features, sample_weight, **more):
        if sensitive_features is None:
            raise TypeError("fit needs the argument 'sensitive_features'")
        data, total = self._take(X, y, sample_weight)
        for name, codes, groups in sensitive_columns(sensitive_features, data.rows):
            data.add_attribute(name, codes, [str(group) for group in groups])
        options = Options(
            penalty=self.penalty,
            l2=self._l2(total),
            fit_intercept=bool(self.fit_intercept),
            **self._solver_options(),
            **more,
        )
        return data, options

    def fit(self, X, y, *, sensitive_features=None, sample_weight=None):
        """Fits to features (n, d), labels (n,) and sensitive features (n,) or (n, k)."""
        strength = check_strength(self.strength, "strength")
        data, options = self._prepare(X, y, sensitive_features, sample_weight, strength=strength)
        self._keep(Model.fit("penalized", data, options))
        return self

    def path(self, X, y, *, strengths, sensitive_features=None, sample_weight=None) -> list:
        """Fitted copies of this estimator at several strengths, from one warm-started run."""
        from sklearn.base import clone

        strengths = [check_strength(strength, "strengths") for strength in strengths]
        data, options = self._prepare(X, y, sensitive_features, sample_weight)
        fitted = []
        for strength, model in zip(
            strengths, Model.fit_path("penalized", data, options, strengths)
        ):
            estimator = clone(self).set_params(strength=strength)
            estimator.classes_ = self.classes_
            estimator.n_features_in_ = self.n_features_in_
            if hasattr(self, "feature_names_in_"):
                estimator.feature_names_in_ = self.feature_names_in_
            estimator._keep(model)
            fitted.append(estimator)
        return fitted

    def objective_and_gradient(
        self, theta, X, y, *, sensitive_features=None, sample_weight=None
    ) -> tuple[float, np.ndarray]:
        """The objective and its gradient at any theta = (coefficients, intercept), without a fit."""
        from sklearn.base import clone

        estimator = clone(self)
        strength = check_strength(self.strength, "strength")
        data, options = estimator._prepare(
            X, y, sensitive_features, sample_weight, strength=strength
        )
        return penalized_objective(data, options, np.asarray(theta, dtype=np.float64))


class PrejudiceRemoverClassifier(_LinearClassifier):
    """Kamishima's prejudice remover: logistic regression with a penalty on the mutual information
    of prediction and group, in the sum form Σ loss + η·R + ½·l2·‖w‖².

    T. Kamishima, S. Akaho, H. Asoh, J. Sakuma, Fairness-aware classifier with prejudice remover
    regularizer, ECML PKDD 2012.

    Parameters
    ----------
    eta : float
        Factor of the prejudice index R.
    l2 : float
        Factor of ½‖w‖² beside the summed loss.
    per_group : bool
        One coefficient vector a group, as published; prediction then needs the group. False
        shares one vector.
    """

    def __init__(self, eta=1.0, l2=1.0, *, per_group=True, tol=1e-8, max_iter=200, n_threads=None):
        self.eta = eta
        self.l2 = l2
        self.per_group = per_group
        self.tol = tol
        self.max_iter = max_iter
        self.n_threads = n_threads

    def fit(self, X, y, *, sensitive_features=None, sample_weight=None):
        """Fits to features (n, d), labels (n,) and sensitive features (n,) or (n, k)."""
        if sensitive_features is None:
            raise TypeError("fit needs the argument 'sensitive_features'")
        data, _ = self._take(X, y, sample_weight)
        self._attributes, self._are_named = [], has_names(sensitive_features)
        for name, codes, groups in sensitive_columns(sensitive_features, data.rows):
            data.add_attribute(name, codes, [str(group) for group in groups])
            self._attributes.append((name, [str(group) for group in groups]))
        options = Options(
            eta=check_strength(self.eta, "eta"),
            l2=check_strength(self.l2, "l2"),
            per_group=bool(self.per_group),
            **self._solver_options(),
        )
        self._keep(Model.fit("prejudice-remover", data, options))
        return self

    def _coefficients(self, model):
        if not self.per_group:
            return super()._coefficients(model)
        theta = model.tensor("theta")
        return theta[:, :-1], theta[:, -1]

    def decision_function(self, X, *, sensitive_features=None):
        """The score of each row; with `per_group` the rows' sensitive features are needed."""
        if not self.per_group:
            return super().decision_function(X)
        check_is_fitted(self)
        if sensitive_features is None:
            raise TypeError("prediction needs the argument 'sensitive_features'")
        X = validate_data(self, as_matrix(X), dtype=[np.float64, np.float32], reset=False)
        data = Dataset(X.shape[0]).set_features(X)
        columns = sensitive_columns_again(
            sensitive_features, X.shape[0], [name for name, _ in self._attributes], self._are_named
        )
        for (name, known), (_, codes, groups) in zip(self._attributes, columns):
            places = {group: k for k, group in enumerate(known)}
            unknown = [str(group) for group in groups if str(group) not in places]
            if unknown:
                raise ValueError(f"'{name}' had no group '{unknown[0]}' when the model was fitted")
            renumber = np.array([places[str(group)] for group in groups], dtype=np.int32)
            data.add_attribute(name, renumber[codes], known)
        return self._model.predict(data, lib.SCORE)

    def predict_proba(self, X, *, sensitive_features=None):
        """Probabilities of the two classes, shape (n, 2)."""
        z = self.decision_function(X, sensitive_features=sensitive_features)
        positive = 0.5 * (1 + np.tanh(0.5 * z))
        return np.column_stack([1 - positive, positive])

    def predict(self, X, *, sensitive_features=None):
        """The class of each row."""
        z = self.decision_function(X, sensitive_features=sensitive_features)
        return self.classes_[(z > 0).astype(int)]
