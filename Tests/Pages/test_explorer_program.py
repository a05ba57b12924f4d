"""The page that the program writes, against the rows that it was given, and the rule that leaves it."""

import collections
import csv
import json
import pathlib
import random
import subprocess

import explored_people as people
import pytest
from explored_pages import Open
from shelf import PROGRAM

MARK = "row-7f3a"


def run(*arguments, folder):
    ran = subprocess.run(
        [PROGRAM, *arguments, "--quiet"], cwd=folder, capture_output=True, text=True, timeout=300)
    assert ran.returncode == 0, ran.stderr or ran.stdout
    return ran.stdout


@pytest.fixture(scope="module", name="made")
def made_page(tmp_path_factory):
    """A page of scores of two models, and the file that it was made of."""
    if not PROGRAM.exists():
        pytest.exit(f"not built: {PROGRAM}; EQUIPOISE_PROGRAM names another", 2)
    folder = tmp_path_factory.mktemp("program")
    source = people.adult()
    with (folder / "scored.csv").open("w", newline="", encoding="utf-8") as file:
        table = csv.writer(file)
        table.writerow(["person", "sex", "race", "age", "income", "p", "q"])
        for k in range(len(source)):
            table.writerow([
                f"{MARK}-{k}", source.columns["sex"][k], source.columns["race"][k], int(source.columns["age"][k]),
                source.labels[k], repr(float(source.models[0].scores[k])), repr(float(source.models[1].scores[k]))])
    run("explore", "--data", "scored.csv", "--label", "income", "--sensitive", "sex,race", "--score", "p,q",
        "--drop", "person", "--snapshot", "page.html", folder=folder)
    return folder


@pytest.fixture
def tab(browser):
    context = browser.new_context(accept_downloads=True)
    yield context.new_page()
    context.close()


def test_the_programs_page_has_no_fault_and_no_row(made, tab):
    page = Open(tab, made / "page.html")
    assert {"thresholds", "data", "slices", "models", "policy"} <= set(page.views)
    for view in page.views:
        page.view(view)
    assert page.complaints == []
    assert page.outside == []
    assert MARK not in (made / "page.html").read_text(encoding="utf-8")


def test_numbers_of_the_programs_page(made, tab):
    page = Open(tab, made / "page.html")
    source, draw = people.adult(), random.Random(11)
    scores = source.models[0].scores
    for group in ("Female", "Male"):
        inside = source.columns["sex"] == group
        field = tab.get_by_label(f"Threshold of {group}, as a number")
        for _ in range(20):
            # Between two cuts the page goes to the nearer one and says which.
            page.type_threshold(group, draw.uniform(0.02, 0.95))
            cut = float(field.input_value())
            row = next(row for row in page.table() if row["Group"]["text"] == group)
            chosen = inside & (scores >= cut)
            assert row["Selected"]["value"] == int(chosen.sum())
            assert row["True positives"]["value"] == int((chosen & (source.labels == 1)).sum())
            assert row["False positives"]["value"] == int((chosen & (source.labels == 0)).sum())


def test_a_rule_that_leaves_the_page_decides_as_the_page_says(made, tab):
    page = Open(tab, made / "page.html")
    page.type_threshold("Female", 0.31)
    page.type_threshold("Male", 0.55)
    selected = {row["Group"]["text"]: row["Selected"]["value"] for row in page.table()[:2]}
    page.view("policy")
    with tab.expect_download() as waiting:
        tab.get_by_role("button", name="Save the rule file", exact=True).click()
    rule = made / "rule.json"
    rule.write_bytes(pathlib.Path(waiting.value.path()).read_bytes())
    run("postprocess", "--apply", "rule.json", "--data", "scored.csv", "--sensitive", "sex", "--score", "p",
        "--output", "decided.csv", folder=made)
    counted = collections.Counter()
    with (made / "decided.csv").open(encoding="utf-8") as decided, (made / "scored.csv").open(encoding="utf-8") as rows:
        for row, decision in zip(csv.DictReader(rows), csv.DictReader(decided)):
            counted[row["sex"]] += float(decision["prediction"]) == 1
    assert counted == selected
    # The command makes the same file, byte for byte.
    option = json.loads(rule.read_text(encoding="utf-8"))["options"]["thresholds"]
    run("postprocess", "stated-thresholds", "--data", "scored.csv", "--label", "income", "--sensitive", "sex",
        "--score", "p", "--thresholds", option, "--rule", "command.json", folder=made)
    assert (made / "command.json").read_bytes() == rule.read_bytes()
