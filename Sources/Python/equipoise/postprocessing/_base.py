"""What all postprocessors share: a base estimator's scores, and a rule of the engine over them."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Literal, TypeAlias

import numpy as np
import numpy.typing as npt
from sklearn.metrics import accuracy_score
from sklearn.utils import Tags, check_random_state, get_tags
from sklearn.utils.validation import (
    _check_feature_names,
    _check_n_features,
    _num_samples,
    check_is_fitted,
    column_or_1d,
)

from .._bases import BaseEstimator, ClassifierMixin, MetaEstimatorMixin
from .._engine.calls import Options
from .._engine.dataset import Dataset
from .._engine.stages import Rule
from .._fitting import check_rows, two_classes
from .._inputs import (
    as_columns,
    check_aligned,
    has_names,
    sensitive_columns,
    sensitive_columns_again,
)
from .._small_groups import warn_of_small_groups
from .._stored import StoredStage
from .._types import Column, Columns, Features, Numbers, RandomState
from .._unknown import Unknown as Unknown
from .._unknown import UnknownRows, checked_unknown, fate_of
from ._scores import PredictMethod, fitted_base, group_text, soft_scores

if TYPE_CHECKING:
    from typing_extensions import Self

#: What becomes of rows whose group was not there in the fit.
UnseenGroup: TypeAlias = Literal["error", "pooled"]
#: Name, codes and groups of a sensitive attribute.
Attributes: TypeAlias = list[tuple[str, npt.NDArray[np.int32], list[Any]]]

_PREDICTED = "decided as the rule says of such rows"
_COMMON = (
    "self", "estimator", "prefit", "predict_method", "unseen_group", "least_group", "unknown",
    "random_state",
)


def single_column(y: Column) -> npt.NDArray[Any]:
    """Labels as one dimension. Arrays of two get scikit-learn's warning; a frame of one column is
    how tables give labels."""
    column: npt.NDArray[Any] = column_or_1d(y, warn=not has_names(y))
    return column


class RuleEstimator(StoredStage, MetaEstimatorMixin, ClassifierMixin, BaseEstimator):
    """A base estimator followed by a rule over its scores and the rows' groups.

    A subclass names its method of the engine; its arguments are the method's options.
    """

    #: The engine's name of the method.
    _name: ClassVar[str]
    #: The engine's names of options that are called otherwise here.
    _renamed: ClassVar[Mapping[str, str]] = {}
    #: Whether decisions are drawn.
    _draws: ClassVar[bool] = False

    estimator: Any
    prefit: bool
    predict_method: PredictMethod
    unseen_group: UnseenGroup
    least_group: int | None
    unknown: Unknown
    classes_: npt.NDArray[Any]
    estimator_: Any
    rule_: Rule

    def _method(self) -> str:
        return self._name

    def _options(self) -> dict[str, Any]:
        names = [name for name in inspect.signature(type(self)).parameters if name not in _COMMON]
        return {self._renamed.get(name, name): getattr(self, name) for name in names}

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        assert tags.classifier_tags is not None
        tags.classifier_tags.multi_class = False
        tags.non_deterministic = self._draws
        # The estimator sees the features as they come; one of the user's own may have no tags.
        if hasattr(self.estimator, "__sklearn_tags__"):
            tags.input_tags = get_tags(self.estimator).input_tags
        return tags

    # ---- Fitting ------------------------------------------------------------------------------

    def _labels(self, y: Column) -> npt.NDArray[np.uint8]:
        if y is None or _num_samples(y) == 0:
            raise ValueError("Must supply nonempty y: it has 0 sample(s)")
        self.classes_, labels = two_classes(single_column(y))
        return labels

    def _groups(self, sensitive_features: Columns, rows: int, *, again: bool) -> Attributes:
        keeps = checked_unknown(self.unknown)
        if keeps:
            found = UnknownRows.of(as_columns(sensitive_features, "sensitive_feature"))
            found.tell_of(_PREDICTED if again else fate_of(self.unknown))
        if again:
            return sensitive_columns_again(
                sensitive_features, rows, self._names, self._are_named, keeps_missing=keeps)
        return sensitive_columns(sensitive_features, rows, keeps_missing=keeps)

    def fit(
        self,
        X: Features,
        y: Column,
        *,
        sensitive_features: Columns,
        sample_weight: Column | None = None,
        **arguments: Any,
    ) -> Self:
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
        check_rows(X, y, sensitive_features, sample_weight)
        labels = self._labels(y)
        if sample_weight is not None:
            arguments["sample_weight"] = sample_weight
        self._fit_base(X, y, arguments)
        return self._fit_rule(self._scores(X), labels, sensitive_features, sample_weight)

    def _fit_base(self, X: Features, y: Column, arguments: Mapping[str, Any]) -> None:
        self.estimator_ = fitted_base(self, X, y, arguments)
        _check_feature_names(self, X, reset=True)
        _check_n_features(self, X, reset=True)

    def _scores(self, X: Features) -> Numbers:
        return soft_scores(self.estimator_, X, self.predict_method)

    def _fit_rule(
        self,
        scores: Numbers,
        labels: npt.NDArray[np.uint8],
        sensitive_features: Columns,
        sample_weight: Column | None = None,
    ) -> Self:
        if len(scores) != len(labels):
            raise ValueError("X and y need to be of equal length.")
        data = Dataset(len(scores)).set_scores(scores).set_labels(labels)
        data.set_weights(sample_weight)
        columns = self._groups(sensitive_features, len(scores), again=False)
        self._are_named = has_names(sensitive_features)
        self._names = [name for name, _, _ in columns]
        self._group_values = [groups for _, _, groups in columns]
        for name, codes, groups in columns:
            data.add_attribute(name, codes, [group_text(group) for group in groups])
        options = Options(
            unseen_group=self.unseen_group, least_group=self.least_group,
            unknown=None if self.unknown == "error" else self.unknown, **self._options())
        self.rule_ = Rule.fit(self._method(), data, options)
        warn_of_small_groups(self.rule_.document["report"].get("smallGroups"))
        self._training = (scores, labels, columns)
        return self

    @property
    def report_(self) -> dict[str, Any]:
        """The rule with its method, options and how the fit went."""
        check_is_fitted(self)
        document: dict[str, Any] = self.rule_.document
        return document

    def __getstate__(self) -> dict[str, Any]:
        """Without the training rows, which only plots need."""
        state = super().__getstate__()
        state.pop("_training", None)
        return state

    # ---- Predicting ---------------------------------------------------------------------------

    def _values(self, X: Features, sensitive_features: Columns) -> Numbers:
        check_is_fitted(self)
        if sensitive_features is None:
            raise ValueError("prediction needs the argument 'sensitive_features'")
        check_aligned(X=X, sensitive_features=sensitive_features)
        scores = self._scores(X)
        data = Dataset(len(scores)).set_scores(scores)
        for name, codes, groups in self._groups(sensitive_features, len(scores), again=True):
            data.add_attribute(name, codes, [group_text(group) for group in groups])
        values: Numbers = self.rule_.values(data)
        return values

    def _pmf_predict(self, X: Features, *, sensitive_features: Columns) -> Numbers:
        """Probabilities of a negative and of a positive decision, shape (n, 2)."""
        # Some rules move scores past the ends of 0..1, so that they still rank.
        positive = np.clip(self._values(X, sensitive_features), 0.0, 1.0)
        return np.column_stack([1.0 - positive, positive])

    def predict_proba(self, X: Features, *, sensitive_features: Columns) -> Numbers:
        """Probabilities of the two decisions; of the two classes where the rule makes scores."""
        return self._pmf_predict(X, sensitive_features=sensitive_features)

    def predict(
        self, X: Features, *, sensitive_features: Columns, random_state: RandomState = None
    ) -> npt.NDArray[Any]:
        """The decision for each row; drawn with `random_state`, or else that of the constructor,
        where the rule is randomized."""
        positive = self._values(X, sensitive_features)
        if self.report_["meaning"] == "scores":
            return self._classes(positive >= 0.5)
        own: RandomState = getattr(self, "random_state", None)
        seed = own if random_state is None else random_state
        draws = check_random_state(seed).uniform(size=len(positive))
        return self._classes(draws < positive)

    def _classes(self, chosen: npt.NDArray[np.bool_]) -> npt.NDArray[Any]:
        decisions: npt.NDArray[Any] = np.asarray(self.classes_)[chosen.astype(int)]
        return decisions

    def score(
        self,
        X: Features,
        y: Column,
        *,
        sensitive_features: Columns,
        sample_weight: Column | None = None,
        random_state: RandomState = None,
    ) -> float:
        """The accuracy of the decisions, weighted.

        `cross_validate` and `GridSearchCV` hand the groups on where metadata routing is on and
        they are asked for: ``model.set_score_request(sensitive_features=True)``, with the same of
        ``set_fit_request``. A scorer of `make_scorer` gives its groups to the metric alone, and
        such a model's `predict` needs them: score by another metric of its decisions with a
        function ``scorer(model, X, y)`` that finds the groups in `X`.
        """
        chosen = self.predict(
            X, sensitive_features=sensitive_features, random_state=random_state
        )
        return float(accuracy_score(y, chosen, sample_weight=sample_weight))

    def _stage(self) -> Rule:
        return self.rule_

    def __sklearn_is_fitted__(self) -> bool:
        return hasattr(self, "rule_")
