"""Fair classification and regression by reduction to weighted fits."""

from ._exponentiated_gradient import ExponentiatedGradient
from ._grid_search import GridSearch
from ._moments import (
    AbsoluteLoss,
    BoundedGroupLoss,
    ClassificationMoment,
    DemographicParity,
    EqualizedOdds,
    ErrorRate,
    ErrorRateParity,
    FalsePositiveRateParity,
    LossMoment,
    MeanLoss,
    Moment,
    SquareLoss,
    TruePositiveRateParity,
    UtilityParity,
    ZeroOneLoss,
)

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
