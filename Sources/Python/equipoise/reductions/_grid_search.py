"""Fits at a lattice of multipliers, and the best of them."""

from __future__ import annotations

import copy
import logging
import time

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator, MetaEstimatorMixin
from sklearn.dummy import DummyClassifier
from sklearn.utils.validation import check_is_fitted

from .._inputs import as_matrix
from ._inputs import features_of_rows
from ._moments import ClassificationMoment, Moment
from ._native import NativeLearner, can_fit
from ._saddle_point import load


_log = logging.getLogger(__name__)
# The dimensions of a grid that a few hundred points still cover.
_MANY_AXES = 4


def _points(units: int, axes: int, signed: list[bool], on_sphere: bool):
    """Integer points with |x|₁ ≤ units (= units on the sphere), in lexicographic order."""
    if axes == 0:
        yield ()
        return
    if axes == 1 and on_sphere:
        first = [-units, units] if signed[0] and units > 0 else [units]
    else:
        first = range(-units if signed[0] else 0, units + 1)
    for value in first:
        for rest in _points(units - abs(value), axes - 1, signed[1:], on_sphere):
            yield (value, *rest)


def lattice(constraints: Moment, size: int, limit: float, offset=None) -> pd.DataFrame:
    """Multipliers on a lattice in the span of the constraints' basis, one column a point.

    The lattice is the coarsest with at least `size` points, of which the first `size` are taken.
    One group alone has nothing to be traded off, and one point: the fit without constraints.
    """
    axes = len(constraints.pos_basis.columns)
    signed = [bool(value) for value in constraints.neg_basis_present]
    on_sphere = constraints.default_objective_lambda_vec is not None
    free = axes - 1 if on_sphere else axes
    if free > _MANY_AXES:
        _log.warning(
            "The grid has %d dimensions, and points that cover more than %d are too many to fit; "
            "ExponentiatedGradient needs no grid.", free, _MANY_AXES,
        )
    if size < 2**free:
        _log.warning(
            "%d grid points do not reach every corner of the grid, which at least %d do: raise "
            "grid_size.", size, 2**free,
        )
    units = max(0, int(np.floor((size / 2.0 ** sum(signed)) ** (1.0 / free) - 1))) if free else 1
    while True:
        points = np.array(list(_points(units, axes, signed, on_sphere)), dtype=float)
        if len(points) >= size or free == 0:
            break
        units += 1
    points = points[:size] * (limit / units)
    positive = constraints.pos_basis.to_numpy() @ np.maximum(points, 0).T
    negative = constraints.neg_basis.to_numpy() @ np.maximum(-points, 0).T
    grid = pd.DataFrame(positive + negative, index=constraints.pos_basis.index)
    return grid if offset is None else grid.add(offset, axis="index")


class GridSearch(BaseEstimator, MetaEstimatorMixin):
    """Fits at a grid of multipliers and keeps the fit with the best trade-off.

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
    """

    def __init__(
        self,
        estimator,
        constraints,
        selection_rule="tradeoff_optimization",
        constraint_weight=0.5,
        grid_size=10,
        grid_limit=2.0,
        grid_offset=None,
        grid=None,
        sample_weight_name="sample_weight",
        algorithm="auto",
    ):
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

    def _can_be_native(self, classifies: bool) -> bool:
        if self.algorithm not in ("auto", "faithful", "fast"):
            raise ValueError(f"algorithm must be auto, faithful or fast, not {self.algorithm!r}")
        native, reason = can_fit(self.estimator) if classifies else (False, "a regression")
        if self.algorithm == "fast" and not native:
            raise ValueError(f"algorithm='fast' cannot be used here: {reason}")
        return native and self.algorithm != "faithful"

    def _best(self, X):
        """The best fit, and rows as it takes them."""
        check_is_fitted(self, "predictors_")
        return self.predictors_[self.best_idx_], as_matrix(X) if self._is_native else X

    def _fitted(self, native, X, labels, weights):
        """A learner fitted to labels with weights; one label alone needs none."""
        found = np.unique(labels)
        if native is not None and len(np.unique(labels[weights > 0])) == 2:
            return native.fit(labels, weights)
        learner = (
            DummyClassifier(strategy="constant", constant=found[0])
            if len(found) == 1
            else copy.deepcopy(self.estimator)
        )
        # A learner's `fit` may return nothing.
        learner.fit(X, labels, **{self.sample_weight_name: weights})
        return learner

    def fit(self, X, y, *, sensitive_features=None, control_features=None, sample_weight=None):
        """Fits to rows; the arguments are those of `ExponentiatedGradient.fit`."""
        features = features_of_rows(X, sensitive_features, control_features, sample_weight)
        classifies = isinstance(self.constraints, ClassificationMoment)
        native = self._can_be_native(classifies)
        X = as_matrix(X) if native else X
        constraints = load(self.constraints, X, y, features, needed=features)
        objective = load(constraints.default_objective(), X, y, features)
        spans = constraints.default_objective_lambda_vec is not None
        grid = self.grid
        if grid is None:
            grid = lattice(constraints, self.grid_size, self.grid_limit, self.grid_offset)
        native = NativeLearner(self.estimator, X) if native else None
        self._is_native = native is not None
        self.constraints_ = constraints
        self.predictors_, self.objectives_, self.oracle_execution_times_ = [], [], []
        gammas = {}
        for column in grid.columns:
            weights = constraints.signed_weights(grid[column])
            if not spans:
                weights = weights + objective.signed_weights()
            labels = 1 * (weights > 0) if classifies else constraints._y_as_series
            began = time.time()
            learner = self._fitted(native, X, labels, weights.abs() if classifies else weights)
            self.oracle_execution_times_.append(time.time() - began)
            self.predictors_.append(learner)
            self.objectives_.append(objective.gamma(learner.predict).iloc[0])
            gammas[column] = constraints.gamma(learner.predict)
        self.lambda_vecs_ = pd.DataFrame({c: grid[c] for c in grid.columns}, dtype=np.float64)
        self.gammas_ = pd.DataFrame(gammas, dtype=np.float64)
        worst = [self.gammas_[column].max() for column in grid.columns]
        losses = [
            (1 - self.constraint_weight) * error + self.constraint_weight * violation
            for error, violation in zip(self.objectives_, worst)
        ]
        self.best_idx_ = losses.index(min(losses))
        return self

    def predict(self, X):
        """What the best fit predicts."""
        best, X = self._best(X)
        return best.predict(X)

    def predict_proba(self, X):
        """The probabilities of the best fit, if its estimator has them."""
        best, X = self._best(X)
        return best.predict_proba(X)
