"""What the fits of estimators ask of rows, labels and weights."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.utils import Tags, get_tags
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import _check_sample_weight, _check_y, validate_data

from ._encoding import FeatureRows, FrameEncoding, frame_of, plain_rows
from ._inputs import check_aligned, column_array, group_codes, refuse_masked
from ._labels import refuse_missing_values, weight_column
from ._small_groups import warn_of_one_group
from ._types import Column, Columns, Features, Numbers

_FLOATS = [np.float64, np.float32]


def check_rows(
    X: Features | None, y: Any, sensitive_features: Columns | None = None,
    sample_weight: Column | None = None,
) -> None:
    """Raises where the arguments of a fit have indexes of different rows, or a label, a weight or,
    below a mask, a feature is missing."""
    refuse_masked(X)
    check_aligned(X=X, y=y, sensitive_features=sensitive_features, sample_weight=sample_weight)
    warn_of_one_group(sensitive_features)
    refuse_missing_column(y, "y")
    refuse_missing_column(sample_weight, "sample_weight")


def refuse_missing_column(values: Any, name: str) -> None:
    """Raises where a column has no value in some row; what is no column is for others to refuse."""
    if values is None or np.isscalar(values):
        return
    column = column_array(values)
    if column.ndim == 2 and column.shape[1] == 1:
        column = column[:, 0]
    if column.ndim == 1:
        refuse_missing_values(column, name)


def refuse_bad_weights(sample_weight: Column | None) -> None:
    """Raises where a weight is no finite number of at least 0, for fits of which only a base
    estimator sees the weights."""
    column = None if sample_weight is None else column_array(sample_weight)
    if column is not None and column.ndim == 1:
        weight_column(column, len(column))


def rows_of(
    estimator: Any, X: Features, y: Any = None, *, numeric_y: bool = False,
    standardize: bool = False, **checks: Any,
) -> tuple[FeatureRows, Any]:
    """Features and labels that an estimator is fitted to; it keeps how they were encoded.

    Columns of a frame that hold texts or categories become codes of levels, every other table an
    array of numbers as `validate_data` gives it, `checks` included.

    Parameters
    ----------
    standardize
        Whether the numbers beside texts become standard deviations from their means; those of an
        array stay as they are.

    Raises
    ------
    ValueError
        Where a number is missing, a column holds texts and numbers or what is neither.
    """
    frame = frame_of(X)
    estimator._encoding = FrameEncoding.of(frame)
    if estimator._encoding is None:
        if numeric_y:
            checks["y_numeric"] = True
        return plain_rows(estimator, frame, y, dtype=_FLOATS, **checks)
    frame = validate_data(estimator, frame, skip_check_array=True)
    if len(frame) == 0:
        raise ValueError("Found array with 0 sample(s) while a minimum of 1 is required.")
    if get_tags(estimator).target_tags.required:
        require_labels(estimator, y)
    if y is not None:
        y = _check_y(y, y_numeric=numeric_y, estimator=estimator)
        if len(y) != len(frame):
            raise ValueError(
                "Found input variables with inconsistent numbers of samples: "
                f"[{len(frame)}, {len(y)}]"
            )
    encoding: FrameEncoding = estimator._encoding
    rows = encoding.encode(frame)
    if standardize:
        estimator._encoding = encoding = encoding.standardized(rows)
        rows = encoding.encode(frame)
    return rows, y


def rows_again(estimator: Any, X: Features, **checks: Any) -> FeatureRows:
    """New rows as those of the fit were encoded. A level that was not in the fit counts as none of
    its levels, with a warning."""
    frame = frame_of(X)
    encoding: FrameEncoding | None = getattr(estimator, "_encoding", None)
    if encoding is None:
        return plain_rows(estimator, frame, dtype=_FLOATS, reset=False, **checks)[0]
    if not hasattr(frame, "iloc"):
        raise ValueError(
            "X must be a frame with the columns of the fit, some of which held texts: "
            f"{', '.join(list(encoding.categories)[:5])}"
        )
    frame = validate_data(estimator, frame, skip_check_array=True, reset=False)
    return encoding.encode(frame)


def rows_and_labels(
    estimator: Any, X: Features, y: Column, *, standardize: bool = False
) -> tuple[FeatureRows, Any]:
    """Features (n, d) and labels (n,) of a fit. NaN and infinities of arrays stay: the engine
    itself looks for them, while it fits.

    Arrays in which scikit-learn would find nothing to do are not shown to it, as a glance of its
    takes longer than a fit to a few thousand rows.
    """
    if type(X) is np.ndarray and type(y) is np.ndarray and X.ndim == 2 and y.ndim == 1:
        plain = X.dtype in (np.float32, np.float64) and y.dtype.kind in "biu"
        if plain and 0 < len(X) == len(y) and X.shape[1] > 0:
            estimator.n_features_in_ = X.shape[1]
            vars(estimator).pop("feature_names_in_", None)
            estimator._encoding = None
            return FeatureRows(X), y
    return rows_of(
        estimator, X, y, standardize=standardize, order=None, ensure_all_finite=False
    )


def two_classes(y: Any) -> tuple[npt.NDArray[Any], npt.NDArray[np.uint8]]:
    """The two classes in increasing order, and labels 0 and 1 that say which each row has."""
    given = column_array(y)
    refuse_missing_values(given, "y")
    if given.dtype.kind not in "biuUS":
        check_classification_targets(given)
    labels, levels = group_codes(given, "y")
    classes = np.array(levels, dtype=given.dtype)
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


def checked_weights(sample_weight: Column | None, X: Any) -> Numbers | None:
    """A number a row, not all 0; None stays None."""
    if sample_weight is None:
        return None
    refuse_missing_column(sample_weight, "sample_weight")
    weights = np.asarray(_check_sample_weight(sample_weight, X, dtype=np.float64))
    if not weights.any():
        raise ValueError("sample_weight: every weight is zero")
    return weights


def weights_of_classes(
    sample_weight: Column | None, X: Any, y: Any, classes: npt.NDArray[Any]
) -> Numbers | None:
    """The same where rows of both classes must have weight."""
    weights = checked_weights(sample_weight, X)
    for k in (0, 1) if weights is not None else ():
        if weights is not None and not (weights[y == classes[k]] > 0).any():
            raise ValueError(
                "This classifier needs samples of 2 classes, but the samples with weight "
                f"have only one class: {classes[1 - k]!r}"
            )
    return weights


def of_two_classes(tags: Tags) -> Tags:
    """Tags of a classifier that takes labels of two classes."""
    if tags.classifier_tags is not None:
        tags.classifier_tags.multi_class = False
    return tags


def require_labels(estimator: Any, y: object) -> None:
    """Raises as scikit-learn does where there are no labels."""
    if y is None:
        raise ValueError(
            f"This {type(estimator).__name__} estimator requires y to be passed, but the target y "
            "is None."
        )


class MissingArgument(TypeError, ValueError):
    """An argument by keyword that a call cannot do without."""


def require_groups(sensitive_features: Columns | None, what: str = "fit") -> Columns:
    """The sensitive features, which a call cannot do without."""
    if sensitive_features is None:
        raise MissingArgument(f"{what} needs the argument 'sensitive_features'")
    return sensitive_features
