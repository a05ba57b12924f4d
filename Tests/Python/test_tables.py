"""Tables from anywhere: the same answers, inputs as they were, and bad tables named by their place."""

import copy
import pickle
import subprocess
import sys
import textwrap

import numpy as np
import pandas as pd
import pytest

import equipoise
from equipoise import _arrow
from equipoise._engine.calls import EquipoiseError
from equipoise._inputs import as_columns, sensitive_columns
from equipoise.linear_model import LogisticRegression, PenalizedLogisticRegression

polars = pytest.importorskip("polars", reason="the containers need polars")
pyarrow = pytest.importorskip("pyarrow", reason="the containers need pyarrow")
arrow_csv = pytest.importorskip("pyarrow.csv")


@pytest.fixture(scope="module")
def frame():
    rng = np.random.default_rng(3)
    n = 4000
    group = rng.choice(["b", "a", "ç"], n)
    return pd.DataFrame(
        {
            "age": rng.integers(18, 80, n),
            "ratio": rng.normal(size=n).astype(np.float32),
            "exact": rng.normal(size=n),
            "flag": rng.integers(0, 2, n).astype(bool),
            "job": pd.Categorical(rng.choice(["x", "y", "z"], n)),
            "group": group,
            "weight": rng.integers(0, 3, n).astype(float),
            "label": np.where(
                rng.normal(size=n) + (group == "a") > 0.4, "yes", "no"
            ),
        }
    )


class OnlyArrow:
    """A producer that speaks nothing but Arrow."""

    def __init__(self, table):
        self._table = table

    def __arrow_c_stream__(self, requested_schema=None):
        return self._table.__arrow_c_stream__(requested_schema)


class OneBatch:
    def __init__(self, batch):
        self._batch = batch

    def __arrow_c_array__(self, requested_schema=None):
        return self._batch.__arrow_c_array__(requested_schema)


def containers(frame):
    arrow = pyarrow.Table.from_pandas(frame, preserve_index=False)
    views = arrow.set_column(
        arrow.column_names.index("group"), "group", arrow["group"].cast(pyarrow.string_view())
    )
    chunked = pyarrow.concat_tables([arrow.slice(0, 1), arrow.slice(1, 1300), arrow.slice(1301)])
    return {
        "pandas": frame,
        "dictionary": {name: frame[name].to_numpy() for name in frame},
        "lists": {name: frame[name].tolist() for name in frame},
        "polars": polars.from_pandas(frame),
        "polars in batches": polars.concat(
            [polars.from_pandas(frame[:77]), polars.from_pandas(frame[77:])], rechunk=False
        ),
        "pyarrow": arrow,
        "chunks": chunked,
        "views": views,
        "stream": OnlyArrow(arrow),
        "batch": OneBatch(arrow.combine_chunks().to_batches()[0]),
    }


ROLES = dict(label="label", sensitive=["group"], weights="weight")


def test_any_table_gives_the_same_model(frame):
    probabilities, report = None, None
    for name, table in containers(frame).items():
        model = equipoise.train("penalized", table, **ROLES, precision="double", strength=3)
        found = model.predict(table, precision="double").probability
        if probabilities is None:
            probabilities, report = found, model.report
        assert model.report["columns"] == report["columns"], name
        np.testing.assert_allclose(found, probabilities, rtol=1e-12, err_msg=name)


def test_a_table_and_the_file_it_was_written_to_agree(frame, tmp_path):
    path = tmp_path / "table.csv"
    frame.to_csv(path, index=False)
    from_file = equipoise.train("logistic", arrow_csv.read_csv(path), **ROLES)
    np.testing.assert_allclose(
        from_file.predict(frame).probability,
        equipoise.train("logistic", frame, **ROLES).predict(frame).probability,
        atol=1e-6,
    )


def test_predictions_go_out_as_arrow(frame):
    model = equipoise.train("logistic", frame, **ROLES)
    predictions = model.predict(frame.drop(columns=["label", "weight"]))
    taken = polars.DataFrame(pyarrow.record_batch(predictions))
    assert taken.columns == ["score", "probability", "prediction"]
    np.testing.assert_array_equal(taken["score"], predictions.score)
    np.testing.assert_array_equal(taken["prediction"], predictions.probability >= 0.5)
    for _ in range(50):  # capsules that nobody reads are released, too
        predictions.__arrow_c_array__()
    assert not _arrow._lent
    low = model.predict(frame, threshold=0.1)
    np.testing.assert_array_equal(low.prediction, predictions.probability >= 0.1)


def test_model_files_go_both_ways(frame, tmp_path):
    model = equipoise.train("prejudice-remover", frame, **ROLES)
    model.save(tmp_path / "model.eqp")
    again = equipoise.load_model(tmp_path / "model.eqp")
    np.testing.assert_array_equal(
        again.predict(frame).score, pickle.loads(pickle.dumps(model)).predict(frame).score
    )
    # The model decides by groups: their column is needed.
    with pytest.raises(EquipoiseError, match="group"):
        again.predict(frame.drop(columns=["group"]))


