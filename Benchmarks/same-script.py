#!/usr/bin/env python3
"""Runs one user's script on Fairlearn and on Equipoise, with nothing but the import changed.

    python same-script.py adult [--tools eg-dp,eg-eo,grid,grid-liblinear,thresholds,frame,correlation]
    python same-script.py acs --acs FILE.parquet [--rows 20000]
    python same-script.py made [--rows 20000]

`script` below is the script: it takes the name of the package. Each tool runs in a process of its own,
with two threads and OpenBLAS's own choice of kernels, on the same arrays: one-hot columns and
standardized numbers as doubles, `sex` as the sensitive feature. Adult is trained on the official
training file and tested on the official test file; of ACSIncome the first `--rows` rows of a shuffle
(seed 0) train and as many others test, because Fairlearn's fits take minutes on all of them. The
made table has the shape of ACSIncome: ten categories, most of whose 743 levels are rare, and two
numbers, with labels of a logistic model.

Seconds are of what the script calls between having arrays and having predictions: fit and predict,
the construction of a frame with its tables, or fit and transform; the learner below the thresholds
was fitted before. The median of five runs counts;
one run where that takes longer than ten seconds, and the first is not counted otherwise. Error and
violation are of the test rows: the share of wrong decisions, and the largest difference between the
groups of the rates that the constraint speaks of; for the correlation remover the violation is the
largest |correlation| of a column with the sensitive one on the rows it was fitted to. Decisions drawn
at random count by their probability.

Needs both packages and pandas; --acs needs pyarrow.
"""

import argparse
import importlib
import json
import os
import statistics
import subprocess
import sys
import time
import warnings

TOOLS = ["eg-dp", "eg-eo", "grid", "grid-liblinear", "thresholds", "frame", "correlation"]
TITLES = {
    "eg-dp": "ExponentiatedGradient, DemographicParity",
    "eg-eo": "ExponentiatedGradient, EqualizedOdds",
    "grid": "GridSearch, DemographicParity, 20 points",
    "grid-liblinear": "the same, solver liblinear",
    "thresholds": "ThresholdOptimizer, demographic parity",
    "frame": "MetricFrame, 5 metrics, sex × race",
    "correlation": "CorrelationRemover",
}
RUNS = 5
LONG = 10


def script(package, tool, data):
    """The user's script; returns probabilities of a positive decision on the test rows, a matrix, or
    a table."""
    from sklearn.linear_model import LogisticRegression

    reductions = importlib.import_module(f"{package}.reductions")
    postprocessing = importlib.import_module(f"{package}.postprocessing")
    preprocessing = importlib.import_module(f"{package}.preprocessing")
    metrics = importlib.import_module(f"{package}.metrics")
    learner = LogisticRegression(max_iter=1000)
    groups = {"sensitive_features": data["sex"]}

    if tool in ("eg-dp", "eg-eo"):
        constraint = {"eg-dp": "DemographicParity", "eg-eo": "EqualizedOdds"}[tool]
        model = reductions.ExponentiatedGradient(
            learner, getattr(reductions, constraint)(difference_bound=0.01)
        )
        model.fit(data["X"], data["y"], **groups)
        return model._pmf_predict(data["X_test"])[:, 1]
    if tool.startswith("grid"):
        if tool == "grid-liblinear":
            learner = LogisticRegression(solver="liblinear", max_iter=1000)
        model = reductions.GridSearch(learner, reductions.DemographicParity(), grid_size=20)
        model.fit(data["X"], data["y"], **groups)
        return model.predict(data["X_test"])
    if tool == "thresholds":
        model = postprocessing.ThresholdOptimizer(
            estimator=data["fitted"], constraints="demographic_parity", prefit=True,
            predict_method="predict_proba",
        )
        model.fit(data["X"], data["y"], **groups)
        return model._pmf_predict(data["X_test"], sensitive_features=data["sex_test"])[:, 1]
    if tool == "frame":
        names = ["selection_rate", "true_positive_rate", "false_positive_rate", "mean_prediction",
                 "count"]
        frame = metrics.MetricFrame(
            metrics={name: getattr(metrics, name) for name in names}, y_true=data["y"],
            y_pred=data["decisions"],
            sensitive_features={"sex": data["sex"], "race": data["race"]},
        )
        return frame.overall, frame.by_group, frame.difference(), frame.ratio()
    remover = preprocessing.CorrelationRemover(sensitive_feature_ids=[0])
    return remover.fit_transform(data["with_sex"])


