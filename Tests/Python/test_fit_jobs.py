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
