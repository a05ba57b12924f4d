"""Rules over the scores of any fitted model: thresholds by group, randomized or exact."""

from typing import TYPE_CHECKING

from .._lazy import attach

if TYPE_CHECKING:
    from ._plotting import plot_threshold_optimizer as plot_threshold_optimizer
    from ._reject_option import RejectOptionClassifier as RejectOptionClassifier
    from ._rules import CalibratedEqualizedOdds as CalibratedEqualizedOdds
    from ._rules import EqualizedOddsPostprocessor as EqualizedOddsPostprocessor
    from ._rules import GroupThresholds as GroupThresholds
    from ._rules import Postprocessor as Postprocessor
    from ._rules import RelaxedParity as RelaxedParity
    from ._rules import methods as methods
    from ._threshold_optimizer import ThresholdOptimizer as ThresholdOptimizer
else:
    __getattr__, __dir__, __all__ = attach(
        __name__,
        {
            "_plotting": ["plot_threshold_optimizer"],
            "_reject_option": ["RejectOptionClassifier"],
            "_rules": [
                "CalibratedEqualizedOdds",
                "EqualizedOddsPostprocessor",
                "GroupThresholds",
                "Postprocessor",
                "RelaxedParity",
                "methods",
            ],
            "_threshold_optimizer": ["ThresholdOptimizer"],
        },
    )
