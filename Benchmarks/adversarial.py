#!/usr/bin/env python3
"""Steps of adversarial debiasing on the same arrays: the engine, a compiled loop by hand in PyTorch, and
Fairlearn; interleaved, two threads, batches of 1024, 200 hidden units.

    adversarial.py --python VENV/bin/python --engine "PATH/benchmarks adversarial" [--rows 100000 1000000]
    adversarial.py --python VENV/bin/python --engine "PATH/benchmarks adversarial" --census FOLDER
    adversarial.py --engine "PATH/benchmarks adversarial" --layers 512 512 --peers

GFLOP/s are those of the products that steps need, beside those of large products alone. The engine
shuffles each epoch; the peers' batches are slices of the arrays as they lie. FOLDER has X.npy, C.npy
(rows, columns), group.npy and label.npy: there the engine reads the categories as codes and PyTorch a
0/1 matrix.
OPENBLAS_CORETYPE and OPENBLAS_L2_SIZE are removed for all.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile

import numpy as np

HERE = os.path.dirname(os.path.abspath(__file__))


def run(words):
    environment = {
        k: v for k, v in os.environ.items() if k not in ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE")}
    environment.update(OMP_NUM_THREADS="2", OPENBLAS_NUM_THREADS="2")
    done = subprocess.run(words, capture_output=True, text=True, env=environment)
    if done.returncode != 0:
        sys.exit(f"{' '.join(words)}: {done.stderr[-2000:]}")
    return json.loads(done.stdout.strip().split("\n")[-1])


def make(folder, rows, columns=50):
    random = np.random.default_rng(1)
    X = random.standard_normal((rows, columns), dtype=np.float32)
    group = random.integers(0, 2, rows)
    score = X @ random.standard_normal(columns).astype(np.float32) / 3 + group - 0.5
    label = (random.random(rows) < 1 / (1 + np.exp(-score))).astype(np.uint8)
    for name, values in [("X", X), ("group", group.astype(np.uint8)), ("label", label)]:
        np.save(os.path.join(folder, name + ".npy"), values)


def show(row, engine):
    ratio = engine["rowsPerSecond"] / row["rowsPerSecond"]
    extra = ""
    if "gigaflops" in row:
        extra = f"  {row['gigaflops']:.0f} of {row['productGigaflops']:.0f} GFLOP/s on {row['core']}"
    print(
        f"{row['rows']:8} rows  {row['columns']:4} columns  adversary {row['adversary']:3}  {row['peer']:15} "
        f"{row['rowsPerSecond'] / 1e6:6.3f} M rows/s  engine is {ratio:5.2f} times as fast  "
        f"peak {row['peakMemoryBytes'] / 1e6:.0f} MB{extra}", flush=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--python", default=sys.executable)
    parser.add_argument("--engine", required=True)
    parser.add_argument("--rows", type=int, nargs="*", default=[100_000, 1_000_000])
    parser.add_argument("--adversary", type=int, nargs="*", default=[0, 50])
    parser.add_argument("--layers", type=int, nargs="*", default=[200], help="hidden units; peers have 200")
    parser.add_argument("--census")
    parser.add_argument("--peers", nargs="*", default=["torch", "fairlearn"])
    arguments = parser.parse_args()
    engine = arguments.engine.split()
    layers = [word for units in arguments.layers for word in ("--hidden", str(units))]

    def case(folder, adversary, census=False):
        arrays = [os.path.join(folder, name + ".npy") for name in ["X", "label", "group"]]
        own = run(engine + [folder, "--adversary", str(adversary)] + layers)
        rows = [own]
        for peer in arguments.peers:
            if census and peer != "torch":
                continue
            script = os.path.join(HERE, "peers", peer + "_adversarial.py")
            words = [arguments.python, script, *arrays, "--adversary", str(adversary), "--epochs", "2"]
            rows.append(run(words + (["--one-hot", os.path.join(folder, "C.npy")] if census else [])))
        again = run(engine + [folder, "--adversary", str(adversary)] + layers)
        own["rowsPerSecond"] = (own["rowsPerSecond"] + again["rowsPerSecond"]) / 2
        for row in rows:
            show(row, own)

    if arguments.census:
        return case(arguments.census, 0, census=True)
    for count in arguments.rows:
        with tempfile.TemporaryDirectory() as folder:
            make(folder, count)
            for adversary in arguments.adversary:
                case(folder, adversary)


if __name__ == "__main__":
    main()
