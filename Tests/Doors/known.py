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
    # A fit tells a gap of 0 and a ratio of 1 of a rate that one group alone has.
    "fit-and-audit-one_label-*": "fits and audits define disparities twice",
    # A rate without a denominator is 0 in Python, and enters gaps.
    "scalar-equal_opportunity_*-one_row": "an empty rate is 0 in Python",
    "scalar-equalized_odds_difference-one_row": "an empty rate is 0 in Python",
    "scalar-equal_opportunity_*-one_label": "an empty rate is 0 in Python",
    "scalar-equalized_odds_*-one_label": "an empty rate is 0 in Python",
    # The labels that every group needs are asked for by the program, and not in C.
    **{
        f"{method}-equalized_odds-of-one-label-{door}": "C does not ask for labels in each group"
        for method in ("penalized-penalty", "reductions-constraint", "grid-search-constraint")
        for door in ("c", "python")
    },
    # Targets of test rows have no range, and the row of one is lost when rows are moved.
    "target-too-large-in-a-split-of-seed-*": "targets of test rows are not checked",
    # A mean that a large number spoils is subtracted first, and the first row is blamed.
    "large-number-*": "the row after the mean was subtracted is blamed",
    # Roles of columns are listed in five places.
    "*-controlled-c": "C has no role 'controls'",
    "*-controlled_scored-c": "C has no role 'controls'",
    "train-*-controlled-python": "Python has no role 'controls'",
    "controls-unknown-c": "C has no role 'controls'",
    "controls-unknown-python": "Python has no role 'controls'",
    # An audit within strata adds findings on the command line alone.
    "audit-controlled_scored-swift": "findings of an audit are the command line's",
    "audit_scores-controlled_scored-swift": "findings of an audit are the command line's",
    "audit_scores-controlled_scored-yaml": "findings of an audit are the command line's",
    "audit-controlled_scored-python": "Python has no role 'controls'",
    "audit_scores-controlled_scored-python": "Python has no role 'controls'",
    # Groups that nobody knows.
    "audit-unknown_scored-python": "an audit of Python refuses what is missing in a group",
    "audit_scores-unknown_scored-python": "an audit of Python refuses what is missing in a group",
    # The order of groups: bins ascend and '(missing)' is last in files.
    "postprocess-*-unknown_scored-python": "Python orders groups by their names",
    "postprocess-*-several_scored-python": "Python orders groups by their names",
    "audit*-several_scored*-python": "Python orders groups by their names",
    # Kinds and words of refusals.
    "no-label-c": "what is not given is of data in C and of usage elsewhere",
    "no-sensitive-c": "what is not given is of data in C and of usage elsewhere",
    "target-unfit-c": "C says that labels are needed, and not which method needs them",
    "train-logistic-numbers-c": "C says that labels are needed, and not which method needs them",
    "one-class-c": "C names neither the column nor the value of a label without another",
    "one-class-python": "C names neither the column nor the value of a label without another",
    # A search for a gap of several groups ends the process.
    "train-penalized-target_gap=0.05-bundled_compas-*": "the search for a gap traps",
    # An option of a method that is called like one of the job.
    "train-*-bins=*": "the option 'bins' of a method is hidden by that of the data",
    "train-feature-suppression-threshold=*-swift": "hidden by 'threshold' of a fit on the command line",
    "train-feature-suppression-threshold=*-yaml": "hidden by 'threshold' of a fit on the command line",
    "train-stated-thresholds-threshold=*-swift": "hidden by 'threshold' of a fit on the command line",
    "train-stated-thresholds-threshold=*-yaml": "hidden by 'threshold' of a fit on the command line",
    # The list of methods.
    "advice-penalized-constraint": "advice is read off an example in the help",
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
        "the search for a gap traps", Fuzzed("penalized", "target_gap", "0", groups=5), r"died",
        lambda case: (case.method, case.option) == ("penalized", "target_gap")),
    Fault(
        "a hold-out that leaves a class out of the rest traps",
        Fuzzed("stated-thresholds", "holdout", "0.9", groups=40), r"died",
        lambda case: case.option == "holdout"),
    Fault(
        "the option 'bins' of a method is hidden by that of the data",
        Fuzzed("multicalibration", "bins", "7"), r"python|command_line",
        lambda case: case.option == "bins"),
    Fault(
        "an infinite option or bound stands in a document",
        Fuzzed("massaging", "l2", "5e-324"), r"JSON|internal|Double\.inf",
        lambda case: case.option in ("l2", "c")),
    Fault(
        "an audit of a group that is never selected has an infinite index",
        Fuzzed("sampling", "tolerance", "0", groups=40, weights="1e30"),
        r"differential_fairness|yaml: internal"),
    Fault(
        "the program's preprocess does not say with its exit code that a fit did not converge",
        Fuzzed("learned-fair-representations", groups=5, weights="zero in a group", alone=True),
        r"not_converged.*command_line: done",
        lambda case: case.alone and jobs.family(case.method) == "preprocessing"),
    Fault(
        "rules over arrays take one group", Fuzzed("threshold-optimizer", groups=1, alone=True),
        r"python: done", lambda case: case.alone and case.groups == 1),
]
