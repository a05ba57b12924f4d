"""Contradictions between doors that stand, each with its reason.

A case that is listed must fail: one that is mended fails the suite until its line is gone."""

from __future__ import annotations

import dataclasses
import fnmatch
import re

import jobs
import pytest
from fuzz import Fuzzed

# Patterns of test ids, and why the doors differ.
KNOWN: dict[str, str] = {
    # A job adds findings to an audit within strata; the calls beside the jobs audit alone.
    **{
        f"{job}-controlled_scored-{door}": "findings are of the job 'audit', not of an audit alone"
        for job in ("audit", "audit_scores") for door in ("swift", "c")
    },
    "audit_scores-controlled_scored-yaml": "findings are of the job 'audit', not of an audit alone",
    # The order of groups: bins ascend and '(missing)' is last in files.
    "postprocess-*-several_scored-python": "Python orders groups by their names",
    # Rows that are read for a fit need two groups; a job that only counts takes them as they are.
    "audit*-all_unknown_scored-c": "rows are read for any use, and fits need two groups",
    "audit_scores-all_unknown_scored-yaml": "a pipeline reads its rows for a fit, which needs two groups",
    # A call of C is handed rows: what is not there is missing in the data, and no option.
    "no-label-c": "what is not given is of data in C and of usage elsewhere",
    "no-sensitive-c": "what is not given is of data in C and of usage elsewhere",
    "target-unfit-c": "what is not given is of data in C and of usage elsewhere",
    "train-logistic-numbers-c": "what is not given is of data in C and of usage elsewhere",
}


def reason(name: str) -> str | None:
    """Why a test of this name is known to fail."""
    for pattern, why in KNOWN.items():
        if fnmatch.fnmatchcase(name, pattern):
            return why
    return None


def marked(*values, name: str):
    """A parameter that is expected to fail where its name is listed."""
    why = reason(name)
    marks = [pytest.mark.xfail(reason=why, strict=True)] if why else []
    return pytest.param(*values, id=name, marks=marks)


# ---- Faults of the fuzz ---------------------------------------------------------------------------


@dataclasses.dataclass
class Fault:
    """A fault that stands: on which cases, what it looks like, and the smallest case that has it."""

    reason: str
    smallest: object
    # A regular expression that the fault's text matches.
    text: str
    # A test of the case.
    where: object = lambda case: True
    seen: int = 0

    def covers(self, case, text: str) -> bool:
        return bool(self.where(case)) and re.search(self.text, text) is not None


FUZZED: list[Fault] = [
    Fault(
        "rules over arrays take one group", Fuzzed("threshold-optimizer", groups=1, alone=True),
        r"python: done", lambda case: case.alone and case.groups == 1),
]


def idle(names: list[str]) -> list[str]:
    """Patterns that fit none of the names of tests."""
    return [pattern for pattern in KNOWN if not fnmatch.filter(names, pattern)]
