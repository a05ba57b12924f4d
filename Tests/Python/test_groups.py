"""Columns of every container as groups, against a plain loop over their values."""

from __future__ import annotations

import datetime

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from equipoise._grouping import group
from equipoise._inputs import group_codes, sensitive_columns

TEXTS = ["b", "a", "a longer text", "", "b", "ä", "b" * 40, "a", "b" * 40 + "c"]


def expected(values) -> tuple[list[int], list]:
    levels = sorted(set(values))
    return [levels.index(value) for value in values], levels


CONTAINERS = {
    "list": list,
    "tuple": tuple,
    "object": lambda v: np.array(v, dtype=object),
    "fixed": np.array,
    "reversed": lambda v: np.array(v[::-1])[::-1],
    "strided": lambda v: np.array([v, v]).T.copy()[:, 1],
    "series": pd.Series,
    "object series": lambda v: pd.Series(v, dtype=object),
    "categorical": pd.Categorical,
    "categories with others": lambda v: pd.Series(
        pd.Categorical(v, categories=[*sorted(set(v), reverse=True)])),
    "polars": pl.Series,
    "pyarrow": pa.array,
    "chunked": lambda v: pa.chunked_array([v[:2], v[2:2], v[2:]]),
    "sliced": lambda v: pa.array([v[0], *v])[1:],
    "dictionary": lambda v: pa.array(v).dictionary_encode(),
}
TEXT_CONTAINERS = {
    "large": lambda v: pa.array(v, pa.large_string()),
    "view": lambda v: pa.array(v, pa.string_view()),
    "python strings": lambda v: pd.Series(v, dtype=pd.StringDtype("python")),
    "polars categories": lambda v: pl.Series(v, dtype=pl.Categorical),
    "bytes of two widths": lambda v: np.array(v, dtype="<U64"),
    "big-endian": lambda v: np.array(v, dtype=">U64"),
    "several dictionaries": lambda v: pa.chunked_array(
        [pa.array(v[3:4]).dictionary_encode(), pa.array(v[1:]).dictionary_encode()]),
}


@pytest.mark.parametrize("container", CONTAINERS)
@pytest.mark.parametrize("values", [TEXTS, [3, -1, 3, 0, 2**40], [True, False, True], [0.5, -1.0, 0.5]])
def test_values_are_numbered_in_their_order(container, values):
    codes, levels = group_codes(CONTAINERS[container](values), "g")
    assert codes.tolist() == expected(values)[0]
    assert [str(level) for level in levels] == [str(level) for level in expected(values)[1]]
    assert codes.dtype == np.int32


@pytest.mark.parametrize("container", TEXT_CONTAINERS)
def test_texts_are_numbered_however_they_lie_in_memory(container):
    values = TEXTS if container != "several dictionaries" else [TEXTS[3], *TEXTS[1:]]
    codes, levels = group_codes(TEXT_CONTAINERS[container](TEXTS), "g")
    assert codes.tolist() == expected(values)[0]
    assert [str(level) for level in levels] == expected(values)[1]


TYPES = ["int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64", "float16",
         "float32", "float64", ">i4", ">f8"]


@pytest.mark.parametrize("kind", TYPES)
@pytest.mark.parametrize("rows", [1, 7, 1023, 1025, 70_000, 200_001])
def test_numbers_of_every_type(kind, rows):
    values = np.random.default_rng(0).integers(0, 90, rows).astype(kind)
    found, codes = np.unique(values, return_inverse=True)
    ours, levels = group_codes(values, "g")
    assert np.array_equal(ours, codes) and np.array_equal(levels, found)


@pytest.mark.parametrize("spread", [1, 70_000, 2**50])
def test_numbers_of_wide_ranges_and_many_values(spread):
    values = np.random.default_rng(1).integers(-5_000, 5_000, 150_000) * spread
    found, codes = np.unique(values, return_inverse=True)
    ours, levels = group_codes(values, "g")
    assert np.array_equal(ours, codes) and np.array_equal(levels, found)
    assert group_codes(np.array([-2**63, 2**63 - 1, -2**63]), "g")[0].tolist() == [0, 1, 0]
    assert group_codes(np.array([2**64 - 1, 0], np.uint64), "g")[0].tolist() == [1, 0]


