"""Rules over scores: Fairlearn's answers, exact bounds, and the promises of an estimator."""

import copy
import pickle

import numpy as np
import pandas as pd
import pytest
from sklearn.base import BaseEstimator, clone
from sklearn.linear_model import LogisticRegression

from equipoise import postprocessing
from equipoise.linear_model import PrejudiceRemoverClassifier
from equipoise.postprocessing import (
    CalibratedEqualizedOdds,
    EqualizedOddsPostprocessor,
    GroupThresholds,
    Postprocessor,
    RejectOptionClassifier,
    RelaxedParity,
    ThresholdOptimizer,
)


@pytest.fixture(scope="module")
def data():
    rng = np.random.default_rng(7)
    n = 2500
    group = rng.choice(["a", "b", "c"], n)
    X = rng.normal(size=(n, 3)) + (group == "a")[:, None]
    y = (X[:, 0] + rng.normal(size=n) > 0.7).astype(int)
    return X, y, group


def rates(values, y, group, among=None):
    rows = np.ones(len(y), bool) if among is None else y == among
    return np.array([values[rows & (group == g)].mean() for g in np.unique(group)])


ALL = [
    ThresholdOptimizer(estimator=LogisticRegression()),
    ThresholdOptimizer(estimator=LogisticRegression(), constraints="equalized_odds"),
    GroupThresholds(LogisticRegression(), bound=0.02),
    RelaxedParity(LogisticRegression(), bound=0.02),
    EqualizedOddsPostprocessor(LogisticRegression()),
    CalibratedEqualizedOdds(LogisticRegression()),
    RejectOptionClassifier(LogisticRegression()),
    *[Postprocessor(LogisticRegression(), method=name) for name in postprocessing.methods()],
]


def names(estimator):
    return f"{type(estimator).__name__}-{getattr(estimator, 'method', '')}"


@pytest.mark.parametrize("estimator", ALL, ids=names)
def test_promises_of_an_estimator(data, estimator):
    X, y, group = data
    if "labels" in estimator._method() or "calibrated" in estimator._method():
        X, y, group = X[group != "c"], y[group != "c"], group[group != "c"]
    before = X.copy(), y.copy(), group.copy()
    model = clone(estimator).fit(X, y, sensitive_features=group)
    for part, kept in zip((X, y, group), before):
        np.testing.assert_array_equal(part, kept)
    values = model.predict_proba(X, sensitive_features=group)
    np.testing.assert_allclose(values.sum(axis=1), 1)
    assert values.min() >= 0
    chosen = model.predict(X, sensitive_features=group, random_state=0)
    assert set(chosen) <= {0, 1}
    np.testing.assert_array_equal(
        chosen, model.predict(X, sensitive_features=pd.Series(group, name="g"), random_state=0)
    )
    for other in (pickle.loads(pickle.dumps(model)), copy.deepcopy(model)):
        np.testing.assert_array_equal(other.predict_proba(X, sensitive_features=group), values)
    # Rows do not depend on each other, and their order is kept.
    order = np.random.default_rng(0).permutation(len(y))
    if model._method() != "reranking":
        np.testing.assert_array_equal(
            model.predict_proba(X[order], sensitive_features=group[order]), values[order]
        )
    with pytest.raises(ValueError, match="[Gg]roup.*'d'|'d'"):
        model.predict(X, sensitive_features=np.where(np.arange(len(y)) == 5, "d", group))
    with pytest.raises(ValueError):
        model.predict(X, sensitive_features=group[:-1])
    assert clone(model).get_params().keys() == estimator.get_params().keys()


