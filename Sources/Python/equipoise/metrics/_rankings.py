"""Whether every group has its share of the first places of a ranking.

S. Geyik, S. Ambler, K. Kenthapadi, Fairness-aware ranking in search and recommendation systems,
KDD 2019, §3. The ranking is that of the scores, highest first; rows of one score keep their order.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from .._grouping import group
from .._inputs import check_aligned, one_column
from .._labels import refuse_missing_values
from .._types import Column
from ._rates import check_rows, column_of
from ._undefined import number

__all__ = ["infeasible_index", "normalized_discounted_divergence"]

#: Shares of groups that add up to 1.
Shares = Mapping[Any, float]
Array = npt.NDArray[Any]
# What shares that are typed in decimals may be off by.
_ROUNDING = 1e-9


class _Prefixes(NamedTuple):
    """Rows of each group among the first k of a ranking."""

    #: Shape (places, groups).
    counts: Array
    #: The share that each group is due, shape (groups,).
    due: Array


def _prefixes(
    y_score: Column, sensitive_features: Column, target_shares: Shares | None, top: int | None,
) -> _Prefixes:
    check_aligned(y_score=y_score, sensitive_features=sensitive_features)
    scores = column_of(y_score, "y_score").astype(np.float64)
    refuse_missing_values(scores, "y_score")
    groups = group(one_column(sensitive_features, "sensitive_features"), "sensitive_features")
    check_rows(groups.codes, scores)
    places = len(scores) if top is None else top
    if not 1 <= places <= len(scores):
        raise ValueError(f"top must be 1 to {len(scores)}, and is {top!r}")
    first = np.argsort(-scores, kind="stable")[:places]
    levels = groups.levels
    due = np.bincount(groups.codes) / len(scores)
    if target_shares is not None:
        if not isinstance(target_shares, Mapping):
            raise ValueError(
                f"target_shares must be a dictionary of shares by group, and is {target_shares!r}")
        # A group without a row may have a share, whose places are then missed.
        levels = [*levels, *(name for name in target_shares if name not in levels)]
        due = _stated(target_shares, levels)
    counts = np.cumsum(groups.codes[first][:, None] == np.arange(len(levels)), axis=0)
    return _Prefixes(counts, due)


def _stated(shares: Shares, levels: list[Any]) -> Array:
    """Shares that are given, in the order of the groups."""
    for level in levels:
        if level not in shares:
            raise ValueError(f"target_shares has no share of {level!r}")
    due = np.array([float(shares[level]) for level in levels])
    if not ((due >= 0) & (due <= 1)).all():
        raise ValueError(f"target_shares must be from 0 to 1, and are {dict(shares)!r}")
    if abs(due.sum() - 1) > _ROUNDING:
        raise ValueError(f"target_shares must add up to 1, and add up to {due.sum():g}")
    return due


def infeasible_index(
    y_score: Column, *, sensitive_features: Column, target_shares: Shares | None = None,
    top: int | None = None,
) -> int:
    """Σ_k 1[a group has fewer than ⌊k·p_g⌋ of the first k rows]: places at which a group is short.

    0 where every prefix has the least of every group. Eq. 6 of the paper.

    Parameters
    ----------
    y_score : (n,), numbers
        Highest first. The scores of `reranking` are its places.
    sensitive_features : (n,)
    target_shares : dict, optional
        The share p_g that each group is due; by default its share of the rows.
    top : int, optional
        The number of places that are looked at; by default all.

    Examples
    --------
    >>> from equipoise.metrics import infeasible_index
    >>> infeasible_index([4, 3, 2, 1], sensitive_features=list("aabb"))  # two places: no b among them
    1
    """
    found = _prefixes(y_score, sensitive_features, target_shares, top)
    length = np.arange(1, len(found.counts) + 1)
    least = np.floor(length[:, None] * found.due + _ROUNDING)
    return int((found.counts < least).any(axis=1).sum())


def normalized_discounted_divergence(
    y_score: Column, *, sensitive_features: Column, target_shares: Shares | None = None,
    top: int | None = None,
) -> np.float64:
    """(1/Z) Σ_k d_KL(q_k ‖ p) / log₂(k + 1) with Z = Σ_k 1 / log₂(k + 1), where q_k are the shares of
    the groups in the first k rows and p those that they are due, in nats: NDKL.

    0 where every prefix has the shares that are due; ∞ where a group is due nothing and is there.
    Definition 3.5 of the paper; arguments are those of `infeasible_index`.

    Examples
    --------
    >>> from equipoise.metrics import normalized_discounted_divergence
    >>> ranked = {"sensitive_features": list("abab")}
    >>> bool(normalized_discounted_divergence([4, 3, 2, 1], **ranked)
    ...      < normalized_discounted_divergence([4, 1, 3, 2], **ranked))
    True
    """
    found = _prefixes(y_score, sensitive_features, target_shares, top)
    length = np.arange(1, len(found.counts) + 1)
    shares = found.counts / length[:, None]
    with np.errstate(divide="ignore", invalid="ignore"):
        terms = np.where(shares > 0, shares * np.log(shares / found.due), 0.0)
    discounts = 1 / np.log2(length + 1)
    return number(terms.sum(axis=1) @ discounts / discounts.sum())
