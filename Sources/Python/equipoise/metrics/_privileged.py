"""Unprivileged against privileged rows, and inequality of benefits, under the names of AIF360."""

from __future__ import annotations

import numpy as np
from sklearn.utils import check_consistent_length

from .._inputs import one_column, refuse_missing
from ._rates import _weights, false_positive_rate, selection_rate, true_positive_rate
from ._undefined import told_together, undefined

__all__ = [
    "average_abs_odds_difference",
    "average_odds_difference",
    "disparate_impact",
    "generalized_entropy_index",
    "statistical_parity_difference",
    "theil_index",
]


def _both(rate, y_true, y_pred, sensitive_features, privileged, sample_weight, **more):
    """A rate of the unprivileged and of the privileged rows."""
    y_true = one_column(y_true, "y_true")
    # Without predictions the labels themselves are looked at.
    y_pred = y_true if y_pred is None else one_column(y_pred, "y_pred")
    groups = one_column(sensitive_features, "sensitive_features")
    refuse_missing(groups, "sensitive_features")
    check_consistent_length(y_true, y_pred, groups)
    weights = _weights(sample_weight, len(y_true))
    inside = np.isin(groups, privileged)
    if inside.all() or not inside.any():
        raise ValueError(
            f"privileged={privileged!r} must be the value of some rows of sensitive_features, and "
            f"not of all: it is that of {inside.sum()} of {len(inside)}"
        )
    with told_together():
        both = [
            rate(y_true[rows], y_pred[rows], sample_weight=weights[rows], **more)
            for rows in (~inside, inside)
        ]
    sides = ("unprivileged", "privileged")
    missing = [side for side, value in zip(sides, both) if np.isnan(value)]
    if missing:
        undefined(
            f"{rate.__name__}: {2 - len(missing)} of 2 groups; none for {' and '.join(missing)}")
    return both


def statistical_parity_difference(
    y_true, y_pred=None, *, sensitive_features, privileged=1, pos_label=1, sample_weight=None
) -> np.float64:
    """P(ŷ = pos_label | unprivileged) − P(ŷ = pos_label | privileged); of the labels where there
    are no predictions.

    Parameters
    ----------
    y_true, y_pred : (n,)
    sensitive_features : (n,)
    privileged
        The value of privileged rows, or a list of several.
    sample_weight : (n,), optional
    """
    low, high = _both(
        selection_rate, y_true, y_pred, sensitive_features, privileged, sample_weight,
        pos_label=pos_label,
    )
    return low - high


def disparate_impact(
    y_true, y_pred=None, *, sensitive_features, privileged=1, pos_label=1, sample_weight=None
) -> np.float64:
    """P(ŷ = pos_label | unprivileged) / P(ŷ = pos_label | privileged); ∞ where only the divisor is
    0, and NaN where both are. The arguments are those of `statistical_parity_difference`."""
    low, high = _both(
        selection_rate, y_true, y_pred, sensitive_features, privileged, sample_weight,
        pos_label=pos_label,
    )
    with np.errstate(divide="ignore", invalid="ignore"):
        return low / high


def _odds(*arguments, **more) -> np.ndarray:
    """The differences of the true and of the false positive rates, shape (2,)."""
    rates = (true_positive_rate, false_positive_rate)
    pairs = [_both(rate, *arguments, **more) for rate in rates]
    return np.array([low - high for low, high in pairs])


def average_odds_difference(
    y_true, y_pred, *, sensitive_features, privileged=1, pos_label=1, sample_weight=None,
    zero_division=np.nan,
) -> np.float64:
    """½·(ΔTPR + ΔFPR), each the unprivileged rate less the privileged one."""
    return _odds(
        y_true, y_pred, sensitive_features, privileged, sample_weight, pos_label=pos_label,
        zero_division=zero_division,
    ).mean()


def average_abs_odds_difference(
    y_true, y_pred, *, sensitive_features, privileged=1, pos_label=1, sample_weight=None,
    zero_division=np.nan,
) -> np.float64:
    """½·(|ΔTPR| + |ΔFPR|); `average_odds_error` in the scikit-learn part of AIF360."""
    return np.abs(_odds(
        y_true, y_pred, sensitive_features, privileged, sample_weight, pos_label=pos_label,
        zero_division=zero_division,
    )).mean()


def generalized_entropy_index(
    y_true, y_pred, *, alpha=2, pos_label=1, sample_weight=None
) -> np.float64:
    """How unequal the benefits bᵢ = 1 + 1[ŷᵢ = pos_label] − 1[yᵢ = pos_label] are.

    With rᵢ = bᵢ / mean(b): mean(rᵅ − 1) / (α·(α − 1)), or mean(r·ln r) for α = 1, or −mean(ln r)
    for α = 0, weighted. T. Speicher et al., A unified approach to quantifying algorithmic unfairness,
    KDD 2018.
    """
    y_true, y_pred = one_column(y_true, "y_true"), one_column(y_pred, "y_pred")
    check_consistent_length(y_true, y_pred)
    weights = _weights(sample_weight, len(y_true))
    benefits = 1.0 + (y_pred == pos_label) - (y_true == pos_label)
    with np.errstate(divide="ignore", invalid="ignore"):
        r = benefits / np.average(benefits, weights=weights)
        if alpha == 1:
            terms = np.where(r > 0, r * np.log(np.where(r > 0, r, 1.0)), 0.0 * r)
        else:
            terms = -np.log(r) if alpha == 0 else (r**alpha - 1) / (alpha * (alpha - 1))
    return np.average(terms, weights=weights)


def theil_index(y_true, y_pred, *, pos_label=1, sample_weight=None) -> np.float64:
    """The generalized entropy index with α = 1."""
    return generalized_entropy_index(
        y_true, y_pred, alpha=1, pos_label=pos_label, sample_weight=sample_weight
    )
