"""Monitors: decisions and labels counted in a folder, and bounds that are watched on them."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from .._engine import jobs
from .results import JobResult, frame

if TYPE_CHECKING:
    import pandas as pd


class Monitor(JobResult):
    """What a monitor has counted or found."""

    @property
    def table(self) -> pd.DataFrame:
        told = self.document
        for part in ("rates", "cohorts"):
            if part in told:
                rows: list[dict[str, Any]] = told[part]
                if part == "cohorts":
                    return frame(rows)
                return frame([
                    {**dict(zip(each["by"], group["group"])),
                     **{name: value for name, value in group.items() if name != "group"}}
                    for each in rows for group in each["groups"]])
        if "bounds" in told:
            return frame([
                {"bound": each["bound"],
                 **{name: value for name, value in each["reading"].items() if name != "groups"}}
                for each in told["bounds"]])
        return frame([told])

    def _headline(self) -> str:
        return ", ".join(
            f"{name} {value}" for name, value in self.document.items()
            if not isinstance(value, (dict, list)))


def ingest(
    files: str | os.PathLike[str] | Sequence[str | os.PathLike[str]] | None = None, *,
    folder: str | os.PathLike[str], settings: str | os.PathLike[str] | None = None,
    sensitive: str | Sequence[str] | None = None, producer: str | None = None,
    backfill: bool = False, dry_run: bool = False, partial: bool = False,
    until: object | None = None,
) -> Monitor:
    """Counts decisions and labels in the folder of a monitor.

    Parameters
    ----------
    files
        Events, a JSON object a line. What was counted before is recognized and counted once.
    folder
        The monitor; made where there is none.
    settings
        A file of JSON that says what a new monitor counts and watches.
    sensitive
        Attributes of a new monitor, in place of settings.
    producer
        Who sends the events: its batches are numbered on from the last. By default the file's digest.
    backfill
        Events of the past, which fill charts and feed no detector.
    dry_run
        Says what would be counted, and counts nothing.
    partial
        Leaves out lines that cannot be read, rather than their batch.
    until
        An instant that has passed: ticks that ended before it are closed.

    Raises
    ------
    ValueError
        For a line that is no event, with its file, line and column.
    """
    given = {
        "files": files, "folder": folder, "settings": settings, "sensitive": sensitive,
        "producer": producer, "backfill": backfill or None, "dry_run": dry_run or None,
        "partial": partial or None, "until": None if until is None else str(until)}
    return Monitor(jobs.run("ingest", {k: v for k, v in given.items() if v is not None}))


def monitor(
    view: str, *, folder: str | os.PathLike[str], metric: str = "selection_rate",
    by: str | Sequence[str] | None = None, since: object | None = None,
    until: object | None = None, model: str | None = None, arm: str | None = None,
) -> Monitor:
    """Tells what a monitor has counted and found.

    Parameters
    ----------
    view
        ``"status"``, ``"alerts"``, ``"rates"``, ``"cohorts"``, ``"verify"``, which counts everything
        once more and compares, or ``"rebuild"``, which makes all counts again from the journal.
    folder
        The monitor.
    metric
        Rates: which.
    by
        Rates and cohorts: the attributes whose crosses are the groups.
    since, until
        Rates: of decisions from an instant on, and before one.
    model, arm
        Rates: of a model with its version, ``"credit@7"``, and of an arm.
    """
    given = {
        "view": view, "folder": folder, "metric": metric, "by": by,
        "since": None if since is None else str(since),
        "until": None if until is None else str(until), "model": model, "arm": arm}
    return Monitor(jobs.run("monitor", {k: v for k, v in given.items() if v is not None}))
