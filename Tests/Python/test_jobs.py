"""Everything that the program does, as functions: one job each, all options, the same bytes."""

from __future__ import annotations

import inspect
import json
import pathlib
import subprocess
import sys
import typing
import warnings

import equipoise
import numpy as np
import pandas as pd
import pytest
from equipoise._engine import jobs
from equipoise._jobs import options as described

EXAMPLES = pathlib.Path(__file__).resolve().parents[2] / "Examples" / "Python"

# By job: the function, the description of its options, and the options that have arguments of their
# own names or another way. A new job stands here once; a new option in its description alone.
FUNCTIONS = {
    "audit": (equipoise.audit, described.AuditOptions, ()),
    "compare": (equipoise.compare, described.CompareOptions, ("methods",)),
    "frontier": (equipoise.frontier, described.RunsOptions, ("method", "settings")),
    "bench": (equipoise.bench, described.BenchOptions, ("problems", "methods", "adapter")),
    "run": (equipoise.run, described.PipelineOptions, ("pipeline", "text")),
    "preprocess": (equipoise.preprocess, described.PreprocessOptions, ("method",)),
    "postprocess": (equipoise.postprocess, described.PostprocessOptions, ("method",)),
    "watch": (equipoise.watch, described.WatchOptions, ()),
    "explain": (equipoise.explain, described.ExplainOptions, ("model",)),
    "explore": (equipoise.explore, described.ExploreOptions, ()),
    "model-card": (equipoise.report, described.ModelCardOptions, ()),
    "datasheet": (equipoise.report, described.PageOptions, ()),
    "four-fifths": (equipoise.report, described.FourFifthsOptions, ()),
    "ll144": (equipoise.report, described.LocalLaw144Options, ()),
    "pack": (equipoise.pack, described.PackOptions, ("data", "output")),
    "generate": (equipoise.generate, described.GenerateOptions, ("rows",)),
    "log-append": (equipoise.log_append, None, ()),
    "log-verify": (equipoise.log_verify, None, ()),
    "requirements-list": (equipoise.requirements, None, ()),
    "requirements-show": (equipoise.requirements, None, ()),
    "requirements-check": (equipoise.check_requirements, None, ()),
    "export": (equipoise.TableModel.export, None, ()),
    "predict": (
        equipoise.TableModel.write_predictions, described.PredictOptions, ("model", "output")),
    "train": (equipoise.train, None, ()),
    "info": (equipoise.info, None, ()),
    "methods": (equipoise.methods, None, ()),
    "describe": (equipoise.describe, described.DescribeOptions, ()),
    "jobs": (equipoise.jobs, None, ()),
}
# Options that are the object, the argument, or the method itself of another function.
ELSEWHERE = {
    "export": {"model", "format", "output"},
    "methods": {"name"},
    # The table is one argument, the model is what it returns, decisions are `predict`'s affair.
    "train": {"data", "dataset", "model", "threshold"},
}


def hints(options: type) -> dict:
    return typing.get_type_hints(options, vars(described) | {"Names": object, "Table": object})


# ---- Signatures


def test_every_job_has_a_function():
    assert set(FUNCTIONS) == {job["name"] for job in jobs.catalogue()}


@pytest.mark.parametrize("name", [name for name, entry in FUNCTIONS.items() if entry[1]])
def test_every_option_is_described_as_the_engine_has_it(name):
    function, options, own = FUNCTIONS[name]
    known = {option["name"]: option for option in equipoise.jobs()[name].values()}
    told = hints(options)
    assert set(told) | set(own) == set(known)
    # A model predicts by itself.
    assert set(own) - {"pipeline", "text", "method", "rows", "model"} <= set(
        inspect.signature(function).parameters)
    for option, kind in told.items():
        choices = known[option].get("choices")
        if choices:
            assert list(typing.get_args(kind)) == choices, option
        if known[option]["kind"] == "flag":
            assert kind is bool, option
        if known[option]["kind"] == "integer":
            assert kind is int, option
        if known[option]["kind"] == "number":
            assert kind is float, option


@pytest.mark.parametrize("name", [name for name, entry in FUNCTIONS.items() if not entry[1]])
def test_written_arguments_are_the_engine_s_options(name):
    arguments = {
        parameter.name: parameter.default
        for parameter in inspect.signature(FUNCTIONS[name][0]).parameters.values()}
    for option in equipoise.jobs()[name].values():
        if option["name"] in ELSEWHERE.get(name, ()):
            continue
        assert option["name"] in arguments
        default = option.get("default")
        if default is not None and option["kind"] != "flag":
            assert str(arguments[option["name"]]) == default


