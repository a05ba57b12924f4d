"""Frames with texts and categories as features: levels, names, and one rule for what is missing."""

import pickle
import warnings

import numpy as np
import pandas as pd
import pytest
import sklearn
from sklearn.base import clone
from sklearn.model_selection import cross_validate
from sklearn.preprocessing import OneHotEncoder

from equipoise.linear_model import (
    LogisticRegression,
    PenalizedLogisticRegression,
    PrejudiceRemoverClassifier,
)
from equipoise.reductions import DemographicParity, ExponentiatedGradient


@pytest.fixture(scope="module")
def rows():
    rng = np.random.default_rng(3)
    n = 2000
    group = rng.choice(["f", "m"], n)
    job = rng.choice(["desk", "field", "road"], n, p=[0.5, 0.3, 0.2])
    age = rng.normal(40, 10, n)
    score = (age - 40) / 10 + (job == "desk") - (job == "road") + 0.5 * (group == "m")
    y = np.where(score + rng.logistic(size=n) > 0, "yes", "no")
    frame = pd.DataFrame({"job": job, "age": age, "group": group, "full": rng.random(n) < 0.5})
    return frame, y, group


ESTIMATORS = [
    LogisticRegression(), PenalizedLogisticRegression(strength=1), PrejudiceRemoverClassifier(),
    PrejudiceRemoverClassifier(per_group=False),
]


def groups_of(model, group):
    return {} if isinstance(model, LogisticRegression) else {"sensitive_features": group}


def at_prediction(model, group):
    per_group = isinstance(model, PrejudiceRemoverClassifier) and model.per_group
    return {"sensitive_features": group} if per_group else {}


def test_levels_are_columns_of_zeros_and_ones(rows):
    frame, y, _ = rows
    ours = LogisticRegression(l2=0.01).fit(frame, y)
    encoder = OneHotEncoder(sparse_output=False).set_output(transform="pandas")
    dummies = encoder.fit_transform(frame[["job", "group"]])
    wide = pd.concat([frame[["age", "full"]].astype(float), dummies], axis=1)
    theirs = LogisticRegression(l2=0.01).fit(wide, y)
    names = [
        "age", "full", "job=desk", "job=field", "job=road", "group=f", "group=m",
    ]
    assert ours.get_feature_names_out().tolist() == names
    np.testing.assert_allclose(ours.coef_, theirs.coef_, atol=1e-6)
    np.testing.assert_allclose(ours.predict_proba(frame), theirs.predict_proba(wide), atol=1e-6)
    assert ours.n_features_in_ == 4 and ours.feature_names_in_.tolist() == list(frame.columns)


@pytest.mark.parametrize("model", ESTIMATORS, ids=repr)
def test_any_kind_of_frame_is_the_same(rows, model):
    frame, y, group = rows
    polars, arrow = pytest.importorskip("polars"), pytest.importorskip("pyarrow")
    expected = clone(model).fit(frame, y, **groups_of(model, group))
    scores = expected.decision_function(frame, **at_prediction(model, group))
    np.testing.assert_array_equal(
        pickle.loads(pickle.dumps(expected)).decision_function(
            frame, **at_prediction(model, group)
        ), scores,
    )
    texts = polars.DataFrame({name: frame[name].tolist() for name in frame.columns})
    kinds = [
        frame.astype({"job": object, "group": "category"}),
        frame.astype({"job": "category", "group": "string"}),
        texts,
        arrow.table({name: frame[name].tolist() for name in frame.columns}),
    ]
    for kind in kinds:
        again = clone(model).fit(kind, y, **groups_of(model, group))
        assert again.get_feature_names_out().tolist() == expected.get_feature_names_out().tolist()
        np.testing.assert_allclose(
            again.decision_function(kind, **at_prediction(model, group)), scores, atol=1e-9
        )


def test_coefficients_are_in_the_units_of_the_frame(rows):
    """Numbers that are standardized on the way have coefficients for what was given."""
    frame, y, group = rows
    model = PenalizedLogisticRegression(strength=5).fit(frame, y, sensitive_features=group)
    wide = np.column_stack(
        [frame["age"], frame["full"]]
        + [frame[name] == level for name, level in [
            ("job", "desk"), ("job", "field"), ("job", "road"), ("group", "f"), ("group", "m"),
        ]]
    ).astype(float)
    scores = wide @ model.coef_[0] + model.intercept_[0]
    np.testing.assert_allclose(scores, model.decision_function(frame), atol=1e-9)
    theta = np.append(model.coef_[0], model.intercept_)
    value, gradient = model.objective_and_gradient(theta, frame, y, sensitive_features=group)
    assert abs(value - model.objective_) < 1e-9 and np.abs(gradient).max() < 1e-2
    for j in range(len(theta)):
        step = np.zeros(len(theta))
        step[j] = 1e-4
        ends = [
            model.objective_and_gradient(theta + 1 + s, frame, y, sensitive_features=group)[0]
            for s in (step, -step)
        ]
        slope = model.objective_and_gradient(theta + 1, frame, y, sensitive_features=group)[1][j]
        assert abs((ends[0] - ends[1]) / 2e-4 - slope) < 1e-3 * max(1, abs(slope))
    for other in model.path(frame, y, strengths=[5.0], sensitive_features=group):
        expected = model.predict_proba(frame)
        np.testing.assert_allclose(other.predict_proba(frame), expected, atol=1e-3)


