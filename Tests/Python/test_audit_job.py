"""Audits as the command line makes them, of arrays and of tables."""

from __future__ import annotations

import equipoise
import numpy as np
import pandas as pd
import pytest
from equipoise._engine import jobs
from equipoise._engine.audit import PARTS, part_of


def measured(audit):
    """The document without the names of the columns and of their positive values."""
    return {name: part for name, part in audit.document.items() if name != "positives"}


def test_arrays_and_a_table_are_one_audit(rows):
    from equipoise import metrics

    assert metrics.audit is equipoise.audit
    settings = dict(reference=["sex=m", "age=old"], tau=0.8, intersections=2, confidence=0.9)
    of_arrays = equipoise.audit(
        rows["y"], rows["p"], sensitive_features=rows[["sex", "age"]], **settings)
    of_table = equipoise.audit(
        rows, label="y", positive=1, prediction="p", sensitive=["sex", "age"], **settings)
    assert measured(of_arrays) == measured(of_table)


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


def test_gaps_stand_in_the_order_of_the_page(rows):
    """The clearest comes first; those of a group with few rows come last."""
    team = np.where(np.arange(len(rows)) < 12, "few", np.where(np.arange(len(rows)) % 3, "one", "two"))
    found = equipoise.audit(
        rows["y"], np.where(team == "few", 1, rows["p"]),
        sensitive_features={"team": team, "sex": rows["sex"]})
    gaps = [
        f"{gap['metric'].removesuffix('_score').replace('_', ' ').capitalize()} by {gap['attribute']}"
        for gap in found._gaps().to_dict("records")]
    told = [
        line[2:].split(":")[0] for line in found.to_markdown().splitlines()
        if line.startswith("- ") and " by " in line and "percentage points" in line]
    assert len(told) == 5 and gaps[:5] == told
    assert "by sex" in gaps[0] and "Selection rate by team" in gaps
    assert gaps.index("Selection rate by team") > gaps.index("Selection rate by sex")


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
        words, rows["p"], sensitive_features=rows["sex"], positive="yes")
    numbers = equipoise.audit(rows["y"], rows["p"], sensitive_features=rows["sex"])
    assert measured(found) == measured(numbers)
    assert found.document["positives"]["label"]["value"] == "yes"
    with pytest.raises(ValueError, match="positive="):
        equipoise.audit(words, rows["p"], sensitive_features=rows["sex"])


@pytest.mark.parametrize("label", [0, 1])
def test_a_batch_of_one_class(label):
    table = pd.DataFrame({"y": [label] * 6, "p": [0, 1, 1, 0, 1, 0], "g": list("aabbab")})
    found = equipoise.audit(table, label="y", positive=1, prediction="p", sensitive="g")
    wanted = equipoise.audit(table["y"], table["p"], sensitive_features=table[["g"]])
    assert found.document["overall"]["base_rate"]["value"] == label
    assert measured(found) == measured(wanted)
    words = table.assign(
        y="granted" if label else "refused", p=table["p"].map({0: "refused", 1: "granted"}))
    told = equipoise.audit(words, label="y", positive="granted", prediction="p", sensitive="g")
    assert measured(told) == measured(found)
    assert any("no row has the positive label" in note for note in told.notes) == (label == 0)


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
    assert measured(found) == measured(whole)
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


def test_controls_without_a_name_are_called_controls():
    found = equipoise.audit(
        [0, 1, 1, 0] * 4, [1, 0, 1, 0] * 4, sensitive_features=["a", "a", "b", "b"] * 4,
        control_features=["u", "v", "v", "u"] * 4)
    assert {tuple(stratum["controls"]) for stratum in found.document["strata"]} == {
        ("control_feature",)}
