"""Fits on clusters of this machine: the bytes of a fit in one process, with a worker lost as well."""

from __future__ import annotations

import os
import runpy
import signal
import subprocess
import sys
import textwrap
import threading
import time
from pathlib import Path

import pytest
from test_distributed import METHODS, ROLES, content, made

from equipoise import distributed
from equipoise.distributed import _hub

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


@pytest.mark.parametrize("at", [(0,), (1, 8), (4, 20)])
def test_workers_of_dask_killed_in_a_round_change_nothing(client, here, tmp_path, at):
    class Killing(distributed.Dask):
        killed = 0

        def _asked(self, actor, requests):
            if self.killed < len(at) and self.rounds == at[self.killed]:
                self.killed += 1
                worker = actor._address
                pid = client.run(os.getpid, workers=[worker])[worker]
                os.kill(pid, signal.SIGSTOP)  # It is asked, and does not answer.
                asked = distributed.Dask._asked(actor, requests)
                os.kill(pid, signal.SIGKILL)
                return asked
            return distributed.Dask._asked(actor, requests)

    client.wait_for_workers(2)
    engine = Killing(client)
    model = distributed.fit("penalized", dask_frame(), engine=engine, **OPTIONS)
    assert engine.killed == len(at)
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


def test_ray_gives_the_same_bytes_with_actors_killed_in_rounds(ray, here, tmp_path):
    class Killing(distributed.Ray):
        halted, killed = 0, 0

        def round(self, request: bytes) -> bytes:
            if self.rounds in (0, 3, 8, 20):
                actor = self._held[self.killed % 2]
                self.halted = ray.get(actor.__ray_call__.remote(lambda holder: os.getpid()))
                os.kill(self.halted, signal.SIGSTOP)
            return super().round(request)

        def _answer(self, k, request, asked):
            if self.halted:  # All actors were asked, and this one has not answered.
                os.kill(self.halted, signal.SIGKILL)
                self.halted, self.killed = 0, self.killed + 1
            return super()._answer(k, request, asked)

    engine = Killing(2)
    model = distributed.fit("penalized", PARTS, engine=engine, **OPTIONS)
    assert engine.killed == 4
    assert content(model, tmp_path) == here


def spark_frame(spark, given=(PARTS[0], PARTS[1][:0], PARTS[1], PARTS[2])):
    """A frame whose partitions have these rows."""
    def rows(batches):
        for batch in batches:
            for number in batch.id:
                yield given[number]

    return spark.range(0, len(given), 1, len(given)).mapInPandas(
        rows, spark.createDataFrame(PARTS[0]).schema)


def kill_in_a_job(spark, workers):
    """Halts all idle processes of Python, so that they end in the next job and not between two."""
    listed = subprocess.run(
        ["ps", "-A", "-o", "pid=,ppid="], capture_output=True, text=True, check=True).stdout
    parents = {int(pid): int(parent) for pid, parent in map(str.split, listed.splitlines())}
    daemons = {parents[int(worker.split(":")[1])] for worker in workers}
    numbers = [pid for pid, parent in parents.items() if parent in daemons]
    for number in numbers:
        os.kill(number, signal.SIGSTOP)

    def kill():
        tracker = spark.sparkContext.statusTracker()
        while not any(
                tracker.getStageInfo(k).numActiveTasks for k in tracker.getActiveStageIds()):
            time.sleep(0.01)
        for number in numbers:
            os.kill(number, signal.SIGKILL)

    threading.Thread(target=kill).start()


def test_a_frame_of_spark_gives_the_same_bytes_with_workers_lost(spark, here, tmp_path):
    class Killing(distributed.Spark):
        def round(self, request: bytes) -> bytes:
            if self.rounds == (1, 8, None)[killed[0]]:
                killed[0] += 1
                os.kill(int(self.workers[killed[0] % 2].split(":")[1]), signal.SIGKILL)
            return super().round(request)

    killed, engine = [0], Killing(spark)
    model = distributed.fit("penalized", spark_frame(spark), engine=engine, **OPTIONS)
    assert engine.lost == killed[0] == 2
    assert content(model, tmp_path) == here


