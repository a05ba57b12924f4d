"""Measures of rankings, by their definitions written out, and of what `reranking` makes."""

from __future__ import annotations

import math

import numpy as np
import pytest
from equipoise.linear_model import LogisticRegression
from equipoise.metrics import infeasible_index, normalized_discounted_divergence
from equipoise.postprocessing import Postprocessor


def _by_hand(scores, groups, shares, top):
    """Both measures, place by place."""
    order = sorted(range(len(scores)), key=lambda row: (-scores[row], row))
    short, divergence, discounts = 0, 0.0, 0.0
    for k in range(1, top + 1):
        first = [groups[row] for row in order[:k]]
        short += any(first.count(g) < math.floor(k * p + 1e-9) for g, p in shares.items())
        q = {g: first.count(g) / k for g in set(first)}
        discount = 1 / math.log2(k + 1)
        divergence += discount * sum(q[g] * math.log(q[g] / shares[g]) for g in q)
        discounts += discount
    return short, divergence / discounts


@pytest.mark.parametrize("names", [["a"], ["a", "b"], [0, 1, 2], [f"g{k}" for k in range(12)]], ids=len)
def test_measures_are_their_definitions(names):
    draw = np.random.default_rng(len(names))
    for _ in range(20):
        groups = [names[k] for k in draw.integers(0, len(names), 60)]
        groups[: len(names)] = names
        scores = draw.integers(0, 30, 60).tolist()
        weights = draw.random(len(names)) + 0.1
        stated = dict(zip(names, (weights / weights.sum()).tolist(), strict=True))
        for shares in (None, stated):
            for top in (None, 1, 25):
                got = {"sensitive_features": groups, "target_shares": shares, "top": top}
                due = shares or {g: groups.count(g) / 60 for g in names}
                short, divergence = _by_hand(scores, groups, due, top or 60)
                assert infeasible_index(scores, **got) == short
                assert normalized_discounted_divergence(scores, **got) == pytest.approx(divergence, abs=1e-12)


@pytest.mark.parametrize("stated", ["a=0.3,b=0.6", {"a": 0.3, "b": 0.6}], ids=["text", "dictionary"])
def test_a_ranking_with_stated_shares_is_never_short(stated):
    draw = np.random.default_rng(3)
    group = draw.choice(["a", "b", "c"], 600, p=[0.6, 0.3, 0.1])
    X = draw.normal((group == "a") * 1.0, 1.0)[:, None]
    y = (X[:, 0] + draw.normal(size=600) > 1).astype(int)
    due = {"a": 0.3, "b": 0.6, "c": 0.1}
    model = Postprocessor(
        LogisticRegression(), "reranking", {"target_shares": stated, "selected": 0.4})
    model.fit(X, y, sensitive_features=group)
    places = model.predict_proba(X, sensitive_features=group)[:, 1]
    asked = {"sensitive_features": group, "target_shares": due, "top": 240}
    assert infeasible_index(X[:, 0], **asked) > 100
    assert infeasible_index(places, **asked) == 0
    chosen = model.predict(X, sensitive_features=group) == 1
    assert [int(chosen[group == g].sum()) for g in "abc"] == [72, 144, 24]


@pytest.mark.parametrize("shares, message", [
    ({"a": 0.5}, "no share of 'b'"),
    ({"a": 0.5, "b": 0.6}, "add up to 1.1"),
    ({"a": 1.5, "b": -0.5}, "from 0 to 1"),
    ("a=0.5,b=0.5", "a dictionary of shares"),
])
def test_shares_that_are_none_are_refused(shares, message):
    with pytest.raises(ValueError, match=message):
        infeasible_index([1, 2], sensitive_features=["a", "b"], target_shares=shares)


def test_a_group_that_is_not_there_misses_its_places():
    due = {"a": 0.5, "b": 0.25, "z": 0.25}
    # Of 4 places "z" is due one.
    assert infeasible_index([4, 3, 2, 1], sensitive_features=list("abab"), target_shares=due) == 1
