"""Every method on data that nobody hopes for: finite numbers, or an error that says why not."""

import numpy as np
import pytest

import equipoise
from equipoise import postprocessing, preprocessing
from equipoise._engine import library as lib
from equipoise._engine.calls import EquipoiseError, Options
from equipoise._engine.dataset import Dataset
from equipoise._engine.model import Model
from equipoise._engine.stages import Rule, Transform

ROWS = 200


def _usual(rows=ROWS, columns=2, groups=3):
    rng = np.random.default_rng(0)
    X, g = rng.normal(size=(rows, columns)), rng.integers(0, groups, rows).astype(np.int32)
    y = (X[:, 0] + 0.5 * g + rng.normal(size=rows) > 0.5).astype(np.uint8)
    if rows < 10:
        y = (np.arange(rows) % 2).astype(np.uint8)
        g = (np.arange(rows) // 2 % groups).astype(np.int32)
    scores = 1 / (1 + np.exp(-X[:, 0]))
    return {"X": X, "y": y, "g": g, "k": groups, "w": np.ones(rows), "s": scores}


def _chosen(values, places):
    changed = np.zeros(ROWS)
    changed[places] = values
    return changed


def _with(**changes):
    def make():
        data = _usual()
        for name, change in changes.items():
            data[name] = change(data) if callable(change) else change
        return data

    return make


ODDITIES = {
    "a group without rows": _with(k=4),
    "the first group without rows": _with(g=lambda d: d["g"] + 1, k=4),
    "a group without weight": _with(w=lambda d: 1.0 * (d["g"] != 2)),
    "a cell without weight": _with(w=lambda d: 1.0 - (d["g"] == 2) * d["y"]),
    "a group of one label": _with(y=lambda d: d["y"] * (d["g"] != 2)),
    "groups that are the labels": _with(g=lambda d: d["y"].astype(np.int32), k=2),
    "a group of one row": _with(g=lambda d: np.r_[2, d["g"][1:] % 2].astype(np.int32)),
    "one group": _with(g=np.zeros(ROWS, np.int32), k=1),
    "one group of three": _with(g=np.ones(ROWS, np.int32)),
    "constant columns": _with(X=np.full((ROWS, 2), 3.0), s=np.full(ROWS, 0.5)),
    "columns of zeros": _with(X=np.zeros((ROWS, 2)), s=np.zeros(ROWS)),
    "twin columns": _with(X=lambda d: np.repeat(d["X"][:, :1], 4, 1)),
    "large features": _with(X=lambda d: d["X"] * 1e99, s=lambda d: d["X"][:, 0] * 1e99),
    "features too large": _with(X=lambda d: d["X"] * 1e200, s=lambda d: d["X"][:, 0] * 1e200),
    "the largest features": _with(X=lambda d: np.sign(d["X"]) * 1.7e308),
    "large 32-bit features": _with(X=lambda d: (d["X"] * 1e14).astype(np.float32)),
    "tiny features": _with(X=lambda d: d["X"] * 1e-310, s=lambda d: d["s"] * 1e-310),
    "one large feature": _with(X=lambda d: d["X"] + np.outer(_chosen(1e100, 5), [0, 1])),
    "large weights": _with(w=np.full(ROWS, 1e30)),
    "large 32-bit weights": _with(
        X=lambda d: d["X"].astype(np.float32), w=np.full(ROWS, 1e30)
    ),
    "weights too large": _with(w=np.full(ROWS, 1e300)),
    "one large weight": _with(w=1 + _chosen(1e30, 7)),
    "tiny weights": _with(w=np.full(ROWS, 1e-30)),
    "weights of two rows": _with(
        w=lambda d: _chosen(1.0, [np.argmax(d["y"] == 1), np.argmax(d["y"] == 0)])
    ),
    "weights of every size": _with(w=lambda d: 10.0 ** (30 * np.sin(np.arange(ROWS)))),
    "four rows": lambda: _usual(4, 2, 2),
    "two rows": lambda: _usual(2, 1, 1),
    "more columns than rows": lambda: _usual(20, 100),
    "almost a group a row": lambda: _usual(ROWS, 2, 150),
    "labels that a line tells apart": _with(X=lambda d: np.c_[200.0 * d["y"] - 100, d["X"]]),
    "scores that are the labels": _with(s=lambda d: d["y"].astype(float)),
}


def _stages(stage):
    return list(stage.methods())


METHODS = (
    [("transform", name) for name in _stages(preprocessing)]
    + [("rule", name) for name in _stages(postprocessing)]
    + [
        ("model", name)
        for name in equipoise.methods()
        if name not in _stages(preprocessing) + _stages(postprocessing)
    ]
)


@pytest.mark.parametrize("kind, method", METHODS)
@pytest.mark.filterwarnings("ignore")
def test_odd_data_are_used_or_refused(kind, method):
    for name, make in ODDITIES.items():
        try:
            found = _used(kind, method, make())
        except EquipoiseError as error:
            assert str(error), name
            continue
        assert all(np.isfinite(values).all() for values in found), name


def _used(kind, method, given):
    data = Dataset(len(given["y"])).set_features(np.ascontiguousarray(given["X"]))
    data.set_labels(given["y"]).set_weights(given["w"]).set_scores(given["s"])
    data.add_attribute("g", given["g"], [str(group) for group in range(given["k"])])
    # Few steps: the end of a long search is no other than that of a short one.
    options = Options(epochs=2) if method == "adversarial" else Options()
    if kind == "model":
        model = Model.fit(method, data, options)
        return [model.predict(data, lib.PROBABILITY)]
    if kind == "rule":
        return [Rule.fit(method, data, options).values(data)]
    transform = Transform.fit(method, data, options)
    return [transform.apply(data).features, transform.training(data).weights]


@pytest.mark.parametrize("method", ["logistic", "penalized", "reductions"])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("unit", [1e-30, 1e30])
def test_weights_have_any_unit_within_their_range(method, dtype, unit):
    given = _usual()
    found = []
    for scale in (1.0, unit):
        data = Dataset(ROWS).set_features(given["X"].astype(dtype)).set_labels(given["y"])
        data.set_weights(np.full(ROWS, scale)).add_attribute("g", given["g"], ["a", "b", "c"])
        model = Model.fit(method, data, Options(l2=0.01))
        assert model.report["report"]["status"] == "converged"
        found.append(model.predict(data, lib.PROBABILITY))
    assert np.abs(found[0] - found[1]).max() < 1e-3
    with pytest.raises(EquipoiseError, match=r"sample_weight\[0\] is .*1e-30"):
        data.set_weights(np.full(ROWS, 10 * unit if unit > 1 else unit / 10))


def test_a_transform_wants_the_columns_that_it_was_fitted_to():
    given = _usual()

    def rows(columns, count=ROWS):
        data = Dataset(count).set_features(np.ascontiguousarray(given["X"][:count, :columns]))
        data.set_labels(given["y"][:count])
        return data.add_attribute("g", given["g"][:count], ["a", "b", "c"])

    for method in preprocessing.methods():
        transform = Transform.fit(method, rows(2), Options())
        with pytest.raises(EquipoiseError, match="fitted to 2 numbers"):
            transform.apply(rows(1))
        with pytest.raises(EquipoiseError, match="fitted to 200 rows"):
            transform.training(rows(2, 150))


def test_a_text_that_was_changed_is_refused():
    given = _usual()
    data = Dataset(ROWS).set_features(given["X"]).set_labels(given["y"]).set_scores(given["s"])
    data.add_attribute("g", given["g"], ["a", "b", "c"])
    for stored in (
        Transform.fit("disparate-impact-remover", data, Options()),
        Rule.fit("group-thresholds", data, Options()),
    ):
        text = stored.text
        again = type(stored).__new__(type(stored))
        again.__setstate__({"text": text})
        assert again.text == text
        place = text.rindex(".") + 1
        changed = text[:place] + str((int(text[place]) + 1) % 10) + text[place + 1 :]
        with pytest.raises(EquipoiseError, match="changed after it was written"):
            again.__setstate__({"text": changed})


def test_methods_of_groups_do_not_take_numbers_for_them():
    given = _usual()
    data = Dataset(ROWS).set_features(given["X"]).set_labels(given["y"])
    data.add_continuous("age", given["X"][:, 0])
    for method in ("penalized", "reductions", "group-thresholds"):
        with pytest.raises(EquipoiseError, match="continuous ones only"):
            Model.fit(method, data, Options())