def test_jobs_of_spark_give_the_same_bytes_with_workers_and_parts_lost(spark, tmp_path):
    from pyspark import SparkFiles

    lost = []

    class Killing(distributed.Spark):
        def round(self, request: bytes) -> bytes:
            if self.rounds == 5 and not lost:
                folder = Path(SparkFiles.getRootDirectory())
                lost.append(next(folder.glob("equipoise-*/2.part")))
                lost[0].unlink()  # As if a task ran on another executor.
                kill_in_a_job(spark, self.workers)
            if self.rounds == 10:
                spark.catalog.clearCache()  # As if an executor was lost.
            return super().round(request)

    engine = Killing(spark, rounds="jobs")
    model = distributed.fit("logistic", spark_frame(spark), engine=engine, **ROLES)
    assert engine.rounds > 10 and engine.lost
    assert lost and not lost[0].parent.exists()
    expected = distributed.fit("logistic", PARTS, **ROLES)
    assert content(model, tmp_path) == content(expected, tmp_path)


@pytest.mark.parametrize(("method", "options"), METHODS[1::2])
def test_parts_without_rows_with_one_label_and_with_a_group_of_their_own(
    spark, tmp_path, method, options
):
    frame = made(900)
    lone = frame[700:].assign(sex="Other")
    parts = [frame[:300], frame[300:300], frame[300:500][frame[300:500].label == "yes"],
             frame[500:700], lone]
    expected = distributed.fit(method, parts, **ROLES, **options)
    model = distributed.fit(method, spark_frame(spark, parts), **ROLES, **options)
    assert content(model, tmp_path) == content(expected, tmp_path)


@pytest.mark.parametrize("rounds", ["stage", "jobs"])
def test_lists_on_spark_are_parts_one_by_one(spark, tmp_path, rounds):
    file = tmp_path / "part.csv"
    PARTS[1].to_csv(file, index=False)
    parts = [PARTS[0], file, PARTS[2]]
    engine = distributed.Spark(spark, rounds=rounds)
    model = distributed.fit("logistic", parts, engine=engine, **ROLES)
    expected = distributed.fit("logistic", parts, **ROLES)
    assert content(model, tmp_path) == content(expected, tmp_path)


@pytest.mark.parametrize("rounds", ["stage", "jobs"])
def test_what_is_wrong_on_spark_names_the_part(spark, rounds):
    bad = PARTS[2].copy()
    bad.loc[bad.index[0], "weight"] = -1

    def asked(frame):
        return distributed.fit(
            "logistic", frame, engine=distributed.Spark(spark, rounds=rounds), **ROLES)

    with pytest.raises(ValueError, match="partition 2.*weight"):
        asked(spark_frame(spark, [*PARTS[:2], bad]))
    with pytest.raises(ValueError, match="no row"):
        asked(spark_frame(spark, [PARTS[0][:0]]))
    with pytest.raises(ValueError, match="partition 0.*absent.csv"):
        asked(["absent.csv"])


def test_rows_that_spark_has_not_divided_are_parts_in_both_ways(spark, tmp_path):
    frame = spark.createDataFrame(FRAME)
    both = [
        content(distributed.fit(
            "logistic", frame, engine=distributed.Spark(spark, rounds=rounds), **ROLES), tmp_path)
        for rounds in ("stage", "jobs")]
    assert both[0] == both[1]


def test_executors_that_cannot_reach_the_fit_are_told_of_jobs(spark, monkeypatch):
    nowhere = property(lambda hub: 1, lambda hub, port: None)
    monkeypatch.setattr(_hub.Hub, "port", nowhere, raising=False)
    with pytest.raises(distributed.LostWorker, match='rounds="jobs"'):
        distributed.fit("logistic", PARTS, engine=distributed.Spark(spark), **ROLES)


def test_other_frames_in_a_list_are_refused(spark):
    with pytest.raises(ValueError, match="union"):
        distributed.fit(
            "logistic", [spark_frame(spark), PARTS[0]], engine=distributed.Spark(spark), **ROLES)


def test_what_spark_lacks_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "pyspark.sql", None)
    with pytest.raises(ModuleNotFoundError, match="pyspark: install"):
        distributed.fit("logistic", PARTS, engine=distributed.Spark(), **ROLES)
    with pytest.raises(ValueError, match="rounds='once'"):
        distributed.Spark(rounds="once")
    with pytest.raises(ValueError, match="tasks=0"):
        distributed.Spark(tasks=0)


def test_the_example_of_spark_runs(spark, capsys):
    example = Path(__file__).resolve().parents[2] / "Examples" / "Python" / "spark_fit.py"
    if not example.exists():
        pytest.skip("the examples are not beside the tests")
    runpy.run_path(str(example), run_name="__main__")
    assert "TableModel(penalized" in capsys.readouterr().out


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