# ---- The rows ------------------------------------------------------------------------------------


def encoded(train, test, numbers, texts):
    from sklearn.compose import ColumnTransformer
    from sklearn.preprocessing import OneHotEncoder, StandardScaler

    encoder = ColumnTransformer([
        ("texts", OneHotEncoder(sparse_output=False, handle_unknown="ignore"), texts),
        ("numbers", StandardScaler(), numbers),
    ])
    return encoder.fit_transform(train), encoder.transform(test)


def adult(options):
    from equipoise.datasets import load_adult

    train, test = (load_adult(part=part).frame for part in ("train", "test"))
    numbers = ["age", "education-num", "capital-gain", "capital-loss", "hours-per-week"]
    texts = [name for name in train.columns
             if name not in numbers + ["income", "sex", "fnlwgt"]]
    for frame in (train, test):
        frame[texts] = frame[texts].astype(object).fillna("?").astype(str)
    labels = [(frame["income"].astype(str).str.startswith(">50K")).astype(int).to_numpy()
              for frame in (train, test)]
    return train, test, labels, numbers, texts, "sex", "race"


def acs(options):
    import pandas as pd

    table = pd.read_parquet(options.acs).sample(frac=1, random_state=0)
    train, test = table[: options.rows], table[options.rows : 2 * options.rows]
    numbers, label = ["AGEP", "WKHP"], "PINCP"
    texts = [name for name in table.columns if name not in numbers + [label, "SEX"]]
    labels = [frame[label].to_numpy().astype(int) for frame in (train, test)]
    return train, test, labels, numbers, texts, "SEX", "RAC1P"


def made(options):
    import numpy as np
    import pandas as pd

    random, rows = np.random.default_rng(0), 2 * options.rows
    levels = [8, 24, 5, 500, 130, 17, 9, 2, 40, 8]
    columns, score = {}, np.zeros(rows)
    for j, count in enumerate(levels):
        share = 1 / np.arange(1, count + 1) ** 1.2
        codes = random.choice(count, rows, p=share / share.sum())
        score += random.normal(0, 0.5, count)[codes]
        columns[f"c{j}"] = np.array([f"level {k}" for k in range(count)])[codes]
    for j, weight in enumerate([0.8, 0.5]):
        columns[f"x{j}"] = random.normal(size=rows)
        score += weight * columns[f"x{j}"]
    columns["sex"] = random.choice(["f", "m"], rows)
    score += 0.6 * (columns["sex"] == "m")
    labels = (random.random(rows) < 1 / (1 + np.exp(-score))).astype(int)
    table = pd.DataFrame(columns)
    train, test = table[: options.rows], table[options.rows :]
    texts = [f"c{j}" for j in range(len(levels))]
    return (train, test, [labels[: options.rows], labels[options.rows :]], ["x0", "x1"], texts,
            "sex", "c6")


def rows(options):
    import numpy as np
    from sklearn.linear_model import LogisticRegression

    train, test, labels, numbers, texts, sex, race = globals()[options.case](options)
    X, X_test = encoded(train, test, numbers, texts)
    codes, _ = train[sex].astype(str).factorize()
    data = {
        "X": np.ascontiguousarray(X), "X_test": np.ascontiguousarray(X_test),
        "y": labels[0], "y_test": labels[1],
        "sex": train[sex].astype(str).to_numpy(), "sex_test": test[sex].astype(str).to_numpy(),
        "race": train[race].astype(str).to_numpy(),
        "with_sex": np.column_stack([codes.astype(float), X]),
    }
    if options.tools in ("frame", "thresholds"):
        data["fitted"] = LogisticRegression(max_iter=1000).fit(X, labels[0])
        data["decisions"] = data["fitted"].predict(X)
    return data


