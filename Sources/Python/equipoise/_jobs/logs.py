"""Hash-chained logs and evidence packs."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING

from .._engine import jobs
from .results import JobResult, frame

if TYPE_CHECKING:
    import pandas as pd


class Log(JobResult):
    """A log, or an evidence pack, as it was found."""

    @property
    def table(self) -> pd.DataFrame:
        return frame([self.document])

    def _headline(self) -> str:
        return ", ".join(
            f"{name} {value}" for name, value in self.document.items()
            if not isinstance(value, (dict, list)))


def log_append(
    path: str | os.PathLike[str], message: str | None = None, *,
    file: str | os.PathLike[str] | Sequence[str | os.PathLike[str]] | None = None,
    evidence: str | os.PathLike[str] | None = None, kind: str = "note",
    date: object | None = None,
) -> Log:
    """Adds an entry to a log, which is made if there is none.

    Parameters
    ----------
    path
        The log.
    message
        What is to be recorded.
    file
        Files whose SHA-256 is recorded.
    evidence
        The folder of an evidence pack, which is verified and recorded.
    kind
        A word for what the entry is.
    date
        Of the entry; none is taken from the clock.

    Examples
    --------
    >>> import equipoise, tempfile, os
    >>> log = os.path.join(tempfile.mkdtemp(), "model.log")
    >>> _ = equipoise.log_append(log, "approved", date="2026-01-31")
    >>> equipoise.log_verify(log).document["entries"]
    1
    """
    given = {
        "path": path, "message": message, "file": file, "evidence": evidence, "kind": kind,
        "date": None if date is None else str(date)}
    return Log(jobs.run("log-append", {k: v for k, v in given.items() if v is not None}))


def log_verify(path: str | os.PathLike[str], *, head: str | None = None) -> Log:
    """Checks every entry of a log, or every file of an evidence pack.

    Parameters
    ----------
    path
        The log, or the folder of the pack.
    head
        Digest that an entry must have.

    Raises
    ------
    ValueError
        Where an entry or a file is not what it was.
    """
    given = {"path": path, "head": head}
    return Log(jobs.run("log-verify", {k: v for k, v in given.items() if v is not None}))
