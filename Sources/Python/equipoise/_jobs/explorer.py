"""A page on which thresholds move and groups are compared, without the rows."""

from __future__ import annotations

import html
import os
from typing import TYPE_CHECKING, Any

from .._types import Rows
from .results import JobResult, frame, start, written

if TYPE_CHECKING:
    import pandas as pd
    from typing_extensions import Unpack

    from .options import ExploreOptions


class Exploration(JobResult):
    """What a page holds: counts, curves and fits, and no row of the data."""

    @property
    def table(self) -> pd.DataFrame:
        """Every group of every partition with its rows; those that are not told say why."""
        return frame([
            {"partition": partition["name"], "group": group["name"], "rows": group.get("rows"),
             "positives": group.get("positives"), "negatives": group.get("negatives"),
             "withheld": group.get("withheld")}
            for partition in self.document["partitions"] for group in partition["groups"]])

    @property
    def strategies(self) -> pd.DataFrame:
        """Thresholds under bounds: costs and gaps, also on rows that they were not fitted to."""
        names = [partition["name"] for partition in self.document["partitions"]]
        return frame([
            {"model": model["name"], "partition": names[found["partition"]],
             "strategy": found["name"], "bound": found.get("bound"), "status": found["status"],
             "cost": found["cost"], "gap": found.get("gap"),
             "held_out_cost": found.get("held_out", {}).get("cost"),
             "held_out_gap": found.get("held_out", {}).get("gap")}
            for model in self.document["models"] for found in model.get("strategies", [])])

    def to_html(self, path: str | os.PathLike[str] | None = None) -> str | None:
        """The page, which asks for nothing from anywhere, as text; or written to a file."""
        return written(self._result.content.decode("utf-8"), path)

    def _headline(self) -> str:
        made = self.document["made"]
        models = len(self.document["models"])
        return f"{made['rows']} rows of {made['data']}, {models} model{'' if models == 1 else 's'}"

    def _repr_html_(self) -> str:
        page = html.escape(self.to_html() or "", quote=True)
        return (
            f'<iframe srcdoc="{page}" width="100%" height="800" sandbox="allow-scripts '
            'allow-downloads"></iframe>')


def explore(
    table: Rows | None = None, /, *, seed: int = 0, n_threads: int | None = None,
    **options: Unpack[ExploreOptions],
) -> Exploration:
    """A page on which thresholds by group move, with exact counts, and without the rows.

    Parameters
    ----------
    table
        A frame, an Arrow table, a dictionary of columns, or the path of a CSV file; left out with
        ``dataset="adult"``.
    options
        The roles of columns as in `train`. ``model`` is a model of `train` or files of models,
        ``score`` names columns of scores, ``prediction`` one of decisions; with none of them the
        table alone is explored. ``least_cell`` is the smallest count that is told. ``snapshot``
        writes the page. ``equipoise.jobs()["explore"]`` lists them with what they mean.

    Examples
    --------
    >>> import equipoise
    >>> table = {"sex": ["f", "m"] * 100, "p": [i / 200 for i in range(200)],
    ...          "paid": [0, 0, 1, 0, 1, 1, 0, 1] * 25}
    >>> found = equipoise.explore(table, label="paid", sensitive="sex", score="p")
    >>> found.to_html().startswith("<!DOCTYPE html>")
    True
    >>> list(found.table["rows"])
    [100, 100]
    """
    return Exploration(
        start("explore", options, {"data": table}, seed=seed, n_threads=n_threads))
