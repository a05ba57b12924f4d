"""Whether a hyperplane separates the labels, by a linear program."""

import numpy as np
import scipy.optimize
import scipy.sparse

# Entries of the program's matrix, at most.
MOST_ENTRIES = 4e6
SECONDS = 20


def direction(case):
    """Whether the labels are (quasi-)separated: "separable", "overlapping", or "not checked".

    Maximizes Σ mᵢ over |vⱼ| ≤ 1, |c| ≤ width + 1, mᵢ = (2yᵢ − 1)(xᵢ·v + c) with 0 ≤ mᵢ ≤ 1, columns in
    units of their largest value (Konis, 2007). A maximum above 0 is a direction along which F falls
    for ever, so that F without a penalty has no minimum. Returns the answer and the direction.
    """
    X = scipy.sparse.csr_matrix(case.one_hot(), dtype=np.float64)
    if X.nnz > MOST_ENTRIES:
        return "not checked", None
    sizes = np.maximum(abs(X).max(axis=0).toarray().ravel(), 1e-300)
    signs = 2.0 * case.y - 1
    A = scipy.sparse.hstack([X.multiply(1 / sizes), np.ones((X.shape[0], 1))])
    A = A.multiply(signs[:, None]).tocsr()
    constraint = scipy.optimize.LinearConstraint(A, 0, 1)
    limits = np.append(np.ones(X.shape[1]), X.shape[1] + 1.0)
    found = scipy.optimize.milp(
        -np.asarray(A.sum(0)).ravel(), constraints=constraint,
        bounds=scipy.optimize.Bounds(-limits, limits), options={"time_limit": SECONDS},
    )
    if found.x is None or found.status != 0:
        return "not checked", None
    margins = A @ found.x
    separates = margins.min() > -1e-7 and margins.max() > 1e-3
    found_direction = np.append(found.x[:-1] / sizes, found.x[-1])
    return ("separable", found_direction) if separates else ("overlapping", None)


def confirms(case, theta):
    """Whether coefficients are themselves a direction that separates: no margin below 0 beyond
    rounding, one above 0."""
    theta = np.asarray(theta, np.float64)
    margins = (2.0 * case.y - 1) * (case.one_hot() @ theta[:-1] + theta[-1])
    largest = margins.max()
    return bool(largest > 0 and margins.min() >= -1e-9 * largest)
