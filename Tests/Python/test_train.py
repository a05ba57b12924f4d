"""Tables of every container and type: one answer, and what cannot be used is said in words."""

import datetime
import decimal
import pickle
import warnings

import numpy as np
import pandas as pd
import pytest

import equipoise
from equipoise import _arrow
from equipoise._engine.calls import EquipoiseError, listed
from equipoise._inputs import as_columns

polars = pytest.importorskip("polars", reason="the containers need polars")
pyarrow = pytest.importorskip("pyarrow", reason="the containers need pyarrow")

N = 400
RNG = np.random.default_rng(0)
A = np.round(RNG.normal(size=N), 2)
LAB = (A + RNG.normal(size=N) > 0).astype(int)
DAYS = [datetime.date(2020, 1, 1) + datetime.timedelta(days=int(100 * v)) for v in A]
STAMPS = [datetime.datetime(2020, 1, 1) + datetime.timedelta(hours=int(100 * v)) for v in A]


def fitted(table, **more):
    """The columns and the scores of a model."""
    model = equipoise.train("logistic", table, label="lab", precision="double", **more)
    return model.report["columns"], model.predict(table, precision="double").score


def same(tables, **more):
    """One model from all tables, which is returned."""
    columns, scores = None, None
    for name, table in tables.items():
        found, score = fitted(table, **more)
        if columns is None:
            columns, scores = found, score
        assert found == columns, name
        np.testing.assert_allclose(score, scores, rtol=1e-9, err_msg=name)
    return columns


def everywhere(values, kind=None):
    """A column beside labels in every container."""
    return {
        "pandas object": pd.DataFrame({"a": pd.Series(values, dtype=object), "lab": LAB}),
        "polars": polars.DataFrame({"a": polars.Series("a", values, dtype=kind), "lab": LAB}),
        "pyarrow": pyarrow.table({"a": values, "lab": LAB}),
        "lists": {"a": list(values), "lab": LAB.tolist()},
        "series in a dictionary": {"a": polars.Series("a", values, dtype=kind), "lab": LAB},
        "arrow in a dictionary": {"a": pyarrow.array(values), "lab": pyarrow.chunked_array(
            [LAB[:10], LAB[10:]])},
    }


# ---- Numbers of every type -----------------------------------------------------------------------


def test_decimals_are_numbers_everywhere():
    values = [decimal.Decimal(str(v)) for v in A]
    assert same({"floats": {"a": A, "lab": LAB}, **everywhere(values)}) == ["a"]
    arrow = {
        f"decimal{bits}({precision}, {scale})": pyarrow.table({
            "a": pyarrow.array(values, getattr(pyarrow, f"decimal{bits}")(precision, scale)),
            "lab": LAB,
        })
        for bits, precision, scale in (
            (32, 9, 2), (64, 18, 4), (128, 12, 2), (128, 38, 10), (256, 76, 2), (256, 60, 30))
    }
    assert same({"floats": {"a": A, "lab": LAB}, **arrow}) == ["a"]
    # A sum of whole numbers as DuckDB gives it, and one of a negative scale.
    whole = pyarrow.array([int(v * 10) for v in A], pyarrow.decimal128(38, 0))
    tens = pyarrow.array([decimal.Decimal(int(v * 10)) * 1000 for v in A], pyarrow.decimal128(9, -3))
    for column, numbers in ((whole, (A * 10).astype(int)), (tens, (A * 10).astype(int) * 1000)):
        table = pyarrow.table({"a": column, "lab": LAB})
        assert same({"numbers": {"a": numbers, "lab": LAB}, "decimals": table}) == ["a"]
        np.testing.assert_array_equal(dict(_arrow.columns(table, "x"))["a"], numbers)
    holes = pyarrow.table({"a": pyarrow.array([None, *values[1:]]), "lab": LAB})
    with pytest.raises(EquipoiseError, match="'a': the value is missing") as raised:
        fitted(holes)
    assert raised.value.row == 0


