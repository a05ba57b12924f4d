"""Adversarial debiasing by hand in PyTorch: gradients in closed form, one product for both players'
gradients in the first layer, both players' Adam steps, and all of it under torch.compile. The
adversary sees the probability and is linear or has one hidden layer; projection tensor by tensor.

    torch_adversarial.py X.npy label.npy group.npy --adversary 0|50 --epochs 4 [--one-hot C.npy]

Batches are slices of the arrays as they lie: no shuffle, and the last partial batch is left out.
Prints one JSON line.
"""

import argparse
import json
import os
import resource
import time

import numpy as np
import torch

BATCH, ALPHA, RATE = 1024, 1.0, 1e-3
B1, B2, EPS = 0.9, 0.999, 1e-8


def start(inputs, units):
    return [torch.randn(inputs, units) / inputs**0.5, torch.zeros(units)]


def adversary_gradients(p, s, U, deep):
    scale = 1.0 / p.shape[0]
    if not deep:
        W, b = U
        r = (torch.sigmoid(p * W + b) - s) * scale
        return r @ W.t(), [p.t() @ r, r.sum(0)]
    W, b, V, c = U
    hidden = torch.relu(p * W + b)
    r = (torch.sigmoid(hidden @ V + c) - s) * scale
    inner = (r @ V.t()) * (hidden > 0)
    return inner @ W.t(), [p.t() @ inner, inner.sum(0), hidden.t() @ r, r.sum(0)]


def gradients(x, y, s, W, U, deep):
    hidden = torch.relu(torch.addmm(W[1], x, W[0]))
    p = torch.sigmoid(torch.addmm(W[3], hidden, W[2]))
    own = (p - y) / x.shape[0]
    shown, adversary = adversary_gradients(p, s, U, deep)
    both = torch.cat([own, shown * p * (1 - p)], 1)
    output, bias = hidden.t() @ both, both.sum(0)
    reach = (hidden > 0) * W[2].t()
    inner = torch.cat([reach * both[:, :1], reach * both[:, 1:]], 1)
    first, first_bias, units = x.t() @ inner, inner.sum(0), hidden.shape[1]
    return (
        [first[:, :units], first_bias[:units], output[:, :1], bias[:1]],
        [first[:, units:], first_bias[units:], output[:, 1:], bias[1:]],
        adversary,
    )


def make_step(P, predictors, deep):
    M, V = [torch.zeros_like(p) for p in P], [torch.zeros_like(p) for p in P]
    tiny = torch.finfo(torch.float32).tiny

    def step(x, y, s, rate, root):
        own, other, adversary = gradients(x, y, s, P[:predictors], P[predictors:], deep)
        directions = []
        for g, a in zip(own, other):
            u = a / ((a * a).sum().sqrt() + tiny)
            directions.append(g - (g * u).sum() * u - ALPHA * a)
        for p, m, v, g in zip(P, M, V, directions + adversary):
            m.mul_(B1).add_(g, alpha=1 - B1)
            v.mul_(B2).addcmul_(g, g, value=1 - B2)
            p.sub_(rate * m / (v.sqrt() / root + EPS))

    return torch.compile(step)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("X")
    parser.add_argument("label")
    parser.add_argument("group")
    parser.add_argument("--one-hot")
    parser.add_argument("--adversary", type=int, default=0)
    parser.add_argument("--hidden", type=int, default=200)
    parser.add_argument("--epochs", type=int, default=4)
    arguments = parser.parse_args()
    torch.set_num_threads(int(os.environ.get("OMP_NUM_THREADS", "2")))
    torch.manual_seed(0)
    X = np.load(arguments.X)
    if arguments.one_hot:
        codes = np.load(arguments.one_hot)
        wide = [np.eye(c.max() + 1, dtype=np.float32)[c] for c in codes.T.astype(np.int64)]
        X = np.concatenate([X] + wide, 1)
    X = torch.from_numpy(np.ascontiguousarray(X, dtype=np.float32))
    y = torch.from_numpy(np.load(arguments.label).astype(np.float32)).reshape(-1, 1)
    s = torch.from_numpy((np.load(arguments.group) > 0).astype(np.float32)).reshape(-1, 1)
    P = start(X.shape[1], arguments.hidden) + start(arguments.hidden, 1)
    P += start(1, arguments.adversary) + start(arguments.adversary, 1) if arguments.adversary else start(1, 1)
    step = make_step(P, 4, arguments.adversary > 0)
    taken, seconds, batches = 0, [], len(X) // BATCH

    def take(i):
        nonlocal taken
        taken += 1
        rows = slice(i * BATCH, (i + 1) * BATCH)
        step(
            X[rows], y[rows], s[rows], torch.tensor(RATE / (1 - B1**taken)),
            torch.tensor((1 - B2**taken) ** 0.5))

    with torch.no_grad():
        for i in range(min(10, batches)):
            take(i)
        for _ in range(arguments.epochs):
            began = time.perf_counter()
            for i in range(batches):
                take(i)
            seconds.append(time.perf_counter() - began)
    print(json.dumps({
        "peer": "torch compiled", "rows": len(X), "columns": X.shape[1],
        "adversary": arguments.adversary, "rowsPerSecond": batches * BATCH / sorted(seconds)[len(seconds) // 2],
        "peakMemoryBytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024}))


if __name__ == "__main__":
    main()
