"""Metrics of data under AIF360's names: against values by hand, plain loops and repeated rows."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from equipoise import metrics
from sklearn.exceptions import UndefinedMetricWarning

Y = [1, 0, 0, 1, 1, 1, 0, 1]
S = list("aaabbbbb")


def test_values_by_hand():
    assert metrics.class_imbalance(Y, sensitive_features=S, privileged="b") == -0.25
    assert metrics.class_imbalance(Y, sensitive_features=S, privileged="a") == 0.25
    # a: 1/3 positive, b: 4/5.
    wanted = 0.8 * math.log(0.8 * 3) + 0.2 * math.log(0.2 * 3 / 2)
    found = metrics.kl_divergence(Y, sensitive_features=S, privileged="b")
    assert found == pytest.approx(wanted, rel=1e-14)
    wanted = 1 / 3 * math.log(1 / 3 / 0.8) + 2 / 3 * math.log(2 / 3 / 0.2)
    found = metrics.kl_divergence(Y, sensitive_features=S, privileged="a")
    assert found == pytest.approx(wanted, rel=1e-14)
    assert metrics.smoothed_base_rate(Y) == (5 + 0.5) / (8 + 1)
    assert metrics.smoothed_base_rate(Y, concentration=4) == (5 + 2) / (8 + 4)
    assert metrics.smoothed_base_rate(Y, concentration=0) == 5 / 8
    # a: 2/3 − 1/5 of 3 rows, b: 1/3 − 4/5 of 5 rows.
    found = metrics.conditional_demographic_disparity(Y, sensitive_features=S)
    assert found == pytest.approx((3 * (2 / 3 - 1 / 5) + 5 * (1 / 3 - 4 / 5)) / 8, rel=1e-14)


def test_several_classes():
    y = ["x", "y", "z", "z", "x", "y"]
    s = [0, 0, 0, 0, 1, 1]
    # Privileged: ½, ½, 0; others: ¼, ¼, ½.
    assert metrics.kl_divergence(y, sensitive_features=s) == pytest.approx(math.log(2), rel=1e-14)
    assert metrics.kl_divergence(y, sensitive_features=s, privileged=0) == np.inf
    assert metrics.smoothed_base_rate(y, pos_label="z") == pytest.approx((2 + 1 / 3) / (6 + 1))
    # Rows of one label are drawn to one half.
    assert metrics.smoothed_base_rate([1, 1, 1]) == 3.5 / 4
    with pytest.raises(ValueError, match="y_true has the value 'x' in row 0.*pos_label"):
        metrics.smoothed_base_rate(y)


FUNCTIONS = {
    "class_imbalance": lambda y, s, **k: metrics.class_imbalance(
        y, sensitive_features=s, privileged="b", **k),
    "kl_divergence": lambda y, s, **k: metrics.kl_divergence(
        y, sensitive_features=s, privileged="b", **k),
    "smoothed_base_rate": lambda y, s, **k: metrics.smoothed_base_rate(y, **k),
    "conditional_demographic_disparity": lambda y, s, **k:
        metrics.conditional_demographic_disparity(y, sensitive_features=s, **k),
}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_weight_is_a_number_of_rows(name):
    r = np.random.default_rng(8)
    y, s, w = r.integers(0, 2, 200), r.choice(list("abc"), 200), r.integers(0, 4, 200)
    function = FUNCTIONS[name]
    rows = np.repeat(np.arange(200), w)
    repeated = function(y[rows], s[rows])
    assert function(y, s, sample_weight=w) == pytest.approx(repeated, rel=1e-12)
    assert function(2 * y - 1, s) == function(y, s)
    order = r.permutation(200)
    assert function(y[order], s[order]) == pytest.approx(function(y, s), rel=1e-12)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_bad_rows_are_told(name):
    function = FUNCTIONS[name]
    if name != "class_imbalance":
        with pytest.raises(ValueError, match="y_true is missing in row 2"):
            function([1, 0, None, 1], list("abab"))
    with pytest.raises(ValueError, match="sample_weight is missing in row 1"):
        function([1, 0, 0, 1], list("abab"), sample_weight=[1, np.nan, 1, 1])
    y = pd.Series([1, 0, 0, 1], index=list("abcd"))
    if name != "smoothed_base_rate":
        with pytest.raises(ValueError, match="different indexes"):
            function(y, pd.Series(list("abab"), index=list("dcba")))


def test_predictions_stand_in_place_of_labels():
    p = [0, 1, 0, 1, 0, 1, 1, 1]
    same = {"sensitive_features": S, "privileged": "b"}
    assert metrics.kl_divergence(Y, p, **same) == metrics.kl_divergence(p, **same)
    assert metrics.smoothed_base_rate(Y, p) == metrics.smoothed_base_rate(p)
    assert metrics.conditional_demographic_disparity(
        Y, p, sensitive_features=S
    ) == metrics.conditional_demographic_disparity(p, sensitive_features=S)


def test_what_has_no_basis_is_told():
    with pytest.warns(UndefinedMetricWarning, match="nobody is accepted"):
        assert np.isnan(metrics.conditional_demographic_disparity([0, 0], sensitive_features=[1, 2]))
    with pytest.warns(UndefinedMetricWarning, match="no weight"):
        assert np.isnan(metrics.class_imbalance(
            [0, 1], sensitive_features=[0, 1], sample_weight=[0, 0]))
    with pytest.raises(ValueError, match="concentration must be at least 0"):
        metrics.smoothed_base_rate(Y, concentration=-1)


def test_several_features_are_crossed():
    features = pd.DataFrame({"sex": list("ffmmffmm"), "old": [0, 1, 0, 1, 0, 1, 0, 1]})
    crossed = [f"{s}{o}" for s, o in zip(features["sex"], features["old"])]
    assert metrics.conditional_demographic_disparity(
        Y, sensitive_features=features
    ) == pytest.approx(metrics.conditional_demographic_disparity(Y, sensitive_features=crossed))


def test_consistency_against_all_distances():
    r = np.random.default_rng(9)
    X, y = r.normal(size=(150, 3)), r.random(150)
    for k in (1, 5, 150):
        gaps = []
        for i in range(150):
            nearest = np.argsort(((X - X[i]) ** 2).sum(axis=1))[:k]
            gaps.append(abs(y[i] - y[nearest].mean()))
        found = metrics.consistency_score(pd.DataFrame(X, columns=list("abc")), y, n_neighbors=k)
        assert found == pytest.approx(1 - np.mean(gaps), rel=1e-12)
    assert metrics.consistency_score(X, y, n_neighbors=1) == 1
    with pytest.raises(ValueError, match="n_neighbors must be 1 to 150"):
        metrics.consistency_score(X, y, n_neighbors=151)
    with pytest.raises(ValueError, match="y is missing in row 0"):
        metrics.consistency_score(X, np.r_[np.nan, y[1:]])


def test_privileged_rows_of_several_columns():
    rng = np.random.default_rng(2)
    frame = pd.DataFrame({"sex": rng.choice(["f", "m"], 200), "age": rng.integers(0, 3, 200)})
    y, p = rng.integers(0, 2, (2, 200))
    cases = {
        "both": ({"sex": "m", "age": [1, 2]}, (frame["sex"] == "m") & (frame["age"] > 0)),
        "one": ({"age": 2}, frame["age"] == 2),
        "either": (
            [{"sex": "f", "age": 0}, {"age": (1.0,)}],
            ((frame["sex"] == "f") & (frame["age"] == 0)) | (frame["age"] == 1)),
    }
    for privileged, inside in cases.values():
        for function in (
            metrics.statistical_parity_difference, metrics.disparate_impact,
            metrics.average_odds_difference, metrics.class_imbalance, metrics.kl_divergence,
        ):
            assert function(y, p, sensitive_features=frame, privileged=privileged) == function(
                y, p, sensitive_features=inside.astype(int), privileged=1)
    rate = metrics.disparate_impact
    for privileged, told in (
        (1, "has 2 columns"), ({"race": 1}, "names 'race'"), ({"sex": "x"}, "0 of 200"),
        ([{"sex": "m"}, {"sex": "f"}], "200 of 200"),
    ):
        with pytest.raises(ValueError, match=told):
            rate(y, p, sensitive_features=frame, privileged=privileged)
    with pytest.raises(ValueError, match="'age' has 199 rows"):
        rate(y, p, sensitive_features={"sex": frame["sex"], "age": frame["age"][1:].to_numpy()},
             privileged={"sex": "m"})
