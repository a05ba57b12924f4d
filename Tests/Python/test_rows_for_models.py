"""Rows that a fitted model is given mean the same in every door."""

from __future__ import annotations

import json
import os
import subprocess

import numpy as np
import pandas as pd
import pytest

import equipoise
from equipoise.datasets import load_adult


@pytest.fixture(scope="module")
def adult() -> equipoise.TableModel:
    train = load_adult(part="train").frame
    return equipoise.train("penalized", train, label="income", sensitive="sex", strength=10)


def test_a_bundled_table_is_what_the_frame_of_it_is(adult, tmp_path):
    """'?' is no value in the frame: it must be none where the engine reads its own table."""
    frame = load_adult(part="test").frame
    ours = equipoise.audit(frame, label="income", model=adult, sensitive=["sex", "race"])
    for other in (
        equipoise.audit(dataset="adult", model=adult, sensitive=["sex", "race"]),
        equipoise.audit(dataset="adult", model=_saved(adult, tmp_path), sensitive=["sex", "race"]),
    ):
        assert not [note for note in other.notes if "unseen" in note]
        pd.testing.assert_frame_equal(other.overall, ours.overall)


def test_the_command_line_reads_the_saved_model_alike(adult, tmp_path):
    program = os.environ.get("EQUIPOISE_PROGRAM")
    if program is None:
        pytest.skip("no program")
    ran = subprocess.run(
        [program, "audit", "--dataset", "adult", "--model", _saved(adult, tmp_path),
         "--sensitive", "sex,race", "--format", "json"], capture_output=True, text=True, check=True)
    assert "unseen" not in ran.stderr
    ours = equipoise.audit(
        load_adult(part="test").frame, label="income", model=adult, sensitive=["sex", "race"])
    assert json.loads(ran.stdout)["rows"] == ours.document["rows"]
    told = json.dumps(json.loads(ran.stdout))
    assert repr(float(ours.overall.loc["accuracy_score", "value"])) in told


def _saved(model: equipoise.TableModel, folder) -> str:
    place = str(folder / "fair.eqp")
    model.save(place)
    return place


@pytest.fixture(scope="module")
def loans() -> pd.DataFrame:
    draw = np.random.default_rng(3)
    frame = pd.DataFrame({
        "pay": draw.integers(10_000, 90_000, 400) + 0.25, "sex": draw.choice(["f", "m"], 400),
        "job": draw.choice(["Cook", "cook", "clerk"], 400)})
    noise = draw.normal(0, 20_000, 400)
    frame["state"] = np.where(frame["pay"] + noise > 45_000, "approved", "denied")
    return frame


def test_one_row_with_a_decimal_comma_is_read(loans, tmp_path):
    model = equipoise.train("logistic", loans, label="state", sensitive="sex")
    place = tmp_path / "one.csv"
    place.write_text("pay;sex;job\n€ 26.006,25;f;cook\n", encoding="utf-8")
    row = pd.DataFrame({"pay": [26006.25], "sex": ["f"], "job": ["cook"]})
    with pytest.warns(UserWarning, match="read as"):
        found = model.predict(str(place)).probability
    texts = row.assign(pay=["26.006,25"])
    with pytest.warns(UserWarning, match="read as numbers"):
        same = model.predict(texts).probability
    assert found == pytest.approx(model.predict(row).probability, abs=0) == same


@pytest.mark.parametrize("threshold", [1.5, -0.25])
def test_a_threshold_is_a_probability(loans, threshold):
    model = equipoise.train("logistic", loans, label="state", sensitive="sex")
    with pytest.raises(ValueError, match="threshold.*at least 0 and at most 1"):
        model.predict(loans, threshold=threshold).prediction
    with pytest.raises(ValueError, match="threshold.*at least 0 and at most 1"):
        equipoise.audit(loans, label="state", sensitive="sex", model=model, threshold=threshold)
    scored = loans.assign(score=loans["pay"] - 50_000)
    found = equipoise.audit(
        scored, label="state", sensitive="sex", score="score", threshold=threshold)
    assert 0 < found.overall.loc["selection_rate", "value"] < 1


def test_the_favorable_outcome_is_positive(loans):
    assert equipoise.train("logistic", loans, label="state", sensitive="sex").positive == "approved"
    words = loans.assign(state=loans["state"].map({"approved": "alpha", "denied": "beta"}))
    with pytest.warns(UserWarning, match="'beta' is taken as positive.*positive='alpha'"):
        assert equipoise.train("logistic", words, label="state", sensitive="sex").positive == "beta"


def test_spellings_are_one_where_they_are_folded(loans, tmp_path):
    odd = loans.copy()
    odd.loc[[3, 5, 8], "state"] = odd.loc[[3, 5, 8], "state"].str.upper()
    odd.loc[4, "sex"] = odd.loc[4, "sex"].upper()
    with pytest.raises(ValueError, match=r"fold=\['state'\] reads spellings that differ"):
        equipoise.train("logistic", odd, label="state", sensitive="sex")
    fold = ["state", "sex", "job"]
    folded = equipoise.train("logistic", odd, label="state", sensitive="sex", fold=fold)
    clean = loans.assign(job=loans["job"].str.lower())
    plain = equipoise.train("logistic", clean, label="state", sensitive="sex")
    assert folded.classes_.tolist() == ["denied", "approved"]
    # The model folds by itself.
    np.testing.assert_array_equal(
        folded.predict(odd).probability, plain.predict(clean).probability)
    page = equipoise.audit(odd, label="state", sensitive="sex", model=folded)
    assert page.document["rows"] == len(odd)


def test_what_is_suggested_runs(loans, tmp_path):
    """Both calls that describe ends with, on a label in four spellings and with a text that is none."""
    program = os.environ.get("EQUIPOISE_PROGRAM")
    if program is None:
        pytest.skip("no program")
    odd = loans.copy()
    odd.loc[[3, 5, 8], "state"] = odd.loc[[3, 5, 8], "state"].str.upper()
    odd.loc[9, "state"] = "it's open"
    odd.loc[11, "pay"] = np.nan
    place = tmp_path / "odd.csv"
    odd.to_csv(place, index=False)
    page = subprocess.run(
        [program, "describe", "--data", "odd.csv", "--label", "state", "--sensitive", "sex",
         "--output", "page.md"], cwd=tmp_path, capture_output=True, text=True, check=True)
    told = (tmp_path / "page.md").read_text(encoding="utf-8") + page.stdout
    calls = {
        line.strip() for line in told.splitlines()
        if line.strip().startswith(("equipoise audit", "equipoise compare"))}
    assert len(calls) >= 2, told
    for call in calls:
        assert "--fold" in call and "--where" in call
        ran = subprocess.run(
            ["sh", "-c", call.replace("equipoise", program, 1)], cwd=tmp_path, capture_output=True,
            text=True)
        assert ran.returncode == 0, f"{call}\n{ran.stderr}"
