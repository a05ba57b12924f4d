"""Metrics of predictions, by group and compared between groups."""

from ._audit import Audit, AuditCounts, audit
from ._data import *  # noqa: F403
from ._data import __all__ as _data
from ._derived import GENERATED as _GENERATED
from ._derived import make_derived_metric
from ._disparities import *  # noqa: F403
from ._disparities import __all__ as _disparities
from ._frame import MetricFrame
from ._plot_frame import plot_metric_frame
from ._plot_roc import plot_roc_curve_by_group
from ._plots import plot_model_comparison
from ._privileged import *  # noqa: F403
from ._privileged import __all__ as _privileged
from ._rates import *  # noqa: F403
from ._rates import __all__ as _rates

globals().update(_GENERATED)

__all__ = [
    "Audit",
    "AuditCounts",
    "MetricFrame",
    "audit",
    "make_derived_metric",
    "plot_metric_frame",
    "plot_model_comparison",
    "plot_roc_curve_by_group",
    *_data,
    *_disparities,
    *_privileged,
    *_rates,
    *_GENERATED,
]
