"""Sensitive features of an adversary: groups, and numbers that are none."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias, Union

import numpy as np
import numpy.typing as npt

from .._engine.dataset import Dataset
from .._grouping import group_text
from .._inputs import as_columns, sensitive_columns
from .._types import Columns

Continuous: TypeAlias = Union[bool, str, Sequence[str], None]

#: A column of floats, not all of them whole, with more different values than this is continuous.
MOST_GROUPS_OF_FLOATS = 20


def add_sensitive(
    data: Dataset, sensitive_features: Columns, continuous: Continuous, *,
    keeps_missing: bool = False,
) -> None:
    """Adds each sensitive column as groups or as numbers.

    Parameters
    ----------
    continuous
        Which are numbers: names, True for all, False for none; None for columns of floats, not all
        whole, with more than `MOST_GROUPS_OF_FLOATS` different values.
    keeps_missing
        Whether rows without a group are a group; a missing number is an error all the same.
    """
    columns = as_columns(sensitive_features, "sensitive_feature")
    chosen = _chosen(columns, continuous)
    groups = {name: values for name, values in columns if name not in chosen}
    if len(groups) + len(chosen) < len(columns):
        raise ValueError(f"sensitive features share a name: {', '.join(n for n, _ in columns)}")
    if groups:
        for name, codes, found in sensitive_columns(
            groups, data.rows, keeps_missing=keeps_missing
        ):
            data.add_attribute(name, codes, [group_text(group) for group in found])
    for name, values in columns:
        if name not in chosen:
            continue
        if len(values) != data.rows:
            raise ValueError(
                "Found input variables with inconsistent numbers of samples: "
                f"[{data.rows}, {len(values)}]: '{name}' has not as many rows as X"
            )
        data.add_continuous(name, _numbers(values, name))


def _chosen(columns: list[tuple[str, npt.NDArray[Any]]], continuous: Continuous) -> set[str]:
    names = [name for name, _ in columns]
    if continuous is None:
        return {name for name, values in columns if _looks_continuous(values)}
    if isinstance(continuous, (bool, np.bool_)):
        return set(names) if continuous else set()
    asked = {continuous} if isinstance(continuous, str) else {str(name) for name in continuous}
    if asked - set(names):
        raise ValueError(
            f"continuous: no sensitive feature is called '{sorted(asked - set(names))[0]}'; there "
            f"are {', '.join(names)}"
        )
    return asked


def _looks_continuous(values: npt.NDArray[Any]) -> bool:
    if values.dtype == object:
        if not all(isinstance(value, (float, np.floating)) for value in values):
            return False
        values = values.astype(np.float64)
    if values.dtype.kind != "f":
        return False
    known = values[np.isfinite(values)]
    if not (known != np.floor(known)).any():
        return False
    return len(np.unique(known)) > MOST_GROUPS_OF_FLOATS


def _numbers(values: npt.NDArray[Any], name: str) -> npt.NDArray[np.float64]:
    try:
        numbers: npt.NDArray[np.float64] = values.astype(np.float64)
    except (TypeError, ValueError) as error:
        raise ValueError(f"continuous: '{name}' does not hold numbers: {error}") from error
    missing = np.isnan(numbers)
    if missing.any():
        row = int(np.argmax(missing))
        raise ValueError(f"Feature '{name}' contains missing values: it is missing in row {row}")
    return numbers