def test_numbers_with_holes_are_the_same_everywhere():
    values = [None if i % 7 == 0 else int(10 * v) for i, v in enumerate(A)]
    missing = np.array([value is None for value in values])
    floats = np.array([np.nan if value is None else value for value in values])
    tables = {
        **everywhere(values),
        "floats": {"a": floats, "lab": LAB},
        "lists with NaN": {"a": floats.tolist(), "lab": LAB},
        "Int64": pd.DataFrame({"a": pd.array(values, "Int64"), "lab": LAB}),
        "Int64 in a dictionary": {"a": pd.array(values, "Int64"), "lab": LAB},
        "Float32": pd.DataFrame({"a": pd.array(floats, "Float32"), "lab": LAB}),
        "NA": pd.DataFrame({"a": pd.Series([pd.NA if v is None else v for v in values]), "lab": LAB}),
        "masked": {"a": np.ma.array(np.where(missing, 99, floats), mask=missing), "lab": LAB},
        "arrow": pd.DataFrame({"a": pd.array(values, pd.ArrowDtype(pyarrow.int16())), "lab": LAB}),
    }
    assert same(tables, missing="own-level") == ["a", "a is present", "a is missing"]


def test_truth_values_and_texts_with_holes_are_the_same_everywhere():
    flags = [None if i % 9 == 0 else bool(v > 0) for i, v in enumerate(A)]
    group = [None if flag is None else "b" if flag else "ç" for flag in flags]
    more = {
        "boolean": pd.array(flags, "boolean"),
        "arrow": pd.array(flags, pd.ArrowDtype(pyarrow.bool_())),
    }
    tables = {**everywhere(flags), **{
        name: pd.DataFrame({"a": values, "lab": LAB}) for name, values in more.items()
    }}
    for role in ({"categorical": ["a"]}, {"numeric": ["a"], "missing": "own-level"}):
        same(tables, **role)
    texts = {
        "str": pd.Series(group, dtype="str"), "string": pd.Series(group, dtype="string"),
        "python": pd.Series(group, dtype=pd.StringDtype("python")),
        "category": pd.Series(group, dtype="category"),
        "arrow": pd.Series(group, dtype=pd.ArrowDtype(pyarrow.string())),
        "NaN": pd.Series([np.nan if g is None else g for g in group], dtype=object),
        "fixed": np.array(["" if g is None else g for g in group]),
        "masked": np.ma.array([g or "x" for g in group], mask=[g is None for g in group]),
        "bytes": np.array([(g or "").encode() for g in group]),
        "polars category": polars.Series(group, dtype=polars.Categorical),
    }
    assert same({
        **everywhere(group), **{name: {"a": v, "lab": LAB} for name, v in texts.items()},
    }) == ["a=b", "a=ç", "a=(missing)", "a=(unseen)"]


def test_categories_of_numbers_are_the_texts_of_the_numbers():
    codes = (A > 0).astype(int) + 2 * (A > 1)
    levels = ["a=0", "a=1", "a=3", "a=(unseen)"]
    for values in (codes, codes.astype(float), codes.astype(np.int8)):
        assert fitted(pd.DataFrame({"a": pd.Categorical(values), "lab": LAB}))[0] == levels
        assert fitted({"a": values, "lab": LAB}, categorical=["a"])[0] == levels


# ---- What no model can use -----------------------------------------------------------------------


