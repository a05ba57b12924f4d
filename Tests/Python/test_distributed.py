"""Fits to parts of the rows: the same model whoever holds them, and whoever is lost."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap

import numpy as np
import pandas as pd
import pytest

import equipoise
from equipoise import distributed
from equipoise._engine import parts as engine_parts
from equipoise._engine.calls import EquipoiseError
from equipoise.distributed import _processes

ROLES = {"label": "label", "sensitive": "sex", "weights": "weight", "missing": "own-level"}
METHODS = [
    ("logistic", {}),
    ("penalized", {"strength": 5}),
    ("penalized", {"strength": 2, "criterion": "equalized_odds"}),
    ("reductions", {"bound": 0.02}),
    ("reductions", {"bound": 0.02, "constraint": "equal_opportunity"}),
    ("penalized", {"target_gap": 0.05}),
    ("prejudice-remover", {"eta": 20}),
    ("grid-search", {"grid_size": 9}),
    ("group-minimax", {"share": 0.8}),
    ("subgroup-parity", {"bound": 0.01}),
]
#: Classifiers that minimize a loss and not the error: other samples find others of their kind.
MIXTURES = {"reductions", "grid-search", "subgroup-parity"}


def made(rows: int = 1200, seed: int = 3) -> pd.DataFrame:
    """Numbers with holes, categories with rare and missing levels, and survey weights."""
    random = np.random.default_rng(seed)
    frame = pd.DataFrame({
        "age": random.integers(18, 80, rows),
        "amount": np.where(random.random(rows) < 0.1, np.nan, random.lognormal(8, 1, rows)),
        "region": random.choice(["north", "south", "east", "far east", None], rows,
                                p=[0.4, 0.3, 0.2, 0.02, 0.08]),
        "sex": random.choice(["Female", "Male"], rows),
        "weight": random.lognormal(0, 1, rows) * 1700,
    })
    z = (0.05 * (frame.age - 45) + 0.7 * (frame.sex == "Male") + 0.5 * (frame.region == "north")
         + random.normal(0, 1, rows))
    frame["label"] = np.where(z > 0, "yes", "no")
    return frame


@pytest.fixture(scope="module")
def parts() -> list[pd.DataFrame]:
    frame = made()
    return [frame[:500], frame[500:500], frame[500:530], frame[530:]]


def content(model: equipoise.TableModel, folder: os.PathLike[str]) -> bytes:
    path = os.path.join(folder, "model.eqp")
    model.save(path)
    with open(path, "rb") as file:
        return file.read()


@pytest.fixture(scope="module")
def here(parts, tmp_path_factory) -> dict[int, bytes]:
    folder = tmp_path_factory.mktemp("here")
    return {
        k: content(distributed.fit(method, parts, **ROLES, **options), folder)
        for k, (method, options) in enumerate(METHODS)}


@pytest.mark.parametrize("workers", [1, 2, 3, 4])
@pytest.mark.parametrize("k", range(len(METHODS)))
def test_processes_give_the_same_bytes(parts, here, tmp_path, k, workers):
    if workers != 2 and k not in (0, 3):
        pytest.skip("one method of each kind with other numbers of workers")
    method, options = METHODS[k]
    engine = distributed.Processes(workers, n_threads=1)
    model = distributed.fit(method, parts, engine=engine, **ROLES, **options)
    assert content(model, tmp_path) == here[k]
    assert not engine.pids


@pytest.mark.parametrize("kind", ["csv", "eqp"])
def test_files_give_the_same_bytes_as_each_other(tmp_path, kind):
    frame = made()
    for k, part in enumerate([frame[:700], frame[700:]]):
        part.to_csv(tmp_path / f"part{k}.csv", index=False)
        equipoise.pack(tmp_path / f"part{k}.csv", tmp_path / f"part{k}.eqp")
    pattern = str(tmp_path / f"part*.{kind}")
    model = distributed.fit("penalized", pattern, **ROLES)
    listed = distributed.fit(
        "penalized", [tmp_path / "part0.csv", tmp_path / "part1.csv"],
        engine=distributed.Processes(2), **ROLES)
    assert content(model, tmp_path) == content(listed, tmp_path)


@pytest.mark.parametrize("k", range(len(METHODS)))
def test_the_fit_is_that_of_all_rows(parts, k):
    method, options = METHODS[k]
    model = distributed.fit(method, parts, precision="double", **ROLES, **options)
    whole = equipoise.train(method, pd.concat(parts), precision="double", **ROLES, **options)
    a, b = model.report["report"]["objective"], whole.report["report"]["objective"]
    assert model.report["report"]["status"] == "converged"
    assert abs(a - b) <= (1e-2 if method in MIXTURES else 1e-8 * (1 + abs(b)))
    assert model.report["columns"] == whole.report["columns"]
    if method not in MIXTURES:
        frame = pd.concat(parts)
        ours, theirs = model.predict(frame).probability, whole.predict(frame).probability
        assert np.abs(ours - theirs).max() < 1e-4


class _Killing(distributed.Processes):
    """Kills a worker before a round."""

    def __init__(self, at: int, worker: int):
        super().__init__(2, n_threads=1)
        self.at, self.worker, self.killed = at, worker, False

    def round(self, request: bytes) -> bytes:
        if self.rounds == self.at and not self.killed:
            self.killed = True
            pid = self.pids[self.worker]
            os.kill(pid, signal.SIGKILL)
        return super().round(request)


@pytest.mark.parametrize("at", range(12))
def test_a_worker_killed_in_any_round_changes_nothing(parts, here, tmp_path, at):
    engine = _Killing(at, worker=at % 2)
    model = distributed.fit("penalized", parts, engine=engine, **ROLES, **METHODS[1][1])
    assert engine.killed
    assert content(model, tmp_path) == here[1]


def test_a_worker_that_cannot_start_again_is_an_error(parts, monkeypatch):
    engine, send = distributed.Processes(2), _processes._Worker.send

    def failing(worker: _processes._Worker, *contents: bytes) -> None:
        if engine.rounds > 3:
            raise OSError("gone")
        send(worker, *contents)

    monkeypatch.setattr(_processes._Worker, "send", failing)
    with pytest.raises(distributed.LostWorker, match="worker 0"):
        distributed.fit("logistic", parts, engine=engine, **ROLES)


def test_workers_end_with_the_fit(parts):
    engine = distributed.Processes(2)
    pids: list[int] = []
    answer = engine.round

    def watched(request: bytes) -> bytes:
        pids[:] = engine.pids
        return answer(request)

    engine.round = watched  # type: ignore[method-assign]
    distributed.fit("logistic", parts, engine=engine, **ROLES)
    for pid in pids:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)


def test_a_script_without_a_guard_can_use_processes(tmp_path):
    made().to_csv(tmp_path / "a.csv", index=False)
    script = tmp_path / "script.py"
    script.write_text(textwrap.dedent("""
        from equipoise import distributed
        model = distributed.fit(
            "logistic", ["a.csv"], engine=distributed.Processes(1), label="label",
            missing="drop")
        print(model.report["report"]["status"])
    """))
    done = subprocess.run(
        [sys.executable, str(script)], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "converged"


# ---- What is wrong -------------------------------------------------------------------------------


@pytest.mark.parametrize("engine", [None, distributed.Processes])
def test_what_is_wrong_with_rows_names_the_part(parts, engine):
    bad = parts[3].copy()
    bad.loc[bad.index[0], "weight"] = -1
    with pytest.raises(EquipoiseError, match="partition 3.*weight"):
        distributed.fit("logistic", [*parts[:3], bad], engine=engine and engine(2), **ROLES)


def test_parts_have_the_same_columns(parts):
    other = parts[3].rename(columns={"age": "years"})
    with pytest.raises(EquipoiseError, match="partition .* has no column 'age'"):
        distributed.fit("logistic", [*parts[:3], other], **ROLES)


@pytest.mark.parametrize(("method", "options", "word"), [
    ("adversarial", {}, "logistic"),
    ("penalised", {}, "penalized"),
    ("penalized", {"strenght": 1}, "strength"),
    ("logistic", {"unknown": "own-groups"}, "own-group"),
])
def test_what_cannot_be_asked_is_refused_by_name(parts, method, options, word):
    with pytest.raises(EquipoiseError, match=word):
        distributed.fit(method, parts, **{**ROLES, **options})


def test_no_part_is_an_error(tmp_path):
    with pytest.raises(ValueError, match="no part"):
        distributed.fit("logistic", [], **ROLES)
    with pytest.raises(FileNotFoundError, match="no file"):
        distributed.fit("logistic", str(tmp_path / "*.csv"), **ROLES)


def test_a_method_that_compares_groups_needs_two(parts):
    women = [part[part.sex == "Female"] for part in parts]
    with pytest.raises(EquipoiseError, match="sex"):
        distributed.fit("penalized", women, **ROLES)


def test_rows_of_unknown_groups_follow_the_policy(parts):
    holes = [part.copy() for part in parts]
    holes[0].loc[holes[0].index[:40], "sex"] = None
    known = [part[part.sex.notna()] for part in holes]
    grouped = distributed.fit("prejudice-remover", holes, **ROLES)
    assert len(grouped.predict(holes[0]).probability) == len(holes[0])
    left_out = distributed.fit("penalized", holes, **ROLES)
    own = distributed.fit("penalized", holes, unknown="own-group", **ROLES)
    without = distributed.fit("penalized", known, **ROLES)
    objective = [m.report["report"]["objective"] for m in (left_out, own, without)]
    assert abs(objective[0] - objective[2]) < 1e-3 < abs(objective[0] - objective[1])


# ---- Requests ------------------------------------------------------------------------------------


def test_a_request_tells_what_it_takes(parts):
    told = []

    class Telling(distributed.Here):
        def round(self, request: bytes) -> bytes:
            told.append(engine_parts.described(request))
            return super().round(request)

    distributed.fit("penalized", parts, engine=Telling(), **ROLES)
    # A round may cost a second: starts are compared on a few rows here.
    assert len(told) < 60
    questions = [one["question"] for one in told]
    assert questions[:6] == ["survey", "open", "moments", "moments", "pack", "cells"]
    assert "scores" in questions
    assert all(one["takes"] and one.get("numbers") != 0 for one in told)
    assert [one["question"] for one in told if one["prepares"]] == ["open", "pack", "cells"]


@pytest.mark.parametrize("harm", ["cut", "changed", "stale", "doubled", "empty", "random"])
@pytest.mark.parametrize("at", [0, 1, 3, 4, 7])
def test_harmed_answers_are_refused(parts, harm, at):
    class Harming(distributed.Here):
        last = b""

        def round(self, request: bytes) -> bytes:
            answer = super().round(request)
            last, self.last = self.last, answer
            if self.rounds != at:
                return answer
            if harm == "doubled":
                return engine_parts.added(answer, answer)
            return {
                "cut": answer[:-1],
                "changed": bytes([*answer[:30], answer[30] ^ 16, *answer[31:]]),
                "stale": last, "empty": b"",
                "random": np.random.default_rng(at).bytes(len(answer)),
            }[harm]

    with pytest.raises((EquipoiseError, OSError)):
        distributed.fit("penalized", parts, engine=Harming(), **ROLES)


def test_bytes_that_are_no_request_are_an_error(parts):
    part = engine_parts.Part.open(0, {"label": "label"}, parts[0])
    for content in [b"", b"{", b"{}", b'{"kind": "steal"}', b"EQPASKED", os.urandom(64)]:
        with pytest.raises(EquipoiseError):
            part.answer(content)
