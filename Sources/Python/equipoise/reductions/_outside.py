"""A learner from outside, as a reduction without the engine asks it."""

from __future__ import annotations

import copy
import inspect
import numbers
import time
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.base import clone
from sklearn.utils import _safe_indexing

from .._types import Numbers, RandomState

__all__ = ["OutsideLearner"]

#: Rows of the table on which a learner shows that weights count.
_PROBED = 100
#: Weight of the rows that must not count there.
_FAINT = 1e-4


class OutsideLearner:
    """Fits copies of an estimator to the labels and weights of a reduction.

    The features are converted once at most, lists to an array and sparse matrices to one whose rows can
    be taken, and are then the same object in each fit.

    Parameters
    ----------
    estimator : estimator whose `fit` takes weights under `weight_name`
        Of a `Pipeline` that is asked for `sample_weight` the last step takes them.
    random_state : int, RandomState or None
        A number seeds what the estimator leaves unseeded, alike in each fit.
    """

    def __init__(
        self, estimator: Any, X: Any, weight_name: str, random_state: RandomState = None
    ) -> None:
        self.estimator = _seeded(estimator, random_state)
        self.name = type(estimator).__name__
        self.weight_name = self._weight_name(weight_name)
        if hasattr(X, "tocsr") and not hasattr(X, "indptr"):
            X = X.tocsr()
        self.X: Any = X if hasattr(X, "shape") else np.asarray(X)
        self.seconds: list[float] = []
        self._last: Any = None
        self._probed = False

    def _weight_name(self, name: str) -> str:
        inner, path = self.estimator, ""
        while name == "sample_weight" and getattr(inner, "steps", None):
            path, inner = f"{path}{inner.steps[-1][0]}__", inner.steps[-1][1]
        if path:
            return path + name
        if not hasattr(self.estimator, "fit"):
            raise ValueError(f"{self.name} has no fit")
        parameters = inspect.signature(self.estimator.fit).parameters
        takes_any = any(p.kind is p.VAR_KEYWORD for p in parameters.values())
        if name not in parameters and not takes_any:
            raise ValueError(
                f"the fit of {self.name} takes no {name}, which a reduction tells its learner what "
                "rows cost by; sample_weight_name names the argument")
        return name

    def fitted(self, labels: npt.NDArray[Any], weights: Numbers) -> Any:
        """A new copy of the estimator, fitted to all rows."""
        began = time.time()
        learner = self._start()
        self._fit(learner, self.X, labels, weights, f"in fit {len(self.seconds) + 1}")
        self.seconds.append(time.time() - began)
        self._last = learner
        return learner

    def _start(self) -> Any:
        """A copy without a fit, or with the coefficients of the last where the estimator goes on from
        them to the same minimum. Trees that are kept from other weights answer other multipliers, so
        ensembles start anew."""
        last = self._last
        if getattr(self.estimator, "warm_start", False) and (
                hasattr(last, "coef_") or hasattr(last, "coefs_")):
            return copy.deepcopy(last)
        return clone(self.estimator, safe=False)

    def _fit(
        self, learner: Any, X: Any, labels: npt.NDArray[Any], weights: Numbers, where: str
    ) -> None:
        try:
            learner.fit(X, labels, **{self.weight_name: weights})
        except Exception as error:
            kind = ValueError if isinstance(error, (TypeError, ValueError)) else RuntimeError
            raise kind(f"{self.name} failed {where} of the reduction: {error}") from error

    def predicted(self, learner: Any) -> npt.NDArray[Any]:
        """What a fitted learner says of the rows, shape (n,)."""
        return self._said(learner, self.X)

    def _said(self, learner: Any, X: Any) -> npt.NDArray[Any]:
        try:
            said = np.atleast_1d(np.squeeze(np.asarray(learner.predict(X))))
        except Exception as error:
            raise RuntimeError(f"{self.name} cannot predict its own rows: {error}") from error
        if said.shape != (X.shape[0],):
            raise ValueError(
                f"{self.name} predicts an array of shape {said.shape} for {X.shape[0]} rows")
        if said.dtype.kind not in "biuf" or not np.isfinite(said).all():
            raise ValueError(f"{self.name} predicts values that are no finite numbers")
        return said

    def require_weights(self, labels: npt.NDArray[Any]) -> None:
        """Raises where the learner takes weights and they change nothing.

        In a small table some rows stand twice with their label and once with the opposite one, and
        either the pairs or the third copies have next to no weight: a learner for which weights count
        says one thing and then the other. One that says the same of all rows passes: it is constant.
        """
        if self._probed:
            return
        self._probed = True
        opposite = labels.min() + labels.max() - labels
        places = self._places(labels)
        X = _safe_indexing(self.X, np.tile(places, 3))
        told = np.concatenate([labels[places], labels[places], opposite[places]])
        third = np.arange(3 * len(places)) >= 2 * len(places)
        answers = []
        for favoured in (~third, third):
            learner = clone(self.estimator, safe=False)
            try:
                self._fit(learner, X, told, np.where(favoured, 1.0, _FAINT), "in a trial of weights")
                answers.append(self._said(learner, X))
            except (ValueError, RuntimeError):
                return  # Too few rows for this learner.
        same = bool((answers[0] == answers[1]).all())
        if same and (answers[0] != answers[0][0]).any():
            raise ValueError(
                f"{self.name} takes {self.weight_name} and ignores it: a reduction cannot tell it what "
                "rows cost")

    @staticmethod
    def _places(labels: npt.NDArray[Any]) -> npt.NDArray[np.intp]:
        """Some rows, as many below the middle of the labels as above."""
        high = labels > (float(labels.min()) + float(labels.max())) / 2
        parts = []
        for side in (np.flatnonzero(~high), np.flatnonzero(high)):
            chosen = np.linspace(0, len(side) - 1, min(len(side), _PROBED // 2))
            parts.append(side[chosen.astype(int)])
        return np.concatenate(parts)


def _seeded(estimator: Any, random_state: RandomState) -> Any:
    """The estimator, or a copy of it that draws the same in each fit."""
    if not isinstance(random_state, numbers.Integral) or not hasattr(estimator, "get_params"):
        return estimator
    unseeded = [
        name for name, value in estimator.get_params(deep=True).items()
        if value is None and name.split("__")[-1] == "random_state"
    ]
    if not unseeded:
        return estimator
    return clone(estimator).set_params(**dict.fromkeys(unseeded, int(random_state)))
