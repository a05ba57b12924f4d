"""The fast reduction over learners from outside: few fits, the exact optimum where fits are exact."""

import itertools
import warnings

import numpy as np
import pandas as pd
import pytest
import scipy.sparse
from scipy.optimize import linprog
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.dummy import DummyClassifier
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.linear_model import LinearRegression, SGDClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

from equipoise import reductions
from equipoise.reductions import ExponentiatedGradient

PARITIES = [
    reductions.DemographicParity, reductions.EqualizedOdds, reductions.TruePositiveRateParity,
    reductions.FalsePositiveRateParity, reductions.ErrorRateParity,
]


class Table(ClassifierMixin, BaseEstimator):
    """Any function of one column with few values: the best of them for the weights, exactly."""

    def fit(self, X, y, sample_weight):
        gains = np.bincount(np.asarray(X)[:, 0].astype(int), (2 * np.asarray(y) - 1) * sample_weight)
        self.decisions_ = (gains > 0).astype(int)
        return self

    def predict(self, X):
        return self.decisions_[np.asarray(X)[:, 0].astype(int)]


def small_table(groups=2, rows=160, seed=0):
    rng = np.random.default_rng(seed)
    group = np.arange(rows) % groups
    x = (rng.integers(0, 4, rows) + (group % 2) * rng.integers(0, 2, rows)).clip(0, 4)
    y = (rng.uniform(size=rows) < (x + 0.5) / 5.5).astype(int)
    return x[:, None].astype(float), y, group


def exact_optimum(moment, X, y, group, weights=None, bound=100.0):
    """The program over all 32 functions of a column with five values, by its definition."""
    features = {"sensitive_features": group, "sample_weight": weights}
    moment.load_data(X, y, **features)
    error = moment.default_objective()
    error.load_data(X, y, **features)
    errors, moments = [], []
    for table in itertools.product([0, 1], repeat=5):
        decide = lambda rows: np.array(table)[rows[:, 0].astype(int)]  # noqa: B023, E731
        errors.append(error.gamma(decide).iloc[0])
        moments.append(moment.gamma(decide).to_numpy())
    slack = np.array(moments).T - moment.bound().to_numpy()[:, None]
    solved = linprog(
        [*errors, bound], A_ub=np.hstack([slack, -np.ones((len(slack), 1))]), b_ub=np.zeros(len(slack)),
        A_eq=[[1.0] * len(errors) + [0.0]], b_eq=[1.0])
    return solved.fun


def value_of(model, X, y, group, weights=None, bound=100.0):
    said = model._pmf_predict(X)[:, 1]
    error = model.constraints_.default_objective()
    error.load_data(X, y, sensitive_features=group, sample_weight=weights)
    excess = (model.constraints_.gamma(lambda _: said) - model.constraints_.bound()).max()
    return error.gamma(lambda _: said).iloc[0] + bound * max(0.0, excess)


@pytest.mark.parametrize("kind", PARITIES)
@pytest.mark.parametrize("bounds", [
    {"difference_bound": 0.02}, {"ratio_bound": 0.8}, {"ratio_bound": 0.9, "ratio_bound_slack": 0.01}])
@pytest.mark.parametrize("groups", [1, 2, 3, 5])
def test_an_exact_learner_reaches_the_optimum_of_its_class(kind, bounds, groups):
    X, y, group = small_table(groups)
    model = ExponentiatedGradient(Table(), kind(**bounds), nu=1e-8, max_iter=200, algorithm="fast")
    model.fit(X, y, sensitive_features=group)
    optimum = exact_optimum(kind(**bounds), X, y, group)
    assert value_of(model, X, y, group) == pytest.approx(optimum, abs=1e-6)
    assert model.best_gap_ <= 1e-8 and model.stop_reason_ == "converged"
    assert model.weights_.sum() == pytest.approx(1) and (model.weights_ >= 0).all()
    assert list(model.weights_.index) == list(model.predictors_.index)


@pytest.mark.parametrize("kind", PARITIES[:2])
def test_weights_of_rows_count(kind):
    X, y, group = small_table(3)
    weights = np.random.default_rng(4).lognormal(7, 1, len(y))
    model = ExponentiatedGradient(Table(), kind(), nu=1e-8, max_iter=200, algorithm="fast")
    model.fit(X, y, sensitive_features=group, sample_weight=weights)
    optimum = exact_optimum(kind(), X, y, group, weights)
    assert value_of(model, X, y, group, weights) == pytest.approx(optimum, abs=1e-6)


