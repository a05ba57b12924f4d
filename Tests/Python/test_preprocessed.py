"""Preprocessors before estimators: nothing is dropped, names stay, texts are categories."""

import pickle

import numpy as np
import pandas as pd
import pytest
import sklearn
from sklearn.base import clone, is_classifier
from sklearn.exceptions import UnsetMetadataPassedError
from sklearn.linear_model import LogisticRegression, Perceptron
from sklearn.model_selection import GridSearchCV
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from equipoise import linear_model
from equipoise.preprocessing import (
    CorrelationRemover,
    DisparateImpactRemover,
    Massaging,
    OptimizedPreprocessing,
    PreferentialSampling,
    Preprocessed,
    Preprocessor,
    Resampler,
    Reweighing,
)


@pytest.fixture(scope="module")
def data():
    rng = np.random.default_rng(0)
    group = rng.integers(0, 2, 1200)
    X = rng.normal(size=(1200, 3)) + group[:, None] * [1.0, 0.5, 0.0]
    y = np.where(X.sum(axis=1) + rng.normal(size=1200) > 0.7, "yes", "no")
    return X, y, group


@pytest.fixture(scope="module")
def frame(data):
    X, _, group = data
    rng = np.random.default_rng(1)
    job = np.where(rng.random(len(X)) < 0.3 + 0.4 * group, "desk", "field").astype(object)
    job[5] = None
    shift = pd.Categorical(rng.integers(1, 4, len(X)))
    return pd.DataFrame({"b": X[:, 0], "job": job, "a": X[:, 1], "shift": shift})


@pytest.fixture
def routing():
    with sklearn.config_context(enable_metadata_routing=True):
        yield


CHANGING = [
    Reweighing(), Massaging(), PreferentialSampling(), OptimizedPreprocessing(),
    Preprocessor("label-flipping"), Preprocessor("sampling", {"scheme": "uniform"}),
]


@pytest.mark.parametrize("method", CHANGING, ids=repr)
def test_a_pipeline_does_not_drop_what_changes(data, routing, method):
    X, y, group = data
    step = clone(method).set_fit_request(sensitive_features=True)
    step.set_transform_request(sensitive_features=True)
    with pytest.raises(ValueError, match=f"{type(method).__name__} changes .* Preprocessed"):
        make_pipeline(step, LogisticRegression()).fit(X, y, sensitive_features=group)


@pytest.mark.parametrize("method", CHANGING, ids=repr)
def test_an_estimator_is_fitted_to_what_changed(data, method):
    X, y, group = data
    model = Preprocessed(LogisticRegression(), method).fit(X, y, sensitive_features=group)
    features, labels, weight = clone(method).fit_resample(X, y, sensitive_features=group)
    expected = LogisticRegression().fit(features, labels, sample_weight=weight)
    np.testing.assert_array_equal(model.estimator_.coef_, expected.coef_)
    assert not np.allclose(expected.coef_, LogisticRegression().fit(X, y).coef_, rtol=1e-3)
    chosen = model.predict(X, sensitive_features=group)
    again = pickle.loads(pickle.dumps(model)).predict(X, sensitive_features=group)
    np.testing.assert_array_equal(again, chosen)
    assert is_classifier(model) and model.classes_.tolist() == ["no", "yes"]
    assert model.score(X, y, sensitive_features=group) == (chosen == y).mean()
    assert model.predict_proba(X, sensitive_features=group).shape == (len(y), 2)


def test_features_that_move_at_prediction_too(data):
    X, y, group = data
    model = Preprocessed(GaussianNB(), DisparateImpactRemover())
    model.fit(X, y, sensitive_features=group)
    moved = model.preprocessor_.transform(X, sensitive_features=group)
    np.testing.assert_array_equal(
        model.predict(X, sensitive_features=group), model.estimator_.predict(moved)
    )
    assert not hasattr(model, "decision_function")
    with pytest.raises(ValueError, match="sensitive"):
        model.predict(X)


def test_weights_reach_a_pipeline_or_are_not_dropped(data):
    X, y, group = data
    inner = make_pipeline(StandardScaler(), LogisticRegression())
    model = Preprocessed(inner).fit(X, y, sensitive_features=group)
    _, _, weight = Reweighing().fit_resample(X, y, sensitive_features=group)
    expected = clone(inner).fit(X, y, logisticregression__sample_weight=weight)
    np.testing.assert_array_equal(model.estimator_[-1].coef_, expected[-1].coef_)
    with pytest.raises(ValueError, match="KNeighborsClassifier takes no sample_weight"):
        Preprocessed(KNeighborsClassifier()).fit(X, y, sensitive_features=group)
    Preprocessed(KNeighborsClassifier(), Massaging()).fit(X, y, sensitive_features=group)
    Preprocessed(Perceptron(), Massaging()).fit(X, y, sensitive_features=group)


def test_searches_route_groups_and_weights(data, routing):
    X, y, group = data
    model = Preprocessed(LogisticRegression(), Reweighing())
    model.set_fit_request(sensitive_features=True).set_score_request(sensitive_features=False)
    search = GridSearchCV(model, {"estimator__C": [0.01, 1.0]}, cv=2)
    assert search.fit(X, y, sensitive_features=group).best_score_ > 0.6


