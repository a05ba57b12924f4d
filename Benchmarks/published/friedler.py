"""Friedler and others, FAT* 2019: ten random splits of Adult, COMPAS and German credit."""

import numpy as np
from equipoise.linear_model import LogisticRegression, PenalizedLogisticRegression
from equipoise.linear_model import PrejudiceRemoverClassifier

from . import measures, rows
from .learners import timed
from .lines import Collector, published

NAME = "friedler"
TITLE = "Ten random splits, accuracy and impact ratio"
SOURCE = (
    "S. A. Friedler, C. Scheidegger, S. Venkatasubramanian, S. Choudhary, E. P. Hamilton, D. Roth, "
    "A comparative study of fairness-enhancing interventions in machine learning, FAT* 2019; means "
    "of the ten runs in its repository's results for numerical data with binary groups"
)
SPLITS = 10
COUNTS = {"Adult, sex": (20108, 10054), "COMPAS, race": (4111, 2056)}
PROTOCOL = (
    "Two thirds of the rows to train, in ten random splits that are ours. Adult: the 30,162 "
    "complete rows of the training file (20,108 and 10,054); COMPAS: the 6,167 complete rows "
    "(4,111 and 2,056), Caucasian against all others. Numbers are standardized here on the "
    "training rows, categories have a column for each level, and no sensitive column is a feature "
    "of our models. The impact ratio is the selection rate of women over that of men, or of all "
    "others over that of Caucasians; on COMPAS, selection is the prediction of an arrest. The "
    "prejudice remover (Kamishima) was published with one figure for all its strengths on Adult; "
    "ours shares one vector of coefficients between groups. The study's lines on German credit "
    "are left out: we do not have their figures, and its splits test 333 rows."
)
MEASURES = {"accuracy": measures.accuracy, "impact ratio": measures.impact_ratio}
# Side, accuracy, ratio, whether it is without mitigation.
FIGURES = {
    "Adult, sex": [
        ("SVM", "0.8596", "0.257", True), ("logistic regression", "0.8479", "0.315", True),
        ("naive Bayes", "0.8234", "0.308", True),
        ("Kamishima at 0 to 300", "0.8482", "0.306", False),
        ("Zafar baseline", "0.8477", "0.302", True),
        ("Zafar fairness at 0.001", "0.8458", "0.388", False),
        ("Zafar accuracy at 0.5", "0.7961", "1.148", False),
        ("Feldman logistic regression", "0.8463", "0.298", False),
        ("Feldman SVM in full repair", "0.8285", "0.295", False),
        ("Calders", "0.8393", "0.404", False)],
    "COMPAS, race": [
        ("SVM", "0.6823", "1.825", True), ("logistic regression", "0.6755", "1.552", True),
        ("Kamishima at 0", "0.6733", "1.883", True),
        ("Kamishima at 10", "0.6704", "1.537", False),
        ("Kamishima at 50", "0.6669", "1.169", False),
        ("Kamishima at 100", "0.6589", "1.112", False),
        ("Kamishima at 300", "0.6536", "1.072", False),
        ("Zafar fairness at 0.001", "0.6657", "1.603", False),
        ("Feldman logistic regression", "0.6722", "1.241", False),
        ("Calders", "0.6530", "1.239", False)],
}
PUBLISHED = [
    published(case, side, {"accuracy": accuracy, "impact ratio": ratio}, SPLITS, unprocessed=plain)
    for case, sides in FIGURES.items() for side, accuracy, ratio, plain in sides
]
STRENGTHS = (1.0, 3.0, 10.0)
ETAS = (1.0, 10.0, 100.0)


def cases():
    """Features without sensitive columns, labels, and groups: ratios divide by that of group 1."""
    adult, income = rows.adult(complete=True, part="train")
    compas, arrest = rows.compas(complete=True)
    sensitive = ["sex", "race"]
    return {
        "Adult, sex": (adult.drop(columns=sensitive), income, adult["sex"] == "Male"),
        "COMPAS, race": (compas.drop(columns=sensitive), arrest, compas["race"] == "Caucasian"),
    }


def split(y, seed):
    """Rows to train and to test."""
    return rows.shuffled(len(y), round(2 * len(y) / 3), seed)


def sides():
    """Name, estimator, whether it is without mitigation."""
    yield "logistic, unprocessed", LogisticRegression(), True
    for strength in STRENGTHS:
        model = PenalizedLogisticRegression(strength=strength, C=1.0)
        yield f"penalized, demographic parity, strength {strength:g}", model, False
    for eta in ETAS:
        model = PrejudiceRemoverClassifier(eta, per_group=False)
        yield f"prejudice-remover, strength {eta:g}", model, False


def run(data=None):
    found = Collector()
    for case, (frame, y, group) in cases().items():
        group = group.to_numpy(int)
        for seed in range(SPLITS):
            train, test = split(y, seed)
            A, B = rows.levels(frame, train, test)
            for side, model, unprocessed in sides():
                known = {} if unprocessed else {"sensitive_features": group[train]}
                _, seconds = timed(lambda: model.fit(A, y[train], **known))
                p = np.asarray(model.predict(B), float)
                values = measures.measured(MEASURES, y[test], p, group[test])
                found.add(case, side, values, seconds, unprocessed)
    return found.lines()
