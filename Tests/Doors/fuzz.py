"""Awkward tables and option values for every method, and what no door may do with them."""

from __future__ import annotations

import dataclasses
import math
import random
import re
import sys

import jobs
import tables
from doors import command_line
from doors.exchange import Answer, Request, strays

# What makes a table awkward: a value a factor.
SHAPES = {
    "groups": [2, 3, 5, 40],
    "unknown": ["none", "some", "all of a group"],
    "cells": ["full", "a group without positives", "a group of negatives alone"],
    "weights": ["none", "zero in a group", "survey", "1e30", "1e-30"],
    "rows": [60, 150, 300],
    "precision": ["float", "double"],
    "alone": [False, True],
}
# Values that are refused whatever else there is: one at a time, so that they hide nothing.
REFUSED = {"groups": [1], "cells": ["one label"], "weights": ["all zero"]}
# What an option is set to, by its type and bounds: what may be allowed, and what never is.
ALLOWED = [
    "default", "lowest", "highest", "between", "tiny", "huge", "digits", "twice", "choice",
]
NEVER = [
    "below", "above", "nan", "inf", "empty", "blank", "sign", "hexadecimal", "underscore", "word",
    "other case",
]
VALUES = [*ALLOWED, *NEVER]


# Seconds after which a fit is told to stop: some options ask for days.
LIMIT = 5.0


@dataclasses.dataclass(frozen=True)
class Fuzzed:
    """A method with one option at an awkward value, on an awkward table."""

    method: str
    option: str = ""
    value: str = ""
    groups: int = 2
    unknown: str = "none"
    cells: str = "full"
    weights: str = "none"
    rows: int = 60
    precision: str = "float"
    # A stage by itself, on a table with scores, and not as a part of a model.
    alone: bool = False

    def table(self) -> tables.Table:
        names = [f"g{k}" for k in range(self.groups)]
        columns = tables.biased(self.rows, names, seed=self.rows + self.groups)
        # Every group has rows, however few there are.
        columns["g"] = [names[k % len(names)] for k in range(self.rows)]
        groups, draw = columns["g"], random.Random(self.rows)
        last = names[-1]
        if self.cells == "one label":
            columns["y"] = [1] * self.rows
        elif self.cells == "a group of negatives alone":
            columns["y"] = [0 if g == last else y for g, y in zip(groups, columns["y"])]
        elif self.cells == "a group without positives":
            # Its only rows without a label of 0 go to another group.
            columns["g"] = [
                names[0] if g == last and y == 1 else g for g, y in zip(groups, columns["y"])]
        if self.unknown == "some":
            columns["g"] = [None if draw.random() < 0.1 else g for g in columns["g"]]
        elif self.unknown == "all of a group":
            columns["g"] = [None if g == last else g for g in columns["g"]]
        roles = dict(tables.USUAL)
        weights = self._weights(columns["g"], last, draw)
        if weights is not None:
            columns["w"], roles["weights"] = weights, "w"
        scored = tables.scored(columns)
        columns["p"] = scored["p"]
        return tables.Table("fuzzed", columns, {**roles, "drop": ["p"]})

    def _weights(self, groups, last, draw):
        match self.weights:
            case "none":
                return None
            case "zero in a group":
                return [0.0 if g == last else 1.0 for g in groups]
            case "survey":
                return [round(1700 * draw.lognormvariate(-0.5, 1), 2) for _ in groups]
            case "all zero":
                return [0.0 for _ in groups]
            case size:
                return [float(size) for _ in groups]

    def request(self, folder) -> Request:
        options = jobs.quick(self.method)
        if self.option:
            options[self.option] = self.value
        table = self.table().write(folder)
        family = jobs.family(self.method)
        if self.alone and self.option not in jobs.OF_MODELS:
            if family == "postprocessing":
                roles = {**table.roles, "score": "p", "drop": None}
                return Request(
                    "postprocess", table, roles, self.method, options=options, limit=LIMIT)
            if family == "preprocessing":
                # Tables that are written again are computed with in double precision.
                return Request(
                    "preprocess", table, None, self.method, options=options, limit=LIMIT,
                    precision="double")
        return Request("train", table, None, self.method, options=options, precision=self.precision, limit=LIMIT)


def option_value(option: dict, kind: str, draw: random.Random) -> str | None:
    """A value of this kind for an option; None where the option has none such."""
    words = option["values"]
    least, most = bounds(words)
    is_number = least is not None
    choices = [] if is_number or words in ("text", "true, false") else re.split(r", |; ", words)
    match kind:
        case "default":
            return None
        case "lowest" if is_number:
            return _number(least)
        case "highest" if is_number:
            return _number(most if math.isfinite(most) else 1e12)
        case "below" if is_number:
            return _number(least - 1 if least == int(least) else least * 1.5)
        case "above" if is_number and math.isfinite(most):
            return _number(most + 1)
        case "between" if is_number:
            low = max(least, -4)
            top = min(most, low + 4)
            if words.startswith(WHOLE):
                return _number(draw.randint(int(low), int(top)))
            return _number(round(low + (top - low) * draw.random(), 3))
        case "between" | "choice" if choices:
            return draw.choice([c for c in choices if "commas" not in c])
        case "lowest" | "highest" if words == "true, false":
            return "true" if kind == "highest" else "false"
        case "huge":
            return "1e308" if not words.startswith(WHOLE) else "9223372036854775807"
        case "tiny":
            return "5e-324"
        case "other case" if choices:
            return choices[0].upper()
        case "twice" if choices:
            return f"{choices[0]},{choices[0]}"
    return {
        "nan": "nan", "inf": "inf", "empty": "", "blank": " 1", "sign": "+1",
        "hexadecimal": "0x10", "underscore": "1_000", "word": "abc", "digits": "007",
    }.get(kind)


