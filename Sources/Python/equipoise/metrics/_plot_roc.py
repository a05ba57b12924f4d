"""Curves of true against false positive rates, a curve a group."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .._inputs import check_aligned, one_column
from .._keys import joint_keys
from .._labels import refuse_missing_values
from .._types import Column, Columns
from .._unknown import Unknown, known_part
from ._features import named_features
from ._undefined import undefined

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["plot_roc_curve_by_group"]


def plot_roc_curve_by_group(
    y_true: Column,
    y_score: Column,
    *,
    sensitive_features: Columns,
    ax: Axes | None = None,
    plot_overall: bool = True,
    plot_chance_level: bool = True,
    pos_label: float | str | None = None,
    title: str | None = None,
    unknown: Unknown = "error",
) -> Axes:
    """The receiver operating characteristic of all rows and of each group.

    T. Fawcett, An introduction to ROC analysis, Pattern Recognition Letters 27, 2006. The legend
    has the area under each curve.

    Parameters
    ----------
    y_true
        Labels of two classes, shape (n,).
    y_score
        Scores (n,), larger where the positive class is likelier.
    sensitive_features
        One column or several, whose combinations are the groups, named "a,b" in the legend.
    ax : matplotlib.axes.Axes, optional
    plot_overall : bool
        Whether the curve of all rows is drawn.
    plot_chance_level : bool
        Whether the diagonal is drawn.
    pos_label : optional
        The positive class; 1 where labels are 0 and 1, or −1 and 1.
    title : str, optional
    unknown : "error", "exclude", "own-group" or "pooled"
        What becomes of rows whose sensitive features are missing: an error that names the row; a
        part of the curve of all rows alone, as with "pooled", too; or the group "(missing)".

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    ValueError
        Where lengths or indexes differ, a value is missing, or all rows have one class only.

    Warns
    -----
    sklearn.exceptions.UndefinedMetricWarning
        Where a group has one class only, of which there is no curve.

    Examples
    --------
    >>> import matplotlib
    >>> matplotlib.use("Agg")
    >>> from equipoise.metrics import plot_roc_curve_by_group
    >>> axes = plot_roc_curve_by_group(
    ...     [0, 1, 0, 1], [0.2, 0.7, 0.6, 0.4], sensitive_features=["a", "a", "b", "b"])
    >>> [line.get_label() for line in axes.get_lines()][2:]
    ['a (AUC = 1.00)', 'b (AUC = 0.00)']
    """
    try:
        from matplotlib import pyplot
    except ImportError:
        raise RuntimeError("plots need matplotlib: pip install 'equipoise[plots]'") from None
    from sklearn.metrics import RocCurveDisplay

    check_aligned(y_true=y_true, y_score=y_score, sensitive_features=sensitive_features)
    labels, scores = one_column(y_true, "y_true"), one_column(y_score, "y_score")
    if len(labels) != len(scores):
        raise ValueError(f"y_true has {len(labels)} rows, and y_score has {len(scores)}")
    refuse_missing_values(labels, "y_true")
    refuse_missing_values(scores, "y_score")
    if len(set(labels.tolist())) < 2:
        raise ValueError("a curve needs rows of two classes, and y_true has one")
    grouped = np.arange(len(labels))
    sensitive_features, (grouped,), _ = known_part(
        unknown, sensitive_features, grouped, fate="a part of the curve of all rows alone")
    columns = [
        feature.groups.arranged() for feature in named_features(
            "sensitive_feature_", sensitive_features, len(grouped),
            keeps_missing=unknown == "own-group")
    ]
    keys = joint_keys([groups for _, groups in columns])
    codes = np.ravel_multi_index(
        [codes for codes, _ in columns], [len(groups) for _, groups in columns]
    )
    axes: Axes = pyplot.subplots()[1] if ax is None else ax
    if plot_chance_level:
        axes.plot([0, 1], [0, 1], linestyle="--", color="0.8", label="Chance level (AUC = 0.50)")
    everybody = np.arange(len(labels))
    curves = [("Overall", everybody)] if plot_overall else []
    curves += [(str(keys[code]), grouped[codes == code]) for code in np.unique(codes)]
    of_one_class = [name for name, rows in curves if len(set(labels[rows].tolist())) < 2]
    if of_one_class:
        undefined(f"a curve needs rows of two classes: none for {', '.join(of_one_class)}")
    for name, rows in curves:
        if name in of_one_class:
            continue
        RocCurveDisplay.from_predictions(
            labels[rows], scores[rows], name=name, pos_label=pos_label, ax=axes
        )
    if title is not None:
        axes.set_title(title)
    return axes
