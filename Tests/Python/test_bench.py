"""Suites: cells of the engine and of adapters, which are measured alike; failures stand beside them."""

from __future__ import annotations

import json
import pathlib
import subprocess
import sys

import equipoise
import numpy as np
import pytest
from equipoise.__main__ import program

ADAPTERS = pathlib.Path(__file__).resolve().parents[2] / "Benchmarks" / "suite" / "adapters"

needs_program = pytest.mark.skipif(program() is None, reason="needs the program")


def command(name: str) -> str:
    return f"{sys.executable} '{ADAPTERS / name}.py'"


@needs_program
def test_a_table_of_the_callers(rows):
    data = rows.drop(columns=["p", "score"])
    suite = equipoise.bench(
        data, label="y", sensitive="sex", methods=["logistic", "reductions"], repetitions=2,
        criterion="demographic_parity", bound=0.05)
    assert list(suite.table["method"]) == ["null", "logistic", "reductions"]
    assert set(suite.table["status"]) == {"ok"}
    problem = suite.document["problems"][0]
    assert problem["rows"] + problem["test_rows"] == 600 and problem["groups"] == 2
    plain, fair = (suite.cells[place]["train"]["constraint"] for place in (1, 2))
    assert fair["violation"] < 1e-6 < plain["violation"]
    assert all(cell["seconds"]["process"]["runs"] == 2 for cell in suite.cells)
    assert "1 problem, 2 of 2 fits ended well" in repr(suite)
    assert "Performance profile" in suite.to_html()


@needs_program
def test_a_suite_is_the_same_again():
    first, second = (
        equipoise.bench(problems="german", methods=["penalized"], repetitions=1, n_threads=threads)
        for threads in (1, 2))
    for name in ("train", "test", "objective", "readings"):
        assert first.cells[1][name] == second.cells[1][name]


@needs_program
def test_scikit_learn_comes_to_the_same_decisions():
    pytest.importorskip("sklearn")
    suite = equipoise.bench(
        problems=["german"], methods=["logistic", "penalized"], repetitions=1,
        adapter={"scikit-learn": command("with_sklearn")})
    by_name = {(cell["method"], cell["adapter"]): cell for cell in suite.cells}
    ours, theirs = (by_name["logistic", side] for side in ("equipoise", "scikit-learn"))
    assert theirs["status"] == "ok" and theirs["version"].startswith("scikit-learn ")
    assert abs(ours["test"]["error"] - theirs["test"]["error"]) <= 2 / 300
    refused = by_name["penalized", "scikit-learn"]
    assert refused["status"] == "refused" and "penalized" in refused["reason"]
    assert [profile["name"] for profile in suite.document["profiles"]] == [
        "equipoise", "scikit-learn"]


def test_fairlearn_meets_the_bound(tmp_path):
    pytest.importorskip("fairlearn")
    random = np.random.default_rng(1)
    for part, n in (("train", 800), ("test", 300)):
        group = random.integers(0, 2, n).astype(np.uint16)
        X = random.normal(size=(n, 3)).astype(np.float32)
        label = (X[:, 0] + group + random.normal(size=n) > 0.5).astype(np.uint8)
        (tmp_path / part).mkdir()
        arrays = {
            "X": X, "C": random.integers(0, 3, (n, 1)).astype(np.uint16), "group": group,
            "label": label}
        for name, array in arrays.items():
            np.save(tmp_path / part / f"{name}.npy", array)
    request = {
        "train": str(tmp_path / "train"), "test": str(tmp_path / "test"), "output": str(tmp_path),
        "method": "reductions", "options": {}, "criterion": "demographic_parity", "bound": 0.05}
    told = subprocess.run(
        [sys.executable, ADAPTERS / "with_fairlearn.py"], input=json.dumps(request) + "\n",
        capture_output=True, text=True, check=True).stdout
    answer = json.loads(told)
    assert answer["status"] == "ok" and answer["oracle_calls"] > 1
    selected, group = np.load(tmp_path / "train.npy"), np.load(tmp_path / "train" / "group.npy")
    gap = max(abs(selected[group == g].mean() - selected.mean()) for g in (0, 1))
    assert gap <= 0.05 + 0.01


@needs_program
def test_a_side_that_does_not_answer_is_named():
    with pytest.raises(ValueError, match="broken does not answer on german"):
        equipoise.bench(
            problems=["german"], methods=["logistic"], repetitions=1,
            adapter={"broken": "exit 3"})