def test_the_gap_is_no_smaller_than_the_distance_from_the_optimum():
    X, y, group = small_table(3)
    optimum = exact_optimum(reductions.EqualizedOdds(), X, y, group)
    for fits in range(1, 6):
        model = ExponentiatedGradient(
            Table(), reductions.EqualizedOdds(), nu=1e-9, max_iter=fits, algorithm="fast")
        model.fit(X, y, sensitive_features=group)
        assert len(model.oracle_execution_times_) <= fits
        assert value_of(model, X, y, group) - optimum <= model.best_gap_ + 1e-9


@pytest.fixture(scope="module")
def data():
    rng = np.random.default_rng(5)
    n = 1500
    groups = rng.choice(["a", "b", "c"], n)
    rows = rng.normal(size=(n, 5)).round(1)  # few values, which are quick to bin
    rows[:, 0] += groups == "a"
    labels = (rows[:, 0] + rng.normal(size=n) > 0.5).astype(int)
    return rows, labels, groups


LEARNERS = {
    "boosting": HistGradientBoostingClassifier(max_iter=4, max_leaf_nodes=8, random_state=0),
    "tree": DecisionTreeClassifier(max_depth=5, random_state=0),
    "forest": RandomForestClassifier(8, max_depth=6, random_state=0),
    "pipeline": make_pipeline(StandardScaler(), DecisionTreeClassifier(max_depth=4, random_state=0)),
    "decision function": SGDClassifier(random_state=0),
    "interpolating": DecisionTreeClassifier(random_state=0),
}


def fitted(learner, kind, data, **arguments):
    rows, labels, groups = data
    model = ExponentiatedGradient(learner, kind(difference_bound=0.02), algorithm="fast", **arguments)
    return model.fit(rows, labels, sensitive_features=groups)


@pytest.mark.parametrize("name", LEARNERS)
@pytest.mark.parametrize("kind", PARITIES[:2])
def test_at_most_ten_fits_meet_the_bound(name, kind, data):
    rows, labels, groups = data
    model = fitted(LEARNERS[name], kind, data)
    positive = model._pmf_predict(rows)[:, 1]
    assert model.n_oracle_calls_ <= 10 and len(model.oracle_execution_times_) <= 10
    assert model.constraints_.gamma(lambda _: positive).max() <= 0.02 + 1e-6
    assert model.lambda_vecs_.shape[1] == model.n_oracle_calls_
    for predictor in model.predictors_:
        assert set(np.unique(predictor.predict(rows))) <= {0, 1}
    np.testing.assert_allclose(
        positive, sum(w * p.predict(rows) for w, p in zip(model.weights_, model.predictors_)))
    again = fitted(LEARNERS[name], kind, data)
    np.testing.assert_array_equal(model.predict(rows, 3), again.predict(rows, 3))


def test_boosted_trees_err_no_more_than_with_the_published_steps(data):
    rows, labels, groups = data
    learner = LEARNERS["boosting"]
    for kind in PARITIES[:2]:
        faithful = ExponentiatedGradient(learner, kind(difference_bound=0.02), algorithm="faithful")
        faithful.fit(rows, labels, sensitive_features=groups)
        errors = [
            np.abs(model._pmf_predict(rows)[:, 1] - labels).mean()
            for model in (fitted(learner, kind, data), faithful)]
        assert errors[0] <= errors[1] + 1e-3


def test_sparse_features_stay_sparse(data):
    rows, labels, groups = data
    seen = []

    class Watching(DecisionTreeClassifier):
        def fit(self, X, y, sample_weight=None):
            seen.append(X)
            return super().fit(X, y, sample_weight)

    sparse = scipy.sparse.csr_matrix(np.where(rows > 0.5, rows, 0.0))
    model = fitted(Watching(max_depth=4, random_state=0), PARITIES[0], (sparse, labels, groups))
    whole = [one for one in seen if one.shape[0] == len(labels)]
    assert len(whole) == len(model.oracle_execution_times_)
    assert all(one is sparse for one in whole)
    dense = fitted(LEARNERS["tree"].__class__(max_depth=4, random_state=0), PARITIES[0],
                   (sparse.toarray(), labels, groups))
    np.testing.assert_allclose(model._pmf_predict(sparse), dense._pmf_predict(sparse.toarray()))


