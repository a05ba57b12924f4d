"""The error of decisions, as an objective."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from .._types import Columns, Features, Numbers
from ._inputs import read_rows
from ._moments import ClassificationMoment, Predictor, Vector, series

__all__ = ["ErrorRate"]


class ErrorRate(ClassificationMoment):
    """c_fp·P(h = 1, y = 0) + c_fn·P(h = 0, y = 1); with costs of 1 the error.

    Parameters
    ----------
    costs : dict, optional
        Keys "fp" and "fn", numbers of at least 0 that are not both 0.

    Examples
    --------
    >>> from equipoise.reductions import ErrorRate
    >>> error = ErrorRate(costs={"fp": 1.0, "fn": 3.0})
    >>> error.load_data([[0], [1], [2], [3]], [0, 1, 0, 1], sensitive_features=list("abab"))
    >>> float(error.gamma(lambda X: X[:, 0] > 1)["all"])  # one false positive, one false negative
    1.0
    """

    fp_cost: float
    fn_cost: float

    def __init__(self, *, costs: Mapping[str, float] | None = None) -> None:
        super().__init__()
        if costs is None:
            costs = {"fp": 1.0, "fn": 1.0}
        fits = isinstance(costs, dict) and set(costs) == {"fp", "fn"}
        if not fits or min(costs.values()) < 0 or sum(costs.values()) <= 0:
            raise ValueError(
                "costs needs to be a dictionary with keys 'fp' and 'fn' containing non-negative "
                "values, which are not both zero"
            )
        self.fp_cost, self.fn_cost = costs["fp"], costs["fn"]

    def _arguments(self) -> dict[str, Any]:
        costs = {"fp": self.fp_cost, "fn": self.fn_cost}
        return {} if set(costs.values()) == {1.0} else {"costs": costs}

    def load_data(
        self,
        X: Features,
        y: npt.ArrayLike,
        *,
        sensitive_features: Columns | None = None,
        sample_weight: npt.ArrayLike | None = None,
    ) -> None:
        """Takes the rows; `y` are labels 0 and 1."""
        rows = read_rows(X, y, sensitive_features, binary=True)
        super().load_data(
            X, rows.labels, sensitive_features=rows.groups, sample_weight=sample_weight
        )
        self._index = ["all"]

    def gamma(self, predictor: Predictor) -> Vector:
        """The error of `predictor`, a series with the one entry "all"."""
        decisions = np.squeeze(np.asarray(predictor(self.X)))
        gap = (self.tags["label"].to_numpy() - decisions) * self._weights
        return series(self._error(gap[gap > 0].sum(), -gap[gap < 0].sum()), self._index)

    def _error(self, rejected: float, selected: float) -> float:
        """The error where positives of so much weight are rejected and negatives selected."""
        return (self.fn_cost * rejected + self.fp_cost * selected) / self.total_samples

    def _cell_costs(self, labels: Numbers) -> Numbers:
        """The signed weight of a row of weight 1 with each label."""
        return (self.fp_cost + self.fn_cost) * labels - self.fp_cost

    def signed_weights(self, lambda_vec: Vector | None = None) -> Vector:
        """The cost of a negative minus that of a positive decision, times λ where it is given."""
        weights: Vector = (self.fp_cost + self.fn_cost) * self.tags["label"] - self.fp_cost
        weights = weights * self._weights
        return weights if lambda_vec is None else lambda_vec["all"] * weights
