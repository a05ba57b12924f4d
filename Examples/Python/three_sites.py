"""Three sites fit one model and share no row: each is a process of its own, with a policy and masks.

    python Examples/Python/three_sites.py

Needs cryptography. The folder of requests and answers is a temporary one here; sites that are far from each
other carry its files by means of their own.
"""

from __future__ import annotations

import json
import multiprocessing
import tempfile
from pathlib import Path

import pandas as pd

from equipoise import distributed, federated
from equipoise.datasets import load_adult

NAMES = ["north", "south", "west"]
COLUMNS = ["age", "education-num", "hours-per-week", "sex", "income"]


def rows(name: str) -> pd.DataFrame:
    """A third of Adult's training rows: the site's own, which nobody else reads."""
    frame = load_adult(part="train").frame[COLUMNS]
    return frame[NAMES.index(name)::3]


def policy() -> federated.Policy:
    return federated.Policy(
        {"age": (16, 95), "education-num": (1, 16), "hours-per-week": (1, 99),
         "sex": ["Female", "Male"], "income": ["<=50K", ">50K"]},
        least_rows=1000)


def site(name: str, folder: str, key: bytes, peers: dict[str, bytes]) -> None:
    """What runs at a site."""
    log = Path(folder).parent / f"{name}.jsonl"  # the site's own
    federated.Site(name, rows(name), policy(), key=key, peers=peers, log=log).serve(folder)


def main() -> None:
    keys = {name: federated.new_key() for name in NAMES}
    roles = {"label": "income", "sensitive": "sex", "strength": 10}
    with tempfile.TemporaryDirectory() as place:
        folder = str(Path(place) / "mailbox")
        spawned = multiprocessing.get_context("spawn")
        processes = [
            spawned.Process(target=site, args=(
                name, folder, keys[name][0],
                {other: public for other, (_, public) in keys.items() if other != name}))
            for name in NAMES]
        for process in processes:
            process.start()
        model = distributed.fit("penalized", NAMES, engine=federated.Mailbox(folder), **roles)
        for process in processes:
            process.join()
        log = (Path(place) / "north.jsonl").read_text().splitlines()
    pooled = distributed.fit("penalized", [rows(name) for name in NAMES], **roles)
    ours, theirs = (each.report["report"]["objective"] for each in (model, pooled))
    print(f"north was asked {len(log)} times, the last time for "
          f"{json.loads(log[-1])['takes']}")
    print(f"objective of the sites {ours:.9f}, of pooled rows {theirs:.9f}")


if __name__ == "__main__":
    main()
