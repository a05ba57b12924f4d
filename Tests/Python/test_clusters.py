"""Fits on clusters of this machine: the bytes of a fit in one process, with a worker lost as well."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap

import pytest
from test_distributed import ROLES, content, made

from equipoise import distributed

FRAME = made(900)
PARTS = [FRAME[:400], FRAME[400:430], FRAME[430:]]
OPTIONS = {**ROLES, "strength": 5}


@pytest.fixture(scope="module")
def here(tmp_path_factory) -> bytes:
    return content(distributed.fit("penalized", PARTS, **OPTIONS), tmp_path_factory.mktemp("here"))


@pytest.fixture(scope="module")
def client():
    cluster = pytest.importorskip("distributed")
    pytest.importorskip("dask.dataframe")
    with (
        cluster.LocalCluster(
            n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None) as local,
        cluster.Client(local, set_as_default=False) as found,
    ):
        yield found


def dask_frame():
    import dask
    import dask.dataframe

    given = [dask.delayed(PARTS[k]) for k in range(len(PARTS))]
    return dask.dataframe.from_delayed(given, meta=PARTS[0], verify_meta=False)


def test_a_frame_of_dask_gives_the_same_bytes(client, here, tmp_path):
    model = distributed.fit("penalized", dask_frame(), engine=distributed.Dask(client), **OPTIONS)
    assert content(model, tmp_path) == here


def test_a_lost_worker_of_dask_changes_nothing(client, here, tmp_path):
    class Killing(distributed.Dask):
        killed = False

        def round(self, request: bytes) -> bytes:
            if self.rounds == 8 and not self.killed:
                self.killed = True
                worker = sorted(client.scheduler_info(n_workers=-1)["workers"])[0]
                os.kill(client.run(os.getpid, workers=[worker])[worker], signal.SIGKILL)
            return super().round(request)

    engine = Killing(client)
    model = distributed.fit("penalized", dask_frame(), engine=engine, **OPTIONS)
    assert engine.killed
    assert content(model, tmp_path) == here


def test_what_is_wrong_on_dask_names_the_part(client):
    bad = PARTS[2].copy()
    bad.loc[bad.index[0], "weight"] = -1
    with pytest.raises(ValueError, match="partition 2.*weight"):
        distributed.fit(
            "logistic", [*PARTS[:2], bad], engine=distributed.Dask(client), **ROLES)


@pytest.fixture(scope="module")
def ray():
    module = pytest.importorskip("ray")
    module.init(num_cpus=2, log_to_driver=False, include_dashboard=False)
    yield module
    module.shutdown()


def test_ray_gives_the_same_bytes_with_an_actor_lost(ray, here, tmp_path):
    class Killing(distributed.Ray):
        killed = False

        def round(self, request: bytes) -> bytes:
            if self.rounds == 8:
                self.killed = True
                ray.kill(self._held[0])
            return super().round(request)

    engine = Killing(2)
    model = distributed.fit("penalized", PARTS, engine=engine, **OPTIONS)
    assert engine.killed
    assert content(model, tmp_path) == here


MPI_SCRIPT = """
    import sys
    from mpi4py import MPI
    sys.path.insert(0, sys.argv[1])
    from test_clusters import OPTIONS, PARTS
    from equipoise import distributed
    rank, size = MPI.COMM_WORLD.Get_rank(), MPI.COMM_WORLD.Get_size()
    own = PARTS[rank * 3 // size : (rank + 1) * 3 // size]
    engine = distributed.MPI(n_threads=1)
    model = distributed.fit("penalized", own, engine=engine, **OPTIONS)
    model.save(f"{sys.argv[2]}/{rank}.eqp")
    try:
        distributed.fit("penalised", own, engine=distributed.MPI(), **OPTIONS)
    except ValueError as error:
        assert "penalized" in str(error)
    else:
        raise SystemExit("a wrong name was taken")
"""


@pytest.mark.parametrize("ranks", [1, 3, 4])
def test_mpi_gives_the_same_bytes_in_every_rank(here, tmp_path, ranks):
    pytest.importorskip("mpi4py")
    start = os.path.join(os.path.dirname(sys.executable), "mpiexec")
    if not os.path.exists(start):
        pytest.skip("there is no mpiexec beside Python")
    script = tmp_path / "ranks.py"
    script.write_text(textwrap.dedent(MPI_SCRIPT))
    asked = [start, "--allow-run-as-root", "--oversubscribe", "-n", str(ranks), sys.executable,
             str(script), os.path.dirname(__file__), str(tmp_path)]
    done = subprocess.run(asked, capture_output=True, text=True, timeout=120, cwd=tmp_path)
    assert done.returncode == 0, done.stderr[-2000:]
    for rank in range(ranks):
        assert (tmp_path / f"{rank}.eqp").read_bytes() == here
