"""Fair classification and regression by reduction to weighted fits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .._lazy import attach

if TYPE_CHECKING:
    from ._error_rate import ErrorRate
    from ._exponentiated_gradient import ExponentiatedGradient
    from ._grid_search import GridSearch
    from ._group_loss import BoundedGroupLoss, MeanLoss
    from ._label_parities import (
        DemographicParity,
        EqualizedOdds,
        ErrorRateParity,
        FalsePositiveRateParity,
        TruePositiveRateParity,
    )
    from ._losses import AbsoluteLoss, SquareLoss, ZeroOneLoss
    from ._moments import ClassificationMoment, LossMoment, Moment
    from ._utility_parity import UtilityParity

__all__ = [
    "AbsoluteLoss",
    "BoundedGroupLoss",
    "ClassificationMoment",
    "DemographicParity",
    "EqualizedOdds",
    "ErrorRate",
    "ErrorRateParity",
    "ExponentiatedGradient",
    "FalsePositiveRateParity",
    "GridSearch",
    "LossMoment",
    "MeanLoss",
    "Moment",
    "SquareLoss",
    "TruePositiveRateParity",
    "UtilityParity",
    "ZeroOneLoss",
]

if not TYPE_CHECKING:  # so that type checkers tell misspelt names
    __getattr__, __dir__, _ = attach(
        __name__,
        {
            "_error_rate": ["ErrorRate"],
            "_exponentiated_gradient": ["ExponentiatedGradient"],
            "_grid_search": ["GridSearch"],
            "_group_loss": ["BoundedGroupLoss", "MeanLoss"],
            "_label_parities": [
                "DemographicParity",
                "EqualizedOdds",
                "ErrorRateParity",
                "FalsePositiveRateParity",
                "TruePositiveRateParity",
            ],
            "_losses": ["AbsoluteLoss", "SquareLoss", "ZeroOneLoss"],
            "_moments": ["ClassificationMoment", "LossMoment", "Moment"],
            "_utility_parity": ["UtilityParity"],
        },
    )
