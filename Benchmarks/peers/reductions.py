#!/usr/bin/env python3
"""Reductions against Fairlearn's ExponentiatedGradient, in one run on the same rows.

  reductions.py adult --adult DIR [--attributes sex,race] [--constraints dp,eo,tpr] [--bounds 0.01]
  reductions.py compas --compas FILE.csv [--bounds 0.005,0.01,0.02,0.05,0.1]
  reductions.py dense --rows 100000 --groups 2 [--constraints dp,eo] [--bounds 0.01]
  reductions.py acs --acs FILE.parquet [--constraints dp] [--bounds 0.01] [--fits 3]

DIR holds adult.data as published, FILE.csv is compas-scores-two-years.csv. `--equipoise` names the binary, `--threads` applies to both
sides, and the OpenBLAS kernels are the machine's own unless OPENBLAS_CORETYPE is exported. Fairlearn
runs with scikit-learn's fastest solver for the data (newton-cholesky; lbfgs for `acs`). For `acs` a
whole run of the peer takes half an hour, so `--fits` of its fits are timed and multiplied by the
number that a whole run was seen to make (`--calls`). Seconds are of the fit alone on both sides.
Needs numpy, pandas, scikit-learn and fairlearn.
"""
import argparse, json, os, statistics, subprocess, sys, tempfile, time, warnings

warnings.filterwarnings("ignore")
NAMES = {"dp": "demographic_parity", "eo": "equalized_odds", "tpr": "true_positive_rate_parity"}


def ours(args, constraint, bound, options):
    command = [
        args.equipoise, "train", "reductions", "--constraint", NAMES[constraint], "--bound", str(bound),
        "--compared", "to_overall", "--threads", str(args.threads), "--format", "json", "--quiet", *options]
    runs = [json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
            for _ in range(args.repeat)]
    best = min(runs, key=lambda run: run["seconds"]["fit"])
    median = statistics.median(run["seconds"]["fit"] for run in runs)
    return best, median


def report(args, title, run, seconds, peer):
    measure = run["constraint"]["train"]
    print(json.dumps({
        "what": title, "threads": args.threads, "ours_s": round(seconds, 4), "peer_s": round(peer["seconds"], 3),
        "ratio": round(peer["seconds"] / seconds, 1), "ours_error": round(1 - run["train"]["accuracy_score"], 5),
        "peer_error": round(peer["error"], 5) if peer["error"] is not None else None,
        "ours_violation": measure["violation"], "peer_violation": peer.get("violation"),
        "ours_fits": run["oracle_calls"], "peer_fits": peer["calls"], "passes": round(run["passes"], 1),
        "status": run["status"], "note": peer.get("note", "")}), flush=True)


def fairlearn(X, y, A, constraint, bound, solver):
    import numpy as np
    from fairlearn.reductions import (DemographicParity, EqualizedOdds, ExponentiatedGradient,
                                      TruePositiveRateParity)
    from sklearn.linear_model import LogisticRegression
    kind = {"dp": DemographicParity, "eo": EqualizedOdds, "tpr": TruePositiveRateParity}[constraint]
    model = ExponentiatedGradient(
        LogisticRegression(solver=solver, max_iter=1000, C=1.0), kind(difference_bound=bound), eps=bound)
    began = time.perf_counter()
    model.fit(X, y, sensitive_features=A)
    seconds = time.perf_counter() - began
    p = model._pmf_predict(X)[:, 1]
    events = {"dp": [y >= 0], "eo": [y == 0, y == 1], "tpr": [y == 1]}[constraint]
    worst = max(abs(p[e & (A == g)].mean() - p[e].mean())
                for e in events for g in np.unique(A) if (e & (A == g)).any())
    return {"seconds": seconds, "error": float(np.where(y == 1, 1 - p, p).mean()), "calls": model.n_oracle_calls_,
            "violation": float(worst - bound)}


def adult(args):
    import pandas as pd
    from sklearn.compose import ColumnTransformer
    from sklearn.preprocessing import OneHotEncoder, StandardScaler
    columns = ["age", "workclass", "fnlwgt", "education", "education-num", "marital-status", "occupation",
               "relationship", "race", "sex", "capital-gain", "capital-loss", "hours-per-week", "native-country",
               "income"]
    table = pd.read_csv(os.path.join(args.adult, "adult.data"), header=None, names=columns,
                        skipinitialspace=True).dropna(how="all")
    y = table.income.str.startswith(">50K").astype(int).to_numpy()
    numbers = ["age", "education-num", "capital-gain", "capital-loss", "hours-per-week"]
    texts = [c for c in columns if c not in numbers + ["income", "sex", "fnlwgt"]]
    X = ColumnTransformer([("c", OneHotEncoder(sparse_output=False), texts), ("n", StandardScaler(), numbers)]) \
        .fit_transform(table)
    for attribute in args.attributes.split(","):
        A = table[attribute.split("*")].agg("|".join, axis=1).to_numpy()
        options = ["--dataset", "adult", "--sensitive", attribute]
        if attribute != "sex":
            options += ["--use-sensitive", "--drop", "sex,fnlwgt" if attribute == "race" else "fnlwgt"]
        for constraint, bound in settings(args):
            run, seconds = ours(args, constraint, bound, options)
            peer = fairlearn(X, y, A, constraint, bound, "newton-cholesky")
            report(args, f"adult {attribute} {constraint} {bound}", run, seconds, peer)


