"""The adversarial estimators: they narrow gaps, repeat themselves, and name what they cannot do."""

import pickle

import numpy as np
import pandas as pd
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


CHECKED = [SuppliedClassifier(epochs=40), SuppliedRegressor(epochs=40)]


@parametrize_with_checks(CHECKED, expected_failed_checks=expected_failures)
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
    for kind in (TypeError, ValueError):
        with pytest.raises(kind, match="sensitive_features"):
            AdversarialFairnessClassifier().fit(X, y)
    with pytest.raises(ValueError, match="alpha"):
        AdversarialFairnessClassifier(alpha=-1).fit(X, y, sensitive_features=group)
    wrong = [
        [8, "relu", 9], [8, "relu", 9, "tanh"], ["relu"], [0], ["8"], [2.5], "relu", object(),
    ]
    for layers in wrong:
        with pytest.raises(ValueError, match="predictor_model"):
            AdversarialFairnessClassifier(layers).fit(X, y, sensitive_features=group)
    with pytest.raises(ValueError, match="swish"):
        AdversarialFairnessClassifier([8, "swish"]).fit(X, y, sensitive_features=group)
    with pytest.raises(ValueError, match="constraint"):
        AdversarialFairnessClassifier(constraints="x").fit(X, y, sensitive_features=group)
    with pytest.raises(ValueError, match="3 classes"):
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


def test_layers_have_widths_of_their_own(data):
    X, y, group = data
    model = AdversarialFairnessClassifier(
        [12, "tanh", 5, "tanh"], [6, "sigmoid", 3, "sigmoid"], epochs=4, random_state=0
    ).fit(X, y, sensitive_features=group)
    options = model._model.report["options"]
    assert options["hidden"] == "12,5" and options["adversary_hidden"] == "6,3"
    assert (options["activation"], options["adversary_activation"]) == ("tanh", "sigmoid")
    shapes = {
        name: model._model.tensor(name).shape for name in ("layer0.weight", "layer1.weight")
    }
    assert shapes == {"layer0.weight": (2, 12), "layer1.weight": (12, 5)}
    assert model.score(X, y) > 0.6


def test_an_adversary_learns_by_the_rule_that_is_asked_for(data):
    X, y, group = data
    scores = {
        rule: AdversarialFairnessClassifier(
            [8, "relu"], adversary_optimizer=rule, epochs=4, random_state=0
        ).fit(X, y, sensitive_features=group).decision_function(X)
        for rule in (None, "Adam", "sgd")
    }
    assert not np.array_equal(scores[None], scores["Adam"])
    assert not np.array_equal(scores["sgd"], scores["Adam"])
    with pytest.raises(ValueError, match="adversary_optimizer"):
        AdversarialFairnessClassifier(adversary_optimizer=lambda model: None).fit(
            X, y, sensitive_features=group
        )


@pytest.mark.parametrize(
    "argument", [
        {"backend": "torch"}, {"shuffle": False}, {"progress_updates": 2}, {"cuda": "cuda:0"},
        {"skip_validation": True},
    ],
)
def test_what_has_no_effect_is_said_once(data, argument):
    X, y, group = data
    model = AdversarialFairnessClassifier([], epochs=1, random_state=0)
    plain = clone(model).fit(X, y, sensitive_features=group).decision_function(X)
    with pytest.warns(UserWarning, match=f"without effect: {next(iter(argument))}") as told:
        same = clone(model).set_params(**argument).fit(X, y, sensitive_features=group)
    assert len(told) == 1 and told[0].filename == __file__
    np.testing.assert_array_equal(same.decision_function(X), plain)


def test_what_would_change_the_result_is_refused(data):
    X, y, group = data
    for argument in ({"callbacks": print}, {"warm_start": True}, {"backend": "jax"}):
        with pytest.raises(ValueError, match=next(iter(argument))):
            AdversarialFairnessClassifier(**argument).fit(X, y, sensitive_features=group)
    with pytest.raises(AttributeError, match="partial_fit"):
        AdversarialFairnessClassifier().partial_fit(X, y)


@pytest.fixture(scope="module")
def ages():
    rng = np.random.default_rng(0)
    age, X = rng.normal(size=3000), rng.normal(size=(3000, 3))
    X[:, 0] += age
    return X, (X.sum(axis=1) + rng.normal(size=3000) > 0).astype(int), age


def correlation(model, X, age):
    return abs(np.corrcoef(model.predict_proba(X)[:, 1], age)[0, 1])


