"""What a table holds, on a page, counted here a second time."""

from __future__ import annotations

import json
import subprocess
import sys

import equipoise
import numpy as np
import pandas as pd
import pytest
from equipoise._engine import jobs


@pytest.fixture(scope="module")
def loans() -> pd.DataFrame:
    draw = np.random.default_rng(11)
    n = 500
    frame = pd.DataFrame({
        "id": np.arange(n) + 10_000, "age": draw.integers(18, 80, n).astype(object),
        "zip": draw.choice(["00501", "94103", "10001"], n),
        "sex": draw.choice(["female", "male"], n, p=[0.3, 0.7]),
        "race": draw.choice(["a", "b", "c"], n), "repaid": draw.choice(["no", "yes"], n)})
    frame.loc[3, "sex"] = "Female"
    frame.loc[7, "age"] = "forty"
    frame.loc[[9, 10, 11], "race"] = None
    frame.loc[[20, 21], "repaid"] = None
    return frame


@pytest.fixture(scope="module")
def path(loans, tmp_path_factory) -> str:
    place = tmp_path_factory.mktemp("describe") / "loans.csv"
    loans.to_csv(place, index=False)
    return str(place)


def test_columns_are_counted(loans, path):
    page = equipoise.describe(path)
    table = page.tables["columns"].set_index("")
    assert table.index.tolist() == list(loans.columns)
    labelled = loans[loans["repaid"].notna()]
    for column in ("race", "sex"):
        assert table.loc[column, "Missing"] == labelled[column].isna().sum()
        assert table.loc[column, "Distinct"] == labelled[column].nunique()
    assert table.loc["repaid", "Role"] == "label" and table.loc["sex", "Role"] == "sensitive"
    looks = table["To look at"]
    assert "key" in looks["id"] and "code" in looks["zip"] and "spelling" in looks["sex"]
    assert "fault" in looks["age"] and looks["race"] == "–"


def test_groups_and_label_rates_are_those_of_the_rows(loans, path):
    page = equipoise.describe(path, label="repaid", sensitive=["sex", "race"])
    rows = loans[loans["repaid"].notna()].fillna({"race": "(missing)"})
    for place, by in enumerate((["sex"], ["race"], ["sex", "race"])):
        table = page.tables[f"groups-{place}"].set_index("")
        for names, group in rows.groupby(by):
            found = table.loc["×".join(names)]
            positive = (group["repaid"] == "yes").sum()
            assert found["Rows"] == len(group) and found["repaid = yes"] == positive
            assert found["Share positive"] == pytest.approx(positive / len(group))
            assert found["Share of rows"] == pytest.approx(len(group) / len(rows))
        assert table.loc["All", "Rows"] == len(rows)


@pytest.mark.parametrize("form", ["frame", "dictionary", "path"])
def test_whatever_holds_the_table_gives_the_same_page(form, loans, path):
    clean = loans[loans["age"] != "forty"].astype({"age": int})
    clean = clean.fillna({"race": "(none)", "repaid": "no"})
    options = {"label": "repaid", "sensitive": ["sex", "race"]}
    expected = equipoise.describe(clean, **options).tables
    if form == "path":
        clean.to_csv(path + "2", index=False)
        found = equipoise.describe(path + "2", **options)
    else:
        found = equipoise.describe(
            clean if form == "frame" else {k: list(v) for k, v in clean.items()}, **options)
    for name, table in expected.items():
        pd.testing.assert_frame_equal(found.tables[name], table)


def test_a_population_is_compared_with(loans, path, tmp_path):
    shares = pd.DataFrame({
        "attribute": ["sex", "sex", "sex*race"], "group": ["female", "male", "female*a"],
        "share": [0.5, 0.5, 0.17]})
    shares.to_csv(tmp_path / "shares.csv", index=False)
    for given in (shares, tmp_path / "shares.csv"):
        page = equipoise.describe(
            path, label="repaid", sensitive=["sex", "race"], population=given)
        rows = loans[loans["repaid"].notna()]
        table = page.tables["population-0"].set_index("")
        female = (rows["sex"] == "female").mean()
        assert table.loc["female", "Ratio"] == pytest.approx(female / 0.5)
        assert table.loc["female", "Rows expected"] == pytest.approx(len(rows) / 2)
        # A group that the population does not have.
        assert table.loc["Female", "Rows"] == 1 and table.loc["Female", "Ratio"] == "–"
        cross = page.tables["population-1"].set_index("")
        both = ((rows["sex"] == "female") & (rows["race"] == "a")).mean()
        assert cross.loc["female×a", "Ratio"] == pytest.approx(both / 0.17)


