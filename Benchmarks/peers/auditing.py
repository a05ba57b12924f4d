"""What the auditing adapters share: the arrays of a case, and the median of some runs."""

import json
import os
import resource
import statistics
import sys
import time

import numpy as np

LONGEST = 30


def arrays():
    return {
        name: np.load(os.path.join(sys.argv[1], f"{name}.npy"))
        for name in ("group", "score", "label", "prediction")
    }


def measure(name, body, repetitions=5):
    """Runs a body until it has run often enough or for half a minute."""
    seconds = []
    while len(seconds) < repetitions and sum(seconds) < LONGEST:
        start = time.perf_counter()
        body()
        seconds.append(time.perf_counter() - start)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    row = dict(name=name, seconds=statistics.median(seconds), runs=len(seconds))
    print(json.dumps(row | dict(peak_megabytes=peak)), flush=True)
