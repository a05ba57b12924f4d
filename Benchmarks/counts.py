#!/usr/bin/env python3
"""Counts the instructions and readings of paths that must not become dearer.

    python3 Benchmarks/counts.py PROGRAM            compares with Benchmarks/counts.json; 1 where one is dearer
    python3 Benchmarks/counts.py PROGRAM --update   writes Benchmarks/counts.json

Whole commands on one thread under `valgrind --tool=cachegrind`: two runs differ by a ten-thousandth. The
command that does nothing is subtracted. A reading is one pass over all rows; any rise of readings or
iterations fails, as does a rise of instructions by more than `TOLERANCE`. With another compiler, libraries
or processor than those of the record nothing is compared, in words.
"""

import argparse
import concurrent.futures
import json
import os
import platform
import re
import subprocess
import sys
import tempfile

TOLERANCE = 0.01
RECORD = os.path.join(os.path.dirname(os.path.abspath(__file__)), "counts.json")
GERMAN = "--dataset german --sensitive sex"
COMPAS = "--dataset compas --sensitive race"
ADULT = "--dataset adult --sensitive sex"
PATHS = {
    "audit": f"audit {COMPAS}",
    "audit, bootstrapped": f"audit {GERMAN} --bootstrap 200",
    "describe": f"describe {GERMAN}",
    "logistic": f"train logistic {COMPAS}",
    "logistic in double": f"train logistic {COMPAS} --precision double",
    "penalized": f"train penalized {GERMAN}",
    "penalized, Adult": f"train penalized {ADULT}",
    "prejudice-remover": f"train prejudice-remover {GERMAN}",
    "reductions": f"train reductions {GERMAN}",
    "grid-search": f"train grid-search {GERMAN}",
    "adversarial": f"train adversarial {GERMAN} --epochs 3",
    "meta-fair": f"train meta-fair {GERMAN}",
    "group-minimax": f"train group-minimax {GERMAN}",
    "reweighing": f"train reweighing {GERMAN}",
    "group-thresholds": f"train group-thresholds {GERMAN}",
    "frontier": f"frontier penalized {GERMAN}",
}
# Numbers of a train document that count work.
WORK = ("passes", "iterations", "oracle_calls")
NOTHING = "--version"
# One thread, one kind of kernel, and tables that hash alike in every run.
SETTING = {
    "OPENBLAS_NUM_THREADS": "1",
    "OPENBLAS_CORETYPE": "Haswell",
    "SWIFT_DETERMINISTIC_HASHING": "1",
}


def count(program, words, folder):
    command = ["valgrind", "--tool=cachegrind", "--cache-sim=no", "--cachegrind-out-file=/dev/null"]
    arguments = words.split()
    if words != NOTHING:
        arguments += ["--format", "json", "--threads", "1"]
    run = subprocess.run(
        command + [program, *arguments], cwd=folder, text=True, capture_output=True, env={**os.environ, **SETTING}
    )
    found = re.search(r"I\s+refs:\s+([\d,]+)", run.stderr)
    if run.returncode not in (0, 4) or not found:
        sys.exit(f"counts: equipoise {words} ended with {run.returncode}\n{run.stderr[-2000:]}")
    record = {"instructions": int(found[1].replace(",", ""))}
    document = json.loads(run.stdout) if words != NOTHING else {}
    record.update({name: document[name] for name in WORK if isinstance(document.get(name), (int, float))})
    return record


def versions():
    """What the instructions depend on besides our code."""
    swift = subprocess.run(["swift", "--version"], capture_output=True, text=True).stdout.split("\n")[0]
    libraries = {}
    for name in ("libopenblas0", "coinor-libclp1", "libc6", "valgrind"):
        asked = subprocess.run(["dpkg-query", "-W", "-f=${Version}", name], capture_output=True, text=True)
        libraries[name] = asked.stdout.strip()
    return {"swift": swift.strip(), "processor": processor(), **libraries}


def processor():
    """Its kind: sizes of caches, which valgrind passes on, decide how libraries cut up their work."""
    with open("/proc/cpuinfo") as file:
        lines = dict(line.split(":", 1) for line in file.read().split("\n\n")[0].splitlines())
    told = {name.strip(): value.strip() for name, value in lines.items()}
    kinds = [f"{name} {told[name]}" for name in ("model name", "cpu family", "model", "cache size") if name in told]
    return ", ".join(kinds) or platform.machine()


def measure(program):
    with tempfile.TemporaryDirectory() as folder, concurrent.futures.ThreadPoolExecutor(2) as pool:
        stripped = os.path.join(folder, "equipoise")
        subprocess.run(["strip", "-g", "-o", stripped, program], check=True)
        jobs = {name: pool.submit(count, stripped, words, folder) for name, words in PATHS.items()}
        nothing = count(stripped, NOTHING, folder)["instructions"]
        records = {name: job.result() for name, job in jobs.items()}
    for record in records.values():
        record["instructions"] -= nothing
    return records


def dearer(name, now, before):
    """What of a path costs more than its record says, in sentences."""
    share = now["instructions"] / before["instructions"] - 1
    if share > TOLERANCE:
        yield f"{name}: {100 * share:+.1f} % instructions"
    for work in WORK:
        if now.get(work, 0) > before.get(work, 0) + 1e-9:
            yield f"{name}: {now[work]:g} {work.replace('_', ' ')}, {before.get(work, 0):g} before"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("--update", action="store_true")
    options = parser.parse_args()
    made_with, counts = versions(), measure(os.path.abspath(options.program))
    if options.update:
        with open(RECORD, "w") as file:
            json.dump({"made_with": made_with, "paths": counts}, file, indent=2)
            file.write("\n")
        return
    with open(RECORD) as file:
        record = json.load(file)
    for name, now in counts.items():
        before = record["paths"].get(name)
        change = f"{100 * (now['instructions'] / before['instructions'] - 1):+.2f} %" if before else "new"
        print(f"{name:22} {now['instructions'] / 1e6:10.1f} million {change:>9} {now.get('passes', '')}")
    if made_with != record["made_with"]:
        print(f"not compared: counted with {made_with}, the record with {record['made_with']}")
        return
    missing = [f"{name}: no record" for name in counts if name not in record["paths"]]
    found = missing + [
        line for name, now in counts.items() if name in record["paths"] for line in dearer(name, now, record["paths"][name])
    ]
    print("\n".join(found) or f"{len(counts)} paths cost what their record says, or less")
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
