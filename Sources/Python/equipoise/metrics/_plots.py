"""Pictures of metrics; matplotlib is needed only when one is made."""

from __future__ import annotations

import inspect

import numpy as np

__all__ = ["plot_model_comparison"]


def _value(metric, y_true, y_pred, sensitive_features) -> float:
    parameters = inspect.signature(metric).parameters
    takes_any = any(p.kind is inspect.Parameter.VAR_KEYWORD for p in parameters.values())
    if "sensitive_features" in parameters or takes_any:
        return float(metric(y_true, y_pred, sensitive_features=sensitive_features))
    return float(metric(y_true, y_pred))


def plot_model_comparison(
    *, x_axis_metric, y_axis_metric, y_true, y_preds, sensitive_features, ax=None,
    axis_labels=True, point_labels=False, point_labels_position=None, legend=False,
    legend_kwargs=None, show_plot=False, **kwargs,
):
    """A point for each model: one metric of its predictions against another.

    Parameters
    ----------
    x_axis_metric, y_axis_metric : callable
        ``metric(y_true, y_pred)``, or with ``sensitive_features=`` where it has that argument.
    y_true, sensitive_features
        Shared by the models.
    y_preds : dict of str to array, or list of arrays
        The predictions of each model.
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
    """
    try:
        from matplotlib import pyplot
    except ImportError:
        raise RuntimeError("plots need matplotlib: pip install 'equipoise[plots]'") from None
    for name, value in [("point_labels", point_labels), ("legend", legend), ("show_plot", show_plot)]:
        if not isinstance(value, (bool, np.bool_)):
            raise ValueError(f"{name} must be True or False, and is {value!r}")
    if not isinstance(axis_labels, (bool, np.bool_)) and (
        isinstance(axis_labels, str) or len(axis_labels) != 2
    ):
        raise ValueError(f"axis_labels must be True, False or two texts, and is {axis_labels!r}")
    if point_labels_position is not None:
        place = np.asarray(point_labels_position, dtype=object)
        if place.shape != (2,) or not all(isinstance(shift, (int, float)) for shift in place):
            raise ValueError(
                f"point_labels_position must be two numbers, and is {point_labels_position!r}"
            )
    if not isinstance(y_preds, dict):
        if len(y_preds) and np.isscalar(y_preds[0]):  # the predictions of one model
            y_preds = [y_preds]
        y_preds = {str(place): values for place, values in enumerate(y_preds)}
    if not y_preds:
        raise ValueError("y_preds is empty")
    points = {
        name: [
            _value(metric, y_true, predictions, sensitive_features)
            for metric in (x_axis_metric, y_axis_metric)
        ]
        for name, predictions in y_preds.items()
    }
    if ax is None:
        ax = pyplot.figure().add_subplot()
    if axis_labels is True:
        names = [
            (getattr(metric, "__name__", "") or repr(metric)).replace("_", " ")
            for metric in (x_axis_metric, y_axis_metric)
        ]
    else:
        names = axis_labels or None
    if names:
        ax.set_xlabel(names[0])
        ax.set_ylabel(names[1])
    if legend:
        for name, (x, y) in points.items():
            ax.scatter(x, y, **{"label": name, **kwargs})
        ax.legend(**(legend_kwargs or {}))
    else:
        ax.scatter(*np.array(list(points.values())).T, **kwargs)
    if point_labels:
        shift = point_labels_position or (0.0, 0.0)
        for name, (x, y) in points.items():
            ax.text(x + shift[0], y + shift[1], name)
    if show_plot:
        pyplot.show()
    return ax