@pytest.mark.parametrize("kind", ["polars", "pyarrow", "dictionary"])
def test_nulls_are_missing_values(frame, kind):
    holes = frame.astype({"age": "Int64"}).copy()
    holes.loc[[5, 9], "age"] = pd.NA
    holes.loc[7, "job"] = None
    table = {
        "polars": lambda: polars.from_pandas(holes),
        "pyarrow": lambda: pyarrow.Table.from_pandas(holes, preserve_index=False),
        "dictionary": lambda: {
            name: holes[name].astype(object).where(holes[name].notna(), None).to_numpy()
            if holes[name].isna().any() else holes[name].to_numpy()
            for name in holes
        },
    }[kind]()
    with pytest.raises(EquipoiseError, match="'age'.*missing") as raised:
        equipoise.train("logistic", table, **ROLES)
    assert raised.value.row == 5
    model = equipoise.train("logistic", table, **ROLES, missing="own-level")
    names = model.report["columns"]
    assert "age is missing" in names and "job=(missing)" in names
    dropped = equipoise.train("logistic", table, **ROLES, missing="drop")
    kept = frame.drop(index=[5, 7, 9])
    np.testing.assert_allclose(
        dropped.predict(frame).score, equipoise.train("logistic", kept, **ROLES).predict(frame).score,
        atol=1e-5,
    )


def test_bad_tables_are_named_by_their_place(frame):
    with pytest.raises(EquipoiseError, match="lable"):
        equipoise.train("logistic", frame, label="lable", sensitive="group")
    with pytest.raises(EquipoiseError, match="two values"):
        equipoise.train("logistic", frame, label="age")
    with pytest.raises(EquipoiseError, match="'job'.*not a number"):
        equipoise.train("logistic", frame, label="label", numeric=["job"])
    worse = frame.copy()
    worse.loc[2100, "exact"] = np.inf
    for table in (worse, polars.from_pandas(worse)):
        with pytest.raises(EquipoiseError, match="'exact'.*finite") as raised:
            equipoise.train("logistic", table, **ROLES)
        assert raised.value.row == 2100
    with pytest.raises(EquipoiseError, match="no rows"):
        equipoise.train("logistic", polars.from_pandas(frame[:0]), **ROLES)
    with pytest.raises(OSError, match="a table is needed"):
        equipoise.train("logistic", OnlyArrow(polars.Series([1, 2])), label="x")


def test_columns_of_any_producer_are_read(frame):
    arrow = pyarrow.Table.from_pandas(frame, preserve_index=False)
    expected = dict(as_columns(frame, "x"))
    sliced = arrow.slice(3)
    for name, values in as_columns(OnlyArrow(sliced), "x"):
        np.testing.assert_array_equal(values, expected[name][3:])
    nulls = pyarrow.table(
        {
            "i": pyarrow.array([1, None, 3]),
            "t": pyarrow.array(["a", None, "a longer text than fits"]),
            "b": pyarrow.array([True, None, False]),
            "d": pyarrow.array(["u", None, "u"]).dictionary_encode(),
            "v": pyarrow.array(["a", None, "a longer text than fits"], pyarrow.string_view()),
        }
    )
    found = dict(as_columns(OnlyArrow(nulls), "x"))
    np.testing.assert_array_equal(found["i"], [1, np.nan, 3])
    for name in "tv":
        assert found[name].tolist() == ["a", None, "a longer text than fits"]
    assert found["b"].tolist() == [True, None, False]
    assert found["d"].tolist() == ["u", None, "u"]
    (column,) = as_columns(OnlyArrow(polars.Series("s", [4, 5])), "group")
    assert column[0] == "group" and column[1].tolist() == [4, 5]
    with pytest.raises(ValueError, match="missing in row 1"):
        sensitive_columns(OnlyArrow(nulls.select(["t"])), 3)


