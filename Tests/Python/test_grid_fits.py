"""Fits of a grid inside the engine: the minima are those of scikit-learn's objective."""

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import OneHotEncoder

from equipoise import reductions
from equipoise.reductions import ExponentiatedGradient, GridSearch

PARITIES = [
    reductions.DemographicParity,
    reductions.EqualizedOdds,
    reductions.TruePositiveRateParity,
    reductions.ErrorRateParity,
]


def _table(kind: str, rows: int = 600, seed: int = 3):
    """Features of several forms, labels and groups."""
    rng = np.random.default_rng(seed)
    groups = rng.choice(["a", "b", "c"], rows)
    numbers = rng.normal(size=(rows, 3))
    numbers[:, 0] += groups == "a"
    texts = np.column_stack([rng.choice(list("pqrs"), rows), rng.choice(list("xyz"), rows)])
    labels = (numbers[:, 0] + (texts[:, 0] == "p") + rng.normal(size=rows) > 0.8).astype(int)
    one_hot = OneHotEncoder(sparse_output=False).fit_transform(texts)
    blocks = {
        "numbers": numbers,
        "one-hot": np.hstack([one_hot, numbers]),
        "numbers between": np.hstack([one_hot[:, :4], numbers, one_hot[:, 4:]]),
        # Without one level each row has at most one 1, which is no category.
        "dropped level": np.hstack([one_hot[:, 1:4], one_hot[:, 5:], numbers]),
        # As many 1s as rows, and yet not one in each.
        "no partition": np.hstack([one_hot[:, :3], rng.permutation(one_hot[:, 3:4]), numbers]),
        "single precision": np.hstack([one_hot, numbers]).astype(np.float32),
    }
    return blocks[kind], labels, groups


def _objective(X, labels, weights, C, theta, penalized):
    """scikit-learn's, as its manual states it, divided by C, and its gradient."""
    z = X @ theta[:-1] + theta[-1]
    part = np.ones(len(theta))
    part[-1] = penalized
    value = (weights * (np.logaddexp(0, z) - labels * z)).sum() + 0.5 * (part * theta**2).sum() / C
    slope = weights * (1 / (1 + np.exp(-z)) - labels)
    return value, np.append(slope @ X, slope.sum()) + part * theta / C


@pytest.mark.parametrize("solver", ["lbfgs", "liblinear"])
@pytest.mark.parametrize("kind", [
    "numbers", "one-hot", "numbers between", "dropped level", "no partition", "single precision"])
def test_every_fit_is_the_minimum_of_its_objective(kind, solver):
    X, labels, groups = _table(kind)
    moment = reductions.EqualizedOdds()
    C = 0.7
    search = GridSearch(LogisticRegression(C=C, solver=solver), moment, grid_size=12,
                        algorithm="fast")
    search.fit(X, labels, sensitive_features=groups)
    error = search.constraints_.default_objective()
    error.load_data(X, labels, sensitive_features=groups)
    checked = 0
    for column, learner in zip(search.lambda_vecs_, search.predictors_):
        if type(learner) is not LogisticRegression:
            continue
        weights = search.constraints_.signed_weights(search.lambda_vecs_[column])
        weights = (weights + error.signed_weights()).to_numpy()
        theta = np.append(learner.coef_[0], learner.intercept_)
        rows, exact = X.astype(float), kind != "single precision"
        value, gradient = _objective(
            rows, weights > 0, np.abs(weights), C, theta, solver == "liblinear")
        assert np.abs(gradient).max() <= (3e-6 if exact else 1e-3) * np.abs(weights).sum()
        if exact:
            best = LogisticRegression(
                C=C, solver="newton-cholesky", tol=1e-12, max_iter=1000)
            if solver == "lbfgs":
                best.fit(X, weights > 0, sample_weight=np.abs(weights))
                np.testing.assert_allclose(learner.coef_, best.coef_, rtol=1e-5, atol=1e-5)
                np.testing.assert_allclose(learner.intercept_, best.intercept_, atol=1e-5)
        checked += 1
    assert checked >= 8


@pytest.mark.parametrize("solver", ["lbfgs", "liblinear"])
@pytest.mark.parametrize("kind", PARITIES)
@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("strata", [False, True])
def test_moments_and_choice_are_those_of_the_estimator(kind, solver, weighted, strata):
    X, labels, groups = _table("one-hot")
    features = {"sensitive_features": groups}
    if weighted:
        features["sample_weight"] = np.random.default_rng(0).uniform(0.5, 2, len(X))
    if strata:
        features["control_features"] = np.where(X[:, -1] > 0, "u", "v")
    estimator = LogisticRegression(solver=solver, tol=1e-10, max_iter=10_000)
    fast, faithful = (
        GridSearch(estimator, kind(), grid_size=7, algorithm=algorithm).fit(X, labels, **features)
        for algorithm in ("fast", "faithful")
    )
    assert fast.best_idx_ == faithful.best_idx_
    np.testing.assert_array_equal(fast.lambda_vecs_, faithful.lambda_vecs_)
    np.testing.assert_allclose(fast.objectives_, faithful.objectives_, atol=4 / len(X))
    np.testing.assert_allclose(fast.gammas_, faithful.gammas_, atol=0.05)
    for learner, objective, column in zip(fast.predictors_, fast.objectives_, fast.gammas_):
        wrong = learner.predict(X) != labels
        assert objective == pytest.approx(np.average(wrong, weights=features.get("sample_weight")))
        np.testing.assert_allclose(
            fast.gammas_[column], fast.constraints_.gamma(learner.predict), atol=1e-12)
    # Both solutions are exact to six digits, within which a row may lie on the border.
    assert (fast.predict(X) != faithful.predict(X)).sum() <= 2


