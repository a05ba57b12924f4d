"""Losses of groups and of all rows, as constraints and objectives of a regression."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from .._types import Columns, Features
from ._inputs import read_rows
from ._moments import LossMoment, Predictor, Vector, series

__all__ = ["BoundedGroupLoss", "MeanLoss"]


class ConditionalLossMoment(LossMoment):
    """The mean loss of each group, or of all rows."""

    prob_attr: Vector
    default_objective_lambda_vec: Vector | None
    pos_basis: pd.DataFrame
    neg_basis: pd.DataFrame
    neg_basis_present: Vector
    _codes: npt.NDArray[np.intp]

    def __init__(
        self, loss: Any, *, upper_bound: float | None = None, no_groups: bool = False
    ) -> None:
        super().__init__(loss)
        self.upper_bound = upper_bound
        self.no_groups = no_groups

    def _arguments(self) -> dict[str, Any]:
        bound = {} if self.upper_bound is None else {"upper_bound": self.upper_bound}
        return {**super()._arguments(), **bound}

    def default_objective(self) -> MeanLoss:
        """The mean loss of all rows."""
        return MeanLoss(self.reduction_loss)

    def load_data(
        self,
        X: Features,
        y: npt.ArrayLike,
        *,
        sensitive_features: Columns | None = None,
        sample_weight: npt.ArrayLike | None = None,
    ) -> None:
        """Takes the rows; `y` are numbers."""
        rows = read_rows(X, y, sensitive_features, binary=False)
        groups = rows.groups
        if self.no_groups:
            groups = pd.Series("all", index=rows.labels.index)
        super().load_data(X, rows.labels, sensitive_features=groups, sample_weight=sample_weight)
        self.prob_attr = self._sizes(["group_id"]) / self.total_samples
        self._index = self.prob_attr.index
        self._codes = self._index.get_indexer(self.tags["group_id"])
        self.default_objective_lambda_vec = self.prob_attr
        values = self.tags["group_id"].dropna().unique()
        frame = pd.DataFrame(0.0, index=self._index, columns=range(len(values)))
        self.pos_basis, self.neg_basis = frame.copy(), frame.copy()
        for k, value in enumerate(values):
            self.pos_basis.loc[value, k] = 1
        self.neg_basis_present = pd.Series(False, index=range(len(values)))

    def gamma(self, predictor: Predictor) -> Vector:
        """The mean loss of each group."""
        predictions = np.squeeze(np.asarray(predictor(self.X)))
        self.tags["pred"] = predictions
        self.tags["loss"] = self.reduction_loss.eval(self.tags["label"], predictions)
        sums = (self.tags["loss"] * self._weights).groupby(self.tags["group_id"]).sum()
        means: Vector = (sums / (self.prob_attr * self.total_samples)).rename("loss")
        return means

    def bound(self) -> Vector:
        """The upper bound, for each group."""
        if self.upper_bound is None:
            raise ValueError("No Upper Bound")
        return series(self.upper_bound, self._index)

    def signed_weights(self, lambda_vec: Vector | None = None) -> Vector:
        """The weight of each row's loss."""
        if lambda_vec is None:
            return series(self._weights, self.tags.index)
        table = (lambda_vec / self.prob_attr).reindex(self._index).to_numpy(dtype=float)
        # The last is that of rows in no group.
        return series(np.append(table, 0.0)[self._codes] * self._weights, self.tags.index)


class MeanLoss(ConditionalLossMoment):
    """The mean loss of all rows.

    Parameters
    ----------
    loss : SquareLoss, AbsoluteLoss or ZeroOneLoss
        Or another object whose `eval(y_true, y_pred)` is the loss of each row.
    """

    def __init__(self, loss: Any) -> None:
        super().__init__(loss, no_groups=True)


class BoundedGroupLoss(ConditionalLossMoment):
    """The mean loss of each group, none above `upper_bound`.

    A. Agarwal, M. Dudík, Z. S. Wu, Fair Regression, ICML 2019, section 3.

    Parameters
    ----------
    loss : SquareLoss, AbsoluteLoss or ZeroOneLoss
        Or another object whose `eval(y_true, y_pred)` is the loss of each row.
    upper_bound : float, optional
        Needed by `ExponentiatedGradient`; a grid search has none.

    Examples
    --------
    >>> from equipoise.reductions import BoundedGroupLoss, SquareLoss
    >>> loss = BoundedGroupLoss(SquareLoss(0, 1), upper_bound=0.1)
    >>> loss.load_data([[0.0], [1.0]], [0.0, 0.5], sensitive_features=["a", "b"])
    >>> loss.gamma(lambda X: X[:, 0]).to_dict()
    {'a': 0.0, 'b': 0.25}
    """

    def __init__(self, loss: Any, *, upper_bound: float | None = None) -> None:
        super().__init__(loss, upper_bound=upper_bound)
