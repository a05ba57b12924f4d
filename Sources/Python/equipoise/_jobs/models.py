"""Models for other programs."""

from __future__ import annotations

import os
from pathlib import Path

from .._engine import jobs
from .._engine.model import Model

# Formats by the ends of files' names.
FORMATS = {".onnx": "onnx", ".safetensors": "safetensors"}


def exported(
    model: Model, target: str | os.PathLike[str], threshold: float
) -> bytes | None:
    """The bytes of a format, or None when they were written to a file whose name ends in it."""
    name = os.fspath(target)
    if name in FORMATS.values():
        return _bytes(model, name, threshold)
    format = FORMATS.get(Path(name).suffix.lower())
    if format is None:
        raise ValueError(
            f"{name!r}: expected a format ({', '.join(FORMATS.values())}) or a file ending in "
            f"{' or '.join(FORMATS)}")
    Path(name).write_bytes(_bytes(model, format, threshold))
    return None


def _bytes(model: Model, format: str, threshold: float) -> bytes:
    result = jobs.run("export", {"format": format, "threshold": threshold}, models={"model": model})
    return result.content
