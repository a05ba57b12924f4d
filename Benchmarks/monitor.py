"""A monitor's folder: events and labels a second, the time to open it, and what is left after kills.

    python Benchmarks/monitor.py --program .build/release/equipoise
    python Benchmarks/monitor.py --rows 1000000
    python Benchmarks/monitor.py --kills 30

Every second is of a whole command, start and all syncs of the disk included, from files of JSON lines. With --kills the
command is ended by SIGKILL at moments drawn at random and run again, until it ends by itself so many kills later;
then the counts must be those of a run that nobody disturbed, and `monitor verify` must find no difference.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import tempfile
import time
from pathlib import Path

START = 1_760_000_000


def settings(folder: Path) -> Path:
    path = folder / "monitor.json"
    path.write_text(json.dumps({
        "attributes": [{"name": name} for name in ("sex", "race", "age", "region", "channel")],
        "tick": "1h", "horizon": "30d", "intersections": 2}))
    return path


def events(folder: Path, rows: int, seed: int) -> tuple[Path, Path]:
    """Decisions in the order of their time, and a label of each in an order by chance."""
    chance = random.Random(seed)
    values = {"sex": 2, "race": 5, "age": 4, "region": 6, "channel": 3}
    decisions, labels = folder / f"decisions-{seed}.ndjson", folder / f"labels-{seed}.ndjson"
    order = list(range(rows))
    chance.shuffle(order)
    with decisions.open("w") as file:
        for k in range(rows):
            groups = ",".join(
                f'"{name}":"{name[0]}{chance.randrange(count)}"' for name, count in values.items())
            file.write(
                f'{{"id":"app-{seed}-{k:09d}","at":{START + k // 4},"model":"credit","version":"7",'
                f'"decision":{chance.randrange(2)},"score":0.{chance.randrange(100):02d},'
                f'"groups":{{{groups}}}}}\n')
    with labels.open("w") as file:
        for k in order:
            file.write(
                f'{{"id":"app-{seed}-{k:09d}","at":{START + k // 4 + 86_400},'
                f'"label":{chance.randrange(2)}}}\n')
    return decisions, labels


def seconds(*command: str | Path) -> float:
    start = time.perf_counter()
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, check=False)
    if done.returncode not in (0, 5):
        raise SystemExit(f"{' '.join(map(str, command))}: {done.stderr}")
    return time.perf_counter() - start


def rates(program: Path, folder: Path) -> dict:
    told = subprocess.run(
        [program, "monitor", "rates", "--folder", folder, "--format", "json", "--by", "sex,race"],
        capture_output=True, text=True, check=True)
    return json.loads(told.stdout)


def speed(program: Path, work: Path, rows: int) -> None:
    plan = settings(work)
    decisions, labels = events(work, rows, 1)
    folder = work / "monitor"
    took = seconds(program, "ingest", decisions, "--folder", folder, "--settings", plan)
    print(f"decisions: {rows / took:,.0f} a second ({rows:,} in {took:.2f} s)")
    took = seconds(program, "ingest", labels, "--folder", folder)
    print(f"labels joined: {rows / took:,.0f} a second ({took:.2f} s)")
    took = seconds(program, "ingest", os.devnull, "--folder", folder, "--until", "2025-10-01T00:00:00Z")
    print(f"opened and closed in {took:.2f} s")
    took = seconds(program, "monitor", "rates", "--folder", folder, "--by", "sex,race")
    print(f"rates in {took:.2f} s")
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    print(f"{size / rows:.0f} bytes a decision with its label")


def kills(program: Path, work: Path, rows: int, most: int, seed: int) -> None:
    plan = settings(work)
    files = events(work, rows, seed)
    plain, disturbed = work / "plain", work / "disturbed"
    took = 0.0
    for file in files:
        took += seconds(program, "ingest", file, "--folder", plain, "--settings", plan)
    chance, done = random.Random(seed), 0
    for k, file in enumerate(files):
        share = most // 2 if k == 0 else most - most // 2
        killed = 0
        while True:
            running = subprocess.Popen(
                [program, "ingest", file, "--folder", disturbed, "--settings", plan],
                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            if killed == share:
                assert running.wait() in (0, 5), "it ends by itself"
                break
            time.sleep(chance.uniform(0, took / 2))
            running.kill()
            running.wait()
            killed += 1
        done += killed
    for folder in (plain, disturbed):
        seconds(program, "ingest", os.devnull, "--folder", folder, "--until", "2025-10-01T00:00:00Z")
    assert rates(program, plain) == rates(program, disturbed), "the counts differ"
    told = subprocess.run(
        [program, "monitor", "verify", "--folder", disturbed, "--format", "json"],
        capture_output=True, text=True, check=True)
    assert json.loads(told.stdout)["differences"] == []
    print(f"{done} kills: nothing lost, nothing twice")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program", type=Path, default=Path(".build/release/equipoise"))
    parser.add_argument("--rows", type=int, default=500_000)
    parser.add_argument("--kills", type=int, default=0)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    program = given.program.resolve()
    print(f"{os.cpu_count()} cores")
    with tempfile.TemporaryDirectory() as name:
        if given.kills:
            kills(program, Path(name), given.rows, given.kills, given.seed)
        else:
            speed(program, Path(name), given.rows)


if __name__ == "__main__":
    main()
