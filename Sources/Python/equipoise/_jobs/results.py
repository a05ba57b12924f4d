"""What jobs come to: documents that are made when they are asked for, and tables of them."""

from __future__ import annotations

import html
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .._engine import jobs
from .._engine.jobs import Ending, Format, Result
from .._engine.model import Model
from .._types import Rows, Table

if TYPE_CHECKING:
    import pandas as pd

    from .._training import TableModel


class JobResult:
    """What a job came to.

    `document` is what the program prints with ``--format json``; `to_json` gives its very bytes.
    They are made when they are asked for.
    """

    def __init__(self, result: Result):
        self._result = result

    @property
    def document(self) -> Any:
        """The document for programs, read."""
        return self._result.document

    @property
    def notes(self) -> list[str]:
        """What a reader must know; the last says how the job ended, where it is not well."""
        return self._result.notes

    @property
    def ending(self) -> Ending:
        """How it ended: "not_converged" for a missed tolerance, "exceeded" where a gate holds."""
        return self._result.ending

    def _text(self, format: Format, path: str | os.PathLike[str] | None) -> str | None:
        return written(self._result.rendered(format), path)

    def to_json(self, path: str | os.PathLike[str] | None = None) -> str | None:
        """The document as text, the bytes that the program prints; or written to a file."""
        return self._text("json", path)

    @property
    def table(self) -> pd.DataFrame:
        """What the program prints on a terminal, as a frame."""
        raise NotImplementedError

    def _headline(self) -> str:
        return ""

    def __repr__(self) -> str:
        notes = [note for note in self.notes if not note.startswith("wrote ")]
        kind, headline = type(self).__name__, self._headline()
        first = headline if headline.startswith(kind) else f"{kind}: {headline}"
        return "\n".join([first, *notes])

    def _repr_html_(self) -> str:
        table: str = self.table.to_html(index=False, escape=True, max_rows=20, float_format=short)
        return f"<p>{html.escape(repr(self))}</p>{table}"


class PagedResult(JobResult):
    """A result that has a page for people."""

    def to_html(self, path: str | os.PathLike[str] | None = None) -> str | None:
        """The page as HTML without outside files, as text; or written to a file."""
        return self._text("html", path)

    def to_markdown(self, path: str | os.PathLike[str] | None = None) -> str | None:
        """The page as Markdown, as text; or written to a file."""
        return self._text("markdown", path)

    def to_csv(self, path: str | os.PathLike[str] | None = None) -> str | None:
        """The tables of the page as CSV, as text; or written to a file."""
        return self._text("csv", path)


def frame(rows: Any = None, columns: Sequence[str] | None = None) -> pd.DataFrame:
    """Rows or columns as a frame; pandas is loaded for it alone."""
    import pandas

    names: Any = columns
    made: pd.DataFrame = pandas.DataFrame(rows, columns=names)
    return made


def decisions_frame(document: Mapping[str, Any]) -> pd.DataFrame:
    """The groups of a document's decisions, and all rows last."""
    told = document.get("decisions")
    return frame([*told["groups"], told["all"]] if told else [])


def written(text: str, path: str | os.PathLike[str] | None) -> str | None:
    """The text itself, or None when it was written to a file."""
    if path is None:
        return text
    Path(path).write_bytes(text.encode("utf-8"))
    return None


def short(value: float) -> str:
    """A number for people."""
    return f"{value:.4f}".rstrip("0").rstrip(".") if value == value else "–"


def start(
    name: str, options: Mapping[str, Any], tables: Mapping[str, Rows | None], *, seed: int,
    n_threads: int | None,
) -> Result:
    """Runs a job: what is a path or None among `tables` is an option, models may be objects."""
    given = {key: value for key, value in options.items() if value is not None}
    streams: dict[str, Table] = {}
    for key, table in {**tables, "test_data": given.pop("test_data", None)}.items():
        if isinstance(table, (str, os.PathLike)):
            given[key] = os.fspath(table)
        elif table is not None:
            streams[key] = table
    models: dict[str, Model] = {}
    if hasattr(given.get("model"), "_model"):
        models["model"] = given.pop("model")._model
    return jobs.run(name, given, streams, models, seed=seed, n_threads=n_threads)


def models_of(result: Result, names: Sequence[str]) -> dict[str, TableModel]:
    """The models of a result by the names of its runs; a number tells equal names apart."""
    from .._training import TableModel

    found: dict[str, TableModel] = {}
    for place, name in enumerate(names):
        model = result.model_at(place)
        if model is not None:
            found[name if name not in found else f"{name} ({place})"] = TableModel(model)
    return found
