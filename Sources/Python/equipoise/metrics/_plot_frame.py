"""The metrics of a `MetricFrame` by group, with their intervals."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import numpy.typing as npt

from ._frame import MetricFrame

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

__all__ = ["plot_metric_frame"]

#: Lower and upper ends by metric, each of shape (groups,).
_Intervals: TypeAlias = dict[str, npt.NDArray[np.float64]]

#: How far the texts of an interval stand below and above its ends, of the height of the picture.
_BELOW, _ABOVE = 0.05, 0.01


def plot_metric_frame(
    metric_frame: MetricFrame,
    *,
    kind: str = "point",
    metrics: list[str] | str | None = None,
    conf_intervals: list[str] | str | None = None,
    subplots: bool = True,
    plot_ci_labels: bool = False,
    ci_labels_precision: int = 4,
    ci_labels_fontsize: int = 8,
    ci_labels_color: str = "black",
    ci_labels_ha: str = "center",
    ci_labels_legend: str = "Conf. Intervals",
    **kwargs: Any,
) -> Axes | npt.NDArray[Any]:
    """A picture of metrics by group, with intervals where there are any.

    Parameters
    ----------
    metric_frame : MetricFrame
    kind : str
        "point", or a kind of `pandas.DataFrame.plot` such as "bar".
    metrics : str or list of str, optional
        Names of metrics of the frame; by default all whose values are numbers.
    conf_intervals : str or list of str, optional
        Names of metrics of the frame that are intervals, ``[lower, upper]`` for each group: one
        for each of `metrics`. By default the frame's own of its bootstrap, where it has one.
    subplots : bool
        Whether each metric has a picture of its own.
    plot_ci_labels : bool
        Whether bars have the ends of their intervals written beside them.
    ci_labels_precision, ci_labels_fontsize, ci_labels_color, ci_labels_ha
        Decimals, size, colour and alignment of these texts.
    ci_labels_legend : str
        What the legend calls the intervals.
    kwargs
        Further arguments of `pandas.DataFrame.plot`.

    Returns
    -------
    matplotlib.axes.Axes or array of them

    Raises
    ------
    ValueError
        Where an interval is no pair of numbers, or ends before it begins, or their number is not
        the metrics'.

    Examples
    --------
    >>> import matplotlib
    >>> matplotlib.use("Agg")
    >>> from equipoise.metrics import MetricFrame, plot_metric_frame, selection_rate
    >>> frame = MetricFrame(metrics={"selected": selection_rate}, y_true=[0, 1, 1, 0],
    ...                     y_pred=[1, 1, 1, 0], sensitive_features=["a", "a", "b", "b"])
    >>> axes = plot_metric_frame(frame, kind="bar", subplots=False)
    >>> [float(bar.get_height()) for bar in axes.patches]
    [1.0, 0.5]
    """
    if not isinstance(metric_frame, MetricFrame):
        raise ValueError("Input metric_frame should be of type MetricFrame.")
    if not isinstance(metrics, (list, str, type(None))):
        raise ValueError(f"metrics must be a name or a list of names, not {type(metrics)}")
    found: Any = metric_frame.by_group
    table: pd.DataFrame = found if found.ndim == 2 else found.to_frame()
    names: list[str]
    if metrics is None:
        names = [str(name) for name in table if not _is_interval(table[name].iloc[0])]
    else:
        names = [metrics] if isinstance(metrics, str) else metrics
    if not names:
        raise ValueError("no metric to plot: at least one is needed")
    intervals = _intervals(metric_frame, table, names, conf_intervals)
    if kind == "point":
        kwargs = {"linestyle": "", "marker": "o", **kwargs}
    else:
        kwargs = {"kind": kind, **kwargs}
    if intervals:
        values = table[names].to_numpy(dtype=np.float64).T
        ends = np.stack([intervals[name] for name in names])
        # An interval of quantiles may lie beside its value.
        kwargs["yerr"] = np.maximum(np.stack([values - ends[:, 0], ends[:, 1] - values], 1), 0)
    axes: Axes | npt.NDArray[Any] = table[names].plot(subplots=subplots, **kwargs)
    if not intervals:
        return axes
    pictures: list[Axes] = list(np.ravel(np.asarray(axes, dtype=object)))
    for picture in pictures:
        _name_intervals(picture, kind, ci_labels_legend)
    if plot_ci_labels and kind == "bar" and subplots:
        for picture, name in zip(pictures, names, strict=True):
            _write_ends(
                picture, intervals[name], ci_labels_precision, fontsize=ci_labels_fontsize,
                color=ci_labels_color, ha=ci_labels_ha,
            )
    return axes


def _is_interval(value: object) -> bool:
    return isinstance(value, (np.ndarray, list, tuple))


def _intervals(
    frame: MetricFrame, table: pd.DataFrame, names: Sequence[str], wanted: list[str] | str | None
) -> _Intervals:
    """The ends of each metric's intervals, shape (2, groups); none where there are no intervals."""
    if wanted is None:
        return _of_bootstrap(frame, names)
    columns = [wanted] if isinstance(wanted, str) else wanted
    if len(columns) != len(names):
        raise ValueError(
            f"{len(names)} metrics have as many intervals, and conf_intervals has {len(columns)}"
        )
    return {
        name: _checked(column, table[column].tolist())
        for name, column in zip(names, columns, strict=True)
    }


def _checked(column: str, pairs: Sequence[Any]) -> npt.NDArray[np.float64]:
    if not all(_is_interval(pair) and len(pair) == 2 for pair in pairs):
        raise ValueError(f"{column}: calculated conf_intervals must be arrays of length 2")
    ends: npt.NDArray[np.float64] = np.array([[float(end) for end in pair] for pair in pairs]).T
    if (ends[0] > ends[1]).any():
        raise ValueError(
            f"{column}: the upper bound of calculated conf_intervals is less than the lower"
        )
    return ends


def _of_bootstrap(frame: MetricFrame, names: Sequence[str]) -> _Intervals:
    """The outermost quantiles that the frame has."""
    quantiles = frame.ci_quantiles
    if quantiles is None or len(quantiles) < 2:
        return {}
    if len(quantiles) > 2:
        warnings.warn(
            f"ci_quantiles has {len(quantiles)} entries; intervals are of the outermost two",
            stacklevel=4,
        )
    order = np.argsort(np.asarray(quantiles))
    ends: list[Any] = [frame.by_group_ci[place] for place in (order[0], order[-1])]
    tables = [end if end.ndim == 2 else end.to_frame(names[0]) for end in ends]
    if not all(name in table for table in tables for name in names):
        return {}
    return {
        name: np.stack([table[name].to_numpy(dtype=np.float64) for table in tables])
        for name in names
    }


def _name_intervals(picture: Axes, kind: str, label: str) -> None:
    """A line of its own in the legend."""
    from matplotlib.lines import Line2D

    handles, _ = picture.get_legend_handles_labels()
    color = picture.lines[0].get_color() if kind == "point" else "black"
    picture.legend(handles=[*handles, Line2D([0], [0], color=color, label=label)])


def _write_ends(
    picture: Axes, ends: npt.NDArray[np.float64], precision: int, **text: Any
) -> None:
    low, high = picture.get_ylim()
    for place in range(ends.shape[1]):
        for value, shift in ((ends[0, place], -_BELOW), (ends[1, place], _ABOVE)):
            y = value + shift * (high - low)
            picture.text(place, y, str(round(float(value), precision)), **text)
