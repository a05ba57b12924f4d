"""Estimators of `equipoise.linear_model`: scikit-learn's own checks, and the engine's promises."""

import copy
import pickle

import numpy as np
import pandas as pd
import pytest
from sklearn import linear_model as sklearn_models
from sklearn.base import clone
from sklearn.utils.estimator_checks import parametrize_with_checks

from equipoise.linear_model import (
    LogisticRegression,
    PenalizedLogisticRegression,
    PrejudiceRemoverClassifier,
)


CHECKED = [LogisticRegression()]


@parametrize_with_checks(CHECKED)
def test_scikit_learn_accepts(estimator, check):
    check(estimator)


@pytest.fixture(scope="module")
def data():
    rng = np.random.default_rng(1)
    group = rng.integers(0, 3, 3000)
    X = rng.normal(size=(3000, 5))
    X[:, 0] += group
    y = (X[:, 0] + X[:, 1] + rng.normal(size=3000) > 1).astype(int)
    weight = rng.integers(0, 3, 3000).astype(float)
    return X, y, group, weight


def test_same_optimum_as_scikit_learn(data):
    X, y, _, weight = data
    ours = LogisticRegression(C=0.5).fit(X, y, sample_weight=weight)
    theirs = sklearn_models.LogisticRegression(C=0.5, tol=1e-12, max_iter=1000).fit(
        X, y, sample_weight=weight
    )
    np.testing.assert_allclose(ours.coef_, theirs.coef_, atol=1e-6)
    np.testing.assert_allclose(ours.predict_proba(X), theirs.predict_proba(X), atol=1e-6)


def test_any_container_gives_the_same_model(data):
    X, y, group, _ = data
    expected = PenalizedLogisticRegression(strength=3).fit(X, y, sensitive_features=group)
    frame = pd.DataFrame(X, columns=list("abcde"))
    locked = X.copy()
    locked.flags.writeable = False
    for other in (np.asfortranarray(X), X[::-1][::-1], frame, X.tolist(), locked):
        for groups in (group.astype(str), pd.Series(group), group.tolist(), group[:, None]):
            model = PenalizedLogisticRegression(strength=3).fit(
                other, y, sensitive_features=groups
            )
            np.testing.assert_allclose(model.coef_, expected.coef_, rtol=1e-9)
    single = PenalizedLogisticRegression(strength=3).fit(
        X.astype(np.float32), y, sensitive_features=group
    )
    np.testing.assert_allclose(single.coef_, expected.coef_, atol=1e-3)
    assert single.decision_function(X.astype(np.float32)).dtype == np.float32


def test_inputs_are_not_modified(data):
    X, y, group, weight = (part.copy() for part in data)
    before = X.copy(), y.copy(), group.copy(), weight.copy()
    PenalizedLogisticRegression().fit(X, y, sensitive_features=group, sample_weight=weight)
    for part, kept in zip((X, y, group, weight), before):
        np.testing.assert_array_equal(part, kept)


def test_gradient_agrees_with_differences_and_vanishes_at_the_optimum(data):
    X, y, group, weight = data
    model = PenalizedLogisticRegression("equalized_odds", strength=2.0, l2=0.01)
    theta = np.linspace(-0.5, 0.5, X.shape[1] + 1)
    arguments = dict(sensitive_features=group, sample_weight=weight)
    value, gradient = model.objective_and_gradient(theta, X, y, **arguments)
    for j in range(theta.size):
        step = np.zeros_like(theta)
        step[j] = 1e-6
        high, _ = model.objective_and_gradient(theta + step, X, y, **arguments)
        low, _ = model.objective_and_gradient(theta - step, X, y, **arguments)
        assert gradient[j] == pytest.approx((high - low) / 2e-6, abs=1e-8)
    model.fit(X, y, **arguments)
    best = np.append(model.coef_[0], model.intercept_)
    value, gradient = model.objective_and_gradient(best, X, y, **arguments)
    assert value == pytest.approx(model.objective_, rel=1e-12)
    assert np.abs(gradient).max() < 1e-5


def test_weight_0_removes_and_2_repeats(data):
    X, y, group, weight = data
    repeated = np.repeat(np.arange(len(y)), weight.astype(int))
    one = PenalizedLogisticRegression(strength=5, l2=0.01, tol=1e-12).fit(
        X, y, sensitive_features=group, sample_weight=weight
    )
    other = PenalizedLogisticRegression(strength=5, l2=0.01, tol=1e-12).fit(
        X[repeated], y[repeated], sensitive_features=group[repeated]
    )
    np.testing.assert_allclose(one.coef_, other.coef_, atol=1e-7)


def test_path_agrees_with_single_fits(data):
    X, y, group, _ = data
    strengths = [10.0, 0.0, 1.0]
    path = PenalizedLogisticRegression(l2=0.01).path(
        X, y, strengths=strengths, sensitive_features=group
    )
    for strength, model in zip(strengths, path):
        assert model.strength == strength
        single = PenalizedLogisticRegression(strength=strength, l2=0.01).fit(
            X, y, sensitive_features=group
        )
        assert model.objective_ == pytest.approx(single.objective_, rel=1e-7)


def test_copies_predict_the_same(data):
    X, y, group, _ = data
    model = PrejudiceRemoverClassifier(eta=3).fit(X, y, sensitive_features=group)
    expected = model.predict_proba(X, sensitive_features=group)
    for other in (pickle.loads(pickle.dumps(model)), copy.deepcopy(model)):
        np.testing.assert_array_equal(
            other.predict_proba(X, sensitive_features=group), expected
        )
    assert clone(model).get_params() == model.get_params()


@pytest.mark.parametrize("place", [(3, 2), (2999, 0)])
def test_errors_name_the_argument(data, place):
    X, y, group, weight = data
    with pytest.raises(TypeError, match="sensitive_features"):
        PenalizedLogisticRegression().fit(X, y)
    with pytest.raises(ValueError, match="sensitive_feature.*rows"):
        PenalizedLogisticRegression().fit(X, y, sensitive_features=group[:-1])
    with pytest.raises(ValueError, match="strength"):
        PenalizedLogisticRegression(strength=-1).fit(X, y, sensitive_features=group)
    with pytest.raises(ValueError, match="equal_oportunity"):
        PenalizedLogisticRegression("equal_oportunity").fit(X, y, sensitive_features=group)
    missing = group.astype(float)
    missing[place[0]] = np.nan
    with pytest.raises(ValueError, match=f"row {place[0]}"):
        PenalizedLogisticRegression().fit(X, y, sensitive_features=missing)
    with pytest.raises(ValueError, match="one class"):
        LogisticRegression().fit(X, np.ones(len(y)))
    with pytest.raises(ValueError, match="l2 or C"):
        LogisticRegression(l2=1.0, C=1.0).fit(X, y)
    model = PrejudiceRemoverClassifier().fit(X, y, sensitive_features=group)
    with pytest.raises(ValueError, match="no group '9'"):
        model.predict(X, sensitive_features=np.full(len(y), 9))
