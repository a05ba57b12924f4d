"""PyTorch's L-BFGS with strong Wolfe steps and the gradient in closed form; categories as gathered
and scattered coefficients, no one-hot columns. A setting is a most of iterations."""

import os

import numpy as np
import torch

from . import Answer

torch.set_num_threads(int(os.environ.get("OMP_NUM_THREADS", "2")))
SETTINGS = {"torch-lbfgs": [100, 1000]}


class Loss:
    """F and its gradient at a tensor of (w, b)."""

    def __init__(self, case):
        self.X, self.y = torch.from_numpy(case.X), torch.from_numpy(case.y.astype(case.X.dtype))
        starts = case.X.shape[1] + np.concatenate([[0], np.cumsum(case.levels)]).astype(np.int64)
        self.codes = [
            torch.from_numpy(case.codes[k].astype(np.int64) + starts[k])
            for k in range(len(case.levels))
        ]
        weights = np.ones(len(case.y)) if case.weights is None else case.weights
        self.s = torch.from_numpy((weights / case.total_weight).astype(case.X.dtype))
        self.l2, self.width = case.l2, int(starts[-1])

    def value_and_gradient(self, theta):
        d = self.X.shape[1]
        z = self.X.mv(theta[:d]).add_(theta[-1])
        for codes in self.codes:
            z.add_(theta[codes])
        losses = torch.nn.functional.softplus(z).sub_(z * self.y)
        residual = z.sigmoid_().sub_(self.y).mul_(self.s)
        g = torch.zeros_like(theta)
        g[:d] = self.X.t().mv(residual)
        for codes in self.codes:
            g.index_add_(0, codes, residual)
        w = theta[:-1]
        g[:-1] += self.l2 * w
        g[-1] = residual.sum()
        return losses.dot(self.s) + 0.5 * self.l2 * w.dot(w), g


def prepare(case):
    def fit(loss, iterations):
        theta = torch.zeros(loss.width + 1, dtype=loss.X.dtype, requires_grad=True)
        optimizer = torch.optim.LBFGS(
            [theta], max_iter=iterations, max_eval=10 * iterations, tolerance_grad=1e-9,
            tolerance_change=1e-12, history_size=10, line_search_fn="strong_wolfe")

        def closure():
            with torch.no_grad():
                value, theta.grad = loss.value_and_gradient(theta)
                return value

        optimizer.step(closure)
        found = theta.detach().double().numpy()
        taken = int(optimizer.state[theta]["n_iter"])
        status = "converged" if taken < iterations else "iteration_limit"
        return Answer(found[:-1], float(found[-1]), status, taken)

    return (lambda: Loss(case)), fit


SIDES = {"torch-lbfgs": prepare}


def bytes_needed(case, name):
    return 8 * (case.X.size + len(case.y) * (6 + len(case.levels)))
