"""How the labels of data differ between groups and between neighbours, under the names of AIF360.

Functions that take `y_pred` look at it in place of the labels.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from .._grouping import group
from .._inputs import as_matrix, check_aligned, one_column, weight_column
from .._labels import Positive, cells, refuse_missing_values
from .._types import Column, Columns, Features
from .._unknown import LEFT_OUT_OF_GAPS, Unknown, known_part
from ._counted import Cells
from ._features import Partition, named_features
from ._privileged import Privileged, side_codes
from ._rates import check_rows, column_of
from ._undefined import number, undefined

__all__ = [
    "class_imbalance",
    "conditional_demographic_disparity",
    "consistency_score",
    "kl_divergence",
    "smoothed_base_rate",
]

Array = npt.NDArray[Any]


def _looked_at(y_true: Any, y_pred: Any) -> tuple[Array, str]:
    """The column that a function looks at, and its name."""
    name, given = ("y_true", y_true) if y_pred is None else ("y_pred", y_pred)
    column = column_of(given, name)
    if y_pred is not None and y_true is not None:
        check_rows(one_column(y_true, "y_true"), column)
    return column, name


def _weights(sample_weight: Any, rows: int) -> npt.NDArray[np.float64]:
    """Weights as floats, 1 where there are none."""
    weights = weight_column(sample_weight, rows)
    return np.ones(rows) if weights is None else weights.astype(np.float64)


def class_imbalance(
    y_true: Column, y_pred: Column | None = None, *, sensitive_features: Columns,
    privileged: Privileged = 1, sample_weight: Column | None = None, unknown: Unknown = "error",
) -> np.float64:
    """(N_u − N_p) / (N_u + N_p) of the weights of unprivileged and privileged rows: −1 … 1, negative
    where the unprivileged are fewer. Labels are not used.

    S. Hardt et al., Amazon SageMaker Clarify: machine learning bias detection and explainability in
    the cloud, KDD 2021, table 1. The arguments are those of `statistical_parity_difference`.

    Examples
    --------
    >>> from equipoise.metrics import class_imbalance
    >>> float(class_imbalance([0, 1, 1, 0], sensitive_features=list("abbb"), privileged="b"))
    -0.5
    """
    check_aligned(
        y_true=y_true, sensitive_features=sensitive_features, sample_weight=sample_weight)
    sensitive_features, (y_true, sample_weight), _ = known_part(
        unknown, sensitive_features, y_true, sample_weight, fate=LEFT_OUT_OF_GAPS)
    codes = side_codes(sensitive_features, privileged, keeps_missing=unknown == "own-group")
    check_rows(one_column(y_true, "y_true"), codes)
    low, high = np.bincount(codes, weights=_weights(sample_weight, len(codes)), minlength=2)
    if low + high == 0:
        undefined("class_imbalance: no weight")
        return number(np.nan)
    return number((low - high) / (low + high))


def kl_divergence(
    y_true: Column, y_pred: Column | None = None, *, sensitive_features: Columns,
    privileged: Privileged = 1, sample_weight: Column | None = None, unknown: Unknown = "error",
) -> np.float64:
    """Σ_y P_p(y)·ln(P_p(y) / P_u(y)), in nats: the labels' distribution among privileged rows from
    that among unprivileged ones.

    Labels may be of any number of classes. Infinite where the unprivileged lack a label that the
    privileged have. S. Kullback, R. Leibler, On information and sufficiency, Annals of Mathematical
    Statistics 22, 1951. The arguments are those of `statistical_parity_difference`.

    Examples
    --------
    >>> from equipoise.metrics import kl_divergence
    >>> found = kl_divergence([0, 1, 0, 1, 1, 1], sensitive_features=list("aabbbb"), privileged="b")
    >>> round(float(found), 4)  # ¼·ln(¼ / ½) + ¾·ln(¾ / ½)
    0.1308
    """
    check_aligned(
        y_true=y_true, y_pred=y_pred, sensitive_features=sensitive_features,
        sample_weight=sample_weight)
    column, name = _looked_at(y_true, y_pred)
    refuse_missing_values(column, name)
    sensitive_features, (column, sample_weight), _ = known_part(
        unknown, sensitive_features, column, sample_weight, fate=LEFT_OUT_OF_GAPS)
    classes = group(column, name)
    codes = side_codes(sensitive_features, privileged, keeps_missing=unknown == "own-group")
    check_rows(column, codes)
    size = len(classes.levels)
    sums = np.bincount(
        codes.astype(np.int64) * size + classes.codes,
        weights=_weights(sample_weight, len(column)), minlength=2 * size,
    ).reshape(2, size)
    totals = sums.sum(axis=1, keepdims=True)
    if (totals == 0).any():
        undefined("kl_divergence: the rows of one side have no weight")
        return number(np.nan)
    unprivileged, of_privileged = sums / totals
    seen = of_privileged > 0
    with np.errstate(divide="ignore"):
        terms = of_privileged[seen] * np.log(of_privileged[seen] / unprivileged[seen])
    return number(terms.sum())


def smoothed_base_rate(
    y_true: Column, y_pred: Column | None = None, *, concentration: float = 1.0,
    pos_label: Any = None, sample_weight: Column | None = None,
) -> np.float64:
    """(P + c/k) / (N + c): the share of positive labels, with `concentration` c rows more that are
    spread evenly over the k classes.

    P and N are weights of positive rows and of all; k is the number of classes there are, and 2 at
    least, so that rows of one label are drawn to ½ as others are. J. Foulds et al., An intersectional
    definition of fairness, ICDE 2020, §VI. `y_pred` is looked at in place of the labels.

    Examples
    --------
    >>> from equipoise.metrics import smoothed_base_rate
    >>> float(smoothed_base_rate([1, 1, 0]))  # (2 + ½) / (3 + 1)
    0.625
    """
    if not concentration >= 0:
        raise ValueError(f"concentration must be at least 0, and is {concentration!r}")
    check_aligned(y_true=y_true, y_pred=y_pred, sample_weight=sample_weight)
    column, name = _looked_at(y_true, y_pred)
    positive = Positive(pos_label, is_one_of_many=pos_label is not None)
    sums = _counted(None, 1, column, name, positive, sample_weight)
    classes = 2 if pos_label is None else max(2, len(group(column, name).levels))
    total = sums.sum() + concentration
    if total == 0:
        undefined("smoothed_base_rate: no weight")
        return number(np.nan)
    return number((sums[0, 1] + concentration / classes) / total)


def _counted(
    codes: npt.NDArray[np.int32] | None, groups: int, column: Array, name: str, positive: Positive,
    sample_weight: Any,
) -> Array:
    """Weights by group and by what a column says, shape (groups, 2)."""
    sums: Cells = cells(
        codes, groups, len(column), None, (column, name), positive,
        weight_column(sample_weight, len(column)),
    )[1]
    found: Array = sums.sum(axis=1)
    return found


def conditional_demographic_disparity(
    y_true: Column, y_pred: Column | None = None, *, sensitive_features: Columns,
    pos_label: Any = None, sample_weight: Column | None = None, unknown: Unknown = "error",
) -> np.float64:
    """Σ_g N_g·DD_g / Σ_g N_g over the groups, where DD_g = N⁻_g/N⁻ − N⁺_g/N⁺ is a group's share of
    the rejected less its share of the accepted.

    Above 0 where large groups are rejected more than accepted; groups are the combinations of several
    sensitive features. NaN where nobody is accepted, or nobody rejected. S. Wachter, B. Mittelstadt,
    C. Russell, Why fairness cannot be automated, Computer Law & Security Review 41, 2021, §6.
    `y_pred` is looked at in place of the labels; `unknown` is that of `MetricFrame`, but for rows
    that it leaves out, which have no part in the totals either.

    Examples
    --------
    >>> from equipoise.metrics import conditional_demographic_disparity
    >>> # a: 1/2 − 0/2 = ½ of 1 row, b: 1/2 − 2/2 = −½ of 3 rows
    >>> float(conditional_demographic_disparity([0, 0, 1, 1], sensitive_features=list("abbb")))
    -0.25
    """
    check_aligned(
        y_true=y_true, y_pred=y_pred, sensitive_features=sensitive_features,
        sample_weight=sample_weight)
    column, name = _looked_at(y_true, y_pred)
    sensitive_features, (column, sample_weight), _ = known_part(
        unknown, sensitive_features, column, sample_weight, fate=LEFT_OUT_OF_GAPS)
    features = named_features(
        "sensitive_feature_", sensitive_features, len(column),
        keeps_missing=unknown == "own-group")
    groups = Partition(features)
    positive = Positive(pos_label, is_one_of_many=pos_label is not None)
    sums = _counted(groups.codes, len(groups.places), column, name, positive, sample_weight)
    rejected, accepted = sums.sum(axis=0)
    if rejected == 0 or accepted == 0:
        whom = "accepted" if accepted == 0 else "rejected"
        undefined(f"conditional_demographic_disparity: nobody is {whom}")
        return number(np.nan)
    disparities = sums[:, 0] / rejected - sums[:, 1] / accepted
    sizes = sums.sum(axis=1)
    return number((sizes * disparities).sum() / sizes.sum())


def consistency_score(X: Features, y: Column, n_neighbors: int = 5) -> np.float64:
    """1 − mean |y_i − mean of y over the `n_neighbors` rows nearest to i|: how alike rows with like
    features are labelled.

    Distances are Euclidean, of the features as they are, and a row is among its own neighbours, as
    in AIF360; the `consistency` of an `audit` standardizes features and leaves the row itself out.
    R. Zemel et al., Learning fair representations, ICML 2013, §4.2.

    Parameters
    ----------
    X : (n, d), numbers
    y : (n,), numbers
        Labels, decisions or scores.

    Examples
    --------
    >>> from equipoise.metrics import consistency_score
    >>> float(consistency_score([[0.0], [1.0], [5.0], [6.0]], [0, 1, 1, 1], n_neighbors=2))
    0.75
    """
    from sklearn.neighbors import NearestNeighbors
    from sklearn.utils import check_array

    check_aligned(X=X, y=y)
    labels = column_of(y, "y")
    refuse_missing_values(labels, "y")
    features: Array = check_array(as_matrix(X), dtype=np.float64)
    check_rows(features, labels)
    outcomes = labels.astype(np.float64)
    if not 1 <= n_neighbors <= len(outcomes):
        raise ValueError(f"n_neighbors must be 1 to {len(outcomes)}, and is {n_neighbors!r}")
    search = NearestNeighbors(n_neighbors=n_neighbors, algorithm="ball_tree").fit(features)
    nearest: Array = search.kneighbors(features, return_distance=False)
    return number(1.0 - np.abs(outcomes - outcomes[nearest].mean(axis=1)).mean())
