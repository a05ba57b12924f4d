"""What the scores of a few fits answer without a fit, in the fast reduction over any learner."""

import numpy as np
import pytest
from scipy.optimize import linprog, minimize
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.ensemble import (
    GradientBoostingClassifier,
    HistGradientBoostingClassifier,
    RandomForestClassifier,
)
from sklearn.linear_model import RidgeClassifier
from sklearn.naive_bayes import GaussianNB
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.tree import DecisionTreeClassifier

from equipoise import reductions
from equipoise.reductions import ExponentiatedGradient
from equipoise.reductions._blend import Blend, coefficients_of
from equipoise.reductions._master import best_mixture
from equipoise.reductions._members import predictions_of
from equipoise.reductions._thresholded import Thresholded

PARITIES = [reductions.DemographicParity, reductions.EqualizedOdds]


def table(groups=2, rows=600, seed=5):
    rng = np.random.default_rng(seed)
    group = rng.integers(0, groups, rows)
    X = rng.normal(size=(rows, 4)).round(1)
    X[:, 0] += group / groups
    X[:, 1] += 0.5 * (group % 3 == 0)
    y = (X[:, 0] + rng.normal(size=rows) > 0.5).astype(int)
    return X, y, np.array([f"group {k}" for k in group])


def fitted(learner, kind, data, algorithm="fast", **arguments):
    X, y, group = data
    model = ExponentiatedGradient(
        learner, kind(difference_bound=0.02), algorithm=algorithm, **arguments)
    return model.fit(X, y, sensitive_features=group)


def error_of(model, data):
    return np.abs(model._pmf_predict(data[0])[:, 1] - data[1]).mean()


def excess_of(model, X):
    positive = model._pmf_predict(X)[:, 1]
    return (model.constraints_.gamma(lambda _: positive) - model.constraints_.bound()).max()


def test_coefficients_are_those_of_the_weighted_logistic_regression():
    rng = np.random.default_rng(0)
    margins = rng.normal(size=(500, 3))
    costs = margins @ [1.0, -2.0, 0.0] + rng.normal(size=500)
    found = coefficients_of(margins, costs, np.zeros(3))

    def loss(at):
        return np.average(
            np.logaddexp(0, -np.sign(costs) * (margins @ at[:3] + at[3])), weights=np.abs(costs),
        ) + 5e-5 * (at[:3] ** 2).sum()

    best = minimize(loss, np.zeros(4), tol=1e-10)
    at_found = minimize(lambda a: loss(np.append(found, a)), np.zeros(1), tol=1e-10)
    assert at_found.fun <= best.fun + 1e-5 < loss(np.zeros(4))


def test_scores_that_part_the_labels_have_finite_coefficients():
    margins = np.linspace(-14.0, 14.0, 40)[:, None] * [1.0, 1.0]
    found = coefficients_of(margins, np.sign(margins[:, 0]), np.zeros(2))
    assert np.isfinite(found).all() and found.sum() > 0
    np.testing.assert_array_equal(coefficients_of(margins, np.zeros(40), np.ones(2)), np.ones(2))


def test_a_blend_is_a_sum_of_log_odds_and_decision_functions():
    X, y, _ = table()
    parts = [GaussianNB().fit(X, y), RidgeClassifier().fit(X, y)]
    chance = parts[0].predict_proba(X)[:, 1].clip(1e-6, 1 - 1e-6)
    score = 2.0 * np.log(chance / (1 - chance)) - 3.0 * parts[1].decision_function(X)
    blend = Blend(parts, np.array([2.0, -3.0]))
    np.testing.assert_allclose(blend.decision_function(X), score)
    member = Thresholded(blend, 0.7)
    np.testing.assert_array_equal(member.predict(X), score > 0.7)
    assert "GaussianNB, RidgeClassifier" in repr(blend)


class Counting(DecisionTreeClassifier):
    """Counts what it is asked about a whole table."""

    calls = {"predict": 0, "predict_proba": 0}

    def predict(self, X):
        Counting.calls["predict"] += len(X) == 600
        return (super().predict_proba(X)[:, 1] > 0.5).astype(int)

    def predict_proba(self, X):
        Counting.calls["predict_proba"] += len(X) == 600
        return super().predict_proba(X)


