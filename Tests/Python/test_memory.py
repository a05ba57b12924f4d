"""Fits from packed files that are read a few rows at a time: the same models, in bounded memory."""

from __future__ import annotations

import io
import json
import os
import sys
from pathlib import Path

import memory_limits
import numpy as np
import pandas as pd
import pytest

import equipoise
from equipoise import distributed

pa = pytest.importorskip("pyarrow")

ROLES = {"label": "paid", "sensitive": "sex", "weights": "weight", "missing": "own-level"}
METHODS = [
    ("logistic", {}), ("logistic", {"l1": 0.001}), ("penalized", {"strength": 5}),
    ("penalized", {"strength": 2, "criterion": "equal_opportunity"}),
    ("reductions", {"bound": 0.02}),
    ("reductions", {"bound": 0.02, "constraint": "equalized_odds"}),
    ("penalized", {"target_gap": 0.05}), ("prejudice-remover", {"eta": 20}),
    ("grid-search", {"grid_size": 9}), ("group-minimax", {"share": 0.8}),
    ("subgroup-parity", {"bound": 0.01}),
]
#: Too little for any encoded row to stay, and enough for all.
BUDGETS = ["110MB", "2GB"]


def loans(rows: int, seed: int) -> pd.DataFrame:
    random = np.random.default_rng(seed)
    income = random.normal(40, 9, rows).round(2)
    income[::97] = np.nan
    frame = pd.DataFrame({
        "income": income, "age": random.integers(18, 70, rows),
        "job": random.choice(["clerk", "smith", "baker", None], rows),
        "weight": random.integers(1, 9, rows) / 4,
        "sex": random.choice(["f", "m", "m", None], rows)})
    score = frame["age"] + random.normal(0, 12, rows) + 4 * (frame["sex"] == "m")
    frame["paid"] = np.where(score > 45, "yes", "no")
    return frame


@pytest.fixture(scope="module")
def packed(tmp_path_factory) -> Path:
    """Blocks of several sizes, one of them without women and one of one class."""
    path = tmp_path_factory.mktemp("memory") / "loans.eqp"
    for k, rows in enumerate([40_000, 7, 30_000, 30_000, 25_000, 25_000]):
        frame = loans(rows, k)
        if k == 2:
            frame["sex"] = "m"
        if k == 3:
            frame["paid"] = "no"
        equipoise.pack(frame, path, append=k > 0)
    return path


def fitted(model: equipoise.TableModel) -> str:
    """What the file of a model says, but for the file that its rows are from."""
    said = dict(equipoise.info(model))
    return json.dumps({key: value for key, value in said.items() if key != "training"})


@pytest.mark.parametrize("method, options", METHODS)
def test_models_do_not_depend_on_memory(packed, method, options):
    whole = distributed.fit(method, str(packed), **ROLES, **options)
    texts = [
        fitted(equipoise.train(method, packed, memory=memory, **ROLES, **options))
        for memory in BUDGETS]
    assert texts == [fitted(whole)] * 2


@pytest.mark.filterwarnings("ignore")
def test_the_same_rows_are_tested_and_measured(packed):
    options = {**ROLES, "test": 0.25, "seed": 3}
    within = equipoise.train("logistic", packed, memory="110MB", **options).document
    whole = equipoise.train("logistic", packed, **options).document
    assert within["rows"] == whole["rows"]
    for part in ("train", "test"):
        assert within[part].keys() == whole[part].keys()
        for name, value in whole[part].items():
            assert within[part][name] == pytest.approx(value, abs=1e-4), name
    assert within["notes"] == whole["notes"]
    reduced = [
        equipoise.train("reductions", packed, bound=0.02, **options, **memory).document
        for memory in ({}, {"memory": "110MB"})]
    constraint = [document["constraint"]["test"] for document in reduced]
    for name, value in constraint[0].items():
        assert constraint[1][name] == pytest.approx(value, abs=0.02), name
    assert reduced[0]["decisions"].keys() == reduced[1]["decisions"].keys()


def test_a_file_of_its_own_is_tested_on(packed, tmp_path):
    equipoise.pack(loans(5_000, 9), tmp_path / "test.eqp")
    asked = {**ROLES, "test_data": tmp_path / "test.eqp"}
    within = equipoise.train("logistic", packed, memory="110MB", **asked).document
    whole = equipoise.train("logistic", packed, **asked).document
    assert within["rows"] == whole["rows"]
    assert within["test"]["accuracy_score"] == pytest.approx(
        whole["test"]["accuracy_score"], abs=1e-3)


