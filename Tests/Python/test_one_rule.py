"""One rule for missing labels and weights, for indexes and for labels, at every door."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from equipoise.adversarial import AdversarialFairnessClassifier, AdversarialFairnessRegressor
from equipoise.linear_model import (
    LogisticRegression,
    PenalizedLogisticRegression,
    PrejudiceRemoverClassifier,
)
from equipoise.metrics import AuditCounts, audit
from equipoise.postprocessing import GroupThresholds, ThresholdOptimizer
from equipoise.preprocessing import LearnedFairRepresentations, Massaging, Reweighing
from equipoise.reductions import DemographicParity, ExponentiatedGradient, GridSearch

N = 24
R = np.random.default_rng(0)
X = R.normal(size=(N, 2))
S = np.tile(list("ab"), N // 2)
Y = np.tile([0, 1, 1, 0], N // 4)
LABELS = [f"row {k}" for k in range(N)]
ORDER = np.roll(np.arange(N), 1)

ESTIMATORS = {
    "logistic": lambda: LogisticRegression(),
    "penalized": lambda: PenalizedLogisticRegression(),
    "prejudice": lambda: PrejudiceRemoverClassifier(),
    "adversarial": lambda: AdversarialFairnessClassifier(epochs=1, random_state=0),
    "reweighing": lambda: Reweighing(),
    "massaging": lambda: Massaging(),
    "representations": lambda: LearnedFairRepresentations(max_iter=2, random_state=0),
    "thresholds": lambda: GroupThresholds(LogisticRegression()),
    "optimizer": lambda: ThresholdOptimizer(
        estimator=LogisticRegression(), predict_method="predict_proba"),
    "gradient": lambda: ExponentiatedGradient(None, DemographicParity()),
    "grid": lambda: GridSearch(LogisticRegression(), DemographicParity(), grid_size=2),
}


def fitted(name, X, y, s=S, **more):
    groups = {} if name == "logistic" else {"sensitive_features": s}
    return ESTIMATORS[name]().fit(X, y, **groups, **more)


@pytest.mark.parametrize("name", ESTIMATORS)
@pytest.mark.parametrize("texts", [False, True])
@pytest.mark.parametrize("hole", [None, np.nan, pd.NA])
def test_a_missing_label_is_told_with_its_row(name, texts, hole):
    if texts and name in ("optimizer", "gradient", "grid"):
        return  # whose labels are 0 and 1
    y = pd.Series(Y).map({0: "no", 1: "yes"}).astype(object) if texts else pd.Series(Y, dtype=object)
    y[2] = hole
    for given in (y, y.tolist(), y.to_numpy(), y.convert_dtypes()):
        with pytest.raises(ValueError, match="^y is missing in row 2$"):
            fitted(name, X, given)


def test_a_missing_target_is_told_with_its_row():
    y = R.normal(size=N)
    y[3] = np.nan
    with pytest.raises(ValueError, match="^y is missing in row 3$"):
        AdversarialFairnessRegressor(epochs=1).fit(X, y, sensitive_features=S)


@pytest.mark.parametrize("name", [n for n in ESTIMATORS if n not in ("optimizer",)])
def test_a_missing_weight_is_told_with_its_row(name):
    for weights in ([1.0, np.nan] + [1.0] * (N - 2), pd.array([1, None] + [1] * (N - 2))):
        with pytest.raises(ValueError, match="sample_weight is missing in row 1"):
            fitted(name, X, Y, sample_weight=weights)


@pytest.mark.parametrize("name", ESTIMATORS)
def test_two_indexes_in_two_orders_are_refused(name):
    frame = pd.DataFrame(X, columns=["p", "q"], index=LABELS)
    y, s = pd.Series(Y, index=LABELS), pd.Series(S, index=LABELS)
    fitted(name, frame, y, s)
    # What nobody has chosen an index for goes by place.
    fitted(name, frame, pd.Series(Y), s)
    fitted(name, X, y.iloc[ORDER], pd.Series(S))
    with pytest.raises(ValueError, match="X and y have different indexes: row 0"):
        fitted(name, frame, y.iloc[ORDER], s)
    if name == "logistic":
        return
    with pytest.raises(ValueError, match="X and sensitive_features have different indexes"):
        fitted(name, frame, y, s.iloc[ORDER])
    with pytest.raises(ValueError, match="y and sensitive_features have different indexes"):
        fitted(name, X, y, s.iloc[ORDER])


@pytest.mark.parametrize("name", ["prejudice", "thresholds", "optimizer"])
def test_predictions_go_by_the_same_rule(name):
    model = fitted(name, X, Y)
    frame = pd.DataFrame(X, columns=["p", "q"], index=LABELS)
    model = fitted(name, frame, Y)
    s = pd.Series(S, index=LABELS)
    assert len(model.predict(frame, sensitive_features=s)) == N
    with pytest.raises(ValueError, match="different indexes"):
        model.predict(frame, sensitive_features=s.iloc[ORDER])


@pytest.mark.parametrize("door", [audit, AuditCounts])
def test_audits_know_the_rules(door):
    y, p = Y.tolist(), np.roll(Y, 2).tolist()
    for part, place in (("y_true", 0), ("y_pred", 1), ("y_score", 2), ("sample_weight", 3)):
        given = [list(y), list(p), [0.5] * N, [1.0] * N]
        given[place][4] = None
        for make in (list, lambda v: np.array(v, dtype=object), lambda v: pd.Series(v).convert_dtypes()):
            with pytest.raises(ValueError, match=f"^{part} is missing in row 4"):
                door(given[0], given[1] if place == 0 else make(given[1]), sensitive_features=S,
                     y_score=make(given[2]), sample_weight=make(given[3])) if place else door(
                         make(given[0]), given[1], sensitive_features=S)
    with pytest.raises(ValueError, match="y_true has the value 'no' in row 0.*positive=…"):
        door(np.where(Y == 1, "yes", "no"), p, sensitive_features=S)
    with pytest.raises(ValueError, match="y_pred has the value 0.2 in row 0"):
        door(y, [0.2] * N, sensitive_features=S)
    index = pd.Series(S, index=LABELS)
    with pytest.raises(ValueError, match="y_true and sensitive_features have different indexes"):
        door(pd.Series(y, index=LABELS), p, sensitive_features=index.iloc[ORDER])
    with pytest.raises(ValueError, match="others have"):
        door(y, p[1:], sensitive_features=S)
    with pytest.raises(ValueError, match="it is missing in row 1"):
        door(y, p, sensitive_features=["a", None, *S[2:]])


def test_any_kind_of_labels_is_one_audit():
    p = np.roll(Y, 1)
    wanted = audit(Y, p, sensitive_features=S).to_json()
    for make in (
        lambda v: v.astype(bool), lambda v: 2 * v - 1, lambda v: v.astype(np.float32), list,
        lambda v: v.astype(object), lambda v: pd.array(v, dtype="Int8"), lambda v: v[:, None],
        lambda v: pd.Series(v, index=LABELS), lambda v: pd.DataFrame({"y": v}),
    ):
        assert audit(make(Y), make(p), sensitive_features=S).to_json() == wanted
        counts = AuditCounts(make(Y), make(p), sensitive_features=S)
        assert counts.to_bytes() == AuditCounts(Y, p, sensitive_features=S).to_bytes()


def test_any_container_of_groups_is_one_audit():
    import polars as pl
    import pyarrow as pa

    p = np.roll(Y, 1)
    wanted = audit(Y, p, sensitive_features={"g": S}).to_json()
    for groups in (
        S.tolist(), S.astype(object), pd.Series(S), pd.Series(S, dtype="category"),
        pd.Series(S, dtype="string"), pl.Series(S), pl.Series(S).cast(pl.Categorical),
        pa.array(S), pa.array(S).dictionary_encode(),
    ):
        assert audit(Y, p, sensitive_features={"g": groups}).to_json() == wanted


def test_columns_with_gaps_between_their_values_are_read_as_they_are():
    p = np.roll(Y, 1)
    table = np.stack([Y, p], axis=1)
    wanted = audit(Y, p, sensitive_features=S).to_json()
    for kind in (np.int64, bool, np.float32, np.int8):
        given = table.astype(kind)
        assert audit(given[:, 0], given[:, 1], sensitive_features=S).to_json() == wanted
        assert audit(
            given[::-1, 0], given[::-1, 1], sensitive_features=S[::-1]).to_json() == wanted
