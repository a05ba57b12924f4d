"""What is not defined: NaN with a warning, unless `zero_division` says what it is to be."""

from __future__ import annotations

import contextlib
import contextvars
import functools
import inspect
import numbers
import warnings
from collections.abc import Iterator
from typing import Any

import numpy as np
from sklearn.exceptions import UndefinedMetricWarning

# A frame asks a rate of every group and tells of all together.
_quiet = contextvars.ContextVar("quiet", default=False)

# Metrics of scikit-learn whose `zero_division` may be NaN; their own default warns and gives 0.
_SKLEARN_RATES = {"precision_score", "recall_score", "f1_score", "fbeta_score"}


def checked_zero_division(value: Any) -> float:
    """The value of a rate without a denominator."""
    is_number = isinstance(value, numbers.Real) and not isinstance(value, bool)
    if not is_number or not (value in (0, 1) or np.isnan(value)):
        raise ValueError(f"zero_division must be 0, 1 or NaN, and is {value!r}")
    return float(value)


def number(value: Any) -> np.float64:
    """A result as numpy's number."""
    result: np.float64 = np.float64(value)
    return result


def undefined(message: str) -> None:
    """Warns of a number that does not exist."""
    if not _quiet.get():
        warnings.warn(message, UndefinedMetricWarning, stacklevel=2)


@contextlib.contextmanager
def told_together() -> Iterator[None]:
    """Rates do not warn one by one here."""
    token = _quiet.set(True)
    try:
        yield
    finally:
        _quiet.reset(token)


@functools.cache
def _knows_zero_division(metric: Any) -> bool:
    return "zero_division" in inspect.signature(metric).parameters


def with_zero_division(metric: Any, value: float) -> Any:
    """The metric with what a rate without a denominator is to be, where it has such a parameter that
    the caller has not set; other metrics as they are."""
    inner = metric
    while isinstance(inner, functools.partial):
        if "zero_division" in inner.keywords:
            return metric
        inner = inner.func
    module = getattr(inner, "__module__", "") or ""
    is_ours = module == f"{__package__}._rates"
    is_theirs = module.startswith("sklearn.") and inner.__name__ in _SKLEARN_RATES
    if not (is_ours or is_theirs) or not _knows_zero_division(inner):
        return metric
    return functools.partial(metric, zero_division=value)


def shortened(names: list[str], most: int = 3) -> str:
    """A few names, and how many more there are."""
    more = len(names) - most
    return ", ".join(names[:most]) + (f" and {more} more" if more > 0 else "")