def test_conditions_choose_rows(packed):
    asked = {**ROLES, "where": "age < 40", "test": 0.2}
    with pytest.warns(UserWarning, match="rows of .* fulfil"):
        within = equipoise.train("logistic", packed, memory="1GB", **asked).document
    with pytest.warns(UserWarning, match="rows of .* fulfil"):
        whole = equipoise.train("logistic", packed, **asked).document
    assert within["rows"] == whole["rows"]
    with pytest.raises(ValueError, match="no row of"):
        equipoise.train("logistic", packed, memory="1GB", **{**asked, "where": "age < 4"})


def test_too_little_memory_is_told_with_the_least_that_works(packed):
    with pytest.raises(ValueError, match="the least") as told:
        equipoise.train("logistic", packed, memory="20MB", **ROLES)
    words = str(told.value).replace("'", " ").replace("=", " ").split()
    least = [word for word in words if word.endswith("MB") and word != "20MB"][0]
    for _ in range(3):
        try:
            equipoise.train("logistic", packed, memory=least, **ROLES)
            return
        except ValueError as error:
            words = str(error).replace("'", " ").replace("=", " ").split()
            least = [word for word in words if word.endswith("MB") and word != least][0]
    raise AssertionError(f"{least} is told to work")


def test_what_cannot_be_fitted_so_is_said(packed, tmp_path):
    with pytest.raises(ValueError, match="logistic, .*reductions"):
        equipoise.train("adversarial", packed, memory="1GB", **ROLES)
    loans(60, 1).to_csv(tmp_path / "loans.csv", index=False)
    with pytest.raises(ValueError, match="equipoise pack .*loans.csv.*loans.eqp"):
        equipoise.train("logistic", tmp_path / "loans.csv", memory="1GB", **ROLES)
    with pytest.raises(ValueError, match="packed file"):
        equipoise.train("logistic", loans(60, 1), memory="1GB", **ROLES)
    for size in ("much", "-1MB", "0"):
        with pytest.raises(ValueError, match="512MB"):
            equipoise.train("logistic", packed, memory=size, **ROLES)


# ---- Predictions and audits


@pytest.fixture(scope="module")
def shards(tmp_path_factory) -> Path:
    """Blocks of 500 rows, some of them without women, of one class, or with groups of their own."""
    path = tmp_path_factory.mktemp("memory") / "shards.eqp"
    for k in range(11):
        frame = loans(500, k)
        frame["key"] = [f"{k}-{i}" for i in range(len(frame))]
        frame["region"] = np.where(frame.index % 3 == 0, "north", "south")
        if k in (4, 5, 6, 7):
            frame["sex"] = "m"
            frame["paid"] = "no"
        if k == 9:
            frame.loc[:40, "job"] = "diver"
            frame.loc[20:30, "region"] = "east"
        frame["score"] = np.clip((frame["age"] - 18) / 52, 0, 1)
        frame["decision"] = np.where(frame["score"] > 0.5, "approved", "denied")
        equipoise.pack(frame, path, append=k > 0)
    return path


MODELS = {
    "logistic": ("logistic", {}),
    "drawn": ("reductions", {"bound": 0.02}),
    "by group": ("group-thresholds", {}),
    "by lot": ("threshold-optimizer", {"constraint": "equalized_odds"}),
    "moved": ("optimal-transport", {}),
    "numbers": ("adversarial", {"epochs": 1}),
}


@pytest.fixture(scope="module")
def models(shards) -> dict[str, equipoise.TableModel]:
    roles = dict(sensitive="sex", missing="keep", drop=["key", "score", "decision", "weight"])
    found = {}
    for name, (method, options) in MODELS.items():
        target = {"target_column": "score"} if name == "numbers" else {"label": "paid"}
        dropped = {"drop": roles["drop"] + ["paid"]} if name == "numbers" else {}
        if name == "numbers":
            dropped["drop"].remove("score")
        found[name] = equipoise.train(
            method, str(shards), **{**roles, **target, **dropped, **options})
    return found


