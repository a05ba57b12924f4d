"""Losses of a regression, clipped to a range."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from ._moments import written

__all__ = ["AbsoluteLoss", "SquareLoss", "ZeroOneLoss"]


class SquareLoss:
    """(y − ŷ)² with both clipped to [min_val, max_val].

    Examples
    --------
    >>> from equipoise.reductions import SquareLoss
    >>> SquareLoss(0, 1).eval([0.0, 0.5], [2.0, 0.25]).tolist()
    [1.0, 0.0625]
    """

    min_val: float
    max_val: float
    min: float
    max: float

    def __init__(self, min_val: float, max_val: float) -> None:
        self.min_val, self.max_val = min_val, max_val
        self.min, self.max = 0, (max_val - min_val) ** 2

    def eval(self, y_true: npt.ArrayLike, y_pred: npt.ArrayLike) -> Any:
        """The loss of each row, shape (n,)."""
        low, high = self.min_val, self.max_val
        return (np.clip(y_true, low, high) - np.clip(y_pred, low, high)) ** 2

    def __repr__(self) -> str:
        return written(self, {"min_val": self.min_val, "max_val": self.max_val})


class AbsoluteLoss:
    """|y − ŷ| with both clipped to [min_val, max_val].

    Examples
    --------
    >>> from equipoise.reductions import AbsoluteLoss
    >>> AbsoluteLoss(0, 1).eval([0.0, 0.5], [2.0, 0.25]).tolist()
    [1.0, 0.25]
    """

    min_val: float
    max_val: float
    min: float
    max: float

    def __init__(self, min_val: float, max_val: float) -> None:
        self.min_val, self.max_val = min_val, max_val
        self.min, self.max = 0, abs(max_val - min_val)

    def eval(self, y_true: npt.ArrayLike, y_pred: npt.ArrayLike) -> Any:
        """The loss of each row, shape (n,)."""
        low, high = self.min_val, self.max_val
        return np.abs(np.clip(y_true, low, high) - np.clip(y_pred, low, high))

    def __repr__(self) -> str:
        return written(self, {"min_val": self.min_val, "max_val": self.max_val})


class ZeroOneLoss(AbsoluteLoss):
    """1[y ≠ ŷ] for values 0 and 1."""

    def __init__(self) -> None:
        super().__init__(0, 1)

    def __repr__(self) -> str:
        return written(self, {})
