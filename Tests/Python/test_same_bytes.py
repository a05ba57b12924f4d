"""The same model to the byte from every engine, on Adult and on a table like a population survey.

With EQUIPOISE_LONG=1 every method on every engine; else a few.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import textwrap
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from test_distributed import METHODS, content

import equipoise
from equipoise import distributed
from equipoise.datasets import load_adult

LONG = os.environ.get("EQUIPOISE_LONG") == "1"
MORE = [
    ("penalized", {"strength": 3, "criterion": "equalized_odds", "form": "linear"}),
    ("penalized", {"strength": 3, "criterion": "mutual_information"}),
    ("prejudice-remover", {"eta": 5, "per_group": False}),
    ("reductions", {"bound": 0.02, "constraint": "equalized_odds"}),
    ("reductions", {"bound": 0.02, "constraint": "error_rate_parity"}),
]


def adult() -> tuple[list[pd.DataFrame], dict[str, object]]:
    """Adult in parts: one empty, one of one label, one with a group that no other has."""
    frame = load_adult(part="train").frame
    if not LONG:
        frame = frame[:6000]
    rare = frame.race == "Other"
    poor = frame.income == "<=50K"
    rest = frame[~rare]
    cut = len(rest) // 3
    parts = [rest[:cut], rest[:0], rest[cut:2 * cut][poor[rest.index][cut:2 * cut]],
             rest[2 * cut:], frame[rare]]
    return parts, {"label": "income", "sensitive": "sex,race", "missing": "own-level"}


def survey() -> tuple[list[pd.DataFrame], dict[str, object]]:
    """Weights of mean 1,700, categories of rare levels that say the same twice, mostly-zero amounts."""
    rows = 20_000 if LONG else 3000
    random = np.random.default_rng(0)
    share = 1 / np.arange(1, 41) ** 1.3
    job = random.choice(40, rows, p=share / share.sum())
    frame = pd.DataFrame({
        "age": random.integers(18, 90, rows).astype(float),
        "gains": np.where(random.random(rows) < 0.9, 0, random.lognormal(8, 2, rows)),
        "job": np.array([f"job {k}" for k in range(40)])[job],
        "sector": np.array([f"sector {k % 7}" for k in range(40)])[job],
        "sex": random.choice(["f", "m", "m"], rows),
        "region": random.choice(["a", "b", "c", "d", "e"], rows),
        "weight": random.lognormal(0, 1, rows) * 1700,
    })
    frame.loc[random.random(rows) < 0.05, "age"] = np.nan
    score = (0.03 * (frame.age.fillna(40) - 45) + 0.1 * (job % 7 - 3) + 0.6 * (frame.sex == "m")
             + random.logistic(size=rows))
    frame["label"] = np.where(score > 0, "yes", "no")
    cut = rows // 4
    parts = [frame[:cut], frame[cut:cut], frame[cut:cut + 30], frame[cut + 30:]]
    return parts, {"label": "label", "sensitive": "sex,region", "weights": "weight",
                   "missing": "own-level"}


TABLES = {"adult": adult, "survey": survey}
CASES = [
    (table, *method) for table in TABLES for method in ([*METHODS, *MORE] if LONG else [])
] or [("adult", "penalized", {"strength": 5}), ("survey", "grid-search", {"grid_size": 9}),
      ("adult", "prejudice-remover", {"eta": 5}), ("survey", "reductions", {"bound": 0.03})]


def files(parts: list[pd.DataFrame], folder: Path) -> list[Path]:
    paths = [folder / f"{k}.eqp" for k in range(len(parts))]
    for path, part in zip(paths, parts):
        if len(part):
            equipoise.pack(part, path)
        else:
            part.to_csv(path.with_suffix(".csv"), index=False)
    return [path if path.exists() else path.with_suffix(".csv") for path in paths]


@pytest.fixture(scope="module")
def ray_cluster():
    if not LONG:
        yield None
        return
    module = pytest.importorskip("ray")
    module.init(num_cpus=2, log_to_driver=False, include_dashboard=False)
    yield module
    module.shutdown()


@pytest.fixture(scope="module")
def dask_client():
    if not LONG:
        yield None
        return
    cluster = pytest.importorskip("distributed")
    with (
        cluster.LocalCluster(
            n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None) as local,
        cluster.Client(local, set_as_default=False) as found,
    ):
        yield found


@pytest.fixture
def engines(request, ray_cluster, dask_client):
    """Those of the full test; of the short one processes."""
    made = {f"processes {n}": lambda n=n: distributed.Processes(n, n_threads=1)
            for n in ((1, 2, 3, 4) if LONG else (2,))}
    if LONG:
        spark = request.getfixturevalue("spark")
        made["dask"] = lambda: distributed.Dask(dask_client)
        made["ray"] = lambda: distributed.Ray(2)
        made["stage"] = lambda: distributed.Spark(spark, rounds="stage")
        made["jobs"] = lambda: distributed.Spark(spark, rounds="jobs")
    return made


@pytest.mark.parametrize(("table", "method", "options"), CASES)
def test_every_engine_gives_the_same_bytes(engines, tmp_path, table, method, options):
    parts, roles = TABLES[table]()
    roles["sensitive"] = str(roles["sensitive"]).split(",")
    here = content(distributed.fit(method, parts, **roles, **options), tmp_path)
    packed = files(parts, tmp_path)
    found = {"packed": content(distributed.fit(method, packed, **roles, **options), tmp_path)}
    for name, engine in engines.items():
        model = distributed.fit(method, packed, engine=engine(), **roles, **options)
        found[name] = content(model, tmp_path)
    assert [name for name, model in found.items() if model != here] == []


RANKS = """
    import json, os, signal, sys
    from mpi4py import MPI
    from equipoise import distributed
    paths, roles, method, options, at, place = json.loads(sys.argv[1])
    rank, size = MPI.COMM_WORLD.Get_rank(), MPI.COMM_WORLD.Get_size()

    class Lost(distributed.MPI):
        asked = 0
        def _own(self, request):
            self.asked += 1
            if self.asked == at and rank == size - 1:
                os.kill(os.getpid(), signal.SIGKILL)
            return super()._own(request)

    own = paths[len(paths) * rank // size : len(paths) * (rank + 1) // size]
    model = distributed.fit(
        method, own, engine=Lost(n_threads=1), checkpoint=place + "/rounds", resume=True, **roles,
        **options)
    if rank == 0:
        model.save(place + "/ranks.eqp")
"""


def test_an_mpi_program_that_loses_a_rank_goes_on_from_its_checkpoint(tmp_path):
    pytest.importorskip("mpi4py")
    start = os.path.join(os.path.dirname(sys.executable), "mpiexec")
    if not os.path.exists(start):
        pytest.skip("there is no mpiexec beside Python")
    parts, roles = survey()
    roles["sensitive"] = "sex"
    method, options = "penalized", {"strength": 5}
    expected = content(distributed.fit(method, parts, **roles, **options), tmp_path)
    paths = [str(path) for path in files(parts, tmp_path)]
    script = tmp_path / "ranks.py"
    script.write_text(textwrap.dedent(RANKS))

    def run(at: int) -> subprocess.CompletedProcess[str]:
        told = json.dumps([paths, roles, method, options, at, str(tmp_path)])
        return subprocess.run(
            [start, "--allow-run-as-root", "--oversubscribe", "-n", "3", sys.executable,
             str(script), told], capture_output=True, text=True, timeout=120, cwd=tmp_path)

    for at in [9, 13] if not LONG else range(2, 16):
        lost = run(at)
        assert lost.returncode != 0
        assert "signal 9" in lost.stderr or "Killed" in lost.stderr or "lost" in lost.stderr
    done = run(0)
    assert done.returncode == 0, done.stderr[-2000:]
    assert (tmp_path / "ranks.eqp").read_bytes() == expected
