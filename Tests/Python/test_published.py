"""The page of published tables is what its stored results say, and its measures are the papers'."""

import importlib
import json
import sys
from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "Benchmarks"))

from published import TABLES, measures, page  # noqa: E402

STORED = ROOT / "Benchmarks" / "published" / "results"
DOCUMENT = ROOT / "Sources" / "Equipoise" / "Documentation.docc" / "Scoreboard.md"


def test_the_page_is_made_of_the_results():
    tables = [importlib.import_module(f"published.{name}") for name in TABLES]
    stored = {name: json.loads((STORED / f"{name}.json").read_text("utf-8")) for name in TABLES}
    assert page.page(tables, stored) == DOCUMENT.read_text("utf-8")


def test_every_case_has_a_published_and_an_unprocessed_line():
    for name in TABLES:
        rows = json.loads((STORED / f"{name}.json").read_text("utf-8"))["rows"]
        published = {row.case for row in importlib.import_module(f"published.{name}").PUBLISHED}
        assert {row["case"] for row in rows} == published
        assert {row["case"] for row in rows if row["unprocessed"]} == published


def test_measures_by_hand():
    y, p = np.array([1, 1, 0, 0, 1, 0]), np.array([1, 0, 0.5, 0, 1, 1])
    group = np.array(["a", "a", "a", "b", "b", "c"])
    assert measures.accuracy(y, p, group) == pytest.approx((1 + 0 + 0.5 + 1 + 1 + 0) / 6)
    assert measures.rates(y, p, group).tolist() == [0.5, 0.5, 1.0]
    assert measures.mean_difference(y, p, group) == pytest.approx(1 / 3)
    assert measures.largest_difference(y, p, group) == 0.5
    assert measures.impact_ratio(y, p, group) == 0.5
    assert measures.true_positive_gap(y, p, group) == 0.5
    assert measures.odds_gap(y, p, group) == 1.0
    assert measures.odds_average(y, p, group) == 0.75


@pytest.mark.parametrize(("accuracy", "gap", "word"), [
    (0.86, 0.01, "ahead of"), (0.84, 0.01, "apart from"), (0.84, 0.05, "behind"),
    (0.8505, 0.02, "level with"), (0.86, 0.02, "ahead of"), (0.85, 0.05, "behind"),
])
def test_verdicts_call_a_loss_a_loss(accuracy, gap, word):
    theirs = {"accuracy": (0.85, None), "gap": (0.02, None), "only theirs": (1.0, None)}
    ours = {"accuracy": (accuracy, 0.001), "gap": (gap, 0.001)}
    assert page.verdict(ours, theirs) == word
