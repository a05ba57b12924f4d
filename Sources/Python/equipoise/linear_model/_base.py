"""What the classifiers of this package share."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.utils import Tags
from sklearn.utils.validation import check_is_fitted

from .._bases import BaseEstimator, ClassifierMixin
from .._encoding import FeatureRows
from .._engine import library as lib
from .._engine.dataset import Dataset
from .._engine.model import Model
from .._fitting import (
    check_rows,
    of_two_classes,
    rows_again,
    rows_and_labels,
    two_classes,
    weights_of_classes,
)
from .._grouping import group_text
from .._inputs import check_strength, sensitive_columns
from .._stored import StoredModel
from .._types import Column, Columns, Features, Numbers

Array = npt.NDArray[Any]


class LinearClassifier(StoredModel, ClassifierMixin, BaseEstimator):
    """Two classes, and a score that is linear in the columns of the design matrix."""

    l2: Any
    C: float | None = None
    tol: float
    max_iter: int
    n_threads: int | None
    classes_: Array
    coef_: Numbers
    intercept_: Numbers
    _encoding: Any = None
    _model: Model

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        return of_two_classes(tags)

    def _take(
        self, X: Features, y: Any, sample_weight: Column | None,
        sensitive_features: Columns | None = None,
    ) -> tuple[Dataset, float]:
        """The rows as a data set, and the sum of their weights."""
        check_rows(X, y, sensitive_features, sample_weight)
        rows, y = rows_and_labels(self, X, y, standardize=self._can_standardize())
        data = rows.dataset()
        found = data.set_classes(y)
        if found is None:
            found, labels = two_classes(y)
            data.set_labels(labels)
        self.classes_ = found
        self._names, self._seen = rows.column_names, rows.seen
        weights = weights_of_classes(sample_weight, rows.numbers, y, self.classes_)
        data.set_weights(weights)
        return data, float(len(rows) if weights is None else weights.sum())

    def _can_standardize(self) -> bool:
        """Whether the minimum does not depend on the units of numbers."""
        return False

    @staticmethod
    def _add_groups(
        data: Dataset, sensitive_features: Columns, *, keeps_missing: bool = False
    ) -> list[tuple[str, list[str]]]:
        """Adds the sensitive columns; the name and the groups of each."""
        added = []
        for name, codes, groups in sensitive_columns(
            sensitive_features, data.rows, keeps_missing=keeps_missing
        ):
            added.append((name, [group_text(group) for group in groups]))
            data.add_attribute(name, codes, added[-1][1])
        return added

    def _l2(self, total: float) -> float:
        """l2, or 1 / (C·Σ weights) where scikit-learn's C is given."""
        if self.C is not None:
            if self.l2 is not None:
                raise ValueError("give l2 or C, not both")
            if check_strength(self.C, "C") == 0:
                raise ValueError("C must be above 0")
            return 1.0 / (self.C * total)
        return check_strength(1.0 / total if self.l2 is None else self.l2, "l2")

    def _solver_options(self) -> dict[str, Any]:
        return {
            "tolerance": check_strength(self.tol, "tol"),
            "max_iterations": int(self.max_iter),
            "threads": self.n_threads,
        }

    def _keep(self, model: Model) -> None:
        self._model = model
        self.coef_, self.intercept_ = self._coefficients(model)
        model.warn()

    def _coefficients(self, model: Model) -> tuple[Numbers, Numbers]:
        coefficients = model.tensor("coefficients").reshape(1, -1)[:, self._seen]
        intercept = model.tensor("intercept")
        if self._encoding is None or self._encoding.units is None:
            return coefficients, intercept
        means, deviations = self._encoding.units
        coefficients[:, : len(means)] /= deviations
        return coefficients, intercept - coefficients[:, : len(means)] @ means

    def _report(self) -> dict[str, Any]:
        check_is_fitted(self)
        report: dict[str, Any] = self._model.report["report"]
        return report

    @property
    def n_iter_(self) -> int:
        """Iterations of the minimizer."""
        return max(1, int(self._report()["iterations"]))

    @property
    def objective_(self) -> float:
        """The minimum that was reached."""
        return float(self._report()["objective"])

    @property
    def certificate_(self) -> float | None:
        """An upper bound on how far the objective is above its minimum, where there is one."""
        return self._report().get("certificate")

    @property
    def status_(self) -> str:
        """How the fit ended: "converged" or what stopped it."""
        return str(self._report()["status"])

    @property
    def separating_direction_(self) -> Numbers | None:
        """Where `status_` is "separable": a direction d, coefficients and intercept of the engine's
        columns, with (2yᵢ − 1)·dᵀ(xᵢ, 1) ≥ 0 for every row and > 0 for one, along which the loss has no
        minimum; otherwise None."""
        direction = self._report().get("separating_direction")
        return None if direction is None else np.asarray(direction, dtype=float)

    def get_feature_names_out(self, input_features: object = None) -> npt.NDArray[np.object_]:
        """A name for each column of `coef_`: of a frame's numbers their own, then `sex=Female` and
        the like for each level of its categories."""
        check_is_fitted(self)
        return np.array(self._names, dtype=object)

    def _rows(self, X: Features) -> FeatureRows:
        check_is_fitted(self)
        return rows_again(self, X)

    def _linear(self, X: Features) -> Array:
        rows = self._rows(X)
        if rows.categories:
            scores: Array = self._model.predict(rows.dataset(), lib.SCORE)
            return scores
        x = rows.numbers
        scores = x @ self.coef_[0].astype(x.dtype, copy=False)
        scores = scores + x.dtype.type(self.intercept_[0])
        return scores

    @staticmethod
    def _probabilities(scores: Array) -> Numbers:
        positive = 0.5 * (1 + np.tanh(0.5 * scores.astype(np.float64)))
        return np.column_stack([1 - positive, positive])

    def _decisions(self, scores: Array) -> Array:
        decisions: Array = self.classes_[(scores > 0).astype(int)]
        return decisions

    def __sklearn_is_fitted__(self) -> bool:
        return hasattr(self, "coef_")


class SharedCoefficients(LinearClassifier):
    """One coefficient vector for everybody: prediction needs features alone."""

    def decision_function(self, X: Features) -> Array:
        """The score z = X·w + b of each row, shape (n,)."""
        return self._linear(X)

    def predict_proba(self, X: Features) -> Numbers:
        """Probabilities of the two classes, shape (n, 2)."""
        return self._probabilities(self.decision_function(X))

    def predict(self, X: Features) -> Array:
        """The class of each row: the second where z > 0."""
        return self._decisions(self.decision_function(X))
