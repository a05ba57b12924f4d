"""Rows in, rows out: decisions by a rule, repaired tables, watched batches, synthetic data."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from .._engine import jobs
from .._engine.jobs import Result
from .._inputs import as_columns
from .._known_names import Postprocessing, Preprocessing
from .._types import Rows, Table
from .results import JobResult, decisions_frame, frame, start

if TYPE_CHECKING:
    import pandas as pd
    from typing_extensions import Unpack

    from .options import (
        ExplainOptions,
        GenerateOptions,
        PostprocessOptions,
        PreprocessOptions,
        WatchOptions,
    )


class Watch(JobResult):
    """The gaps between groups so far, with evidence that holds whenever it is looked at; with a
    detector, the bounds that have begun to be broken."""

    @property
    def alarm(self) -> bool:
        """Whether any pair of groups was found to be treated unalike, or a bound to be broken."""
        return self.ending == "exceeded"

    @property
    def table(self) -> pd.DataFrame:
        """One row a pair of groups; with a detector one row a group of each comparison."""
        if not self._has_detector:
            names = ["first", "second", "records", "pairs", "gap", "evidence", "p_value", "alarm"]
            return frame(self.document["gaps"], columns=names)
        bounded = self.document.get("not_estimable")
        if bounded is not None:
            names = ["comparison", "group", "rejected", "low", "high"]
            return frame(bounded, columns=names)
        names = ["comparison", "state", "group", "rows", "successes", "rate", "low", "high",
                 "rate_since", "smallest_breach", "blind", "stopped"]
        rows = [
            {"comparison": told["comparison"], "state": told["state"], **group}
            for told in self.document["comparisons"] for group in told["groups"]]
        return frame(rows, columns=names)

    @property
    def states(self) -> dict[str, str]:
        """The state of each comparison of a detector: "quiet", "blind", "raised", …

        Of equalized odds, each rate has its own.
        """
        told = self.document.get("comparisons", [])
        has_parts = len({comparison["metric"] for comparison in told}) > 1
        return {
            comparison["comparison"] + (f", {comparison['metric']}" if has_parts else ""):
                comparison["state"] for comparison in told}

    @property
    def words(self) -> list[str]:
        """What a detector knows and what could hide from it, in sentences."""
        return [text for told in self.document.get("comparisons", []) for text in told["words"]]

    @property
    def _has_detector(self) -> bool:
        return "gaps" not in self.document

    def _headline(self) -> str:
        told = self.document
        if self._has_detector:
            states = ", ".join(f"{name} {state}" for name, state in self.states.items())
            return f"{told['metric']}, {states or 'not estimable'}, {told['batches']} batches"
        return (
            f"{told['metric']} by {told['attribute']}, {'alarm' if self.alarm else 'no alarm'} "
            f"(evidence {max((gap['evidence'] for gap in told['gaps']), default=0):.3g} of "
            f"{told['limit']:.3g})")


class PostprocessedTable(JobResult):
    """What a rule made of scores: columns score, probability and prediction, a row each, after the
    columns that are kept."""

    @property
    def table(self) -> pd.DataFrame:
        """Score, probability and prediction, a row each, after ``id`` and the columns of ``keep``
        as texts."""
        return frame(self._result.table)

    @property
    def decisions(self) -> pd.DataFrame:
        """By which rule each group is selected, how many are drawn by lot, gained and lost."""
        return decisions_frame(self.document)

    def _headline(self) -> str:
        told = self.document
        name = "selection_rate.difference"
        before, after = (told.get(part) or {} for part in ("before", "after"))
        change = f", {name} {before[name]:.4f} → {after[name]:.4f}" if name in before else ""
        return f"{told['method']} of {told['rows']} rows{change}"


class WrittenPredictions(JobResult):
    """Predictions in a file, and what the decisions come to."""

    @property
    def table(self) -> pd.DataFrame:
        """By which rule each group is selected, how many are drawn by lot, gained and lost."""
        return decisions_frame(self.document)

    def _headline(self) -> str:
        told = self.document
        return f"{told['rows']} predictions written to {told['output']}"


class Explanation(JobResult):
    """Why rows are not selected by a linear model, one row a reason."""

    @property
    def table(self) -> pd.DataFrame:
        """The reasons: row, record, id, rank, column, contribution, score, short_by, value, typical."""
        return frame(self._result.table)

    @property
    def sufficient(self) -> bool:
        """Whether the reasons of every row explain its decision."""
        return bool(self.document["insufficient"] == 0)

    def _headline(self) -> str:
        told = self.document
        short = told["insufficient"]
        if not told["adverse"]:
            return f"each of {told['rows']} rows is selected"
        return f"{told['adverse']} not selected of {told['rows']}, " + (
            f"{short} with reasons that do not suffice" if short else "each with reasons that suffice")


class PreprocessedTable(JobResult):
    """A table as a preprocessor leaves it."""

    def __init__(self, result: Result, given: Rows | None):
        super().__init__(result)
        self._given = given

    @property
    def table(self) -> pd.DataFrame:
        """The table with what was changed, added and left out; what stays keeps its values."""
        if self._given is None:
            raise ValueError("the table is a file's: 'output' names the file it is written to")
        changes = self._result.table
        rows = changes.pop("record").astype(np.int64)
        dropped = set(self.document["dropped"])
        columns: dict[str, Any] = {}
        for name, values in _columns(self._given):
            if name not in dropped:
                kept = values.iloc[rows].reset_index(drop=True)
                change = changes.get(f"replaced.{name}")
                columns[name] = kept if change is None else _changed(kept, change)
        for name, added in changes.items():
            if name.startswith("added."):
                columns[name.removeprefix("added.")] = added
        return frame(columns)

    def _headline(self) -> str:
        told = self.document
        parts = [
            f"{word} {', '.join(told[word])}" for word in ("changed", "added", "dropped")
            if told[word]]
        rows = f"{told['method']}: {told['rows_before']} rows to {told['rows_after']}"
        return "; ".join([rows, *parts])


def _columns(table: Any) -> list[tuple[str, pd.Series[Any]]]:
    import pandas as pd

    if hasattr(table, "iloc") and hasattr(table, "columns"):
        frame: Any = table
        return [(str(name), frame.iloc[:, place]) for place, name in enumerate(frame.columns)]
    return [(name, pd.Series(values)) for name, values in as_columns(table, "x")]


def _changed(kept: pd.Series[Any], change: np.ndarray[Any, Any]) -> pd.Series[Any]:
    """The values with those that are others; texts become values of the column's own kind."""
    import pandas as pd

    if change.dtype != object:
        numbers = kept.astype(float).to_numpy(copy=True)
        where = ~np.isnan(change)
        numbers[where] = change[where]
        made: pd.Series[Any] = pd.Series(numbers)
        return made
    known = {str(value): value for value in pd.unique(kept.dropna())}
    result = kept.astype(object)
    where = np.array([text is not None for text in change], dtype=bool)
    result[where] = [known.get(text, text or None) for text in change[where]]
    if set(result.dropna()) <= set(known.values()):
        result = result.astype(kept.dtype)
    changed: pd.Series[Any] = result
    return changed


