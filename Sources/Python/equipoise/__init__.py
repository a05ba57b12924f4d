"""Equipoise trains debiased models fast and audits any model.

Everything that the program does is a function here, on frames, Arrow tables, dictionaries of
columns or files: `describe`, `train`, `audit`, `compare`, `frontier`, `run`, `report`, `watch`,
`preprocess`, `postprocess`, `explain`, `explore`, `pack`, `generate`, `bench`, `log_append`,
`log_verify`, `requirements`, `check_requirements`, `load_model`.
`methods()` lists the methods, `jobs()` the options of everything, `info()` the machine or what is
in a model.

Estimators and metrics for scikit-learn are in modules, which load when they are first used:
`equipoise.linear_model`, `equipoise.reductions`, `equipoise.adversarial`,
`equipoise.postprocessing`, `equipoise.preprocessing`, `equipoise.metrics`, `equipoise.datasets`.
`equipoise.distributed` fits to rows in several processes or on several machines,
`equipoise.federated` to those of sites that share no rows, and `equipoise.spark`, which needs pyspark,
has estimators of `pyspark.ml`.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

from ._lazy import attach

if TYPE_CHECKING:
    from . import (
        adversarial,
        datasets,
        distributed,
        federated,
        linear_model,
        metrics,
        postprocessing,
        preprocessing,
        reductions,
    )
    from . import spark as spark  # not in __all__: nobody else needs pyspark
    from ._catalogue import methods
    from ._jobs.audit_result import Audit
    from ._jobs.audits import audit
    from ._jobs.bench import Bench, bench
    from ._jobs.explorer import Exploration, explore
    from ._jobs.fits import Pipeline, Runs, compare, frontier, run
    from ._jobs.logs import Log, log_append, log_verify
    from ._jobs.packing import Packed, pack
    from ._jobs.pages import Description, Page, describe, report
    from ._jobs.program import info, jobs
    from ._jobs.requirements import (
        Requirements,
        RequirementsCheck,
        check_requirements,
        requirements,
    )
    from ._jobs.rows import (
        Explanation,
        PostprocessedTable,
        PreprocessedTable,
        Watch,
        WrittenPredictions,
        explain,
        generate,
        postprocess,
        preprocess,
        watch,
    )
    from ._training import Predictions, TableModel, load_model, train
    from ._versions import show_versions

    __version__: str

_MODULES = (
    "adversarial", "datasets", "distributed", "federated", "linear_model", "metrics",
    "postprocessing", "preprocessing", "reductions", "spark",
)
_load, _dir, _names = attach(__name__, {
    "_catalogue": ["methods"],
    "_jobs.audit_result": ["Audit"],
    "_jobs.audits": ["audit"],
    "_jobs.bench": ["Bench", "bench"],
    "_jobs.explorer": ["Exploration", "explore"],
    "_jobs.fits": ["Pipeline", "Runs", "compare", "frontier", "run"],
    "_jobs.logs": ["Log", "log_append", "log_verify"],
    "_jobs.packing": ["Packed", "pack"],
    "_jobs.pages": ["Description", "Page", "describe", "report"],
    "_jobs.program": ["info", "jobs"],
    "_jobs.requirements": [
        "Requirements", "RequirementsCheck", "check_requirements", "requirements"],
    "_jobs.rows": [
        "Explanation", "PostprocessedTable", "PreprocessedTable", "Watch", "WrittenPredictions",
        "explain", "generate", "postprocess", "preprocess", "watch"],
    "_training": ["Predictions", "TableModel", "load_model", "train"],
    "_versions": ["show_versions"],
})

__all__ = [
    "Audit", "Bench", "Description", "Exploration", "Explanation", "Log", "Packed", "Page",
    "Pipeline", "PostprocessedTable", "Predictions", "PreprocessedTable", "Requirements",
    "RequirementsCheck", "Runs", "TableModel", "Watch", "WrittenPredictions", "__version__",
    "adversarial", "audit", "bench", "check_requirements", "compare", "datasets", "describe",
    "distributed", "explain", "explore", "federated", "frontier", "generate", "info", "jobs",
    "linear_model", "load_model", "log_append", "log_verify", "methods", "metrics", "pack",
    "postprocess", "postprocessing", "preprocess", "preprocessing", "reductions", "report",
    "requirements", "run", "show_versions", "train", "watch",
]


if not TYPE_CHECKING:  # so that type checkers tell misspelt names

    def __getattr__(name: str) -> object:
        if name in _MODULES:
            return importlib.import_module(f"equipoise.{name}")
        if name == "__version__":
            from ._engine.library import library

            return library().eqp_version().decode()
        return _load(name)


def __dir__() -> list[str]:
    return sorted(__all__)
