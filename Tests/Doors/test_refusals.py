"""What no door may do: the same kind of refusal, with the column, the value and the line."""

from __future__ import annotations

import re

import jobs
import pytest
import refusals
from known import marked


def _pairs():
    for refused in refusals.refusals():
        for door in jobs.WANTED:
            if refused.lack(door) is None:
                yield marked(refused, door, name=f"{refused.name}-{door}")


@pytest.mark.parametrize("refused, door", _pairs())
def test_doors_refuse(house, refused, door):
    answer = house.doors[door].answer(refused.request(house.tables, house.folder))
    told = f"{answer.outcome}: {answer.message}"
    assert answer.is_refused, told
    assert answer.outcome in (refused.kind, "refused"), f"not of {refused.kind}: {told}"
    unnamed = [name for name in refused.names if not _names(answer.message, name)]
    assert unnamed == [], told
    if refused.row is not None:
        assert _places(answer, door) & _expected(refused.row, door), told


def _names(message: str, name: str) -> bool:
    """Whether a message has a name as a word; dashes and underscores are alike, and so are numbers."""
    words = {word.replace("_", "-") for word in re.findall(r"[\w.+-]+", message)}
    words |= {part for word in words for part in [word.strip(".-"), *word.split(".")]}
    numbers = {_number(word) for word in words} - {None}
    return name.replace("_", "-") in words or _number(name) in numbers


def _number(word: str):
    try:
        return float(word.strip("."))
    except ValueError:
        return None


def _places(answer, door) -> set[int]:
    """The rows or lines that a refusal speaks of."""
    found = {int(number) for number in re.findall(r"\b(?:row|line|position) (\d+)", answer.message)}
    return found if door != "python" or answer.row is None else found | {answer.row}


def _expected(row: int, door: str) -> set[int]:
    """A file has lines, from 1 with a header; an array positions, from 0."""
    return {row} if door == "python" else {row + 2}


def test_every_row_that_a_refusal_names_is_right():
    """The helper: a message without a place names none."""
    from doors.exchange import Answer

    assert _places(Answer("data", "f.csv, row 32, column 'x'"), "c") == {32}
    assert _places(Answer("data", "no row"), "c") == set()
