"""What is asked of every door: which jobs, which doors have them, and on which tables and methods.

A new job, method, table or door joins by standing in a list here; methods come from the program."""

from __future__ import annotations

import dataclasses
import functools
import json
import random
import re
import subprocess

import places
import tables
from doors.exchange import Request

# `c` has a function for each thing, `generic` is the one that runs any job by its name.
DOORS = ["command_line", "swift", "yaml", "c", "generic", "python"]
WANTED = [name for name in DOORS if not places.WANTED or name in places.WANTED]
# The door that the others are compared with.
FIRST = "command_line"

# By job: why a door lacks it. A door that is not named has the job.
LACKS = {
    "train": {},
    "split": {
        "c": "no call splits rows: a caller gives both parts",
        "python": "no call splits rows: scikit-learn does",
    },
    "predict": {"yaml": "a pipeline writes models and documents, no predictions"},
    "audit": {"yaml": "a pipeline audits scores that it decides by, not given decisions"},
    "audit_scores": {},
    "compare": {"c": "a caller fits one model a call and compares them itself"},
    "frontier": {"yaml": "variants say settings one by one"},
    "bench": {
        "swift": "the calls below the jobs fit in their own process", "yaml": "a suite is no pipeline",
        "c": "fits in a process of the caller's",
    },
    "postprocess": {},
    "preprocess": {"yaml": "a pipeline preprocesses for its learner and writes no table"},
    "methods": {},
}
# Jobs of the program that only one other door has, or none.
ALONE = {
    "report": "documents for people", "describe": "a table for people", "log": "a file's affair",
    "requirements": "texts, asked of every door in its own tests",
    "export": "a file's affair",
    "generate": "test data", "pack": "a file's affair", "kernels": "measures the machine",
    "info": "describes the machine",
    "explain": "reasons of one kind of model", "explore": "a page for people",
    "watch": "a state file between batches", "run": "is the door of YAML", "help": "text",
    "ingest": "a folder that stays between calls", "monitor": "tells of that folder",
}


@functools.cache
def catalogue() -> dict[str, dict]:
    """The methods as the program lists them."""
    done = subprocess.run(
        [str(places.PROGRAM), "methods", "--format", "json"], capture_output=True, check=True)
    return {entry["name"]: entry for entry in json.loads(done.stdout)}


def family(method: str) -> str:
    return catalogue()[method]["family"] if method in catalogue() else "in-processing"


def stage_of(method: str) -> str:
    """The key of a pipeline file that a method stands under."""
    return {"preprocessing": "preprocess", "postprocessing": "postprocess"}.get(
        family(method), "learner")


# Options that a stage has as a part of a model, and not by itself: those of the learner, and of how a
# rule is fitted and applied.
OF_MODELS = {
    "l2", "c", "tolerance", "max_iterations", "fit_intercept", "l1", "holdout", "groups",
    "unseen_group", "least_group",
}
# Settings that make slow methods quick on small tables, by option, wherever a method has it.
QUICK = {
    "epochs": "3", "pretraining": "1", "hidden": "8", "rounds": "10", "prototypes": "3",
    "steps": "50", "corrections": "200", "programs": "64", "grid_size": "5", "combinations": "30",
}


def quick(method: str) -> dict:
    known = {option["name"] for option in catalogue()[method]["options"]}
    return {name: value for name, value in QUICK.items() if name in known}


@dataclasses.dataclass(frozen=True)
class Case:
    """A job on a table, asked of every door."""

    job: str
    table: str
    method: str = ""
    # Pairs of name and value.
    options: tuple = ()
    more: tuple = ()

    def __str__(self) -> str:
        told = "_".join(
            f"{name}={value}" for name, value in self.options if name not in QUICK)
        parts = (self.job, self.method, told, self.table, "_".join(
            name for name, _ in self.more if name == "audit"))
        return "-".join(part for part in parts if part)

    def request(self, all_tables: dict) -> Request:
        more = dict(self.more)
        table = all_tables.get(self.table)
        job = {"split": "train", "audit_scores": "audit"}.get(self.job, self.job)
        changed = {
            name: list(value) if isinstance(value, tuple) else value
            for name, value in more.pop("roles", ())}
        roles = table and {**table.roles, **changed}
        for name in {"methods", "settings"} & set(more):
            more[name] = list(more[name])
        more["audit"] = dict(more.get("audit", ()))
        return Request(
            job, table, roles, self.method or None, options=dict(self.options), **more)


def lacks(case: Case, door: str) -> str | None:
    """Why a door lacks a case; None where it has it."""
    reason = LACKS[case.job].get(door)
    if door == "python" and case.table.startswith("bundled"):
        return "data sets are frames here, and a call takes any frame"
    if reason is None and door == "yaml" and case.table.startswith("numbers"):
        return "a pipeline has no key for a number to predict"
    return reason


