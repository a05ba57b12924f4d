"""Fits to packed files under one limit of memory: seconds a million rows by size, memory, reading.

    python Benchmarks/within-memory.py --program .build/release/equipoise
    python Benchmarks/within-memory.py --columns 50 --memory 512MB --rows 100000 1000000 10000000

Rows are made and packed a few at a time; the Python package and pyarrow are needed for it. Each fit is a
process of its own with one share of test rows, 0. Its memory is the most that is anonymous, which a mapped
file is not, as the system counts it every 5 ms. Just before the fits of a size, a temporary file of as
many bytes as their features, at most 2 GiB, is read whose pages do not stay: the best of three. A fit's own
rate is these bytes times its readings over the seconds of the method, without those in which columns are
looked at and rows encoded; what stays within the limit is read from memory.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import tempfile
import time
from pathlib import Path

import numpy as np
import pyarrow as pa
from packed import most_anonymous, processor

import equipoise

CHUNK = 1 << 16
SPAN = 8 << 20


def pack(path: Path, rows: int, columns: int) -> None:
    """Normal numbers of 32 bits, two groups and a label of the first ten columns."""
    weights = np.linspace(-1, 1, 10)
    schema = pa.schema(
        [(f"x{j}", pa.float32()) for j in range(columns)]
        + [("group", pa.string()), ("label", pa.string())])

    def batches():
        for first in range(0, rows, CHUNK):
            random = np.random.default_rng(first)
            count = min(CHUNK, rows - first)
            x = random.standard_normal((columns, count), dtype=np.float32)
            group = random.random(count) < 0.4
            score = weights @ x[:10] + 0.5 * group + random.logistic(size=count)
            texts = [np.where(group, "a", "b"), np.where(score > 0, "yes", "no")]
            yield pa.record_batch([*map(pa.array, x), *map(pa.array, texts)], schema=schema)

    equipoise.pack(pa.RecordBatchReader.from_batches(schema, batches()), path)


def run(command: list[str], output: Path) -> tuple[float, float, float]:
    """Seconds on the clock and of processors, and megabytes of anonymous memory."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.perf_counter()
    with output.open("wb") as written:
        process = subprocess.Popen(command, stdout=written)
    peak = most_anonymous(process)
    if process.returncode:
        raise SystemExit(f"{command[1]} ended with {process.returncode}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    work = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return time.perf_counter() - start, work, peak


def reading(folder: Path, size: int) -> float:
    """Bytes a second of a reading whose pages do not stay."""
    size = min(size, 2 << 30)
    found = 0.0
    with tempfile.TemporaryFile(dir=folder) as file:
        content = os.urandom(SPAN)
        for _ in range(size // SPAN + 1):
            file.write(content)
        file.flush()
        os.fsync(file.fileno())
        memory = bytearray(SPAN)
        for _ in range(3):
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
            start, place = time.perf_counter(), 0
            while got := os.preadv(file.fileno(), [memory], place):
                os.posix_fadvise(file.fileno(), place, got, os.POSIX_FADV_DONTNEED)
                place += got
            found = max(found, place / (time.perf_counter() - start))
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program", type=Path, default=Path(".build/release/equipoise"))
    parser.add_argument("--rows", type=int, nargs="*", default=[100_000, 1_000_000, 10_000_000])
    parser.add_argument("--columns", type=int, default=50)
    parser.add_argument("--memory", default="512MB")
    parser.add_argument("--methods", nargs="*", default=["logistic", "penalized", "reductions"])
    parser.add_argument("--folder", type=Path, default=Path("/var/tmp"))
    asked = parser.parse_args()
    print(f"{processor()}; {asked.columns} columns of 32-bit numbers, --memory {asked.memory}")
    with tempfile.TemporaryDirectory(dir=asked.folder) as place:
        for rows in asked.rows:
            measure(asked, Path(place), rows)


def measure(asked: argparse.Namespace, folder: Path, rows: int) -> None:
    packed, document = folder / "rows.eqp", folder / "fit.json"
    pack(packed, rows, asked.columns)
    size = 4 * asked.columns * rows
    rate = reading(folder, size)
    print(f"{rows} rows, {packed.stat().st_size / 1e6:.0f} MB packed, {size / 1e6:.0f} MB of features; "
          f"reading without keeping: {rate / 1e6:.0f} MB/s")
    for method in asked.methods:
        command = [
            str(asked.program), "train", method, "--data", str(packed), "--label", "label",
            "--sensitive", "group", "--test", "0", "--quiet", "--format", "json"]
        for name, options in {
            f"--memory {asked.memory}": ["--memory", asked.memory], "in memory": [],
        }.items():
            seconds, work, peak = run(command + options, document)
            found = json.loads(document.read_text())
            parts = found["seconds"]
            own = size * found["passes"] / parts["fit"]
            print(f"  {method:12} {name:16} {seconds / rows * 1e6:7.3f} s and "
                  f"{work / rows * 1e6:7.3f} s of processors a million rows, {peak:6.0f} MB, "
                  f"{found['passes']:5.1f} readings in {parts['fit']:6.2f} s: {own / 1e6:6.0f} MB/s, "
                  f"{own / rate:4.0%} of reading; load {parts['load']:.2f}, encode {parts['pack']:.2f} s")
    packed.unlink()


if __name__ == "__main__":
    main()
