#!/usr/bin/env python3
"""Times postprocessing beside its peers on the same scores, in turn, and prints ratios.

    python postprocess.py sexes races3 races groups50 grid grid-odds reject

sexes      Adult, two sexes, one difference of selection rates: beside OxonFair
races3     the same, the three most frequent races
races      the same, all five: OxonFair takes many minutes
groups50   50 groups, 1,000,000 scores: no peer finishes
grid       ThresholdOptimizer, demographic parity, 1,000,000 scores, 2 groups: beside Fairlearn
grid-odds  the same for equalized odds
reject     reject option, 20,000 scores, the full grid of 5,000 pairs: beside AIF360

Fitting alone is timed, from arrays in memory to the fitted rule; the median of the runs counts.
Peers run once a case where they take longer than 20 seconds.
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
RUNS = 5
LONG = 20


def normal_scores(n, groups, seed=5):
    g = np.random.Generator(np.random.PCG64(seed))
    a = g.integers(groups, size=n) if groups > 2 else g.choice(2, size=n, p=[2 / 3, 1 / 3])
    s = np.clip(g.normal(0.55 - 0.1 * (a % 7) / max(1, min(groups - 1, 6)), 0.2), 0, 1)
    return s, (g.random(n) < s).astype(int), a


def adult_scores(attribute="race", most=None):
    """Probabilities of scikit-learn's logistic regression on the bundled training file."""
    import pandas as pd
    from sklearn.compose import make_column_transformer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OneHotEncoder, StandardScaler

    here = os.path.dirname(os.path.abspath(__file__))
    path = os.path.join(here, "..", "Sources", "CBundledData", "data", "adult-train.csv.gz")
    table = pd.read_csv(path, skipinitialspace=True)
    label = table.columns[-1]
    y = (table[label] == sorted(table[label].unique())[-1]).astype(int).to_numpy()
    x = table.drop(columns=[label, attribute])
    text = [c for c in x if x[c].dtype == object]
    model = make_pipeline(
        make_column_transformer(
            (OneHotEncoder(handle_unknown="ignore"), text), remainder=StandardScaler()
        ),
        LogisticRegression(max_iter=1000),
    ).fit(x, y)
    codes = table[attribute].astype("category").cat.codes.to_numpy().astype(int)
    kept = np.isin(codes, np.argsort(-np.bincount(codes))[:most])
    return model.predict_proba(x)[kept, 1], y[kept], codes[kept]


def engine(options, method, scores, labels, groups, arguments):
    """Seconds of the fits of the command line, as it reports them."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "scored.csv")
        with open(path, "w") as file:
            file.write("score,label,group\n")
            for row in zip(scores.tolist(), labels.tolist(), groups.tolist()):
                file.write(f"{row[0]!r},{row[1]},g{row[2]}\n")
        command = [options.engine, "postprocess", method, "--data", path, "--label", "label"]
        command += ["--sensitive", "group", "--score", "score", "--format", "json", "--quiet"]
        seconds, last = [], None
        for _ in range(RUNS):
            done = subprocess.run(command + arguments, capture_output=True, text=True)
            if not done.stdout:
                raise RuntimeError(done.stderr)
            last = json.loads(done.stdout)
            seconds.append(last["seconds"]["fit"])
        return seconds, last["after"]["accuracy_score"], last["after"]["selection_rate.difference"]


def timed(fit):
    seconds, result = [], None
    while len(seconds) < RUNS and sum(seconds) < LONG:
        began = time.perf_counter()
        result = fit()
        seconds.append(time.perf_counter() - began)
    return seconds, result


def oxonfair(scores, labels, groups):
    from oxonfair import FairPredictor
    from oxonfair import group_metrics as gm

    data = {"data": np.stack([1 - scores, scores], 1), "target": labels, "groups": groups}

    def fit():
        predictor = FairPredictor(None, data, groups)
        predictor.fit(gm.accuracy, gm.demographic_parity, 0.02)
        return predictor

    seconds, predictor = timed(fit)
    chosen = np.asarray(predictor.predict(data)).ravel()
    rates = [chosen[groups == g].mean() for g in np.unique(groups)]
    return seconds, (chosen == labels).mean(), max(rates) - min(rates)


def fairlearn(scores, labels, groups, constraint):
    from fairlearn.postprocessing import ThresholdOptimizer
    from sklearn.base import BaseEstimator

    class Given(BaseEstimator):
        def fit(self, x, y):
            return self

        def predict(self, x):
            return np.asarray(x)[:, 0]

        def __sklearn_is_fitted__(self):
            return True

    x = scores[:, None]

    def fit():
        return ThresholdOptimizer(
            estimator=Given(),
            constraints=constraint,
            prefit=True,
            predict_method="predict",
            objective="accuracy_score",
        ).fit(x, labels, sensitive_features=groups)

    seconds, model = timed(fit)
    p = model._pmf_predict(x, sensitive_features=groups)[:, 1]
    rates = [p[groups == g].mean() for g in np.unique(groups)]
    return seconds, np.where(labels == 1, p, 1 - p).mean(), max(rates) - min(rates)


def aif360(scores, labels, groups):
    import pandas as pd
    from aif360.algorithms.postprocessing import RejectOptionClassification
    from aif360.datasets import BinaryLabelDataset

    frame = pd.DataFrame({"f": scores, "A": groups.astype(float), "y": labels.astype(float)})
    truth = BinaryLabelDataset(df=frame, label_names=["y"], protected_attribute_names=["A"])
    scored = truth.copy()
    scored.scores = scores.reshape(-1, 1)
    scored.labels = (scores > 0.5).astype(float).reshape(-1, 1)

    def fit():
        return RejectOptionClassification([{"A": 1.0}], [{"A": 0.0}]).fit(truth, scored)

    seconds, model = timed(fit)
    chosen = model.predict(scored).labels.ravel()
    rates = [chosen[groups == g].mean() for g in np.unique(groups)]
    return seconds, (chosen == labels).mean(), max(rates) - min(rates)


def show(name, result):
    seconds, accuracy, gap = result
    median = statistics.median(seconds)
    print(
        f"  {name:12} {median * 1000:12.3f} ms  (runs {len(seconds)}, fastest"
        f" {min(seconds) * 1000:.3f})  accuracy {accuracy:.5f}  selection gap {gap:.5f}"
    )
    return median


def run(case, options):
    print(case)
    if case in ("sexes", "races3", "races"):
        data = adult_scores(
            "sex" if case == "sexes" else "race", 3 if case == "races3" else None)
        ours = engine(options, "group-thresholds", *data, ["--bound", "0.02"])
        peer = ("oxonfair", lambda: oxonfair(*data))
    elif case == "groups50":
        data = normal_scores(1_000_000, 50)
        ours, peer = engine(options, "group-thresholds", *data, ["--bound", "0.02"]), None
    elif case in ("grid", "grid-odds"):
        data = normal_scores(1_000_000, 2)
        constraint = "demographic_parity" if case == "grid" else "equalized_odds"
        ours = engine(options, "threshold-optimizer", *data, ["--constraint", constraint])
        peer = ("fairlearn", lambda: fairlearn(*data, constraint))
    elif case == "reject":
        scores, labels, groups = normal_scores(20_000, 2)
        data = (scores, labels, 1 - groups)
        ours = engine(options, "reject-option", *data, ["--deprived", "g0"])
        peer = ("aif360", lambda: aif360(*data))
    else:
        sys.exit(f"no case '{case}'")
    own = show("equipoise", ours)
    if peer and not options.alone:
        print(f"  ratio {show(peer[0], peer[1]()) / own:.1f}")


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