def test_categories_that_no_row_has_are_no_levels(rows):
    frame, y, _ = rows
    codes = pd.Categorical(frame["job"], categories=["boat", "road", "field", "desk"])
    plain = LogisticRegression().fit(frame[["job", "age"]], y)
    typed = LogisticRegression().fit(frame[["job", "age"]].assign(job=codes), y)
    assert list(typed.get_feature_names_out()) == list(plain.get_feature_names_out())
    assert np.array_equal(typed.coef_, plain.coef_)


def test_a_value_that_was_not_in_the_fit_counts_as_no_level(rows):
    frame, y, _ = rows
    model = LogisticRegression().fit(frame, y)
    new = frame.head(4).copy()
    new["job"] = ["desk", "moon", None, "moon"]
    with pytest.warns(UserWarning, match="column 'job': 3 rows .*'moon' in row 1") as told:
        scores = model.decision_function(new)
    assert told[0].filename == __file__
    place = model.get_feature_names_out().tolist().index("job=desk")
    expected = model.decision_function(new.assign(job="desk")) - model.coef_[0, place]
    np.testing.assert_allclose(scores[1:], expected[1:])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        model.predict(frame)


def test_a_missing_text_is_a_level_and_a_missing_number_an_error(rows):
    frame, y, _ = rows
    holes = frame.copy()
    holes.loc[::7, "job"] = None
    model = LogisticRegression().fit(holes, y)
    assert "job=(missing)" in model.get_feature_names_out()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        model.predict(holes)
    holes.loc[3, "age"] = np.nan
    with pytest.raises(ValueError, match="contains NaN: column 'age' in row 3"):
        LogisticRegression().fit(holes, y)
    with pytest.raises(ValueError, match="contains NaN: column 'age' in row 3"):
        model.predict(holes)


def test_what_is_neither_number_nor_text_is_named(rows):
    frame, y, _ = rows
    mixed = frame.astype({"job": object}).copy()
    mixed.loc[4, "job"] = 7
    with pytest.raises(ValueError, match="'job' of X holds texts and other values: 'desk'|row 4"):
        LogisticRegression().fit(mixed, y)
    dated = frame.assign(when=pd.Timestamp("2020-01-01"))
    with pytest.raises(ValueError, match="'when' of X"):
        LogisticRegression().fit(dated, y)
    with pytest.raises(ValueError, match="X holds texts. A frame of pandas"):
        LogisticRegression().fit(frame.to_numpy(), y)
    model = LogisticRegression().fit(frame, y)
    with pytest.raises(ValueError, match="must be a frame .* job, group"):
        model.predict(np.zeros((2, 4)))
    with pytest.raises(ValueError, match="'age' of X held numbers"):
        model.predict(frame.assign(age="old"))
    with pytest.raises(ValueError, match="feature names"):
        model.predict(frame.drop(columns="job"))


def test_numbers_as_levels(rows):
    frame, y, _ = rows
    coded = frame.assign(job=pd.Categorical(np.arange(len(y)) % 3))
    model = LogisticRegression().fit(coded, y)
    assert "job=2" in model.get_feature_names_out()
    plain = coded.assign(job=coded["job"].astype(float))
    np.testing.assert_array_equal(model.predict_proba(plain), model.predict_proba(coded))


def test_adult_as_it_is():
    from equipoise.datasets import load_adult

    adult = load_adult(part="train")
    sex = adult.data["sex"]
    model = PenalizedLogisticRegression(strength=10).fit(
        adult.data, adult.target, sensitive_features=sex
    )
    assert model.status_ == "converged" and model.score(adult.data, adult.target) > 0.82
    probability = model.predict_proba(adult.data)[:, 1]
    assert abs(probability[sex == "Male"].mean() - probability[sex == "Female"].mean()) < 0.03


def test_a_prejudice_remover_is_scored(rows):
    frame, y, group = rows
    model = PrejudiceRemoverClassifier().fit(frame, y, sensitive_features=group)
    right = (model.predict(frame, sensitive_features=group) == y).mean()
    assert model.score(frame, y, sensitive_features=group) == right
    for kind in (TypeError, ValueError):
        with pytest.raises(kind, match="sensitive_features"):
            model.score(frame, y)
    with sklearn.config_context(enable_metadata_routing=True):
        asked = PrejudiceRemoverClassifier().set_fit_request(sensitive_features=True)
        asked.set_score_request(sensitive_features=True)
        scores = cross_validate(asked, frame, y, cv=3, params={"sensitive_features": group})
    assert scores["test_score"].min() > 0.6


def test_reductions_take_texts_by_an_estimator_that_does():
    rng = np.random.default_rng(0)
    X = pd.DataFrame({"x": rng.normal(size=300), "city": rng.choice(["Rome", "Oslo"], 300)})
    y, group = (X.x + rng.normal(size=300) > 0).astype(int), rng.choice(["a", "b"], 300)
    with pytest.raises(ValueError, match="column 'city'.*LogisticRegression.*get_dummies"):
        ExponentiatedGradient(None, DemographicParity()).fit(X, y, sensitive_features=group)
    model = ExponentiatedGradient(LogisticRegression(), DemographicParity())
    model.fit(X, y, sensitive_features=group)
    assert set(model.predict(X, random_state=0)) == {0, 1}
