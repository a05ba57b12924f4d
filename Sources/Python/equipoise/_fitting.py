"""What the fits of estimators ask of labels and weights."""

from __future__ import annotations

import numpy as np
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import _check_sample_weight, validate_data

from ._inputs import as_matrix


def rows_and_labels(estimator, X, y) -> tuple[np.ndarray, np.ndarray]:
    """Features (n, d) and labels (n,) as `validate_data` gives them for a fit. NaN and infinities
    stay: the engine itself looks for them, while it fits.

    Arrays in which scikit-learn would find nothing to do are not shown to it, as a glance of its
    takes longer than a fit to a few thousand rows.
    """
    arrays = type(X) is np.ndarray and type(y) is np.ndarray and X.ndim == 2 and y.ndim == 1
    if arrays and X.dtype in (np.float32, np.float64) and y.dtype.kind in "biu":
        if 0 < len(X) == len(y) and X.shape[1] > 0:
            estimator.n_features_in_ = X.shape[1]
            vars(estimator).pop("feature_names_in_", None)
            return X, y
    return validate_data(
        estimator, as_matrix(X), y, dtype=[np.float64, np.float32], order=None,
        ensure_all_finite=False,
    )


def two_classes(y) -> tuple[np.ndarray, np.ndarray]:
    """The two classes in increasing order, and labels 0 and 1 that say which each row has."""
    check_classification_targets(y)
    classes, labels = np.unique(y, return_inverse=True)
    if len(classes) > 2:
        raise ValueError(
            "Only binary classification is supported. The type of the target is multiclass: "
            f"{len(classes)} classes."
        )
    if len(classes) < 2:
        raise ValueError(
            "This classifier needs samples of 2 classes, but the data contains only one class:"
            f" {classes[0]!r}"
        )
    return classes, labels.astype(np.uint8)


def checked_weights(sample_weight, X) -> np.ndarray | None:
    """A number a row, not all 0; None stays None."""
    if sample_weight is None:
        return None
    weights = _check_sample_weight(sample_weight, X, dtype=np.float64)
    if not weights.any():
        raise ValueError("sample_weight: every weight is zero")
    return weights


def weights_of_classes(sample_weight, X, y, classes) -> np.ndarray | None:
    """The same where rows of both classes must have weight."""
    weights = checked_weights(sample_weight, X)
    for k in (0, 1) if weights is not None else ():
        if not (weights[y == classes[k]] > 0).any():
            raise ValueError(
                "This classifier needs samples of 2 classes, but the samples with weight "
                f"have only one class: {classes[1 - k]!r}"
            )
    return weights
