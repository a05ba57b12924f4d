"""The values of all metrics in every group, and how they are compared."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from ._features import Partition
from ._undefined import shortened, undefined

# Fewer groups than this cannot lie apart.
_FEWEST_GROUPS = 2

Array = npt.NDArray[Any]
Floats = npt.NDArray[np.float64]
#: Values by metric; one a group, or one a stratum.
Table = dict[str, Array]


def _is_nan(values: Array) -> npt.NDArray[np.bool_]:
    """Which cells hold no value; a cell that is an array holds one."""
    if values.dtype.kind == "f":
        return np.isnan(values)
    if values.dtype != object:
        return np.zeros(values.shape, dtype=bool)
    cells = [value is None or (np.isscalar(value) and value != value) for value in values.ravel()]
    return np.array(cells, dtype=bool).reshape(values.shape)


def _all_texts(values: Array) -> bool:
    return values.dtype == object and all(isinstance(value, str) for value in values.ravel())


def _of_one_type(values: Array) -> Any:
    """Values of which pandas finds the type; cells that are arrays stay as they are."""
    if values.dtype == object and all(np.isscalar(value) for value in values):
        return values.tolist()
    return values


def with_floats(table: Table) -> Table:
    """Numbers beside floats as floats, as in a row of a frame; beside texts each as it is."""
    kinds = {values.dtype.kind for values in table.values()}
    if "f" not in kinds or "O" in kinds:
        return table
    return {
        name: values.astype(np.float64) if values.dtype.kind in "iub" else values
        for name, values in table.items()
    }


def _frame(table: Table, index: Any) -> pd.DataFrame:
    """A frame of columns."""
    table = with_floats(table)
    if table and all(values.dtype == np.float64 for values in table.values()):
        block = np.stack(list(table.values()), axis=1)
        whole: pd.DataFrame = pd.DataFrame(block, index=index, columns=list(table))
        return whole
    columns = {
        name: pd.Series(_of_one_type(values), index=index) for name, values in table.items()
    }
    frame: pd.DataFrame = pd.DataFrame(columns, index=index)
    return frame


class Results:
    """Values of all metrics: `overall` by stratum, `by_group` by group; groups of one stratum, a
    combination of the controls, follow each other.

    Over fewer than two groups with a value a comparison is NaN, unless `is_defined` says that rates
    without a denominator are numbers here.
    """

    def __init__(
        self, overall: Table, by_group: Table, groups: Partition, strata: Partition | None,
        present: npt.NDArray[np.bool_], is_defined: bool,
    ):
        self.overall = overall
        self.by_group = by_group
        self.is_defined = is_defined
        self._groups = groups
        self._strata = strata
        self._count = 1 if strata is None else strata.count
        self._controls = [] if strata is None else strata.names
        # Whether a group has rows.
        self._present = present

    def with_overall(self, overall: Table) -> Results:
        """The same groups beside values of other rows."""
        return Results(
            overall, self.by_group, self._groups, self._strata, self._present, self.is_defined)

    @cached_property
    def by_group_frame(self) -> pd.DataFrame:
        return _frame(self.by_group, self._groups.index)

    @cached_property
    def overall_frame(self) -> pd.DataFrame:
        return _frame(self.overall, None if self._strata is None else self._strata.index)

    @property
    def overall_row(self) -> pd.Series[Any]:
        """The values over all rows by metric."""
        table = with_floats(self.overall)
        if table and all(values.dtype == np.float64 for values in table.values()):
            made: pd.Series[Any] = pd.Series(
                [values[0] for values in table.values()], index=list(table))
            return made
        row: pd.Series[Any] = self.overall_frame.iloc[0].rename(None)
        return row

    # ---- What is not defined

    def tell_groups(self, comparison: str | None = None) -> None:
        """Warns of metrics that some groups lack, or that too few have for a comparison."""
        if self.is_defined:
            return
        present = self._present.reshape(self._count, -1)
        missing = {
            name: _is_nan(values).reshape(present.shape) & present
            for name, values in self.by_group.items()
        }
        if comparison is None and not any(where.any() for where in missing.values()):
            return
        for stratum in np.flatnonzero(present.any(axis=1)):
            inside = present[stratum]
            for name, values in self.by_group.items():
                self._tell(
                    name, values.reshape(present.shape)[stratum], inside, missing[name][stratum],
                    int(stratum), comparison,
                )

    def _tell(
        self, metric: str, values: Array, present: npt.NDArray[np.bool_],
        missing: npt.NDArray[np.bool_], stratum: int, comparison: str | None,
    ) -> None:
        count, without = int(present.sum()), int(missing.sum())
        within = self._within(stratum)
        text = f"{metric}: {count - without} of {count} groups{within}"
        if without:
            names = self._names(stratum, len(values), missing)
            undefined(f"{text}; {'none for' if comparison else 'NaN for'} {shortened(names)}")
        elif comparison and count < _FEWEST_GROUPS:
            undefined(f"{text}; a comparison takes two")
        elif comparison == "ratio" and all(
            bool(np.isscalar(value) and value == 0) for value in values[present]
        ):
            undefined(f"{metric}: no group{within} has a value above 0")

    def tell_overall(self) -> None:
        """Warns of metrics that all rows, or those of a stratum that has rows, lack."""
        if self.is_defined:
            return
        has_rows = self._present.reshape(self._count, -1).any(axis=1)
        for metric, values in self.overall.items():
            if (_is_nan(values) & has_rows).any():
                stratum = " of a stratum" if self._controls else ""
                undefined(f"{metric}: not defined over all rows{stratum}")

    def _within(self, stratum: int) -> str:
        if self._strata is None:
            return ""
        key = self._strata.keys()[stratum]
        pairs = zip(self._controls, key if isinstance(key, tuple) else (key,))
        return " within " + ", ".join(f"{name}={value}" for name, value in pairs)

    def _names(self, stratum: int, size: int, which: npt.NDArray[np.bool_]) -> list[str]:
        """The names of some groups of a stratum, without the values of the controls."""
        keys = self._groups.keys()
        found = []
        for place in np.flatnonzero(which):
            key = keys[stratum * size + int(place)]
            parts = key if isinstance(key, tuple) else (key,)
            found.append("×".join(str(part) for part in parts[len(self._controls):]))
        return found

    # ---- Comparisons

    def _numbers(self, values: Array, errors: str) -> Array:
        """Values with what is not a number raised or replaced by NaN."""
        if values.dtype != object:
            return values

        def number(value: Any) -> Any:
            if value is None:
                return np.nan
            if np.isscalar(value):
                return value
            if errors == "raise":
                raise ValueError(
                    "Metric frame contains non-scalar cells. Please remove non-scalar columns "
                    "from your metric frame or use parameter errors='coerce'."
                )
            return np.nan

        column = pd.Series([number(value) for value in values], dtype=object)
        if errors == "coerce":
            return np.asarray(pd.to_numeric(column, errors="coerce"))
        return np.asarray(pd.to_numeric(column, errors="raise"))

    def _matrix(self, values: Array, errors: str) -> Floats:
        """Numbers by stratum and group."""
        return self._numbers(values, errors).astype(np.float64).reshape(self._count, -1)

    def aggregate(self, kind: str, errors: str) -> Table:
        """The largest or smallest value over the sensitive groups, a stratum at a time."""
        return {
            name: self._extreme(values, kind, errors) for name, values in self.by_group.items()
        }

    def _extreme(self, values: Array, kind: str, errors: str) -> Array:
        if _all_texts(values):
            rows = values.reshape(self._count, -1)
            extreme: Callable[[Any], Any] = max if kind == "max" else min
            return np.array([extreme(list(row)) for row in rows], dtype=object)
        numbers = self._numbers(values, errors).reshape(self._count, -1)
        function: Any = np.fmax if kind == "max" else np.fmin
        return np.asarray(function.reduce(numbers, axis=1))

    def difference(self, method: str, errors: str) -> Table:
        """The largest distance between groups, or from the overall value."""

        def distance(values: Floats, overall: Floats) -> Floats:
            if method == "between_groups":
                overall = np.fmin.reduce(values, axis=1, keepdims=True)
            return np.asarray(np.fmax.reduce(np.abs(values - overall), axis=1))

        return self._compared(distance, method, errors)

    def ratio(self, method: str, errors: str) -> Table:
        """The smallest ratio between groups, or to the overall value."""

        def share(values: Floats, overall: Floats) -> Floats:
            if method == "between_groups":
                low, high = np.fmin.reduce(values, axis=1), np.fmax.reduce(values, axis=1)
                return np.asarray(low / high)
            ratios = values / overall
            return np.asarray(np.fmin.reduce(np.where(ratios > 1, 1 / ratios, ratios), axis=1))

        return self._compared(share, method, errors)

    def _compared(
        self, compare: Callable[[Floats, Floats], Floats], method: str, errors: str
    ) -> Table:
        """Comparisons over two groups or more; NaN for the others."""
        found: Table = {}
        with np.errstate(divide="ignore", invalid="ignore"):
            for name, values in self.by_group.items():
                numbers = self._matrix(values, errors)
                overall = np.empty((self._count, 1))
                if method == "to_overall":
                    overall = self._numbers(self.overall[name], errors).astype(float)[:, None]
                result = compare(numbers, overall)
                if not self.is_defined:
                    few = (~np.isnan(numbers)).sum(axis=1) < _FEWEST_GROUPS
                    result[few] = np.nan
                found[name] = result
        return found
