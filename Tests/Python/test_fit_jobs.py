"""Fits as jobs: methods side by side, frontiers, pipelines, and models for other programs."""

from __future__ import annotations

import json

import equipoise
import pytest


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
    by_odds = equipoise.run(
        {**pipeline, "compare": {"disparity": "average_odds.difference"}}, data=rows)
    assert by_odds.table["average_odds.difference"].notna().all()
    sides = by_odds.document["variants"][0]["fit"]["gap_groups"]["train"]
    assert sides["selection_rate.difference"]["attribute"] == "sex"
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


# ---- Fits that are tested, and that go on after a kill


def test_a_share_is_held_out(rows):
    roles = {"label": "y", "sensitive": "sex", "drop": ["p", "score"]}
    held_out = equipoise.train("logistic", rows, test=0.25, seed=3, **roles)
    assert {"train", "test"} <= set(held_out.document)
    whole = equipoise.train("logistic", rows, **roles)
    assert whole.document is None
    assert (held_out.predict(rows).score != whole.predict(rows).score).any()
    assert "accuracy on test rows" in repr(held_out) and "test rows" not in repr(whole)
    # A share of nothing holds nothing out.
    none = equipoise.train("logistic", rows, test=0, **roles)
    assert (none.predict(rows).score == whole.predict(rows).score).all()
    assert none.document["train"] and not none.document.get("test")


def test_rows_to_test_on(rows, tmp_path):
    train, test = rows.iloc[:400], rows.iloc[400:]
    roles = {"label": "y", "sensitive": "sex", "drop": ["p", "score"]}
    model = equipoise.train("logistic", train, test_data=test, **roles)
    told = model.predict(test)
    accuracy = (told.prediction == test["y"].to_numpy()).mean()
    assert model.document["test"]["accuracy_score"] == pytest.approx(accuracy)
    by_sex = [told.prediction[(test["sex"] == sex).to_numpy()].mean() for sex in ("f", "m")]
    assert model.document["test"]["selection_rate.difference"] == pytest.approx(
        max(by_sex) - min(by_sex))
    assert (told.score == equipoise.train("logistic", train, **roles).predict(test).score).all()
    for name, part in (("train.csv", train), ("test.csv", test)):
        part.to_csv(tmp_path / name, index=False)
    files = equipoise.train(
        "logistic", tmp_path / "train.csv", test_data=tmp_path / "test.csv", **roles)
    assert files.document["test"] == model.document["test"]
    with pytest.raises(ValueError, match="test.*test_data.*exclude each other"):
        equipoise.train("logistic", train, test=0.2, test_data=test, **roles)


@pytest.mark.filterwarnings("ignore:the fit ended as")
def test_a_fit_goes_on_from_its_checkpoint(rows, tmp_path):
    file = tmp_path / "run.ckpt"
    asked = {"label": "y", "sensitive": "sex", "drop": ["p", "score"], "epochs": 3, "hidden": 4}
    first = equipoise.train("adversarial", rows, checkpoint=file, **asked)
    assert file.stat().st_size > 0 and not first.document.get("test")
    resumed = equipoise.train("adversarial", rows, checkpoint=file, resume=True, **asked)
    assert (resumed.predict(rows).score == first.predict(rows).score).all()
    file.write_bytes(b"no checkpoint")
    with pytest.raises(OSError, match="no model, rule or transform file"):
        equipoise.train("adversarial", rows, checkpoint=file, resume=True, **asked)
    with pytest.raises(ValueError, match="does not support checkpoints"):
        equipoise.train("logistic", rows, checkpoint=file, label="y")
    with pytest.raises(ValueError, match="resume.*needs.*checkpoint"):
        equipoise.train("adversarial", rows, resume=True, label="y", sensitive="sex")


def test_how_a_file_is_written_can_be_said(tmp_path):
    lines = [f"{k % 7},{k % 10};{'ja' if k % 3 else 'nein'}" for k in range(60)]
    (tmp_path / "rows.csv").write_text("\n".join(["x;y", *lines]) + "\n")
    for more in ({}, {"test": 0.2}):
        model = equipoise.train(
            "logistic", tmp_path / "rows.csv", label="y", positive="ja", separator="semicolon",
            decimal=",", **more)
        assert model.report["columns"] == ["x"]