UNUSABLE = {
    "a date": {
        **{name: table for name, table in everywhere(DAYS).items()},
        "pyarrow 64": pyarrow.table(
            {"a": pyarrow.array(DAYS, pyarrow.date64()), "lab": LAB}),
        "numpy days": {"a": np.array(DAYS, "datetime64[D]"), "lab": LAB},
        "category": pd.DataFrame({"a": pd.Categorical(DAYS), "lab": LAB}),
        "dates and nothing": {"a": [None, *DAYS[1:]], "lab": LAB},
    },
    "a date and time": {
        **{name: table for name, table in everywhere(STAMPS).items()},
        "pandas": pd.DataFrame({"a": pd.Series(STAMPS), "lab": LAB}),
        "zone": pd.DataFrame({"a": pd.Series(STAMPS).dt.tz_localize("UTC"), "lab": LAB}),
        "arrow": pd.DataFrame(
            {"a": pd.Series(STAMPS, dtype=pd.ArrowDtype(pyarrow.timestamp("s", "UTC"))), "lab": LAB}),
        "period": pd.DataFrame({"a": pd.Series(STAMPS).dt.to_period("M"), "lab": LAB}),
    },
    "a duration": {
        "pandas": pd.DataFrame({"a": pd.Series(STAMPS) - STAMPS[0], "lab": LAB}),
        **{name: table for name, table in everywhere([s - STAMPS[0] for s in STAMPS]).items()},
    },
    "a time of day": {
        "pandas": pd.DataFrame({"a": pd.Series([s.time() for s in STAMPS]), "lab": LAB}),
        "polars": polars.DataFrame({"a": [s.time() for s in STAMPS], "lab": LAB}),
    },
    "a list": {
        "polars": polars.DataFrame({"a": [[1, 2]] * N, "lab": LAB}),
        "array": polars.DataFrame(
            {"a": polars.Series([[1, 2]] * N, dtype=polars.Array(polars.Int8, 2)), "lab": LAB}),
        "pandas": pd.DataFrame({"a": [[1, 2]] * N, "lab": LAB}),
        "lists": {"a": [[1, 2]] * N, "lab": LAB},
    },
    "a struct": {"polars": polars.DataFrame({"a": [{"b": 1}] * N, "lab": LAB})},
    "a map": {"pyarrow": pyarrow.table({
        "a": pyarrow.array([[("k", 1)]] * N, pyarrow.map_(pyarrow.string(), pyarrow.int8())),
        "lab": LAB})},
    "binary data": {
        "polars": polars.DataFrame({"a": [b"x"] * N, "lab": LAB}),
        "pandas": pd.DataFrame({"a": [b"x"] * N, "lab": LAB}),
    },
    "run-end encoded": {"pyarrow": pyarrow.table({
        "a": pyarrow.RunEndEncodedArray.from_arrays([N], pyarrow.array([1.0])), "lab": LAB})},
    "of the Arrow type 'complex number'": {"numpy": {"a": A * 1j, "lab": LAB}},
}


@pytest.mark.parametrize("kind", UNUSABLE)
def test_what_no_model_can_use_is_named_and_may_be_left_out(kind):
    model = equipoise.train("logistic", {"b": A, "lab": LAB}, label="lab")
    for name, table in UNUSABLE[kind].items():
        with pytest.raises(EquipoiseError) as raised:
            equipoise.train("logistic", table, label="lab")
        assert str(raised.value) == f"column 'a' is {kind}: drop=['a'] leaves it out", name
        assert raised.value.column == "a"
        with pytest.raises(EquipoiseError, match=f"'a' is {kind}, which cannot be used for sensit"):
            equipoise.train("logistic", table, label="lab", sensitive=["a"])
        with_number = (
            {**table, "b": A} if isinstance(table, dict)
            else table.assign(b=A) if hasattr(table, "assign")
            else table.append_column("b", pyarrow.array(A)) if hasattr(table, "append_column")
            else table.with_columns(b=A)
        )
        dropped = equipoise.train("logistic", with_number, label="lab", drop=["a"])
        np.testing.assert_array_equal(
            dropped.predict(with_number).score, model.predict({"b": A}).score, err_msg=name
        )
        np.testing.assert_array_equal(
            model.predict(with_number).score, model.predict({"b": A}).score, err_msg=name
        )


# ---- Text that looks like numbers ----------------------------------------------------------------


