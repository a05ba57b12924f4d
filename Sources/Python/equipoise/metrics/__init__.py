"""Metrics of predictions, by group and compared between groups."""

from . import _data, _derived, _disparities, _privileged, _rankings, _rates
from ._audit import Audit, AuditCounts, audit
from ._data import *  # noqa: F403
from ._derived import *  # noqa: F403
from ._disparities import *  # noqa: F403
from ._frame import MetricFrame
from ._plot_frame import plot_metric_frame
from ._plot_roc import plot_roc_curve_by_group
from ._plots import plot_model_comparison
from ._privileged import *  # noqa: F403
from ._rankings import *  # noqa: F403
from ._rates import *  # noqa: F403

__all__ = [
    "Audit",
    "AuditCounts",
    "MetricFrame",
    "audit",
    "plot_metric_frame",
    "plot_model_comparison",
    "plot_roc_curve_by_group",
    *_data.__all__,
    *_derived.__all__,
    *_disparities.__all__,
    *_privileged.__all__,
    *_rankings.__all__,
    *_rates.__all__,
]
