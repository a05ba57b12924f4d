"""Rules over scores: Fairlearn's answers, exact bounds, and the promises of an estimator."""

import copy
import inspect
import json
import pickle
import warnings
from typing import Literal, get_args, get_origin, get_type_hints

import numpy as np
import pandas as pd
import pytest
from scipy import sparse
from sklearn import config_context
from sklearn.base import BaseEstimator, clone
from sklearn.exceptions import DataConversionWarning
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV, StratifiedKFold, cross_validate
from sklearn.utils import get_tags

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
    ({"bound": -0.1}, "^bound=-0.1: expected a number of at least 0"),
    ({"kind": "x"}, "^kind='x': expected one of difference"),
])
def test_errors_speak_of_arguments(data, wrong, message):
    X, y, group = data
    with pytest.raises(ValueError, match=message):
        GroupThresholds(LogisticRegression(), **wrong).fit(X, y, sensitive_features=group)


# ---- What was chosen ------------------------------------------------------------------------


def same_interpolation(ours, theirs):
    assert list(ours) == list(theirs)
    for name, value in theirs.items():
        if name.startswith("operation"):
            assert (ours[name].operator, repr(ours[name])[:2]) == (value.operator, repr(value)[:2])
            assert ours[name].threshold == pytest.approx(value.threshold, abs=1e-12)
        else:
            assert ours[name] == pytest.approx(value, abs=1e-9)


GROUPS = {
    "texts": lambda rng, n: rng.choice(["a", "b", "c"], n),
    "integers": lambda rng, n: rng.integers(0, 2, n),
    "two columns": lambda rng, n: np.column_stack(
        [rng.choice(["a,x", "b"], n), rng.choice(["u", "v"], n)]),
}


@pytest.mark.parametrize("kind", GROUPS)
@pytest.mark.parametrize("constraints, objective, flip, tol", [
    ("demographic_parity", "accuracy_score", False, None),
    ("demographic_parity", "balanced_accuracy_score", True, 0.05),
    ("true_positive_rate_parity", "selection_rate", False, None),
    ("false_negative_rate_parity", "accuracy_score", True, 0.1),
    ("false_positive_rate_parity", "true_positive_rate", False, None),
    ("true_negative_rate_parity", "accuracy_score", False, None),
    ("equalized_odds", "accuracy_score", True, None),
    ("equalized_odds", "balanced_accuracy_score", False, None),
])
def test_thresholds_are_told_as_fairlearn_tells_them(kind, constraints, objective, flip, tol):
    fairlearn = pytest.importorskip("fairlearn.postprocessing")
    rng = np.random.default_rng(3)
    n = 300
    group = GROUPS[kind](rng, n)
    X = rng.normal(size=(n, 2))
    y = (X[:, 0] + rng.normal(size=n) > 0.4).astype(int)
    arguments = dict(
        estimator=LogisticRegression(), constraints=constraints, objective=objective, flip=flip,
        tol=tol, predict_method="predict_proba", grid_size=100,
    )
    ours = ThresholdOptimizer(**arguments).fit(X, y, sensitive_features=group)
    theirs = fairlearn.ThresholdOptimizer(**arguments).fit(X, y, sensitive_features=group)
    thresholder = ours.interpolated_thresholder_
    expected = theirs.interpolated_thresholder_.interpolation_dict
    assert list(thresholder.interpolation_dict) == list(expected)
    for key, interpolation in expected.items():
        same_interpolation(thresholder.interpolation_dict[key], interpolation)
    assert (ours.x_metric_, ours.y_metric_) == (theirs.x_metric_, theirs.y_metric_)
    assert ours._y_best == pytest.approx(theirs._y_best, abs=1e-12)
    if constraints != "equalized_odds":
        assert ours._x_best_per_group == theirs._x_best_per_group
        assert ours._between_groups == theirs._between_groups
    if tol is None:
        assert ours._x_best == theirs._x_best
    np.testing.assert_allclose(
        thresholder._pmf_predict(X, sensitive_features=group),
        ours._pmf_predict(X, sensitive_features=group), atol=1e-12,
    )
    np.testing.assert_array_equal(
        thresholder.predict(X, sensitive_features=group, random_state=4),
        ours.predict(X, sensitive_features=group, random_state=4),
    )


def test_thresholds_outlive_a_pickle_and_print_as_json(data):
    X, y, group = data
    model = ThresholdOptimizer(estimator=LogisticRegression()).fit(X, y, sensitive_features=group)
    kept = pickle.loads(pickle.dumps(model)).interpolated_thresholder_
    text = json.dumps(kept.interpolation_dict, default=str)
    assert text == json.dumps(model.interpolated_thresholder_.interpolation_dict, default=str)
    assert set(json.loads(text)) == {"a", "b", "c"} and '"[>' in text
    assert kept.estimator_ is kept.estimator and kept.prefit
    with pytest.raises(ValueError, match="'d' was not there"):
        kept.predict(X[:2], sensitive_features=["a", "d"])
    assert not hasattr(ThresholdOptimizer(estimator=LogisticRegression()),
                       "interpolated_thresholder_")


