"""The page of published tables is what its stored results say, results are those of runs, splits
have the rows that the page states, and a loss is called one."""

import importlib
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "Benchmarks"))

from published import TABLES, abcfair, aif360, fairgbm, ffb, files, friedler, oxonfair  # noqa: E402
from published import measures, page, rows, store, verdicts  # noqa: E402
from published.lines import Figure, Line, half_width, on_one_file, printed, published  # noqa: E402

DOCUMENT = ROOT / "Sources" / "Equipoise" / "Documentation.docc" / "Scoreboard.md"


@pytest.fixture(scope="module")
def tables():
    return [importlib.import_module(f"published.{name}") for name in TABLES]


def test_the_page_is_made_of_the_results(tables):
    assert page.page(tables, store.read()) == DOCUMENT.read_text("utf-8")


def test_results_are_as_a_run_wrote_them():
    for found in store.read().values():
        assert store.digest(found["lines"]) == found["digest"]


def test_a_changed_figure_shows(tmp_path):
    found = store.result([line(accuracy=(0.85, 0.01))], seconds=1.0)
    store.write("ffb", found, tmp_path)
    assert store.read(tmp_path) == {"ffb": json.loads(json.dumps(found))}
    found["lines"][0]["values"]["accuracy"][0] = 0.86
    assert store.digest(found["lines"]) != found["digest"]


def test_every_case_is_run_with_and_without_mitigation(tables):
    results = store.read()
    assert set(results) == set(TABLES)
    for table in tables:
        lines = store.lines_of(results[table.NAME])
        cases = {line.case for line in table.PUBLISHED}
        assert cases == {line.case for line in lines}
        for unprocessed in (False, True):
            assert cases == {line.case for line in lines if line.unprocessed == unprocessed}
        assert all(line.seconds >= 0 and not line.published for line in lines)
        assert all(half_width(f, line.runs) >= 0 for line in lines for f in line.values.values())
        for line in lines:
            for other in verdicts.opponents(line, table.PUBLISHED):
                assert set(line.values) & set(other.values), (line.side, other.side)


def test_a_table_that_was_not_run_is_named(tables):
    results = store.read()
    del results["unprocessing"]
    text = page.page(tables, results)
    assert "## Not run" in text and "acs-income-test.parquet" in text


def test_splits_have_the_rows_that_the_page_states():
    train = oxonfair.split(0)[3]
    assert (train.sum(), (~train).sum()) == oxonfair.COUNTS["5 groups"]
    y = rows.adult()[1]
    seen, held, test = fairgbm.split(y)
    assert (len(seen) + len(held), len(test)) == fairgbm.COUNTS[fairgbm.ODDS]
    assert (len(seen), len(held)) == (24420, 8141)
    for table in (ffb, friedler):
        labels = {case: found[-2] for case, found in table.cases().items()}
        counts = {case: tuple(map(len, table.split(y_, 0))) for case, y_ in labels.items()}
        assert counts == table.COUNTS
    train, test, valid, last = aif360.split(len(y), 0)
    assert (len(train), len(test)) == aif360.COUNTS[aif360.ODDS]
    assert (len(train), len(last)) == aif360.COUNTS[aif360.PARITY] and len(valid) == 7326
    assert tuple(map(len, abcfair.split(665800, 0))) == abcfair.COUNTS[abcfair.CASE]


def test_splits_keep_rows_apart_and_differ_by_seed():
    for split, rows_ in ((friedler.split, np.zeros(100)), (abcfair.split, 100)):
        train, test = split(rows_, 0)
        assert not set(train) & set(test)
        assert train.tolist() == split(rows_, 0)[0].tolist() != split(rows_, 1)[0].tolist()


def test_a_missing_file_is_named(tmp_path):
    ours, sheet = tmp_path / "results", tmp_path / "page.md"
    script = [sys.executable, ROOT / "Benchmarks" / "published.py", "unprocessing"]
    script += ["--results", ours, "--page", sheet]
    for data in ([], ["--data", tmp_path]):
        found = subprocess.run([*script, *data], capture_output=True, text=True, check=True)
        names = "acs-income-validation.parquet, acs-income-test.parquet"
        assert f"left out, needs {names}" in found.stdout
    assert store.read(ours) == {}
    (tmp_path / "one").write_bytes(b"abc")
    reason = files.missing({"one": "somewhere", "another": "elsewhere"}, tmp_path)
    assert reason == "needs another (elsewhere); the folder of --data lacks it"
    assert files.digests({"one": ""}, tmp_path)["one"].startswith("ba7816bf8f01cfea")