# ---- Cases ----------------------------------------------------------------------------------------

EVERYWHERE = ("logistic", "penalized", "reductions", "group-thresholds", "reweighing")
FITTED = [make.__name__ for make in tables.FITTED]


def _tables_of(number: int, method: str) -> list[str]:
    """All tables in the long form; else two, each table coming round, or all for some methods."""
    if places.LONG or method in EVERYWHERE:
        return FITTED
    return [FITTED[(2 * number + k) % len(FITTED)] for k in range(2)]


def train_cases() -> list[Case]:
    found = []
    for number, method in enumerate(catalogue()):
        options = tuple(sorted(quick(method).items()))
        found += [
            Case("train", table, method, options) for table in _tables_of(number, method)]
        if places.LONG or method in ("adversarial", "logistic"):
            found.append(Case("train", "numbers", method, options))
        if places.LONG or method == "penalized":
            found.append(Case("train", "classes", method, options))
    return found


def bundled_cases() -> list[Case]:
    methods = ("logistic", "penalized", "reductions") if places.LONG else ("logistic",)
    return [
        *(Case("train", table.name, method) for method in methods for table in tables.BUNDLED),
        Case("train", "bundled_compas", "penalized", (("target_gap", "0.05"),)),
    ]


def shadowed_cases() -> list[Case]:
    """Options of methods that are called like an option of the job: each door must tell them apart."""
    from fuzz import option_value

    done = subprocess.run([str(places.PROGRAM), "train", "--help"], capture_output=True, text=True)
    taken = {name.replace("-", "_") for name in re.findall(r"--([a-z][a-z-]*)", done.stdout)}
    found = []
    for method, entry in catalogue().items():
        for option in entry["options"]:
            if option["name"] not in taken:
                continue
            value = option_value(option, "between", random.Random(1))
            if value is not None:
                changed = {**quick(method), option["name"]: value}
                found.append(Case("train", "plain", method, tuple(sorted(changed.items()))))
    return found


def split_cases() -> list[Case]:
    methods = catalogue() if places.LONG else ("logistic", "reductions", "reject-option")
    return [
        Case("split", table, method, tuple(sorted(quick(method).items())),
             more=(("test", 0.3), ("seed", 5)))
        for method in methods for table in (FITTED if places.LONG else ("plain", "several"))
    ]


def audit_cases() -> list[Case]:
    found = []
    for table in FITTED:
        name = f"{table}_scored"
        found.append(Case("audit", name, more=(("roles", _pairs(prediction="d")),)))
        found.append(Case("audit_scores", name, more=(("roles", _pairs(score="p")),)))
    found.append(Case(
        "audit", "several_scored",
        more=(("audit", _pairs(intersections=2, reference="largest", confidence=0.9)),
              ("roles", _pairs(prediction="d")))))
    return found


def compare_cases() -> list[Case]:
    methods = ("logistic", "penalized", "reweighing", "group-thresholds")
    return [
        Case("compare", table, more=(("methods", methods), ("test", 0.3)))
        for table in (FITTED if places.LONG else ("plain", "survey", "one_label", "compas"))
    ]


def frontier_cases() -> list[Case]:
    methods = [name for name, entry in catalogue().items() if entry.get("dial")]
    return [
        Case("frontier", table, method, tuple(sorted(quick(method).items())),
             more=(("settings", (0.0, 0.05, 0.5)),))
        for method in methods for table in (FITTED if places.LONG else ("plain", "one_row"))
    ]


def bench_cases() -> list[Case]:
    return [
        Case("bench", table, more=(("methods", ("logistic", "reductions")), ("test", 0.3)))
        for table in (FITTED if places.LONG else ("plain", "survey"))
    ]


def stage_cases() -> list[Case]:
    found = []
    for number, method in enumerate(catalogue()):
        options = tuple(
            (name, value) for name, value in sorted(quick(method).items()))
        job = {"preprocessing": "preprocess", "postprocessing": "postprocess"}.get(family(method))
        for table in _tables_of(number, method) if job else []:
            if job == "postprocess":
                found.append(Case(
                    job, f"{table}_scored", method, options,
                    more=(("roles", _pairs(score="p", drop=("d",))),)))
            else:
                # Tables that are written again are computed with in double precision.
                found.append(Case(job, table, method, options, more=(("precision", "double"),)))
    return found


def _pairs(**entries) -> tuple:
    """A dictionary in a frozen case."""
    return tuple(sorted(entries.items()))


def cases() -> list[Case]:
    return [
        *train_cases(), *bundled_cases(), *shadowed_cases(), *split_cases(), *audit_cases(), *compare_cases(), *frontier_cases(),
        *bench_cases(), *stage_cases(),
    ]
