#!/usr/bin/env python3
"""The most memory that a fit from a text holds, against the packed features.

    python peak-memory.py ../.build/release/equipoise rows.csv --label y --columns 50

Runs `equipoise train logistic` and reads the peak resident memory that the system counted; the
packed features are rows × columns × 4 bytes. The limit is 1.3 times that and 64 MB.
"""

import argparse
import os
import subprocess
import tempfile


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("equipoise")
    parser.add_argument("data")
    parser.add_argument("--label", required=True)
    parser.add_argument("--columns", type=int, required=True, help="numeric features")
    options = parser.parse_args()
    with open(options.data, "rb") as file:
        rows = sum(block.count(b"\n") for block in iter(lambda: file.read(1 << 24), b"")) - 1
    with tempfile.TemporaryDirectory() as folder:
        command = [options.equipoise, "train", "logistic", "--data", options.data, "--test", "0"]
        command += ["--label", options.label, "--model", f"{folder}/m.eqp", "--quiet"]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
    packed = rows * options.columns * 4
    peak = usage.ru_maxrss * 1024
    limit = 1.3 * packed + 64e6
    print(f"rows {rows}  packed {packed / 1e6:.0f} MB  peak {peak / 1e6:.0f} MB  limit {limit / 1e6:.0f} MB")
    print(f"exit {os.waitstatus_to_exitcode(status)}: {'within' if peak <= limit else 'above'} the limit")


if __name__ == "__main__":
    main()