def told(result: object) -> tuple[str, list[str]]:
    return result.to_json(), result.notes


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", MODELS)
@pytest.mark.parametrize("options", [
    {}, {"keep": ["key", "job"], "sensitive": ["sex", "region"]},
    {"where": "age < 30", "id": "key"}, {"label": "decision", "where": "region = south"}])
def test_predictions_in_a_file_do_not_depend_on_memory(shards, models, name, options, tmp_path):
    if name == "numbers" and "label" in options:
        options = {}
    files = [tmp_path / "scored.csv", tmp_path / "whole.csv"]
    found = []
    for file, memory in zip(files, ({"memory": "70MB"}, {})):
        result = models[name].write_predictions(shards, file, **options, **memory)
        document, notes = told(result)
        found.append((file.read_bytes(), document.replace(str(file), ""), notes))
    if name == "numbers" and options:
        # What a network adds up for a row depends in the last bit on the rows around it.
        numbers = [pd.read_csv(io.BytesIO(each[0]))["prediction"] for each in found]
        np.testing.assert_allclose(*numbers, atol=1e-6)
        found = [each[1:] for each in found]
    else:
        assert found[0][0].count(b"\n") == 11 * 500 + 1
    assert found[0] == found[1]


def test_what_predictions_need_is_said(shards, models, tmp_path):
    file = tmp_path / "scored.csv"
    with pytest.raises(ValueError, match="the least"):
        models["logistic"].write_predictions(shards, file, memory="10MB")
    with pytest.raises(ValueError, match="packed file"):
        models["logistic"].write_predictions(loans(50, 1), file, memory="1GB")
    frame = loans(50, 1).assign(region="south")
    frame["age"] = frame["age"].astype(float)
    frame.loc[33, "age"] = np.inf
    equipoise.pack(frame, tmp_path / "odd.eqp")
    with pytest.raises(ValueError, match="35.*age"):
        models["logistic"].write_predictions(tmp_path / "odd.eqp", file, memory="1GB")
    assert not file.exists()


AUDITS = {
    "labels": {"label": "paid"},
    "labels of few": {"label": "paid", "where": "job = diver", "positive": "yes"},
    "decisions": {"label": "paid", "prediction": "decision", "selected": "approved"},
    "decisions in words": {"prediction": "decision", "selected": "denied"},
    "weights": {"label": "paid", "prediction": "decision", "selected": "approved",
                "weights": "weight"},
    "crosses": {"label": "paid", "prediction": "decision", "selected": "approved",
                "intersections": 2, "sensitive": ["sex*region", "job", "age"],
                "bins": {"age": [25, 9, 40][::2]}, "missing": "keep"},
    "controls": {"label": "paid", "prediction": "decision", "selected": "approved",
                 "controls": "region", "sensitive": "sex"},
    "found": {"label": "paid", "prediction": "decision", "selected": "approved",
              "dispersion": True, "power": True, "aequitas": True, "bootstrap": 50},
    "scores": {"label": "paid", "score": "score"},
    "scores of years": {"label": "paid", "score": "age", "threshold": 40},
    "bins of scores": {"label": "paid", "score": "score", "ranking": "histogram:64"},
}


@pytest.mark.parametrize("name", AUDITS)
def test_audits_do_not_depend_on_memory(shards, name):
    asked = {"sensitive": ["sex", "region"], "missing": "drop", **AUDITS[name]}
    found = [equipoise.audit(str(shards), **asked, **memory) for memory in ({"memory": "90MB"}, {})]
    assert found[0].notes == found[1].notes
    assert json.loads(found[0].to_json()) == json.loads(found[1].to_json())
    assert told(found[0]) == told(found[1])
    assert found[0].to_html() == found[1].to_html()


@pytest.mark.parametrize("name", [name for name in MODELS if name != "numbers"])
def test_audits_of_models_do_not_depend_on_memory(shards, models, name):
    asked = {"model": models[name], "sensitive": ["sex", "region"], "seed": 1}
    found = [equipoise.audit(str(shards), **asked, **memory) for memory in ({"memory": "90MB"}, {})]
    documents = [json.loads(each.to_json()) for each in found]
    # Sums of weights of a lot are in another order.
    expected = [document.pop("expected", None) for document in documents]
    assert documents[0] == documents[1]
    assert found[0].notes == found[1].notes
    assert (expected[0] is None) == (expected[1] is None)
    for metric, estimate in (expected[0] or {"overall": {}})["overall"].items():
        assert estimate["value"] == pytest.approx(expected[1]["overall"][metric]["value"])


