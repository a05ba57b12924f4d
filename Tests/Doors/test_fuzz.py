"""No door ends the process, reports a defect or writes a number that JSON lacks, and all doors agree on
what is refused: over pairs of awkward things here, over everything in the long form."""

from __future__ import annotations

import dataclasses
import random

import fuzz
import jobs
import places
import pytest
from known import FUZZED

SEED = 20
# Every so many cases the doors that start a process a job are asked, too.
PROCESS_EVERY = 1 if places.LONG else 8


def _doors(house, case, number) -> list[str]:
    doors = [door for door in ("c", "swift", "python") if door in jobs.WANTED]
    if number % PROCESS_EVERY == 0:
        doors += [door for door in ("command_line", "yaml") if door in jobs.WANTED]
    request = case.request(house.folder)
    has = jobs.LACKS[request.job]
    if case.option == "holdout" or not request.table.roles.get("sensitive"):
        # A pipeline sets rows aside for its rules by its split.
        has = {**has, "yaml": "another option"}
    return [door for door in doors if door not in has]


def _asked(house, case, doors) -> dict:
    request = case.request(house.folder)
    asked = {
        door: house._pool.submit(house.doors[door].answer, request) for door in doors}
    return {door: future.result() for door, future in asked.items()}


def _found(case, answers) -> list[str]:
    return [
        *[fault for door, answer in answers.items() for fault in fuzz.faults(door, answer)],
        *fuzz.disagreements(case, answers),
    ]


def _known(case, text) -> str | None:
    """The reason of a fault that stands."""
    for known in FUZZED:
        if known.covers(case, text):
            known.seen += 1
            return known.reason
    return None


def test_awkward_inputs_are_done_or_refused_alike(house):
    all_cases = fuzz.every_case(SEED) if places.LONG else fuzz.cases(SEED)
    told = []
    for number, case in enumerate(all_cases):
        doors = _doors(house, case, number)
        for text in _found(case, _asked(house, case, doors)):
            if _known(case, text):
                continue
            told.append(f"{case}\n    {text}")
    assert told == [], "\n".join([f"{len(told)} faults", *told[:40]])


def test_faults_that_are_known_still_happen(house):
    """A fault that is mended leaves the list."""
    gone = []
    for known in FUZZED:
        answers = _asked(house, known.smallest, _doors(house, known.smallest, 0))
        if not any(known.covers(known.smallest, text) for text in _found(known.smallest, answers)):
            gone.append(known.reason)
    assert gone == []


def test_every_pair_is_covered():
    from covering import pairwise

    factors = {"a": [0, 1, 2], "b": [0, 1], "c": list("xyz"), "d": [None, True]}
    rows = pairwise(factors, 1)
    for one in factors:
        for other in factors:
            if one < other:
                wanted = {(i, j) for i in factors[one] for j in factors[other]}
                assert {(row[one], row[other]) for row in rows} == wanted
    assert len(rows) <= 14
