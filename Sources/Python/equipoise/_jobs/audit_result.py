"""What an audit found, with tables of its parts."""

from __future__ import annotations

import html
import os
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol

from .._engine.jobs import Ending, Format
from .fits import axes
from .results import decisions_frame, frame, short, written

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import pandas as pd
    from matplotlib.axes import Axes

# Metrics that pictures and lines show, as far as an audit has them.
_LEADING = (
    "selection_rate", "base_rate", "true_positive_rate", "false_positive_rate", "accuracy_score",
    "precision_score", "roc_auc_score", "mean_label", "mean_error", "mean_absolute_error")
# Rates whose gaps lead texts, as on the pages.
_RATES = (
    "selection_rate", "true_positive_rate", "false_positive_rate", "precision_score",
    "accuracy_score")
# How many gaps a line of text names.
_NAMED = 3


class _Source(Protocol):
    @property
    def document(self) -> Any: ...
    @property
    def notes(self) -> list[str]: ...
    ending: Ending

    def rendered(self, format: Format) -> str: ...
    def part(self, name: str) -> dict[str, npt.NDArray[Any]]: ...


class Audit:
    """What an audit found.

    The document, its pages and its tables are made when they are asked for, each by itself: tables
    do not go through the document.
    """

    def __init__(self, source: _Source, again: Callable[..., _Source] | None = None):
        self._source = source
        self._again = again
        self._asked: dict[str, _Source] = {}

    # ---- Documents

    @property
    def document(self) -> Any:
        """The document `equipoise.audit/1`, read."""
        return self._source.document

    @property
    def notes(self) -> list[str]:
        """What a reader must know."""
        return self._source.notes

    def to_json(self, path: str | os.PathLike[str] | None = None) -> str | None:
        """The document as text, the bytes that the program writes; or written to a file."""
        return written(self._source.rendered("json"), path)

    def to_html(self, path: str | os.PathLike[str] | None = None) -> str | None:
        """The report as HTML without outside files, as text; or written to a file."""
        return written(self._source.rendered("html"), path)

    def to_markdown(self, path: str | os.PathLike[str] | None = None) -> str | None:
        """The report as Markdown, as text; or written to a file."""
        return written(self._source.rendered("markdown"), path)

    def to_csv(self, path: str | os.PathLike[str] | None = None) -> str | None:
        """The tables of the report as CSV, as text; or written to a file."""
        return written(self._source.rendered("csv"), path)

    # ---- What is positive, and what decisions come to

    @property
    def positives(self) -> dict[str, dict[str, str]]:
        """The columns of the ``label`` and of the ``decision``, each with its positive value."""
        found: dict[str, dict[str, str]] = self.document.get("positives") or {}
        return found

    @property
    def decisions(self) -> pd.DataFrame:
        """Of an audited model, by group and last of all rows: who is selected, how many decisions
        are drawn by lot, who is gained and lost against the base scores at a threshold of 0.5."""
        return decisions_frame(self.document)

    # ---- Gates

    @property
    def passed(self) -> bool:
        """Whether no condition of `fail_on` holds."""
        return self._source.ending != "exceeded"

    @property
    def exceeded(self) -> list[str]:
        """The conditions of `fail_on` that hold."""
        return [] if self.passed else list(self.gates.loc[self.gates["exceeded"], "condition"])

    @property
    def gates(self) -> pd.DataFrame:
        """The conditions of `fail_on` with what was found: one row each."""
        table = self._frame("gates")
        table["exceeded"] = table["exceeded"] == "true"
        return table

    # ---- Tables

    def _frame(self, part: str) -> pd.DataFrame:
        return frame(self._source.part(part))

    def _by_name(self, part: str) -> pd.DataFrame:
        table: pd.DataFrame = self._frame(part).set_index("metric")
        return table

    @cached_property
    def groups(self) -> pd.DataFrame:
        """Estimates by attribute, group and metric, with limits, rows and status."""
        return self._frame("groups")

    @cached_property
    def disparities(self) -> pd.DataFrame:
        """Differences and ratios between groups, with limits and tests."""
        return self._frame("disparities")

    @cached_property
    def overall(self) -> pd.DataFrame:
        """Estimates of all rows by metric."""
        return self._by_name("overall")

    @cached_property
    def indices(self) -> pd.DataFrame:
        """Indices of inequality and imbalance over all rows, by name."""
        return self._by_name("indices")

    # ---- Findings

    def _finding(self, name: str, key: str, value: object) -> Any:
        """A finding of the audit, or of one run again with it asked for."""
        found = (self.document.get("findings") or {}).get(name)
        if found is not None:
            return found
        return (self._run(key, value).document.get("findings") or {}).get(name)

    def _run(self, key: str, value: object) -> _Source:
        if self._again is None:
            raise ValueError(f"counts alone are not enough: audit the rows with {key}={value!r}")
        if repr((key, value)) not in self._asked:
            self._asked[repr((key, value))] = self._again(**{key: value})
        return self._asked[repr((key, value))]

    def scan(self) -> pd.DataFrame:
        """The most surprising subgroup of each question, over sensitive columns and features.

        One row a question and a direction; `worst_cells` and `subgroups` are of the same search.
        """
        rows = []
        for scan in self._finding("bias_scan", "scan", True) or []:
            found = scan["finding"]
            subset = {choice["attribute"]: choice["values"] for choice in found["subset"]}
            rows.append({
                "question": scan["question"], "direction": found["direction"], "subset": subset,
                **{name: found.get(name) for name in (
                    "rows", "observed", "expected", "score", "p_value", "statistic")}})
        return frame(rows)

    def worst_cells(self) -> pd.DataFrame:
        """Groups and crosses by how far they lie from the rest, with limits that hold together."""
        return frame((self._finding("worst_cells", "scan", True) or {"cells": []})["cells"])

    def subgroups(self) -> pd.DataFrame:
        """The worst linear subgroups of the sensitive columns, one a rate."""
        return frame(self._finding("rich_subgroups", "scan", True) or [])

    def proxies(self) -> pd.DataFrame:
        """How well each feature tells each sensitive column, the strongest first."""
        return frame([
            {"attribute": found["attribute"], **feature}
            for found in self._finding("proxies", "proxies", True) or []
            for feature in found["features"]])

    def bootstrap(self, replicates: int = 1000) -> pd.DataFrame:
        """Bootstrap intervals of counted metrics by group, asked for before or made anew."""
        return frame((self._finding("bootstrap", "bootstrap", replicates) or {})["rows"])

    def aequitas(self) -> pd.DataFrame:
        """Aequitas's tables: counts, group metrics, ``_disparity`` to the reference, and parities.

        The reference is that of the audit (the largest group unless one was named), the band its
        ``tau`` (0.8 unless it was given). What cannot be estimated is NaN or None.

        P. Saleiro et al., *Aequitas: a bias and fairness audit toolkit*, arXiv 1811.05577, 2018.
        """
        part = self._source.part("aequitas")
        if not len(next(iter(part.values()))):
            part = self._run("aequitas", True).part("aequitas")
        truth = {"true": True, "false": False, None: None}
        return frame({
            name: [truth[value] for value in values] if _is_parity(name) else values
            for name, values in part.items()})

    # ---- Pictures and words

    def plot(
        self, metrics: Sequence[str] | None = None, *, attribute: str | None = None,
        ax: Sequence[Axes] | None = None,
    ) -> list[Axes]:
        """The rates of each group with their intervals, and the rate of all as a line.

        Parameters
        ----------
        metrics
            Left out: those that people ask for first, as far as there are.
        attribute
            One of `groups`; left out: the first.
        ax
            Axes to draw on, one a metric.
        """
        table = self.groups
        table = table[table["attribute"] == (attribute or table["attribute"].iloc[0])]
        known = set(table.loc[table["value"].notna(), "metric"])
        chosen = list(metrics) if metrics is not None else [m for m in _LEADING if m in known]
        places = list(ax) if ax is not None else _panels(len(chosen))
        for metric, place in zip(chosen, places):
            rows = table[table["metric"] == metric]
            names, values = list(rows["group"]), rows["value"].to_numpy(float)
            reach = [
                abs(rows[limit].to_numpy(float) - values) for limit in ("low", "high")]
            place.errorbar(values, range(len(names)), xerr=_known(reach), fmt="o", capsize=3)
            place.set_yticks(range(len(names)), names)
            if metric in self.overall.index:
                place.axvline(self.overall["value"][metric], linestyle=":")
            place.set_title(metric.replace("_", " "))
        return places

    def _gaps(self) -> pd.DataFrame:
        """Differences between groups in the leading metrics, ordered as on the pages.

        The one whose interval begins highest comes first; those of a group with few rows come last.
        """
        table = self.disparities
        chosen = (table["method"] == "between_groups") & (table["kind"] == "difference")
        table = table[chosen & table["value"].notna() & table["metric"].isin(self._judged())]
        table = table.assign(_few=self._rests_on_few(table), _least=table["low"].fillna(0.0))
        ordered: pd.DataFrame = table.sort_values(
            ["_few", "_least", "value"], ascending=[True, False, False], kind="stable")
        gaps: pd.DataFrame = ordered.drop(columns=["_few", "_least"])
        return gaps

    def _judged(self) -> Sequence[str]:
        measured = set(self.overall.index[self.overall["value"].notna()])
        if "selection_rate" in measured:
            return _RATES
        return ("base_rate", *_RATES) if "base_rate" in measured else _LEADING

    def _rests_on_few(self, gaps: pd.DataFrame) -> list[bool]:
        """Whether one of the two groups that a gap lies between has few rows."""
        groups = self.groups
        low = groups[groups["status"] == "low_n"]
        few = set(zip(low["attribute"], low["metric"], low["group"]))
        return [
            any((attribute, metric, side) in few for side in sides)
            for attribute, metric, *sides in zip(
                gaps["attribute"], gaps["metric"], gaps["low_group"], gaps["high_group"])]

    def __repr__(self) -> str:
        groups = self.groups.drop_duplicates(["attribute", "group"])
        counts = groups["attribute"].value_counts(sort=False)
        first = groups["attribute"] == groups["attribute"].iloc[0]
        rows = int(groups.loc[first, "rows"].sum())
        parts = [f"{count} groups of {name}" for name, count in counts.items()]
        lines = [f"Audit of {rows:,} rows: {', '.join(parts)}"]
        for gap in self._gaps().head(_NAMED).to_dict("records"):
            lines.append(
                f"  {gap['attribute']}: {gap['metric']} differs by {short(gap['value'])} "
                f"[{short(gap['low'])}, {short(gap['high'])}], "
                f"{gap['low_group']} to {gap['high_group']}")
        return "\n".join([*lines, *self.notes])

    def _repr_html_(self) -> str:
        columns = [
            "attribute", "metric", "value", "low", "high", "low_group", "high_group", "adjusted_p"]
        table = self._gaps()[columns].head(10)
        head, *rest = repr(self).splitlines()
        notes = "".join(f"<p>{html.escape(line)}</p>" for line in [head, *self.notes])
        shown: str = table.to_html(index=False, escape=True, float_format=short)
        return notes + shown


def _is_parity(name: str) -> bool:
    return name.endswith("_parity") or " " in name


def _known(reach: list[npt.NDArray[np.float64]]) -> list[npt.NDArray[np.float64]]:
    """Lengths of bars, 0 where there is no interval."""
    import numpy as np

    return [np.nan_to_num(each) for each in reach]


def _panels(count: int) -> list[Axes]:
    """Axes side by side that share the groups."""
    first = axes(None)
    figure = first.figure
    figure.clear()
    return list(figure.subplots(1, count, sharey=True, squeeze=False)[0])
