"""Fairlearn's AdversarialFairnessClassifier on its PyTorch backend, the same sizes.

    fairlearn_adversarial.py X.npy label.npy group.npy --adversary 0|50 --epochs 2

Prints one JSON line.
"""

import argparse
import json
import os
import resource
import time

import numpy as np
import torch
from fairlearn.adversarial import AdversarialFairnessClassifier


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("X")
    parser.add_argument("label")
    parser.add_argument("group")
    parser.add_argument("--adversary", type=int, default=0)
    parser.add_argument("--hidden", type=int, default=200)
    parser.add_argument("--epochs", type=int, default=2)
    arguments = parser.parse_args()
    torch.set_num_threads(int(os.environ.get("OMP_NUM_THREADS", "2")))
    X = np.load(arguments.X)
    model = AdversarialFairnessClassifier(
        backend="torch", predictor_model=[arguments.hidden, "leaky_relu"],
        adversary_model=[arguments.adversary, "leaky_relu"] if arguments.adversary else [],
        batch_size=1024, epochs=arguments.epochs, alpha=1.0, learning_rate=0.001, shuffle=False,
        random_state=1, progress_updates=None, constraints="demographic_parity")
    y, s = np.load(arguments.label).astype(int), (np.load(arguments.group) > 0).astype(int)
    began = time.perf_counter()
    model.fit(X, y, sensitive_features=s)
    seconds = time.perf_counter() - began
    print(json.dumps({
        "peer": "Fairlearn", "rows": len(X), "columns": X.shape[1],
        "adversary": arguments.adversary, "rowsPerSecond": len(X) * arguments.epochs / seconds,
        "peakMemoryBytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024}))


if __name__ == "__main__":
    main()