def test_samplers_of_imbalanced_learn(data):
    X, y, group = data
    features, labels = Resampler(Massaging()).fit_resample(X, y, sensitive_features=group)
    expected = Massaging().fit_resample(X, y, sensitive_features=group)
    np.testing.assert_array_equal(features, expected[0])
    np.testing.assert_array_equal(labels, expected[1])
    with pytest.raises(ValueError, match="Reweighing weighs rows"):
        Resampler(Reweighing()).fit_resample(X, y, sensitive_features=group)
    with pytest.raises(ValueError, match="changes the features of new rows"):
        Resampler(DisparateImpactRemover()).fit_resample(X, y, sensitive_features=group)


def test_the_pipeline_of_imbalanced_learn(data, routing):
    pipelines = pytest.importorskip("imblearn.pipeline")
    X, y, group = data
    model = pipelines.make_pipeline(Resampler(PreferentialSampling()), LogisticRegression())
    model.fit(X, y, sensitive_features=group)
    features, labels, _ = PreferentialSampling().fit_resample(X, y, sensitive_features=group)
    expected = LogisticRegression().fit(features, labels)
    np.testing.assert_array_equal(model[-1].coef_, expected.coef_)


def test_names_stay(data, frame):
    _, y, group = data
    model = DisparateImpactRemover().fit(frame, y, sensitive_features=group)
    assert model.get_feature_names_out().tolist() == ["b", "job", "a", "shift"]
    assert model.feature_names_in_.tolist() == ["b", "job", "a", "shift"]
    moved = model.transform(frame, sensitive_features=group)
    assert moved.columns.tolist() == ["b", "job", "a", "shift"]
    assert set(moved["job"].dropna()) == {"desk", "field"}
    shares = [(moved["job"][group == g] == "desk").mean() for g in (0, 1)]
    before = [(frame["job"][group == g] == "desk").mean() for g in (0, 1)]
    assert abs(shares[0] - shares[1]) < 0.2 * abs(before[0] - before[1])
    numbers = DisparateImpactRemover().fit(frame[["b", "a"]], y, sensitive_features=group)
    assert isinstance(numbers.transform(frame[["b", "a"]], sensitive_features=group), np.ndarray)
    plain = DisparateImpactRemover().fit(data[0], y, sensitive_features=group)
    assert plain.get_feature_names_out().tolist() == ["x0", "x1", "x2"]
    assert plain.get_feature_names_out(["p", "q", "r"]).tolist() == ["p", "q", "r"]


@pytest.mark.parametrize("container", ["pandas", "polars"])
def test_set_output(data, frame, container):
    library = pytest.importorskip(container)
    _, y, group = data
    for table in (frame[["b", "a"]], frame):
        model = DisparateImpactRemover().set_output(transform=container)
        moved = model.fit_transform(table, y, sensitive_features=group)
        assert isinstance(moved, library.DataFrame)
        assert list(moved.columns) == list(table.columns)


def test_training_rows_come_in_the_kind_of_table_given(data, frame):
    polars = pytest.importorskip("polars")
    _, y, group = data
    labels = pd.Series(y, name="paid")
    features, changed, weight = Massaging().fit_resample(frame, labels, sensitive_features=group)
    assert features.columns.tolist() == frame.columns.tolist() and changed.name == "paid"
    pd.testing.assert_series_equal(features["b"], frame["b"])
    assert features["job"].isna().tolist() == frame["job"].isna().tolist()
    assert features["shift"].tolist() == frame["shift"].astype(str).tolist()
    other = polars.from_pandas(frame[["b", "a"]])
    features, _, _ = Massaging().fit_resample(other, y, sensitive_features=group)
    assert isinstance(features, polars.DataFrame) and features.columns == ["b", "a"]


def test_texts_reach_the_estimator(data, frame):
    _, y, group = data
    model = Preprocessed(linear_model.LogisticRegression(), Reweighing())
    model.fit(frame, y, sensitive_features=group)
    assert "job=desk" in model.estimator_.get_feature_names_out()
    assert model.score(frame, y) > 0.6


def test_which_columns_are_missing():
    frame = pd.DataFrame({"a": [1.0, 2.0], "b": [2.0, 1.0]})
    with pytest.raises(ValueError, match=r"Columns \['z', 'y'\] are not found in X"):
        CorrelationRemover(sensitive_feature_ids=["z", "a", "y"]).fit(frame)


@pytest.mark.parametrize("method", [Reweighing(), Massaging()], ids=repr)
def test_labels_are_of_two_classes(data, method):
    X, _, group = data
    with pytest.raises(ValueError, match="continuous"):
        method.fit(X, X[:, 0], sensitive_features=group)
    with pytest.raises(ValueError, match="3 classes"):
        method.fit(X, np.arange(len(X)) % 3, sensitive_features=group)


def test_weights_reach_the_steps_that_ask_for_them(data, routing):
    X, y, group = data
    steps = make_pipeline(
        StandardScaler().set_fit_request(sample_weight=False),
        LogisticRegression().set_fit_request(sample_weight=True))
    model = Preprocessed(steps, Reweighing()).fit(X, y, sensitive_features=group)
    weights = Reweighing().fit_resample(X, y, sensitive_features=group)[2]
    expected = LogisticRegression().fit(
        StandardScaler().fit_transform(X), y, sample_weight=weights)
    np.testing.assert_allclose(model.estimator_[-1].coef_, expected.coef_)
    silent = make_pipeline(StandardScaler(), LogisticRegression())
    with pytest.raises(UnsetMetadataPassedError, match="set_fit_request"):
        Preprocessed(silent, Reweighing()).fit(X, y, sensitive_features=group)
