"""Equipoise trains debiased models fast and audits any model.

Modules are loaded when they are first used: `equipoise.linear_model`, `equipoise.reductions`,
`equipoise.adversarial`, `equipoise.postprocessing`, `equipoise.preprocessing`, `equipoise.metrics`,
`equipoise.datasets`. `train` fits any of `methods()` to a table with names, `load_model` reads a
model file.
"""

from __future__ import annotations

import importlib

_MODULES = (
    "adversarial",
    "datasets",
    "linear_model",
    "metrics",
    "postprocessing",
    "preprocessing",
    "reductions",
)
_TRAINING = ("Predictions", "TableModel", "load_model", "train")

__all__ = ["__version__", "methods", *_MODULES, *_TRAINING]


def __getattr__(name: str):
    if name in _MODULES:
        return importlib.import_module(f"equipoise.{name}")
    if name == "__version__":
        from ._engine.library import library

        return library().eqp_version().decode()
    if name == "methods":
        from ._catalogue import methods

        return methods
    if name in _TRAINING:
        return getattr(importlib.import_module("equipoise._training"), name)
    raise AttributeError(f"module 'equipoise' has no attribute '{name}'")


def __dir__():
    return sorted(__all__)
