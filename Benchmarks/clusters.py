#!/usr/bin/env python3
"""Fits to parts on the engines of one machine, and beside those of Spark and Dask.

    python Benchmarks/clusters.py
    python Benchmarks/clusters.py --rows 1000000 --columns 50 --engines processes,dask,ray,mpi
    python Benchmarks/clusters.py --engines none --peers mllib,dask-ml --rows 10000000

Rows are made a part at a time: normal numbers, two groups, labels of a logistic model. Each engine gets
the same packed files, once with one worker and once with two, of one thread each. Seconds are of the
call of `fit`; those of rounds are of the questions that follow the last preparation, without opening
files. The time of a round is the median over a fit to a thousand rows, which is next to no work.

Peers fit logistic regression without a penalty to the rows as Parquet. What counts is the call of their
`fit` on rows that are in memory already, and ours with the reading. Both objectives come from one
evaluator in double precision over all rows; the gap is to the smaller one.

Needs the packages of the engines that are named; `mpi` starts itself again under mpirun.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet
from packed import processor

import equipoise
from equipoise import distributed

PARTS = 8
PREPARES = {"survey", "open", "moments", "pack", "cells"}
ROLES = {"label": "label", "sensitive": "group"}
METHODS = [("logistic", {}), ("penalized", {"strength": 5}), ("reductions", {"bound": 0.02})]
ENGINES = ["processes", "dask", "ray", "mpi"]


# ---- Rows ----------------------------------------------------------------------------------------


def table(part: int, rows: int, columns: int) -> pa.Table:
    random = np.random.default_rng(part)
    x = random.standard_normal((columns, rows), dtype=np.float32)
    group = random.random(rows) < 0.4
    score = np.linspace(-1, 1, columns) @ x + 0.5 * group
    label = random.random(rows) < 1 / (1 + np.exp(-score))
    names = [f"x{j}" for j in range(columns)]
    return pa.table(
        {**dict(zip(names, x)), "group": np.where(group, "a", "b"), "label": label.astype(np.int8)})


def made(folder: Path, rows: int, columns: int) -> list[str]:
    """Packed files of the parts; beside each its Parquet."""
    folder.mkdir()
    paths = []
    for part in range(PARTS):
        share = rows * (part + 1) // PARTS - rows * part // PARTS
        found = table(part, share, columns)
        pa.parquet.write_table(found, folder / f"part{part}.parquet")
        paths.append(str(folder / f"part{part}.eqp"))
        equipoise.pack(found, paths[-1])
    return paths


Scores = Callable[[pa.Table], np.ndarray]


def objective(folder: Path, scores: Scores) -> float:
    """The mean logistic loss over all rows, in double precision."""
    total, count = 0.0, 0
    for path in sorted(folder.glob("*.parquet")):
        frame = pa.parquet.read_table(path)
        z, y = scores(frame), frame["label"].to_numpy()
        total += float((np.logaddexp(0, z) - y * z).sum())
        count += frame.num_rows
    return total / count


def linear(coefficients: np.ndarray, intercept: float) -> Scores:
    def scores(frame: pa.Table) -> np.ndarray:
        z = np.full(frame.num_rows, intercept)
        for j, weight in enumerate(coefficients):
            z += weight * frame[f"x{j}"].to_numpy().astype(np.float64)
        return z

    return scores


def of_model(model: equipoise.TableModel) -> Scores:
    def scores(frame: pa.Table) -> np.ndarray:
        p = np.asarray(model.predict(frame).probability)
        return np.log(p) - np.log1p(-p)

    return scores


# ---- Engines -------------------------------------------------------------------------------------


@contextlib.contextmanager
def engine(name: str, workers: int) -> Iterator[distributed.Engine]:
    if name == "processes":
        yield distributed.Processes(workers, n_threads=1)
    elif name == "dask":
        import distributed as cluster

        with cluster.LocalCluster(
            n_workers=workers, threads_per_worker=1, dashboard_address=None
        ) as local, cluster.Client(local) as client:
            yield distributed.Dask(client, n_threads=1)
    elif name == "ray":
        import ray

        ray.init(num_cpus=workers, log_to_driver=False, include_dashboard=False)
        try:
            yield distributed.Ray(workers, n_threads=1)
        finally:
            ray.shutdown()
    elif name == "mpi":
        yield distributed.MPI(n_threads=1)
    else:
        raise SystemExit(f"no engine is called {name!r}, but {', '.join(ENGINES)}")


def timed(held: distributed.Engine, method: str, data: Any, **options: Any) -> dict[str, float]:
    from equipoise._engine.parts import described

    rounds: list[tuple[str, float]] = []
    ask = held.round

    def watched(request: bytes) -> bytes:
        start = time.perf_counter()
        answer = ask(request)
        rounds.append((described(request)["question"], time.perf_counter() - start))
        return answer

    held.round = watched  # type: ignore[method-assign]
    start = time.perf_counter()
    distributed.fit(method, data, engine=held, **ROLES, **options)
    seconds = time.perf_counter() - start
    later = [spent for question, spent in rounds if question not in PREPARES]
    return {
        "seconds": seconds, "rounds": len(rounds), "in rounds": sum(later),
        "a round": statistics.median(later) if later else float("nan")}


def measured(name: str, workers: int, paths: list[str], small: list[str]) -> dict[str, Any]:
    """Seconds of each method with so many workers, and of a round with next to no work."""
    found: dict[str, Any] = {"engine": name, "workers": workers}
    # An engine is used by one fit; the first warms the cluster up.
    for method, options in [METHODS[0], *METHODS]:
        with engine(name, workers) as held:
            found[method] = timed(held, method, paths, **options)
    with engine(name, workers) as held:
        found["a round"] = timed(held, "penalized", small, strength=5)["a round"]
    return found


def under_mpi(workers: int, paths: list[str], small: list[str]) -> dict[str, Any]:
    """The same in the ranks of an MPI program, each with parts of its own."""
    command = [
        "mpirun", "--allow-run-as-root", "--oversubscribe", "-n", str(workers), sys.executable,
        __file__, "--rank", json.dumps([paths, small])]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stderr[-2000:])
    return {"engine": "mpi", "workers": workers, **json.loads(done.stdout.splitlines()[-1])}


def rank(given: str) -> None:
    from mpi4py import MPI as mpi

    paths, small = json.loads(given)
    place, size = mpi.COMM_WORLD.Get_rank(), mpi.COMM_WORLD.Get_size()

    def own(all_paths: list[str]) -> list[str]:
        return all_paths[len(all_paths) * place // size : len(all_paths) * (place + 1) // size]

    found = {
        method: timed(distributed.MPI(n_threads=1), method, own(paths), **options)
        for method, options in [METHODS[0], *METHODS]}
    found["a round"] = timed(
        distributed.MPI(n_threads=1), "penalized", own(small), strength=5)["a round"]
    if place == 0:
        print(json.dumps(found))


# ---- Peers ---------------------------------------------------------------------------------------


@contextlib.contextmanager
def spark_session() -> Iterator[Any]:
    from pyspark.sql import SparkSession

    session = (
        SparkSession.builder.master("local[2]").appName("clusters")
        .config("spark.driver.memory", "12g").config("spark.ui.enabled", "false")
        .config("spark.ui.showConsoleProgress", "false")
        .config("spark.driver.bindAddress", "127.0.0.1").getOrCreate())
    session.sparkContext.setLogLevel("ERROR")
    try:
        yield session
    finally:
        session.stop()


def against_mllib(folder: Path, columns: int) -> list[dict[str, Any]]:
    from pyspark.ml.classification import LogisticRegression
    from pyspark.ml.feature import VectorAssembler

    with spark_session() as session:
        frame = session.read.parquet(str(folder / "*.parquet"))
        names = [f"x{j}" for j in range(columns)]
        # Starts the processes of Python.
        distributed.fit(
            "logistic", frame.limit(1000), engine=distributed.Spark(session), label="label",
            drop="group", l2=0.1)
        start = time.perf_counter()
        model = distributed.fit(
            "logistic", frame, engine=distributed.Spark(session), label="label",
            drop="group", l2=0)
        ours = time.perf_counter() - start
        held = VectorAssembler(inputCols=names, outputCol="features").transform(frame).select(
            "features", "label").cache()
        held.count()
        LogisticRegression(maxIter=2).fit(held.limit(1000))
        start = time.perf_counter()
        fitted = LogisticRegression(maxIter=100, regParam=0.0).fit(held)
        theirs = time.perf_counter() - start
        weights, intercept = fitted.coefficients.toArray(), fitted.intercept
    return compared(folder, [
        ("equipoise", ours, of_model(model)), ("MLlib", theirs, linear(weights, intercept))])


def dask_arrays(folder: Path, columns: int) -> tuple[Any, Any]:
    """Features as doubles and labels, a block a part."""
    import dask
    import dask.array

    names = [f"x{j}" for j in range(columns)]

    @dask.delayed
    def features(path: Path) -> np.ndarray:
        frame = pa.parquet.read_table(path, columns=names)
        return np.stack([frame[name].to_numpy() for name in names], axis=1).astype(float)

    @dask.delayed
    def labels(path: Path) -> np.ndarray:
        return pa.parquet.read_table(path, columns=["label"])["label"].to_numpy()

    paths = sorted(folder.glob("*.parquet"))
    counts = [pa.parquet.read_metadata(path).num_rows for path in paths]
    return (
        dask.array.concatenate([
            dask.array.from_delayed(features(path), (count, columns), float)
            for path, count in zip(paths, counts)]),
        dask.array.concatenate([
            dask.array.from_delayed(labels(path), (count,), np.int8)
            for path, count in zip(paths, counts)]))


def against_dask_ml(folder: Path, columns: int) -> list[dict[str, Any]]:
    import dask.dataframe
    import distributed as cluster
    from dask_ml.linear_model import LogisticRegression

    with cluster.LocalCluster(
        n_workers=2, threads_per_worker=1, dashboard_address=None
    ) as local, cluster.Client(local) as client:
        frame = dask.dataframe.read_parquet(str(folder / "*.parquet"))
        start = time.perf_counter()
        model = distributed.fit(
            "logistic", frame, engine=distributed.Dask(client, n_threads=1), label="label",
            drop="group", l2=0)
        ours = time.perf_counter() - start
        X, y = (array.persist() for array in dask_arrays(folder, columns))
        cluster.wait([X, y])
        start = time.perf_counter()
        fitted = LogisticRegression(solver="lbfgs", C=1e12, max_iter=100).fit(X, y)
        theirs = time.perf_counter() - start
    weights, intercept = np.ravel(fitted.coef_), float(np.ravel(fitted.intercept_)[0])
    return compared(folder, [
        ("equipoise", ours, of_model(model)), ("dask-ml", theirs, linear(weights, intercept))])


def compared(folder: Path, fits: list[tuple[str, float, Scores]]) -> list[dict[str, Any]]:
    values = [objective(folder, scores) for _, _, scores in fits]
    return [
        {"side": side, "seconds": seconds, "objective": value, "gap": value - min(values)}
        for (side, seconds, _), value in zip(fits, values)]


PEERS = {"mllib": against_mllib, "dask-ml": against_dask_ml}


# ---- The tables ----------------------------------------------------------------------------------


def tell_engines(found: list[dict[str, Any]]) -> None:
    print("\n| engine | fit | one worker | two | ratio | rounds of one | of two | ratio | a round |")
    print("| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |")
    pairs = {(one["engine"], one["workers"]): one for one in found}
    for name in dict.fromkeys(one["engine"] for one in found):
        one, two = pairs[name, 1], pairs[name, 2]
        for method, _ in METHODS:
            a, b = one[method], two[method]
            print(
                f"| {name} | {method} | {a['seconds']:.2f} s | {b['seconds']:.2f} s "
                f"| {a['seconds'] / b['seconds']:.2f} | {a['in rounds']:.2f} s "
                f"| {b['in rounds']:.2f} s | {a['in rounds'] / b['in rounds']:.2f} "
                f"| {two['a round'] * 1e3:.1f} ms |")


def tell_peers(found: dict[str, list[dict[str, Any]]]) -> None:
    print("\n| side | seconds | objective | above the best |")
    print("| --- | ---: | ---: | ---: |")
    for sides in found.values():
        for one in sides:
            print(
                f"| {one['side']} | {one['seconds']:.2f} s | {one['objective']:.9f} "
                f"| {one['gap']:.1e} |")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__.split("\n")[0], formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    parser.add_argument("--rows", type=int, default=2_000_000)
    parser.add_argument("--columns", type=int, default=50)
    parser.add_argument("--engines", default="processes,dask,ray,mpi", help="or none")
    parser.add_argument("--peers", default="none", help="mllib,dask-ml")
    parser.add_argument("--json", help="a file for all figures")
    parser.add_argument("--rank", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.rank:
        rank(options.rank)
        return
    names = [name for name in options.engines.split(",") if name != "none"]
    peers = [name for name in options.peers.split(",") if name != "none"]
    print(f"{processor()}; {options.rows:,} rows, {options.columns} columns, {PARTS} parts")
    engines: list[dict[str, Any]] = []
    with tempfile.TemporaryDirectory() as place:
        small = made(Path(place) / "small", 1000, 8) if names else []
        folder = Path(place) / "rows"
        paths = made(folder, options.rows, options.columns)
        for name in names:
            for workers in (1, 2):
                run = under_mpi if name == "mpi" else lambda *given: measured(name, *given)
                engines.append(run(workers, paths, small))
        beside = {name: PEERS[name](folder, options.columns) for name in peers}
    if engines:
        tell_engines(engines)
    if beside:
        tell_peers(beside)
    if options.json:
        Path(options.json).write_text(json.dumps({"engines": engines, "peers": beside}, indent=2))


if __name__ == "__main__":
    main()
