"""Everything that the program does, as functions: one job each, all options, the same bytes."""

from __future__ import annotations

import inspect
import json
import typing
import warnings

import equipoise
import numpy as np
import pandas as pd
import pytest
from equipoise._engine import jobs
from equipoise._engine.audit import PARTS, part_of
from equipoise._jobs import options as described

# By job: the function, the description of its options, and the options that have arguments of their
# own names or another way. A new job stands here once; a new option in its description alone.
FUNCTIONS = {
    "audit": (equipoise.audit, described.AuditOptions, ()),
    "compare": (equipoise.compare, described.CompareOptions, ("methods",)),
    "frontier": (equipoise.frontier, described.RunsOptions, ("method", "settings")),
    "run": (equipoise.run, described.PipelineOptions, ("pipeline", "text")),
    "preprocess": (equipoise.preprocess, described.PreprocessOptions, ("method",)),
    "postprocess": (equipoise.postprocess, described.PostprocessOptions, ("method",)),
    "watch": (equipoise.watch, described.WatchOptions, ()),
    "model-card": (equipoise.report, described.ModelCardOptions, ()),
    "datasheet": (equipoise.report, described.PageOptions, ()),
    "four-fifths": (equipoise.report, described.FourFifthsOptions, ()),
    "ll144": (equipoise.report, described.LocalLaw144Options, ()),
    "generate": (equipoise.generate, described.GenerateOptions, ("rows",)),
    "log-append": (equipoise.log_append, None, ()),
    "log-verify": (equipoise.log_verify, None, ()),
    "export": (equipoise.TableModel.export, None, ()),
    "predict": (equipoise.TableModel.predict, None, ()),
    "train": (equipoise.train, None, ()),
    "info": (equipoise.info, None, ()),
    "methods": (equipoise.methods, None, ()),
    "describe": (equipoise.jobs, None, ()),
}
# Options that are the object, the argument, or the method itself of another function.
ELSEWHERE = {
    "export": {"model", "format", "output"},
    "methods": {"name"},
}


def hints(options: type) -> dict:
    return typing.get_type_hints(options, vars(described) | {"Names": object, "Table": object})


@pytest.fixture(scope="module")
def rows() -> pd.DataFrame:
    rng = np.random.default_rng(3)
    n = 600
    sex, x = rng.choice(["f", "m"], n), rng.normal(size=n)
    y = (x + (sex == "m") + rng.normal(size=n) > 0.5).astype(int)
    return pd.DataFrame({
        "sex": sex, "age": rng.choice(["old", "young"], n), "x": x, "y": y,
        "p": (x + 0.3 * (sex == "m") > 0.2).astype(int), "score": 1 / (1 + np.exp(-x))})


# ---- Signatures


def test_every_job_has_a_function():
    assert set(FUNCTIONS) == {job["name"] for job in jobs.catalogue()}


