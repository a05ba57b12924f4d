#!/usr/bin/env python3
"""Compares solvers of logistic regression on a zoo of problems, with certificates and profiles.

    python Benchmarks/zoo.py --seed 1
    python Benchmarks/zoo.py --seed 7 --cells 60 --max-rows 20000 --minutes 10 --side equipoise,sklearn-lbfgs
    python Benchmarks/zoo.py --seed 1 --cells 40 --max-rows 20000 --invariances

A cell is a problem drawn by the seed: rows, columns, categories, label rate, tails, units, condition,
weights and penalty. Each side fits it in a process of its own with the same threads, from the caller's
arrays to coefficients, at the loosest of its settings that comes within 1e-6·(1 + |F|) of the lowest
objective known; one evaluator in float64 judges all. A side fails a cell where it does not get there,
raises, or takes more than 20 times the fastest side; ours also where it says neither that it converged
nor, rightly, that labels are separable, or takes three times the cell's part of the minutes. Others that
this time stops are left out of the cell. Sides that are not installed are named and left out; a fit that
needs more than 16 GiB is not asked for. Writes OUT.json, OUT.svg and OUT.txt; ends with 1 where Equipoise
fails a cell.
"""

import argparse
import json
import os
import platform
import shutil
import sys
import tempfile
import time

from zoo import problems, profiles
from zoo.adapters import MODULES
from zoo.contest import OURS, Cell
from zoo.evaluator import Problem
from zoo.sides import available

# A cell may take this many times its part of the minutes that are left.
MOST_SHARES = 3


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--cells", type=int, default=200)
    parser.add_argument("--only", help="numbers of cells, comma-separated")
    parser.add_argument("--minutes", type=float, default=45, help="of the whole run")
    parser.add_argument("--min-rows", type=float, default=1e3)
    parser.add_argument("--max-rows", type=float, default=1e7)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--side", default=",".join(MODULES), help="libraries or sides, comma-separated")
    parser.add_argument("--invariances", action="store_true", help="what must not change our fits")
    parser.add_argument("--keep", help="a folder that keeps each cell's arrays")
    parser.add_argument("--out", default="zoo", help="name of the files without their endings")
    options = parser.parse_args()
    indices = [int(k) for k in options.only.split(",")] if options.only else range(options.cells)
    drawn = [problems.draw(options.seed, k, options.max_rows, options.min_rows) for k in indices]
    sys.exit(invariances(drawn, options) if options.invariances else contest(drawn, options))


def folder_of(problem, options, place):
    folder = os.path.join(options.keep or place, f"{problem.seed}-{problem.index}")
    problems.write(problem, folder)
    return folder


def contest(drawn, options):
    """All cells that fit into the time; the number of cells that Equipoise fails as an exit code."""
    libraries, missing = available(options.side.split(","), options.threads)
    if missing:
        print("left out, as they cannot be imported:", ", ".join(missing), flush=True)
    ends, rows, place = time.monotonic() + 60 * options.minutes, [], tempfile.mkdtemp()
    try:
        for k, problem in enumerate(drawn):
            left = ends - time.monotonic()
            if left < 1:
                print(f"{len(drawn) - k} cells were not run: {options.minutes:g} minutes are over")
                break
            folder = folder_of(problem, options, place)
            share = MOST_SHARES * left / (len(drawn) - k)
            rows.append(Cell(problem, folder).play(libraries, share))
            print(line(rows[-1]), flush=True)
            if not options.keep:
                shutil.rmtree(folder)
    finally:
        for library in libraries.values():
            library.stop()
        shutil.rmtree(place)
    return written(rows, missing, options)


def line(row):
    """One cell in a line: the problem, our fit, the fastest other."""
    p, ours = row["problem"], row["sides"].get(OURS, {})
    kinds = f"{p['rows']} × {p['dense'] + p['copies']}+{len(p['levels'])}({sum(p['levels'])})"
    text = f"{p['index']:4} {kinds:26} l2 {p['l2']:.0e} {p['weights']:11} rate {p['label_rate']:.0e} "
    if "seconds" in ours:
        bound = "none" if ours.get("bound") is None else f"{ours['bound']:.0e}"
        text += f"{ours['seconds']:.3f} s, {ours['iterations']} its, {ours['status']}, bound {bound}"
    others = {
        side: a["seconds"] for side, a in row["sides"].items()
        if side not in (OURS, "null") and "seconds" in a and not a.get("failure")
    }
    if others:
        side = min(others, key=others.get)
        text += f" | {side} {others[side]:.3f} s"
    return text + (f"  FAILS: {ours['failure']}" if ours.get("failure") else "")


def written(rows, missing, options):
    failing = [row for row in rows if row["sides"].get(OURS, {}).get("failure")]
    text = (
        f"Zoo of seed {options.seed}: {len(rows)} problems, {options.threads} threads, "
        f"{platform.processor() or platform.machine()}, Python {platform.python_version()}\n"
        + profiles.table(rows)
        + f"\nEquipoise fails {len(failing)}.\n"
    )
    document = {"seed": options.seed, "threads": options.threads, "missing": missing, "cells": rows}
    contents = {"txt": text, "svg": profiles.plot(rows), "json": json.dumps(document, indent=1)}
    for ending, content in contents.items():
        with open(f"{options.out}.{ending}", "w", encoding="utf-8") as file:
            file.write(content)
    print("\n" + text, end="")
    return 1 if failing else 0


def invariances(drawn, options):
    """Runs `zoo.invariances` on every cell in this process."""
    from zoo import invariances as rules

    count, place = 0, tempfile.mkdtemp()
    for problem in drawn:
        found = rules.checks(Problem(folder_of(problem, options, place)))
        bad = rules.broken(found)
        count += bool(bad)
        worst = max(found.items(), key=lambda item: item[1])
        said = f"{'; '.join(bad) or 'holds'}  (largest {worst[0]}: {worst[1]:.1e})"
        print(f"{problem.index:4} {said}", flush=True)
    shutil.rmtree(place)
    print(f"{count} of {len(drawn)} problems break an invariance")
    return 1 if count else 0


if __name__ == "__main__":
    main()
