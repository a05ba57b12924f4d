"""Changed features in the containers of users."""

from __future__ import annotations

import sys
from typing import Any

import numpy as np

from .._encoding import FeatureRows


def as_frame(rows: FeatureRows, columns: list[str] | None) -> Any:
    """A frame of pandas: numbers as they stand, categories as their texts.

    Parameters
    ----------
    columns
        Those of the rows before, whose order the frame keeps.
    """
    import pandas

    found: dict[str, Any] = {
        name: rows.numbers[:, j] for j, name in enumerate(rows.names or _numbered(rows))
    }
    found.update({category.name: category.texts for category in rows.categories})
    known = [name for name in columns or [] if name in found]
    order = known + [name for name in found if name not in set(known)]
    return pandas.DataFrame({name: found[name] for name in order}, copy=False)


def _numbered(rows: FeatureRows) -> list[str]:
    return [f"x{j}" for j in range(rows.numbers.shape[1])]


def like(given: Any, rows: FeatureRows, columns: list[str] | None) -> Any:
    """Changed features in the kind of table that was given: a frame of polars or pandas, or else an
    array, unless there are texts."""
    polars = sys.modules.get("polars")
    if polars is not None and isinstance(given, polars.DataFrame):
        frame = as_frame(rows, columns)
        return polars.DataFrame({name: frame[name].to_numpy() for name in frame.columns})
    if hasattr(given, "iloc") or rows.categories:
        return as_frame(rows, columns)
    return rows.numbers


def labels_like(given: Any, labels: Any) -> Any:
    """Changed labels as a series of pandas where a series was given, or else an array."""
    pandas = sys.modules.get("pandas")
    if pandas is not None and isinstance(given, pandas.Series):
        return pandas.Series(labels, name=given.name)
    return np.asarray(labels)
