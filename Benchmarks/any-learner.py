#!/usr/bin/env python3
"""Fairlearn's ExponentiatedGradient against algorithm="fast" over boosted trees, in one run on the same rows.

  any-learner.py [--learners hist,lightgbm,xgboost,catboost] [--constraints dp,eo] [--bound 0.02] [--rows N]
                 [--seeds 0,1,2] [--threads 2] [--json FILE]
  any-learner.py --data acs-income.parquet [--label PINCP] [--group SEX] [--rows N] ...

Without --data the bundled Adult (train and test file; sex). Of FILE.parquet a fifth of the rows is the test; each
seed draws another test, other --rows of the training rows, and seeds the learner. Texts are codes. CatBoost
makes 100 trees as the others do, not its 1,000.

Prints the machine, and of each seed, learner and constraint fits, seconds, seconds of processors, error, the largest
moment (group against all rows) on train and test, and the gap of each side; ours over theirs; and what should hold:
at most ten fits, train violation at most bound + 0.001, train error at most theirs + 0.001, time at most
1.2 times theirs by the number of fits, and at most an eighth where they fit 80 times or more. Needs fairlearn and
scikit-learn, and the learners that are asked for.
"""
import argparse, json, os, platform, sys, time, warnings

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("--data", metavar="FILE.parquet")
parser.add_argument("--label", default="PINCP")
parser.add_argument("--group")
parser.add_argument("--learners", default="hist,lightgbm")
parser.add_argument("--constraints", default="dp,eo")
parser.add_argument("--bound", type=float, default=0.02)
parser.add_argument("--rows", type=int)
parser.add_argument("--threads", type=int, default=2)
parser.add_argument("--seeds", default="0")
parser.add_argument("--json", metavar="FILE")
args = parser.parse_args()
for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ[name] = str(args.threads)
warnings.filterwarnings("ignore")

import fairlearn
import fairlearn.reductions as theirs
import numpy as np
import pandas as pd
import sklearn

import equipoise
import equipoise.reductions as ours
from equipoise.datasets import load_adult

MODULES = {"hist": "sklearn", "lightgbm": "lightgbm", "xgboost": "xgboost", "catboost": "catboost"}
KINDS = {"dp": "DemographicParity", "eo": "EqualizedOdds"}


