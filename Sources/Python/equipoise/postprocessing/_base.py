"""What all postprocessors share: a base estimator's scores, and a rule of the engine over them."""

from __future__ import annotations

import warnings

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin, MetaEstimatorMixin, clone
from sklearn.exceptions import NotFittedError
from sklearn.metrics import accuracy_score
from sklearn.utils import check_random_state
from sklearn.utils.validation import _num_samples, check_is_fitted, column_or_1d

from .._engine.calls import Options
from .._engine.dataset import Dataset
from .._engine.stages import Rule
from .._inputs import has_names, sensitive_columns, sensitive_columns_again

_METHODS = ("predict_proba", "decision_function", "predict")


def group_text(value) -> str:
    """The name of a group: 1 and 1.0 are one."""
    if isinstance(value, (float, np.floating)) and float(value).is_integer():
        return str(int(value))
    return str(value)


class RuleEstimator(MetaEstimatorMixin, ClassifierMixin, BaseEstimator):
    """A base estimator followed by a rule over its scores and the rows' groups.

    Subclasses say which method of the engine fits the rule, and with what options.
    """

    # Whether scores must be probabilities.
    _needs_probabilities = False

    def _method(self) -> str:
        raise NotImplementedError

    def _options(self) -> dict:
        return {}

    # ---- Scores -------------------------------------------------------------------------------

    def _scores(self, X) -> np.ndarray:
        """The scores of the base estimator, larger where the second class is likelier."""
        name = self.predict_method
        if name == "auto":
            name = next((m for m in _METHODS if hasattr(self.estimator_, m)), "predict")
        elif name not in _METHODS:
            raise ValueError(f"predict_method must be auto or one of {', '.join(_METHODS)}")
        scores = np.asarray(getattr(self.estimator_, name)(X), dtype=np.float64)
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

    def _fit_base(self, X, y, **arguments) -> None:
        if self.estimator is None:
            raise ValueError("The base estimator cannot be `None`.")
        if not self.prefit:
            self.estimator_ = clone(self.estimator).fit(X, y, **arguments)
            return
        try:
            check_is_fitted(self.estimator)
        except (NotFittedError, TypeError):
            warnings.warn(
                "prefit is True, but the base estimator does not look fitted; cloning an estimator,"
                " as cross-validation does, loses its fit",
                UserWarning,
                stacklevel=3,
            )
        self.estimator_ = self.estimator

    # ---- Fitting ------------------------------------------------------------------------------

    def _labels(self, y) -> np.ndarray:
        y = column_or_1d(y)
        self.classes_, labels = np.unique(y, return_inverse=True)
        if len(self.classes_) != 2:
            raise ValueError(f"two classes are needed, and there are {len(self.classes_)}")
        return labels.astype(np.uint8)

    def _groups(self, sensitive_features, rows: int, names: list[str] | None = None):
        if names is None:
            return sensitive_columns(sensitive_features, rows)
        return sensitive_columns_again(sensitive_features, rows, names, self._are_named)

    def fit(self, X, y, *, sensitive_features, sample_weight=None, **arguments):
        """Fits the base estimator, unless it is fitted, and the rule to its scores.

        Parameters
        ----------
        X, y
            Features as the base estimator takes them, and labels of two classes, shape (n,).
        sensitive_features
            One column or several, whose combinations are the groups.
        sample_weight : (n,), optional
            Weights for the base estimator and for the rule.
        arguments
            Further arguments of the base estimator's fit.
        """
        if sensitive_features is None:
            raise ValueError("fit needs the argument 'sensitive_features'")
        labels = self._labels(y)
        if sample_weight is not None:
            arguments["sample_weight"] = sample_weight
        self._fit_base(X, y, **arguments)
        return self._fit_rule(self._scores(X), labels, sensitive_features, sample_weight)

    def _fit_rule(self, scores, labels, sensitive_features, sample_weight=None):
        if len(scores) != len(labels):
            raise ValueError("X and y need to be of equal length.")
        data = Dataset(len(scores)).set_scores(scores).set_labels(labels)
        data.set_weights(sample_weight)
        columns = self._groups(sensitive_features, len(scores))
        self._are_named = has_names(sensitive_features)
        self._names = [name for name, _, _ in columns]
        for name, codes, groups in columns:
            data.add_attribute(name, codes, [group_text(group) for group in groups])
        options = Options(unseen_group=self.unseen_group, **self._options())
        self.rule_ = Rule.fit(self._method(), data, options)
        self._training = (scores, labels, columns)
        return self

    @property
    def report_(self) -> dict:
        """The rule with its method, options and how the fit went."""
        check_is_fitted(self)
        return self.rule_.document

    def __getstate__(self) -> dict:
        """Without the training rows, which only plots need."""
        return {name: part for name, part in super().__getstate__().items() if name != "_training"}

    # ---- Predicting ---------------------------------------------------------------------------

    def _values(self, X, sensitive_features) -> np.ndarray:
        check_is_fitted(self)
        scores = self._scores(X)
        data = Dataset(len(scores)).set_scores(scores)
        if sensitive_features is None:
            raise ValueError("prediction needs the argument 'sensitive_features'")
        for name, codes, groups in self._groups(sensitive_features, len(scores), self._names):
            data.add_attribute(name, codes, [group_text(group) for group in groups])
        return self.rule_.values(data)

    def _pmf_predict(self, X, *, sensitive_features) -> np.ndarray:
        """Probabilities of a negative and of a positive decision, shape (n, 2)."""
        # Some rules move scores past the ends of 0..1, so that they still rank.
        positive = np.clip(self._values(X, sensitive_features), 0.0, 1.0)
        return np.column_stack([1.0 - positive, positive])

    def predict_proba(self, X, *, sensitive_features) -> np.ndarray:
        """Probabilities of the two decisions; of the two classes where the rule makes scores."""
        return self._pmf_predict(X, sensitive_features=sensitive_features)

    def predict(self, X, *, sensitive_features, random_state=None) -> np.ndarray:
        """The decision for each row; drawn with `random_state` where the rule is randomised."""
        positive = self._values(X, sensitive_features)
        if self.report_["meaning"] == "scores":
            return self.classes_[(positive >= 0.5).astype(int)]
        draws = check_random_state(random_state).uniform(size=len(positive))
        return self.classes_[(draws < positive).astype(int)]

    def score(self, X, y, *, sensitive_features, sample_weight=None, random_state=None) -> float:
        """The accuracy of the decisions, weighted."""
        chosen = self.predict(
            X, sensitive_features=sensitive_features, random_state=random_state
        )
        return accuracy_score(y, chosen, sample_weight=sample_weight)

    def __sklearn_is_fitted__(self) -> bool:
        return hasattr(self, "rule_")


