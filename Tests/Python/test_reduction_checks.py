"""scikit-learn's checks of estimators, with groups supplied where a check gives none."""

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.utils.estimator_checks import parametrize_with_checks

from equipoise.reductions import DemographicParity, ExponentiatedGradient, GridSearch


def halves(X, groups):
    """Two groups by the place of a row, where none are given."""
    if groups is not None or not (hasattr(X, "shape") or hasattr(X, "__array__")):
        return groups
    shape = X.shape if hasattr(X, "shape") else np.asarray(X).shape
    return np.arange(shape[0]) % 2 if shape else None


def zero_one(y):
    """The labels of a check as 0 and 1, which reductions ask for: the last class and the others."""
    values = np.asarray(y)
    return y if values.ndim != 1 or not len(values) else (values == values.max()).astype(int)


class SuppliedMixture(ExponentiatedGradient):
    def fit(self, X, y, *, sensitive_features=None, sample_weight=None):
        groups = halves(X, sensitive_features)
        return super().fit(
            X, zero_one(y), sensitive_features=groups, sample_weight=sample_weight)

    def predict(self, X):
        """Drawn alike each time, as checks compare decisions."""
        return super().predict(X, random_state=0)


class SuppliedSearch(GridSearch):
    def fit(self, X, y, *, sensitive_features=None, sample_weight=None):
        groups = halves(X, sensitive_features)
        return super().fit(
            X, zero_one(y), sensitive_features=groups, sample_weight=sample_weight)


def expected_failures(estimator):
    """What reductions do otherwise, and why."""
    if isinstance(estimator, GridSearch):
        return {"check_do_not_raise_errors_in_init_or_set_params": "as Fairlearn, which users catch"}
    drawn = "decisions are drawn row by row, and the check moves rows"
    return {
        "check_methods_sample_order_invariance": drawn,
        "check_methods_subset_invariance": drawn,
        "check_sample_weight_equivalence_on_dense_data": (
            "groups go with the place of a row here, and the check moves rows"),
    }


CHECKED = [
    SuppliedMixture(None, DemographicParity()),
    SuppliedMixture(LogisticRegression(), DemographicParity()),
    SuppliedSearch(LogisticRegression(), DemographicParity(), grid_size=3),
]


@parametrize_with_checks(CHECKED, expected_failed_checks=expected_failures)
def test_scikit_learn_checks(estimator, check):
    check(estimator)


@pytest.mark.parametrize("labels", [[1, 2, 1, 2], ["a", "b", "a", "b"]])
@pytest.mark.parametrize("make", [ExponentiatedGradient, GridSearch])
def test_labels_other_than_0_and_1_are_refused(make, labels):
    model = make(LogisticRegression(), DemographicParity())
    with pytest.raises(ValueError, match="not 0 or 1"):
        model.fit([[0.0], [1.0], [2.0], [3.0]], labels, sensitive_features=list("aabb"))