def test_text_that_looks_like_numbers_is_a_category_with_a_warning():
    for write in ("{:,.2f}", "{:.1f} %", "${:.2f}", "{:.3e}"):
        texts = [write.format(abs(v) * 1e4) for v in A]
        for table in everywhere(texts).values():
            with pytest.warns(UserWarning, match="column 'a' holds text that looks like numbers"):
                columns = equipoise.train("logistic", table, label="lab").report["columns"]
            assert len(columns) > 100
    with pytest.warns(UserWarning, match=f"such as '{A.min()}'|of its"):
        equipoise.train(
            "logistic", pd.DataFrame({"a": pd.Series([*A[1:], "?"], dtype=object), "lab": LAB}),
            label="lab")


def test_texts_that_are_meant_do_not_warn():
    zips = [f"{int(abs(v) * 10000):05d}" for v in A]
    words = np.array(["1-5", "A2", "10:30", "2020-01-01", "x"])[RNG.integers(0, 5, N)]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        equipoise.train("logistic", {"a": zips, "lab": LAB}, label="lab", categorical=["a"])
        equipoise.train("logistic", {"a": words, "lab": LAB}, label="lab")
        for declared in (
            pd.Categorical(zips), pd.Categorical((A * 3).astype(int)),
            polars.Series(zips, dtype=polars.Categorical), pyarrow.array(zips).dictionary_encode(),
        ):
            equipoise.train("logistic", {"a": declared, "lab": LAB}, label="lab")
        equipoise.train("logistic", {"a": A, "g": zips, "lab": LAB}, label="lab", drop=["g"])


def test_texts_of_numbers_are_read_where_numbers_are_wanted():
    model = equipoise.train("logistic", {"a": A, "w": np.abs(A), "lab": LAB}, label="lab",
                            weights="w")
    texts = [f" {v} " for v in A]
    for table in everywhere(texts).values():
        np.testing.assert_allclose(model.predict(table).score, model.predict({"a": A}).score,
                                   rtol=1e-5)
        assert fitted(table, numeric=["a"])[0] == ["a"]
    weights = {"a": A, "w": [str(abs(v)) for v in A], "lab": LAB}
    found = equipoise.train("logistic", weights, label="lab", weights="w")
    np.testing.assert_array_equal(found.predict({"a": A}).score, model.predict({"a": A}).score)
    # Money and thousands are read as in a file.
    texts[17], values = "1,257.30", A.copy()
    values[17] = 1257.3
    for table in everywhere(texts).values():
        np.testing.assert_allclose(model.predict(table).score, model.predict({"a": values}).score,
                                   rtol=1e-5)
    texts[17] = "12x"
    for table in everywhere(texts).values():
        with pytest.raises(EquipoiseError, match="'a': '12x' is not a number") as raised:
            model.predict(table)
        assert raised.value.row == 17
    texts[17] = "inf"
    with pytest.raises(EquipoiseError, match="'a': 'inf' is not a finite number") as raised:
        model.predict({"a": texts})
    assert raised.value.row == 17
    texts[17] = "NA"
    with pytest.raises(EquipoiseError, match="'a': the value is missing") as raised:
        model.predict({"a": texts})
    assert raised.value.row == 17


def test_numbers_and_texts_are_not_merged():
    for values in ([1, "1"], ["1.0x", 1.0, "1"], [True, "true"]):
        values = (values * N)[:N]
        with pytest.raises(ValueError, match=r"column 'a' mixes numbers and texts: row \d .* row \d"):
            equipoise.train("logistic", {"a": values, "lab": LAB}, label="lab")


# ---- Values in several spellings -----------------------------------------------------------------


