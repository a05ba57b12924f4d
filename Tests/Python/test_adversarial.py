"""The adversarial classifier: it narrows gaps, repeats itself, and names what it cannot do."""

import pickle

import numpy as np
import pytest
from sklearn.base import clone

from equipoise.adversarial import AdversarialFairnessClassifier


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
