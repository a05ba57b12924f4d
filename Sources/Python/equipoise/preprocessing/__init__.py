"""Changes of the rows before a fit: any preprocessor of the engine by name, and the usual ones."""

from __future__ import annotations

from .._catalogue import stages
from .._engine import library as lib
from ._base import Preprocessor
from ._correlation import CorrelationRemover
from ._impact import DisparateImpactRemover
from ._massaging import Massaging
from ._optimized import OptimizedPreprocessing
from ._representations import LearnedFairRepresentations, PrototypeRepresentationLearner
from ._reweighing import Reweighing
from ._sampling import PreferentialSampling

__all__ = [
    "CorrelationRemover",
    "DisparateImpactRemover",
    "LearnedFairRepresentations",
    "Massaging",
    "OptimizedPreprocessing",
    "PreferentialSampling",
    "Preprocessor",
    "PrototypeRepresentationLearner",
    "Reweighing",
    "methods",
]


def methods() -> dict[str, dict]:
    """Every preprocessor of the engine with its paper and its options."""
    return stages(lib.PREPROCESSORS)