# How the domain of whole numbers begins.
WHOLE = "whole, "


def bounds(words: str) -> tuple[float | None, float]:
    """Least and largest value of a domain in words; None where it is no range."""
    if words in ("any number", "any whole number"):
        return -1e300, math.inf
    number = r"(-?[\d.]+(?:e[+-]?\d+)?)"
    least, most = -1e300, math.inf
    for part in words.removeprefix(WHOLE).split(" and "):
        found = re.fullmatch(rf"(at least|above|at most|below) {number}", part)
        if not found:
            return None, math.inf
        value = float(found[2])
        match found[1]:
            case "at least":
                least = value
            case "above":
                # The least number with all its digits stands for the one after 0.
                least = math.nextafter(value, math.inf) if value else sys.float_info.min
            case "at most":
                most = value
            case "below":
                most = math.nextafter(value, -math.inf)
    return least, most


def _number(value: float) -> str:
    return str(int(value)) if value == int(value) and abs(value) < 1e15 else repr(value)


def cases(seed: int) -> list[Fuzzed]:
    """Every pair of method, shape and kind of value, each kind at an option that comes round."""
    from covering import pairwise

    draw = random.Random(seed)
    methods = list(jobs.catalogue())

    def named(method, kind) -> dict:
        """An option that has values of this kind, and one of them."""
        options = list(jobs.catalogue()[method]["options"])
        draw.shuffle(options)
        for option in options:
            value = option_value(option, kind, draw)
            if value is not None:
                return {"option": option["name"], "value": value}
        return {}

    found = []
    for row in pairwise({"method": methods, "kind": ALLOWED, **SHAPES}, seed, tries=3):
        kind = row.pop("kind")
        found.append(Fuzzed(**row, **named(row["method"], kind)))
    for method in methods:
        found += [Fuzzed(method, **named(method, kind)) for kind in NEVER]
        found += [
            Fuzzed(method, **{name: value}) for name, values in REFUSED.items() for value in values]
    return found


def every_case(seed: int):
    """Every option of every method at every kind of value, on a table that comes round."""
    draw = random.Random(seed)
    for method, entry in jobs.catalogue().items():
        for option in entry["options"]:
            for kind in VALUES:
                value = option_value(option, kind, draw)
                if value is None:
                    continue
                for _ in range(4 if kind in ALLOWED else 1):
                    shape = {name: draw.choice(values) for name, values in SHAPES.items()}
                    yield Fuzzed(method, option["name"], value, **shape)


# ---- What must hold ---------------------------------------------------------------------------------

# A fit that was told to stop, or that a clock stopped, says nothing about the others.
STOPPED = {"slow", "cancelled", "stopped"}


def faults(door: str, answer: Answer) -> list[str]:
    """What a door may never do, whatever it is asked."""
    if answer.outcome == "died":
        return [f"{door} died: {answer.message}"]
    if answer.outcome in ("internal", "broken"):
        return [f"{door}: a defect: {answer.code} {answer.message[:300]}"]
    if door == "command_line" and answer.code not in command_line.DOCUMENTED | {130}:
        return [f"{door} ended with {answer.code}"]
    if door == "c" and answer.code is not None and answer.code not in (0, 1, 2, 3, 5, 6, 7):
        return [f"{door} gave the status {answer.code}"]
    return [f"{door}: {stray}" for stray in strays(answer.parts)]


def outcome_class(answer: Answer) -> str:
    """done, refused (by usage or data) or another outcome."""
    if answer.is_done:
        return answer.outcome
    return "refused" if answer.is_refused else answer.outcome


# Options at whose smallest values rounding decides whether a fit says that it converged.
TIGHT = ("tolerance", "gap", "step_tolerance")


def disagreements(case: Fuzzed, answers: dict[str, Answer]) -> list[str]:
    """Doors whose outcome is of another class than the first one's."""
    told = {
        door: outcome_class(answer) for door, answer in answers.items()
        if answer.outcome not in STOPPED
    }
    if case.option in TIGHT and set(told.values()) <= {"done", "not_converged"}:
        return []
    if len(set(told.values())) <= 1:
        return []
    return [
        ", ".join(f"{door}: {kind}" for door, kind in told.items()) + " | "
        + " | ".join(
            f"{door}: {answers[door].message[:160]}" for door in told if answers[door].message)
    ]


def smallest(case: Fuzzed, fails) -> Fuzzed:
    """The case with every factor that is not needed for the failure at its usual value."""
    usual = Fuzzed(case.method)
    for name in (
            "option", "groups", "unknown", "cells", "weights", "precision", "alone", "rows"):
        changes = {name: getattr(usual, name)}
        if name == "option":
            changes["value"] = ""
        simpler = dataclasses.replace(case, **changes)
        if simpler != case and fails(simpler):
            case = simpler
    return case
