"""What is constrained and what is minimized, as vectors of moments over the training rows.

A moment of Agarwal et al. (A Reductions Approach to Fair Classification, ICML 2018, section 2) is a
sum over cells: which event a row belongs to and which group. So weights are looked up by cell, and no
matrix of rows × constraints exists.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd

from .._types import Columns, Numbers

__all__ = ["ClassificationMoment", "LossMoment", "Moment", "Predictor", "Vector"]

#: Numbers with names: multipliers, moments, or one a row.
Vector: TypeAlias = "pd.Series[Any]"
#: What predicts the rows of X.
Predictor: TypeAlias = Callable[[Any], npt.ArrayLike]


def series(values: Any, index: Any) -> Vector:
    """Numbers by their names."""
    named: Vector = pd.Series(values, index=index)
    return named


def written(value: object, arguments: Mapping[str, object]) -> str:
    """How an object is made, as it is written."""
    told = ", ".join(f"{name}={argument!r}" for name, argument in arguments.items())
    return f"{type(value).__name__}({told})"


class Moment(ABC):
    """A vector of moments of a predictor on rows that are loaded once.

    A moment of one's own has `gamma`, `signed_weights`, `bound`, `default_objective`, `index` and a
    `load_data` whose keyword arguments are those of a reduction's `fit` that it knows.
    """

    X: Any
    tags: pd.DataFrame
    _y: Vector
    _index: Any
    _weights: Numbers
    data_loaded: bool

    def __init__(self) -> None:
        self.data_loaded = False

    def _arguments(self) -> dict[str, Any]:
        """The arguments that tell this moment from others of its class."""
        return {}

    def __repr__(self) -> str:
        return written(self, self._arguments())

    if TYPE_CHECKING:
        # Each moment takes the features of rows that it knows.
        load_data: Callable[..., None]
    else:

        def load_data(
            self,
            X: Any,
            y: Any,
            *,
            sensitive_features: Columns | None = None,
            sample_weight: npt.ArrayLike | None = None,
        ) -> None:
            """Takes the rows: `tags` holds their label and their group. Shares and means are weighted
            by `sample_weight` (n,), and so are the rows' costs."""
            if self.data_loaded:
                raise ValueError("data can be loaded only once")
            self.X = X if hasattr(X, "shape") else np.asarray(X)
            self._y = y
            self.tags = pd.DataFrame({"label": y})
            if sensitive_features is not None:
                self.tags["group_id"] = sensitive_features
            n = len(self.tags)
            self._weights = np.ones(n) if sample_weight is None else np.asarray(sample_weight, float)
            self.data_loaded = True

    def _sizes(self, by: Sequence[str]) -> Vector:
        """The sum of the weights in each class of rows."""
        weights = pd.Series(self._weights, index=self.tags.index)
        sizes: Vector = weights.groupby([self.tags[name] for name in by], observed=True).sum()
        if (sizes == 0).any():
            raise ValueError(f"every row of {by[-1]} {sizes.idxmin()} has sample_weight 0")
        return sizes

    @property
    def total_samples(self) -> float:
        """The number of rows, or the sum of their weights."""
        return float(self._weights.sum())

    @property
    def _y_as_series(self) -> Vector:
        return self._y

    @property
    def index(self) -> Any:
        """The names of the moments."""
        return self._index

    @abstractmethod
    def gamma(self, predictor: Predictor) -> Vector:
        """The moments of `predictor`, a function of X."""

    @abstractmethod
    def signed_weights(self, lambda_vec: Any = None) -> Vector:
        """The cost of a negative minus that of a positive decision, for each row."""

    def bound(self) -> Vector:
        """What `gamma` must not exceed."""
        raise NotImplementedError

    def _moment_type(self) -> type[Moment]:
        return Moment

    def project_lambda(self, lambda_vec: Vector) -> Vector:
        """Multipliers with the same or a higher Lagrangian for every predictor."""
        return lambda_vec

    def default_objective(self) -> Moment:
        """What is minimized where nothing else is asked for."""
        raise NotImplementedError


class ClassificationMoment(Moment):
    """A moment that is a weighted error of decisions 0 and 1."""

    def _moment_type(self) -> type[Moment]:
        return ClassificationMoment


class LossMoment(Moment):
    """A moment that is a weighted loss.

    Parameters
    ----------
    loss : loss
        Its `eval(y_true, y_pred)` is the loss of each row.
    """

    def __init__(self, loss: Any) -> None:
        super().__init__()
        self.reduction_loss = loss

    def _arguments(self) -> dict[str, Any]:
        return {"loss": self.reduction_loss}

    def _moment_type(self) -> type[Moment]:
        return LossMoment
