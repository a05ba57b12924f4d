"""Counts of partitions: their sum is the whole, whatever the split and the order."""

import pathlib
import pickle
import subprocess
import sys

import numpy as np
import pytest

from equipoise._engine.calls import EquipoiseError
from equipoise.metrics import AuditCounts, audit

EXAMPLES = pathlib.Path(__file__).resolve().parents[2] / "Examples" / "Python"


@pytest.fixture(scope="module")
def rows():
    rng = np.random.default_rng(6)
    n = 3000
    score = rng.uniform(size=n)
    return {
        "y": (score + rng.normal(0, 0.3, n) > 0.5).astype(int),
        "score": score,
        "sex": rng.choice(["f", "m"], n),
        "race": rng.choice(["a", "b", "c"], n, p=[0.6, 0.39, 0.01]),
    }


def counts(rows, places, **more):
    return AuditCounts(
        rows["y"][places], y_score=rows["score"][places],
        sensitive_features={name: rows[name][places] for name in ("sex", "race")}, **more,
    )


@pytest.mark.parametrize("parts", [1, 2, 7, 300])
def test_the_sum_of_any_partitions_is_the_whole(rows, parts):
    n = len(rows["y"])
    order = np.random.default_rng(parts).permutation(n)
    pieces = [counts(rows, places) for places in np.array_split(order, parts)]
    total = sum(pieces[1:], pieces[0])
    assert total.rows == n
    found = total.audit(intersections=2).document
    whole = audit(
        rows["y"], y_score=rows["score"],
        sensitive_features={name: rows[name] for name in ("sex", "race")}, intersections=2,
    ).document
    assert [group["value"] for group in found["groups"]] == [
        group["value"] for group in whole["groups"]
    ]
    for group, same in zip(found["groups"], whole["groups"]):
        for name in ("selection_rate", "true_positive_rate", "accuracy_score"):
            assert group["metrics"][name]["value"] == same["metrics"][name]["value"]
        area, exact = (each["metrics"]["roc_auc_score"]["value"] for each in (group, same))
        assert area == pytest.approx(exact, abs=0.005)


def test_states_are_canonical_and_travel(rows):
    unscored = dict(sensitive_features={"sex": rows["sex"]})
    first = AuditCounts(rows["y"][:500], rows["y"][:500], sensitive_features=rows["sex"][:500])
    second = AuditCounts(rows["y"][500:], rows["y"][500:], sensitive_features=rows["sex"][500:])
    whole = AuditCounts(rows["y"], rows["y"], sensitive_features=rows["sex"])
    assert (first + second) == (second + first) == whole
    assert (first + second).to_bytes() == whole.to_bytes()
    assert pickle.loads(pickle.dumps(whole)) == whole
    before = first.to_bytes()
    first + second
    assert first.to_bytes() == before
    first += second
    assert first == whole
    with pytest.raises(EquipoiseError, match="attributes differ"):
        whole + AuditCounts(rows["y"], rows["y"], **unscored)


def test_damaged_states_are_refused(rows):
    state = bytearray(counts(rows, slice(None)).to_bytes())
    rng = np.random.default_rng(0)
    for _ in range(200):
        damaged = bytearray(state)
        damaged[rng.integers(len(state))] ^= 1 << rng.integers(8)
        with pytest.raises(EquipoiseError):
            AuditCounts.from_bytes(damaged)
    for length in (0, 1, 8, len(state) - 1):
        with pytest.raises(EquipoiseError):
            AuditCounts.from_bytes(state[:length])


@pytest.mark.skipif(not EXAMPLES.exists(), reason="the examples are not beside the tests")
def test_the_example_runs():
    done = subprocess.run(
        [sys.executable, str(EXAMPLES / "distributed_audit.py"), "3"],
        capture_output=True, text=True, timeout=120, check=True,
    )
    assert "16281 rows in 3 partitions" in done.stdout


def test_rows_of_unknown_groups_count_in_no_gap():
    sex = np.array(["a", "b", "a", None, "b", "b", "a", None] * 20, dtype=object)
    y, p = np.array([0, 1, 1, 0, 1, 0, 1, 1] * 20), np.array([0, 1, 0, 0, 1, 1, 1, 0] * 20)
    with pytest.raises(ValueError, match="missing in row 3"):
        AuditCounts(y, p, sensitive_features=sex)
    with pytest.raises(ValueError, match="AuditCounts takes 'error' or 'exclude'"):
        AuditCounts(y, p, sensitive_features=sex, unknown="pooled")
    half = [slice(0, 80), slice(80, 160)]
    with pytest.warns(UserWarning, match="20 rows have no value .*: left out of groups and of gaps"):
        parts = [
            AuditCounts(y[k], p[k], sensitive_features=sex[k], unknown="exclude") for k in half]
    counted = sum(parts).audit()
    whole = audit(y, p, sensitive_features=sex, unknown="exclude")
    columns = ["attribute", "metric", "kind", "method", "low_group", "high_group", "value"]
    assert counted.disparities[columns].equals(whole.disparities[columns])
    assert counted.document["overall"] == whole.document["overall"]
    assert counted.document["unknown"] == whole.document["unknown"]