@pytest.mark.parametrize("change, says", [
    ({"share": [0.5, 0.9]}, "add up to"), ({"share": [0.5, -1]}, "shares lie from 0 to 1"),
    ({"attribute": ["sexx", "sexx"]}, "did you mean 'sex'"),
    ({"group": ["male", "male"]}, "name a group twice")])
def test_shares_that_cannot_be_are_refused(change, says, path):
    shares = pd.DataFrame(
        {"attribute": ["sex", "sex"], "group": ["female", "male"], "share": [0.5, 0.5], **change})
    with pytest.raises(ValueError, match=says):
        equipoise.describe(path, sensitive="sex", population=shares)


def test_the_calls_can_be_copied(loans, path):
    table = loans[loans["age"] != "forty"].astype({"age": int})
    for given, page in ((path, equipoise.describe(path)), (table, equipoise.describe(table))):
        audit, compare = page.commands
        assert "label='repaid'" in audit and "sensitive=['sex', 'race']" in audit
        assert "id='id'" in compare
        names = {"equipoise": equipoise, "table": given}
        found = eval(audit.replace(")", ", missing='drop')"), names)  # noqa: S307
        assert found.document["groups"]


def test_the_page_is_written_in_every_form(path, tmp_path):
    files = [tmp_path / f"page.{name}" for name in ("html", "md", "csv", "json")]
    page = equipoise.describe(path, output=files)
    for file, text in zip(
            files, (page.to_html(), page.to_markdown(), page.to_csv(), page.to_json()),
            strict=True):
        assert file.read_text().rstrip("\n") == text.rstrip("\n")
    assert json.loads(page.to_json())["kind"] == "describe"


@pytest.mark.parametrize("labels", [["a"] * 30, ["a", "b", "c"] * 10, [None] * 30])
def test_labels_that_are_not_two_do_not_stop_it(labels):
    frame = {"sex": ["f", "m"] * 15, "y": labels, "x": list(range(30))}
    try:
        page = equipoise.describe(frame, label="y", sensitive="sex")
    except ValueError:
        assert labels[0] is None
        return
    assert page.tables["groups-0"].set_index("").loc["All", "Rows"] == 30
    assert "fault" in page.tables["columns"].set_index("").loc["y", "To look at"]


@pytest.mark.parametrize("groups", [1, 2, 3, 5, 40])
def test_any_number_of_groups(groups):
    frame = pd.DataFrame({
        "g": [f"g{k % groups}" for k in range(200)], "y": [k % 2 for k in range(200)]})
    table = equipoise.describe(frame, label="y", sensitive="g").tables["groups-0"]
    assert len(table) == groups + 1


def test_groups_of_few_rows_are_told():
    counts = {"most": 200, "ten": 10, "nine": 9, "one": 1}
    frame = pd.DataFrame({
        "group": [name for name, rows in counts.items() for _ in range(rows)],
        "y": np.arange(220) % 2})
    text = " ".join(equipoise.describe(frame, label="y", sensitive="group").to_markdown().split())
    assert "'group' has groups of fewer than 10 rows: nine (9 rows), one (1 row)." in text


def test_columns_that_cannot_be_read_are_told():
    frame = pd.DataFrame({
        "day": pd.to_datetime(["2024-01-01", "2024-01-02"] * 20), "sex": ["f", "m"] * 20,
        "y": [0, 1] * 20})
    table = equipoise.describe(frame).tables["columns"].set_index("")
    assert table.loc["day", "Kind"].startswith("a date")
    assert "fault" in table.loc["day", "To look at"]


def test_jobs_are_listed_under_both_names():
    for name in ("jobs", "describe"):
        listed = jobs.run(name, {}, {}, {}, seed=0, n_threads=None).document
        assert {"jobs", "describe", "audit"} <= {job["name"] for job in listed}


def test_the_command_line_prints_the_page(path):
    done = subprocess.run(
        [sys.executable, "-m", "equipoise", "describe", "--data", path], capture_output=True,
        text=True)
    if done.returncode == 127:
        pytest.skip("the command line is not built")
    assert done.returncode == 0, done.stderr
    assert "equipoise audit --data" in done.stdout and "--sensitive sex,race" in done.stdout
