"""Packed tables beside the text that they are packed from: seconds, bytes, and memory by rows.

    python Benchmarks/packed.py --program .build/release/equipoise
    python Benchmarks/packed.py --rows 1000000 --memory-rows 100000 10000000

Each line is the median of five runs, the sides taken in turn. A command's own start is in its seconds.
Memory is the most that is anonymous, which a mapped file is not, as the system counts it every 5 ms.
"""

from __future__ import annotations

import argparse
import os
import platform
import statistics
import subprocess
import tempfile
import time
from pathlib import Path

RUNS = 5


def processor() -> str:
    names = [
        line.split(":", 1)[1].strip() for line in Path("/proc/cpuinfo").read_text().splitlines()
        if line.startswith("model name")] if os.path.exists("/proc/cpuinfo") else []
    return f"{names[0] if names else platform.processor()}, {os.cpu_count()} cores"


def most_anonymous(process: subprocess.Popen[bytes]) -> float:
    """The most megabytes of anonymous memory that a process has until it ends."""
    peak = 0
    while process.poll() is None:
        try:
            status = Path(f"/proc/{process.pid}/status").read_text()
        except OSError:
            status = ""
        for line in status.splitlines():
            if line.startswith("RssAnon"):
                peak = max(peak, int(line.split()[1]))
        time.sleep(0.005)
    return peak / 1024


def run(*command: str | Path) -> tuple[float, float]:
    """Seconds of a command, and the most megabytes of anonymous memory that it had."""
    start = time.perf_counter()
    process = subprocess.Popen([str(part) for part in command], stdout=subprocess.DEVNULL)
    peak = most_anonymous(process)
    if process.returncode:
        raise SystemExit(f"{command[1]} ended with {process.returncode}")
    return time.perf_counter() - start, peak


def medians(commands: dict[str, list[str | Path]]) -> dict[str, float]:
    seconds: dict[str, list[float]] = {name: [] for name in commands}
    for _ in range(RUNS):
        for name, command in commands.items():
            seconds[name].append(run(*command)[0])
    return {name: statistics.median(values) for name, values in seconds.items()}


def speed(program: Path, folder: Path, rows: int) -> None:
    csv, packed = folder / "rows.csv", folder / "rows.eqp"
    run(program, "generate", "--rows", str(rows), "--features", "10", "--categorical", "8",
        "--seed", "7", "--output", csv, "--quiet")
    roles = ["--label", "label", "--sensitive", "group", "--prediction", "label", "--quiet"]
    train = ["--label", "label", "--sensitive", "group", "--quiet"]
    found = medians({
        "pack": [program, "pack", csv, "--output", packed, "--quiet"],
        "audit, three columns of the text": [program, "audit", "--data", csv, *roles],
        "audit, three columns packed": [program, "audit", "--data", packed, *roles],
        "train from the text": [program, "train", "logistic", "--data", csv, *train],
        "train from the packed file": [program, "train", "logistic", "--data", packed, *train],
    })
    print(f"{rows} rows of 20 columns: {csv.stat().st_size / 1e6:.0f} MB of text, "
          f"{packed.stat().st_size / 1e6:.0f} MB packed")
    for name, seconds in found.items():
        print(f"  {name:36} {seconds:7.3f} s {rows / seconds / 1e6:8.2f} million rows/s")


def memory(program: Path, folder: Path, rows: int) -> None:
    csv, packed = folder / f"{rows}.csv", folder / f"{rows}.eqp"
    run(program, "generate", "--rows", str(rows), "--features", "4", "--categorical", "2",
        "--seed", "7", "--output", csv, "--quiet")
    seconds, peak = run(program, "pack", csv, "--output", packed, "--quiet")
    print(f"packing {rows:10} rows of 8 columns: {peak:6.0f} MB of memory, {seconds:.2f} s")
    csv.unlink()
    packed.unlink()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program", type=Path, default=Path(".build/release/equipoise"))
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--memory-rows", type=int, nargs="*", default=[100_000, 10_000_000])
    asked = parser.parse_args()
    print(processor())
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        speed(asked.program.resolve(), folder, asked.rows)
        for rows in asked.memory_rows:
            memory(asked.program.resolve(), folder, rows)


if __name__ == "__main__":
    main()