def test_names_are_listed_and_nothing_else():
    assert {"audit", "compare", "report", "run", "jobs", "train", "metrics"} <= set(dir(equipoise))
    assert not {"importlib", "annotations", "attach"} & set(dir(equipoise))
    for name in equipoise.__all__:
        assert getattr(equipoise, name) is not None


# ---- Pages


@pytest.mark.parametrize("kind", ["model-card", "datasheet", "four-fifths", "ll144"])
def test_pages(rows, kind, tmp_path):
    more = {
        "model-card": {"label": "y", "sensitive": "sex"},
        "datasheet": {"label": "y", "sensitive": "sex"},
        "four-fifths": {"prediction": "p", "sensitive": "sex"},
        "ll144": {"prediction": "p", "sensitive": ["sex", "age"]}}[kind]
    if kind == "model-card":
        more["model"] = equipoise.train(
            "logistic", rows, label="y", sensitive="sex", drop=["p", "score"])
    files = {name: tmp_path / f"page.{name}" for name in ("html", "md", "csv", "json")}
    page = equipoise.report(
        kind, rows, title="A page", date="2026-01-31", output=list(files.values()),
        notes={"data": {"source": "A survey."}} if kind == "model-card" else None, **more)
    for name, text in (
        ("html", page.to_html()), ("md", page.to_markdown()), ("csv", page.to_csv()),
        ("json", page.to_json()),
    ):
        assert files[name].read_bytes() == text.encode(), name
    assert "A page" in page.to_html() and "A page" in repr(page)
    assert len(page.table) and all(len(table.columns) > 1 for table in page.tables.values())


def test_a_misspelt_kind():
    with pytest.raises(ValueError, match="four-fifths"):
        equipoise.report("four_fifths", {})


# ---- Rows


def test_a_watch_goes_on_from_its_file(rows, tmp_path):
    state = tmp_path / "watch.json"
    first = equipoise.watch(rows, prediction="p", sensitive="sex", state=state)
    with pytest.raises(ValueError, match="again"):
        equipoise.watch(rows, prediction="p", sensitive="sex", state=state)
    second = equipoise.watch(rows, prediction="p", sensitive="sex", state=state, again=True)
    both = equipoise.watch(pd.concat([rows, rows]), prediction="p", sensitive="sex")
    assert second.document == both.document != first.document
    assert list(first.table["first"]) == ["f"] and "selection_rate by sex" in repr(first)


def test_a_detector_finds_a_gap_that_begins(rows, tmp_path):
    state = tmp_path / "detector.json"
    common = {"prediction": "d", "sensitive": ["sex", "region"], "state": state, "detector": True}

    def batch(day, gap):
        draw = np.random.default_rng(day)
        sex, region = draw.choice(["f", "m"], 400), draw.choice(["n", "s"], 400)
        return {"sex": sex, "region": region,
                "d": (draw.uniform(size=400) < 0.5 - gap * (sex == "f")).astype(int)}

    for day in range(20):
        told = equipoise.watch(batch(day, 0), **common, intersections=2)
        assert not told.alarm
    assert set(told.states) == {"sex", "region", "sex×region"}
    assert "selection_rate, sex" in repr(told) and len(told.table) == 8
    days = 0
    while not told.alarm:
        days += 1
        told = equipoise.watch(batch(100 + days, 0.3), **common)
    assert days < 10 and told.states["sex"] == "raised" and told.states["region"] != "raised"
    assert any(text.startswith("sex: raised since batch") for text in told.words)
    told = equipoise.watch(batch(300, 0), **common, step="fix")
    assert told.states["sex"] == "clearing" and not told.alarm


@pytest.mark.skipif(not EXAMPLES.exists(), reason="the examples are not beside the tests")
def test_the_example_of_monitoring_runs():
    done = subprocess.run(
        [sys.executable, str(EXAMPLES / "monitored_decisions.py")], capture_output=True, text=True,
        timeout=120, check=True)
    assert [line.split(": ")[1] for line in done.stdout.splitlines() if line[0] == "d"] == [
        "quiet", "shown-within", "raised", "clearing", "cleared"]


def test_a_detector_does_not_estimate_what_nobody_knows():
    table = {"sex": ["f", "f", "m", "m"], "d": [1, 0, 1, 0], "y": ["1", "", "0", ""]}
    told = equipoise.watch(
        table, prediction="d", sensitive="sex", label="y", metric="true_positive_rate",
        detector=True, selected_labels=True)
    assert list(told.table["low"]) == [0.5, 0] and not told.states and not told.alarm
    assert "not estimable" in repr(told)


def test_scores_to_decisions(rows):
    made = equipoise.postprocess(
        "group-thresholds", rows, score="score", label="y", sensitive="sex", drop=["p"])
    assert made.table.shape == (600, 3) and "selection_rate.difference" in repr(made)
    assert set(made.table["prediction"]) == {0, 1}


