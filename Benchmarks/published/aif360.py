"""AIF360's notebooks on its small Adult: eighteen columns of age, education, race and sex."""

import time

import numpy as np
import pandas as pd
from equipoise.linear_model import LogisticRegression
from equipoise.postprocessing import RelaxedParity
from equipoise.reductions import EqualizedOdds, ExponentiatedGradient

from . import Row, measures, rows

NAME = "aif360"
TITLE = "AIF360's notebooks on eighteen columns of Adult"
SOURCE = (
    "AIF360, Trusted-AI on GitHub: `examples/demo_exponentiated_gradient_reduction.ipynb` and "
    "`examples/demo_adversarial_debiasing.ipynb`, their printed results"
)
PROTOCOL = (
    "48,842 rows; decades of age, years of education, race as white or not, and sex, one column a level "
    "as `load_preproc_data_adult` makes them; 70 % to train, ten random splits where the notebooks have "
    "one (± one standard deviation). The odds average is (|TPR gap| + |FPR gap|) / 2; the notebooks print "
    "the mean of the signed gaps, which cancels where they differ in sign. Decisions of randomized rules "
    "count by their probability."
)
MEASURES = {"accuracy": measures.accuracy, "odds average": measures.odds_average,
            "TPR gap": measures.true_positive_gap}
CASE = "Adult, sex, equalized odds"
SPLITS = 10


def _published(side, accuracy, average, opportunity=None):
    values = {"accuracy": (accuracy, None), "odds average": (average, None)}
    values["TPR gap"] = None if opportunity is None else (opportunity, None)
    return Row(CASE, side, values, published=True)


PUBLISHED = [
    _published("logistic regression, unprocessed", 0.8042039, 0.2727),
    _published("exponentiated gradient", 0.7865284, 0.0110),
    _published("network, unprocessed", 0.8050, 0.2911, 0.4707),
    _published("adversarial debiasing", 0.7921, 0.0538, 0.0907),
]


def small_adult():
    """The eighteen columns, shape (48,842, 18)."""
    X, y = rows.adult()
    age = (X["age"] // 10 * 10).clip(upper=70)
    years = X["education-num"].clip(lower=5, upper=13)
    columns = pd.concat(
        [
            (X["race"] == "White").rename("race"), (X["sex"] == "Male").rename("sex"),
            pd.get_dummies(age, prefix="age"), pd.get_dummies(years, prefix="education"),
        ], axis=1)
    return columns.to_numpy(np.float64), y, X["sex"].astype(str).to_numpy()


def run(data=None):
    X, y, sex = small_adult()
    assert X.shape[1] == 18
    runs = {}
    for seed in range(SPLITS):
        order = np.random.default_rng(seed).permutation(len(y))
        train, test = np.split(order, [7 * len(y) // 10])
        for side, fit in SIDES.items():
            began = time.perf_counter()
            decide = fit(X[train], y[train], sex[train])
            seconds = time.perf_counter() - began
            p = np.asarray(decide(X[test], sex[test]), float)
            values = {name: function(y[test], p, sex[test]) for name, function in MEASURES.items()}
            runs.setdefault(side, []).append(values | {"seconds": seconds})
    found = []
    for side, one in runs.items():
        values = measures.over_runs(one)
        seconds = values.pop("seconds")[0]
        found.append(Row(CASE, side, values, seconds, unprocessed=side == "unprocessed"))
    return found


def _plain(X, y, sex):
    model = LogisticRegression().fit(X, y)
    return lambda rows_, groups: model.predict(rows_)


def _reduced(X, y, sex):
    model = ExponentiatedGradient(LogisticRegression(), EqualizedOdds(difference_bound=0.01))
    model.fit(X, y, sensitive_features=sex)
    return lambda rows_, groups: model._pmf_predict(rows_)[:, 1]


def _thresholds(X, y, sex):
    model = RelaxedParity(LogisticRegression(), "equalized_odds", 0.01)
    model.fit(X, y, sensitive_features=sex)
    return lambda rows_, groups: model.predict_proba(rows_, sensitive_features=groups)[:, 1]


SIDES = {
    "unprocessed": _plain, "reductions over logistic regression, 0.01": _reduced,
    "relaxed-parity over logistic regression, 0.01": _thresholds,
}
