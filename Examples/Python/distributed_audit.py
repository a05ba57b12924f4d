"""Audits a table whose partitions lie in several processes, or on several machines.

Each worker counts its partition and sends a few hundred bytes; the driver adds them and makes one
audit, the same to the last digit as if all rows had been in one place. With Dask where it is
installed, else with processes of this machine:

    python distributed_audit.py [PARTITIONS]
"""

import sys

import numpy as np

from equipoise.datasets import load_adult
from equipoise.linear_model import LogisticRegression
from equipoise.metrics import AuditCounts, audit


def scored_adult():
    """Labels, decisions and groups of the test rows."""
    train, test = (load_adult(part=part).frame for part in ("train", "test"))
    numbers = ["age", "education-num", "capital-gain", "capital-loss", "hours-per-week"]
    mean, deviation = train[numbers].mean(), train[numbers].std()
    model = LogisticRegression().fit(
        (train[numbers] - mean) / deviation, (train["income"] == ">50K").astype(int)
    )
    score = model.predict_proba((test[numbers] - mean) / deviation)[:, 1]
    return test.assign(label=(test["income"] == ">50K").astype(int), score=score)[
        ["label", "score", "sex", "race"]
    ]


def count(partition) -> bytes:
    """What a worker does: its own rows become bytes."""
    return AuditCounts(
        partition["label"], y_score=partition["score"],
        sensitive_features=partition[["sex", "race"]],
    ).to_bytes()


def counted(partitions) -> list[bytes]:
    try:
        import dask
    except ImportError:
        from concurrent.futures import ProcessPoolExecutor

        with ProcessPoolExecutor(2) as pool:
            return list(pool.map(count, partitions))
    return list(dask.compute(*[dask.delayed(count)(part) for part in partitions],
                             scheduler="processes", num_workers=2))


def main(partitions: int) -> None:
    rows = scored_adult()
    parts = [rows.iloc[places] for places in np.array_split(np.arange(len(rows)), partitions)]
    states = counted(parts)
    total = sum(AuditCounts.from_bytes(state) for state in states)
    found = total.audit(intersections=2).document
    whole = audit(
        rows["label"], y_score=rows["score"], sensitive_features=rows[["sex", "race"]],
        intersections=2,
    ).document
    for group, same in zip(found["groups"], whole["groups"]):
        assert group["value"] == same["value"]
        ours, theirs = (each["metrics"]["selection_rate"]["value"] for each in (group, same))
        assert ours == theirs, (group["value"], ours, theirs)
        print(f"{group['attribute']:10} {group['value']:30} selected {ours:.4f}")
    print(f"{total.rows} rows in {partitions} partitions, {max(map(len, states))} bytes at most each")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 4)