def test_tables_are_repaired_in_memory(rows, tmp_path):
    table = rows.drop(columns=["p", "score"])
    for method in ("reweighing", "massaging", "disparate-impact-remover"):
        made = equipoise.preprocess(method, table, label="y", sensitive="sex", precision="double")
        table.to_csv(tmp_path / "in.csv", index=False)
        equipoise.preprocess(
            method, tmp_path / "in.csv", label="y", sensitive="sex", precision="double",
            output=tmp_path / "out.csv")
        wanted = pd.read_csv(tmp_path / "out.csv")
        assert list(made.table) == list(wanted)
        for name in wanted:
            if wanted[name].dtype.kind == "f":
                assert np.allclose(made.table[name], wanted[name]), (method, name)
            else:
                assert made.table[name].tolist() == wanted[name].tolist(), (method, name)


def test_synthetic_rows(tmp_path):
    frame = equipoise.generate(50, features=3, seed=2)
    equipoise.generate(50, features=3, seed=2, output=tmp_path / "rows.csv")
    assert frame.equals(pd.read_csv(tmp_path / "rows.csv"))


def test_logs(tmp_path):
    log = tmp_path / "model.log"
    equipoise.log_append(log, "approved", date="2026-01-31")
    assert equipoise.log_verify(log).document["entries"] == 1
    log.write_text(log.read_text().replace("approved", "denied"))
    with pytest.raises(ValueError):
        equipoise.log_verify(log)


def test_requirements_of_plans_models_and_audits(rows, tmp_path):
    assert len(equipoise.requirements().table) >= 12
    shown = equipoise.requirements("us-credit")
    assert {"clause", "basis", "status", "text_version"} <= set(shown.table)
    with pytest.raises(ValueError, match="us-credit"):
        equipoise.requirements("us-credits")

    columns = {"label": "y", "sensitive": "sex", "drop": ["p", "score"]}
    rows.to_csv(tmp_path / "rows.csv", index=False)
    plan = {
        "data": {"file": str(tmp_path / "rows.csv"), **columns},
        "postprocess": ["group-thresholds"]}
    found = equipoise.check_requirements("us-credit", text=json.dumps(plan))
    assert found.refused and found.ending == "exceeded"
    assert [f["permission"] for f in found.findings] == ["warned", "refused"]
    assert found.findings[0]["line"] == 1 and found.findings[0]["column"] > 1
    with pytest.raises(ValueError, match="1:.*'group-thresholds'.*'us-credit' refuses"):
        equipoise.run({**plan, "requirements": ["us-credit"]}, data=rows, dry_run=True)

    fair = equipoise.train("group-thresholds", rows, **columns)
    plain = equipoise.train("logistic", rows, **columns)
    assert equipoise.check_requirements(["us-credit"], model=fair).refused
    assert not equipoise.check_requirements(["us-credit"], model=plain).findings
    fair.save(tmp_path / "fair.eqp")
    assert equipoise.check_requirements("us-housing", model=tmp_path / "fair.eqp").refused

    audit = equipoise.audit(rows, label="y", prediction="p", sensitive="sex")
    lines = equipoise.check_requirements("us-employment", audit=audit).lines
    ratio = next(line for line in lines if line["line"] == 0.8)
    assert ratio["metric"] == "selection_rate.ratio" and ratio["side"] in ("above", "below", "both")
    audit.to_json(tmp_path / "audit.json")
    assert equipoise.check_requirements(
        "us-employment", audit=tmp_path / "audit.json").lines == lines
    with pytest.raises(ValueError, match="fair_priority"):
        equipoise.check_requirements("sg-feat", audit=audit)
    answers = {
        "fair_priority": "benefit", "fair_impact": "normal", "fair_concern": "eligible",
        "favorable_label": "yes"}
    picked = equipoise.check_requirements("sg-feat", audit=audit, answers=answers).lines
    assert [line["metric"] for line in picked] == ["true_positive_rate.difference"]
    assert equipoise.check_requirements("sg-feat", model=fair).refused
    assert not equipoise.check_requirements("sg-feat", model=fair, justification="…").refused


# ---- Lists


def test_lists_print_as_tables():
    listed = equipoise.methods()
    assert isinstance(listed, dict) and listed["penalized"]["dial"] == "strength"
    lines = repr(listed).splitlines()
    assert lines[0].split()[:3] == ["name", "family", "dial"] and len(lines) == len(listed) + 1
    assert "strength" in repr(listed["penalized"]["options"])
    assert "<table" in listed._repr_html_()
    assert "confidence" in repr(equipoise.jobs()["audit"])
    assert "threads" in repr(equipoise.info())


def test_what_nobody_asked_for_is_not_said(rows):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        equipoise.audit(rows["y"], rows["p"], sensitive_features=rows["sex"])
