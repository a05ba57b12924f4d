"""A picture of what a ThresholdOptimizer chose."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from sklearn.utils.validation import check_is_fitted

from .._engine.dataset import Dataset
from .._types import Numbers
from ._scores import group_text
from ._threshold_optimizer import ThresholdOptimizer

if TYPE_CHECKING:
    from matplotlib.axes import Axes

#: A rate of hits, alarms, positives and negatives.
_Rate: TypeAlias = Callable[..., Numbers]

_RATES: dict[str, tuple[str, _Rate]] = {
    "demographic_parity": ("selection rate", lambda tp, fp, p, n: (tp + fp) / (p + n)),
    "selection_rate_parity": ("selection rate", lambda tp, fp, p, n: (tp + fp) / (p + n)),
    "true_positive_rate_parity": ("true positive rate", lambda tp, fp, p, n: tp / p),
    "false_negative_rate_parity": ("false negative rate", lambda tp, fp, p, n: 1 - tp / p),
    "false_positive_rate_parity": ("false positive rate", lambda tp, fp, p, n: fp / n),
    "true_negative_rate_parity": ("true negative rate", lambda tp, fp, p, n: 1 - fp / n),
    "equalized_odds": ("false positive rate", lambda tp, fp, p, n: fp / n),
    "accuracy_score": ("accuracy", lambda tp, fp, p, n: (tp + n - fp) / (p + n)),
    "balanced_accuracy_score": (
        "balanced accuracy",
        lambda tp, fp, p, n: 0.5 * (tp / p + (n - fp) / n),
    ),
    "selection_rate": ("selection rate", lambda tp, fp, p, n: (tp + fp) / (p + n)),
    "true_positive_rate": ("true positive rate", lambda tp, fp, p, n: tp / p),
    "true_negative_rate": ("true negative rate", lambda tp, fp, p, n: (n - fp) / n),
}


def _axes(optimizer: ThresholdOptimizer) -> tuple[tuple[str, _Rate], tuple[str, _Rate]]:
    x = _RATES[optimizer.constraints]
    odds = optimizer.constraints == "equalized_odds"
    return x, _RATES["true_positive_rate" if odds else optimizer.objective]


def group_curves(optimizer: ThresholdOptimizer) -> dict[str, tuple[Numbers, Numbers]]:
    """For each group the rates (x, y) of every threshold, from none selected to all."""
    scores, labels, columns = optimizer._training
    (_, x), (_, y) = _axes(optimizer)
    keys = np.array([codes for _, codes, _ in columns])
    found = {}
    for key in np.unique(keys, axis=1).T:
        rows = (keys == key[:, None]).all(axis=0)
        order = np.argsort(-scores[rows], kind="stable")
        sorted_scores, positives = scores[rows][order], labels[rows][order].astype(float)
        last = np.append(np.flatnonzero(np.diff(sorted_scores)), len(order) - 1)
        hits = np.append(0, np.cumsum(positives)[last])
        alarms = np.append(0, np.cumsum(1 - positives)[last])
        name = "×".join(group_text(groups[code]) for code, (_, _, groups) in zip(key, columns))
        with np.errstate(invalid="ignore", divide="ignore"):
            arguments = hits, alarms, hits[-1], alarms[-1]
            found[name] = x(*arguments), y(*arguments)
    return found


def plot_threshold_optimizer(
    threshold_optimizer: ThresholdOptimizer, ax: Axes | None = None, show_plot: bool = True
) -> Axes:
    """Plots each group's trade-off and the point that was chosen for it.

    Parameters
    ----------
    threshold_optimizer : ThresholdOptimizer
        Fitted in this session: the training scores are not kept in pickles.
    ax : matplotlib.axes.Axes, optional
    show_plot : bool
        Whether to show the figure at once.

    Returns
    -------
    matplotlib.axes.Axes
    """
    try:
        from matplotlib import pyplot
    except ImportError:
        raise RuntimeError("plots need matplotlib: pip install 'equipoise[plots]'") from None
    if not isinstance(threshold_optimizer, ThresholdOptimizer):
        raise TypeError("plot_threshold_optimizer needs a ThresholdOptimizer")
    check_is_fitted(threshold_optimizer)
    if not hasattr(threshold_optimizer, "_training"):
        raise ValueError("the training scores are gone: plot where the optimizer was fitted")
    axes: Axes = pyplot.subplots()[1] if ax is None else ax
    (x_label, x), (y_label, y) = _axes(threshold_optimizer)
    for name, (horizontal, vertical) in group_curves(threshold_optimizer).items():
        axes.plot(horizontal, vertical, label=f"group {name}")
    for name, (tp, fp, p, n) in _chosen(threshold_optimizer).items():
        axes.plot([x(tp, fp, p, n)], [y(tp, fp, p, n)], "k*", label=f"chosen for {name}")
    axes.set_xlabel(x_label)
    axes.set_ylabel(y_label)
    axes.legend()
    if show_plot:
        pyplot.show()
    return axes


def _chosen(optimizer: ThresholdOptimizer) -> dict[str, tuple[float, float, float, float]]:
    """Expected hits and alarms of each group, and its positives and negatives."""
    scores, labels, columns = optimizer._training
    data = Dataset(len(scores)).set_scores(scores)
    for name, codes, groups in columns:
        data.add_attribute(name, codes, [group_text(group) for group in groups])
    values = optimizer.rule_.values(data)
    keys = np.array([codes for _, codes, _ in columns])
    found = {}
    for key in np.unique(keys, axis=1).T:
        rows = (keys == key[:, None]).all(axis=0)
        positive = labels[rows] == 1
        name = "×".join(group_text(groups[code]) for code, (_, _, groups) in zip(key, columns))
        found[name] = (
            values[rows][positive].sum(), values[rows][~positive].sum(),
            float(positive.sum()), float((~positive).sum()),
        )
    return found
