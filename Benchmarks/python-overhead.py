"""What a call from Python costs beside the fit inside, and how fast numbers are taken in.

    env -u OPENBLAS_CORETYPE -u OPENBLAS_L2_SIZE python Benchmarks/python-overhead.py

Prints the whole `LogisticRegression.fit` on 1M × 50 float32 beside the engine's calls alone on the same
arrays (a data set, its features, its labels, the fit), and beside a fit to a data set that is there
already; then the least of several runs: the packing of matrices and vectors as a
share of the bandwidth of a plain copy; the seconds of `import equipoise`.
"""

import subprocess
import sys
import time

import numpy as np

from equipoise._engine.calls import Options
from equipoise._engine.dataset import Dataset
from equipoise._engine.model import Model
from equipoise.linear_model import LogisticRegression

ROWS, COLUMNS, REPEATS = 1_000_000, 50, 15


def least(body, repeats=REPEATS):
    """The least seconds of `body`, and what that run returned."""
    best = None
    for _ in range(repeats):
        began = time.perf_counter()
        result = body()
        seconds = time.perf_counter() - began
        if best is None or seconds < best[0]:
            best = seconds, result
    return best


def main():
    rng = np.random.default_rng(0)
    X = rng.standard_normal((ROWS, COLUMNS), dtype=np.float32)
    w = rng.standard_normal(COLUMNS) / np.sqrt(COLUMNS)
    y = (X @ w + rng.logistic(size=ROWS) > 0).astype(np.int64)
    estimator = LogisticRegression(l2=1e-4)

    data = Dataset(ROWS).set_features(X).set_labels(y)
    options = Options(l2=1e-4)

    def engine():
        rows = Dataset(ROWS).set_features(X)
        rows.set_classes(y)
        Model.fit("logistic", rows, options)

    bodies = {
        "fit of the estimator": lambda: estimator.fit(X, y),
        "the engine's calls": engine,
        "a fit to a data set": lambda: Model.fit("logistic", data, options),
    }
    for body in bodies.values():
        body()
    times = {name: [] for name in bodies}
    for _ in range(4 * REPEATS):
        for name, body in bodies.items():
            times[name].append(least(body, 1)[0])
    whole = times["fit of the estimator"]
    for name, seconds in times.items():
        more = np.median(np.array(whole) / np.array(seconds)) - 1
        print(f"{name}: {1e3 * np.median(seconds):.2f} ms, the estimator {100 * more:.1f} % more")

    copy, _ = least(lambda: X.copy())
    print(f"copy of {X.nbytes / 1e6:.0f} MB to new memory: {X.nbytes / copy / 1e9:.1f} GB/s")
    for name, matrix in {
        "C order": X, "rows backwards": X[::-1], "Fortran order": np.asfortranarray(X),
    }.items():
        seconds, _ = least(lambda: Dataset(ROWS).set_features(matrix), 5)
        print(f"features in {name}: {seconds * 1e3:.2f} ms, {copy / seconds:.2f} of a copy's speed")
    for kind in ("uint8", "int64", "float64"):
        vector = y.astype(kind)
        seconds, _ = least(lambda: Dataset(ROWS).set_labels(vector))
        print(f"labels of {kind}: {seconds * 1e3:.2f} ms")
    program = "import time; b = time.perf_counter(); import equipoise; print(time.perf_counter() - b)"
    seconds = min(
        float(subprocess.run([sys.executable, "-c", program], capture_output=True, check=True).stdout)
        for _ in range(5)
    )
    print(f"import equipoise: {seconds:.3f} s")


if __name__ == "__main__":
    main()