def compas(args):
    import pandas as pd
    from sklearn.compose import ColumnTransformer
    from sklearn.preprocessing import OneHotEncoder, StandardScaler
    texts = ["sex", "c_charge_degree"]
    numbers = ["age", "juv_fel_count", "juv_misd_count", "juv_other_count", "priors_count"]
    table = pd.read_csv(args.compas)[texts + numbers + ["race", "two_year_recid"]]
    X = ColumnTransformer([("c", OneHotEncoder(sparse_output=False), texts), ("n", StandardScaler(), numbers)]) \
        .fit_transform(table)
    y, A = table.two_year_recid.to_numpy().astype(int), table.race.to_numpy()
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "compas.csv")
        table.to_csv(path, index=False)
        options = ["--data", path, "--label", "two_year_recid", "--sensitive", "race", "--test", "0",
                   "--categorical", ",".join(texts), "--numeric", ",".join(numbers)]
        for constraint, bound in settings(args):
            run, seconds = ours(args, constraint, bound, options)
            peer = fairlearn(X, y, A, constraint, bound, "newton-cholesky")
            report(args, f"compas race {constraint} {bound}", run, seconds, peer)


def dense(args):
    import numpy as np
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([args.equipoise, "generate", "--rows", str(args.rows), "--features", str(args.columns),
                        "--groups", str(args.groups), "--seed", "1", "--output", folder, "--quiet"], check=True)
        X, y, A = (np.load(os.path.join(folder, f"{name}.npy")) for name in ("X", "label", "group"))
        X, y = X.astype(np.float64), y.astype(int)
        for constraint, bound in settings(args):
            options = ["--data", folder, "--label", "label", "--sensitive", "group", "--test", "0"]
            run, seconds = ours(args, constraint, bound, options)
            peer = fairlearn(X, y, A, constraint, bound, args.solver)
            report(args, f"dense {args.rows}x{args.columns} {args.groups} groups {constraint} {bound}", run, seconds,
                   peer)


def acs(args):
    import numpy as np, pandas as pd
    from sklearn.compose import ColumnTransformer
    from sklearn.linear_model import LogisticRegression
    from sklearn.preprocessing import OneHotEncoder, StandardScaler
    table = pd.read_parquet(args.acs)
    texts, numbers = ["SCHL", "POBP", "OCCP", "RELP", "COW", "MAR"], ["WKHP", "AGEP"]
    X = ColumnTransformer([("c", OneHotEncoder(sparse_output=False), texts), ("n", StandardScaler(), numbers)]) \
        .fit_transform(table).astype(np.float32)
    y = table.PINCP.to_numpy().astype(int)
    began = time.perf_counter()
    for _ in range(args.fits):
        LogisticRegression(solver="lbfgs", max_iter=1000, C=1.0).fit(X, y)
    one = (time.perf_counter() - began) / args.fits
    del X
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "acs.csv")
        table[texts + numbers + ["RAC1P", "PINCP"]].to_csv(path, index=False)
        options = ["--data", path, "--label", "PINCP", "--sensitive", "RAC1P", "--test", "0",
                   "--categorical", ",".join(texts), "--numeric", ",".join(numbers)]
        for constraint, bound in settings(args):
            run, seconds = ours(args, constraint, bound, options)
            report(args, f"acs {constraint} {bound}", run, seconds,
                   {"seconds": one * args.calls, "error": None, "calls": args.calls,
                    "note": f"{args.fits} fits timed at {one:.2f} s, times {args.calls}"})


def settings(args):
    return [(c, float(b)) for c in args.constraints.split(",") for b in args.bounds.split(",")]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("job", choices=["adult", "compas", "dense", "acs"])
    parser.add_argument("--equipoise", default="equipoise")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--attributes", default="sex")
    parser.add_argument("--constraints", default="dp,eo")
    parser.add_argument("--bounds", default="0.01")
    parser.add_argument("--adult", default=".")
    parser.add_argument("--compas", default="compas-two-years.csv")
    parser.add_argument("--acs", default="acs.parquet")
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--columns", type=int, default=50)
    parser.add_argument("--groups", type=int, default=2)
    parser.add_argument("--solver", default="newton-cholesky")
    parser.add_argument("--fits", type=int, default=2)
    parser.add_argument("--calls", type=int, default=86)
    args = parser.parse_args()
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        if os.environ.get(name) != str(args.threads):
            os.environ[name] = str(args.threads)
            os.execv(sys.executable, [sys.executable] + sys.argv)
    {"adult": adult, "compas": compas, "dense": dense, "acs": acs}[args.job](args)


if __name__ == "__main__":
    main()
