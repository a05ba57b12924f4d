#!/usr/bin/env python3
"""Fairlearn's ExponentiatedGradient against algorithm="fast" over boosted trees, in one run on the same rows.

  any-learner.py [--learners hist,lightgbm] [--constraints dp,eo] [--bound 0.02] [--rows N] [--threads 2]
  any-learner.py --data acs-income.parquet [--label PINCP] [--group SEX] [--rows N]

Without --data the bundled Adult (train and test file; sex). Of FILE.parquet a fifth of the rows is the test. Texts are
codes. Prints fits, seconds, error, the largest moment (group against all rows) on train and test, and the gap of
each side, and ours over theirs. Needs fairlearn and scikit-learn; lightgbm where it is asked for.
"""
import argparse, json, os, sys, time, warnings

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("--data")
parser.add_argument("--label", default="PINCP")
parser.add_argument("--group")
parser.add_argument("--learners", default="hist,lightgbm")
parser.add_argument("--constraints", default="dp,eo")
parser.add_argument("--bound", type=float, default=0.02)
parser.add_argument("--rows", type=int)
parser.add_argument("--threads", type=int, default=2)
parser.add_argument("--seed", type=int, default=0)
args = parser.parse_args()
for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ[name] = str(args.threads)
warnings.filterwarnings("ignore")

import fairlearn.reductions as theirs
import numpy as np
import pandas as pd

import equipoise.reductions as ours
from equipoise.datasets import load_adult


def numbers(frame):
    codes = {c: pd.Categorical(frame[c]).codes for c in frame if not pd.api.types.is_numeric_dtype(frame[c])}
    return frame.assign(**codes).to_numpy(float)


def adult():
    both = [load_adult(part=part) for part in ("train", "test")]
    frame = pd.concat([one.data for one in both], ignore_index=True)
    group = frame[args.group or "sex"].astype(str).to_numpy()
    y = pd.factorize(np.concatenate([np.asarray(one.target) for one in both]), sort=True)[0]
    return numbers(frame), y, group, np.arange(len(both[0].data)), np.arange(len(both[0].data), len(y))


def file():
    frame = pd.read_parquet(args.data)
    y = (frame.pop(args.label).astype(float) > 0.5).astype(int).to_numpy()
    group = frame[args.group or "SEX"].astype(str).to_numpy()
    order = np.random.default_rng(args.seed).permutation(len(y))
    test = order[: len(y) // 5]
    return numbers(frame), y, group, order[len(test):], test


def learner(name):
    if name == "hist":
        from sklearn.ensemble import HistGradientBoostingClassifier
        return HistGradientBoostingClassifier(random_state=args.seed)
    from lightgbm import LGBMClassifier
    return LGBMClassifier(random_state=args.seed, n_jobs=args.threads, verbose=-1)


def run(module, name, kind, data, **more):
    X, y, group, train, test = data
    bound = getattr(module, kind)(difference_bound=args.bound)
    model = module.ExponentiatedGradient(learner(name), bound, **more)
    began = time.perf_counter()
    model.fit(X[train], y[train], sensitive_features=group[train])
    found = {"fits": model.n_oracle_calls_, "seconds": round(time.perf_counter() - began, 2),
             "gap": round(float(model.best_gap_), 6)}
    for part, rows in (("train", train), ("test", test)):
        positive = model._pmf_predict(X[rows])[:, 1]
        moment = getattr(ours, kind)(difference_bound=args.bound)
        moment.load_data(X[rows], y[rows], sensitive_features=group[rows])
        found[part] = {"error": round(float(np.abs(positive - y[rows]).mean()), 5),
                       "violation": round(float(moment.gamma(lambda _: positive).max()), 5)}
    return found


data = list(file() if args.data else adult())
if args.rows:
    data[3] = np.random.default_rng(args.seed).permutation(data[3])[: args.rows]
for name in args.learners.split(","):
    try:
        learner(name)
    except ImportError:
        print(f"{name} is not installed and left out", file=sys.stderr)
        continue
    for kind in args.constraints.split(","):
        kind = {"dp": "DemographicParity", "eo": "EqualizedOdds"}.get(kind, kind)
        fast = run(ours, name, kind, data, algorithm="fast")
        published = run(theirs, name, kind, data)
        print(json.dumps({
            "data": os.path.basename(args.data or "adult"), "rows": len(data[3]), "threads": args.threads,
            "learner": name, "constraint": kind, "bound": args.bound, "equipoise": fast, "fairlearn": published,
            "time_share": round(fast["seconds"] / published["seconds"], 4),
            "fits_share": round(fast["fits"] / published["fits"], 4)}), flush=True)