def test_rules_of_earlier_files_are_read_without_mixtures(data):
    X, y, group = data
    model = ThresholdOptimizer(estimator=LogisticRegression()).fit(X, y, sensitive_features=group)
    state = model.rule_.document
    del state["rule"]["rule"]["mixtures"], state["digest"]
    state["schema"] = "equipoise.rule/1"
    expected = model.predict_proba(X, sensitive_features=group)
    model.rule_.__setstate__({"text": json.dumps(state)})
    np.testing.assert_array_equal(model.predict_proba(X, sensitive_features=group), expected)
    with pytest.raises(AttributeError, match="does not say"):
        model.interpolated_thresholder_


# ---- The catalogue --------------------------------------------------------------------------

CLASSES = [
    ThresholdOptimizer, GroupThresholds, RelaxedParity, EqualizedOddsPostprocessor,
    CalibratedEqualizedOdds, RejectOptionClassifier,
]


@pytest.mark.parametrize("kind", CLASSES)
def test_every_option_of_a_method_is_an_argument(kind):
    described = postprocessing.methods()[kind._name]["options"]
    arguments = inspect.signature(kind).parameters
    shared = {
        "estimator", "prefit", "predict_method", "unseen_group", "least_group", "unknown",
        "random_state"}
    options = {kind._renamed.get(name, name): name for name in set(arguments) - shared}
    assert set(options) == set(described)
    for option, name in options.items():
        default = arguments[name].default
        stated = described[option]["default"]
        if isinstance(default, bool):
            assert str(default).lower() == stated
        elif isinstance(default, (int, float)):
            assert default == float(stated)
    # Every spelling that an argument's type names is one that the engine takes.
    for name, hint in get_type_hints(kind.__init__, localns=HINTS).items():
        if name not in shared | {"return"}:
            for value in literals(hint):
                model = kind(estimator=LogisticRegression(), **{name: value})
                assert model._options()[kind._renamed.get(name, name)] == value


HINTS = {"Self": object}


def literals(hint):
    if get_origin(hint) is Literal:
        return list(get_args(hint))
    return [value for part in get_args(hint) for value in literals(part)]


def test_methods_by_name_are_the_catalogue():
    hints = get_type_hints(Postprocessor.__init__, localns=HINTS)
    assert set(literals(hints["method"])) == set(postprocessing.methods())


@pytest.mark.parametrize("wrong, near", [
    ("grup-thresholds", "group-thresholds"), ("rejectoption", "reject-option"),
])
def test_a_misspelt_method_is_refused_with_the_nearest(data, wrong, near):
    X, y, group = data
    with pytest.raises(ValueError, match=f"'{wrong}'.*{near}"):
        Postprocessor(LogisticRegression(), wrong).fit(X, y, sensitive_features=group)


def test_costs_of_relaxed_parity_weigh_errors(data):
    X, y, group = data
    found = []
    for cost in (0.2, 1.0, 5.0):
        model = RelaxedParity(LogisticRegression(), objective="cost", false_positive_cost=cost,
                              false_negative_cost=1.0, bound=0.05)
        p = model.fit(X, y, sensitive_features=group).predict_proba(X, sensitive_features=group)
        found.append(p[y == 0, 1].mean())
    assert found[0] > found[1] + 0.05 > found[2] + 0.1


# ---- What comes in --------------------------------------------------------------------------


class Silent(BaseEstimator):
    """Fits and returns nothing; sees the features as they come."""

    def fit(self, X, y):
        self.kind_ = type(X)
        self.seen_ = X

    def predict(self, X):
        return np.asarray(X["score"], dtype=float)


@pytest.mark.parametrize("kind", CLASSES)
def test_a_base_whose_fit_returns_nothing_sees_frames_untouched(data, kind):
    X, y, group = data
    X, y, group = X[group != "c"], y[group != "c"], group[group != "c"]
    city = np.where(X[:, 1] > 0, "x", None)
    frame = pd.DataFrame({"score": 1 / (1 + np.exp(-X[:, 0])), "city": city})
    before = frame.copy()
    model = kind(estimator=Silent()).fit(frame, y, sensitive_features=group)
    assert model.estimator_.seen_ is frame
    pd.testing.assert_frame_equal(frame, before)
    assert list(model.feature_names_in_) == ["score", "city"] and model.n_features_in_ == 2
    model.predict(frame, sensitive_features=group)


@pytest.mark.parametrize("kind", CLASSES)
def test_features_and_tags_are_those_of_the_base(data, kind):
    X, y, group = data
    X, y, group = X[group != "c"], y[group != "c"], group[group != "c"]
    base = LogisticRegression()
    dense = kind(estimator=base).fit(X, y, sensitive_features=group)
    thin = kind(estimator=base).fit(sparse.csr_array(X), y, sensitive_features=group)
    np.testing.assert_allclose(
        thin.predict_proba(sparse.csr_array(X), sensitive_features=group),
        dense.predict_proba(X, sensitive_features=group), atol=1e-6,
    )
    assert thin.n_features_in_ == 3 and not hasattr(thin, "feature_names_in_")
    tags = get_tags(dense)
    assert tags.input_tags.sparse and not tags.classifier_tags.multi_class
    assert tags.non_deterministic == kind._draws


