"""Errors name arguments as Python does, and say how they count rows."""

import ctypes
import threading

import numpy as np
import pandas as pd
import pytest

import equipoise
from equipoise._engine import library as lib
from equipoise._engine.calls import EquipoiseError, Options
from equipoise._engine.dataset import Dataset
from equipoise._engine.model import Model
from equipoise._engine.stages import Rule, Transform


def _table(**columns):
    rows = np.arange(40)
    return pd.DataFrame(
        {"x": rows % 7 * 1.0, "y": rows // 2 % 2, "g": np.array(list("ab"))[rows % 2],
         "t": np.array(list("pqr"))[rows % 3]} | columns)


@pytest.mark.parametrize("arguments, message", [
    ({"strength": -1}, r"^strength=-1: expected a number of at least 0"),
    ({"penalty": "equal_odds"}, r"^penalty='equal_odds': expected one of .*did you mean 'equalized_odds'\?"),
    ({"strenght": 1}, r"^strenght: .*no such option; did you mean strength\? \(equipoise\.methods\(\) lists them\)"),
    ({"c": 1, "l2": 1}, r"^c: cannot be given together with l2"),
    ({"label": "z"}, r"^no column 'z' for label"),
    ({"bins": {"x": [1]}}, r"^bins='x=…': 'x' is not in sensitive or controls"),
    ({"numeric": ["t"]}, r"^row 0 \(from 0\), column 't': 'p' is not a number \(categorical='t'"),
])
def test_errors_speak_of_arguments(arguments, message):
    with pytest.raises(EquipoiseError, match=message) as raised:
        equipoise.train("penalized", _table(), **({"label": "y", "sensitive": "g"} | arguments))
    assert "--" not in str(raised.value)


def test_rows_of_tables_count_from_0():
    table = _table()
    table.loc[5, "x"] = np.inf
    with pytest.raises(EquipoiseError, match=r"^row 5 \(from 0\), column 'x': 'inf'") as raised:
        equipoise.train("penalized", table, label="y", sensitive="g")
    assert (raised.value.row, raised.value.column) == (5, "x")


def test_each_thread_has_its_last_error():
    def fail(name):
        with pytest.raises(EquipoiseError, match=f"'{name}'"):
            Model.fit(name, Dataset(3), Options())

    names = [f"method{k}" for k in range(8)]
    failures = []

    def run(name):
        try:
            for _ in range(50):
                fail(name)
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=run, args=(name,)) for name in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures


def test_the_library_words_an_error_for_any_door():
    with pytest.raises(EquipoiseError):
        Model.fit("penalized", Dataset(0), Options(strength=-1))
    said = {}
    for dialect in ("c", "python", "yaml", "command-line", "swift"):
        room, needed = ctypes.create_string_buffer(512), ctypes.c_int64()
        lib.library().eqp_error_text(dialect.encode(), room, 512, ctypes.byref(needed), None)
        said[dialect] = room.value.decode()
    assert said["command-line"].startswith("--strength -1: ")
    assert said["python"].startswith("strength=-1: ")
    assert said["c"].startswith("option 'strength' = '-1': ")
    assert said["yaml"].startswith("'strength: -1': ")


def test_files_of_rules_and_transforms_go_both_ways(tmp_path):
    rng = np.random.default_rng(3)
    X, g = np.ascontiguousarray(rng.normal(size=(60, 2))), (np.arange(60) % 2).astype(np.int32)
    data = Dataset(60).set_features(X).set_labels((X[:, 0] > 0).astype(np.uint8))
    data.set_scores(rng.random(60)).add_attribute("g", g, ["a", "b"])
    for stored, name in (
        (Rule.fit("group-thresholds", data, Options()), "rule.json"),
        (Transform.fit("disparate-impact-remover", data, Options()), "transform.eqp"),
    ):
        stored.write(tmp_path / name)
        again = type(stored).read(tmp_path / name)
        assert again.text == stored.text
        assert again.document["schema"].endswith("/2")
    with pytest.raises(OSError, match="not a transform written by equipoise: its schema is"):
        Transform.read(tmp_path / "rule.json")
    again = Rule.__new__(Rule)
    with pytest.raises(EquipoiseError, match="^not a rule written by equipoise: 'digest' is missing"):
        again.__setstate__({"text": "{}"})
