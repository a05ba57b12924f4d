#!/usr/bin/env python3
"""Runs the engine and its peers on the same arrays, interleaved, and prints ratios.

    python side-by-side.py dense ill census csv
    python side-by-side.py rows=200000,columns=40,type=float64,weights=1 --peers glum_irls

Both sides use two threads and time from the caller's arrays in memory to the fitted model, packing
included; the median of five counts. Each side runs at the loosest of its own settings that brings
the objective within 1e-6 of its minimum, relative, as one outside function in float64 finds; a side
that misses it at every setting is printed as "not converged". Environment: OPENBLAS_CORETYPE and
OPENBLAS_L2_SIZE are removed unless --keep-environment is given.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, "peers")]
import cases  # noqa: E402
import objective  # noqa: E402
from serving import Case  # noqa: E402

GAP = 1e-6
ENGINE = "equipoise"
DENSE_PEERS = ["sklearn_lbfgs", "sklearn_newton", "glum_irls", "torch_lbfgs"]
CODES_PEERS = ["sklearn_lbfgs", "sklearn_newton", "glum_irls"]
# Lets the worker threads of the side before fall asleep.
REST = 0.3


class Side:
    """A process that holds the case and fits on demand."""

    def __init__(self, name, folder, options):
        environment = dict(os.environ)
        if not options.keep_environment:
            for variable in ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE"):
                environment.pop(variable, None)
        threads = str(options.threads)
        environment |= {"OMP_NUM_THREADS": threads, "OPENBLAS_NUM_THREADS": threads}
        environment |= {"MKL_NUM_THREADS": threads, "POLARS_MAX_THREADS": threads}
        if name == ENGINE:
            command = [options.engine, "serve", folder, "--threads", threads]
        else:
            command = [sys.executable, "-W", "ignore", f"{HERE}/peers/{name}.py", folder]
        self.name = name
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment
        )
        ready = self._read()
        self.settings, self.core = ready["settings"], ready["core"]
        self.setting, self.runs, self.gap = None, [], None

    def _read(self):
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"{self.name} ended early")
        return json.loads(line)

    def run(self, setting):
        self.process.stdin.write(f"{setting}\n")
        self.process.stdin.flush()
        return self._read()

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def calibrate(side, case, best, limit):
    """Chooses the loosest setting that reaches the gap, by bisection: tighter is never worse."""

    def reaches(index):
        answer = side.run(index)
        side.gap = (objective.value(case, answer["theta"]) - best) / best
        return side.gap <= GAP, answer["pack"] + answer["fit"]

    low, high, began = 0, len(side.settings) - 1, time.monotonic()
    step = 1
    found, index = None, 0
    while True:
        good, _ = reaches(index)
        if good:
            found = index
            break
        low = index + 1
        if index == high or time.monotonic() - began > limit:
            break
        index = min(high, index + step)
        step *= 2
    if found is None:
        return
    while low < found and time.monotonic() - began < limit:
        middle = (low + found) // 2
        if reaches(middle)[0]:
            found = middle
        else:
            low = middle + 1
    side.setting = found


def settings_of(folder):
    path = os.path.join(folder, "settings.json")
    if not os.path.exists(path):
        return {}
    with open(path) as file:
        return json.load(file)


def keep_settings(folder, settings):
    with open(os.path.join(folder, "settings.json"), "w") as file:
        json.dump(settings, file)


def compare(name, folder, peers, options):
    sides = [Side(n, folder, options) for n in [ENGINE] + peers]
    case = Case(folder)
    if case.kind == "csv":
        for side in sides:
            side.setting, side.gap = 0, None
    else:
        best = objective.minimum(case)
        known = settings_of(folder)
        for side in sides:
            if side.name in known and not options.calibrate:
                side.setting, side.gap = known[side.name]
            else:
                calibrate(side, case, best, options.limit)
                known[side.name] = [side.setting, side.gap]
        keep_settings(folder, known)
        if options.calibrate:
            for side in sides:
                print(f"{name} {side.name}: setting {side.setting}, gap {side.gap:.1e}", flush=True)
                side.close()
            return
    for side in sides:
        if side.setting is not None:
            side.run(side.setting)
    for _ in range(options.repetitions):
        for side in sides:
            if side.setting is not None:
                time.sleep(REST)
                side.runs.append(side.run(side.setting))
    if case.kind != "csv":
        for side in sides:
            if side.runs:
                gaps = [(objective.value(case, r["theta"]) - best) / best for r in side.runs[:1]]
                side.gap = max(gaps)
    report(name, sides, options)
    for side in sides:
        side.close()


def median(side, *parts):
    return statistics.median(sum(run[p] for p in parts) for run in side.runs)


def report(name, sides, options):
    engine = sides[0]
    print(f"\n{name}: {options.threads} threads, median of {options.repetitions}")
    print(f"{'side':16} {'pack s':>9} {'fit s':>9} {'total s':>9} {'gap':>9} {'ratio':>7}  setting, kernels")
    for side in sides:
        row = {"case": name, "side": side.name, "core": side.core, "threads": options.threads}
        if not side.runs or (side.gap is not None and side.gap > GAP):
            row |= {"status": "not converged", "gap": side.gap}
            print(f"{side.name:16} not converged (gap {side.gap:.1e})")
        else:
            pack, fit, total = median(side, "pack"), median(side, "fit"), median(side, "pack", "fit")
            ratio = total / median(engine, "pack", "fit") if engine.runs else float("nan")
            setting = side.settings[side.setting]
            row |= {"status": "converged", "pack": pack, "fit": fit, "total": total}
            row |= {"gap": side.gap, "ratio": ratio, "setting": setting}
            if "passes" in side.runs[0]:
                row["passes"] = side.runs[0]["passes"]
            gap = "–" if side.gap is None else f"{side.gap:.1e}"
            print(
                f"{side.name:16} {pack:9.4f} {fit:9.4f} {total:9.4f} {gap:>9} {ratio:7.2f}"
                f"  {setting}, {side.core}"
            )
        if options.json:
            with open(options.json, "a") as file:
                file.write(json.dumps(row) + "\n")
    sys.stdout.flush()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("cases", nargs="+", help="names of cases.NAMED, census, csv, or a dense case")
    parser.add_argument("--peers", help="adapters, comma-separated; default: all that fit")
    parser.add_argument("--census", nargs="*", default=[], help="the Parquet files of ACSIncome")
    parser.add_argument("--data", default=os.path.join(HERE, "peers-data"), help="cache of cases")
    parser.add_argument("--engine", default=f"{HERE}/.build/release/benchmarks")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--repetitions", type=int, default=5)
    parser.add_argument("--limit", type=float, default=60, help="seconds of calibration a side")
    parser.add_argument("--json", help="appends one JSON line a side")
    parser.add_argument("--keep-environment", action="store_true")
    parser.add_argument("--calibrate", action="store_true", help="only choose each side's setting")
    parser.add_argument("--prepare", action="store_true", help="only write the cases")
    options = parser.parse_args()
    for name in options.cases:
        if name == "csv":
            folder, peers = cases.write_csv(options.data), ["polars_csv"]
        elif name.startswith("census"):
            dtype = name.partition("-")[2] or "float64"
            folder, peers = cases.write_census(options.census, options.data, dtype), CODES_PEERS
        else:
            folder = cases.write_dense(name, options.data)
            levels = cases.parse(name)["levels"]
            peers = CODES_PEERS if levels else DENSE_PEERS
            if sum(levels) > cases.FEW_LEVELS:
                # A Gram matrix of so many columns would fill the memory.
                peers = ["sklearn_lbfgs"]
        if options.prepare:
            if name != "csv":
                objective.minimum(Case(folder))
            continue
        if options.peers is not None:
            peers = [p for p in options.peers.split(",") if p]
        compare(name, folder, peers, options)


if __name__ == "__main__":
    main()