# ---- What came out -------------------------------------------------------------------------------


def quality(tool, data, result):
    """Error and violation."""
    import numpy as np

    if tool == "frame":
        return None, float(np.max(np.asarray(result[2], dtype=float)[:3]))
    if tool == "correlation":
        sensitive = data["with_sex"][:, 0] - data["with_sex"][:, 0].mean()
        centred = result - result.mean(axis=0)
        scale = np.sqrt((centred**2).sum(axis=0) * (sensitive**2).sum())
        products = np.abs(sensitive @ centred)
        return None, float(np.max(products[scale > 1e-9] / scale[scale > 1e-9]))
    chosen, y, groups = np.asarray(result, dtype=float), data["y_test"], data["sex_test"]
    error = float(np.where(y == 1, 1 - chosen, chosen).mean())
    events = [y == 0, y == 1] if tool == "eg-eo" else [y >= 0]
    gaps = []
    for event in events:
        rates = [chosen[event & (groups == group)].mean() for group in np.unique(groups)]
        gaps.append(max(rates) - min(rates))
    return error, float(max(gaps))


def measure(options):
    """One tool of one package, in this process."""
    warnings.filterwarnings("ignore")
    data, seconds = rows(options), []
    while len(seconds) < RUNS + 1:
        began = time.perf_counter()
        result = script(options.package, options.tools, data)
        seconds.append(time.perf_counter() - began)
        if seconds[0] > LONG:
            break
    error, violation = quality(options.tools, data, result)
    counted = seconds[1:] or seconds
    print(json.dumps({
        "seconds": statistics.median(counted), "runs": len(counted), "error": error,
        "violation": violation, "rows": len(data["y"]), "columns": data["X"].shape[1]}))


def run(options, package, tool):
    environment = {name: value for name, value in os.environ.items()
                   if options.keep_environment or not name.startswith("OPENBLAS_")}
    environment |= {"OMP_NUM_THREADS": "2", "OPENBLAS_NUM_THREADS": "2"}
    command = [sys.executable, os.path.abspath(__file__), options.case, "--package", package,
               "--tools", tool, "--rows", str(options.rows)]
    command += ["--acs", options.acs] if options.acs else []
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"{package}, {tool}: {done.stderr.strip().splitlines()[-1]}")
    return json.loads(done.stdout)


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("case", choices=["adult", "acs", "made"])
    parser.add_argument("--tools", default=",".join(TOOLS))
    parser.add_argument("--acs", metavar="FILE")
    parser.add_argument("--rows", type=int, default=20_000)
    parser.add_argument("--keep-environment", action="store_true")
    parser.add_argument("--package", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.case == "acs" and not options.acs:
        parser.error("acs needs --acs FILE.parquet")
    if options.package:
        return measure(options)
    unknown = set(options.tools.split(",")) - set(TOOLS)
    if unknown:
        parser.error(f"--tools: {', '.join(sorted(unknown))} unknown")

    def text(value, digits):
        return "–" if value is None else f"{value:.{digits}f}"

    for tool in options.tools.split(","):
        theirs, ours = (run(options, package, tool) for package in ("fairlearn", "equipoise"))
        cells = [f"{TITLES[tool]} ({ours['rows']:,} × {ours['columns']})"]
        cells += [f"{side['seconds']:.4g} s" for side in (theirs, ours)]
        cells.append(f"{theirs['seconds'] / ours['seconds']:.3g}")
        for name, digits in (("error", 4), ("violation", 4)):
            cells += [text(side[name], digits) for side in (theirs, ours)]
        print("| " + " | ".join(cells) + " |", flush=True)


if __name__ == "__main__":
    main()
