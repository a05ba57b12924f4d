"""Models in other runtimes: an ONNX graph on raw columns agrees with the engine to 1e-6.

The command line writes the files; EQUIPOISE_PROGRAM says where it is.
"""

import os
import pathlib
import subprocess

import numpy as np
import pandas as pd
import pytest

import equipoise

runtime = pytest.importorskip("onnxruntime")
PROGRAM = os.environ.get("EQUIPOISE_PROGRAM")
pytestmark = pytest.mark.skipif(not PROGRAM, reason="the command line is not beside the tests")


@pytest.fixture(scope="module")
def table(tmp_path_factory):
    rng = np.random.default_rng(9)
    n = 1500
    sex = rng.choice(["f", "m"], n)
    frame = pd.DataFrame(
        {
            "age": rng.integers(18, 80, n).astype(float),
            "income": rng.lognormal(10, 1, n),
            "job": rng.choice(["cook", "ünïque", "smith"], n),
            "sex": sex,
            "race": rng.choice(["a", "b"], n),
        }
    )
    score = 0.05 * frame["age"] + (sex == "m") + rng.normal(size=n)
    frame["label"] = (score > score.median()).astype(int)
    frame.loc[rng.choice(n, 40, replace=False), "income"] = np.nan
    frame.loc[rng.choice(n, 30, replace=False), "job"] = np.nan
    path = tmp_path_factory.mktemp("export") / "table.csv"
    frame.to_csv(path, index=False)
    return frame, path


def run(*arguments):
    done = subprocess.run([PROGRAM, *map(str, arguments)], capture_output=True, text=True)
    assert done.returncode in (0, 4), done.stderr
    return done


def trained(method, path, folder, *more, sensitive="sex"):
    model = folder / "model.eqp"
    run("train", method, "--data", path, "--label", "label", "--sensitive", sensitive, "--missing",
        "own-level", "--model", model, *more)
    return model


def graph(model, folder, **options):
    target = folder / "model.onnx"
    more = [part for name, value in options.items() for part in (f"--{name}", value)]
    run("export", model, "--format", "onnx", "--output", target, *more)
    return runtime.InferenceSession(target, providers=["CPUExecutionProvider"])


def outputs(session, frame):
    feeds = {}
    names = session.get_modelmeta().custom_metadata_map["numbers"].split("\n")
    for entry in session.get_inputs():
        if entry.name == "numbers":
            feeds[entry.name] = frame[names].to_numpy(float)
        else:
            parts = [frame[name].fillna("").astype(str) for name in entry.name.split("×")]
            texts = parts[0]
            for part in parts[1:]:
                texts = texts + "×" + part
            feeds[entry.name] = texts.to_numpy(object)[:, None]
    names = [entry.name for entry in session.get_outputs()]
    return dict(zip(names, session.run(names, feeds)))


CASES = {
    "linear": ["logistic"],
    "network": ["adversarial", "--epochs", "2", "--hidden", "8", "--layers", "2"],
    "gelu": ["adversarial", "--epochs", "1", "--hidden", "8", "--activation", "gelu"],
    "leaky": ["adversarial", "--epochs", "1", "--hidden", "4", "--activation", "leaky_relu"],
    "tanh": ["adversarial", "--epochs", "1", "--hidden", "4", "--activation", "tanh"],
    "mixture": ["reductions"],
    "thresholds": ["group-thresholds", "--bound", "0.02"],
    "inferred": ["group-thresholds", "--bound", "0.02", "--groups", "inferred"],
    "pooled": ["group-thresholds", "--bound", "0.02", "--unseen-group", "pooled"],
    "randomised": ["threshold-optimizer"],
    "odds": ["threshold-optimizer", "--constraint", "equalized_odds"],
}


@pytest.mark.parametrize("name", CASES)
def test_the_graph_agrees_with_the_engine(table, tmp_path, name):
    frame, path = table
    method, *more = CASES[name]
    model = trained(method, path, tmp_path, *more)
    found = outputs(graph(model, tmp_path), frame)
    expected = equipoise.load_model(model).predict(frame, precision="double")
    np.testing.assert_allclose(found["score"], expected.score, rtol=1e-6, atol=1e-6)
    if "decision_probability" in found:
        np.testing.assert_allclose(found["decision_probability"], expected.probability, atol=1e-6)
    else:
        np.testing.assert_allclose(found["probability"], expected.probability, atol=1e-6)
    assert ("prediction" in found) == (
        name not in ("randomised", "odds", "mixture")
    )
    if "prediction" in found:
        np.testing.assert_array_equal(found["prediction"], expected.prediction)


def test_crossed_groups_and_groups_never_seen(table, tmp_path):
    frame, path = table
    model = trained("group-thresholds", path, tmp_path, sensitive="sex,race")
    session = graph(model, tmp_path)
    assert "sex×race" in [entry.name for entry in session.get_inputs()]
    found = outputs(session, frame)
    expected = equipoise.load_model(model).predict(frame, precision="double")
    np.testing.assert_array_equal(found["prediction"], expected.prediction)
    strange = outputs(session, frame.assign(sex="?"))
    assert np.isnan(strange["decision_probability"]).all()


def test_new_levels_and_thresholds(table, tmp_path):
    frame, path = table
    model = trained("logistic", path, tmp_path)
    session = graph(model, tmp_path, threshold="0.8")
    other = frame.assign(job="astronaut", income=np.nan)
    found = outputs(session, other)
    expected = equipoise.load_model(model).predict(other, threshold=0.8, precision="double")
    np.testing.assert_allclose(found["probability"], expected.probability, atol=1e-6)
    np.testing.assert_array_equal(found["prediction"], expected.prediction)


def test_what_cannot_be_exported_is_said(table, tmp_path):
    _, path = table
    model = trained("group-calibration", path, tmp_path)
    target = tmp_path / "x.onnx"
    done = subprocess.run(
        [PROGRAM, "export", model, "--format", "onnx", "--output", target],
        capture_output=True, text=True,
    )
    assert done.returncode == 2 and "cannot be exported to onnx" in done.stderr
    assert not target.exists()


def test_safetensors_are_read_by_their_own_library(table, tmp_path):
    safetensors = pytest.importorskip("safetensors.numpy")
    frame, path = table
    model = trained("logistic", path, tmp_path)
    target = tmp_path / "model.safetensors"
    run("export", model, "--format", "safetensors", "--output", target)
    tensors = safetensors.load_file(target)
    assert tensors["coefficients"].ndim == 1 and tensors["intercept"].size == 1
    assert pathlib.Path(target).read_bytes() == pathlib.Path(model).read_bytes() or len(tensors) >= 2