def test_a_frame_reaches_the_learner_as_it_is(data):
    rows, labels, groups = data
    frame = pd.DataFrame(rows, columns=list("vwxyz"))
    model = fitted(LEARNERS["tree"], PARITIES[0], (frame, labels, groups))
    assert list(model.predictors_[0].feature_names_in_) == list("vwxyz")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        model.predict(frame, random_state=0)


@pytest.mark.parametrize("case", ["forty groups", "group of one row", "group of one label"])
@pytest.mark.parametrize("kind", PARITIES)
def test_odd_groups(case, kind, data):
    rows, labels, _ = data
    groups = {
        "forty groups": np.arange(len(labels)) % 40,
        "group of one row": np.where(np.arange(len(labels)) == 7, "one", "others"),
        "group of one label": np.where((labels == 1) & (rows[:, 1] > 0), "only 1", "others"),
    }[case]
    model = fitted(LEARNERS["tree"], kind, (rows, labels, groups))
    positive = model._pmf_predict(rows)[:, 1]
    assert np.isfinite(positive).all() and model.n_oracle_calls_ <= 10
    if kind is not reductions.ErrorRateParity:  # constants meet all others
        assert model.constraints_.gamma(lambda _: positive).max() <= 0.02 + 1e-6


def test_rows_of_unknown_groups(data):
    rows, labels, groups = data
    some = np.where(np.arange(len(labels)) % 9 == 0, None, groups)
    for unknown in ("exclude", "own-group", "pooled"):
        with pytest.warns(UserWarning):
            model = fitted(LEARNERS["tree"], PARITIES[0], (rows, labels, some), unknown=unknown)
        assert model.n_oracle_calls_ <= 10
        known = pd.isna(some) if unknown == "own-group" else ~pd.isna(some)
        rate = model._pmf_predict(rows)[:, 1]
        assert abs(rate[known].mean() - rate.mean()) <= 0.02 + 1e-9


def test_strata_and_costs(data):
    rows, labels, groups = data
    strata = np.where(rows[:, 3] > 0, "u", "v")
    model = ExponentiatedGradient(
        LEARNERS["tree"], reductions.DemographicParity(difference_bound=0.02), algorithm="fast",
        objective=reductions.ErrorRate(costs={"fp": 1.0, "fn": 3.0}))
    model.fit(rows, labels, sensitive_features=groups, control_features=strata)
    positive = model._pmf_predict(rows)[:, 1]
    assert len(model.constraints_.index) == 12
    assert model.constraints_.gamma(lambda _: positive).max() <= 0.02 + 1e-6


class Own(reductions.DemographicParity):
    """A moment of somebody's own, whose rows are told one by one."""


def test_a_moment_of_ones_own(data):
    rows, labels, groups = data
    # Few leaves, so that the thresholds that only known cells have make no difference to the bound.
    model = fitted(LEARNERS["tree"], Own, data)
    positive = model._pmf_predict(rows)[:, 1]
    assert model.n_oracle_calls_ <= 10
    assert model.constraints_.gamma(lambda _: positive).max() <= 0.02 + 1e-3


