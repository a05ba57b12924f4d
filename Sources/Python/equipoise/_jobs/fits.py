"""Several fits side by side: methods, the settings of a dial, the variants of a pipeline."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from .._engine.jobs import Result
from .._known_names import DialMethod, Method
from .._types import Rows, Table
from .results import PagedResult, frame, models_of, start

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from typing_extensions import Unpack

    from .._training import TableModel
    from .options import CompareOptions, PipelineOptions, RunsOptions

# What a terminal shows of each run, in this order.
_SHOWN = {
    "accuracy": "accuracy_score", "auc": "roc_auc_score",
    "selection_gap": "selection_rate.difference", "selection_ratio": "selection_rate.ratio",
    "opportunity_gap": "equal_opportunity.difference", "odds_gap": "equalized_odds.difference",
}


class Runs(PagedResult):
    """Fits on one split, how accurate and how fair each is, and which no other beats.

    `models` has the fitted models by name.
    """

    def __init__(self, result: Result, dial: str | None = None, disparity: str | None = None):
        super().__init__(result)
        self._dial, self._disparity = dial, disparity

    @property
    def runs(self) -> list[dict[str, Any]]:
        """The fits as the document has them, in its order."""
        runs: list[dict[str, Any]] = self.document["runs"]
        return runs

    def _name(self, run: Mapping[str, Any]) -> str:
        if self._dial is not None and self._dial in run["options"]:
            return f"{self._dial} {run['options'][self._dial]}"
        return str(run.get("label") or run["method"])

    @property
    def table(self) -> pd.DataFrame:
        """One row a run, of the test rows where there are any."""
        rows = []
        for run in self.runs:
            measured = run.get("test") or run["train"]
            row: dict[str, Any] = {"method": run.get("label") or run["method"]}
            if self._dial is not None:
                row[self._dial] = run["options"].get(self._dial)
            row |= {title: measured.get(name) for title, name in _SHOWN.items()}
            if self._disparity and self._disparity not in _SHOWN.values():
                row[self._disparity] = measured.get(self._disparity)
            rows.append({
                **row, "seconds": run["seconds"]["fit"], "pareto": run.get("pareto"),
                "status": run["status"]})
        return frame(rows)

    @cached_property
    def models(self) -> dict[str, TableModel]:
        """The fitted models, in the order of the runs."""
        return models_of(self._result, [self._name(run) for run in self.runs])

    def plot(self, ax: Axes | None = None) -> Axes:
        """Accuracy against unfairness, a point each run; runs that no other beats are joined."""
        measure = self._disparity or "selection_rate.difference"
        points = []
        for run in self.runs:
            measured = run.get("test") or run["train"]
            if measured.get(measure) is not None and measured.get("accuracy_score") is not None:
                points.append((
                    measured[measure], measured["accuracy_score"], self._name(run),
                    bool(run.get("pareto"))))
        ax = axes(ax)
        ax.scatter([p[0] for p in points], [p[1] for p in points])
        best = sorted(p[:2] for p in points if p[3])
        ax.plot([p[0] for p in best], [p[1] for p in best], linestyle="--")
        for x, y, name, _ in points:
            ax.annotate(name, (x, y), textcoords="offset points", xytext=(4, 4))
        ax.set_xlabel(measure)
        ax.set_ylabel("accuracy_score")
        return ax

    def _headline(self) -> str:
        with_titles = self.table.drop(columns=["seconds"]).round(4)
        return f"{len(self.runs)} runs\n{with_titles.to_string(index=False)}"


class Pipeline(PagedResult):
    """What the variants of a pipeline came to; `models` has their models by name.

    After a dry run there is the plan alone, in `document`.
    """

    @property
    def variants(self) -> list[dict[str, Any]]:
        """The variants as the document has them."""
        variants: list[dict[str, Any]] = self.document["variants"]
        return variants

    @property
    def exceeded(self) -> list[str]:
        """The gates that were exceeded: the variant and the condition."""
        return [
            f"{variant['name']}: {gate['condition']}" for variant in self.variants
            for gate in variant.get("gates", ()) if gate.get("exceeded")]

    @property
    def passed(self) -> bool:
        """Whether no gate was exceeded."""
        return self.ending != "exceeded"

    @property
    def table(self) -> pd.DataFrame:
        """One row a variant, of the test rows where there are any."""
        rows = []
        asked = self.document["disparity"]
        shown = _SHOWN if asked in _SHOWN.values() else {**_SHOWN, asked: asked}
        for variant in self.variants:
            fit = variant.get("fit")
            measured = (fit.get("test") or fit["train"]) if fit else {}
            rows.append({
                "variant": variant["name"],
                **{title: measured.get(name) for title, name in shown.items() if fit},
                **({"pareto": fit.get("pareto"), "status": fit["status"]} if fit else {})})
        return frame(rows)

    @cached_property
    def models(self) -> dict[str, TableModel]:
        """The fitted models by variant."""
        return models_of(self._result, [variant["name"] for variant in self.variants])

    def _headline(self) -> str:
        return f"{len(self.variants)} variants\n{self.table.round(4).to_string(index=False)}"


def axes(ax: Axes | None) -> Axes:
    """The axes, or new ones."""
    if ax is not None:
        return ax
    try:
        from matplotlib import pyplot
    except ImportError:
        raise RuntimeError("plots need matplotlib: pip install 'equipoise[plots]'") from None
    return pyplot.figure().add_subplot()


def compare(
    table: Rows | None = None, /, *,
    methods: Method | str | Sequence[Method | str] = "default", seed: int = 0, n_threads: int | None = None,
    **options: Unpack[CompareOptions],
) -> Runs:
    """Fits several methods to one split and shows how accurate and how fair each is.

    Parameters
    ----------
    table
        A frame, an Arrow table, a dictionary of columns, or the path of a CSV file; left out with
        ``dataset="adult"``.
    methods
        "default" (quick ones), "all", or names; stages of one fit are joined by ``+``.
    options
        The roles of columns as in `train`; ``test`` is the share of the rows to test on and
        ``test_data`` a table of its own. ``disparity`` is the metric that Pareto takes for
        fairness. ``equipoise.jobs()["compare"]`` lists them with what they mean.

    Examples
    --------
    >>> import equipoise
    >>> runs = equipoise.compare(dataset="german", methods=["logistic", "penalized"])
    >>> list(runs.table["method"])
    ['logistic', 'penalized']
    >>> sorted(runs.models)
    ['logistic', 'penalized']
    """
    asked = {**options, "methods": methods}
    result = start("compare", asked, {"data": table}, seed=seed, n_threads=n_threads)
    return Runs(result, disparity=options.get("disparity"))


def frontier(
    method: DialMethod | str, table: Rows | None = None, /, *,
    settings: Sequence[float] | None = None, method_options: Mapping[str, Any] | None = None,
    seed: int = 0, n_threads: int | None = None, **options: Unpack[RunsOptions],
) -> Runs:
    """Traces a method's accuracy-fairness frontier in one warm-started run.

    Parameters
    ----------
    method
        One with a dial: ``equipoise.methods()[name]["dial"]``.
    table
        As in `compare`.
    settings
        Of the dial; left out: those that span the frontier.
    method_options
        Further options of the method.
    options
        As in `compare`.

    Examples
    --------
    >>> import equipoise
    >>> found = equipoise.frontier("penalized", dataset="german", settings=[0, 1, 10])
    >>> list(found.table["strength"])
    [0, 1, 10]
    """
    from .._catalogue import methods

    known = methods().get(method)
    asked = {**options, **(method_options or {}), "method": method, "settings": settings}
    result = start("frontier", asked, {"data": table}, seed=seed, n_threads=n_threads)
    return Runs(result, known["dial"] if known else None, options.get("disparity"))


def run(
    pipeline: str | os.PathLike[str] | Mapping[str, Any], /, *, data: Table | None = None,
    test_data: Table | None = None, seed: int = 0, n_threads: int | None = None,
    **options: Unpack[PipelineOptions],
) -> Pipeline:
    """Runs a pipeline with its variants: trains, audits, compares and writes reports.

    Parameters
    ----------
    pipeline
        A dictionary, the text of a YAML or JSON file, or the path of one.
    data, test_data
        Tables in place of the pipeline's ``data.file`` and ``split.test``.
    options
        ``variants`` to run alone, ``output_directory`` for models and reports (nothing is written
        without one), ``dry_run`` to check the pipeline and read the rows alone.

    Examples
    --------
    >>> import equipoise
    >>> done = equipoise.run({
    ...     "data": {"dataset": "german"},
    ...     "variants": {"plain": {"learner": {"method": "logistic"}},
    ...                  "fair": {"learner": {"method": "penalized", "strength": 1}}}})
    >>> list(done.table["variant"]), done.passed
    (['plain', 'fair'], True)
    """
    tables = {"data": data, "test_data": test_data}
    asked = {**options, **pipeline_options(pipeline)}
    streams = {name: table for name, table in tables.items() if table is not None}
    from .._engine import jobs

    return Pipeline(jobs.run("run", asked, streams, seed=seed, n_threads=n_threads))


def pipeline_options(pipeline: str | os.PathLike[str] | Mapping[str, Any]) -> dict[str, str]:
    """A pipeline as an option of a job: its text, or its file."""
    if isinstance(pipeline, Mapping):
        return {"text": json.dumps(pipeline, default=str)}
    if _is_text(pipeline):
        return {"text": os.fspath(pipeline)}
    return {"pipeline": os.fspath(pipeline)}


def _is_text(pipeline: str | os.PathLike[str]) -> bool:
    return isinstance(pipeline, str) and (":" in pipeline and ("\n" in pipeline or "{" in pipeline))
