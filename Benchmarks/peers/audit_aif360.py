"""AIF360's ClassificationMetric: eight numbers of two groups. Building its data set is not timed."""

import pandas
from aif360.datasets import BinaryLabelDataset
from aif360.metrics import ClassificationMetric
from auditing import arrays, measure

DATA = arrays()
NAMES = [
    "accuracy",
    "selection_rate",
    "true_positive_rate",
    "false_positive_rate",
    "statistical_parity_difference",
    "disparate_impact",
    "average_odds_difference",
    "equal_opportunity_difference",
]
TRUE = BinaryLabelDataset(
    df=pandas.DataFrame(
        dict(f=DATA["score"], A=(DATA["group"] > 0).astype(float), y=DATA["label"].astype(float))
    ),
    label_names=["y"],
    protected_attribute_names=["A"],
)
PREDICTED = TRUE.copy()
PREDICTED.labels = DATA["prediction"].reshape(-1, 1).astype(float)
PREDICTED.scores = DATA["score"].reshape(-1, 1)


def run():
    metric = ClassificationMetric(TRUE, PREDICTED, [{"A": 1.0}], [{"A": 0.0}])
    return [getattr(metric, name)() for name in NAMES]


measure("AIF360 ClassificationMetric, 8 numbers", run)
