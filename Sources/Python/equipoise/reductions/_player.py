"""The learner's side of the game of a reduction."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from sklearn.base import clone
from sklearn.dummy import DummyClassifier

from .._engine.reduction import Answer
from .._types import Numbers
from ._loading import load
from ._moments import ClassificationMoment, Moment, Vector


class Player:
    """Answers multipliers with what a learner makes of the rows' costs under them.

    The engine takes the steps of the game and knows hypotheses by their objective and moments only;
    the fitted learners stay here.
    """

    def __init__(
        self,
        X: Any,
        y: Any,
        estimator: Any,
        constraints: Moment,
        objective: Moment | None,
        weight_name: str,
        features: Mapping[str, Any],
    ) -> None:
        self.constraints: Any = load(constraints, X, y, features, needed=features)
        wanted: Any = self.constraints.default_objective() if objective is None else objective
        if wanted._moment_type() != self.constraints._moment_type():
            raise ValueError(
                f"Objective needs to be of the same type as constraints. Objective is "
                f"{wanted._moment_type()}, constraints are {self.constraints._moment_type()}."
            )
        self.objective: Any = load(wanted, X, y, features)
        self.estimator = estimator
        self.weight_name = weight_name
        #: The learners whose answers were kept, and then the last one.
        self.learners: list[Any] = []
        self.seconds: list[float] = []
        self._is_constant = False

    def named(self, multipliers: Numbers) -> Vector:
        """Multipliers by the names of their moments."""
        return pd.Series(multipliers, index=self.constraints.index)

    def _in_order(self, moments: Vector) -> Numbers:
        index = self.constraints.index
        ordered = moments if moments.index.equals(pd.Index(index)) else moments.reindex(index)
        return ordered.to_numpy(dtype=float)

    def project(self, multipliers: Numbers) -> Numbers:
        """What the constraints make of multipliers, in the order of the moments."""
        return self._in_order(self.constraints.project_lambda(self.named(multipliers)))

    def respond(self, multipliers: Numbers, call: int, kept: int) -> Answer:
        """The learner's hypothesis for multipliers."""
        del self.learners[kept:]
        learner = self._fit(self.named(multipliers))
        self.learners.append(learner)
        error = float(self.objective.gamma(learner.predict).iloc[0])
        return Answer(
            error,
            self._in_order(self.constraints.gamma(learner.predict)),
            is_constant=self._is_constant,
            deviation=self._deviation(learner) if call == 0 else 0.0,
        )

    def _fit(self, multipliers: Vector) -> Any:
        weights = self.objective.signed_weights() + self.constraints.signed_weights(multipliers)
        labels = self.constraints._y_as_series
        if isinstance(self.constraints, ClassificationMoment):
            labels = 1 * (weights > 0)
        weights = weights.abs()
        weights = self.constraints.total_samples * weights / weights.sum()
        found = np.unique(labels)
        self._is_constant = len(found) == 1
        if self._is_constant:
            learner: Any = DummyClassifier(strategy="constant", constant=found[0])
        else:
            learner = clone(self.estimator, safe=False)
        began = time.time()
        learner.fit(self.constraints.X, labels, **{self.weight_name: weights})
        self.seconds.append(time.time() - began)
        return learner

    def _deviation(self, learner: Any) -> float:
        labels = self.constraints._y_as_series
        errors = (pd.Series(np.squeeze(learner.predict(self.constraints.X))) - labels).abs()
        return float(errors.std() / np.sqrt(len(labels)))