@pytest.mark.parametrize("constraints", [
    "demographic_parity", "equalized_odds", "true_positive_rate_parity",
    "false_positive_rate_parity", "true_negative_rate_parity", "false_negative_rate_parity",
])
@pytest.mark.parametrize("flip", [False, True])
@pytest.mark.parametrize("grid_size", [7, 1000])
def test_answers_of_fairlearn(data, constraints, flip, grid_size):
    fairlearn = pytest.importorskip("fairlearn.postprocessing")
    X, y, group = data
    arguments = dict(
        estimator=LogisticRegression(), constraints=constraints, flip=flip, grid_size=grid_size,
        predict_method="predict_proba",
    )
    ours = ThresholdOptimizer(**arguments).fit(X, y, sensitive_features=group)
    theirs = fairlearn.ThresholdOptimizer(**arguments).fit(X, y, sensitive_features=group)
    a = ours._pmf_predict(X, sensitive_features=group)[:, 1]
    b = theirs._pmf_predict(X, sensitive_features=group)[:, 1]
    # Where thresholds tie either is right: rates and accuracy are what both fix.
    for among in (None, 0, 1):
        np.testing.assert_allclose(
            rates(a, y, group, among), rates(b, y, group, among), atol=1e-9
        )
    accuracies = [np.where(y == 1, p, 1 - p).mean() for p in (a, b)]
    assert accuracies[0] == pytest.approx(accuracies[1], abs=1e-12)


def test_bounds_hold_exactly_on_the_training_rows(data):
    X, y, group = data
    for bound in (0.0, 0.01, 0.1):
        model = GroupThresholds(LogisticRegression(), bound=bound).fit(
            X, y, sensitive_features=group
        )
        chosen = model.predict(X, sensitive_features=group)
        assert np.ptp(rates(chosen, y, group)) <= bound + 1e-12
    free = GroupThresholds(LogisticRegression(), bound=1.0).fit(X, y, sensitive_features=group)
    assert (free.predict(X, sensitive_features=group) == y).mean() >= (chosen == y).mean()
    odds = RelaxedParity(LogisticRegression(), bound=0.03).fit(X, y, sensitive_features=group)
    p = odds.predict_proba(X, sensitive_features=group)[:, 1]
    for label in (0, 1):
        assert np.ptp(rates(p, y, group, label)) <= 0.03 + 1e-9


def test_several_attributes_and_unseen_groups(data):
    X, y, group = data
    frame = pd.DataFrame({"g": group, "h": np.arange(len(y)) % 2 == 0})
    model = GroupThresholds(LogisticRegression(), bound=0.05).fit(X, y, sensitive_features=frame)
    assert len(model.report_["rule"]["groups"]) == 6
    chosen = model.predict(X, sensitive_features=frame)
    joint = frame["g"] + frame["h"].astype(str)
    assert np.ptp([chosen[joint == g].mean() for g in set(joint)]) <= 0.05 + 1e-12
    pooled = GroupThresholds(LogisticRegression(), unseen_group="pooled").fit(
        X, y, sensitive_features=group
    )
    assert set(pooled.predict(X, sensitive_features=np.full(len(y), "new"))) == {0, 1}


def test_weights_repeat_rows(data):
    X, y, group = data
    weight = np.random.default_rng(1).integers(0, 3, len(y))
    repeated = np.repeat(np.arange(len(y)), weight)
    base = LogisticRegression().fit(X, y)
    one, other = (
        GroupThresholds(base, bound=0.05, prefit=True).fit(
            X[rows], y[rows], sensitive_features=group[rows], sample_weight=weights
        )
        for rows, weights in ((np.arange(len(y)), weight.astype(float)), (repeated, None))
    )
    np.testing.assert_array_equal(
        one.predict(X, sensitive_features=group), other.predict(X, sensitive_features=group)
    )


def test_errors_name_the_argument(data):
    X, y, group = data
    with pytest.raises(ValueError, match="base estimator cannot be `None`"):
        ThresholdOptimizer().fit(X, y, sensitive_features=group)
    with pytest.raises(ValueError, match="constraints are supported"):
        ThresholdOptimizer(estimator=LogisticRegression(), constraints="x").fit(
            X, y, sensitive_features=group
        )
    with pytest.raises(ValueError, match="objectives are supported"):
        ThresholdOptimizer(
            estimator=LogisticRegression(), constraints="equalized_odds", objective="selection_rate"
        ).fit(X, y, sensitive_features=group)
    with pytest.raises(ValueError, match="Supplied y labels are not 0 or 1"):
        ThresholdOptimizer(estimator=LogisticRegression()).fit(X, y + 1, sensitive_features=group)
    with pytest.raises(ValueError, match="Degenerate labels"):
        ThresholdOptimizer(
            estimator=LogisticRegression(), constraints="true_positive_rate_parity"
        ).fit(X, np.where(group == "b", 0, y), sensitive_features=group)
    with pytest.raises(ValueError, match="group-threshold"):
        Postprocessor(LogisticRegression(), method="group-threshold").fit(
            X, y, sensitive_features=group
        )
    with pytest.raises(ValueError, match="boun"):
        GroupThresholds(LogisticRegression(), bound=-1).fit(X, y, sensitive_features=group)
    with pytest.raises(ValueError, match="sensitive_features"):
        GroupThresholds(LogisticRegression()).fit(X, y, sensitive_features=None)


