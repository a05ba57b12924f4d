"""Logistic regression, plain and with fairness penalties, as estimators of scikit-learn."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .._lazy import attach

if TYPE_CHECKING:
    from ._logistic import LogisticRegression as LogisticRegression
    from ._penalized import PenalizedLogisticRegression as PenalizedLogisticRegression
    from ._prejudice import PrejudiceRemoverClassifier as PrejudiceRemoverClassifier
else:
    __getattr__, __dir__, __all__ = attach(
        __name__,
        {
            "_logistic": ["LogisticRegression"],
            "_penalized": ["PenalizedLogisticRegression"],
            "_prejudice": ["PrejudiceRemoverClassifier"],
        },
    )
