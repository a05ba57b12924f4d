"""FFB, ICLR 2024, table 4: what models without mitigation do, and what a penalty makes of it."""

import time

import numpy as np
from equipoise.linear_model import PenalizedLogisticRegression
from sklearn.model_selection import train_test_split

from . import Row, measures, rows

NAME = "ffb"
TITLE = "Models without mitigation, and a penalty"
SOURCE = (
    "X. Han, J. Chi, Y. Chen, Q. Wang, H. Zhao, N. Zou, X. Hu, FFB: a fair fairness benchmark for "
    "in-processing group fairness methods, ICLR 2024, table 4 (ERM)"
)
PROTOCOL = (
    "One-hot columns without the sensitive one, standardized on the training rows; 40 % to train, 30 % "
    "to test, stratified by label; ten seeds in the paper and here (± one standard deviation). Their "
    "model is a network of 512, 256 and 64 units, ours is logistic regression: what the columns allow "
    "without a network. Adult has 45,222 complete rows, for race those of white and black people; "
    "COMPAS 6,172 rows by sex; German credit by sex."
)
MEASURES = {
    "accuracy": measures.accuracy, "demographic parity": measures.largest_difference,
    "odds (sum)": measures.odds_sum, "opportunity": measures.true_positive_gap,
}
SEEDS = 10
STRENGTHS = [1.0, 10.0]


def _published(case, accuracy, spread, auc, parity, odds, opportunity):
    values = {"accuracy": (accuracy, spread), "area": (auc, None), "demographic parity": (parity, None)}
    values |= {"odds (sum)": (odds, None), "opportunity": (opportunity, None)}
    values = {k: (v[0] / 100, None if v[1] is None else v[1] / 100) for k, v in values.items()}
    return Row(case, "ERM, network", values, published=True)


PUBLISHED = [
    _published("Adult, sex", 85.35, 0.34, 91.06, 16.67, 14.16, 7.93),
    _published("Adult, race", 85.21, 0.27, 91.10, 12.23, 13.12, 8.81),
    _published("COMPAS, sex", 67.07, 0.80, 72.56, 13.43, 19.67, 11.54),
    _published("German, sex", 75.42, 2.03, 78.55, 7.36, 14.45, 2.74),
]


def _cases():
    adult, income = rows.adult(complete=True)
    two = adult["race"].isin(["White", "Black"]).to_numpy()
    compas, arrest = rows.compas()
    german, good = rows.german()
    return {
        "Adult, sex": (adult, "sex", income, adult["sex"].astype(str).to_numpy()),
        "Adult, race": (adult[two], "race", income[two], adult["race"][two].astype(str).to_numpy()),
        "COMPAS, sex": (compas, "sex", arrest, compas["sex"].to_numpy()),
        "German, sex": (german, "sex", good, german["sex"].to_numpy()),
    }


def run(data=None):
    found = []
    for case, (frame, sensitive, y, group) in _cases().items():
        group = np.unique(group, return_inverse=True)[1]
        columns = rows.one_hot(frame.drop(columns=sensitive))
        runs = {}
        for seed in range(SEEDS):
            first, rest = train_test_split(np.arange(len(y)), train_size=0.4, stratify=y, random_state=seed)
            test, _ = train_test_split(rest, train_size=0.5, stratify=y[rest], random_state=seed)
            A, B = rows.standardized(columns[first], columns[test])
            for strength in (0.0, *STRENGTHS):
                one = _fit(strength, A, y[first], group[first], B, y[test], group[test])
                runs.setdefault(strength, []).append(one)
        for strength, one in runs.items():
            values = measures.over_runs(one)
            seconds = values.pop("seconds")[0]
            side = f"penalized, demographic parity, strength {strength:g}"
            side = side if strength else "logistic, unprocessed"
            found.append(Row(case, side, values, seconds, unprocessed=not strength))
    return found


def _fit(strength, A, y, group, B, y_test, group_test):
    model = PenalizedLogisticRegression(strength=strength, C=1.0)
    began = time.perf_counter()
    model.fit(A, y, sensitive_features=group)
    seconds = time.perf_counter() - began
    p = model.predict(B).astype(float)
    values = {name: function(y_test, p, group_test) for name, function in MEASURES.items()}
    return values | {"area": measures.area(y_test, model.predict_proba(B)[:, 1]), "seconds": seconds}
