"""Fits that were cut off go on from the answers that they have had, to the same bytes."""

from __future__ import annotations

import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

import equipoise
from equipoise import distributed
from equipoise._engine.calls import EquipoiseError

from test_distributed import ROLES, made

FIT = ("penalized", {"strength": 5})


class Counting(distributed.Here):
    """Counts what is asked of the parts, and stops before a round."""

    def __init__(self, stop: int | None = None):
        super().__init__()
        self.stop, self.asked = stop, 0

    def round(self, request: bytes) -> bytes:
        if self.asked == self.stop:
            raise ConnectionError("gone")
        self.asked += 1
        return super().round(request)


@pytest.fixture(scope="module")
def files(tmp_path_factory) -> list[str]:
    folder, frame = tmp_path_factory.mktemp("parts"), made()
    paths = [str(folder / f"{k}.csv") for k in range(2)]
    for path, part in zip(paths, [frame[:500], frame[500:]]):
        part.to_csv(path, index=False)
    return paths


@pytest.fixture(scope="module")
def whole(files) -> tuple[bytes, int]:
    """The model of a fit that nothing disturbs, and its rounds."""
    engine = Counting()
    model = distributed.fit(FIT[0], files, engine=engine, **ROLES, **FIT[1])
    return model_bytes(model, Path(files[0]).parent), engine.asked


def model_bytes(model: equipoise.TableModel, folder: Path) -> bytes:
    model.save(folder / "model.eqp")
    return (folder / "model.eqp").read_bytes()


def fit(files: list[str], path: Path, stop: int | None = None, resume: bool = True, **options):
    engine = Counting(stop)
    model = distributed.fit(
        FIT[0], files, engine=engine, checkpoint=path, resume=resume,
        **{**ROLES, **FIT[1], **options})
    return model, engine.asked


def cut_off(files: list[str], path: Path, stop: int) -> None:
    with pytest.raises(ConnectionError):
        fit(files, path, stop, resume=False)


@pytest.mark.parametrize("stop", range(0, 30, 2))
def test_a_fit_goes_on_where_it_ended(files, whole, tmp_path, stop):
    expected, rounds = whole
    stop = min(stop, rounds - 1)
    path = tmp_path / "rounds"
    cut_off(files, path, stop)
    model, asked = fit(files, path)
    assert model_bytes(model, tmp_path) == expected
    # Those that parts remember are asked again: "open", "pack" and "cells".
    remembered = sum(place < stop for place in (1, 4, 5))
    assert asked == rounds - stop + remembered
    assert not path.exists()


def test_a_fit_may_be_cut_off_more_than_once(files, whole, tmp_path):
    path = tmp_path / "rounds"
    cut_off(files, path, 3)
    for stop in (7, 9):
        with pytest.raises(ConnectionError):
            fit(files, path, stop)
    model, _ = fit(files, path)
    assert model_bytes(model, tmp_path) == whole[0]


@pytest.mark.parametrize("at", [0, 2, 5, 8, 13])
def test_a_fit_whose_process_is_killed_goes_on(files, whole, tmp_path, at):
    path = tmp_path / "rounds"
    script = textwrap.dedent(f"""
        import os, signal
        from equipoise import distributed

        class Killed(distributed.Here):
            def round(self, request):
                if self.rounds == {at}:
                    os.kill(os.getpid(), signal.SIGKILL)
                return super().round(request)

        distributed.fit(
            {FIT[0]!r}, {files!r}, engine=Killed(), checkpoint={str(path)!r}, **{ROLES!r},
            **{FIT[1]!r})
    """)
    done = subprocess.run([sys.executable, "-c", script], capture_output=True)
    assert done.returncode == -signal.SIGKILL
    model, asked = fit(files, path)
    assert model_bytes(model, tmp_path) == whole[0]
    assert asked < whole[1] or at < 2


@pytest.mark.parametrize("lost", [1, 60, 2000])
def test_a_round_that_was_written_in_part_is_asked_again(files, whole, tmp_path, lost):
    path = tmp_path / "rounds"
    cut_off(files, path, 12)
    content = path.read_bytes()
    path.write_bytes(content[:-lost])
    model, _ = fit(files, path)
    assert model_bytes(model, tmp_path) == whole[0]
    path.write_bytes(content[:20])
    model, asked = fit(files, path)
    assert model_bytes(model, tmp_path) == whole[0]
    assert asked == whole[1]


def test_a_damaged_round_and_all_after_it_are_asked_again(files, whole, tmp_path):
    path = tmp_path / "rounds"
    cut_off(files, path, 12)
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    model, _ = fit(files, path)
    assert model_bytes(model, tmp_path) == whole[0]


def test_rows_that_have_changed_are_refused(files, tmp_path):
    path = tmp_path / "rounds"
    cut_off(files, path, 12)
    frame = made(seed=4)
    with pytest.raises(EquipoiseError, match="round 2 of the checkpoint is of other rows"):
        fit([frame[:500], frame[500:]], path)


def test_checkpoints_of_another_fit_are_refused(files, tmp_path):
    path = tmp_path / "rounds"
    cut_off(files, path, 8)
    for other in [{"strength": 6}, {"seed": 1}, {"missing": "drop"}]:
        with pytest.raises(EquipoiseError, match="of another fit"):
            fit(files, path, **other)
    path.write_text("age,sex\n")
    with pytest.raises(EquipoiseError, match="no checkpoint"):
        fit(files, path)
    with pytest.raises(ValueError, match="needs checkpoint"):
        distributed.fit(*FIT[:1], files, resume=True, **ROLES)


def test_a_checkpoint_need_not_be_there(files, whole, tmp_path):
    model, asked = fit(files, tmp_path / "rounds")
    assert (model_bytes(model, tmp_path), asked) == whole