@pytest.mark.parametrize("constraints", ["demographic_parity", "equalized_odds"])
def test_plot_shows_the_chosen_points(data, constraints):
    matplotlib = pytest.importorskip("matplotlib")
    matplotlib.use("Agg")
    X, y, group = data
    model = ThresholdOptimizer(estimator=LogisticRegression(), constraints=constraints).fit(
        X, y, sensitive_features=group
    )
    ax = postprocessing.plot_threshold_optimizer(model, show_plot=False)
    stars = [line for line in ax.lines if line.get_marker() == "*"]
    across = np.array([star.get_xdata()[0] for star in stars])
    assert len(stars) == 3 and np.ptp(across) < 1e-9
    with pytest.raises(ValueError, match="gone"):
        postprocessing.plot_threshold_optimizer(pickle.loads(pickle.dumps(model)))


def test_nobody_is_selected_halfway_between_two_scores():
    scores, labels = np.array([0.0, 1.0, 0.0, 1.0])[:, None], [0, 1, 0, 1]
    model = ThresholdOptimizer(
        estimator=Scores(), predict_method="predict", prefit=True, grid_size=10)
    model.fit(scores, labels, sensitive_features=["a", "a", "b", "b"])
    chosen = model._pmf_predict(
        np.array([0.5, np.nextafter(0.5, 1)])[:, None], sensitive_features=["a", "a"])[:, 1]
    assert list(chosen) == [0, 1]


class Scores(BaseEstimator):
    """The first column is the score."""

    def fit(self, X, y):
        return self

    def predict(self, X):
        return np.asarray(X)[:, 0]

    def __sklearn_is_fitted__(self):
        return True


@pytest.mark.parametrize("kind", [pd.DataFrame, dict])
@pytest.mark.parametrize("make", [
    lambda: ThresholdOptimizer(estimator=LogisticRegression()),
    lambda: GroupThresholds(LogisticRegression()),
    PrejudiceRemoverClassifier,
])
def test_sensitive_columns_are_found_by_their_names(data, kind, make):
    X, y, group = data
    # The groups of both columns have the same names, so that only the columns' tell them apart.
    columns = {"g": group, "h": np.where(X[:, 1] > 0, "a", np.where(X[:, 2] > 0, "b", "c"))}
    model = make().fit(X, y, sensitive_features=kind(columns))
    decide = model.predict_proba
    expected = decide(X, sensitive_features=kind(columns))
    turned = {name: columns[name] for name in ("h", "g")}
    np.testing.assert_array_equal(decide(X, sensitive_features=kind(turned)), expected)
    places = np.column_stack([columns["g"], columns["h"]])
    np.testing.assert_array_equal(decide(X, sensitive_features=places), expected)
    with pytest.raises(ValueError, match="are g, k, and those of the fit were g, h"):
        decide(X, sensitive_features=kind({"g": group, "k": group}))


def test_a_score_is_the_accuracy_of_the_decisions(data):
    X, y, group = data
    weight = np.random.default_rng(1).uniform(size=len(y))
    for model in (ThresholdOptimizer(estimator=LogisticRegression()),
                  GroupThresholds(LogisticRegression())):
        model.fit(X, y, sensitive_features=group)
        chosen = model.predict(X, sensitive_features=group, random_state=3)
        found = model.score(
            X, y, sensitive_features=group, sample_weight=weight, random_state=3)
        assert found == pytest.approx(np.average(chosen == y, weights=weight))


@pytest.mark.parametrize("wrong, message", [
    ({"bound": -0.1}, "^bound=-0.1: between"),
    ({"kind": "x"}, "^kind='x': expected one of difference"),
])
def test_errors_speak_of_arguments(data, wrong, message):
    X, y, group = data
    with pytest.raises(ValueError, match=message):
        GroupThresholds(LogisticRegression(), **wrong).fit(X, y, sensitive_features=group)