def test_a_group_is_known_however_it_is_spelled(tmp_path):
    group = (A > 0).astype(int)
    spellings = {
        "int": group, "float": group.astype(float), "bool": group.astype(bool),
        "text": group.astype(str), "float text": group.astype(float).astype(str),
        "bool text": group.astype(bool).astype(str),
        "hole": pd.array([None, *group[1:]], "Int64"), "polars": polars.Series(group.astype(float)),
    }
    method = "prejudice-remover"  # decides by groups
    for known in ("int", "float", "bool", "text"):
        table = {"a": A, "g": spellings[known], "lab": LAB}
        model = equipoise.train(method, table, label="lab", sensitive=["g"])
        category = equipoise.train("logistic", table, label="lab", categorical=["g"])
        for name, values in spellings.items():
            if name == "hole":
                continue
            other = {"a": A, "g": values}
            for one in (model, category):
                np.testing.assert_array_equal(
                    one.predict(other).score, one.predict(table).score, err_msg=f"{known}, {name}")
            file = tmp_path / "g.csv"
            pd.DataFrame(other).to_csv(file, index=False)
            np.testing.assert_allclose(
                model.predict(file).score, model.predict(table).score, rtol=1e-4, atol=1e-5)
        holes = {"a": A[1:], "g": spellings["hole"][1:]}
        np.testing.assert_allclose(
            model.predict(holes).score, model.predict(table).score[1:], rtol=1e-5, atol=1e-6)
    unseen = {"a": A, "g": group + 2}
    assert not np.allclose(category.predict(unseen).score, category.predict(table).score)


# ---- Names with commas ---------------------------------------------------------------------------


def test_lists_of_names_have_no_separator():
    sex = np.where(RNG.random(N) < 0.5, "Female, adult", "Male, adult")
    table = pd.DataFrame({
        "sex, self-reported": sex, "distance, km": A, 'say "so"; x=1': np.abs(A), "age=x;y": A * 40,
        "p": RNG.random(N), "l": LAB,
    })
    plain = table.rename(columns={"sex, self-reported": "sex"})

    def names(**roles):
        frame = plain if roles.get("sensitive") == ["sex"] else table
        report = equipoise.train("penalized", frame, label="l", **roles).report
        return report["columns"]

    assert "sex, self-reported" not in str(names(sensitive=["sex, self-reported"]))
    assert names(sensitive="sex, self-reported") == names(sensitive=["sex, self-reported"])
    assert "distance, km" not in names(sensitive=["sex"], drop=["distance, km"])
    assert names(sensitive=["sex"], drop=["distance, km", 'say "so"; x=1']) == ["age=x;y", "p"]
    assert names(sensitive=["sex, self-reported"], drop="distance, km,p") == \
        names(sensitive=["sex, self-reported"], drop=["distance, km", "p"])
    assert "age=x;y" not in names(sensitive=["age=x;y"], bins={"age=x;y": [40]})
    model = equipoise.train("penalized", table, label="l", sensitive=["age=x;y"],
                            bins={"age=x;y": [-40.5, 40]}, drop=("sex, self-reported",))
    again = pickle.loads(pickle.dumps(model))
    np.testing.assert_array_equal(again.predict(table).score, model.predict(table).score)
    with pytest.raises(EquipoiseError, match="no column 'sex'"):
        names(sensitive="sex, self reported")


@pytest.mark.parametrize("names", [["a"], ["a", "b"], ["a, b"], ['"', ""], [" a", "b;c"], []])
def test_names_are_written_as_the_engine_reads_them(names):
    assert listed(names).count("\n") == 0
    if names == ["a, b"]:
        assert listed(names) == '"a, b"'


def test_groups_with_commas_are_named_to_a_postprocessor():
    from sklearn.linear_model import LogisticRegression

    from equipoise.postprocessing import RejectOptionClassifier

    group = np.where(RNG.random(N) < 0.5, "Female, adult", "Male, adult")
    X = pd.DataFrame({"a": A})
    decisions = [
        RejectOptionClassifier(LogisticRegression(), deprived=deprived)
        .fit(X, LAB, sensitive_features=group).predict(X, sensitive_features=group)
        for deprived in (["Female, adult"], "Female, adult")
    ]
    np.testing.assert_array_equal(*decisions)


# ---- Files, words, representations ---------------------------------------------------------------


