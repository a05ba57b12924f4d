"""Models in other runtimes: an ONNX graph on raw columns agrees with the engine to 1e-6.

The command line writes the files; EQUIPOISE_PROGRAM says where it is.
"""

import hashlib
import json
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
    "grouped": ["prejudice-remover"],
    "average": ["reductions", "--constraint", "bounded_group_loss", "--loss", "square"],
    "weighed": ["reweighing"],
    "mixture": ["reductions"],
    "thresholds": ["group-thresholds", "--bound", "0.02"],
    "inferred": ["group-thresholds", "--bound", "0.02", "--groups", "inferred"],
    "pooled": ["group-thresholds", "--bound", "0.02", "--unseen-group", "pooled"],
    "randomized": ["threshold-optimizer"],
    "odds": ["threshold-optimizer", "--constraint", "equalized_odds"],
    "calibrated": ["group-calibration"],
    "isotonic": ["group-calibration", "--calibration", "isotonic"],
    "calibrated others": ["group-calibration", "--unseen-group", "pooled"],
    "transport": ["score-transport"],
    "quantiles": ["score-transform", "--quantiles", "50", "--unseen-group", "pooled"],
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
        name not in ("randomized", "odds", "mixture")
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


def test_groups_never_seen_of_scores(table, tmp_path):
    frame, path = table
    session = graph(trained("prejudice-remover", path, tmp_path), tmp_path)
    assert np.isnan(outputs(session, frame.assign(sex="?"))["probability"]).all()
    model = trained("score-transport", path, tmp_path, "--unseen-group", "pooled")
    strange = frame.assign(sex="?")
    found = outputs(graph(model, tmp_path), strange)
    expected = equipoise.load_model(model).predict(strange, precision="double")
    np.testing.assert_allclose(found["probability"], expected.probability, atol=1e-6)


def test_numbers(table, tmp_path):
    frame, path = table
    model = tmp_path / "model.eqp"
    run("train", "adversarial", "--data", path, "--target-column", "age", "--sensitive", "sex",
        "--missing", "own-level", "--epochs", "3", "--model", model)
    found = outputs(graph(model, tmp_path), frame)
    assert list(found) == ["prediction"]
    expected = equipoise.load_model(model).predict(frame, precision="double")
    np.testing.assert_allclose(found["prediction"], expected.prediction, rtol=1e-6)


def model_file(metadata, tensors):
    """The bytes of a model file, with their digest, of 32-bit tensors."""
    def encoded(metadata):
        members, offset = {"__metadata__": dict(sorted(metadata.items()))}, 0
        for name, values in sorted(tensors.items()):
            members[name] = {
                "dtype": "F32", "shape": list(values.shape),
                "data_offsets": [offset, offset + values.nbytes],
            }
            offset += values.nbytes
        header = json.dumps(members, separators=(",", ":"), ensure_ascii=False).encode()
        header += b" " * (-len(header) % 8)
        parts = [values.astype("<f4").tobytes() for _, values in sorted(tensors.items())]
        return len(header).to_bytes(8, "little") + header + b"".join(parts)

    metadata = {key: value for key, value in metadata.items() if key != "sha256"}
    digest = hashlib.sha256(encoded(metadata)).hexdigest()
    return encoded(metadata | {"sha256": digest})


def test_several_classes(table, tmp_path):
    """A network with three outputs; the engine's score is the log-odds of the last, so each class
    is compared by standing there once."""
    safetensors = pytest.importorskip("safetensors")
    numpy = pytest.importorskip("safetensors.numpy")
    frame, path = table
    binary = trained("adversarial", path, tmp_path, "--epochs", "1", "--hidden", "8")
    with safetensors.safe_open(binary, "numpy") as file:
        metadata = file.metadata()
    tensors = numpy.load_file(binary)
    rng = np.random.default_rng(3)
    weights = rng.normal(size=(8, 3)).astype(np.float32)
    bias = rng.normal(size=3).astype(np.float32)
    configuration = json.loads(metadata["predictor_configuration"])
    configuration["head"] = {"classes": {"_0": 3}}
    configuration["architecture"]["outputs"] = 3
    metadata["predictor_configuration"] = json.dumps(configuration)
    model = tmp_path / "classes.eqp"
    for last in range(3):
        order = np.roll(np.arange(3), 2 - last)
        tensors["layer1.weight"] = np.ascontiguousarray(weights[:, order])
        tensors["layer1.bias"] = bias[order]
        model.write_bytes(model_file(metadata, tensors))
        found = outputs(graph(model, tmp_path), frame)
        shares = found["probabilities"]
        np.testing.assert_allclose(shares.sum(axis=1), 1, atol=1e-12)
        np.testing.assert_array_equal(found["prediction"], shares.argmax(axis=1))
        expected = equipoise.load_model(model).predict(frame, precision="double").probability
        np.testing.assert_allclose(shares[:, 2], expected, atol=1e-6)
        if last == 0:
            first = shares[:, np.argsort(order)]
        np.testing.assert_allclose(shares[:, np.argsort(order)], first, atol=1e-6)


def test_what_cannot_be_exported_is_said(table, tmp_path):
    _, path = table
    model = trained("reranking", path, tmp_path)
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
