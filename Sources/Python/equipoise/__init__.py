"""Equipoise trains debiased models fast and audits any model.

Modules are loaded when they are first used: `equipoise.linear_model`, `equipoise.reductions`,
`equipoise.metrics`, `equipoise.datasets`.
"""

from __future__ import annotations

import importlib

_MODULES = ("datasets", "linear_model", "metrics", "reductions")

__all__ = ["__version__", "methods", *_MODULES]


def __getattr__(name: str):
    if name in _MODULES:
        return importlib.import_module(f"equipoise.{name}")
    if name == "__version__":
        from ._engine.library import library

        return library().eqp_version().decode()
    if name == "methods":
        from ._catalogue import methods

        return methods
    raise AttributeError(f"module 'equipoise' has no attribute '{name}'")


def __dir__():
    return sorted(__all__)
