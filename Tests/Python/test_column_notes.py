"""What is said of columns that seem to be something else than they are read as, in every door."""

from __future__ import annotations

import os
import random
import subprocess
import warnings

import equipoise
import numpy as np
import pandas as pd
import pytest

ROWS = 400


def plain(rows: int = ROWS, seed: int = 3) -> pd.DataFrame:
    """A table of which nothing is to be said."""
    draw = np.random.default_rng(seed)
    return pd.DataFrame({
        "age": draw.integers(18, 80, rows), "income": draw.normal(3e4, 8e3, rows).round(2),
        "job": draw.choice(["full-time", "part-time", "none"], rows),
        "sex": draw.choice(["female", "male"], rows), "race": draw.choice(["a", "b", "c"], rows),
        "repaid": draw.choice(["no", "yes"], rows)})


def dates(rows: int, form: str) -> list[str]:
    draw = random.Random(5)
    steps = pd.to_timedelta([draw.randrange(700) for _ in range(rows)], "D")
    days = pd.Timestamp("2023-01-01") + steps
    return [day.strftime(form) for day in days]


def keys(rows: int) -> list[int]:
    return random.Random(7).sample(range(10**8, 10**9), rows)


COLUMNS = {
    "key of texts": ([f"L-{k}" for k in keys(ROWS)], "looks like a key"),
    "key of numbers": (keys(ROWS), "looks like a key"),
    "running number": (list(range(1, ROWS + 1)), "looks like a key"),
    "days": (dates(ROWS, "%Y-%m-%d"), "look like dates"),
    "days and times": (dates(ROWS, "%Y-%m-%dT%H:%M:%S"), "look like dates"),
    "German days": (dates(ROWS, "%d.%m.%Y"), "look like dates"),
    "American days": (dates(ROWS, "%m/%d/%y"), "look like dates"),
    "named months": (dates(ROWS, "%d %b %Y"), "look like dates"),
    "days as numbers": ([int(day) for day in dates(ROWS, "%Y%m%d")], "look like dates"),
    "codes": ([f"{k % 50:05}" for k in range(ROWS)], "begin with a zero"),
    "few codes": (["94103", "00501", "10001", "60601"] * (ROWS // 4), "begin with a zero"),
    "words": ([f"word {k % 60}" for k in range(ROWS)], "different values in 400 rows"),
    "spellings": (["Lyon", "lyon", "Metz", "Metz "] * (ROWS // 4), "capitals or blanks only"),
}


@pytest.fixture
def csv(tmp_path):
    def written(frame: pd.DataFrame) -> str:
        path = tmp_path / "t.csv"
        # Blanks around a field count where it is quoted.
        frame.to_csv(path, index=False, quoting=2)
        return str(path)
    return written


@pytest.fixture
def program() -> str:
    path = os.environ.get("EQUIPOISE_PROGRAM")
    if not path:
        pytest.skip("EQUIPOISE_PROGRAM names the command line")
    return path


def notes(table, **options) -> list[str]:
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        equipoise.train("logistic", table, label="repaid", sensitive="sex", **options)
    return [str(note.message) for note in told]


def test_a_plain_table_needs_no_note(csv):
    assert notes(csv(plain())) == notes(plain()) == []


@pytest.mark.parametrize("name", COLUMNS)
def test_a_column_gets_its_note_whatever_holds_the_table(name, csv, program):
    values, says = COLUMNS[name]
    frame = plain().assign(odd=values)
    told = notes(csv(frame))
    assert any("column 'odd'" in note and says in note for note in told), told
    # Dropped, or no column of the job, it is not spoken of.
    assert notes(csv(frame), drop="odd") == []
    assert not any("odd" in note for note in equipoise.audit(
        csv(frame), label="repaid", sensitive="sex").notes)
    # The command line spells the options in its own way.
    shown = subprocess.run(
        [program, "train", "logistic", "--data", csv(frame), "--label", "repaid", "--sensitive",
         "sex"], capture_output=True, text=True, check=True).stderr
    assert "column 'odd'" in shown and says in shown
    assert ("--drop odd" in shown) == any("drop=['odd']" in note for note in told)
    # A frame has the same values: the same note, but for blanks that a file's reader takes away.
    if all(not isinstance(v, str) or v == v.strip() for v in values):
        assert notes(frame) == told
        assert notes(frame.astype({"odd": "object"})) == told


@pytest.mark.parametrize("name", ["codes", "days", "words", "key of texts"])
def test_a_column_that_is_meant_needs_no_note(name, csv):
    frame = plain().assign(odd=COLUMNS[name][0])
    assert notes(csv(frame), categorical="odd") == []


def test_codes_are_categories_and_numbers_on_demand(csv):
    frame = plain().assign(zip=COLUMNS["few codes"][0])
    codes = equipoise.describe(csv(frame)).tables["columns"].set_index("")
    assert codes.loc["zip", "Kind"] == "category" and codes.loc["zip", "Distinct"] == 4
    numbers = equipoise.describe(csv(frame), numeric="zip").tables["columns"].set_index("")
    assert numbers.loc["zip", "Kind"] == "number"


@pytest.mark.parametrize("rare", ["Female", "FEMALE", "fe male"])
@pytest.mark.parametrize("column", ["sex", "race"])
def test_one_misspelt_group_is_told_with_its_rows(rare, column, csv):
    frame = plain()
    name = "female" if column == "sex" else "a"
    odd = rare if column == "sex" else "A"
    frame.loc[3, column] = odd
    rows = (frame[column] == name).sum()
    for table in (frame, csv(frame)):
        told = equipoise.audit(table, label="repaid", sensitive=["sex", "race"]).notes
        assert any(
            f"'{odd}' (1)" in note and f"'{name}' ({rows})" in note for note in told), told


def test_a_sensitive_number_gets_bins_that_work(csv):
    told = equipoise.audit(csv(plain()), label="repaid", sensitive="age").notes
    note = next(note for note in told if "make a group each" in note)
    edges = note.split("bins='age=")[1].split("'")[0]
    page = equipoise.describe(
        csv(plain()), label="repaid", sensitive="age",
        bins={"age": [float(edge) for edge in edges.split(",")]})
    sizes = page.tables["groups-0"]["Rows"].tolist()[:-1]
    # The groups are of one size, as far as ties allow.
    assert len(sizes) == 3 and max(sizes) - min(sizes) < ROWS / 6


def test_many_columns_of_one_kind_are_told_together(csv):
    frame = plain().assign(**{f"k{j}": keys(ROWS) for j in range(9)})
    told = notes(csv(frame))
    assert len(told) == 1 and "9 columns" in told[0] and "'k8'" in told[0]


# ---- Columns that a job does not need


@pytest.mark.parametrize("column, value", [
    ("age", "forty"), ("income", "?"), ("income", ""), ("income", "inf")])
def test_an_audit_of_labels_reads_no_features(column, value, csv):
    frame = plain()
    expected = equipoise.audit(
        frame[["sex", "repaid"]], label="repaid", sensitive="sex").document
    frame[column] = frame[column].astype(object)
    frame.loc[7, column] = value
    for missing in (None, "drop", "own-level"):
        found = equipoise.audit(csv(frame), label="repaid", sensitive="sex", missing=missing)
        assert found.document["groups"] == expected["groups"]
        assert not any("left out" in note or "not in the audit" in note for note in found.notes)
    told = equipoise.audit(csv(frame), label="repaid", sensitive="sex").document.get("missing")
    if value == "":
        assert [row["missing"] for row in told if row["column"] == column].count(1) == 1
    else:
        assert not told


def test_rows_left_out_are_told_with_their_columns(csv):
    frame = plain()
    frame.loc[:9, "income"] = np.nan
    frame.loc[5:6, "sex"] = None
    with pytest.warns(UserWarning, match=r"10 of 400 rows .* \(in 'income' 10, 'sex' 2\)"):
        equipoise.train("logistic", csv(frame), label="repaid", sensitive="sex", missing="drop")
    found = equipoise.audit(csv(frame), label="repaid", sensitive="sex", missing="drop")
    assert any("2 of 400 rows" in note and "'sex' 2" in note for note in found.notes)


# ---- Headers, labels, unseen values


@pytest.mark.parametrize("options", [{}, {"label": "repaid"}, {"sensitive": "sex"}])
def test_a_file_without_a_header_is_refused(options, tmp_path):
    path = tmp_path / "t.csv"
    plain().to_csv(path, index=False, header=False)
    with pytest.raises(ValueError, match="the first line looks like data"):
        equipoise.describe(path, **options)


@pytest.mark.parametrize("names", [
    ["0", "1", "2", "3"], ["2019", "2020", "2021", "2022"], ["a", "b", "c", "d"]])
def test_names_of_columns_may_be_numbers(names, tmp_path):
    path = tmp_path / "t.csv"
    pd.DataFrame(np.arange(200).reshape(50, 4) % 7, columns=names).to_csv(path, index=False)
    assert equipoise.describe(path).tables["columns"][""].tolist() == names


def test_a_rare_label_is_named_with_its_line_and_the_remedy(csv):
    frame = plain()
    frame.loc[41, "repaid"] = "maybe"
    with pytest.raises(ValueError) as error:
        equipoise.train("logistic", csv(frame), label="repaid", sensitive="sex")
    text = str(error.value)
    assert "'maybe' (1)" in text and "line 43" in text
    assert text.index("na=['maybe'] with missing='drop'") < text.index("positive='VALUE'")
    found = equipoise.audit(
        csv(frame), label="repaid", sensitive="sex", na="maybe", missing="drop")
    assert any("1 of 400" in note for note in found.notes)
    told = equipoise.audit(csv(frame), label="repaid", sensitive="sex", positive="yes").notes
    assert any("count as negative" in note and "'maybe' (line 43)" in note for note in told)


def test_values_unseen_in_training_are_told(csv, tmp_path, program):
    frame = plain()
    model = equipoise.train("logistic", csv(frame), label="repaid", sensitive="sex")
    model.save(tmp_path / "m.eqp")
    later = frame.replace({"job": {"full-time": "FullTime"}})
    rows = (later["job"] == "FullTime").sum()
    path = csv(later)
    shown = subprocess.run(
        [program, "predict", "--model", str(tmp_path / "m.eqp"), "--data", path, "--output",
         str(tmp_path / "p.csv")], capture_output=True, text=True, check=True).stderr
    says = f"column 'job': {rows} of {ROWS} rows have values unseen in training ('FullTime')"
    assert says in shown
    audited = equipoise.audit(path, model=model, label="repaid", sensitive="sex")
    assert any(says in note for note in audited.notes)
    for table in (path, later):
        with pytest.warns(UserWarning, match="unseen in training"):
            model.predict(table)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        model.predict(frame)
