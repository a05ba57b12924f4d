"""Problems for both sides, written once to a folder of arrays.

A dense case is a text such as `rows=1000000,columns=100,type=float32,condition=1e4,weights=1`.
"""

import json
import os

import numpy as np

BLOCK = 65_536
FEW_LEVELS = 3_000

NAMED = {
    "dense": "rows=1000000,columns=100,type=float32",
    "dense-f64": "rows=1000000,columns=100,type=float64",
    "ill": "rows=1000000,columns=100,type=float32,condition=1e4",
    "ill-covariance": "rows=1000000,columns=100,type=float32,condition=1e2",
    "wide": "rows=100000,columns=500,type=float32",
    "wide-f64": "rows=100000,columns=500,type=float64",
    "tall": "rows=10000000,columns=20,type=float32",
    "weighted": "rows=1000000,columns=100,type=float32,weights=1",
    "weak-l2": "rows=1000000,columns=100,type=float32,l2=1e-12",
    "levels": "rows=1000000,columns=5,type=float32,levels=50000+20+300",
}


def parse(text):
    fields = dict(rows=1_000_000, columns=100, type="float32", condition=1.0, weights=0, seed=1)
    fields |= {"l2": None, "levels": []}
    for item in NAMED.get(text, text).split(","):
        name, value = item.split("=")
        if name == "levels":
            fields[name] = [int(v) for v in value.split("+")]
        elif name == "type":
            fields[name] = value
        elif name in ("condition", "l2"):
            fields[name] = float(value)
        else:
            fields[name] = int(value)
    return fields


def write_dense(text, base):
    """Correlated Gaussian features with a given ratio of largest to smallest singular value, levels
    with Zipf frequencies, labels from a logistic model on all of them with a tenth flipped."""
    f = parse(text)
    folder = os.path.join(base, text.replace("=", "-").replace(",", "_").replace("+", "-"))
    if os.path.exists(os.path.join(folder, "case.json")):
        return folder
    os.makedirs(folder, exist_ok=True)
    n, d, levels = f["rows"], f["columns"], f["levels"]
    root, *seeds = np.random.SeedSequence(f["seed"]).spawn(1 + (n + BLOCK - 1) // BLOCK)
    common = np.random.Generator(np.random.PCG64(root))
    beta = common.standard_normal(d)
    beta *= 1.5 / np.linalg.norm(beta)
    rotation = np.linalg.qr(common.standard_normal((d, d)))[0]
    scales = f["condition"] ** (-np.arange(d) / max(1, d - 1))
    mixing = (scales[:, None] * rotation) if f["condition"] > 1 else None
    effects = [common.standard_normal(count) * 0.5 for count in levels]
    shares = [1 / np.arange(1, count + 1) ** 0.8 for count in levels]
    X = np.empty((n, d), f["type"])
    C = np.empty((len(levels), n), np.uint16)
    y = np.empty(n, np.uint8)
    weights = np.empty(n) if f["weights"] else None
    for index, seed in enumerate(seeds):
        random = np.random.Generator(np.random.PCG64(seed))
        low, high = index * BLOCK, min(n, (index + 1) * BLOCK)
        z = random.standard_normal((high - low, d))
        logit = z @ beta - 0.2
        X[low:high] = z if mixing is None else z @ mixing
        for k, count in enumerate(levels):
            C[k, low:high] = random.choice(count, high - low, p=shares[k] / shares[k].sum())
            logit += effects[k][C[k, low:high]]
        drawn = random.random(high - low) < 1 / (1 + np.exp(-logit))
        y[low:high] = drawn ^ (random.random(high - low) < 0.1)
        if weights is not None:
            weights[low:high] = random.exponential(size=high - low)
    np.save(os.path.join(folder, "X.npy"), X)
    np.save(os.path.join(folder, "y.npy"), y)
    if levels:
        np.save(os.path.join(folder, "C.npy"), C)
    if weights is not None:
        np.save(os.path.join(folder, "weights.npy"), weights)
    total = n if weights is None else float(weights.sum())
    l2 = 1 / total if f["l2"] is None else f["l2"]
    _describe(folder, kind="fit", l2=l2, levels=levels)
    return folder


def write_census(parquet_files, base, dtype="float64"):
    """ACSIncome: six categorical columns and two standardized numbers; income is the label."""
    import pandas

    folder = os.path.join(base, f"census-{dtype}")
    if os.path.exists(os.path.join(folder, "case.json")):
        return folder
    os.makedirs(folder, exist_ok=True)
    table = pandas.concat([pandas.read_parquet(p) for p in parquet_files], ignore_index=True)
    numbers = table[["WKHP", "AGEP"]].to_numpy(np.float64)
    numbers = (numbers - numbers.mean(0)) / numbers.std(0)
    codes, levels = [], []
    for name in ["SCHL", "POBP", "OCCP", "RELP", "COW", "MAR"]:
        code, values = pandas.factorize(table[name], sort=True)
        codes.append(code.astype(np.uint16))
        levels.append(len(values))
    np.save(os.path.join(folder, "X.npy"), np.ascontiguousarray(numbers, dtype))
    np.save(os.path.join(folder, "C.npy"), np.stack(codes))
    np.save(os.path.join(folder, "y.npy"), table["PINCP"].to_numpy().astype(np.uint8))
    _describe(folder, kind="fit", l2=1 / len(table), levels=levels)
    return folder


def write_csv(base, rows=1_000_000, columns=50):
    """A text of numbers with seven digits, and a label."""
    import polars

    folder = os.path.join(base, f"csv-{rows}-{columns}")
    path = os.path.join(folder, "data.csv")
    if os.path.exists(os.path.join(folder, "case.json")):
        return folder
    os.makedirs(folder, exist_ok=True)
    random = np.random.Generator(np.random.PCG64(3))
    X = random.standard_normal((rows, columns), np.float32)
    y = (X[:, 0] + random.standard_normal(rows) > 0).astype(np.float32)
    frame = polars.DataFrame({f"x{j}": X[:, j] for j in range(columns)})
    frame.with_columns(polars.Series("y", y)).write_csv(path, float_precision=6)
    _describe(folder, kind="csv", file=path)
    return folder


def _describe(folder, **fields):
    with open(os.path.join(folder, "case.json"), "w") as file:
        json.dump(fields, file)