def watch(
    table: Rows, /, *, n_threads: int | None = None,
    **options: Unpack[WatchOptions],
) -> Watch:
    """Monitors gaps between groups on a stream, with a guaranteed false-alarm rate.

    However often it is run and whenever it is stopped, groups that are treated alike raise an alarm
    with chance at most ``alpha``.

    Parameters
    ----------
    table
        The records that came, in their order: a frame, an Arrow table, a dictionary of columns, or
        the path of a CSV file.
    options
        ``prediction`` and one ``sensitive`` column; ``state`` is the file in which the watch goes
        on from batch to batch; ``metric``, ``alpha``, and ``label`` for rates that need one. A file
        that was counted before is refused unless ``again`` is set.

        With ``detector=True`` each batch is a tick, and a bound on every attribute and cross of up
        to ``intersections`` attributes is watched: differences of at most ``tolerance``, ratios to
        the highest rate of at least ``least_ratio``, or rates of at least ``floor`` or at most
        ``ceiling`` in every group, at ``false_alarms`` a year of ``batches_a_year``, all together.
        ``calibration`` bounds how far the share of positive labels may be from the mean ``score`` in
        each group and each of ``score_bins`` bins; it needs a label, and no ``prediction``.
        With ``arm``, the column that says which of two arms decided, and ``control``, its value for
        the one that the other is held against: in every group the new arm's rate is at most
        ``not_below`` lower, or its gaps are at most ``gap_change`` larger. ``metric`` may be
        "equalized_odds" or "precision_score" as well. Where labels come late, rows are judged at an
        age of ``horizon`` batches, and ``decided`` is the column with the number of the batch in
        which a row was decided. ``step`` says what was done about an alarm;
        ``selected_labels`` that only selected rows have labels; ``largest_hidden`` how large a
        breach may go unseen for a month.

    Examples
    --------
    >>> import equipoise
    >>> batch = {"sex": ["f", "m"] * 300, "granted": [0, 1] * 300}
    >>> equipoise.watch(batch, prediction="granted", sensitive="sex").alarm
    True
    >>> equipoise.watch(batch, prediction="granted", sensitive="sex", detector=True).states
    {'sex': 'quiet'}
    """
    return Watch(start("watch", options, {"data": table}, seed=0, n_threads=n_threads))


