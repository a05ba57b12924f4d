"""What every adapter of `equipoise bench` shares: one request in, one answer out, JSON lines both.

A request names two folders of arrays (`X.npy` (n, d), `C.npy` (n, k) codes of categories, `group.npy`,
`label.npy`, `weight.npy` (n)), a method of the engine's list with its options, and a criterion with a
bound. An adapter writes of each row the probability of being selected to `train.npy` and `test.npy` in
the folder `output`. What it does not have, it refuses; the method `null` loads, predicts and fits
nothing.
"""

import json
import os
import sys
import time
import warnings

import numpy as np

PEERS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "peers")
sys.path.append(PEERS)
from serving import kernels, one_hot  # noqa: E402


class Refused(Exception):
    """What an adapter does not have."""


class Rows:
    """A folder of arrays; `design` is a matrix with one column a level, sparse where there are any."""

    def __init__(self, folder, levels):
        self.label = _array(folder, "label").astype(int)
        self.group, self.weight = _array(folder, "group"), _array(folder, "weight")
        X, C = _array(folder, "X"), _array(folder, "C")
        if X is None:
            X = np.empty((len(self.label), 0), np.float32)
        self.design = one_hot(X, None if C is None else C.T, levels)

    def be_dense(self):
        """For libraries that take no sparse matrix."""
        if not isinstance(self.design, np.ndarray):
            self.design = self.design.toarray()
        return self


def _array(folder, name):
    path = os.path.join(folder, name + ".npy")
    return np.load(path) if os.path.exists(path) else None


def _levels(*folders):
    """How many levels each categorical column has in any of the folders."""
    codes = [_array(folder, "C") for folder in folders]
    if codes[0] is None:
        return []
    return [int(most) + 1 for most in np.max([C.max(axis=0) for C in codes], axis=0)]


def serve(version, fits):
    """Answers the request on standard input.

    `fits` has by method a function of the request and the training rows, which returns what predicts (a
    function of `Rows`) and numbers to report (`iterations`, `oracle_calls`).
    """
    # What a library prints must not stand beside the answer.
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    request = json.loads(sys.stdin.readline())
    try:
        answer = solve(request, fits)
    except Refused as reason:
        answer = {"status": "refused", "reason": str(reason)}
    except MemoryError as error:
        answer = {"status": "out_of_memory", "reason": str(error)}
    answers.write(json.dumps({**answer, "version": version, "core": kernels()}) + "\n")
    answers.flush()


def solve(request, fits):
    from sklearn.exceptions import ConvergenceWarning

    method = request["method"]
    if method != "null" and method not in fits:
        raise Refused(f"it has no method '{method}'")
    began = time.perf_counter()
    levels = _levels(request["train"], request["test"])
    train, test = (Rows(request[part], levels) for part in ("train", "test"))
    seconds = {"load": time.perf_counter() - began}
    numbers, predict, caught = {}, lambda rows: np.zeros(len(rows.label)), []
    if method != "null":
        began = time.perf_counter()
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            predict, numbers = fits[method](request, train)
        seconds["fit"] = time.perf_counter() - began
    began = time.perf_counter()
    for part, rows in (("train", train), ("test", test)):
        decisions = np.clip(np.asarray(predict(rows), np.float64), 0, 1)
        np.save(os.path.join(request["output"], part + ".npy"), decisions)
    seconds["predict"] = time.perf_counter() - began
    limits = [w for w in caught if issubclass(w.category, ConvergenceWarning)]
    answer = {"status": "ok", "seconds": seconds, **numbers}
    if limits:
        reason = str(limits[0].message).split("\n")[0]
        answer |= {"status": "not_converged", "reason": reason}
    return answer