def test_scores_that_do_not_fit_go_to_bins_that_say_how_far_off(packed):
    asked = {"label": "paid", "sensitive": "sex", "score": "age", "where": "age < 60"}
    frame = equipoise.audit(str(packed), **asked, memory="2GB")
    assert not any("bins" in note for note in frame.notes)
    rows = loans(300_000, 3)
    rows["chance"] = np.clip((rows["age"] - 18) / 52, 0, 1)
    path = packed.parent / "chances.eqp"
    equipoise.pack(rows, path)
    asked = {"label": "paid", "sensitive": "sex", "score": "chance"}
    exact = equipoise.audit(str(path), **asked).overall
    within = equipoise.audit(str(path), **asked, memory="75MB")
    assert any("bins" in note and "memory=" in note for note in within.notes)
    area = within.overall.loc["roc_auc_score"]
    assert area["value"] == pytest.approx(exact.loc["roc_auc_score", "value"], abs=1e-3)
    assert area["reason"].startswith("from a histogram of the scores; exact to ±")


def test_what_cannot_be_audited_so_is_said(shards):
    asked = {"label": "paid", "prediction": "decision", "selected": "approved",
             "sensitive": "sex", "memory": "1GB"}
    for option in ({"scan": True}, {"proxies": True}, {"consistency": 3}, {"compare_with": "score"}):
        with pytest.raises(ValueError, match=f"{next(iter(option))}.*memory"):
            equipoise.audit(str(shards), **asked, **option)
    with pytest.raises(ValueError, match="task.*memory"):
        equipoise.audit(str(shards), **asked, task="multiclass")
    with pytest.raises(ValueError, match="the least"):
        equipoise.audit(str(shards), **{**asked, "memory": "10MB"})
    with pytest.raises(ValueError, match="no row of"):
        equipoise.audit(str(shards), **asked, where="age > 400")


# ---- What is told of columns


@pytest.mark.filterwarnings("ignore")
def test_notes_on_columns_are_those_of_the_table(tmp_path):
    rows = 1_500
    frame = loans(rows, 4)
    frame["number"] = np.arange(rows) + 100_000
    frame["name"] = [f"n{i}" for i in range(rows)]
    frame["day"] = [f"2024-{1 + i % 12:02}-{1 + i % 28:02}" for i in range(rows)]
    frame["zip"] = [f"0{i % 900:04}" for i in range(rows)]
    frame["amount"] = [f"{i % 70} EUR" if i % 5 else "none" for i in range(rows)]
    frame.loc[::7, "job"] = "Clerk"
    for first in range(0, rows, 100):
        equipoise.pack(frame[first:first + 100], tmp_path / "odd.eqp", append=first > 0)
    equipoise.pack(loans(300, 5).assign(number=5, name="?", day="", zip="0", amount="x"),
                   tmp_path / "test.eqp")
    for options in ({"test": 0.25}, {"where": "age < 50"}, {"missing": "drop"},
                    {"test_data": tmp_path / "test.eqp"}):
        asked = {**ROLES, "l2": 1, **options}
        notes = [
            equipoise.train("logistic", tmp_path / "odd.eqp", test=0.0, **{**asked, **memory})
            if "test" not in asked and "test_data" not in asked else
            equipoise.train("logistic", tmp_path / "odd.eqp", **{**asked, **memory})
            for memory in ({"memory": "2GB"}, {})]
        within, whole = [each.document["notes"] for each in notes]
        assert sorted(within) == sorted(whole)
        assert any("looks like a key" in note for note in whole)


def test_columns_of_many_levels_are_named_where_they_ask_for_the_memory(tmp_path):
    frame = loans(9_000, 6)
    frame["branch"] = [f"b{i % 3000}" for i in range(len(frame))]
    equipoise.pack(frame, tmp_path / "many.eqp")
    with pytest.raises(ValueError, match="'branch' has 3,000 levels.*the least"):
        equipoise.train("logistic", tmp_path / "many.eqp", memory="120MB", **ROLES)