@pytest.mark.parametrize("rows", [10, 5_000, 200_000])
@pytest.mark.parametrize("distinct", [3, 4_000, 10**9])
def test_objects_by_address_and_by_hash(rows, distinct):
    texts = np.random.default_rng(2).integers(0, distinct, rows).astype(str)
    found, codes = np.unique(texts, return_inverse=True)
    for values in (texts, texts.astype(object), pa.array(texts), pd.Series(texts)):
        ours, levels = group_codes(values, "g")
        assert np.array_equal(ours, codes)
        assert [str(level) for level in levels] == found.tolist()


def test_negative_zero_is_zero():
    for kind in (np.float32, np.float64, object):
        codes, levels = group_codes(np.array([0.0, -0.0, 1.0], dtype=kind), "g")
        assert codes.tolist() == [0, 0, 1]
    assert group_codes(pa.array([0.0, -0.0, None and 1.0, 1.0][:2]), "g")[0].tolist() == [0, 0]


def test_one_and_true_are_one_group():
    values = [1, 1.0, True, 0, False, 0.0]
    for container in (list, lambda v: np.array(v, dtype=object),
                      lambda v: pd.Series(v, dtype=object)):
        assert group_codes(container(values), "g")[0].tolist() == [1, 1, 1, 0, 0, 0]
    many = np.array([1, True] * 1_000 + list(range(2, 900)), dtype=object)
    assert len(group_codes(many, "g")[1]) == 899


def test_dates_and_other_values_are_groups():
    days = [datetime.date(2020, 1, 2), datetime.date(2019, 1, 1), datetime.date(2020, 1, 2)]
    for values in (days, pd.Series(pd.to_datetime(pd.Series(days))), pl.Series(days),
                   np.array(days, dtype="datetime64[D]"), pa.array(days)):
        assert group_codes(values, "g")[0].tolist() == [1, 0, 1]
    assert group_codes(np.array([1j, 2j, 1j]), "g")[0].tolist() == [0, 1, 0]


@pytest.mark.parametrize("values", [
    ["a", "b", None, "a"], ["a", "b", np.nan, "a"], ["a", "b", pd.NA, "a"], [1, 2, None, 1],
    [1.0, 2.0, np.nan, 1.0], [True, False, None, True],
    [datetime.datetime(2020, 1, 1), datetime.datetime(2021, 1, 1), pd.NaT, None],
])
@pytest.mark.parametrize("container", [
    list, lambda v: np.array(v, dtype=object), lambda v: pd.Series(v, dtype=object), pd.Series,
    lambda v: pd.Series(v).convert_dtypes(), lambda v: pd.Series(v).astype("category"),
    lambda v: np.ma.masked_array([1, 2, 3, 1], mask=[0, 0, 1, 0]),
    lambda v: pl.Series([None if pd.isna(x) else x for x in v], strict=False),
    lambda v: pa.array([None if pd.isna(x) else x for x in v]),
    lambda v: pa.array([None if pd.isna(x) else x for x in v]).dictionary_encode(),
    lambda v: [[x, "x"] for x in v], lambda v: {"g": v}, lambda v: pd.DataFrame({"g": v}),
])
def test_a_missing_value_is_told_with_its_row(values, container):
    with pytest.raises(ValueError, match=r"contains missing values: it is missing in row 2"):
        sensitive_columns(container(values), 4)


def test_what_numpy_makes_of_nan_in_a_list_of_texts_is_missing():
    with pytest.raises(ValueError, match="missing in row 1"):
        group(np.array(["a", np.nan, "b"]), "g")
    assert group_codes(["a", "nan", "b"], "g")[1] == ["a", "b", "nan"]


@pytest.mark.parametrize("values", [
    [1, "1", 2], ["x", 2.0, "y"], [True, "True", False], [b"a", 1, 2],
])
def test_numbers_and_texts_in_one_column_are_an_error_that_names_a_row_of_each(values):
    for container in (list, lambda v: np.array(v, dtype=object),
                      lambda v: pd.Series(v, dtype=object)):
        with pytest.raises(ValueError, match=r"mixes numbers and texts: .* in row \d, .* in row \d"):
            group(container(values), "g")


def test_values_that_cannot_be_groups_are_refused():
    values = np.empty(2, dtype=object)
    values[:] = [[1], [2]]
    with pytest.raises(ValueError, match="cannot be groups"):
        group(values, "g")


def test_a_column_of_no_rows_has_no_groups():
    for values in ([], np.empty(0), pd.Series([], dtype=object), pa.array([], pa.string())):
        assert group(values, "g").levels == []
