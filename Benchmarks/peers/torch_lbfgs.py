"""PyTorch's L-BFGS with strong Wolfe steps and the gradient in closed form: two matrix-vector
products an evaluation and no autograd. A setting is a number of iterations, so that the driver
finds the fewest that reach the asked gap: the peer's best case."""

import os

import torch
from serving import serve

torch.set_num_threads(int(os.environ.get("OMP_NUM_THREADS", "2")))


def prepare(case):
    X = torch.from_numpy(case.X)
    y = torch.from_numpy(case.y.astype(case.X.dtype))
    Xt = X.t()
    d = X.shape[1]
    weights = None if case.weights is None else torch.from_numpy(case.weights).to(X.dtype)
    total = case.total_weight

    def fit(data, iterations):
        theta = torch.zeros(d + 1, dtype=X.dtype, requires_grad=True)
        optimizer = torch.optim.LBFGS(
            [theta],
            max_iter=iterations,
            max_eval=10 * iterations,
            tolerance_grad=0,
            tolerance_change=0,
            history_size=10,
            line_search_fn="strong_wolfe",
        )

        def closure():
            with torch.no_grad():
                w, b = theta[:d], theta[d]
                z = X.mv(w).add_(b)
                losses = torch.nn.functional.softplus(z).sub_(z * y)
                residual = z.sigmoid_().sub_(y)
                if weights is not None:
                    losses.mul_(weights)
                    residual.mul_(weights)
                residual.div_(total)
                gradient = torch.empty_like(theta)
                gradient[:d] = Xt.mv(residual) + case.l2 * w
                gradient[d] = residual.sum()
                theta.grad = gradient
                return losses.sum() / total + 0.5 * case.l2 * w.dot(w)

        optimizer.step(closure)
        found = theta.detach().double().numpy()
        return found[:d], found[d]

    return (lambda: None), fit


serve([*range(2, 40), *range(40, 100, 5), *range(100, 1000, 50)], prepare)
