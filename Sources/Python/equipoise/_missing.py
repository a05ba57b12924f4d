"""Values that are not there: None, NaN, NaT, the NA of pandas, and what a mask hides."""

from __future__ import annotations

import sys
from typing import Any

import numpy as np
import numpy.typing as npt

from ._engine.calls import EquipoiseError

#: What numpy makes of NaN in a list of texts. A group of that name cannot be told from it.
NAN_TEXT = "nan"
#: What the engine calls the group of rows without a value.
MISSING_GROUP = "(missing)"


def is_missing(values: npt.NDArray[Any]) -> npt.NDArray[np.bool_]:
    """Where an object array has None, NaN or the NA of pandas."""
    pandas = sys.modules.get("pandas")
    if pandas is not None:
        return np.asarray(pandas.isna(values), dtype=bool)
    return np.array([value is None or value != value for value in values.ravel()]).reshape(
        values.shape
    )


def missing_rows(values: npt.NDArray[Any]) -> npt.NDArray[np.bool_]:
    """Where any array has None, NaN, NaT or NA, shape (n,)."""
    if values.dtype == object:
        return is_missing(values)
    if values.dtype.kind == "U":
        return np.asarray(values == NAN_TEXT, dtype=bool)
    if values.dtype.kind in "fcmM":
        return np.asarray(values != values, dtype=bool)
    return np.zeros(len(values), dtype=bool)


def missing_feature(name: str, row: int) -> EquipoiseError:
    """What is raised where a feature has no value in some row: such a row is in no group."""
    return EquipoiseError(
        f"Feature '{name}' contains missing values: it is missing in row {row}; unknown='exclude', "
        "where a function takes it, leaves such rows out", row, name)


def missing_value(name: str, row: int) -> EquipoiseError:
    """What is raised where labels, predictions, scores or weights have no value in some row."""
    return EquipoiseError(f"{name} is missing in row {row}", row, name)


def first_missing(values: npt.NDArray[Any]) -> int | None:
    """The first row without a value."""
    if values.dtype.kind in "biu":
        return None
    missing = missing_rows(values)
    return int(np.argmax(missing)) if missing.any() else None


def refuse_masked(X: Any) -> None:
    """Raises where a mask hides a number of a table of features, which no library asks about: they
    would take what stands below it."""
    if isinstance(X, np.ma.MaskedArray) and np.ma.is_masked(X):
        place = np.argwhere(np.ma.getmaskarray(X))[0]
        at = f"row {place[0]}" + (f", column {place[1]}" if len(place) > 1 else "")
        raise ValueError(
            f"Input X contains NaN: a mask hides the number in {at}. Fill or leave out such rows")


def refuse_missing(values: npt.NDArray[Any], name: str) -> None:
    """Raises where a feature has no value in some row."""
    row = first_missing(values)
    if row is not None:
        raise missing_feature(name, row)
