"""Fairlearn's MetricFrame with eight metrics."""

from auditing import arrays, measure
from fairlearn.metrics import (
    MetricFrame,
    count,
    false_negative_rate,
    false_positive_rate,
    selection_rate,
    true_negative_rate,
    true_positive_rate,
)
from sklearn.metrics import accuracy_score, precision_score

DATA = arrays()
METRICS = dict(
    accuracy=accuracy_score,
    precision=lambda y, p: precision_score(y, p, zero_division=0),
    selection=selection_rate,
    tpr=true_positive_rate,
    fpr=false_positive_rate,
    fnr=false_negative_rate,
    tnr=true_negative_rate,
    count=count,
)


def run():
    frame = MetricFrame(
        metrics=METRICS,
        y_true=DATA["label"],
        y_pred=DATA["prediction"],
        sensitive_features=DATA["group"],
    )
    return frame.by_group, frame.overall


measure("Fairlearn MetricFrame, 8 metrics", run)
