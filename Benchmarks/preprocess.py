#!/usr/bin/env python3
"""Times preprocessing beside its peers on the same arrays, in turn, and prints ratios.

    python preprocess.py correlation impact reweigh transport

correlation  CorrelationRemover, 1,000,000 x 50 doubles, 2 groups: beside Fairlearn
impact       DisparateImpactRemover, 100,000 x 10 doubles, 2 groups: beside AIF360
reweigh      Reweighing, 100,000 rows: beside AIF360
transport    OptimalTransport, 1,000,000 x 20 doubles, 10 groups: no peer has it

Fitting and transforming the rows in memory is timed, not reading or writing them; the median of the
runs counts. The engine runs as a process of its own each time, so its memory is fresh. Peers run once
a case where they take longer than 20 seconds. The association is the largest |correlation| of a
column with the group (with more than two groups, the correlation ratio) afterwards.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
import warnings

import numpy as np

warnings.filterwarnings("ignore")
RUNS = 7
LONG = 20


def rows(n, d, groups, seed=3):
    g = np.random.Generator(np.random.PCG64(seed))
    a = g.integers(groups, size=n)
    x = g.normal(size=(n, d)) * np.linspace(1, 3, d) + 0.3 * a[:, None] * (np.arange(d) % 3)
    y = (x[:, 0] + g.normal(size=n) + 0.4 * a > 0.5).astype(np.uint8)
    return x, y, a


def engine(options, method, x, y, a, arguments):
    """Seconds of fitting and transforming, as the command line reports them."""
    with tempfile.TemporaryDirectory() as folder:
        np.save(os.path.join(folder, "X.npy"), x)
        np.save(os.path.join(folder, "label.npy"), y)
        np.save(os.path.join(folder, "group.npy"), a.astype(np.uint16))
        command = [options.engine, "preprocess", method, "--data", folder, "--label", "label"]
        command += ["--sensitive", "group", "--format", "json", "--quiet"]
        command += ["--transform", os.path.join(folder, "t.eqp")] + arguments
        if method == "reweighing":
            place = command.index("--transform")
            command[place : place + 2] = ["--output", os.path.join(folder, "out")]
        seconds, last = [], None
        for _ in range(RUNS):
            done = subprocess.run(command, capture_output=True, text=True)
            if not done.stdout:
                raise RuntimeError(done.stderr)
            last = json.loads(done.stdout)
            seconds.append(last["seconds"]["fit"] + last["seconds"]["transform"])
        return seconds, last["after"]["association"]


def association(x, a):
    a = a - a.mean()
    x = x - x.mean(0)
    return np.abs(x.T @ a / np.sqrt((x * x).sum(0) * (a * a).sum())).max()


def timed(fit):
    seconds, result = [], None
    while len(seconds) < RUNS and sum(seconds) < LONG:
        began = time.perf_counter()
        result = fit()
        seconds.append(time.perf_counter() - began)
    return seconds, result


def fairlearn(x, y, a):
    from fairlearn.preprocessing import CorrelationRemover

    z = np.hstack([x, a[:, None].astype(float)])
    remover = CorrelationRemover(sensitive_feature_ids=[x.shape[1]])
    seconds, result = timed(lambda: remover.fit_transform(z))
    return seconds, association(np.asarray(result), a)


def aif360(method, x, y, a):
    import pandas as pd
    from aif360.algorithms.preprocessing import DisparateImpactRemover, Reweighing
    from aif360.datasets import BinaryLabelDataset

    frame = pd.DataFrame(x, columns=[f"x{j}" for j in range(x.shape[1])])
    frame["A"], frame["y"] = a.astype(float), y.astype(float)
    data = BinaryLabelDataset(df=frame, label_names=["y"], protected_attribute_names=["A"])
    if method == "reweighing":
        fit = lambda: Reweighing([{"A": 0.0}], [{"A": 1.0}]).fit_transform(data)
    else:
        remover = DisparateImpactRemover(repair_level=1.0, sensitive_attribute="A")
        fit = lambda: remover.fit_transform(data)
    seconds, result = timed(fit)
    return seconds, association(result.features[:, : x.shape[1]], a)


def show(name, result):
    seconds, left = result
    median = statistics.median(seconds)
    print(
        f"  {name:10} {median * 1000:12.3f} ms  (runs {len(seconds)}, fastest"
        f" {min(seconds) * 1000:.3f})  association afterwards {left:.2e}",
        flush=True,
    )
    return median


def run(case, options):
    print(case, flush=True)
    peer = None
    if case == "correlation":
        data, method = rows(1_000_000, 50, 2), "correlation-remover"
        peer = ("fairlearn", lambda: fairlearn(*data))
    elif case == "impact":
        data, method = rows(100_000, 10, 2), "disparate-impact-remover"
        peer = ("aif360", lambda: aif360(method, *data))
    elif case == "reweigh":
        data, method = rows(100_000, 10, 2), "reweighing"
        peer = ("aif360", lambda: aif360(method, *data))
    elif case == "transport":
        data, method = rows(1_000_000, 20, 10), "optimal-transport"
    else:
        sys.exit(f"no case '{case}'")
    own = show("equipoise", engine(options, method, *data, []))
    if peer and not options.alone:
        print(f"  ratio {show(peer[0], peer[1]()) / own:.1f}", flush=True)


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("cases", nargs="+")
    parser.add_argument("--engine", default=".build/release/equipoise")
    parser.add_argument("--alone", action="store_true", help="without the peers")
    options = parser.parse_args()
    for case in options.cases:
        run(case, options)


main()
