"""What every door is asked, and what it answers."""

from __future__ import annotations

import dataclasses
import math
import re


@dataclasses.dataclass
class Request:
    """One job: the same for every door."""

    job: str
    # A table of `tables`, or None for jobs without rows.
    table: object = None
    # Roles of columns in place of the table's own.
    roles: dict | None = None
    method: str | None = None
    methods: list | None = None
    # Of the method: texts, as a command line has them.
    options: dict = dataclasses.field(default_factory=dict)
    # How many rows to test on: a share of them.
    test: float = 0.0
    seed: int = 0
    threads: int = 1
    threshold: float = 0.5
    precision: str = "float"
    settings: list | None = None
    # Of an audit: intersections, confidence, reference.
    audit: dict = dataclasses.field(default_factory=dict)
    unseen_group: str | None = None
    # A file that another door wrote: a model, a rule or a transform.
    file: str | None = None
    # Seconds after which a fit is told to stop.
    limit: float | None = None

    @property
    def columns(self) -> dict:
        """The roles that hold."""
        return self.table.roles if self.roles is None else self.roles


@dataclasses.dataclass
class Answer:
    """What a door said: an outcome, the parts of the result it gives, or a message."""

    # done, not_converged, gate, usage, data, refused (usage or data, unsaid), internal, died, slow
    outcome: str
    message: str = ""
    # By name: fit, metrics, model, predictions, document, ...
    parts: dict = dataclasses.field(default_factory=dict)
    # Row from 0 and column that a structured error names.
    row: int | None = None
    column: str = ""
    # How the process ended.
    code: int | None = None

    @property
    def is_done(self) -> bool:
        return self.outcome in ("done", "not_converged", "gate")

    @property
    def is_refused(self) -> bool:
        return self.outcome in ("usage", "data", "refused")


SETTLED = ("converged", "separable")

# Not the same in two runs of one job, or said by one door alone: no part of the comparison.
SET_ASIDE = {
    "seconds", "peak_memory_bytes", "data_sha256", "configuration_sha256", "pipeline_sha256",
    "files", "digest", "sha256", "version", "label",
}


def settled(document: dict) -> str:
    """The outcome that a document's status, or those of its runs, stand for."""
    runs = document.get("runs") or [document]
    statuses = [run.get("status") for run in runs if run.get("status")]
    if "stopped" in statuses:
        return "stopped"
    return "done" if all(status in SETTLED for status in statuses) else "not_converged"


def canonical(value):
    """A document without what is set aside."""
    if isinstance(value, dict):
        return {
            key: canonical(entry) for key, entry in value.items()
            if key not in SET_ASIDE and entry is not None
        }
    if isinstance(value, (list, tuple)):
        return [canonical(entry) for entry in value]
    return value


# What a job knows of its file and its model, and a call that is given rows alone does not say; compared
# where both doors say it.
OF_JOBS = {"positives", "decisions"}
# The same of a fit's document: the rows and columns that a job read for it, and what it noticed.
OF_FITTING_JOBS = {"rows", "features", "notes"}

# Rows that are read in pieces or at once are summed in another order: the last bits of a mean differ.
ROUNDING = 1e-12


def differences(first, second, path="", limit=5) -> list[str]:
    """Where two canonical values are not the same, numbers to rounding."""
    found: list[str] = []
    _compare(first, second, path, found)
    return found[:limit] + ([f"... and {len(found) - limit} more"] if len(found) > limit else [])


def _compare(first, second, path, found) -> None:
    if isinstance(first, dict) and isinstance(second, dict):
        for key in sorted(set(first) | set(second), key=str):
            if (key in first) != (key in second):
                if key in OF_JOBS or (key in OF_FITTING_JOBS and "iterations" in first):
                    continue
                found.append(f"{path}.{key}: only in the {'second' if key in second else 'first'}")
            else:
                _compare(first[key], second[key], f"{path}.{key}", found)
    elif isinstance(first, list) and isinstance(second, list):
        if len(first) != len(second):
            found.append(f"{path}: {len(first)} entries and {len(second)}")
        for index, (one, other) in enumerate(zip(first, second)):
            _compare(one, other, f"{path}[{index}]", found)
    elif isinstance(first, (int, float)) and isinstance(second, (int, float)):
        if not alike(first, second):
            found.append(f"{path}: {first!r} and {second!r}")
    elif first != second:
        found.append(f"{path}: {first!r} and {second!r}")


def alike(first: float, second: float) -> bool:
    """Whether two numbers are the same to rounding; NaN is like NaN."""
    if isinstance(first, bool) or isinstance(second, bool):
        return first is second
    if math.isnan(float(first)) or math.isnan(float(second)):
        return math.isnan(float(first)) and math.isnan(float(second))
    return math.isclose(first, second, rel_tol=ROUNDING, abs_tol=ROUNDING)


def strays(value, path="") -> list[str]:
    """Numbers of a document that JSON lacks."""
    if isinstance(value, dict):
        return [s for key, entry in value.items() for s in strays(entry, f"{path}.{key}")]
    if isinstance(value, (list, tuple)):
        return [s for index, entry in enumerate(value) for s in strays(entry, f"{path}[{index}]")]
    if isinstance(value, float) and not math.isfinite(value):
        return [f"{path}: {value}"]
    return []


def named(answer: Answer, words) -> set[str]:
    """Those of some columns and values that a refusal names: in quotes, or as its column."""
    quoted = set(re.findall(r"'([^']*)'", answer.message)) | {answer.column}
    return {word for word in words if word in quoted}