class Own(reductions.DemographicParity):
    """Somebody's moment: what a row costs is known row by row only."""


@pytest.mark.parametrize("solver", ["lbfgs", "liblinear"])
def test_somebody_s_own_moment_is_fitted_row_by_row(solver):
    X, labels, groups = _table("one-hot")
    own, ours = (
        GridSearch(LogisticRegression(solver=solver), moment, grid_size=5, algorithm="fast").fit(
            X, labels, sensitive_features=groups)
        for moment in (Own(), reductions.DemographicParity())
    )
    assert own.best_idx_ == ours.best_idx_
    for one, other in zip(own.predictors_, ours.predictors_):
        np.testing.assert_allclose(one.coef_, other.coef_, rtol=1e-5, atol=1e-6)


def test_forty_groups_and_a_group_without_positives():
    rng = np.random.default_rng(8)
    X, groups = rng.normal(size=(4000, 3)), rng.integers(40, size=4000)
    labels = ((X[:, 0] > 0.3) & (groups != 7)).astype(int)
    fast, faithful = (
        GridSearch(LogisticRegression(tol=1e-10, max_iter=10_000), reductions.EqualizedOdds(),
                   grid_size=3, algorithm=algorithm).fit(X, labels, sensitive_features=groups)
        for algorithm in ("fast", "faithful")
    )
    assert fast.gammas_.shape == (2 * 79, 3)
    np.testing.assert_allclose(fast.gammas_, faithful.gammas_, atol=0.03)


def test_a_point_that_asks_one_label_of_everyone_needs_no_learner():
    X, labels, groups = _table("numbers")
    lattice = GridSearch(LogisticRegression(), reductions.DemographicParity(), grid_size=3).fit(
        X, labels, sensitive_features=groups).lambda_vecs_
    grid = pd.DataFrame({"zero": 0.0, "far": 0.0}, index=lattice.index)
    grid.loc[("-", "all", "a"), "far"] = 9.0
    search = GridSearch(LogisticRegression(), reductions.DemographicParity(), grid=grid)
    search.fit(X, np.ones_like(labels), sensitive_features=groups)
    assert [type(learner).__name__ for learner in search.predictors_] == [
        "DummyClassifier", "LogisticRegression"]
    assert list(search.gammas_.columns) == ["zero", "far"]
    assert search.objectives_[0] == 0


def test_the_intercept_of_liblinear_is_penalised_in_mixtures_too():
    X, labels, groups = _table("numbers")
    X = X + 5  # far from the origin the penalty of the intercept matters
    features = {"sensitive_features": groups}
    parity = reductions.DemographicParity(difference_bound=1.0)
    means = []
    for solver in ("lbfgs", "liblinear"):
        estimator = LogisticRegression(solver=solver, C=0.01, tol=1e-10, max_iter=10_000)
        model = ExponentiatedGradient(estimator, parity, algorithm="fast")
        model.fit(X, labels, **features)
        plain = estimator.fit(X, labels)
        nearest = min(
            np.abs(member.coef_ - plain.coef_).max() for member in model.predictors_)
        assert nearest < 5e-3
        means.append(float(plain.intercept_[0]))
    assert abs(means[0] - means[1]) > 0.1


@pytest.mark.parametrize("change", [{"intercept_scaling": 2.0}, {"fit_intercept": False}])
def test_what_liblinear_does_otherwise_is_left_to_it(change):
    X, labels, groups = _table("numbers")
    search = GridSearch(
        LogisticRegression(solver="liblinear", **change), reductions.DemographicParity(),
        algorithm="fast")
    with pytest.raises(ValueError, match="fast.*cannot be used"):
        search.fit(X, labels, sensitive_features=groups)


@pytest.mark.parametrize("algorithm", ["fast", "faithful"])
def test_a_grid_remembers_its_columns(algorithm):
    X, labels, groups = _table("numbers")
    frame = pd.DataFrame(X, columns=list("uvw"))
    search = GridSearch(LogisticRegression(), reductions.DemographicParity(), algorithm=algorithm)
    search.fit(frame, labels, sensitive_features=groups)
    assert search.n_features_in_ == 3 and list(search.feature_names_in_) == list("uvw")
