"""Metric functions with their parameters that have a value for each row."""

from __future__ import annotations

import copy
import functools
from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from .._inputs import column_array
from .._labels import weight_column
from .._unknown import Rows
from ._counted import Counted, counted
from ._undefined import with_zero_division

Array = npt.NDArray[Any]

_SAMPLE_PARAMETERS = "Sample parameters must be provided as a dictionary for each metric function"


def function_name(metric: Any) -> str:
    """The name of a function; that of a partial one is `metric`."""
    return str(getattr(metric, "__name__", "metric"))


def inner_name(metric: Any) -> str:
    """The name of a function, or of what a partial one calls."""
    while isinstance(metric, functools.partial):
        metric = metric.func
    return function_name(metric)


def named_partial(metric: Any, parameters: Mapping[str, Any]) -> Any:
    """A metric with fixed parameters under its own name."""
    partial: Any = functools.partial(metric, **parameters)
    partial.__name__ = inner_name(metric)
    return partial


class Metric:
    """A metric with its parameters that have a value for each row."""

    def __init__(
        self, name: str, function: Any, parameters: Mapping[str, Any] | None, rows: int,
        zero_division: float,
    ):
        self.name = name
        self.function = with_zero_division(function, zero_division)
        self.parameters: dict[str, Array] = {}
        #: What the caller handed over, by which equal weights are known.
        self.given: Mapping[str, Any] = parameters or {}
        for parameter, values in self.given.items():
            if values is None:
                continue
            column = column_array(values)
            if column.ndim == 2 and column.shape[1] == 1:
                column = column[:, 0]
            if len(column) != rows:
                raise ValueError(
                    f"Found input variables with inconsistent numbers of samples: '{parameter}' "
                    f"has {len(column)}, and y_true has {rows}"
                )
            checked = weight_column(column, rows) if parameter == "sample_weight" else column
            self.parameters[parameter] = column if checked is None else checked
        self.counted = self._counted(function)

    def _counted(self, function: Any) -> Counted | None:
        found = counted(self.function)
        if found is None or not set(self.parameters) <= {"sample_weight"}:
            return None
        # `count` takes no weights and says so itself.
        return None if found.name == "count" and self.parameters else found

    def taken(self, rows: Rows) -> Metric:
        """The metric with its parameters of some rows."""
        part = copy.copy(self)
        part.parameters = {name: values[rows] for name, values in self.parameters.items()}
        return part

    @property
    def weights(self) -> Array | None:
        """Weights of the rows, checked; None where there are none."""
        return self.parameters.get("sample_weight")


def bound(metrics: Any, sample_params: Any, rows: int, zero_division: float) -> list[Metric]:
    """The metrics that were asked for, one or a dictionary of several."""
    if sample_params is not None and not isinstance(sample_params, dict):
        raise ValueError(_SAMPLE_PARAMETERS)
    named = metrics if isinstance(metrics, dict) else {"metrics": metrics}
    for name, metric in named.items():
        if not callable(metric):
            raise ValueError(
                f"Object passed as metric function not callable: {name} is {metric!r}"
            )
    if not isinstance(metrics, dict):
        return [Metric(function_name(metrics), metrics, sample_params, rows, zero_division)]
    parameters = sample_params or {}
    for name, values in parameters.items():
        if name not in metrics:
            raise ValueError(
                f"Keys in 'sample_params' do not match those in 'metric': '{name}' is no metric"
            )
        if values is not None and not isinstance(values, dict):
            raise ValueError(_SAMPLE_PARAMETERS)
    return [
        Metric(name, metric, parameters.get(name), rows, zero_division)
        for name, metric in metrics.items()
    ]