def machine():
    processor = platform.processor() or platform.machine()
    if os.path.exists("/proc/cpuinfo"):
        told = [line.split(":")[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")]
        processor = told[0] if told else processor
    return {
        "processor": processor, "processors": os.cpu_count(), "threads": args.threads,
        "load": round(os.getloadavg()[0], 1) if hasattr(os, "getloadavg") else None,
        "python": platform.python_version(), "equipoise": equipoise.__version__,
        "fairlearn": fairlearn.__version__, "scikit-learn": sklearn.__version__}


def numbers(frame):
    codes = {c: pd.Categorical(frame[c]).codes for c in frame if not pd.api.types.is_numeric_dtype(frame[c])}
    return frame.assign(**codes).to_numpy(float)


def adult():
    both = [load_adult(part=part) for part in ("train", "test")]
    frame = pd.concat([one.data for one in both], ignore_index=True)
    group = frame[args.group or "sex"].astype(str).to_numpy()
    y = pd.factorize(np.concatenate([np.asarray(one.target) for one in both]), sort=True)[0]
    return numbers(frame), y, group, len(both[0].data)


def file():
    frame = pd.read_parquet(args.data)
    y = (frame.pop(args.label).astype(float) > 0.5).astype(int).to_numpy()
    group = frame[args.group or "SEX"].astype(str).to_numpy()
    return numbers(frame), y, group, None


def parts(count, first_test, seed):
    """The training rows and the test rows of a seed."""
    order = np.random.default_rng(seed).permutation(count if first_test is None else first_test)
    test = order[: count // 5] if first_test is None else np.arange(first_test, count)
    train = order[count // 5 :] if first_test is None else order
    return train[: args.rows], test


def learner(name, seed):
    if name == "hist":
        from sklearn.ensemble import HistGradientBoostingClassifier
        return HistGradientBoostingClassifier(random_state=seed)
    if name == "lightgbm":
        from lightgbm import LGBMClassifier
        return LGBMClassifier(random_state=seed, n_jobs=args.threads, verbose=-1)
    if name == "xgboost":
        from xgboost import XGBClassifier
        return XGBClassifier(random_state=seed, n_jobs=args.threads)
    from catboost import CatBoostClassifier
    return CatBoostClassifier(
        iterations=100, random_seed=seed, thread_count=args.threads, verbose=0, allow_writing_files=False)


def run(module, fitted, kind, data, train, test, **more):
    X, y, group = data
    model = module.ExponentiatedGradient(fitted, getattr(module, kind)(difference_bound=args.bound), **more)
    rows = X[train], y[train], group[train]
    began, worked = time.perf_counter(), time.process_time()
    model.fit(rows[0], rows[1], sensitive_features=rows[2])
    found = {"fits": len(model.oracle_execution_times_), "seconds": round(time.perf_counter() - began, 2),
             "processor_seconds": round(time.process_time() - worked, 2), "gap": round(float(model.best_gap_), 6)}
    for part, chosen in (("train", train), ("test", test)):
        positive = model._pmf_predict(X[chosen])[:, 1]
        moment = getattr(ours, kind)(difference_bound=args.bound)
        moment.load_data(X[chosen], y[chosen], sensitive_features=group[chosen])
        found[part] = {"error": round(float(np.abs(positive - y[chosen]).mean()), 5),
                       "violation": round(float(moment.gamma(lambda _: positive).max()), 5)}
    return found


def compared(fast, published):
    share = fast["seconds"] / published["seconds"]
    fits = fast["fits"] / published["fits"]
    holds = {
        "fits": fast["fits"] <= 10, "violation": fast["train"]["violation"] <= args.bound + 1e-3,
        "error": fast["train"]["error"] <= published["train"]["error"] + 1e-3, "time": share <= 1.2 * fits}
    if published["fits"] >= 80:
        holds["eighth"] = share <= 1 / 8
    return {"time_share": round(share, 4), "fits_share": round(fits, 4),
            "processor_share": round(fast["processor_seconds"] / published["processor_seconds"], 4), "holds": holds}


def told(record):
    lines = [f"{record['data']}, {record['rows']:,} rows, seed {record['seed']}, {record['learner']}, "
             f"{record['constraint']} {record['bound']}"]
    for side in ("equipoise", "fairlearn"):
        one = record[side]
        lines.append(
            f"  {side:9}  {one['fits']:3} fits  {one['seconds']:8.2f} s  {one['processor_seconds']:8.2f} s of processors  "
            + "  ".join(f"{part}: error {one[part]['error']:.5f}, violation {one[part]['violation']:.5f}"
                        for part in ("train", "test")) + f"  gap {one['gap']:.6f}")
    missed = [name for name, held in record["holds"].items() if not held]
    lines.append(f"  ours / theirs: time {record['time_share']}, processors {record['processor_share']}, "
                 f"fits {record['fits_share']}; " + ("all holds" if not missed else "MISSED: " + ", ".join(missed)))
    return "\n".join(lines)


def main():
    place = machine()
    print(json.dumps(place), flush=True)
    *data, first_test = file() if args.data else adult()
    records = []
    for name in args.learners.split(","):
        if name not in MODULES:
            parser.error(f"unknown learner {name}: one of {', '.join(MODULES)}")
        try:
            __import__(MODULES[name])
        except ImportError:
            print(f"{name} is not installed and left out", file=sys.stderr)
            continue
        for kind in (KINDS.get(one, one) for one in args.constraints.split(",")):
            for seed in map(int, args.seeds.split(",")):
                train, test = parts(len(data[1]), first_test, seed)
                fast = run(ours, learner(name, seed), kind, data, train, test, algorithm="fast")
                published = run(theirs, learner(name, seed), kind, data, train, test)
                records.append({
                    "data": os.path.basename(args.data or "adult"), "rows": len(train), "seed": seed, "learner": name,
                    "constraint": kind, "bound": args.bound, "equipoise": fast, "fairlearn": published,
                    **compared(fast, published)})
                print(told(records[-1]), flush=True)
    held = sum(all(one["holds"].values()) for one in records)
    print(f"all holds in {held} of {len(records)} runs")
    if args.json:
        with open(args.json, "w") as out:
            json.dump({"machine": place, "runs": records}, out, indent=1)


main()