def test_a_file_is_not_packed_twice_in_one_call(tmp_path):
    loans(20, 1).to_csv(tmp_path / "a.csv", index=False)
    twice = [tmp_path / "a.csv", tmp_path / "a.csv"]
    with pytest.raises(ValueError, match="a.csv.*twice"):
        equipoise.pack(twice, tmp_path / "a.eqp")
    with pytest.raises(ValueError, match="a.csv.*twice.*again"):
        equipoise.pack([twice[0], tmp_path / "." / ".." / tmp_path.name / "a.csv"], tmp_path / "a.eqp")
    assert not (tmp_path / "a.eqp").exists()
    equipoise.pack(twice[:1], tmp_path / "a.eqp")
    assert equipoise.pack(twice[:1], tmp_path / "a.eqp", append=True).document["rows"] == 40


# ---- A set larger than the limit

#: Megabytes of the set; the limit is an eighth, and no less than the columns need.
SET = int(os.environ.get("EQUIPOISE_SET_MB", "250"))
LIMIT = max(104, SET // 8)
COLUMNS = 40


def wide(path: Path, megabytes: int) -> int:
    """Rows of 32-bit numbers, two groups and a label, a block at a time; how many."""
    rows = megabytes * 1_000_000 // (4 * COLUMNS + 2)
    schema = pa.schema(
        [(f"x{j}", pa.float32()) for j in range(COLUMNS)]
        + [("sex", pa.string()), ("paid", pa.string())])

    def batches():
        for first in range(0, rows, 1 << 16):
            random = np.random.default_rng(first)
            count = min(1 << 16, rows - first)
            x = random.standard_normal((COLUMNS, count), dtype=np.float32)
            sex = random.random(count) < 0.4
            paid = x[:5].sum(0) + sex + random.logistic(size=count) > 0
            texts = [np.where(sex, "f", "m"), np.where(paid, "yes", "no")]
            yield pa.record_batch([*map(pa.array, x), *map(pa.array, texts)], schema=schema)

    equipoise.pack(pa.RecordBatchReader.from_batches(schema, batches()), path)
    assert path.stat().st_size > megabytes * 1e6
    return rows


@pytest.mark.skipif(sys.platform != "linux", reason="memory is counted as Linux does")
def test_a_set_larger_than_the_limit_is_fitted_predicted_and_audited(tmp_path, capsys):
    """By programs that are killed where they need more, of pages of files too."""
    program = os.environ.get("EQUIPOISE_PROGRAM")
    if program is None:
        pytest.skip("needs the program: EQUIPOISE_PROGRAM")
    assert SET > 1.5 * LIMIT
    file, model, scored = (tmp_path / name for name in ("wide.eqp", "model.eqp", "scored.csv"))
    rows = wide(file, SET)
    with file.open("rb") as opened:
        os.fsync(opened.fileno())
        os.posix_fadvise(opened.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
    commands = {
        "train": ["penalized", "--label", "paid", "--sensitive", "sex", "--model", model],
        "predict": ["--model", model, "--output", scored],
        "audit": ["--model", model, "--intersections", "1"],
    }
    for name, options in commands.items():
        ended = memory_limits.run(
            [program, name, *map(str, options), "--data", str(file), "--memory", f"{LIMIT}MB",
             "--format", "json", "--quiet"], LIMIT * 1_000_000)
        with capsys.disabled():
            print(f"\n{name} of {SET} MB within {LIMIT} MB ({ended.keeper}): {ended.seconds:.1f} s, "
                  f"peak {ended.peak / 1e6:.0f} MB, {ended.anonymous / 1e6:.0f} of no file", end="")
        assert ended.code == 0, ended.errors
        assert ended.anonymous <= LIMIT * 1e6
        document = json.loads(ended.output)
        if name == "train":
            assert document["status"] == "converged"
            assert document["rows"]["train"] + document["rows"]["test"] == rows
            assert document["test"]["roc_auc_score"] > 0.8
    assert document["rows"] == rows
    selected = document["overall"]["selection_rate"]["value"]
    # A line a row, and as many positives as the audit has.
    positives = lines = 0
    with scored.open("rb") as written:
        assert written.readline() == b"score,probability,prediction\n"
        for line in written:
            lines += 1
            positives += line.endswith(b",1\n")
    assert lines == rows
    assert positives / rows == pytest.approx(selected, rel=1e-12)
