"""Packed tables through Python: the same answers as from what they were packed from."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time

import numpy as np
import pandas as pd
import pytest

import equipoise

ROLES = {"label": "paid", "sensitive": "sex"}


def loans(rows: int = 600, seed: int = 0) -> pd.DataFrame:
    random = np.random.default_rng(seed)
    income = random.normal(40, 9, rows).round(2)
    income[:5] = np.nan
    frame = pd.DataFrame({
        "income": income, "age": random.integers(18, 70, rows),
        "job": random.choice(["clerk", "smith, iron", " baker", None], rows),
        "owner": random.random(rows) < 0.4, "ratio": random.random(rows).astype(np.float32),
        "name": [f'n"{i}"' for i in range(rows)],
        "sex": random.choice(["f", "m"], rows)})
    frame["paid"] = np.where(
        frame["age"] + random.normal(0, 9, rows) + 4 * (frame["sex"] == "m") > 45, "yes", "no")
    return frame


def coefficients(table: object) -> bytes:
    options = {**ROLES, "drop": "name", "missing": "own-level"}
    model = equipoise.train("logistic", table, **options)
    linear = equipoise.info(model)["linear"]
    return repr(linear).encode()


def made(kind: str) -> object:
    frame = loans()
    if kind == "polars":
        return pytest.importorskip("polars").from_pandas(frame)
    if kind in ("pyarrow", "batches"):
        pyarrow = pytest.importorskip("pyarrow")
        table = pyarrow.Table.from_pandas(frame)
        batches = table.to_batches(max_chunksize=70)
        if kind == "batches":
            return pyarrow.RecordBatchReader.from_batches(table.schema, batches)
        return table
    return {name: frame[name] for name in frame} if kind == "columns" else frame


@pytest.mark.parametrize("kind", ["pandas", "polars", "pyarrow", "batches", "columns"])
def test_frames_are_packed(tmp_path, kind):
    packed = equipoise.pack(made(kind), tmp_path / "loans.eqp")
    assert packed.document["rows"] == len(loans())
    assert coefficients(tmp_path / "loans.eqp") == coefficients(made(kind))


def test_files_are_packed(tmp_path):
    loans().to_csv(tmp_path / "one.csv", index=False)
    loans(seed=1).to_csv(tmp_path / "two.csv.gz", index=False)
    pd.concat([loans(), loans(seed=1)]).to_csv(tmp_path / "both.csv", index=False)
    packed = equipoise.pack([tmp_path / "one.csv", tmp_path / "two.csv.gz"], tmp_path / "both.eqp")
    assert list(packed.table["name"]) == list(loans())
    assert packed.document["added"] == 1200
    options = {**ROLES, "drop": "name", "prediction": "paid"}
    audits = [equipoise.audit(tmp_path / name, **options) for name in ("both.csv", "both.eqp")]
    texts = [audit.to_json() for audit in audits]
    assert re.sub("both.eqp|[0-9a-f]{64}", "", texts[1]) == re.sub("both.csv|[0-9a-f]{64}", "", texts[0])
    assert equipoise.info(tmp_path / "both.eqp")["blocks"][0]["rows"] == 600


def test_appends(tmp_path):
    file = tmp_path / "loans.eqp"
    equipoise.pack(loans(), file)
    before = file.read_bytes()
    with pytest.raises(ValueError, match="'age'"):
        equipoise.pack(loans().drop(columns="age"), file, append=True)
    with pytest.raises(ValueError, match="'age'"):
        equipoise.pack(loans().assign(age="old"), file, append=True)
    assert file.read_bytes() == before
    assert equipoise.pack(loans(seed=1), file, append=True).document["rows"] == 1200


def test_damage_is_named(tmp_path):
    file = tmp_path / "loans.eqp"
    equipoise.pack(loans(), file)
    bytes_ = bytearray(file.read_bytes())
    bytes_[4096] ^= 4
    file.write_bytes(bytes_)
    with pytest.raises(ValueError, match="loans.eqp: block 0, column 'age'"):
        equipoise.info(file)
    with pytest.raises(ValueError, match="column 'age'"):
        equipoise.train("logistic", file, **ROLES, drop="name", missing="own-level")


@pytest.mark.parametrize("moment", [0.0, 0.02, 0.1, 0.3])
def test_killed_is_the_old_file_or_the_new_one(tmp_path, moment):
    """Whenever the process is killed, the file can be read, and has all of the rows or the old."""
    file = tmp_path / "rows.eqp"
    equipoise.generate(60_000, features=8, seed=1, output=tmp_path / "rows.csv")
    equipoise.pack(tmp_path / "rows.csv", file)
    code = (
        "import equipoise; print(1, flush=True);"
        f"equipoise.pack({str(tmp_path / 'rows.csv')!r}, {str(file)!r}, append=True)")
    process = subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, env=dict(os.environ))
    assert process.stdout is not None
    process.stdout.readline()
    time.sleep(moment)
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdout.close()
    assert equipoise.info(file)["rows"] in (60_000, 120_000)
    assert equipoise.pack(tmp_path / "rows.csv", file, append=True).document["added"] == 60_000


def test_a_full_disk_is_the_old_file(tmp_path):
    """A limit on the size of files stands for a disk that is full."""
    resource = pytest.importorskip("resource")
    file = tmp_path / "rows.eqp"
    equipoise.generate(20_000, features=8, seed=1, output=tmp_path / "rows.csv")
    equipoise.pack(tmp_path / "rows.csv", file)
    before = file.read_bytes()
    code = (
        "import resource, signal, equipoise\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        f"resource.setrlimit(resource.RLIMIT_FSIZE, ({len(before) + 5000},) * 2)\n"
        f"equipoise.pack({str(tmp_path / 'rows.csv')!r}, {str(file)!r}, append=True)\n")
    assert resource.getrlimit(resource.RLIMIT_FSIZE)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode != 0 and "cannot be written" in done.stderr
    assert file.read_bytes() == before
