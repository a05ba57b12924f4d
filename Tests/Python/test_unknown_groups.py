"""Rows of unknown groups and groups of few rows: who binds whom, and who gets which rule."""

import json
import warnings

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression

import equipoise
from equipoise.postprocessing import (
    CalibratedEqualizedOdds, EqualizedOddsPostprocessor, GroupThresholds, RejectOptionClassifier,
    RelaxedParity, ThresholdOptimizer,
)

RULES = [
    GroupThresholds, RelaxedParity, EqualizedOddsPostprocessor, CalibratedEqualizedOdds,
    RejectOptionClassifier,
]


def rows(n=900, seed=0, groups="abc"):
    draw = np.random.default_rng(seed)
    group = draw.choice(list(groups), n)
    features = draw.normal(size=(n, 2)) + (group == "a")[:, None]
    labels = ((features[:, 0] + draw.normal(0, 1, n)) > 0.5).astype(int)
    return features, labels, group


@pytest.mark.parametrize("count", [1, 2, 5, 9])
@pytest.mark.parametrize("rule", RULES)
def test_a_rare_group_moves_nobody_and_is_named(rule, count):
    X, y, group = rows()
    rare = group.astype(object)
    rare[:count] = "z"
    with pytest.warns(UserWarning, match=rf"'z' \({count} row"):
        model = rule(LogisticRegression()).fit(X, y, sensitive_features=rare)
    base = LogisticRegression().fit(X, y)
    alone = rule(base, prefit=True).fit(X[count:], y[count:], sensitive_features=rare[count:])
    expected = alone._values(X[count:], rare[count:])
    assert np.array_equal(model._values(X[count:], rare[count:]), expected)
    # The rare group gets the rule of all rows as one group.
    one = rule(base, prefit=True).fit(X, y, sensitive_features=np.zeros(len(y)))
    assert np.array_equal(
        model._values(X[:count], rare[:count]), one._values(X[:count], np.zeros(count)))


def test_a_rare_group_that_binds_is_named():
    X, y, group = rows()
    group[0] = "z"
    with pytest.warns(UserWarning, match="'z' .*decide"):
        bound = GroupThresholds(LogisticRegression(), least_group=0).fit(
            X, y, sensitive_features=group)
    shares = bound.predict(X, sensitive_features=group).mean()
    assert shares < 0.05 or shares > 0.95
    with pytest.warns(UserWarning, match="rule of all rows"):
        pooled = GroupThresholds(LogisticRegression()).fit(X, y, sensitive_features=group)
    assert 0.2 < pooled.predict(X, sensitive_features=group).mean() < 0.8


def test_the_drop_in_binds_every_group():
    X, y, group = rows()
    group[:2] = "z"
    y[:2] = [0, 1]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = ThresholdOptimizer(estimator=LogisticRegression()).fit(
            X, y, sensitive_features=group)
    assert "z" in model.report_["rule"]["groups"]


@pytest.mark.parametrize("missing", [None, np.nan, pd.NA])
@pytest.mark.parametrize("container", [list, pd.Series, lambda v: pd.Series(v).to_frame("g")])
def test_missing_groups_are_an_error_unless_it_is_said_what_they_are(container, missing):
    X, y, group = rows()
    gaps = group.astype(object)
    gaps[5::50] = missing
    with pytest.raises(ValueError, match="missing in row 5"):
        GroupThresholds(LogisticRegression()).fit(X, y, sensitive_features=container(gaps))
    known = np.ones(len(y), dtype=bool)
    known[5::50] = False
    base = LogisticRegression().fit(X, y)
    model = GroupThresholds(base, prefit=True, unknown="exclude").fit(
        X, y, sensitive_features=container(gaps))
    alone = GroupThresholds(base, prefit=True).fit(
        X[known], y[known], sensitive_features=group[known])
    chosen = model.predict(X, sensitive_features=container(gaps))
    assert np.array_equal(
        chosen[known], alone.predict(X[known], sensitive_features=group[known]))
    assert len(chosen) == len(y)


def frame(n=600, gaps=11):
    X, y, group = rows(n, groups="ab")
    table = pd.DataFrame({"x0": X[:, 0], "x1": X[:, 1], "g": group.astype(object), "y": y})
    table.loc[::gaps, "g"] = None
    return table


def test_train_leaves_unknown_rows_out_and_answers_for_them():
    table = frame()
    known = table[table["g"].notna()].reset_index(drop=True)
    count = len(table) - len(known)
    with pytest.warns(UserWarning, match=f"{count} rows have no value of 'g'"):
        model = equipoise.train("penalized", table, label="y", sensitive=["g"], strength=5)
    alone = equipoise.train(
        "penalized", known, label="y", sensitive=["g"], strength=5, numeric=["x0", "x1"])
    assert model.report["report"]["status"] == alone.report["report"]["status"]
    assert len(model.predict(table)) == len(table)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        own = equipoise.train(
            "penalized", table, label="y", sensitive=["g"], strength=5, unknown="own-group")
    assert not np.array_equal(own.predict(table).score, model.predict(table).score)


@pytest.mark.parametrize("method", ["prejudice-remover", "group-thresholds", "optimal-transport"])
def test_models_that_ask_for_the_group_answer_without(method, tmp_path):
    table = frame()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = equipoise.train(method, table, label="y", sensitive=["g"])
    told = model.predict(table).probability
    assert np.isfinite(told).all()
    model.save(tmp_path / "m.eqp")
    again = equipoise.load_model(tmp_path / "m.eqp").predict(table).probability
    assert np.array_equal(told, again)


def test_audits_compare_nobody_with_unknown_rows():
    table = frame()
    found = equipoise.audit(table, label="y", sensitive=["g"])
    assert [row["policy"] for row in found.document["unknown"]] == ["exclude"]
    known = equipoise.audit(table.dropna(), label="y", sensitive=["g"])
    gap = "selection_rate" if "selection_rate" in json.dumps(known.document) else "base_rate"

    def between(audit):
        return {
            (row["metric"], row["kind"]): row.get("value")
            for row in audit.document["disparities"] if row["method"] == "between_groups"}

    assert between(found) == between(known) and gap
    assert found.document["rows"] == len(table)
    named = equipoise.audit(
        table["y"].to_numpy(), sensitive_features=table["g"], unknown="exclude")
    assert between(named) == between(found)
    with pytest.raises(ValueError, match="missing in row 0"):
        equipoise.audit(table["y"].to_numpy(), sensitive_features=table["g"])


def test_compare_marks_what_cannot_be_told_apart():
    runs = equipoise.compare(
        frame(), label="y", sensitive=["g"], methods=["logistic", "group-thresholds"])
    best = [
        run for run in runs.document["runs"] if run["pareto"] and "not_told_apart_from" not in run]
    assert best
    for run in runs.document["runs"]:
        assert 0 <= run["test"]["selection_rate"] <= 1
    rule = runs.document["runs"][1]
    assert rule["selection_rate_before"] == pytest.approx(
        runs.document["runs"][0]["test"]["selection_rate"])
