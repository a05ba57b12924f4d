"""What every adapter shares: the arrays of a case, and the loop that fits on demand.

An adapter is a program that gets a case folder, prints one JSON line naming its settings (loosest
first), and then answers each line it reads, the index of a setting, with one JSON line: seconds of
packing and of fitting, and the coefficients (w, b).
"""

import json
import os
import sys
import time

import numpy as np


class Case:
    """The caller's arrays: C order, in ordinary memory."""

    def __init__(self, folder):
        with open(os.path.join(folder, "case.json")) as file:
            self.description = json.load(file)
        self.folder = folder
        self.kind = self.description["kind"]
        self.l2 = self.description.get("l2", 0.0)
        self.levels = self.description.get("levels") or []
        self.file = self.description.get("file")
        if self.kind != "csv":
            self.X = self._array("X")
            self.y = self._array("y")
            self.codes = self._array("C") if self.levels else None
            self.weights = self._array("weights")

    def _array(self, name):
        path = os.path.join(self.folder, name + ".npy")
        return np.load(path) if os.path.exists(path) else None

    @property
    def total_weight(self):
        return float(len(self.y) if self.weights is None else self.weights.sum())

    def one_hot(self):
        return one_hot(self.X, self.codes, self.levels)


def one_hot(X, codes, levels):
    """X and one column a level as a sparse matrix: what most peers want of categories.

    `codes` has a row a categorical column, whose number of levels is in `levels`; without any, X itself.
    """
    if not len(levels):
        return X
    import scipy.sparse as sparse

    n, width = X.shape
    count = len(levels)
    starts = width + np.concatenate([[0], np.cumsum(levels)[:-1]])
    stored = width + count
    indices = np.empty((n, stored), np.int32)
    indices[:, :width] = np.arange(width)
    for k in range(count):
        indices[:, width + k] = codes[k].astype(np.int32) + starts[k]
    values = np.ones((n, stored), X.dtype)
    values[:, :width] = X
    pointers = np.arange(0, (n + 1) * stored, stored, dtype=np.int32)
    shape = (n, width + sum(levels))
    return sparse.csr_matrix((values.ravel(), indices.ravel(), pointers), shape=shape)


def serve(settings, prepare):
    """`prepare(case)` returns (pack, fit): pack() → data, fit(data, setting) → (w, b)."""
    case = Case(sys.argv[1])
    pack, fit = prepare(case)
    names = [str(s) for s in settings]
    print(json.dumps({"ready": True, "settings": names, "core": kernels()}), flush=True)
    for line in sys.stdin:
        started = time.perf_counter()
        data = pack()
        packed = time.perf_counter()
        w, b = fit(data, settings[int(line)])
        ended = time.perf_counter()
        theta = [float(v) for v in np.ravel(w)] + ([] if b is None else [float(b)])
        answer = {"pack": packed - started, "fit": ended - packed, "theta": theta}
        print(json.dumps(answer), flush=True)


def kernels():
    """Which BLAS kernels this process runs on, as far as they tell."""
    try:
        from threadpoolctl import threadpool_info

        found = [
            f"{t['internal_api']} {t.get('architecture') or ''}".strip() for t in threadpool_info()
        ]
        return ", ".join(sorted(set(found)))
    except ImportError:
        return "unknown"