def test_a_file_is_a_table(tmp_path):
    frame = pd.DataFrame({"a": A, "job": np.where(A > 0, "x", "y"), "g": np.arange(N) % 2,
                          "lab": LAB})
    path = tmp_path / "loans.csv"
    frame.to_csv(path, index=False)
    roles = dict(label="lab", sensitive=["g"], precision="double")
    for place in (path, str(path)):
        model = equipoise.train("prejudice-remover", place, **roles)
        expected = equipoise.train("prejudice-remover", frame, **roles)
        assert model.report["columns"] == expected.report["columns"]
        np.testing.assert_allclose(
            model.predict(place, precision="double").score,
            expected.predict(frame, precision="double").score, rtol=1e-9)
    with pytest.raises(OSError, match="nowhere.csv"):
        equipoise.train("logistic", tmp_path / "nowhere.csv", label="lab")


def test_errors_speak_python():
    frame = pd.DataFrame({"a": A, "lab": LAB})
    with pytest.raises(EquipoiseError, match=r"did you mean strength\? \(equipoise.methods\(\)") as e:
        equipoise.train("penalized", frame, label="lab", strenght=1)
    assert e.value.column == "strenght"
    with pytest.raises(EquipoiseError, match=r"^the table has no rows$"):
        equipoise.train("logistic", frame[:0], label="lab")
    with pytest.raises(EquipoiseError, match="did you mean 'penalized'"):
        equipoise.train("penalised", frame, label="lab")
    with pytest.raises(ValueError, match="different lengths"):
        equipoise.train("logistic", {"a": A, "lab": LAB[1:]}, label="lab")
    with pytest.raises(ValueError, match="'a' has 2 dimensions"):
        equipoise.train("logistic", {"a": np.c_[A, A], "lab": LAB}, label="lab")


def test_representations_have_numbers(tmp_path):
    model = equipoise.train("logistic", {"a": A, "lab": LAB}, label="lab")
    assert repr(model).startswith(
        f"TableModel(logistic, positive '1', {N} rows, 1 columns, converged, ")
    model.save(tmp_path / "m.eqp")
    assert repr(equipoise.load_model(tmp_path / "m.eqp")).startswith(
        "TableModel(logistic, positive '1', 1 columns")
    predictions = model.predict({"a": A})
    share = (predictions.probability >= 0.5).mean()
    assert repr(predictions) == f"Predictions({N} rows, {share:.2%} positive)"


def test_columns_of_producers_are_read_and_given_back():
    values = [decimal.Decimal("1.25"), None, decimal.Decimal("-7")]
    wide = pyarrow.array([decimal.Decimal(2**70), None, decimal.Decimal(-(2**70))],
                         pyarrow.decimal256(60, 0))
    table = pyarrow.table({"d": pyarrow.array(values), "w": wide})
    found = dict(_arrow.columns(table, "x"))
    np.testing.assert_array_equal(found["d"], [1.25, np.nan, -7])
    np.testing.assert_array_equal(found["w"], [2.0**70, np.nan, -(2.0**70)])
    with pytest.raises(TypeError, match=r"column 'a' has the Arrow type '\+l'"):
        _arrow.columns(pyarrow.table({"a": [[1], [2]]}), "x")
    moments = {
        pyarrow.date32(): DAYS, pyarrow.date64(): DAYS, pyarrow.timestamp("s"): STAMPS,
        pyarrow.timestamp("us"): STAMPS, pyarrow.duration("ms"): [s - STAMPS[0] for s in STAMPS],
    }
    for kind, values in moments.items():
        table = pyarrow.table({"a": pyarrow.array([None, *values[1:]], kind)})
        found = dict(_arrow.columns(table, "x"))["a"]
        assert np.isnat(found[0])
        np.testing.assert_array_equal(found[1:], np.array(values[1:], found.dtype))
    (column,) = as_columns(pyarrow.array([1, 2]), "x")
    assert column[1].tolist() == [1, 2]
