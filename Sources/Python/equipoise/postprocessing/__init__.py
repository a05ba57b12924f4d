"""Rules over the scores of any fitted model: thresholds by group, randomised or exact."""

from ._plotting import plot_threshold_optimizer
from ._rules import (
    CalibratedEqualizedOdds,
    EqualizedOddsPostprocessor,
    GroupThresholds,
    Postprocessor,
    RejectOptionClassifier,
    RelaxedParity,
    methods,
)
from ._threshold_optimizer import ThresholdOptimizer

__all__ = [
    "CalibratedEqualizedOdds",
    "EqualizedOddsPostprocessor",
    "GroupThresholds",
    "Postprocessor",
    "RejectOptionClassifier",
    "RelaxedParity",
    "ThresholdOptimizer",
    "methods",
    "plot_threshold_optimizer",
]
