"""A fitted learner with another cut of its score."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from .._types import Features, Numbers

__all__ = ["Thresholded", "cuts_of", "own_cut", "score_of"]

#: Cuts that are tried of one score.
_CUTS = 127


def score_of(learner: Any, X: Features) -> Numbers | None:
    """P(1 | x), or else the decision function, shape (n,); None where the learner has neither."""
    classes = list(getattr(learner, "classes_", [0, 1]))
    if len(classes) != 2 or 1 not in classes:
        return None
    # Some estimators have the method only with certain parameters.
    if hasattr(learner, "predict_proba"):
        scores = np.asarray(learner.predict_proba(X), dtype=np.float64)
        scores = scores[:, classes.index(1)] if scores.ndim == 2 and scores.shape[1] == 2 else scores
    elif hasattr(learner, "decision_function"):
        scores = np.asarray(learner.decision_function(X), dtype=np.float64)
        scores = scores if classes[1] == 1 else -scores
    else:
        return None
    return scores if scores.ndim == 1 and np.isfinite(scores).all() else None


def own_cut(learner: Any) -> float:
    """Where a learner cuts its score itself: probabilities at 1/2, decision functions at 0."""
    return 0.5 if hasattr(learner, "predict_proba") else 0.0


def cuts_of(scores: Numbers) -> Numbers:
    """Up to 127 numbers midway between neighbouring scores, at even shares of the rows, ascending."""
    values = np.unique(scores)
    if len(values) > _CUTS + 1:
        shares = np.linspace(0.0, 1.0, _CUTS + 2)[1:-1]
        ranked = np.quantile(scores, shares, method="lower")
        places = np.unique(np.searchsorted(values, ranked))
        places = places[places < len(values) - 1]
    else:
        places = np.arange(len(values) - 1)
    cuts: Numbers = (values[places] + values[places + 1]) / 2
    return cuts


class Thresholded:
    """Decides 1 where the score of a fitted learner is above a cut other than its own.

    The score is `predict_proba` of class 1, or else `decision_function`. No more is needed to predict
    than the learner itself needs.

    Attributes
    ----------
    estimator : the fitted learner
    threshold : float
    """

    def __init__(self, estimator: Any, threshold: float) -> None:
        self.estimator = estimator
        self.threshold = threshold

    def __repr__(self) -> str:
        return f"Thresholded({type(self.estimator).__name__}, threshold={self.threshold:.6g})"

    def decide(self, scores: Numbers) -> npt.NDArray[np.int_]:
        """Decisions by scores of the learner."""
        return (scores > self.threshold).astype(int)

    def predict(self, X: Features) -> npt.NDArray[np.int_]:
        """Decisions 0 and 1, shape (n,)."""
        scores = score_of(self.estimator, X)
        if scores is None:
            raise ValueError(f"{type(self.estimator).__name__} gives no finite score of these rows")
        return self.decide(scores)