def test_estimators_take_any_container(frame):
    X = frame[["age", "ratio", "exact"]].astype(float)
    y = (frame["label"] == "yes").astype(int)
    expected = PenalizedLogisticRegression(strength=3).fit(X, y, sensitive_features=frame["group"])
    arrow = pyarrow.Table.from_pandas(X, preserve_index=False)
    for other in (
        polars.from_pandas(X), arrow, OnlyArrow(arrow), X.to_numpy(), X.to_numpy().tolist(),
        np.asfortranarray(X.to_numpy()), X.to_numpy()[::-1].copy()[::-1],
    ):
        for labels, groups in (
            (y.to_numpy(), polars.Series("g", frame["group"].to_list())),
            (y.tolist(), pyarrow.array(frame["group"])),
            (y.to_numpy(np.float32), OnlyArrow(pyarrow.table({"g": frame["group"]}))),
        ):
            model = PenalizedLogisticRegression(strength=3).fit(
                other, labels, sensitive_features=groups
            )
            np.testing.assert_allclose(model.coef_, expected.coef_, rtol=1e-9)
            np.testing.assert_allclose(
                model.predict_proba(other), expected.predict_proba(X), rtol=1e-9
            )
    assert list(PenalizedLogisticRegression().fit(
        OnlyArrow(arrow), y, sensitive_features=frame["group"]
    ).feature_names_in_) == ["age", "ratio", "exact"]


@pytest.mark.parametrize("dtype", [
    np.uint8, np.int64, np.float32, np.float64, bool, np.int8, np.uint64, ">i4",
])
@pytest.mark.parametrize("values", [(0, 1), (3, 7)])
def test_labels_of_any_type(frame, dtype, values):
    if np.dtype(dtype) == bool and values != (0, 1):
        pytest.skip("a truth value is 0 or 1")
    X = frame[["age", "exact"]].to_numpy(float)
    bits = (frame["label"] == "yes").to_numpy()
    y = np.where(bits, values[1], values[0]).astype(dtype)
    for labels in (y, np.repeat(y, 2)[::2], y.tolist()):
        model = LogisticRegression().fit(X, labels)
        assert model.classes_.tolist() == list(values)
        np.testing.assert_array_equal(model.coef_, LogisticRegression().fit(X, bits).coef_)
    with pytest.raises(ValueError, match="[Uu]nknown label type|continuous"):
        LogisticRegression().fit(X, np.where(bits, 0.5, 0.25))
    with pytest.raises(ValueError, match="y is missing in row"):
        LogisticRegression().fit(X, np.where(bits, np.nan, 1.0))
    with pytest.raises(ValueError, match="multiclass"):
        LogisticRegression().fit(X, np.arange(len(y)) % 3)


def test_inputs_are_never_modified(frame):
    for name, table in containers(frame).items():
        if name in ("stream", "batch"):
            continue
        before = copy.deepcopy(table)
        equipoise.train("logistic", table, **ROLES, use_sensitive=True).predict(table)
        if isinstance(table, dict):
            for column in table:
                np.testing.assert_array_equal(table[column], before[column])
        else:
            assert table.equals(before), name


@pytest.mark.parametrize("where", [0, 17, 3999])
@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("weighted", [False, True])
def test_numbers_that_are_not_finite_are_found_wherever_they_are(where, value, weighted):
    rng = np.random.default_rng(4)
    n, d = 40_000, 6
    X = rng.normal(size=(n, d)).astype(np.float32)
    y = (X[:, 0] + rng.normal(size=n) > 0).astype(np.uint8)
    row, column = where * 10, where % d
    X[row, column] = value
    weights = np.ones(n)
    weights[row] = 0
    with pytest.raises(ValueError, match=f"row {row}.*(NaN|inf)"):
        LogisticRegression().fit(X, y, sample_weight=weights if weighted else None)


def test_forked_and_parallel_workers_give_the_same_answer(frame):
    script = textwrap.dedent(
        """
        import multiprocessing, numpy as np
        from joblib import Parallel, delayed
        from equipoise.linear_model import LogisticRegression

        rng = np.random.default_rng(5)
        X = rng.normal(size=(20000, 5))
        y = (X[:, 0] + rng.normal(size=20000) > 0).astype(int)

        def fit(seed):
            return LogisticRegression().fit(X, y).coef_

        if __name__ == "__main__":
            expected = fit(0)
            with multiprocessing.get_context("fork").Pool(2) as pool:
                for found in pool.map(fit, range(4)):
                    np.testing.assert_array_equal(found, expected)
            for backend in ("loky", "threading"):
                for found in Parallel(2, backend=backend)(delayed(fit)(k) for k in range(4)):
                    np.testing.assert_array_equal(found, expected)
        """
    )
    subprocess.run([sys.executable, "-c", script], check=True, timeout=120)


def test_ctrl_c_ends_a_fit(frame):
    script = textwrap.dedent(
        """
        import _thread, threading, time
        import equipoise
        from equipoise.datasets import load_adult

        adult = load_adult(part="train").frame
        threading.Timer(1.0, _thread.interrupt_main).start()
        began = time.monotonic()
        try:
            while True:
                equipoise.train("reductions", adult, label="income", sensitive="sex")
        except KeyboardInterrupt:
            print("ended", time.monotonic() - began < 20)
        """
    )
    done = subprocess.run(
        [sys.executable, "-c", script], check=True, timeout=120, capture_output=True, text=True
    )
    assert done.stdout == "ended True\n"
