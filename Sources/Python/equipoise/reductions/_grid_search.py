"""Fits at a lattice of multipliers, and the best of them."""

from __future__ import annotations

import copy
import time
from typing import Any, Literal, NoReturn

import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.dummy import DummyClassifier
from sklearn.utils.validation import check_is_fitted

from .._bases import BaseEstimator, MetaEstimatorMixin
from .._inputs import as_matrix, refuse_masked
from .._stored import StoredModel, not_stored
from .._types import Columns, Features
from .._unknown import Unknown, rows_named_as_given
from ._grid_fits import CellTable, NativeGrid, Point
from ._error_rate import ErrorRate
from ._inputs import ReadGroups, features_of_rows, with_policy
from ._lattice import lattice
from ._loading import check_policy, load, remember_as, remember_columns
from ._moments import ClassificationMoment, Moment, Vector
from ._native import can_fit, is_built_in

__all__ = ["GridSearch"]


class GridSearch(StoredModel, MetaEstimatorMixin, BaseEstimator):
    """Fits at a grid of multipliers and keeps the fit with the best trade-off.

    A. Agarwal, A. Beygelzimer, M. Dudík, J. Langford, H. Wallach, A Reductions Approach to Fair
    Classification, ICML 2018, section 3.4.

    Parameters
    ----------
    estimator : estimator whose `fit` takes weights under `sample_weight_name`
    constraints : Moment
    selection_rule : "tradeoff_optimization"
    constraint_weight : float
        Weight of the largest violation beside (1 − weight) · objective.
    grid_size, grid_limit, grid_offset : the lattice
    grid : frame, optional
        Multipliers instead, one column a fit.
    algorithm : "auto", "faithful" or "fast"
        "fast" fits scikit-learn's L2 logistic regression in the engine, to the same minima: its
        predictors are of that class still; "faithful" calls the estimator; "auto" is fast where it can
        be.
    unknown : "error", "exclude", "own-group" or "pooled"
        As in `ExponentiatedGradient`.

    Attributes
    ----------
    predictors_, objectives_ : a learner and its objective for each point
    gammas_, lambda_vecs_ : moments and multipliers, one column a point
    best_idx_ : the point with the best trade-off
    oracle_execution_times_ : seconds of each fit; of fits in the engine an equal share
    constraints_, n_features_in_, feature_names_in_

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn.linear_model import LogisticRegression
    >>> from equipoise.reductions import DemographicParity, GridSearch
    >>> rng = np.random.default_rng(0)
    >>> group = rng.integers(0, 2, 1000)
    >>> X = np.column_stack([rng.normal(group, 1.0), rng.normal(size=1000)])
    >>> y = (X.sum(axis=1) + rng.normal(size=1000) > 0.5).astype(int)
    >>> search = GridSearch(
    ...     LogisticRegression(), DemographicParity(), constraint_weight=0.9, grid_size=41)
    >>> chosen = search.fit(X, y, sensitive_features=group).predict(X)
    >>> bool(abs(chosen[group == 0].mean() - chosen[group == 1].mean()) < 0.1)
    True
    """

    lambda_vecs_: pd.DataFrame
    gammas_: pd.DataFrame
    best_idx_: int

    def __init__(
        self,
        estimator: Any,
        constraints: Moment,
        selection_rule: Literal["tradeoff_optimization"] = "tradeoff_optimization",
        constraint_weight: float = 0.5,
        grid_size: int = 10,
        grid_limit: float = 2.0,
        grid_offset: Any = None,
        grid: pd.DataFrame | None = None,
        sample_weight_name: str = "sample_weight",
        algorithm: Literal["auto", "faithful", "fast"] = "auto",
        unknown: Unknown = "error",
    ) -> None:
        if not isinstance(constraints, Moment):
            raise RuntimeError("Unsupported disparity metric")
        if selection_rule != "tradeoff_optimization":
            raise RuntimeError("Unsupported selection rule")
        if not 0.0 <= constraint_weight <= 1.0:
            raise RuntimeError("Must specify constraint_weight between 0.0 and 1.0")
        self.estimator = estimator
        self.constraints = constraints
        self.selection_rule = selection_rule
        self.constraint_weight = constraint_weight
        self.grid_size = grid_size
        self.grid_limit = grid_limit
        self.grid_offset = grid_offset
        self.grid = grid
        self.sample_weight_name = sample_weight_name
        self.algorithm = algorithm
        self.unknown: Unknown = unknown

    @property
    def objective_weight(self) -> float:
        """The weight of the objective beside that of the largest violation."""
        return 1.0 - self.constraint_weight

    def _stored(self) -> NoReturn:
        raise not_stored(
            self, "as its predictors are the estimator's own",
            "store predictors_[best_idx_] as such models are stored, or keep a pickle")

    def _can_be_native(self, classifies: bool) -> bool:
        if self.algorithm not in ("auto", "faithful", "fast"):
            raise ValueError(f"algorithm must be auto, faithful or fast, not {self.algorithm!r}")
        native, reason = can_fit(self.estimator) if classifies else (False, "a regression")
        if self.algorithm == "fast" and not native:
            raise ValueError(f"algorithm='fast' cannot be used here: {reason}")
        return native and self.algorithm != "faithful"

    def fit(
        self,
        X: Features,
        y: npt.ArrayLike,
        *,
        sensitive_features: Columns | None = None,
        control_features: Columns | None = None,
        sample_weight: npt.ArrayLike | None = None,
    ) -> GridSearch:
        """Fits to rows; the arguments are those of `ExponentiatedGradient.fit`."""
        check_policy(self.unknown, self.constraints, on_grid=True)
        features = features_of_rows(X, y, sensitive_features, control_features, sample_weight)
        X, y, features, part = with_policy(self.unknown, X, y, features)
        with rows_named_as_given(part):
            return self._fit_rows(X, y, features)

    def _fit_rows(self, X: Features, y: npt.ArrayLike, features: dict[str, Any]) -> GridSearch:
        self._is_native = self._can_be_native(isinstance(self.constraints, ClassificationMoment))
        X = as_matrix(X) if self._is_native else X
        constraints: Any = load(self.constraints, X, y, features, needed=features)
        objective = constraints.default_objective()
        if is_built_in(constraints) and type(objective) is ErrorRate:
            features = {**features, "sensitive_features": ReadGroups(constraints.tags["group_id"])}
        objective = load(objective, X, y, features)
        grid = self.grid
        if grid is None:
            grid = lattice(constraints, self.grid_size, self.grid_limit, self.grid_offset)
        self.constraints_ = constraints
        self.oracle_execution_times_: list[float] = []
        points = self._points(X, constraints, objective, grid)
        self._keep(X, constraints, objective, grid, points)
        return self

    def _points(
        self, X: Any, constraints: Any, objective: Any, grid: pd.DataFrame
    ) -> list[Point]:
        """The fits: all at once where cells say all, otherwise one by one."""
        native = NativeGrid(self.estimator, X) if self._is_native else None
        if native is not None:
            remember_as(self, native.template)
        else:
            remember_columns(self, X)
        multipliers = [grid[column] for column in grid.columns]
        known: list[Point | None] = [None] * len(multipliers)
        began = time.time()
        if native is not None and CellTable.fits(constraints, objective):
            known = native.of_cells(CellTable(constraints, objective), grid)
        share = (time.time() - began) / max(1, len(multipliers))
        points: list[Point] = []
        for point, values in zip(known, multipliers):
            began = time.time()
            if point is None:
                point = self._fitted(X, constraints, objective, values, native)
            points.append(point)
            self.oracle_execution_times_.append(time.time() - began + share)
        return points

    def _fitted(
        self, X: Any, constraints: Any, objective: Any, multipliers: Vector,
        native: NativeGrid | None,
    ) -> Point:
        """A learner fitted to the labels and weights that multipliers make."""
        weights = constraints.signed_weights(multipliers)
        if constraints.default_objective_lambda_vec is None:
            weights = weights + objective.signed_weights()
        labels = constraints._y_as_series
        if isinstance(constraints, ClassificationMoment):
            labels, weights = 1 * (weights > 0), weights.abs()
        found = np.unique(labels)
        if native is not None and len(np.unique(labels[weights > 0])) == 2:
            return native.of_rows(labels.to_numpy(), weights.to_numpy())
        learner: Any = (
            DummyClassifier(strategy="constant", constant=found[0])
            if len(found) == 1
            else copy.deepcopy(self.estimator)
        )
        # A learner's `fit` may return nothing.
        learner.fit(X, labels, **{self.sample_weight_name: weights})
        return Point(learner)

    def _keep(
        self, X: Any, constraints: Any, objective: Any, grid: pd.DataFrame, points: list[Point]
    ) -> None:
        self.predictors_: list[Any] = [point.learner for point in points]
        self.objectives_: list[float] = []
        gammas: dict[Any, Vector] = {}
        for column, point in zip(grid.columns, points):
            if point.error is None or point.gamma is None:
                point.error = float(objective.gamma(point.learner.predict).iloc[0])
                point.gamma = constraints.gamma(point.learner.predict)
            self.objectives_.append(point.error)
            gammas[column] = point.gamma
        self.lambda_vecs_ = grid.astype(np.float64)
        self.gammas_ = pd.DataFrame(gammas, dtype=np.float64)
        worst = self.gammas_.max().to_list()
        losses = [
            (1 - self.constraint_weight) * error + self.constraint_weight * violation
            for error, violation in zip(self.objectives_, worst)
        ]
        self.best_idx_ = losses.index(min(losses))

    def _best(self, X: Features) -> tuple[Any, Any]:
        """The best fit, and rows as it takes them."""
        check_is_fitted(self, "predictors_")
        refuse_masked(X)
        return self.predictors_[self.best_idx_], as_matrix(X) if self._is_native else X

    def predict(self, X: Features) -> npt.NDArray[Any]:
        """What the best fit predicts."""
        best, X = self._best(X)
        predicted: npt.NDArray[Any] = best.predict(X)
        return predicted

    def predict_proba(self, X: Features) -> npt.NDArray[Any]:
        """The probabilities of the best fit, if its estimator has them."""
        best, X = self._best(X)
        probabilities: npt.NDArray[Any] = best.predict_proba(X)
        return probabilities
