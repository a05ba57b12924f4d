"""The values of all metrics in every group, and how they are compared."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ._undefined import shortened, undefined

# Fewer groups than this cannot lie apart.
_FEWEST_GROUPS = 2


class Results:
    """Values of all metrics: `overall` by control group, `by_group` by control and sensitive.

    Over fewer than two groups with a value a comparison is NaN, unless `is_defined` says that rates
    without a denominator are numbers here.
    """

    def __init__(
        self, overall: pd.DataFrame, by_group: pd.DataFrame, controls: list[str],
        present: np.ndarray, is_defined: bool,
    ):
        self.overall = overall
        self.by_group = by_group
        self.controls = controls
        self.is_defined = is_defined
        # Whether a group has rows.
        self._present = present

    # ---- What is not defined

    def tell_groups(self, comparison: str | None = None) -> None:
        """Warns of metrics that some groups lack, or that too few have for a comparison."""
        if self.is_defined:
            return
        table = self.by_group[self._present]
        if comparison is None and not table.isna().to_numpy().any():
            return
        strata = table.groupby(level=self.controls, sort=True) if self.controls else [(None, table)]
        for key, rows in strata:
            for metric in rows.columns:
                self._tell(metric, rows[metric], self._within(key), comparison)

    def _tell(self, metric: str, values: pd.Series, within: str, comparison: str | None) -> None:
        missing = values.isna().to_numpy(dtype=bool)
        count = f"{metric}: {(~missing).sum()} of {len(values)} groups{within}"
        if missing.any():
            names = [self._name(key) for key in values.index[missing]]
            undefined(f"{count}; {'none for' if comparison else 'NaN for'} {shortened(names)}")
        elif comparison and len(values) < _FEWEST_GROUPS:
            undefined(f"{count}; a comparison takes two")
        elif comparison == "ratio" and all(np.isscalar(v) and v == 0 for v in values):
            undefined(f"{metric}: no group{within} has a value above 0")

    def tell_overall(self) -> None:
        """Warns of metrics that all rows, or those of a control group, lack."""
        if self.is_defined:
            return
        for metric in self.overall.columns:
            if self.overall[metric].isna().any():
                undefined(f"{metric}: not defined over all rows{' of a stratum' * bool(self.controls)}")

    def _within(self, key) -> str:
        if key is None:
            return ""
        pairs = zip(self.controls, key if isinstance(key, tuple) else (key,))
        return " within " + ", ".join(f"{name}={value}" for name, value in pairs)

    def _name(self, key) -> str:
        """A group's name without the values of the controls."""
        parts = key if isinstance(key, tuple) else (key,)
        return "×".join(str(part) for part in parts[len(self.controls):])

    # ---- Comparisons

    def _numbers(self, errors: str) -> pd.DataFrame:
        """`by_group` with what is not a number raised or replaced by NaN."""

        def number(value):
            if np.isscalar(value) or value is None:
                return np.nan if value is None else value
            if errors == "raise":
                raise ValueError(
                    "Metric frame contains non-scalar cells. Please remove non-scalar columns "
                    "from your metric frame or use parameter errors='coerce'."
                )
            return np.nan

        frame = self.by_group.map(number)
        return frame.apply(pd.to_numeric, errors="coerce" if errors == "coerce" else "raise")

    def _grouped(self, frame: pd.DataFrame):
        return frame.groupby(level=self.controls, sort=True) if self.controls else frame

    def aggregate(self, kind: str, errors: str):
        """The largest or smallest value over the sensitive groups, a control group at a time."""
        frame = self._numbers(errors)
        result = getattr(self._grouped(frame), kind)(
            **({} if self.controls else {"skipna": True})
        )
        return result

    def _overall_numbers(self, errors: str) -> pd.DataFrame:
        other = Results(self.overall, self.overall, [], self._present, self.is_defined)
        return other._numbers(errors)

    def _reference(self, method: str, kind: str, errors: str):
        if method == "between_groups":
            return self.aggregate(kind, errors)
        overall = self._overall_numbers(errors)
        return overall if self.controls else overall.iloc[0]

    def _aligned(self, frame: pd.DataFrame, reference) -> pd.DataFrame:
        """The reference of each row of `frame`."""
        if not self.controls:
            return pd.DataFrame(
                np.tile(np.asarray(reference, dtype=float), (len(frame), 1)),
                index=frame.index,
                columns=frame.columns,
            )
        keys = frame.index.droplevel(
            [name for name in frame.index.names if name not in self.controls]
        )
        return reference.reindex(keys).set_axis(frame.index)

    def difference(self, method: str, errors: str):
        frame = self._numbers(errors)
        reference = self._reference(method, "min", errors)
        gaps = (frame - self._aligned(frame, reference)).abs()
        return self._compared(self._grouped(gaps).max(), frame)

    def ratio(self, method: str, errors: str):
        if method == "between_groups":
            low, high = self.aggregate("min", errors), self.aggregate("max", errors)
            return self._compared(low / high, self._numbers(errors))
        frame = self._numbers(errors)
        ratios = frame / self._aligned(frame, self._reference(method, "max", errors))
        folded = ratios.where(~(ratios > 1), 1 / ratios)
        return self._compared(self._grouped(folded).min(), frame)

    def _compared(self, values, frame: pd.DataFrame):
        """The values that were taken over two groups or more; NaN for the others."""
        if self.is_defined:
            return values
        return values.where(self._grouped(frame).count() >= _FEWEST_GROUPS)