@pytest.mark.parametrize("make", [
    list, pd.Series, lambda group: pd.Series(group, dtype="category"),
    lambda group: pd.DataFrame({"g": pd.Categorical(group, categories=["c", "b", "a", "none"])}),
    lambda group: {"g": list(group)}, lambda group: np.asarray(group, dtype=object),
])
def test_groups_may_come_in_any_column(data, make):
    X, y, group = data
    for kind in (ThresholdOptimizer, GroupThresholds):
        model = kind(estimator=LogisticRegression())
        expected = model.fit(X, y, sensitive_features=group).predict_proba(
            X, sensitive_features=group)
        found = model.fit(X, y, sensitive_features=make(group)).predict_proba(
            X, sensitive_features=make(group))
        np.testing.assert_array_equal(found, expected)


@pytest.mark.parametrize("classes", [("no", "yes"), (-1, 1), (1, 2), (False, True)])
@pytest.mark.parametrize("kind", CLASSES[1:])
def test_two_classes_of_any_kind(data, kind, classes):
    X, y, group = data
    X, y, group = X[group != "c"], y[group != "c"], group[group != "c"]
    named = np.array(classes)[y]
    model = kind(estimator=LogisticRegression()).fit(X, named, sensitive_features=group)
    plain = kind(estimator=LogisticRegression()).fit(X, y, sensitive_features=group)
    assert list(model.classes_) == list(classes)
    chosen = plain.predict(X, sensitive_features=group, random_state=0)
    np.testing.assert_array_equal(
        model.predict(X, sensitive_features=group, random_state=0), np.array(classes)[chosen])


@pytest.mark.parametrize("labels, message", [
    ([0, 1, 2] * 10, "multiclass"), (np.linspace(0, 1, 30), "Unknown label type"), ([], "0 sample"),
])
def test_labels_that_are_no_two_classes(labels, message):
    for kind in CLASSES:
        with pytest.raises(ValueError, match=message if len(labels) else "y"):
            kind(estimator=LogisticRegression()).fit(
                np.zeros((len(labels), 2)), labels, sensitive_features=["a", "b"] * 15)


def test_validation_hands_groups_to_fit_and_score(data):
    X, y, group = data
    with config_context(enable_metadata_routing=True):
        base = LogisticRegression()
        model = GroupThresholds(base, bound=0.05)
        model.set_fit_request(sensitive_features=True).set_score_request(sensitive_features=True)
        found = cross_validate(model, X, y, cv=3, params={"sensitive_features": group})
        search = GridSearchCV(model, {"bound": [0.01, 1.0]}, cv=3)
        search.fit(X, y, sensitive_features=group)
    folds = StratifiedKFold(3).split(X, y)
    expected = [
        GroupThresholds(base, bound=0.05).fit(X[a], y[a], sensitive_features=group[a])
        .score(X[b], y[b], sensitive_features=group[b]) for a, b in folds
    ]
    np.testing.assert_allclose(found["test_score"], expected)
    assert search.best_params_ == {"bound": 1.0}


@pytest.mark.parametrize("kind", [ThresholdOptimizer, GroupThresholds])
def test_labels_may_be_a_frame_of_one_column(data, kind):
    X, y, group = data
    model = kind(estimator=LogisticRegression().fit(X, y), prefit=True)
    expected = model.fit(X, y, sensitive_features=group).predict(
        X, sensitive_features=group, random_state=0
    )
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        model.fit(X, pd.DataFrame({"label": y}), sensitive_features=group)
    found = model.predict(X, sensitive_features=group, random_state=0)
    np.testing.assert_array_equal(found, expected)
    with pytest.warns(DataConversionWarning, match="column-vector"):
        model.fit(X, y[:, None], sensitive_features=group)


class _Plain:
    """An estimator that knows nothing of scikit-learn."""

    def fit(self, X, y):
        self.mean_ = np.mean(X)

    def decision_function(self, X):
        return np.asarray(X)[:, 0] - self.mean_


@pytest.mark.parametrize("prefit", [False, True])
def test_an_estimator_without_tags_is_taken(prefit):
    rng = np.random.default_rng(0)
    X, group = rng.normal(size=(200, 1)), rng.integers(0, 2, 200)
    y = (X[:, 0] + rng.normal(size=200) > 0).astype(int)
    base = _Plain()
    if prefit:
        base.fit(X, y)
    model = GroupThresholds(base, bound=0.05, prefit=prefit, predict_method="decision_function")
    chosen = model.fit(X, y, sensitive_features=group).predict(X, sensitive_features=group)
    rates = [chosen[group == g].mean() for g in (0, 1)]
    assert abs(rates[0] - rates[1]) <= 0.05