def test_members_that_share_a_fit_ask_it_for_one_score():
    X, y, _ = table()
    trees = [Counting(max_depth=k).fit(X, y) for k in (2, 3)]
    blends = [Blend(trees, np.array(c)) for c in ([1.0, 1.0], [1.0, -0.5])]
    members = [Thresholded(one, cut) for one in (*blends, *trees) for cut in (0.1, 0.4)]
    expected = [one.predict(X) for one in members]
    Counting.calls["predict_proba"] = 0
    np.testing.assert_array_equal(predictions_of(members, X), expected)
    assert Counting.calls["predict_proba"] == 2


def test_a_fit_whose_score_tells_its_decisions_scores_the_rows_once():
    Counting.calls = {"predict": 0, "predict_proba": 0}
    model = fitted(Counting(max_depth=4, random_state=0), PARITIES[1], table())
    assert model.n_oracle_calls_ > 2
    assert Counting.calls == {"predict": 1, "predict_proba": model.n_oracle_calls_}


class Generous(DecisionTreeClassifier):
    """Decides by another cut than 1/2."""

    def predict(self, X):
        return (self.predict_proba(X)[:, 1] > 0.3).astype(int)


def test_a_fit_that_decides_against_its_score_is_believed():
    data = table()
    model = fitted(Generous(max_depth=4, random_state=0), PARITIES[0], data)
    told = sum(w * p.predict(data[0]) for w, p in zip(model.weights_, model.predictors_))
    np.testing.assert_allclose(model._pmf_predict(data[0])[:, 1], told)
    assert excess_of(model, data[0]) <= 1e-9


@pytest.mark.parametrize("seed", range(5))
def test_a_program_of_many_hypotheses_is_solved_to_the_optimum_of_all(seed):
    rng = np.random.default_rng(seed)
    found = rng.uniform(size=(900, 7)) - [0.0, *[0.5] * 6]
    bounds = np.full(6, 0.01)
    small = best_mixture(found[:200], bounds, 100.0)
    mixture = best_mixture(found, bounds, 100.0, small)
    whole = linprog(
        [*found[:, 0], 100.0],
        A_ub=np.hstack([(found[:, 1:] - bounds).T, -np.ones((6, 1))]), b_ub=np.zeros(6),
        A_eq=[[1.0] * 900 + [0.0]], b_eq=[1.0])
    assert mixture.value == pytest.approx(whole.fun, abs=1e-8)
    assert len(mixture.weights) == 900 and mixture.weights.sum() == pytest.approx(1)


LEARNERS = {
    "boosting": GradientBoostingClassifier(n_estimators=8, random_state=0),
    "shallow tree": DecisionTreeClassifier(max_depth=5, random_state=0),
}


@pytest.mark.parametrize("name", LEARNERS)
@pytest.mark.parametrize("kind", PARITIES)
def test_ten_fits_answer_nine_groups(name, kind):
    data = table(groups=9)
    fast, faithful = (
        fitted(LEARNERS[name], kind, data, algorithm) for algorithm in ("fast", "faithful"))
    assert fast.n_oracle_calls_ <= 10 and excess_of(fast, data[0]) <= 1e-9
    assert error_of(fast, data) <= error_of(faithful, data) + 1e-3
    for model in (fast, faithful):
        assert model.best_gap_ >= 0 and model.n_oracle_calls_ >= len(model.oracle_execution_times_)
        assert len(model.weights_) == len(model.predictors_)


def test_a_learner_that_nearly_interpolates_is_asked_beside_a_bound_that_does_not_bind():
    rng = np.random.default_rng(7)
    X = rng.normal(size=(300, 4))
    y = (X[:, 0] + rng.normal(size=300) > 0).astype(int)
    data = X, y, np.arange(300) % 2
    learner = GradientBoostingClassifier(n_estimators=25, random_state=0)
    free = learner.fit(X, y).predict(X)
    model = ExponentiatedGradient(
        learner, PARITIES[1](difference_bound=0.1), algorithm="fast", random_state=0)
    model.fit(X, y, sensitive_features=data[2])
    assert (model.constraints_.gamma(lambda _: free) < 0.1).all()
    assert 1 < model.n_oracle_calls_ <= 10 and excess_of(model, X) <= 1e-9
    assert error_of(model, data) <= (free != y).mean()


