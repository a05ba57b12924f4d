"""Measures of decisions, as the papers define them. `p` is the probability of a positive decision,
0 or 1 where nothing is drawn, so that randomized rules have their expected rates."""

import itertools

import numpy as np
from sklearn.metrics import roc_auc_score

#: Better where it is larger; of `NEAR_ONE` what is nearer to 1; of all others what is smaller.
RISING = ("accuracy", "balanced accuracy", "area")
NEAR_ONE = ("impact ratio", "FNR ratio")


def accuracy(y, p, group):
    return float(np.mean(np.where(y == 1, p, 1 - p)))


def balanced_accuracy(y, p, group):
    return float((p[y == 1].mean() + 1 - p[y == 0].mean()) / 2)


def rates(y, p, group, label=None):
    """Mean decision of each group, of all rows or those of one label."""
    if label is not None:
        chosen = y == label
        p, group = p[chosen], group[chosen]
    # Texts are sorted; small numbers need not be, and groups without a row have no rate.
    codes = group if group.dtype.kind in "iu" else np.unique(group, return_inverse=True)[1]
    counts = np.bincount(codes)
    return np.bincount(codes, weights=p)[counts > 0] / counts[counts > 0]


def largest_difference(y, p, group, label=None):
    found = rates(y, p, group, label)
    return float(found.max() - found.min())


def mean_difference(y, p, group):
    """Mean |difference| of selection rates over pairs of groups."""
    return float(np.mean([abs(a - b) for a, b in itertools.combinations(rates(y, p, group), 2)]))


def relative_difference(y, p, group):
    """Largest |rate of a group ÷ rate of all − 1|."""
    return float(np.abs(rates(y, p, group) / p.mean() - 1).max())


def true_positive_gap(y, p, group):
    return largest_difference(y, p, group, 1)


def false_positive_gap(y, p, group):
    return largest_difference(y, p, group, 0)


def odds_gap(y, p, group):
    """The larger of the gaps of true and false positive rates."""
    return max(true_positive_gap(y, p, group), false_positive_gap(y, p, group))


def odds_sum(y, p, group):
    return true_positive_gap(y, p, group) + false_positive_gap(y, p, group)


def signed_odds(y, p, group):
    """|mean of the signed gaps of true and false positive rates| of two groups: gaps of different
    signs cancel."""
    gaps = [np.diff(rates(y, p, group, label))[0] for label in (0, 1)]
    return float(abs(np.mean(gaps)))


def impact_ratio(y, p, group):
    """Selection rate of group 0 over that of group 1."""
    found = rates(y, p, group)
    return float(found[0] / found[1]) if found[1] > 0 else 1.0


def miss_ratio(y, p, group):
    """Smallest over largest false negative rate."""
    found = 1 - rates(y, p, group, 1)
    return float(found.min() / found.max()) if found.max() > 0 else 1.0


def area(y, score):
    return float(roc_auc_score(y, score))


def measured(functions, y, p, group):
    return {name: function(y, p, group) for name, function in functions.items()}
