#!/usr/bin/env python3
"""Rates by group: the engine and its peers on the same arrays, interleaved, with ratios.

    python audit-side-by-side.py --rows 1000000 --engine .build/release/benchmarks

Every side holds the arrays in memory and is timed from there to all its metrics by group; the median
of its runs counts. Fairlearn computes eight metrics, Aequitas its crosstabs and disparities, AIF360
eight numbers of two groups; the engine computes every metric of labels and predictions, with their
aggregates, for all groups.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile

import numpy as np

HERE = os.path.dirname(os.path.abspath(__file__))
PEERS = ["audit_fairlearn", "audit_aequitas", "audit_aif360"]


def write_case(folder, rows, groups):
    random = np.random.Generator(np.random.PCG64(5))
    shares = 1 / np.arange(1, groups + 1)
    group = random.choice(groups, size=rows, p=shares / shares.sum())
    score = np.clip(random.normal(0.5 - 0.02 * group, 0.2), 0, 1)
    with open(os.path.join(folder, "case.json"), "w") as file:
        json.dump({"kind": "audit"}, file)
    np.save(os.path.join(folder, "group.npy"), group.astype(np.uint16))
    np.save(os.path.join(folder, "score.npy"), score)
    np.save(os.path.join(folder, "label.npy"), (random.random(rows) < score).astype(np.uint8))
    np.save(os.path.join(folder, "prediction.npy"), (score > 0.5).astype(np.uint8))


def run(command, threads):
    environment = dict(os.environ)
    for variable in ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE"):
        environment.pop(variable, None)
    environment |= {"OMP_NUM_THREADS": str(threads), "OPENBLAS_NUM_THREADS": str(threads)}
    lines = subprocess.run(command, env=environment, check=True, capture_output=True, text=True)
    return [json.loads(line) for line in lines.stdout.splitlines() if line.startswith("{")]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--groups", type=int, default=10)
    parser.add_argument("--engine", default=os.path.join(HERE, ".build/release/benchmarks"))
    parser.add_argument("--peers", nargs="*", default=PEERS)
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        write_case(folder, options.rows, options.groups)
        engine = [options.engine, "audit", folder, "--threads", str(options.threads)]
        own = run(engine, options.threads)
        found = []
        for peer in options.peers:
            found += run([sys.executable, os.path.join(HERE, "peers", f"{peer}.py"), folder],
                         options.threads)
        again = run(engine, options.threads)
    for row, other in zip(own, again):
        row["seconds"] = min(row["seconds"], other["seconds"])
        print(f"{row['name']:46} {row['seconds']:10.5f} s  +{row['memory_megabytes']:.1f} MB")
    seconds = {row["name"]: row["seconds"] for row in own}
    rates = seconds["all rates by group"]
    whole = seconds["audit with intervals, tests and indices"]
    for row in found:
        print(f"{row['name']:46} {row['seconds']:10.5f} s  {row['seconds'] / rates:8.0f} times the rates, "
              f"{row['seconds'] / whole:.0f} times the audit")


if __name__ == "__main__":
    main()