def explain(
    model: object, table: Rows, /, *, n_threads: int | None = None,
    **options: Unpack[ExplainOptions],
) -> Explanation:
    """Reasons for the decisions of a linear model, and whether they suffice.

    A row that is not selected is held against the mean of the rows just above the threshold, and
    the columns that take most from its score are its reasons. Models whose decisions depend on a
    group, or are drawn by lot, are refused.

    Parameters
    ----------
    model
        A model of `train` or `load_model`, or the path of one.
    table
        The rows: a frame, an Arrow table, a dictionary of columns, or the path of a CSV file.
    options
        ``reference_data`` has the rows among which those just above the threshold are found,
        ``band`` says what share of the selected ones they are, ``most`` how many reasons a row has
        where they suffice.

    Examples
    --------
    >>> import equipoise
    >>> table = {"income": list(range(80)), "debt": [7, 3, 5, 1] * 20, "paid": [0] * 40 + [1] * 40}
    >>> model = equipoise.train("logistic", table, label="paid")
    >>> found = equipoise.explain(model, table)
    >>> found.sufficient, list(found.table["column"].unique())[:1]
    (True, ['income'])
    """
    given = dict(options)
    reference = given.pop("reference_data", None)
    tables: dict[str, Any] = {"data": table}
    if reference is not None:
        tables["reference_data"] = reference
    asked = {**given, "model": model}
    return Explanation(start("explain", asked, tables, seed=0, n_threads=n_threads))


def postprocess(
    method: Postprocessing | str | None, table: Rows, /, *,
    method_options: Mapping[str, Any] | None = None, seed: int = 0, n_threads: int | None = None,
    **options: Unpack[PostprocessOptions],
) -> PostprocessedTable:
    """Turns a column of scores, whatever made them, into decisions or better scores.

    Parameters
    ----------
    method
        A postprocessing method, or None with ``apply``, the file of a rule.
    table
        A frame, an Arrow table, a dictionary of columns, or the path of a CSV file.
    method_options
        Options of the method.
    options
        ``score`` names the column; ``rule`` is a file to write the fitted rule to; ``id`` and
        ``keep`` name columns to put beside the decisions.

    Examples
    --------
    >>> import equipoise
    >>> table = {"sex": ["f", "m"] * 40, "y": [0, 1, 1, 1] * 20, "score": [.2, .7, .6, .9] * 20}
    >>> made = equipoise.postprocess(
    ...     "group-thresholds", table, score="score", label="y", sensitive="sex")
    >>> list(made.table)
    ['score', 'probability', 'prediction']
    """
    asked = {**options, **(method_options or {}), "method": method}
    return PostprocessedTable(
        start("postprocess", asked, {"data": table}, seed=seed, n_threads=n_threads))


def preprocess(
    method: Preprocessing | str | None, table: Rows, /, *,
    method_options: Mapping[str, Any] | None = None, seed: int = 0, n_threads: int | None = None,
    **options: Unpack[PreprocessOptions],
) -> PreprocessedTable:
    """A table again with repaired columns, weights, labels or rows.

    Parameters
    ----------
    method
        A preprocessing method, or None with ``apply``, the file of a fitted transform.
    table
        A frame, an Arrow table, a dictionary of columns, or the path of a CSV file, which is
        written again to the file ``output``.
    method_options
        Options of the method.
    options
        The roles of columns as in `train`; ``transform`` is a file for the fitted transform.

    Examples
    --------
    >>> import equipoise
    >>> table = {"sex": ["f", "m"] * 40, "x": list(range(80)), "y": [0, 1, 1, 1] * 20}
    >>> made = equipoise.preprocess("reweighing", table, label="y", sensitive="sex")
    >>> list(made.table)
    ['sex', 'x', 'y', 'weight']
    """
    asked = {**options, **(method_options or {}), "method": method}
    result = start("preprocess", asked, {"data": table}, seed=seed, n_threads=n_threads)
    return PreprocessedTable(result, None if isinstance(table, (str, os.PathLike)) else table)


def generate(
    rows: int, /, *, seed: int = 0, n_threads: int | None = None,
    **options: Unpack[GenerateOptions],
) -> pd.DataFrame | None:
    """Synthetic data with a known bias, as a frame; or written to ``output``, of any size.

    Parameters
    ----------
    rows
        How many.
    options
        ``equipoise.jobs()["generate"]`` lists them with what they mean.

    Examples
    --------
    >>> import equipoise
    >>> equipoise.generate(1000, features=2, seed=1).shape
    (1000, 4)
    """
    asked: dict[str, Any] = {**options, "rows": rows}
    if "output" in asked:
        jobs.run("generate", asked, seed=seed, n_threads=n_threads)
        return None
    import pandas as pd

    with tempfile.TemporaryDirectory() as folder:
        asked["output"] = os.path.join(folder, "rows.csv")
        jobs.run("generate", asked, seed=seed, n_threads=n_threads)
        return pd.read_csv(asked["output"])
