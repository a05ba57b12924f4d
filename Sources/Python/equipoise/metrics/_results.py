"""The values of all metrics in every group, and how they are compared."""

from __future__ import annotations

import numpy as np
import pandas as pd


class Results:
    """Values of all metrics: `overall` by control group, `by_group` by control and sensitive."""

    def __init__(self, overall: pd.DataFrame, by_group: pd.DataFrame, controls: list[str]):
        self.overall = overall
        self.by_group = by_group
        self.controls = controls

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
        other = Results(self.overall, self.overall, [])
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
        return self._grouped(gaps).max()

    def ratio(self, method: str, errors: str):
        if method == "between_groups":
            low, high = self.aggregate("min", errors), self.aggregate("max", errors)
            return low / high
        frame = self._numbers(errors)
        ratios = frame / self._aligned(frame, self._reference(method, "max", errors))
        folded = ratios.where(~(ratios > 1), 1 / ratios)
        return self._grouped(folded).min()