def test_measures_by_hand():
    y, p = np.array([1, 1, 0, 0, 1, 0]), np.array([1, 0, 0.5, 0, 1, 1])
    group = np.array(["a", "a", "a", "b", "b", "c"])
    assert measures.accuracy(y, p, group) == pytest.approx((1 + 0 + 0.5 + 1 + 1 + 0) / 6)
    assert measures.rates(y, p, group).tolist() == [0.5, 0.5, 1.0]
    assert measures.mean_difference(y, p, group) == pytest.approx(1 / 3)
    assert measures.largest_difference(y, p, group) == 0.5
    assert measures.relative_difference(y, p, group) == pytest.approx(1 / p.mean() - 1)
    assert measures.true_positive_gap(y, p, group) == 0.5
    assert measures.odds_gap(y, p, group) == 1.0
    assert measures.miss_ratio(y, 0.5 * p, group) == pytest.approx(0.5 / 0.75)
    two = np.array([0, 0, 0, 1, 1, 1])
    assert measures.impact_ratio(y, p, two) == pytest.approx(0.5 / (2 / 3))
    # True positives 1/2 and 1, false positives 1/2 and 1/2.
    assert measures.signed_odds(y, p, two) == 0.25


def test_printed_figures_keep_their_digits():
    figure = printed("85.35", "0.34", percent=True)
    known = figure.value, figure.deviation, figure.rounding
    assert known == pytest.approx((0.8535, 0.0034, 0.00005))
    shown = published("case", "side", {"accuracy": figure, "gap": "0.000"})
    assert page._cell(shown, "accuracy") == "0.8535 (sd 0.0034)"
    assert page._cell(shown, "gap") == "0.000"


def line(side="ours", runs=10, unprocessed=False, **figures):
    values = {name: Figure(*figure) for name, figure in figures.items()}
    return Line("case", side, values, runs, 1.0, unprocessed=unprocessed)


@pytest.mark.parametrize(("accuracy", "gap", "word"), [
    (0.86, 0.01, verdicts.AHEAD), (0.84, 0.01, verdicts.MIXED), (0.84, 0.05, verdicts.BEHIND),
    (0.8505, 0.02, verdicts.NONE), (0.86, 0.02, verdicts.AHEAD), (0.85, 0.05, verdicts.BEHIND),
])
def test_a_loss_is_called_one(accuracy, gap, word):
    figures = {"accuracy": "0.8500", "gap": "0.0200", "only theirs": "1.0"}
    theirs = published("case", "theirs", figures, 10)
    assert verdicts.verdict(line(accuracy=(accuracy, 0.001), gap=(gap, 0.001)), theirs)[0] == word


def test_a_difference_must_leave_its_interval_and_the_rounding():
    # Student's quantile at 97.5 % with 9 degrees is 2.262; two means of 10 runs of deviation 0.01.
    width = 2.262157 * 0.01 * np.sqrt(2 / 10)
    for excess, word in ((0.99, verdicts.NONE), (1.01, verdicts.AHEAD)):
        theirs = published("case", "theirs", {"accuracy": Figure(0.85)}, 10)
        assert verdicts.verdict(line(accuracy=(0.85 + excess * width, 0.01)), theirs)[0] == word
    coarse = published("case", "theirs", {"accuracy": "0.85"}, 10)
    assert verdicts.verdict(line(accuracy=(0.85 + 1.3 * width, 0.01)), coarse)[0] == verdicts.NONE
    # A spread that the paper prints counts in place of ours, and its runs count.
    wide = published("case", "theirs", {"accuracy": Figure(0.85, 0.05)}, 10)
    once = published("case", "theirs", {"accuracy": Figure(0.85)}, 1)
    for theirs in (wide, once):
        ours = line(accuracy=(0.85 + 1.3 * width, 0.01))
        assert verdicts.verdict(ours, theirs)[0] == verdicts.NONE
    # Two measures at once ask for more of each.
    theirs = published("case", "theirs", {"accuracy": Figure(0.85), "gap": Figure(0.1)}, 10)
    ours = line(accuracy=(0.85 + 1.1 * width, 0.01), gap=(0.1, 0.01))
    assert verdicts.verdict(ours, theirs)[0] == verdicts.NONE


def test_ratios_are_better_nearer_to_one():
    theirs = published("case", "theirs", {"impact ratio": "1.500"}, 10)
    for ratio, word in ((0.8, verdicts.AHEAD), (0.3, verdicts.BEHIND), (1.8, verdicts.BEHIND)):
        assert verdicts.verdict(line(**{"impact ratio": (ratio, 0.01)}), theirs)[0] == word


def test_lines_are_held_against_their_like():
    plain = published("case", "plain", {"accuracy": "0.85"}, unprocessed=True)
    fair = published("case", "fair", {"accuracy": "0.84"})
    other = published("another case", "fair", {"accuracy": "0.84"})
    assert verdicts.opponents(line(), [plain, fair, other]) == [fair]
    assert verdicts.opponents(line(unprocessed=True), [plain, fair, other]) == [plain]
    assert verdicts.opponents(line(), [plain, other]) == [plain]
    assert verdicts.opponents(line(unprocessed=True), [fair]) == []


def test_deviations_over_rows_are_those_of_a_mean():
    p = np.repeat([0.0, 1.0], [400, 100])
    found = on_one_file("case", "side", {"accuracy": measures.accuracy}, p, np.zeros(500), p, 1.0)
    assert found.values["accuracy"].value == 0.8
    assert found.values["accuracy"].deviation == pytest.approx(np.sqrt(0.8 * 0.2 / 500), rel=0.2)
