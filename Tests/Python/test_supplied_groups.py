"""Scikit-learn's checks of estimators that need groups, with groups supplied: the sign of the first
feature."""

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression as SklearnLogisticRegression
from sklearn.utils import ClassifierTags
from sklearn.utils.estimator_checks import parametrize_with_checks
from sklearn.utils.validation import _num_samples, has_fit_parameter

from equipoise.linear_model import PenalizedLogisticRegression, PrejudiceRemoverClassifier
from equipoise.preprocessing import (
    DisparateImpactRemover,
    Massaging,
    OptimizedPreprocessing,
    PreferentialSampling,
    Preprocessed,
    Preprocessor,
    Resampler,
    Reweighing,
)


def signs(X):
    """Groups out of rows in whatever form a check has them."""
    try:
        first = np.asarray(X.iloc[:, 0] if hasattr(X, "iloc") else np.asarray(X)[:, 0])
        return (first.astype(float) > 0).astype(int)
    except (AttributeError, IndexError, TypeError, ValueError):
        return np.zeros(_num_samples(X), dtype=int)


def _supplying(name, takes_labels, weighs=False):
    if takes_labels and weighs:

        def method(self, X, y=None, *, sensitive_features=None, sample_weight=None):
            groups = signs(X) if sensitive_features is None else sensitive_features
            return getattr(super(type(self), self), name)(
                X, y, sensitive_features=groups, sample_weight=sample_weight
            )
    elif takes_labels:

        def method(self, X, y=None, *, sensitive_features=None):
            groups = signs(X) if sensitive_features is None else sensitive_features
            return getattr(super(type(self), self), name)(X, y, sensitive_features=groups)
    else:

        def method(self, X, *, sensitive_features=None):
            groups = signs(X) if sensitive_features is None else sensitive_features
            return getattr(super(type(self), self), name)(X, sensitive_features=groups)

    return method


def supplied(base, *at_prediction):
    """The class with groups where none are given; checks give it labels of two classes, as they do
    to classifiers that say so."""

    def __sklearn_tags__(self):
        tags = super(type(self), self).__sklearn_tags__()
        tags.classifier_tags = tags.classifier_tags or ClassifierTags()
        tags.classifier_tags.multi_class = False
        return tags

    methods = {name: _supplying(name, False) for name in at_prediction}
    methods |= {
        name: _supplying(name, True, has_fit_parameter(base, "sample_weight"))
        for name in ("fit", "fit_transform", "fit_resample")
        if hasattr(base, name)
    }
    if "predict" in at_prediction:

        def score(self, X, y, sample_weight=None, *, sensitive_features=None):
            groups = signs(X) if sensitive_features is None else sensitive_features
            return super(type(self), self).score(
                X, y, sample_weight, sensitive_features=groups
            )

        methods["score"] = score
    kept = {"__module__": __name__, "__sklearn_tags__": __sklearn_tags__}
    made = type(f"Supplied{base.__name__}", (base,), {**methods, **kept})
    globals()[made.__name__] = made  # where pickles find it
    return made


SCORES = ("decision_function", "predict_proba", "predict")
Penalized = supplied(PenalizedLogisticRegression)
Prejudice = supplied(PrejudiceRemoverClassifier, *SCORES)
Before = supplied(Preprocessed, *SCORES)
Sampler = supplied(Resampler)
CHANGING = [
    supplied(kind, "transform")()
    for kind in (Reweighing, Massaging, PreferentialSampling, OptimizedPreprocessing, Preprocessor)
]
CHECKED = [
    Penalized(l2=1e-3), Prejudice(), Prejudice(per_group=False),
    supplied(DisparateImpactRemover, "transform")(), *CHANGING,
    Before(SklearnLogisticRegression(), Reweighing()), Sampler(Massaging()),
]

#: Checks that call fit_transform, which refuses to drop what a method changes.
CALLS_FIT_TRANSFORM = [
    "check_fit_score_takes_y", "check_pipeline_consistency", "check_transformer_data_not_an_array",
    "check_transformer_general", "check_transformer_preserve_dtypes",
]


def expected_failures(estimator):
    if estimator not in CHANGING:
        return {}
    return dict.fromkeys(CALLS_FIT_TRANSFORM, "fit_transform would drop what the method changes")


@parametrize_with_checks(CHECKED, expected_failed_checks=expected_failures)
def test_scikit_learn_checks(estimator, check):
    check(estimator)
