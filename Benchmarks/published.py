#!/usr/bin/env python3
"""Runs published tables of accuracy and fairness again, and writes the page of them.

    python3 Benchmarks/published.py
    python3 Benchmarks/published.py oxonfair fairgbm
    python3 Benchmarks/published.py --data FOLDER
    python3 Benchmarks/published.py --page-only

Needs the package of this repository (`pip install ./Sources/Python`) and nothing from a network;
XGBoost and LightGBM are used where they are installed. Tables that need files which do not come
with the package take them from --data, print each file's name and SHA-256, and are left out, in
words, where a file is missing; what an earlier run stored of them stays. Results are kept as JSON
beside the tables, written by runs alone; the page is made of all of them. Ends with 1 where a
table fails; the others run.
"""

import argparse
import importlib
import os
import sys
import traceback
import warnings

import equipoise

from published import TABLES, files, page, store
from published.machine import Clock, machine, packages

HERE = os.path.dirname(os.path.abspath(__file__))
PAGE = os.path.join(HERE, "..", "Sources", "Equipoise", "Documentation.docc", "Scoreboard.md")


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("tables", nargs="*", help=f"of {', '.join(TABLES)}; all by default")
    parser.add_argument("--data", help="a folder with files that do not come with the package")
    parser.add_argument("--results", default=store.FOLDER, help="the folder of the stored results")
    parser.add_argument("--page", default=PAGE, help="the page that is written")
    parser.add_argument("--page-only", action="store_true", help="only from the stored results")
    options = parser.parse_args()
    unknown = sorted(set(options.tables) - set(TABLES))
    if unknown:
        parser.error(f"no such tables: {', '.join(unknown)}; there are {', '.join(TABLES)}")
    if options.data is not None and not os.path.isdir(options.data):
        parser.error(f"--data: no folder {options.data}")
    tables = [importlib.import_module(f"published.{name}") for name in TABLES]
    failed = []
    if not options.page_only:
        print(f"{machine()}; engine {equipoise.__version__}")
        chosen = [t for t in tables if not options.tables or t.NAME in options.tables]
        failed = [table.NAME for table in chosen if not attempt(table, options)]
    with open(options.page, "w", encoding="utf-8") as file:
        file.write(page.page(tables, store.read(options.results)))
    if failed:
        sys.exit(f"failed: {', '.join(failed)}; the page has what was stored of them before")


def attempt(table, options):
    """Runs, prints and stores a table; whether it could, or had no files to."""
    needs = getattr(table, "NEEDS", {})
    reason = files.missing(needs, options.data)
    if reason is not None:
        print(f"\n{table.TITLE}: left out, {reason}", flush=True)
        return True
    digests = files.digests(needs, options.data) if needs else {}
    for name, digest in digests.items():
        print(f"\n{name}: SHA-256 {digest}")
    clock = Clock()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            lines = table.run(options.data)
    except Exception:
        traceback.print_exc()
        return False
    found = store.result(
        lines, seconds=clock.seconds(), others=clock.others(), machine=machine(),
        version=equipoise.__version__, packages=packages(), files=digests)
    store.write(table.NAME, found, options.results)
    print(f"\n{page.section(table, found)}{found['seconds']:.0f} s", flush=True)
    return True


if __name__ == "__main__":
    main()
