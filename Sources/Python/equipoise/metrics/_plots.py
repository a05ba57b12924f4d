"""Pictures of metrics; matplotlib is needed only when one is made."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from .._types import Column, Columns

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["plot_model_comparison"]

#: A metric's function of labels and predictions.
_Metric: TypeAlias = Callable[..., Any]


def plot_model_comparison(
    *,
    y_preds: Mapping[str, Column] | Sequence[Column],
    y_true: Column,
    x_axis_metric: _Metric,
    y_axis_metric: _Metric,
    sensitive_features: Columns | None = None,
    ax: Axes | None = None,
    axis_labels: bool | Sequence[str] = True,
    point_labels: bool = False,
    point_labels_position: Sequence[float] | None = None,
    legend: bool = False,
    legend_kwargs: Mapping[str, Any] | None = None,
    show_plot: bool = False,
    **kwargs: Any,
) -> Axes:
    """A point for each model: one metric of its predictions against another.

    Parameters
    ----------
    y_preds : dict of str to array, or list of arrays
        The predictions of each model.
    y_true
        Shared by the models.
    x_axis_metric, y_axis_metric : callable
        ``metric(y_true, y_pred)``, or with ``sensitive_features=`` where it has that argument.
    sensitive_features : optional
        For metrics that have them as an argument.
    ax : matplotlib.axes.Axes, optional
    axis_labels : bool or pair of str
    point_labels : bool
        Whether the models' names stand beside their points.
    point_labels_position : pair of float, optional
        How far the names stand from the points, in the units of the axes.
    legend : bool
    legend_kwargs : dict, optional
    show_plot : bool
    kwargs
        Further arguments of `Axes.scatter`.

    Returns
    -------
    matplotlib.axes.Axes

    Examples
    --------
    >>> import matplotlib
    >>> matplotlib.use("Agg")
    >>> from equipoise.metrics import (
    ...     demographic_parity_difference, plot_model_comparison, selection_rate)
    >>> axes = plot_model_comparison(
    ...     x_axis_metric=selection_rate, y_axis_metric=demographic_parity_difference,
    ...     y_true=[0, 1, 0, 1], y_preds={"one": [0, 1, 0, 1], "two": [1, 1, 0, 0]},
    ...     sensitive_features=["a", "a", "b", "b"])
    >>> axes.collections[0].get_offsets().tolist()
    [[0.5, 0.0], [0.5, 1.0]]
    """
    try:
        from matplotlib import pyplot
    except ImportError:
        raise RuntimeError("plots need matplotlib: pip install 'equipoise[plots]'") from None
    _check_flags(point_labels=point_labels, legend=legend, show_plot=show_plot)
    names = _axis_names(axis_labels, (x_axis_metric, y_axis_metric))
    shift = _shift(point_labels_position)
    points = {
        name: tuple(
            _value(metric, y_true, predictions, sensitive_features)
            for metric in (x_axis_metric, y_axis_metric)
        )
        for name, predictions in _by_model(y_preds).items()
    }
    axes: Axes = pyplot.figure().add_subplot() if ax is None else ax
    if names:
        axes.set_xlabel(names[0])
        axes.set_ylabel(names[1])
    if legend:
        for name, (x, y) in points.items():
            axes.scatter(x, y, **{"label": name, **kwargs})
        axes.legend(**(legend_kwargs or {}))
    else:
        axes.scatter(*np.array(list(points.values())).T, **kwargs)
    if point_labels:
        for name, (x, y) in points.items():
            axes.text(x + shift[0], y + shift[1], name)
    if show_plot:
        pyplot.show()
    return axes


def _value(
    metric: _Metric, y_true: Column, y_pred: Column, sensitive_features: Columns | None
) -> float:
    parameters = inspect.signature(metric).parameters
    takes_any = any(p.kind is inspect.Parameter.VAR_KEYWORD for p in parameters.values())
    if "sensitive_features" in parameters or takes_any:
        return float(metric(y_true, y_pred, sensitive_features=sensitive_features))
    return float(metric(y_true, y_pred))


def _check_flags(**flags: object) -> None:
    for name, value in flags.items():
        if not isinstance(value, (bool, np.bool_)):
            raise ValueError(f"{name} must be True or False, and is {value!r}")


def _axis_names(
    wanted: bool | Sequence[str], metrics: tuple[_Metric, _Metric]
) -> Sequence[str] | None:
    """What the axes are called; None where they have no names."""
    if isinstance(wanted, (bool, np.bool_)):
        if not wanted:
            return None
        return [
            (getattr(metric, "__name__", "") or repr(metric)).replace("_", " ")
            for metric in metrics
        ]
    if isinstance(wanted, str) or len(wanted) != 2:
        raise ValueError(f"axis_labels must be True, False or two texts, and is {wanted!r}")
    return wanted


def _shift(wanted: Sequence[float] | None) -> Sequence[float]:
    if wanted is None:
        return (0.0, 0.0)
    place = np.asarray(wanted, dtype=object)
    if place.shape != (2,) or not all(isinstance(shift, (int, float)) for shift in place):
        raise ValueError(f"point_labels_position must be two numbers, and is {wanted!r}")
    return wanted


def _by_model(predictions: Mapping[str, Column] | Sequence[Column]) -> Mapping[str, Column]:
    """The predictions by the models' names, which are their places where they have none."""
    if not isinstance(predictions, Mapping):
        found = list(predictions)
        if found and np.isscalar(found[0]):  # the predictions of one model
            found = [predictions]
        predictions = {str(place): values for place, values in enumerate(found)}
    if not predictions:
        raise ValueError("y_preds is empty")
    return predictions
