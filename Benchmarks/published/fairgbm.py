"""FairGBM, ICLR 2023: equalized odds by sex on Adult's official test file."""

import time

from equipoise.linear_model import PenalizedLogisticRegression
from equipoise.postprocessing import RelaxedParity
from sklearn.model_selection import train_test_split

from equipoise import datasets

from . import Row, measures, rows
from .learners import trees

NAME = "fairgbm"
TITLE = "Equalized odds by sex on Adult's official test file"
SOURCE = (
    "A. F. Cruz, C. Belém, S. Jesus, J. Bravo, P. Saleiro, P. Bizarro, FairGBM, ICLR 2023; the notebook "
    "`UCI-Adult-example-with-hyperparameter-tuning.ipynb` of its repository"
)
PROTOCOL = (
    "32,561 rows to train, 16,281 to test. FairGBM is tuned; our trees have default settings, and their "
    "thresholds by sex are found on a quarter of the training rows that the trees have not seen. The "
    "decisions of randomized thresholds count by their probability. ± is half of the 95 % interval of "
    "200 resamplings of the test rows. Seconds are those of the thresholds or of the penalized fit; the "
    "paper's are of the search."
)
MEASURES = {"accuracy": measures.accuracy, "TPR gap": measures.true_positive_gap,
            "FPR gap": measures.false_positive_gap, "odds gap": measures.odds_gap}
BOUNDS = [0.005, 0.02]
CASE = "Adult, sex"
PUBLISHED = [
    Row(CASE, "FairGBM, tuned", {
        "accuracy": (0.86057, None), "TPR gap": (0.0292, None), "FPR gap": (0.0025, None),
        "odds gap": (0.0292, None)}, 199.0, published=True),
]


def run(data=None):
    frame = datasets.load_adult().frame.drop(columns="fnlwgt")
    y = (frame.pop("income") == ">50K").to_numpy(int)
    sex = frame["sex"].astype(str).to_numpy()
    codes = frame.apply(lambda c: c if c.dtype.kind in "iuf" else c.cat.codes).to_numpy(float)
    train, test = slice(0, 32561), slice(32561, None)
    seen, held = train_test_split(range(32561), test_size=0.25, stratify=y[train], random_state=0)
    base, learner = trees()
    base.fit(codes[seen], y[seen])
    plain = base.predict(codes[test]).astype(float)
    found = [_row(f"{learner}, unprocessed", y[test], plain, sex[test], None, unprocessed=True)]
    for bound in BOUNDS:
        rule = RelaxedParity(base, "equalized_odds", bound, prefit=True)
        began = time.perf_counter()
        rule.fit(codes[held], y[held], sensitive_features=sex[held])
        seconds = time.perf_counter() - began
        p = rule.predict_proba(codes[test], sensitive_features=sex[test])[:, 1]
        found.append(_row(f"{learner}, relaxed-parity at {bound:g}", y[test], p, sex[test], seconds))
    return found + _penalized(frame, y, sex, train, test)


def _penalized(frame, y, sex, train, test):
    columns = rows.one_hot(frame)
    A, B = rows.standardized(columns[train], columns[test])
    found = []
    for strength in (0.0, 10.0, 100.0):
        model = PenalizedLogisticRegression("equalized_odds", strength=strength, C=1.0)
        began = time.perf_counter()
        model.fit(A, y[train], sensitive_features=sex[train])
        seconds = time.perf_counter() - began
        side = f"penalized, equalized odds, strength {strength:g}" if strength else "logistic, unprocessed"
        p = model.predict(B).astype(float)
        found.append(_row(side, y[test], p, sex[test], seconds, unprocessed=not strength))
    return found


def _row(side, y, p, group, seconds, unprocessed=False):
    values = measures.bootstrapped(MEASURES, y, p, group)
    return Row(CASE, side, values, seconds, unprocessed=unprocessed)
