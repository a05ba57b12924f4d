"""Changes of the rows before a fit: any preprocessor of the engine by name, and the usual ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .._lazy import attach

if TYPE_CHECKING:
    from ._base import Preprocessor as Preprocessor
    from ._before import Preprocessed as Preprocessed
    from ._before import Resampler as Resampler
    from ._correlation import CorrelationRemover as CorrelationRemover
    from ._impact import DisparateImpactRemover as DisparateImpactRemover
    from ._massaging import Massaging as Massaging
    from ._methods import methods as methods
    from ._optimized import OptimizedPreprocessing as OptimizedPreprocessing
    from ._representations import LearnedFairRepresentations as LearnedFairRepresentations
    from ._representations import PrototypeRepresentationLearner as PrototypeRepresentationLearner
    from ._reweighing import Reweighing as Reweighing
    from ._sampling import PreferentialSampling as PreferentialSampling
else:
    __getattr__, __dir__, __all__ = attach(
        __name__,
        {
            "_base": ["Preprocessor"],
            "_before": ["Preprocessed", "Resampler"],
            "_correlation": ["CorrelationRemover"],
            "_impact": ["DisparateImpactRemover"],
            "_massaging": ["Massaging"],
            "_methods": ["methods"],
            "_optimized": ["OptimizedPreprocessing"],
            "_representations": ["LearnedFairRepresentations", "PrototypeRepresentationLearner"],
            "_reweighing": ["Reweighing"],
            "_sampling": ["PreferentialSampling"],
        },
    )
