"""The names that type checkers and editors know are those of the engine."""

from __future__ import annotations

from typing import get_args

import equipoise
import pytest
from equipoise import _catalogue, _known_names


def _with(family):
    found = equipoise.methods()
    return {name for name, entry in found.items() if family(entry)}


@pytest.mark.parametrize("names, known", [
    (_known_names.Method, lambda: _with(lambda entry: True)),
    (_known_names.DialMethod, lambda: _with(lambda entry: entry["dial"])),
    (_known_names.Preprocessing, lambda: set(_catalogue.stages(0))),
    (_known_names.Postprocessing, lambda: set(_catalogue.stages(1))),
    (_known_names.Penalty, lambda: set(
        equipoise.methods()["penalized"]["options"]["criterion"]["domain"].split(", "))),
], ids=["methods", "dials", "preprocessing", "postprocessing", "penalties"])
def test_names_are_those_of_the_engine(names, known):
    assert set(get_args(names)) == known()
