"""Who called the package."""

from __future__ import annotations

import inspect


def depth_of_caller() -> int:
    """How far above the function that asks the package was entered, as warnings count it."""
    frame, depth = inspect.currentframe(), 0
    while frame is not None and str(frame.f_globals.get("__name__")).startswith("equipoise."):
        frame, depth = frame.f_back, depth + 1
    return depth
