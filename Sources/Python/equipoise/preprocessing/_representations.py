"""Rows as memberships of prototypes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import numpy.typing as npt
from sklearn.utils import Tags, check_random_state
from sklearn.utils.validation import check_is_fitted

from .._bases import ClassifierMixin
from .._engine.calls import Options
from .._engine.dataset import Dataset
from .._engine.stages import Transform
from .._fitting import (
    check_rows,
    checked_weights,
    of_two_classes,
    rows_again,
    rows_of,
    two_classes,
    weights_of_classes,
)
from .._types import Column, Columns, Features, Numbers, RandomState
from .._unknown import Unknown, known_part, rows_named_as_given
from ._base import Preprocessor

if TYPE_CHECKING:
    from typing_extensions import Self


class LearnedFairRepresentations(ClassifierMixin, Preprocessor):
    """Memberships of prototypes that every group has in the same proportions, in place of features.

    Minimizes ``reconstruct_weight``·mean‖x − x̂‖² + ``target_weight``·mean log loss of ŷ
    + ``fairness_weight``·mean difference of the groups' mean memberships, where x̂ and ŷ are what the
    prototypes make of a row: the objective, arguments and methods of Fairlearn's
    PrototypeRepresentationLearner, an alias of this class, with an exact gradient. The representation
    is Zemel's; `predict` is that of its own labels of the prototypes.

    R. Zemel, Y. Wu, K. Swersky, T. Pitassi, C. Dwork, Learning fair representations, ICML 2013.

    Parameters
    ----------
    n_prototypes : int
        Columns of the representation.
    reconstruct_weight, target_weight, fairness_weight : float
        Factors of the three terms; that of labels or groups that are not given does not count.
    random_state : int or RandomState, optional
        The start depends on it.
    tol : float
        Ends when the estimated gap to a minimum is this share of the objective.
    max_iter : int
        Most steps of L-BFGS.
    distance : "euclidean" or "squared"
        As in Fairlearn, or as in the paper.
    unknown
        As in `Preprocessor`.

    Attributes
    ----------
    prototypes_ : array of shape (n_prototypes, n_features)
    alpha_ : array of shape (n_features,)
        Each column's weight in the distance.
    coef_ : array of shape (n_prototypes,)
        The prediction of each prototype, in [0, 1].
    n_iter_ : int

    Examples
    --------
    >>> import numpy as np
    >>> from equipoise.preprocessing import LearnedFairRepresentations
    >>> rng = np.random.default_rng(0)
    >>> group = rng.integers(0, 2, 1000)
    >>> X = np.column_stack([rng.normal(group, 1.0), rng.normal(size=1000)])
    >>> y = (X.sum(axis=1) > 0.5).astype(int)
    >>> method = LearnedFairRepresentations(4, fairness_weight=50, random_state=0)
    >>> Z = method.fit_transform(X, y, sensitive_features=group)
    >>> Z.shape, bool(np.abs(Z[group == 0].mean(axis=0) - Z[group == 1].mean(axis=0)).max() < 0.05)
    ((1000, 4), True)
    """

    prototypes_: Numbers
    alpha_: Numbers
    coef_: Numbers
    n_iter_: int
    classes_: Any
    transform_: Transform
    changes_: tuple[str, ...]

    def __init__(
        self, n_prototypes: int = 2, reconstruct_weight: float = 1.0, target_weight: float = 1.0,
        fairness_weight: float = 1.0, random_state: RandomState = None, tol: float = 1e-6,
        max_iter: int = 1000, *, distance: Literal["euclidean", "squared"] = "euclidean",
        unknown: Unknown = "error",
    ) -> None:
        self.n_prototypes = n_prototypes
        self.reconstruct_weight = reconstruct_weight
        self.target_weight = target_weight
        self.fairness_weight = fairness_weight
        self.random_state = random_state
        self.tol = tol
        self.max_iter = max_iter
        self.distance = distance
        self.unknown: Unknown = unknown

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.target_tags.required = False
        return of_two_classes(tags)

    def _method(self) -> str:
        return "learned-fair-representations"

    def _options(self) -> dict[str, Any]:
        return {
            "prototypes": self.n_prototypes, "reconstruction": self.reconstruct_weight,
            "target": self.target_weight if self.classes_ is not None else 0,
            "fairness": self.fairness_weight, "distance": self.distance, "steps": self.max_iter,
            "step_tolerance": self.tol,
            "seed": int(check_random_state(self.random_state).randint(2**31)),
        }

    def _fit(
        self, X: Features, y: Column | None, sensitive_features: Columns | None,
        sample_weight: Column | None,
    ) -> Dataset:
        check_rows(X, y, sensitive_features, sample_weight)
        sensitive_features, (X, y, sample_weight), part = known_part(
            self.unknown, sensitive_features, X, y, sample_weight)
        with rows_named_as_given(part):
            return self._fit_known(X, y, sensitive_features, sample_weight)

    def _fit_known(
        self, X: Features, y: Column | None, sensitive_features: Columns | None,
        sample_weight: Column | None,
    ) -> Dataset:
        rows, y = rows_of(self, X, y)
        if y is None:
            self.classes_ = None
            # Labels that the objective, without their term, does not read.
            labels = (np.arange(len(rows)) % 2).astype(np.uint8)
        else:
            self.classes_, labels = two_classes(y)
            sample_weight = weights_of_classes(sample_weight, rows.numbers, y, self.classes_)
        data = rows.dataset().set_labels(labels)
        data.set_weights(checked_weights(sample_weight, rows.numbers))
        if sensitive_features is None:
            data.add_attribute("all", np.zeros(len(rows), np.int32), ["all"])
        self._add_groups(data, sensitive_features)
        self.transform_ = Transform.fit(self._method(), data, Options(**self._options()))
        self.changes_ = ()
        return self.transform_.training(data)

    def fit(
        self, X: Features, y: Column | None = None, *, sensitive_features: Columns | None = None,
        sample_weight: Column | None = None,
    ) -> Self:
        """Fits to features (n, d), and if given to labels of two classes (n,) and to groups."""
        self._fit(X, y, sensitive_features, sample_weight)
        document = self.transform_.document
        learnt = document["transform"]["map"]
        self.alpha_, self.coef_ = np.array(learnt["scales"]), np.array(learnt["targets"])
        self.prototypes_ = np.reshape(learnt["prototypes"], (len(self.coef_), -1))
        self.n_iter_ = int(document["report"]["iterations"])
        return self

    def transform(self, X: Features, *, sensitive_features: Columns | None = None) -> Numbers:
        """The memberships of each row, adding up to 1, shape (n, prototypes).

        As every preprocessor it may be given groups; memberships do not depend on them.
        """
        check_is_fitted(self)
        return self.transform_.apply(rows_again(self, X).dataset()).features

    def fit_transform(
        self, X: Features, y: Column | None = None, *, sensitive_features: Columns | None = None,
        sample_weight: Column | None = None,
    ) -> Numbers:
        """The memberships of the rows that are fitted to."""
        self.fit(X, y, sensitive_features=sensitive_features, sample_weight=sample_weight)
        return self.transform(X)

    def predict_proba(self, X: Features) -> Numbers:
        """Probabilities of the two classes, shape (n, 2): memberships times `coef_`."""
        check_is_fitted(self)
        if self.classes_ is None:
            raise ValueError("no labels were given to fit, so nothing can be predicted")
        positive = self.transform(X) @ self.coef_
        return np.column_stack([1 - positive, positive])

    def predict(self, X: Features) -> npt.NDArray[Any]:
        """The class of each row: the second where its probability is above one half."""
        positive = self.predict_proba(X)[:, 1]
        decisions: npt.NDArray[Any] = self.classes_[(positive > 0.5).astype(int)]
        return decisions

    def get_feature_names_out(self, input_features: object = None) -> npt.NDArray[np.object_]:
        """`prototype0`, `prototype1`, …"""
        check_is_fitted(self)
        return np.array([f"prototype{k}" for k in range(len(self.coef_))], dtype=object)


PrototypeRepresentationLearner = LearnedFairRepresentations
