"""What the members of a mixture predict."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import numpy.typing as npt

from .._missing import refuse_masked
from .._types import Features, Numbers
from ._blend import Blend, blended
from ._thresholded import Thresholded, score_of

__all__ = ["predictions_of"]


def predictions_of(members: Iterable[Any], X: Features) -> list[npt.NDArray[Any]]:
    """What each member predicts (n,); a score that several cut or blend is computed once."""
    refuse_masked(X)
    known: dict[int, Numbers | None] = {}
    columns = []
    for member in members:
        scores = _scores(member.estimator, X, known) if isinstance(member, Thresholded) else None
        said: Any = member.predict(X) if scores is None else member.decide(scores)
        columns.append(np.atleast_1d(np.squeeze(np.asarray(said))))
    return columns


def _scores(learner: Any, X: Features, known: dict[int, Numbers | None]) -> Numbers | None:
    """The score of a learner that is fitted, or of a blend of some; None where there is none."""
    if id(learner) not in known:
        if isinstance(learner, Blend):
            parts = [_scores(one, X, known) for one in learner.estimators]
            told = [one for one in parts if one is not None]
            complete = len(told) == len(parts)
            known[id(learner)] = (
                blended(learner.estimators, learner.coefficients, told) if complete else None)
        else:
            known[id(learner)] = score_of(learner, X)
    return known[id(learner)]
