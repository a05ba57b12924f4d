"""FFB, ICLR 2024, table 4: what models without mitigation do, and what a penalty makes of it."""

import numpy as np
from equipoise.linear_model import PenalizedLogisticRegression
from sklearn.model_selection import train_test_split

from . import measures, rows
from .learners import timed
from .lines import Collector, printed, published

NAME = "ffb"
TITLE = "Models without mitigation, and a penalty"
SOURCE = (
    "X. Han, J. Chi, Y. Chen, Q. Wang, H. Zhao, N. Zou, X. Hu, FFB: a fair fairness benchmark for "
    "in-processing group fairness methods, ICLR 2024, the lines of ERM (no mitigation)"
)
SEEDS = 10
COUNTS = {
    "Adult, sex": (18088, 13567), "Adult, race": (17252, 12939), "COMPAS, sex": (2468, 1852),
    "COMPAS, race": (2468, 1852), "German, sex": (400, 300), "German, age": (400, 300),
}
PROTOCOL = (
    "Categories have a column for each level, numbers are standardized on the training rows, and "
    "the sensitive column is left out; 40 % to train, 30 % to test, stratified by label; ten "
    "seeds in the paper and here. Its model is a network of 512, 256 and 64 units; ours is "
    "logistic regression, without and with a penalty for demographic parity. The odds are the sum "
    "of the TPR and FPR gaps, the opportunity is the TPR gap, the area that under the ROC curve. "
    "Adult: 45,222 complete rows, for race the 43,131 of white and black people. COMPAS: 6,172 "
    "rows; by race, Caucasian against all others. German: age above 25 against the rest. These "
    "groups are those of one version of the benchmark's code; if the paper formed the groups of "
    "COMPAS by race or of German by age in another way, these two cases compare different groups."
)
MEASURES = {
    "accuracy": measures.accuracy, "demographic parity": measures.largest_difference,
    "odds (sum)": measures.odds_sum, "opportunity": measures.true_positive_gap,
}
STRENGTHS = (1.0, 10.0)
# Case: accuracy with its spread, area, parity, odds, opportunity; in percent.
FIGURES = {
    "Adult, sex": ("85.35", "0.34", "91.06", "16.67", "14.16", "7.93"),
    "Adult, race": ("85.21", "0.27", "91.10", "12.23", "13.12", "8.81"),
    "COMPAS, sex": ("67.07", "0.80", "72.56", "13.43", "19.67", "11.54"),
    "COMPAS, race": ("67.13", "1.06", "72.98", "16.83", "29.03", "20.05"),
    "German, sex": ("75.42", "2.03", "78.55", "7.36", "14.45", "2.74"),
    "German, age": ("75.19", None, "77.21", "12.20", "17.97", "8.26"),
}
SPREADS = {"Adult, sex": {"demographic parity": "0.69", "area": "0.34"},
           "German, sex": {"demographic parity": "4.35", "odds (sum)": "11.6"}}


def _published(case, accuracy, spread, *others):
    names = ("area", "demographic parity", "odds (sum)", "opportunity")
    spreads = SPREADS.get(case, {})
    values = {"accuracy": printed(accuracy, spread, percent=True)}
    values |= {k: printed(v, spreads.get(k), percent=True) for k, v in zip(names, others)}
    return published(case, "ERM network", values, SEEDS, unprocessed=True)


PUBLISHED = [_published(case, *figures) for case, figures in FIGURES.items()]


def cases():
    """Features with the sensitive column, its name, labels, and groups as 0 and 1."""
    adult, income = rows.adult(complete=True)
    two = adult["race"].isin(["White", "Black"]).to_numpy()
    compas, arrest = rows.compas()
    german, good = rows.german()
    german["age"] = np.where(german["age"] > 25, "above 25", "to 25")
    return {
        "Adult, sex": (adult, "sex", income, adult["sex"] == "Male"),
        "Adult, race": (adult[two], "race", income[two], adult["race"][two] == "White"),
        "COMPAS, sex": (compas, "sex", arrest, compas["sex"] == "Male"),
        "COMPAS, race": (compas, "race", arrest, compas["race"] == "Caucasian"),
        "German, sex": (german, "sex", good, german["sex"] == "male"),
        "German, age": (german, "age", good, german["age"] == "above 25"),
    }


def split(y, seed):
    """Rows to train and to test."""
    train, rest = train_test_split(np.arange(len(y)), train_size=0.4, stratify=y, random_state=seed)
    test, _ = train_test_split(rest, train_size=0.5, stratify=y[rest], random_state=seed)
    return train, test


def sides():
    """Name, estimator, whether it is without mitigation."""
    yield "logistic, unprocessed", PenalizedLogisticRegression(strength=0.0, C=1.0), True
    for strength in STRENGTHS:
        model = PenalizedLogisticRegression(strength=strength, C=1.0)
        yield f"penalized, demographic parity, strength {strength:g}", model, False


def run(data=None):
    found = Collector()
    for case, (frame, sensitive, y, group) in cases().items():
        group, frame = group.to_numpy(int), frame.drop(columns=sensitive)
        for seed in range(SEEDS):
            train, test = split(y, seed)
            A, B = rows.levels(frame, train, test)
            for side, model, unprocessed in sides():
                _, seconds = timed(lambda: model.fit(A, y[train], sensitive_features=group[train]))
                p = model.predict(B).astype(float)
                values = measures.measured(MEASURES, y[test], p, group[test])
                values["area"] = measures.area(y[test], model.predict_proba(B)[:, 1])
                found.add(case, side, values, seconds, unprocessed)
    return found.lines()
