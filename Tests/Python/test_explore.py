"""The page of `explore` from Python: the program's bytes, and frames of what is in it."""

import equipoise
import numpy as np
import pytest


def table(rows: int = 600) -> dict:
    rng = np.random.default_rng(5)
    p = rng.random(rows)
    return {
        "sex": rng.choice(["f", "m"], rows), "p": p,
        "paid": (rng.random(rows) < 0.2 + 0.6 * p).astype(int), "age": rng.integers(18, 70, rows),
    }


def test_a_page_and_its_document(tmp_path):
    found = equipoise.explore(table(), label="paid", sensitive="sex", score="p")
    page = found.to_html()
    assert page.startswith("<!DOCTYPE html>") and "equipoise.exploration/1" in page
    found.to_html(tmp_path / "page.html")
    assert (tmp_path / "page.html").read_text(encoding="utf-8") == page
    assert found.document["models"][0]["name"] == "p"
    assert list(found.table["rows"]) == [
        int((table()["sex"] == sex).sum()) for sex in ("f", "m")]


def test_strategies_keep_their_bounds():
    strategies = equipoise.explore(
        table(), label="paid", sensitive="sex", score="p").strategies
    bounded = strategies[strategies["bound"].notna() & (strategies["status"] == "optimal")]
    bounded = bounded[bounded["strategy"] != "floor"]
    assert len(bounded) > 20 and (bounded["gap"] <= bounded["bound"] + 1e-9).all()


def test_a_model_of_train():
    rows = {name: values for name, values in table().items() if name != "p"}
    model = equipoise.train("logistic", rows, label="paid", sensitive="sex")
    found = equipoise.explore(rows, model=model)
    assert found.document["models"][0]["kind"] == "model"
    assert found.document["models"][0]["dependence"]


def test_a_score_that_is_not_there():
    with pytest.raises(ValueError, match="score"):
        equipoise.explore(table(), label="paid", sensitive="sex", score="q")
