"""The adversarial estimators: they narrow gaps, repeat themselves, and name what they cannot do."""

import pickle

import numpy as np
import pytest
from sklearn.base import clone, is_regressor
from sklearn.utils.estimator_checks import parametrize_with_checks
from sklearn.utils.validation import _num_samples

import equipoise
from equipoise.adversarial import AdversarialFairnessClassifier, AdversarialFairnessRegressor


def alternating(X, groups):
    return np.arange(_num_samples(X)) % 2 if groups is None else groups


class SuppliedClassifier(AdversarialFairnessClassifier):
    """With groups where none are given, as checks that know nothing of them do."""

    def fit(self, X, y, *, sensitive_features=None, sample_weight=None):
        groups = alternating(X, sensitive_features)
        return super().fit(X, y, sensitive_features=groups, sample_weight=sample_weight)


class SuppliedRegressor(AdversarialFairnessRegressor):
    def fit(self, X, y, *, sensitive_features=None, sample_weight=None):
        groups = alternating(X, sensitive_features)
        return super().fit(X, y, sensitive_features=groups, sample_weight=sample_weight)


def expected_failures(estimator):
    """Batches are drawn by the number of rows, so weights and repetitions are the same only on
    average; groups go with the place of a row."""
    reason = "batches depend on the number of rows"
    return {
        "check_sample_weight_equivalence_on_dense_data": reason,
        "check_sample_weight_equivalence_on_sparse_data": reason,
    }


@parametrize_with_checks(
    [SuppliedClassifier(epochs=40), SuppliedRegressor(epochs=40)],
    expected_failed_checks=expected_failures,
)
def test_scikit_learn_checks(estimator, check):
    check(estimator)


@pytest.fixture(scope="module")
def data():
    rng = np.random.default_rng(8)
    group = rng.integers(0, 2, 3000)
    X = np.column_stack([rng.normal(group, 1.0), rng.normal(size=3000)])
    y = np.where(X.sum(axis=1) + rng.normal(size=3000) > 0.5, "yes", "no")
    return X, y, group


def gap(model, X, group):
    chosen = model.predict(X) == "yes"
    return abs(chosen[group == 0].mean() - chosen[group == 1].mean())


def test_an_adversary_narrows_the_gap(data):
    X, y, group = data
    gaps = [
        gap(
            AdversarialFairnessClassifier([8, "relu"], alpha=alpha, random_state=0).fit(
                X, y, sensitive_features=group
            ),
            X, group,
        )
        for alpha in (0.0, 20.0)
    ]
    assert gaps[0] > 0.2 and gaps[1] < 0.5 * gaps[0]


def test_same_seed_same_model(data):
    X, y, group = data
    model = AdversarialFairnessClassifier([8, "tanh"], [4], epochs=3, random_state=3)
    one, two = (clone(model).fit(X, y, sensitive_features=group) for _ in range(2))
    expected = one.predict_proba(X)
    np.testing.assert_array_equal(two.predict_proba(X), expected)
    np.testing.assert_array_equal(pickle.loads(pickle.dumps(one)).predict_proba(X), expected)
    np.testing.assert_allclose(expected.sum(axis=1), 1)
    assert one.predict(X).dtype == y.dtype


def test_errors_name_the_argument(data):
    X, y, group = data
    with pytest.raises(TypeError, match="sensitive_features"):
        AdversarialFairnessClassifier().fit(X, y)
    with pytest.raises(ValueError, match="predictor_model"):
        AdversarialFairnessClassifier([8, 9]).fit(X, y, sensitive_features=group)
    with pytest.raises(ValueError, match="swish"):
        AdversarialFairnessClassifier([8, "swish"]).fit(X, y, sensitive_features=group)
    with pytest.raises(ValueError, match="constraint"):
        AdversarialFairnessClassifier(constraints="x").fit(X, y, sensitive_features=group)
    with pytest.raises(ValueError, match="2|classes"):
        AdversarialFairnessClassifier().fit(X, np.arange(len(y)) % 3, sensitive_features=group)


@pytest.fixture(scope="module")
def wages(data):
    X, _, group = data
    rng = np.random.default_rng(9)
    return X, 30_000 + 5_000 * (X.sum(axis=1) + rng.normal(size=len(X))), group


def apart(values, group):
    return abs(values[group == 0].mean() - values[group == 1].mean())


@pytest.mark.parametrize("constraints", ["demographic_parity", "equalized_odds"])
def test_numbers_are_predicted_in_their_units(wages, constraints):
    X, y, group = wages
    models = [
        AdversarialFairnessRegressor(
            [8, "relu"], constraints=constraints, alpha=alpha, random_state=0
        ).fit(X, y, sensitive_features=group)
        for alpha in (0.0, 20.0)
    ]
    plain, even = (model.predict(X) for model in models)
    assert models[0].score(X, y) > 0.6 and is_regressor(models[0])
    if constraints == "demographic_parity":
        gaps = [apart(values, group) for values in (plain, even)]
    else:  # how far apart groups with the same number lie
        design = np.column_stack([np.ones(len(y)), y, group])
        gaps = [abs(np.linalg.lstsq(design, values)[0][2]) for values in (plain, even)]
    assert gaps[1] < 0.5 * gaps[0]
    other = clone(models[1]).fit(X, y, sensitive_features=group).predict(X)
    np.testing.assert_array_equal(other, even)
    np.testing.assert_array_equal(pickle.loads(pickle.dumps(models[1])).predict(X), even)
    scaled = clone(models[1]).fit(X, y / 1024, sensitive_features=group).predict(X)
    np.testing.assert_allclose(scaled * 1024, even, rtol=1e-6)


def test_a_gap_of_numbers_is_driven_to(wages):
    X, y, group = wages
    model = AdversarialFairnessRegressor([8, "relu"], target_gap=0.05, epochs=40, random_state=0)
    predicted = model.fit(X, y, sensitive_features=group).predict(X)
    assert apart(predicted, group) < 0.06 * y.std() < apart(y, group)


def test_what_numbers_do_not_have_is_named(wages):
    X, y, group = wages
    with pytest.raises(TypeError, match="sensitive_features"):
        AdversarialFairnessRegressor().fit(X, y)
    with pytest.raises(ValueError, match="equal_opportunity"):
        AdversarialFairnessRegressor(constraints="equal_opportunity").fit(
            X, y, sensitive_features=group
        )
    with pytest.raises(ValueError, match="target"):
        AdversarialFairnessRegressor().fit(X, np.ones(len(y)), sensitive_features=group)


def test_a_table_with_a_target_column(wages):
    X, y, group = wages
    table = {"a": X[:, 0], "b": X[:, 1], "wage": y, "sex": np.where(group == 0, "f", "m")}
    model = equipoise.train(
        "adversarial", table, target_column="wage", sensitive="sex", epochs=10, strength=0
    )
    predicted = model.predict(table).prediction
    assert np.corrcoef(predicted, y)[0, 1] > 0.7 and abs(predicted.mean() - y.mean()) < 1000
    with pytest.raises(AttributeError, match="probability"):
        model.predict(table).probability
    with pytest.raises(TypeError, match="target_column"):
        equipoise.train("adversarial", table, sensitive="sex")


@pytest.mark.parametrize("unit", [1e200, 1e-200])
def test_targets_out_of_reach_are_an_error(unit):
    rng = np.random.default_rng(4)
    X, y, groups = rng.normal(size=(200, 2)), rng.normal(size=200), rng.integers(2, size=200)
    with pytest.raises(ValueError, match="out of range"):
        AdversarialFairnessRegressor(epochs=1).fit(X, unit * y, sensitive_features=groups)
