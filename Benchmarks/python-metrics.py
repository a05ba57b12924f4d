#!/usr/bin/env python3
"""What metrics of rows cost in Python, by the container of the groups, beside Aequitas and pandas.

    python Benchmarks/python-metrics.py [--rows 1000000] [--groups 10] [--peer PYTHON]

Prints the milliseconds (medians of seven) of a `MetricFrame` of six rates with `by_group` and
`overall`, of `demographic_parity_difference`, of `audit` without its document and of
`pandas.factorize`; above them Aequitas's whole audit of the same rows, run just before in an
interpreter that has it (`--peer`, the same by default), and last an audit of 5,000 rows in 1,000
groups. Groups are as frequent as 1, 1/2, 1/3, … Two threads.
"""

import argparse
import os
import statistics
import subprocess
import sys
import time

import numpy as np

RUNS = 7

PEER = """
import statistics, sys, time, warnings
warnings.simplefilter("ignore")
import numpy as np, pandas as pd
from aequitas import Audit
file = np.load(sys.argv[1])
table = pd.DataFrame(dict(
    score=file["decisions"], label_value=file["labels"], attr=file["groups"].astype(str)))
seconds = []
for _ in range(4):
    began = time.perf_counter()
    audit = Audit(table, sensitive_attribute_column=["attr"], label_column="label_value",
                  score_column="score", reference_groups={"attr": "0"})
    audit.audit()
    audit.metrics
    seconds.append(time.perf_counter() - began)
print(statistics.median(seconds) * 1e3)
"""


def made(rows, groups, seed=5):
    """Labels, decisions and groups."""
    random = np.random.default_rng(seed)
    share = 1 / np.arange(1, groups + 1)
    codes = random.choice(groups, size=rows, p=share / share.sum())
    score = np.clip(random.normal(0.5 - 0.02 * (codes % 10), 0.2), 0, 1)
    labels = (random.random(rows) < score).astype(np.int64)
    return labels, (score > 0.5).astype(np.int64), codes.astype(np.int64)


def peer(python, labels, decisions, groups):
    """Milliseconds of Aequitas, or None where the interpreter has none."""
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        file = os.path.join(folder, "rows.npz")
        np.savez(file, labels=labels, decisions=decisions, groups=groups)
        environment = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"}
        done = subprocess.run(
            [python, "-c", PEER, file], capture_output=True, text=True, env=environment)
    return float(done.stdout.split()[-1]) if done.returncode == 0 else None


def milliseconds(body):
    body()
    found = []
    for _ in range(RUNS):
        began = time.perf_counter()
        body()
        found.append(time.perf_counter() - began)
    return statistics.median(found) * 1e3


def containers(codes):
    """The same groups as users have them."""
    import pandas as pd

    texts = codes.astype(str)
    kinds = {
        "int64": codes, "int8": codes.astype(np.int8), "pandas series": pd.Series(codes),
        "pandas category": pd.Series(texts).astype("category"),
        "object text, few objects": texts.astype(object),
        "object text, one object a row": np.array([f"group {code}" for code in codes], object),
        "fixed-width text": texts, "pandas text": pd.Series(texts),
    }
    try:
        import polars
        import pyarrow

        kinds |= {
            "polars text": polars.Series("g", texts), "Arrow text": pyarrow.array(texts),
            "Arrow dictionary": pyarrow.array(texts).dictionary_encode()}
    except ImportError:
        pass
    return kinds


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--groups", type=int, default=10)
    parser.add_argument("--peer", default=sys.executable)
    options = parser.parse_args()
    labels, decisions, codes = made(options.rows, options.groups)
    theirs = peer(options.peer, labels, decisions, codes)
    print("Aequitas: " + ("not there" if theirs is None else f"{theirs:.1f} ms"))

    import pandas as pd

    from equipoise import metrics

    names = ["selection_rate", "true_positive_rate", "false_positive_rate", "false_negative_rate",
             "true_negative_rate", "count"]
    rates = {name: getattr(metrics, name) for name in names}
    print("| groups as | MetricFrame, 6 rates | demographic_parity_difference | audit | factorize |")
    print("| --- | --- | --- | --- | --- |")
    for kind, groups in containers(codes).items():
        def frame():
            found = metrics.MetricFrame(
                metrics=rates, y_true=labels, y_pred=decisions, sensitive_features=groups)
            return found.by_group, found.overall

        cells = [
            milliseconds(frame),
            milliseconds(lambda: metrics.demographic_parity_difference(
                labels, decisions, sensitive_features=groups)),
            milliseconds(lambda: metrics.audit(labels, decisions, sensitive_features=groups)),
        ]
        factorize = ""
        if isinstance(groups, (np.ndarray, pd.Series)):
            factorize = f"{milliseconds(lambda: pd.factorize(groups)):.1f}"
        print(f"| {kind} | " + " | ".join(f"{cell:.1f}" for cell in cells) + f" | {factorize} |",
              flush=True)
    y, chosen, many = made(5_000, 1_000)
    print(f"audit, 5,000 rows, 1,000 groups: "
          f"{milliseconds(lambda: metrics.audit(y, chosen, sensitive_features=many)):.0f} ms")


if __name__ == "__main__":
    main()