def test_of_many_fits_the_first_and_the_last_are_blended():
    data = table(groups=5)
    model = fitted(LEARNERS["shallow tree"], PARITIES[1], data, nu=1e-9, max_iter=16)
    assert 13 < model.n_oracle_calls_ <= 16 and excess_of(model, data[0]) <= 1e-9
    blends = [one.estimator for one in model.predictors_ if hasattr(one, "threshold")]
    counts = [len(one.estimators) for one in blends if isinstance(one, Blend)]
    assert counts and max(counts) <= 12


def test_weights_of_a_survey_and_a_score_without_probabilities():
    X, y, group = table(3)
    weights = np.random.default_rng(3).lognormal(7, 1, len(y))
    for learner in (LEARNERS["boosting"], RidgeClassifier()):
        model = ExponentiatedGradient(learner, PARITIES[0](difference_bound=0.02), algorithm="fast")
        model.fit(X, y, sensitive_features=group, sample_weight=weights)
        rate = model._pmf_predict(X)[:, 1]
        mean = np.average(rate, weights=weights)
        for one in np.unique(group):
            part = group == one
            assert abs(np.average(rate[part], weights=weights[part]) - mean) <= 0.02 + 1e-9


def test_a_number_seeds_what_the_learner_leaves_unseeded():
    data = table()
    for learner in (RandomForestClassifier(5), make_pipeline(StandardScaler(), RandomForestClassifier(5))):
        first, second = (fitted(learner, PARITIES[0], data, random_state=4) for _ in range(2))
        np.testing.assert_array_equal(first.predict(data[0]), second.predict(data[0]))
        steps = learner.steps[-1][1] if hasattr(learner, "steps") else learner
        assert steps.random_state is None
    given = fitted(RandomForestClassifier(5, random_state=1), PARITIES[0], data, random_state=4)
    assert given.predictors_[0].random_state == 1


def test_the_last_step_of_a_pipeline_in_a_pipeline_takes_the_weights():
    inner = make_pipeline(StandardScaler(), DecisionTreeClassifier(max_depth=4, random_state=0))
    data = table()
    model = fitted(make_pipeline(StandardScaler(), inner), PARITIES[0], data)
    assert excess_of(model, data[0]) <= 1e-9


class Deciding(ClassifierMixin, BaseEstimator):
    """Only decides."""

    def fit(self, X, y, sample_weight):
        self.tree_ = DecisionTreeClassifier(max_depth=3, random_state=0)
        self.tree_.fit(X, y, sample_weight=sample_weight)
        return self

    def predict(self, X):
        return self.tree_.predict(X)


def test_a_learner_without_a_score_is_mixed_of_its_fits():
    data = table()
    model = fitted(Deciding(), PARITIES[0], data)
    assert model.n_oracle_calls_ <= 10 and excess_of(model, data[0]) <= 1e-9
    assert not any(isinstance(one, Thresholded) for one in model.predictors_)


def boosted(name):
    if name == "lightgbm":
        module = pytest.importorskip(name)
        return module.LGBMClassifier(n_estimators=10, n_jobs=1, verbose=-1, random_state=0)
    if name == "xgboost":
        return pytest.importorskip(name).XGBClassifier(n_estimators=10, n_jobs=1, random_state=0)
    return pytest.importorskip(name).CatBoostClassifier(
        iterations=10, thread_count=1, verbose=0, random_seed=0, allow_writing_files=False)


@pytest.mark.filterwarnings("ignore:X does not have valid feature names")
@pytest.mark.parametrize("name", ["lightgbm", "xgboost", "catboost"])
@pytest.mark.parametrize("kind", PARITIES)
def test_boosted_trees_of_other_packages(name, kind):
    learner, data = boosted(name), table()
    fast, faithful = (
        fitted(learner, kind, data, algorithm) for algorithm in ("fast", "faithful"))
    assert fast.n_oracle_calls_ <= 10 and excess_of(fast, data[0]) <= 1e-9
    assert error_of(fast, data) <= error_of(faithful, data) + 1e-3
    for one in fast.predictors_[: fast.n_oracle_calls_]:
        assert type(one) is type(learner) and one.get_params() == learner.get_params()
    again = fitted(learner, kind, data)
    np.testing.assert_array_equal(fast._pmf_predict(data[0]), again._pmf_predict(data[0]))
