#!/usr/bin/env python3
"""Runs published tables of accuracy and fairness again, and writes the page of them.

    python Benchmarks/published.py
    python Benchmarks/published.py fairgbm --data FOLDER
    python Benchmarks/published.py --page-only

Tables that need files which do not come with the package take them from --data, print each file's name
and SHA-256, and are left out, in words, where a file is missing. Results are kept as JSON beside the
tables, so that one table can be run alone; the page is made of all of them. Needs the package of this
repository; XGBoost is used where it is installed. Two threads.
"""

import argparse
import hashlib
import importlib
import json
import os
import warnings
from dataclasses import asdict

import equipoise

from published import TABLES, page
from published.learners import machine

HERE = os.path.dirname(os.path.abspath(__file__))
RESULTS = os.path.join(HERE, "published", "results")
PAGE = os.path.join(HERE, "..", "Sources", "Equipoise", "Documentation.docc", "Scoreboard.md")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("tables", nargs="*", help=f"of {', '.join(TABLES)}; all by default")
    parser.add_argument("--data", help="a folder with files that do not come with the package")
    parser.add_argument("--page", default=PAGE, help="the page that is written")
    parser.add_argument("--page-only", action="store_true", help="only from the stored results")
    options = parser.parse_args()
    tables = [importlib.import_module(f"published.{name}") for name in TABLES]
    unknown = set(options.tables) - set(TABLES)
    if unknown:
        parser.error(f"no such tables: {', '.join(sorted(unknown))}")
    os.makedirs(RESULTS, exist_ok=True)
    for table in tables if not options.page_only else []:
        if not options.tables or table.NAME in options.tables:
            run(table, options.data)
    with open(options.page, "w", encoding="utf-8") as file:
        file.write(page.page(tables, stored()))


def run(table, data):
    """One table: its rows are kept and printed."""
    files = {}
    for name in getattr(table, "NEEDS", []):
        path = os.path.join(data or "", name)
        if data is None or not os.path.exists(path):
            print(f"{table.TITLE}: left out, as --data has no {name}")
            return
        with open(path, "rb") as file:
            files[name] = hashlib.sha256(file.read()).hexdigest()
        print(f"{name} sha256 {files[name]}")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        rows = [asdict(row) for row in table.run(data)]
    result = {"rows": rows, "machine": machine(), "version": equipoise.__version__, "files": files}
    with open(os.path.join(RESULTS, f"{table.NAME}.json"), "w", encoding="utf-8") as file:
        json.dump(result, file, indent=1, ensure_ascii=False)
        file.write("\n")
    print(page.section(table, result), flush=True)


def stored():
    found = {}
    for name in TABLES:
        path = os.path.join(RESULTS, f"{name}.json")
        if os.path.exists(path):
            with open(path, encoding="utf-8") as file:
                found[name] = json.load(file)
    return found


if __name__ == "__main__":
    main()
