"""`plot_metric_frame` under the name that Fairlearn imports it from."""

from ..metrics import plot_metric_frame as plot_metric_frame

__all__ = ["plot_metric_frame"]