@pytest.mark.parametrize("hidden", [[], [16, "relu"]])
def test_a_continuous_feature_is_not_told_from_decisions(ages, hidden):
    X, y, age = ages
    model = AdversarialFairnessClassifier(adversary_model=hidden, random_state=0)
    plain = clone(model).set_params(alpha=0).fit(X, y, sensitive_features=age)
    even = clone(model).fit(X, y, sensitive_features=age)
    assert correlation(plain, X, age) > 0.4
    assert correlation(even, X, age) < 0.12 and even.score(X, y) > 0.7
    np.testing.assert_array_equal(
        pickle.loads(pickle.dumps(even)).predict_proba(X), even.predict_proba(X)
    )


def test_a_continuous_gap_is_driven_to(ages):
    X, y, age = ages
    model = AdversarialFairnessClassifier([8, "relu"], target_gap=0.03, epochs=60, random_state=0)
    chosen = model.fit(X, y, sensitive_features=age).predict(X)
    change = abs(np.cov(chosen, age)[0, 1]) / age.std()
    assert change < 0.035 < abs(np.cov(y, age)[0, 1]) / age.std()


def test_the_unit_of_a_continuous_feature_does_not_matter(ages):
    X, y, age = ages
    model = AdversarialFairnessClassifier([], epochs=5, random_state=0)
    one, two = (
        clone(model).fit(X, y, sensitive_features=values).decision_function(X)
        for values in (age, 40 + 1024 * age)
    )
    np.testing.assert_allclose(one, two, atol=1e-5)


def test_which_features_are_continuous(ages):
    X, y, age = ages
    whole = np.round(10 * age)
    sex = np.where(age > 0, "f", "m")
    few = np.round(2 * np.clip(age, -2, 2)) / 2

    def scores(features, continuous=None):
        model = AdversarialFairnessClassifier(
            [], epochs=2, random_state=0, continuous=continuous
        )
        return model.fit(X, y, sensitive_features=features).decision_function(X)

    def same(one, two):
        return np.array_equal(one, two)

    assert same(scores(age), scores({"age": age}, ["age"]))
    assert same(scores(age), scores(age.astype(object)))
    assert same(scores(few), scores(few, False)) and not same(scores(few), scores(few, True))
    assert same(scores(whole), scores(whole, False))
    assert not same(scores(whole), scores(whole.astype(int), True))
    both = {"sex": sex, "age": age}
    assert same(scores(both), scores(both, "age")) and not same(scores(both), scores(age))
    with pytest.raises(ValueError, match="no sensitive feature is called 'size'"):
        scores(both, "size")
    with pytest.raises(ValueError, match="'sex' does not hold numbers"):
        scores(both, True)
    missing = np.where(np.arange(len(age)) == 7, np.nan, age)
    with pytest.raises(ValueError, match="missing in row 7"):
        scores(missing)


def test_a_regressor_takes_continuous_features(ages):
    X, _, age = ages
    rng = np.random.default_rng(1)
    wage = 1000 * (X.sum(axis=1) + rng.normal(size=len(X)))
    plain, even = (
        AdversarialFairnessRegressor([8, "relu"], alpha=alpha, random_state=0)
        .fit(X, wage, sensitive_features=age).predict(X)
        for alpha in (0.0, 20.0)
    )
    before, after = (abs(np.corrcoef(values, age)[0, 1]) for values in (plain, even))
    assert before > 0.4 and after < 0.12


def test_a_table_with_a_continuous_column(ages):
    X, y, age = ages
    table = {"a": X[:, 0], "b": X[:, 1], "c": X[:, 2], "age": age, "y": y}
    even = equipoise.train("adversarial", table, label="y", positive=1, continuous=["age"])
    plain = equipoise.train(
        "adversarial", table, label="y", positive=1, continuous=["age"], strength=0
    )
    del table["age"]
    before, after = (
        abs(np.corrcoef(model.predict(table).probability, age)[0, 1]) for model in (plain, even)
    )
    assert before > 0.4 and after < 0.12
    with pytest.raises(ValueError, match="sensitive"):
        equipoise.train("adversarial", table, label="y", positive=1)
    with pytest.raises(ValueError, match="hidden"):
        equipoise.train(
            "adversarial", {**table, "age": age}, label="y", positive=1, continuous=["age"],
            hidden="8,x",
        )


def test_texts_are_levels(data):
    X, y, group = data
    frame = pd.DataFrame({"x": X[:, 1] * 1000, "g": np.where(group == 0, "a", "b")})
    model = AdversarialFairnessClassifier([4, "relu"], alpha=0, epochs=20, random_state=0)
    model.fit(frame, y, sensitive_features=group)
    assert model.score(frame, y) > 0.6
    alone = model.decision_function(frame.assign(x=0.0))
    assert len(np.unique(alone)) == 2
    with pytest.warns(UserWarning, match="column 'g': 1 rows .*'z' in row 2"):
        model.predict(frame.assign(g=np.where(np.arange(len(y)) == 2, "z", frame["g"])))
