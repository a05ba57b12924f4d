"""Documents for people: model cards, datasheets, the four-fifths table, Local Law 144."""

from __future__ import annotations

import os
from itertools import groupby
from typing import TYPE_CHECKING, Any, Literal, overload

from .._types import Rows
from .results import PagedResult, frame, start

if TYPE_CHECKING:
    import pandas as pd
    from typing_extensions import Unpack

    from .options import (
        DescribeOptions,
        FourFifthsOptions,
        LocalLaw144Options,
        ModelCardOptions,
        PageOptions,
    )

Kind = Literal["model-card", "datasheet", "four-fifths", "ll144"]
KINDS: tuple[Kind, ...] = ("model-card", "datasheet", "four-fifths", "ll144")


class Page(PagedResult):
    """A document for people: `to_html`, `to_markdown`, `to_csv`, and its tables as frames."""

    def __init__(self, result: Any, kind: str):
        super().__init__(result)
        self.kind = kind

    @property
    def tables(self) -> dict[str, pd.DataFrame]:
        """Every table of the page by its name, in the page's order."""
        import csv
        import io

        lines = csv.DictReader(io.StringIO(self._result.rendered("csv")))
        found = {name: _rows(list(cells)) for name, cells in groupby(lines, lambda c: c["table"])}
        # What is positive stands before the tables, and is none of them.
        return {name: frame(rows) for name, rows in found.items() if name != "positives"}

    @property
    def table(self) -> pd.DataFrame:
        """The page's first table."""
        return next(iter(self.tables.values()), frame())

    def _headline(self) -> str:
        text = self._result.rendered("markdown")
        return next((line.lstrip("# ") for line in text.splitlines() if line.startswith("#")), "")

    def _repr_html_(self) -> str:
        import html

        page = html.escape(self._result.rendered("html"), quote=True)
        return f'<iframe srcdoc="{page}" width="100%" height="600"></iframe>'


@overload
def report(
    kind: Literal["model-card"], table: Rows | None = None, /, *,
    seed: int = 0, n_threads: int | None = None, **options: Unpack[ModelCardOptions],
) -> Page: ...
@overload
def report(
    kind: Literal["datasheet"], table: Rows | None = None, /, *,
    seed: int = 0, n_threads: int | None = None, **options: Unpack[PageOptions],
) -> Page: ...
@overload
def report(
    kind: Literal["four-fifths"], table: Rows | None = None, /, *,
    seed: int = 0, n_threads: int | None = None, **options: Unpack[FourFifthsOptions],
) -> Page: ...
@overload
def report(
    kind: Literal["ll144"], table: Rows | None = None, /, *,
    seed: int = 0, n_threads: int | None = None, **options: Unpack[LocalLaw144Options],
) -> Page: ...
def report(
    kind: Kind, table: Rows | None = None, /, *, seed: int = 0,
    n_threads: int | None = None, **options: Any,
) -> Page:
    """A document for people who do not run the program.

    Parameters
    ----------
    kind
        "model-card": nine parts from a model of `train`, an audit and notes. "datasheet": what a
        table holds, column by column and group by group. "four-fifths": selection rates by the
        Uniform Guidelines. "ll144": the tables of a bias audit under New York City's Local Law 144.
    table
        A frame, an Arrow table, a dictionary of columns, or the path of a CSV file; left out with
        ``dataset="adult"``.
    options
        The roles of columns as in `train`; where decisions come from: ``prediction``, ``score`` or
        ``model``; ``notes`` of the owner (a dictionary or a file), ``date``, ``title``; ``output``
        writes files. ``equipoise.jobs()[kind]`` lists them with what they mean.

    Examples
    --------
    >>> import equipoise
    >>> hired = {"sex": ["f", "m", "f", "m"] * 50, "hired": [0, 1, 1, 1] * 50}
    >>> page = equipoise.report("four-fifths", hired, prediction="hired", sensitive="sex")
    >>> page.to_html().startswith("<!DOCTYPE html>")
    True
    """
    if kind not in KINDS:
        raise ValueError(f"there is no report {kind!r}: expected one of {', '.join(KINDS)}")
    result = start(kind, options, {"data": table}, seed=seed, n_threads=n_threads)
    return Page(result, kind)


class Description(Page):
    """What a table holds: `tables` has its columns, groups and label rates as frames."""

    @property
    def commands(self) -> list[str]:
        """Calls to copy: an audit of the labels, and a comparison of methods."""
        found = [s for s in self.document["sections"] if s["id"] == "next"]
        return [block["code"]["_0"] for section in found for block in section["blocks"]]


def describe(
    table: Rows | None = None, /, *, seed: int = 0, n_threads: int | None = None,
    **options: Unpack[DescribeOptions],
) -> Description:
    """What a table holds and what to look at before it is used, as a page.

    Each column with its role, kind, missing and different values, and what it seems to be: a key,
    a date, a code, misspelt values. Groups with their rows and label rates, crosses too. The first
    step with a table of your own.

    Parameters
    ----------
    table
        A frame, an Arrow table, a dictionary of columns, or the path of a CSV file; left out with
        ``dataset="adult"``.
    options
        The roles of columns as in `train`; without ``label`` or ``sensitive``, columns with usual
        names are taken. ``population`` is a table or file of a population's shares (columns
        attribute, group, share) that groups are compared with. ``output`` writes files.

    Examples
    --------
    >>> import equipoise
    >>> hired = {"sex": ["f", "m", "f", "m"] * 50, "hired": [0, 1, 1, 1] * 50}
    >>> page = equipoise.describe(hired)
    >>> page.tables["groups-0"]["Rows"].tolist()
    [100.0, 100.0, 200.0]
    >>> page.commands[0]
    "equipoise.audit(table, label='hired', sensitive=['sex'])"
    """
    given: dict[str, Any] = dict(options)
    tables = {"data": table, "population": given.pop("population", None)}
    return Description(start("describe", given, tables, seed=seed, n_threads=n_threads), "describe")


def _rows(cells: list[dict[str, str]]) -> list[dict[str, object]]:
    """The rows of one table: a number where a cell has one, else its text."""
    rows: list[dict[str, object]] = []
    for cell in cells:
        if not rows or cell["column"] in rows[-1] or rows[-1][""] != cell["row"]:
            rows.append({"": cell["row"]})
        rows[-1][cell["column"]] = float(cell["value"]) if cell["value"] else cell["text"]
    return rows
