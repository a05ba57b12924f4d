"""What the engine offers before a fit."""

from __future__ import annotations

from typing import Any

from .._catalogue import stages
from .._engine import library as lib


def methods() -> dict[str, dict[str, Any]]:
    """Every preprocessor of the engine with its paper and its options."""
    return stages(lib.PREPROCESSORS)
