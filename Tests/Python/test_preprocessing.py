"""Changes of rows before a fit: what each promises, and copies that do the same."""

import pickle

import numpy as np
import pandas as pd
import pytest

from equipoise import preprocessing
from equipoise.preprocessing import (
    CorrelationRemover,
    DisparateImpactRemover,
    Massaging,
    PreferentialSampling,
    Preprocessor,
    Reweighing,
)


@pytest.fixture(scope="module")
def data():
    rng = np.random.default_rng(11)
    n = 2000
    group = rng.choice(["a", "b"], n, p=[0.3, 0.7])
    X = rng.normal(size=(n, 3))
    X[:, :2] += (group == "a")[:, None]
    y = (X[:, 0] + rng.normal(size=n) > 0.5).astype(int)
    return X, y, group


def gap(y, group, weight):
    return abs(
        np.average(y[group == "a"], weights=weight[group == "a"])
        - np.average(y[group == "b"], weights=weight[group == "b"])
    )


def test_reweighing_makes_label_and_group_independent(data):
    X, y, group = data
    assert gap(y, group, np.ones(len(y))) > 0.2
    changed, labels, weight = Reweighing().fit_resample(X, y, sensitive_features=group)
    np.testing.assert_array_equal(changed, X)
    np.testing.assert_array_equal(labels, y)
    assert gap(y, group, weight) < 1e-12
    expected = np.empty(len(y))
    for g in ("a", "b"):
        for label in (0, 1):
            cell = (group == g) & (y == label)
            expected[cell] = (group == g).mean() * (y == label).mean() / cell.mean()
    np.testing.assert_allclose(weight / weight.mean(), expected / expected.mean(), rtol=1e-12)


def test_massaging_keeps_the_number_of_positives(data):
    X, y, group = data
    _, labels, _ = Massaging().fit_resample(X, y, sensitive_features=group)
    assert labels.sum() == y.sum() and (labels != y).any()
    assert gap(labels, group, np.ones(len(y))) < 0.01


def test_sampling_gives_as_many_rows(data):
    X, y, group = data
    changed, labels, weight = PreferentialSampling().fit_resample(X, y, sensitive_features=group)
    assert changed.shape[1] == X.shape[1] and len(labels) == len(changed) == len(weight)
    assert abs(len(labels) - len(y)) < 10


def test_the_remover_of_disparate_impact_makes_groups_alike(data):
    X, y, group = data
    model = DisparateImpactRemover().fit(X, y, sensitive_features=group)
    changed = model.transform(X, sensitive_features=group)
    for j in range(2):
        before, after = (
            abs(np.median(values[group == "a", j]) - np.median(values[group == "b", j]))
            for values in (X, changed)
        )
        assert after < 0.1 * before
    for other in (pickle.loads(pickle.dumps(model)),):
        np.testing.assert_array_equal(other.transform(X, sensitive_features=group), changed)


REGISTERED = [
    "reweighing", "sampling", "massaging", "label-flipping", "disparate-impact-remover",
    "optimal-transport", "correlation-remover", "feature-suppression",
]


@pytest.mark.parametrize("name", REGISTERED)
def test_registered_methods_run_and_are_kept(data, name):
    assert name in preprocessing.methods()
    X, y, group = data
    before = X.copy(), y.copy()
    model = Preprocessor(name).fit(X, y, sensitive_features=group)
    np.testing.assert_array_equal(X, before[0])
    changed = model.transform(X, sensitive_features=group)
    again = pickle.loads(pickle.dumps(model)).transform(X, sensitive_features=group)
    np.testing.assert_array_equal(changed, again)
    with pytest.raises(TypeError, match="sensitive_features"):
        Preprocessor(name).fit(X, y)


def test_correlations_go_as_in_fairlearn():
    fairlearn = pytest.importorskip("fairlearn.preprocessing")
    rng = np.random.default_rng(12)
    frame = pd.DataFrame(rng.normal(size=(300, 4)), columns=list("abcd"))
    frame["a"] += frame["c"]
    frame["b"] -= 2 * frame["c"]
    for alpha in (0.0, 0.5, 1.0):
        arguments = dict(sensitive_feature_ids=["c"], alpha=alpha)
        ours = CorrelationRemover(**arguments).fit(frame)
        theirs = fairlearn.CorrelationRemover(**arguments).fit(frame)
        np.testing.assert_allclose(ours.transform(frame), theirs.transform(frame), atol=1e-12)
    both = CorrelationRemover(sensitive_feature_ids=["c", "d"]).fit(frame)
    rest = both.transform(frame)
    for name in "cd":
        for j in range(2):
            assert abs(np.corrcoef(frame[name], rest[:, j])[0, 1]) < 1e-12
    assert both.get_feature_names_out().tolist() == ["a", "b"]
    with pytest.raises(ValueError, match="not found in X"):
        CorrelationRemover(sensitive_feature_ids=["z"]).fit(frame)
