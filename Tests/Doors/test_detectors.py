"""A watch with detectors in the doors that have it: the same documents, and states of the same bytes."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys

import places
import pytest

OPTIONS = {
    "prediction": "d", "sensitive": ["sex", "race"], "detector": True, "least_ratio": 0.8,
    "intersections": 2, "batches_a_year": 52, "false_alarms": 0.1,
}
# Prints the documents of batches after one another: `doors.generic` or `equipoise` in a process.
GENERIC = """
import json, sys
from doors.exchange import Request
from doors.generic import GenericEntry
entry, options = GenericEntry("."), json.loads(sys.argv[1])
for batch in sys.argv[2:]:
    print(json.dumps(entry._run("watch", Request("watch"), data=batch, **options)[1].parts["document"]))
"""
PYTHON = """
import json, sys
import equipoise
for batch in sys.argv[2:]:
    print(json.dumps(equipoise.watch(batch, **json.loads(sys.argv[1])).document))
"""


@pytest.fixture(scope="module")
def batches(tmp_path_factory):
    """Six batches; from the fourth on women are selected less often, and there is a new race."""
    folder, draw = tmp_path_factory.mktemp("batches"), random.Random(7)
    paths = []
    for day in range(6):
        rows = ["sex,race,d"]
        for _ in range(600):
            sex, race = draw.choice("fm"), draw.choice("aab" if day < 3 else "aabc")
            chance = 0.5 - (0.3 if day >= 3 and sex == "f" else 0)
            rows.append(f"{sex},{race},{int(draw.random() < chance)}")
        paths.append(folder / f"{day}.csv")
        paths[-1].write_text("\n".join(rows) + "\n")
    return paths


def by_program(state, batches, options=OPTIONS):
    words = []
    for name, value in options.items():
        text = ",".join(value) if isinstance(value, list) else str(value)
        words += ["--" + name.replace("_", "-")] + ([] if value is True else [text])
    documents = []
    for batch in batches:
        done = subprocess.run(
            [str(places.PROGRAM), "watch", "--data", str(batch), "--state", str(state),
             "--format", "json", *words], capture_output=True, text=True)
        assert done.returncode in (0, 5), done.stderr
        documents.append(json.loads(done.stdout))
        assert (done.returncode == 5) == documents[-1]["alarm"]
    return documents


def by_child(code, state, batches, options=OPTIONS):
    here = os.path.dirname(__file__)
    path = os.pathsep.join(filter(None, [here, places.PACKAGE, os.environ.get("PYTHONPATH", "")]))
    done = subprocess.run(
        [sys.executable, "-c", code, json.dumps({**options, "state": str(state)}),
         *map(str, batches)], capture_output=True, text=True, check=True,
        env={**os.environ, **places.QUIET, "EQUIPOISE_LIBRARY": str(places.LIBRARY),
             "EQUIPOISE_PROGRAM": str(places.PROGRAM), "PYTHONPATH": path})
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.mark.parametrize("door", [GENERIC, PYTHON], ids=["generic", "python"])
def test_detectors_agree(door, batches, tmp_path):
    told = by_program(tmp_path / "program.watch", batches)
    assert by_child(door, tmp_path / "door.watch", batches) == told
    assert (tmp_path / "program.watch").read_bytes() == (tmp_path / "door.watch").read_bytes()
    assert [document["alarm"] for document in told][:3] == [False] * 3 and told[-1]["alarm"]
    sex, race, both = told[-1]["comparisons"]
    assert sex["state"] == "raised" and sex["likely_start"] == 4 and race["state"] != "raised"
    assert len(both["groups"]) == 6 and sum(c["weight"] for c in (sex, race, both)) == 1


# Other bounds on the same batches, each with the comparisons that it has.
OTHERS = {
    "floor": ({"floor": 0.3, "sensitive": ["sex", "race"]}, ["sex", "race"]),
    "ceiling": ({"ceiling": 0.4, "sensitive": "sex"}, ["sex"]),
    "odds": (
        {"metric": "equalized_odds", "label": "y", "positive": "1", "sensitive": "sex"},
        ["sex", "sex"]),
    "arms": (
        {"arm": "sex", "control": "m", "not_below": 0.05, "sensitive": "race"},
        ["race: a", "race: b", "race: c"]),
    "gaps": (
        {"arm": "sex", "control": "m", "gap_change": 0.05, "sensitive": "race"},
        ["race: a − b", "race: b − a", "race: a − c", "race: c − a", "race: b − c",
         "race: c − b"]),
    "late": (
        {"metric": "precision_score", "label": "y", "positive": "1", "floor": 0.2, "horizon": 1,
         "sensitive": "sex"}, ["sex"]),
}


@pytest.fixture(scope="module")
def labeled(batches):
    """The same batches with labels."""
    draw = random.Random(11)
    paths = []
    for batch in batches:
        head, *rows = batch.read_text().splitlines()
        paths.append(batch.with_name("labeled-" + batch.name))
        paths[-1].write_text("\n".join(
            [head + ",y"] + [f"{row},{draw.randrange(2)}" for row in rows]) + "\n")
    return paths


@pytest.mark.parametrize("bound", OTHERS)
@pytest.mark.parametrize("door", [GENERIC, PYTHON], ids=["generic", "python"])
def test_every_bound_agrees(door, bound, labeled, tmp_path):
    own, comparisons = OTHERS[bound]
    options = {"prediction": "d", "detector": True, "batches_a_year": 52, **own}
    if "label" not in options:
        options["drop"] = "y"
    told = by_program(tmp_path / "program.watch", labeled, options)
    assert by_child(door, tmp_path / "door.watch", labeled, options) == told
    assert (tmp_path / "program.watch").read_bytes() == (tmp_path / "door.watch").read_bytes()
    assert [c["comparison"] for c in told[-1]["comparisons"]] == comparisons
    assert all(document["batches"] == day + 1 for day, document in enumerate(told))
    assert sum(c["weight"] for c in told[-1]["comparisons"]) <= 1 + 1e-12
