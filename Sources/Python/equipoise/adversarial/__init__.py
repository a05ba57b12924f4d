"""Networks against an adversary that guesses the sensitive feature from what they predict."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .._lazy import attach

if TYPE_CHECKING:
    from ._classifier import AdversarialFairnessClassifier as AdversarialFairnessClassifier
    from ._regressor import AdversarialFairnessRegressor as AdversarialFairnessRegressor
else:
    __getattr__, __dir__, __all__ = attach(
        __name__,
        {
            "_classifier": ["AdversarialFairnessClassifier"],
            "_regressor": ["AdversarialFairnessRegressor"],
        },
    )
