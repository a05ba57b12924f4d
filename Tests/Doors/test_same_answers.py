"""The same job through every door: the same numbers and documents, or the same refusal."""

from __future__ import annotations

import re

import jobs
import pytest
from doors.exchange import canonical, differences, named, strays
from known import marked


def _pairs():
    for case in jobs.cases():
        for door in jobs.WANTED:
            if door != jobs.FIRST and jobs.lacks(case, door) is None:
                yield marked(case, door, name=f"{case}-{door}")


def compared(first, second) -> list[str]:
    """Where two answers that both have a result differ, over the parts that both give."""
    found = []
    shared = [part for part in first.parts if part in second.parts and part not in PRIVATE]
    assert shared, f"nothing to compare: {sorted(first.parts)} and {sorted(second.parts)}"
    for part in shared:
        found += differences(canonical(first.parts[part]), canonical(second.parts[part]), part)
    return found


# A rule is stored with the seed by one door and without by another; the fit is compared by itself.
PRIVATE = {"file"}


@pytest.mark.parametrize("case, door", _pairs())
def test_doors_agree(house, case, door):
    answers = house.answers(case)
    first, second = answers[jobs.FIRST], answers[door]
    for name, answer in ((jobs.FIRST, first), (door, second)):
        assert answer.is_done or answer.is_refused, f"{name}: {answer.outcome}: {answer.message}"
        assert strays(answer.parts) == [], f"{name}: numbers that JSON lacks"
    if first.is_done and second.is_done:
        assert first.outcome == second.outcome
        assert compared(first, second) == []
        return
    told = f"{jobs.FIRST}: {first.outcome}: {first.message}\n{door}: {second.outcome}: {second.message}"
    assert first.is_refused and second.is_refused, f"one door refuses:\n{told}"
    assert kinds(first, second), f"other kinds of refusal:\n{told}"
    words = house.tables[case.table].words
    assert named(first, words) == named(second, words), f"other names:\n{told}"


def kinds(first, second) -> bool:
    """Whether two refusals are of one kind: of usage or of data, where both doors say which."""
    return "refused" in (first.outcome, second.outcome) or first.outcome == second.outcome


def test_every_door_has_each_job_or_a_reason():
    for job in jobs.LACKS:
        assert set(jobs.LACKS[job]) < set(jobs.DOORS), job
        assert jobs.FIRST not in jobs.LACKS[job]
    assert {case.job for case in jobs.cases()} == set(jobs.LACKS) - {
        "predict", "methods"}  # asked in test_contradictions


def test_every_command_is_a_job_or_has_a_reason(house):
    done, _ = house.doors["command_line"].run(["--help"])
    names = re.findall(r"^  ([a-z]+) {2,}", done.stdout.split("SUBCOMMANDS:")[1], re.M)
    assert len(names) > 10
    assert set(names) - set(jobs.LACKS) - set(jobs.ALONE) == set()
