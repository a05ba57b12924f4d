#!/usr/bin/env python3
"""Times learned fair representations beside Fairlearn and AIF360 on the same rows, in turn.

    python representations.py small wide

small   2,000 rows, 10 columns, 5 prototypes, 10 steps of L-BFGS each
wide    5,000 rows, 20 columns, 10 prototypes, 5 steps each

Every program minimizes with the same number of steps from a start of its own; what a step costs is
the figure. Fitting alone is timed: Equipoise's figure is what its report says of the whole training,
the logistic regression on the representation included.
"""

import argparse
import json
import os
import statistics
import subprocess
import tempfile
import time
import warnings

import numpy as np

warnings.filterwarnings("ignore")
RUNS = 5
CASES = {"small": (2_000, 10, 5, 10), "wide": (5_000, 20, 10, 5)}
FACTORS = {"reconstruction": 0.01, "target": 1.0, "fairness": 50.0}


def rows(n, columns, seed=7):
    g = np.random.Generator(np.random.PCG64(seed))
    a = g.integers(2, size=n)
    x = g.normal(size=(n, columns)) + 0.5 * a[:, None] * (np.arange(columns) % 3 == 0)
    y = (x[:, 0] + x[:, 1] + g.normal(size=n) > 0.5).astype(int)
    return (x - x.mean(0)) / x.std(0), y, a


def engine(options, x, y, a, prototypes, steps):
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "rows.csv")
        names = [f"x{j}" for j in range(x.shape[1])]
        with open(path, "w") as file:
            file.write(",".join(names) + ",label,group\n")
            for i in range(len(y)):
                file.write(",".join(map(repr, x[i].tolist())) + f",{y[i]},g{a[i]}\n")
        command = [options.engine, "train", "learned-fair-representations", "--data", path]
        command += ["--label", "label", "--sensitive", "group", "--test", "0", "--format", "json"]
        command += ["--quiet", "--precision", "double", "--distance", "euclidean"]
        command += ["--prototypes", str(prototypes), "--steps", str(steps)]
        command += ["--step-tolerance", "0", "--model", os.path.join(folder, "m.eqp")]
        for name, value in FACTORS.items():
            command += [f"--{name}", str(value)]
        seconds, last = [], None
        for _ in range(RUNS):
            done = subprocess.run(command, capture_output=True, text=True)
            if not done.stdout:
                raise RuntimeError(done.stderr)
            last = json.loads(done.stdout)
            seconds.append(last["seconds"]["fit"])
        return statistics.median(seconds), last["stop_reason"]


def fairlearn(x, y, a, prototypes, steps):
    import pandas as pd
    from fairlearn.preprocessing import PrototypeRepresentationLearner

    model = PrototypeRepresentationLearner(
        n_prototypes=prototypes,
        reconstruct_weight=FACTORS["reconstruction"],
        target_weight=FACTORS["target"],
        fairness_weight=FACTORS["fairness"],
        random_state=0,
        tol=0,
        max_iter=steps,
    )
    began = time.perf_counter()
    model.fit(x, y, sensitive_features=pd.Series(a))
    return time.perf_counter() - began, f"{model.n_iter_} steps"


def aif360(x, y, a, prototypes, steps):
    import pandas as pd
    from aif360.algorithms.preprocessing import LFR
    from aif360.datasets import BinaryLabelDataset

    frame = pd.DataFrame(x).assign(A=a.astype(float), y=y.astype(float))
    frame.columns = [str(c) for c in frame.columns]
    data = BinaryLabelDataset(df=frame, label_names=["y"], protected_attribute_names=["A"])
    model = LFR(
        [{"A": 0.0}], [{"A": 1.0}], k=prototypes, Ax=FACTORS["reconstruction"],
        Ay=FACTORS["target"], Az=FACTORS["fairness"], verbose=0, seed=0,
    )
    began = time.perf_counter()
    model.fit(data, maxiter=steps, maxfun=1_000_000)
    return time.perf_counter() - began, f"{steps} steps"


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("cases", nargs="+", choices=CASES)
    parser.add_argument("--engine", default=".build/release/equipoise")
    options = parser.parse_args()
    for case in options.cases:
        n, columns, prototypes, steps = CASES[case]
        x, y, a = rows(n, columns)
        own, said = engine(options, x, y, a, prototypes, steps)
        print(f"{case}\n  equipoise  {own * 1000:12.3f} ms  {said}")
        for name, peer in (("fairlearn", fairlearn), ("aif360", aif360)):
            seconds, note = peer(x, y, a, prototypes, steps)
            print(f"  {name:10} {seconds * 1000:12.3f} ms  {note}  ratio {seconds / own:.1f}")


main()