@pytest.mark.parametrize("name", [name for name, entry in FUNCTIONS.items() if entry[1]])
def test_every_option_is_described_as_the_engine_has_it(name):
    function, options, own = FUNCTIONS[name]
    known = {option["name"]: option for option in equipoise.jobs()[name].values()}
    told = hints(options)
    assert set(told) | set(own) == set(known)
    assert set(own) - {"pipeline", "text", "method", "rows"} <= set(
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
    if name in ("predict", "train"):
        return  # the table's own module has these
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


# ---- Audits


def test_arrays_and_a_table_are_one_audit(rows):
    from equipoise import metrics

    assert metrics.audit is equipoise.audit
    settings = dict(reference=["sex=m", "age=old"], tau=0.8, intersections=2, confidence=0.9)
    of_arrays = equipoise.audit(
        rows["y"], rows["p"], sensitive_features=rows[["sex", "age"]], **settings)
    of_table = equipoise.audit(
        rows, label="y", positive=1, prediction="p", sensitive=["sex", "age"], **settings)
    assert of_arrays.to_json() == of_table.to_json()


@pytest.mark.parametrize("reference", ["largest", "least-of-metric", "greatest-of-metric"])
def test_references_of_the_command_line(rows, reference):
    found = equipoise.audit(
        rows["y"], rows["p"], sensitive_features=rows["sex"], reference=reference).disparities
    told = found[found["method"] == "to_reference"]
    assert len(told) and told["reference"].isin(["f", "m"]).all()


def test_parts_are_what_the_document_says(rows):
    found = equipoise.audit(
        rows["y"], rows["p"], y_score=rows["score"], sensitive_features=rows[["sex", "age"]],
        reference="largest", tau=0.8, intersections=2)
    for name, frame in (
        ("groups", found.groups), ("disparities", found.disparities),
        ("overall", found.overall.reset_index()), ("indices", found.indices.reset_index()),
    ):
        wanted = pd.DataFrame(part_of(found.document, name))
        assert tuple(frame) == PARTS[name] and len(frame) == len(wanted) > 3
        for column in frame:
            same = [
                a == b or (pd.isna(a) and pd.isna(b))
                for a, b in zip(frame[column], wanted[column])]
            assert all(same), (name, column)


def test_documents_are_made_when_they_are_asked_for(rows, monkeypatch):
    asked = []
    original = jobs.Result.rendered
    monkeypatch.setattr(
        jobs.Result, "rendered", lambda self, f: asked.append(f) or original(self, f))
    found = equipoise.audit(rows["y"], rows["p"], sensitive_features=rows["sex"])
    assert len(found.groups) and repr(found) and asked == []
    assert "document" not in vars(found._source)
    assert found.to_html() == found.to_html() and asked == ["html", "html"]


def test_what_an_audit_says_of_itself(rows):
    found = equipoise.audit(rows["y"], rows["p"], sensitive_features=rows["sex"])
    assert repr(found).startswith("Audit of 600 rows: 2 groups of sex\n")
    assert "differs by" in repr(found)
    assert "<table" in found._repr_html_() and len(found._repr_html_()) < 10_000


def test_gates(rows):
    conditions = ["selection_rate.difference>0.9", "accuracy_score<0.99"]
    found = equipoise.audit(
        rows["y"], rows["p"], sensitive_features=rows["sex"], fail_on=conditions)
    assert not found.passed and found.exceeded == ["accuracy_score<0.99"]
    assert list(found.gates["exceeded"]) == [False, True]
    assert equipoise.audit(rows["y"], rows["p"], sensitive_features=rows["sex"]).passed


def test_findings_are_made_or_read(rows):
    later = equipoise.audit(
        rows["y"], rows["p"], sensitive_features=rows[["sex", "age"]], features=rows[["x"]])
    at_once = equipoise.audit(
        rows["y"], rows["p"], sensitive_features=rows[["sex", "age"]], features=rows[["x"]],
        scan=True, proxies=True, bootstrap=50, aequitas=True)
    assert "findings" not in later.document
    for name, arguments in (
        ("scan", ()), ("worst_cells", ()), ("subgroups", ()), ("proxies", ()), ("bootstrap", (50,)),
        ("aequitas", ()),
    ):
        made, read = getattr(later, name)(*arguments), getattr(at_once, name)(*arguments)
        assert len(made) and made.equals(read), name
    assert set(later.proxies()["name"]) == {"x"}


def test_aequitas_by_hand():
    y = [1, 1, 0, 0, 1, 1, 0, 0]
    p = [1, 0, 1, 0, 1, 1, 0, 0]
    g = ["a"] * 4 + ["b"] * 4
    table = equipoise.audit(y, p, sensitive_features={"g": g}, reference="g=b").aequitas()
    a, b = table.to_dict("records")
    assert (a["tp"], a["fp"], a["tn"], a["fn"], a["group_size"]) == (1, 1, 1, 1, 4)
    assert (a["ppr"], a["pprev"], a["tpr"], b["tpr"]) == (0.5, 0.5, 0.5, 1)
    assert a["tpr_disparity"] == 0.5 and a["tpr_ref_group_value"] == "b"
    assert a["ppr_parity"] and a["Unsupervised Fairness"] and not a["tpr_parity"]
    # b's false positive rate is 0: a ratio to it is not estimable.
    assert np.isnan(a["fpr_disparity"]) and a["Equalized Odds"] is False


def test_a_second_model(rows):
    again = 1 - rows["p"]
    of_arrays = equipoise.audit(
        rows["y"], rows["p"], sensitive_features=rows["sex"], compare_with=again)
    of_table = equipoise.audit(
        rows.assign(compare_with=again), label="y", positive=1, prediction="p", sensitive="sex",
        compare_with="compare_with")
    found = of_arrays.document["findings"]["comparison"]
    assert found == of_table.document["findings"]["comparison"]


def test_classes_and_numbers(rows):
    three = (3 * rows["score"]).astype(int)
    found = equipoise.audit(
        three, three[::-1].to_numpy(), sensitive_features=rows["sex"], task="multiclass")
    assert found.document["task"] == "multiclass" and "macro_recall_score" in found.overall.index
    found = equipoise.audit(
        rows["x"], rows["score"], sensitive_features=rows["sex"], task="regression")
    assert found.document["task"] == "regression" and "<svg" in found.to_html()


def test_labels_that_are_not_0_and_1(rows):
    words = rows["y"].map({0: "no", 1: "yes"})
    found = equipoise.audit(
        words, rows["p"], sensitive_features=rows["sex"], positive="yes").to_json()
    assert found == equipoise.audit(rows["y"], rows["p"], sensitive_features=rows["sex"]).to_json()
    with pytest.raises(ValueError, match="positive="):
        equipoise.audit(words, rows["p"], sensitive_features=rows["sex"])


@pytest.mark.parametrize("label", [0, 1])
def test_a_batch_of_one_class(label):
    table = pd.DataFrame({"y": [label] * 6, "p": [0, 1, 1, 0, 1, 0], "g": list("aabbab")})
    found = equipoise.audit(table, label="y", positive=1, prediction="p", sensitive="g")
    wanted = equipoise.audit(table["y"], table["p"], sensitive_features=table[["g"]])
    assert found.document["overall"]["base_rate"]["value"] == label
    assert found.to_json() == wanted.to_json()
    words = table.assign(
        y="granted" if label else "refused", p=table["p"].map({0: "refused", 1: "granted"}))
    told = equipoise.audit(words, label="y", positive="granted", prediction="p", sensitive="g")
    assert told.to_json() == found.to_json()
    assert any("no row has the positive value" in note for note in told.notes) == (label == 0)


def test_columns_may_be_called_like_the_arguments():
    groups = {"y_true": ["a", "a", "b", "b"], "y,pred": ["c", "d", "c", "d"]}
    found = equipoise.audit([0, 1, 0, 1], [1, 1, 0, 1], sensitive_features=groups)
    assert set(found.groups["attribute"]) == set(groups)
    with pytest.raises(ValueError, match="'a\\*b'.*another name"):
        equipoise.audit([0, 1], [1, 1], sensitive_features={"a*b": [1, 2]})


def test_a_table_needs_names():
    with pytest.raises(TypeError, match="sensitive_features"):
        equipoise.audit([0, 1], [0, 1])
    with pytest.raises(ValueError, match="senstive: .* did you mean sensitive"):
        equipoise.audit({"p": [0, 1], "g": ["a", "b"]}, prediction="p", senstive="g")


def test_counts_have_tables_too(rows):
    from equipoise.metrics import AuditCounts

    counts = AuditCounts(rows["y"], rows["p"], sensitive_features=rows["sex"])
    whole = equipoise.audit(rows["y"], rows["p"], sensitive_features=rows["sex"])
    found = counts.audit()
    values = whole.groups["value"].tolist()
    assert found.groups["value"].tolist() == pytest.approx(values, nan_ok=True)
    assert found.to_json() == whole.to_json()
    with pytest.raises(ValueError, match="no page"):
        found.to_html()
    with pytest.raises(ValueError, match="scan=True"):
        found.scan()


def test_audits_are_drawn(rows):
    matplotlib = pytest.importorskip("matplotlib")
    matplotlib.use("Agg")
    found = equipoise.audit(rows["y"], rows["p"], sensitive_features=rows["sex"])
    first, second = found.plot(["selection_rate", "accuracy_score"])
    assert first.get_title() == "selection rate"
    assert [text.get_text() for text in first.get_yticklabels()] == ["f", "m"]
    assert second.get_title() == "accuracy score"
    assert len(found.plot()) > 3


# ---- Fits


def test_methods_side_by_side(rows):
    found = equipoise.compare(
        rows, label="y", sensitive="sex", drop=["p", "score"], methods=["logistic", "reweighing"],
        test=0.3, seed=1)
    assert list(found.table["method"]) == ["logistic", "reweighing"]
    assert len(found.models["reweighing"].predict(rows).prediction) == len(rows)
    assert "logistic" in repr(found) and "<svg" in found.to_html()
    assert json.loads(found.to_json()) == found.document


def test_a_frontier(rows):
    matplotlib = pytest.importorskip("matplotlib")
    matplotlib.use("Agg")
    found = equipoise.frontier(
        "penalized", rows, label="y", sensitive="sex", drop=["p", "score"], settings=[0, 1, 100],
        method_options={"l2": 0.1})
    assert list(found.table["strength"]) == [0, 1, 100]
    assert list(found.models) == ["strength 0", "strength 1", "strength 100"]
    assert len(found.plot().collections[0].get_offsets()) == 3


def test_a_pipeline_on_a_frame(rows):
    pipeline = {
        "data": {"label": "y", "sensitive": ["sex"], "drop": ["p", "score"]},
        "variants": {
            "plain": {"learner": {"method": "logistic"}},
            "fair": {"learner": {"method": "penalized", "strength": 100},
                     "fail_on": ["selection_rate.difference>0.0001"]}}}
    done = equipoise.run(pipeline, data=rows)
    assert list(done.models) == ["plain", "fair"] and done.models["plain"].predict(rows) is not None
    assert not done.passed and done.exceeded == ["fair: selection_rate.difference>0.0001"]
    assert "fair" in repr(done) and "<table" in done.to_html()
    tested = equipoise.run(pipeline, data=rows, test_data=rows.iloc[:100])
    assert tested.document["variants"][0]["rows"] == {"test": 100, "train": 600}
    planned = equipoise.run(pipeline, data=rows, dry_run=True)
    assert list(planned.table["variant"]) == ["plain", "fair"]
    pipeline["data"]["dataset"] = "german"
    with pytest.raises(ValueError, match="handed over"):
        equipoise.run(pipeline, data=rows)


def test_a_pipeline_in_yaml(rows, tmp_path):
    pytest.importorskip("yaml")
    rows.to_csv(tmp_path / "rows.csv", index=False)
    text = "data:\n  file: rows.csv\n  label: y\n  sensitive: [sex]\nlearner:\n  method: logistic\n"
    (tmp_path / "one.yaml").write_text(text)
    assert equipoise.run(tmp_path / "one.yaml").ending == "done"
    with pytest.raises(ValueError, match="no file 'rows.csv'"):
        equipoise.run(text)


def test_models_for_other_programs(rows, tmp_path):
    model = equipoise.train("logistic", rows, label="y", sensitive="sex", drop=["p", "score"])
    content = model.export("onnx")
    assert model.export(tmp_path / "m.onnx") is None
    assert (tmp_path / "m.onnx").read_bytes() == content and b"ir_version" not in content[:1]
    assert model.export("safetensors")[8:9] == b"{"
    with pytest.raises(ValueError, match="onnx, safetensors"):
        model.export("pmml")


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
    second = equipoise.watch(rows, prediction="p", sensitive="sex", state=state)
    both = equipoise.watch(pd.concat([rows, rows]), prediction="p", sensitive="sex")
    assert second.document == both.document != first.document
    assert list(first.table["first"]) == ["f"] and "selection_rate by sex" in repr(first)


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
