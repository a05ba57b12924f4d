"""Logistic regression."""

from __future__ import annotations

from typing import TYPE_CHECKING


from .._engine.calls import Options
from .._engine.model import Model
from .._types import Column, Features
from ._base import SharedCoefficients

if TYPE_CHECKING:
    from typing_extensions import Self


class LogisticRegression(SharedCoefficients):
    """Weighted logistic regression with an L2 penalty.

    Minimizes (1/W)·Σ sᵢ·[log(1 + e^{zᵢ}) − yᵢzᵢ] + ½·l2·‖w‖² with z = X·w + b and W = Σ sᵢ; the
    intercept is not penalized.

    Parameters
    ----------
    l2 : float, optional
        Factor of ½‖w‖² beside the mean loss. By default 1 / W, which is scikit-learn's C = 1.
    C : float, optional
        Scikit-learn's C instead: l2 = 1 / (C·W).
    fit_intercept : bool
        Whether there is an intercept.
    tol : float
        Stop when the estimated gap to the optimum is this share of the objective.
    max_iter : int
        Most iterations of the minimizer.
    n_threads : int, optional
        By default one a core.

    Attributes
    ----------
    classes_ : array of shape (2,)
    coef_ : array of shape (1, p)
        A coefficient for each column; of a frame with texts or categories one for each number and
        each level, which `get_feature_names_out` names.
    intercept_ : array of shape (1,)

    Notes
    -----
    Columns of a frame that hold texts or categories count by their levels. A missing text is a
    level of its own if there was one in the fit; a level that was not in the fit counts as none,
    with a warning. A missing number is an error.

    Examples
    --------
    >>> from equipoise.linear_model import LogisticRegression
    >>> LogisticRegression().fit([[0.0], [1.0], [2.0], [3.0]], [0, 0, 1, 1]).predict([[2.5]])
    array([1])
    """

    def __init__(
        self, l2: float | None = None, *, C: float | None = None, fit_intercept: bool = True,
        tol: float = 1e-8, max_iter: int = 200, n_threads: int | None = None,
    ) -> None:
        self.l2 = l2
        self.C = C
        self.fit_intercept = fit_intercept
        self.tol = tol
        self.max_iter = max_iter
        self.n_threads = n_threads

    def fit(self, X: Features, y: Column, sample_weight: Column | None = None) -> Self:
        """Fits to features (n, d) and labels (n,)."""
        data, total = self._take(X, y, sample_weight)
        options = Options(
            l2=self._l2(total), fit_intercept=bool(self.fit_intercept), **self._solver_options()
        )
        self._keep(Model.fit("logistic", data, options))
        return self
