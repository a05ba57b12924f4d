"""Logistic regression with a fairness penalty."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
from sklearn.base import clone

from .._engine.calls import Options
from .._engine.dataset import Dataset
from .._engine.model import Model, penalized_objective
from .._fitting import check_rows, require_groups
from .._inputs import check_strength
from .._known_names import Penalty
from .._small_groups import warn_of_small_groups
from .._types import Column, Columns, Features, Numbers
from .._unknown import Rows, Unknown, known_part, rows_named_as_given
from ._base import SharedCoefficients

if TYPE_CHECKING:
    from typing_extensions import Self


class PenalizedLogisticRegression(SharedCoefficients):
    """Logistic regression with a fairness penalty.

    Minimizes the weighted mean loss + ½·l2·‖w‖² + strength·penalty. `equipoise.linear_model`
    knows the penalties by name: "demographic_parity", "equal_opportunity",
    "false_positive_rate", "equalized_odds" (squared gaps of the groups' mean probabilities, the
    same of linear scores as "linear_...", convex), "covariance", and others.

    Parameters
    ----------
    penalty : str
        What is made alike between groups.
    strength : float
        Factor of the penalty beside the mean loss.
    l2, C, fit_intercept, tol, max_iter, n_threads
        As in `LogisticRegression`, which also says what columns of texts are.
    unknown : "error", "exclude", "own-group" or "pooled"
        What becomes of rows whose sensitive features are missing: an error that names the row; left
        out of the fit, as with "pooled", too; or a group of their own. A warning counts them.
    least_group : int, optional
        A group of fewer rows trains and is not bound; None binds every group, and a warning names
        those of fewer than 30 rows.

    Examples
    --------
    >>> import numpy as np
    >>> from equipoise.linear_model import PenalizedLogisticRegression
    >>> rng = np.random.default_rng(0)
    >>> group = rng.integers(0, 2, 1000)
    >>> X = np.column_stack([rng.normal(group, 1.0), rng.normal(size=1000)])
    >>> y = (X.sum(axis=1) + rng.normal(size=1000) > 0.5).astype(int)
    >>> model = PenalizedLogisticRegression(strength=100).fit(X, y, sensitive_features=group)
    >>> rates = [model.predict_proba(X[group == g])[:, 1].mean() for g in (0, 1)]
    >>> bool(abs(rates[0] - rates[1]) < 0.05)
    True
    """

    def __init__(
        self, penalty: Penalty | str = "demographic_parity", strength: float = 10.0, *,
        l2: float | None = 0.0, C: float | None = None, fit_intercept: bool = True,
        tol: float = 1e-8, max_iter: int = 200, n_threads: int | None = None,
        unknown: Unknown = "error", least_group: int | None = None,
    ) -> None:
        self.penalty = penalty
        self.strength = strength
        self.l2 = l2
        self.C = C
        self.fit_intercept = fit_intercept
        self.tol = tol
        self.max_iter = max_iter
        self.n_threads = n_threads
        self.unknown: Unknown = unknown
        self.least_group = least_group

    def _l2(self, total: float) -> float:
        if self.C is not None and self.l2 == 0:
            return 1.0 / (check_strength(self.C, "C") * total)
        return super()._l2(total)

    def _can_standardize(self) -> bool:
        return self.l2 == 0 and self.C is None and bool(self.fit_intercept)

    def _prepare(
        self, X: Features, y: Column, sensitive_features: Columns | None,
        sample_weight: Column | None, **more: Any,
    ) -> tuple[Dataset, Options, Rows | None]:
        """The rows as a data set, options, and which rows they are, where some are left out."""
        groups = require_groups(sensitive_features)
        if self.unknown != "error":
            check_rows(X, y, groups, sample_weight)
        groups, (X, y, sample_weight), rows = known_part(self.unknown, groups, X, y, sample_weight)
        with rows_named_as_given(rows):
            data, total = self._take(X, y, sample_weight, groups)
            self._add_groups(data, groups, keeps_missing=self.unknown == "own-group")
        options = Options(
            penalty=self.penalty,
            l2=self._l2(total),
            fit_intercept=bool(self.fit_intercept),
            least_group=self.least_group,
            **self._solver_options(),
            **more,
        )
        return data, options, rows

    def fit(
        self, X: Features, y: Column, *, sensitive_features: Columns | None = None,
        sample_weight: Column | None = None,
    ) -> Self:
        """Fits to features (n, d), labels (n,) and sensitive features (n,) or (n, k)."""
        strength = check_strength(self.strength, "strength")
        data, options, rows = self._prepare(
            X, y, sensitive_features, sample_weight, strength=strength)
        with rows_named_as_given(rows):
            self._keep(Model.fit("penalized", data, options))
        warn_of_small_groups(self._report().get("smallGroups"))
        return self

    def path(
        self, X: Features, y: Column, *, strengths: npt.ArrayLike,
        sensitive_features: Columns | None = None, sample_weight: Column | None = None,
    ) -> list[Self]:
        """Fitted copies of this estimator at several strengths, from one warm-started run."""
        dials = [check_strength(dial, "strengths") for dial in np.asarray(strengths).tolist()]
        data, options, rows = self._prepare(X, y, sensitive_features, sample_weight)
        arguments = vars(clone(self))
        learnt = {name: value for name, value in vars(self).items() if name not in arguments}
        fitted = []
        with rows_named_as_given(rows):
            models = Model.fit_path("penalized", data, options, dials)
        for strength, model in zip(dials, models):
            estimator = clone(self).set_params(strength=strength)
            vars(estimator).update(learnt)
            estimator._keep(model)
            fitted.append(estimator)
        return fitted

    def objective_and_gradient(
        self, theta: npt.ArrayLike, X: Features, y: Column, *,
        sensitive_features: Columns | None = None, sample_weight: Column | None = None,
    ) -> tuple[float, Numbers]:
        """The objective and its gradient at any theta = (coefficients, intercept), without a fit.

        Coefficients are those of the columns that `get_feature_names_out` would name.
        """
        estimator = clone(self)
        strength = check_strength(self.strength, "strength")
        data, options, _ = estimator._prepare(
            X, y, sensitive_features, sample_weight, strength=strength
        )
        point = np.array(theta, dtype=np.float64)
        if estimator._encoding is None:
            return penalized_objective(data, options, point)
        kept = np.append(estimator._seen, True)
        means, deviations = np.zeros(0), np.zeros(0)
        if estimator._encoding.units is not None:
            means, deviations = estimator._encoding.units
        count = len(means)
        whole = np.zeros(len(kept))
        whole[kept] = point
        whole[-1] += means @ point[:count]
        whole[:count] *= deviations
        value, gradient = penalized_objective(data, options, whole)
        gradient = gradient[kept]
        gradient[:count] = gradient[:count] * deviations + gradient[-1] * means
        return value, gradient
