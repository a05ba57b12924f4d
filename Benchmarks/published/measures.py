"""Measures of decisions, as the papers define them. `p` is the probability of a positive decision, 0
or 1 where nothing is drawn, so that randomized rules have their expected rates."""

import itertools

import numpy as np
from sklearn.metrics import roc_auc_score


def accuracy(y, p, group):
    return float(np.mean(np.where(y == 1, p, 1 - p)))


def balanced_accuracy(y, p, group):
    return float((p[y == 1].mean() + 1 - p[y == 0].mean()) / 2)


def rates(y, p, group, label=None):
    """Mean decision of each group, of all rows or those of one label."""
    chosen = slice(None) if label is None else y == label
    return np.array([p[chosen][group[chosen] == g].mean() for g in np.unique(group[chosen])])


def largest_difference(y, p, group, label=None):
    found = rates(y, p, group, label)
    return float(found.max() - found.min())


def mean_difference(y, p, group):
    """Mean |difference| of selection rates over pairs of groups."""
    return float(np.mean([abs(a - b) for a, b in itertools.combinations(rates(y, p, group), 2)]))


def true_positive_gap(y, p, group):
    return largest_difference(y, p, group, 1)


def false_positive_gap(y, p, group):
    return largest_difference(y, p, group, 0)


def odds_gap(y, p, group):
    """The larger of the gaps of true and false positive rates."""
    return max(true_positive_gap(y, p, group), false_positive_gap(y, p, group))


def odds_sum(y, p, group):
    return true_positive_gap(y, p, group) + false_positive_gap(y, p, group)


def odds_average(y, p, group):
    """Mean |difference| of the two rates."""
    return odds_sum(y, p, group) / 2


def impact_ratio(y, p, group):
    """Smallest over largest selection rate."""
    found = rates(y, p, group)
    return float(found.min() / found.max()) if found.max() > 0 else 1.0


def area(y, score):
    return float(roc_auc_score(y, score))


def over_runs(runs):
    """(mean, standard deviation) of each measure over runs, a dictionary each."""
    return {
        name: (float(np.mean([r[name] for r in runs])), float(np.std([r[name] for r in runs], ddof=1)))
        for name in runs[0]
    }


def bootstrapped(functions, y, p, group, draws=200, seed=0):
    """(value, half of the 95 % interval) of each measure over resampled rows."""
    random = np.random.default_rng(seed)
    # Groups as numbers: texts are sorted slowly, and here often.
    y, p, group = np.asarray(y), np.asarray(p), np.unique(group, return_inverse=True)[1]
    found = {name: [] for name in functions}
    for _ in range(draws):
        rows = random.integers(0, len(y), len(y))
        for name, function in functions.items():
            found[name].append(function(y[rows], p[rows], group[rows]))
    return {
        name: (
            function(y, p, group),
            float(np.diff(np.quantile(found[name], [0.025, 0.975]))[0] / 2),
        )
        for name, function in functions.items()
    }