@pytest.mark.parametrize("learner", [LinearRegression(), DecisionTreeRegressor(max_depth=3)])
@pytest.mark.parametrize("loss", [reductions.SquareLoss(0, 1), reductions.AbsoluteLoss(0, 1)])
def test_losses_of_a_regression(learner, loss):
    rng = np.random.default_rng(2)
    X = rng.normal(size=(400, 3))
    groups = rng.integers(3, size=400)
    y = np.clip(0.2 * X[:, 0] * np.where(groups == 0, -1, 1) + 0.5 + 0.1 * rng.normal(size=400), 0, 1)
    free = reductions.BoundedGroupLoss(loss, upper_bound=1.0)
    free.load_data(X, y, sensitive_features=groups)
    losses = free.gamma(learner.fit(X, y).predict)
    bound = float(0.6 * losses.max() + 0.4 * losses.mean())
    models = [
        ExponentiatedGradient(
            learner, reductions.BoundedGroupLoss(loss, upper_bound=bound), algorithm=algorithm
        ).fit(X, y, sensitive_features=groups)
        for algorithm in ("fast", "faithful")]
    results = []
    for model in models:
        members = model._pmf_predict(X)
        gamma = sum(
            weight * model.constraints_.gamma(lambda _, k=k: members[k].to_numpy())
            for k, weight in model.weights_.items() if weight > 0)
        results.append((gamma.max(), gamma.mean()))
    assert models[0].n_oracle_calls_ <= 10
    assert results[0][0] <= max(bound, results[1][0]) + 1e-3
    np.testing.assert_array_equal(models[0].predict(X, 1), models[0].predict(X, 1))


class Unweighted(BaseEstimator):
    def fit(self, X, y):
        return self


class Ignoring(DecisionTreeClassifier):
    def fit(self, X, y, sample_weight=None):
        return super().fit(X, y)


class Failing(DecisionTreeClassifier):
    calls = 0

    def fit(self, X, y, sample_weight=None):
        Failing.calls += 1
        if Failing.calls == 2:
            raise ArithmeticError("out of luck")
        return super().fit(X, y, sample_weight)


class Talking(DecisionTreeClassifier):
    def predict(self, X):
        return np.full((len(X), 2), 0.5)


@pytest.mark.parametrize("learner, message", [
    (Unweighted(), "Unweighted takes no sample_weight"),
    (Ignoring(max_depth=3), "Ignoring takes sample_weight and ignores it"),
    (Failing(max_depth=3), "Failing failed in fit 2 .*: out of luck"),
    (Talking(), "Talking predicts an array of shape"),
    (LinearRegression(), "LinearRegression predicts values other than the labels"),
])
@pytest.mark.parametrize("kind", PARITIES[:2])
def test_a_learner_that_cannot_take_part_is_named(learner, message, kind, data):
    Failing.calls = 0
    with pytest.raises((ValueError, RuntimeError), match=message):
        fitted(learner, kind, data)


@pytest.mark.parametrize("strategy", ["most_frequent", "prior"])
def test_a_learner_may_be_constant(strategy, data):
    rows, labels, groups = data
    model = fitted(DummyClassifier(strategy=strategy), PARITIES[1], data)
    decided = model._pmf_predict(rows)[:, 1]
    assert np.ptp(decided) == 0
    assert np.abs(decided - labels).mean() <= min(labels.mean(), 1 - labels.mean()) + 1e-9


def test_labels_of_one_class():
    model = ExponentiatedGradient(LEARNERS["tree"], PARITIES[0](), algorithm="fast")
    model.fit([[10], [50], [10]], [1, 1, 1], sensitive_features=["a", "b", "b"])
    assert (model.predict(np.array([[1], [2]]), random_state=0) == 1).all()
    assert model.n_oracle_calls_dummy_returned_ > 0 and not model.oracle_execution_times_


def test_auto_keeps_to_the_published_steps_with_one_note(data):
    rows, labels, groups = (part[:300] for part in data)
    with pytest.warns(UserWarning, match='algorithm="fast" takes at most 10 fits') as notes:
        auto = ExponentiatedGradient(LEARNERS["tree"], PARITIES[0]()).fit(
            rows, labels, sensitive_features=groups)
    assert len(notes) == 1 and "DecisionTreeClassifier" in str(notes[0].message)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        faithful = ExponentiatedGradient(LEARNERS["tree"], PARITIES[0](), algorithm="faithful").fit(
            rows, labels, sensitive_features=groups)
    assert auto.n_oracle_calls_ == faithful.n_oracle_calls_
    np.testing.assert_array_equal(auto.weights_, faithful.weights_)


def test_coefficients_start_where_the_last_ended(data):
    started = []

    class Warm(SGDClassifier):
        def fit(self, X, y, sample_weight=None):
            started.append(hasattr(self, "coef_"))
            return super().fit(X, y, sample_weight=sample_weight)

    fitted(Warm(warm_start=True, random_state=0), PARITIES[1], data)
    assert started[0] is False and len(started) > 1 and started[1]
