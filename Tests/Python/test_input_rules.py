"""What labels, predictions, weights and indexes may be: containers × kinds of values × functions."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from equipoise import metrics
from equipoise._inputs import binary_column, weight_column
from equipoise.metrics import MetricFrame
from sklearn.exceptions import UndefinedMetricWarning

Y = [0, 1, 1, 0, 1, 0, 1, 0]
P = [0, 1, 1, 1, 1, 0, 1, 0]
S = list("aabbabba")

GAPS = {
    "demographic_parity_difference": metrics.demographic_parity_difference,
    "demographic_parity_ratio": metrics.demographic_parity_ratio,
    "equalized_odds_difference": metrics.equalized_odds_difference,
    "equalized_odds_ratio": metrics.equalized_odds_ratio,
    "equal_opportunity_difference": metrics.equal_opportunity_difference,
    "selection_rate_difference": metrics.selection_rate_difference,
    "true_positive_rate_ratio": metrics.true_positive_rate_ratio,
    "statistical_parity_difference": lambda y, p, **k: metrics.statistical_parity_difference(
        y, p, privileged="b", **k),
    "disparate_impact": lambda y, p, **k: metrics.disparate_impact(y, p, privileged="b", **k),
    "average_odds_difference": lambda y, p, **k: metrics.average_odds_difference(
        y, p, privileged="b", **k),
}
RATES = {
    name: (lambda f: lambda y, p, sensitive_features=None, **k: f(y, p, **k))(
        getattr(metrics, name))
    for name in ["selection_rate", "true_positive_rate", "false_positive_rate", "theil_index"]
}
FUNCTIONS = {**GAPS, **RATES}
CONTAINERS = {
    "list": list, "array": np.array, "object": lambda v: np.array(v, dtype=object),
    "series": pd.Series, "column": lambda v: np.array(v)[:, None],
    "polars": lambda v: pl.Series(v, strict=False), "pyarrow": pa.array,
    "frame": lambda v: pd.DataFrame({"y": v}),
}


def quiet(function, *arguments, **more):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return function(*arguments, **more)


def as_pairs(values, pair) -> list:
    return [pair[v] for v in values]


@pytest.mark.parametrize("name", FUNCTIONS)
@pytest.mark.parametrize("container", CONTAINERS)
@pytest.mark.parametrize("pair", [(0, 1), (-1, 1), (False, True), (0.0, 1.0), (-1.0, 1.0)])
def test_numbers_are_mapped(name, container, pair):
    function, make = FUNCTIONS[name], CONTAINERS[container]
    wanted = quiet(function, Y, P, sensitive_features=S)
    found = quiet(
        function, make(as_pairs(Y, pair)), make(as_pairs(P, pair)), sensitive_features=S)
    assert found == wanted


@pytest.mark.parametrize("name", FUNCTIONS)
@pytest.mark.parametrize("pair", [("no", "yes"), ("0", "1"), (1, 2), (0, 5), (0.2, 0.9)])
def test_other_labels_need_a_positive_one(name, pair):
    function = FUNCTIONS[name]
    y, p = as_pairs(Y, pair), as_pairs(P, pair)
    with pytest.raises(ValueError, match=r"y_(true|pred) has the value .* in row \d.*pos_label"):
        function(y, p, sensitive_features=S)
    for container in ("list", "array", "object", "series"):
        make = CONTAINERS[container]
        found = quiet(function, make(y), make(p), sensitive_features=S, pos_label=pair[1])
        assert found == quiet(function, Y, P, sensitive_features=S)


@pytest.mark.parametrize("name", FUNCTIONS)
@pytest.mark.parametrize("hole", [np.nan, None, pd.NA])
@pytest.mark.parametrize("which", ["y_true", "y_pred"])
def test_a_missing_label_is_told_with_its_row(name, hole, which):
    if which == "y_true" and name.startswith(
        ("demographic", "selection", "statistical", "disparate")
    ):
        return  # which do not look at labels
    function = FUNCTIONS[name]
    for start in (Y, [bool(v) for v in Y], [2 * v - 1 for v in Y]):
        holed = list(start)
        holed[3] = hole
        for make in (list, lambda v: np.array(v, dtype=object),
                     lambda v: pd.Series(v, dtype=object),
                     lambda v: pd.Series(v, dtype=object).convert_dtypes(),
                     lambda v: pl.Series([None if pd.isna(x) else x for x in v], strict=False),
                     lambda v: pa.array([None if pd.isna(x) else x for x in v])):
            whole = list(start)
            y, p = (make(holed), whole) if which == "y_true" else (whole, make(holed))
            with pytest.raises(ValueError, match=f"{which} is missing in row 3"):
                function(y, p, sensitive_features=S)


def test_a_mask_hides_a_label():
    hidden = np.ma.masked_array(P, mask=[0, 0, 0, 1, 0, 0, 0, 0])
    with pytest.raises(ValueError, match="y_pred is missing in row 3"):
        metrics.demographic_parity_difference(Y, hidden, sensitive_features=S)
    seen = np.ma.masked_array(P, mask=[0] * 8)
    assert metrics.demographic_parity_difference(Y, seen, sensitive_features=S) == 0.25


def test_more_than_two_labels_are_refused():
    with pytest.raises(ValueError, match="no more than two unique y values.*y_true.*row 7"):
        metrics.true_positive_rate([*Y[:-1], 2], P)
    with pytest.raises(ValueError, match="y_pred has the value 0.2 in row 0"):
        metrics.selection_rate(Y, [0.2, 0.7, *P[2:]])
    # Of several classes one can be asked for.
    assert metrics.selection_rate(None, [0, 1, 2, 2], pos_label=2) == 0.5


def test_binary_column_and_weight_column():
    for values in (Y, np.array(Y) == 1, [2 * v - 1 for v in Y], np.array(Y, np.float32)):
        found = binary_column(values, "y_true")
        assert found.dtype == np.uint8 and found.tolist() == Y
    assert binary_column(list("xyx"), "y_true", pos_label="y").tolist() == [0, 1, 0]
    with pytest.raises(ValueError, match="y_true is missing in row 2"):
        binary_column(pd.array([True, False, None, True], dtype="boolean"), "y_true")
    with pytest.raises(ValueError, match="y_pred has the value 3 in row 1.*pos_label"):
        binary_column([1, 3], "y_pred")
    assert weight_column(None, 3) is None
    with pytest.raises(ValueError, match="sample_weight is missing in row 1"):
        weight_column([1, None], 2)
    with pytest.raises(ValueError, match="sample_weight has 2 rows, and y_true has 3"):
        weight_column([1, 2], 3)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_weights_are_numbers_of_at_least_0(name):
    if name == "theil_index":
        return
    for bad, words in ((np.nan, "missing in row 2"), (-1.0, "in row 2"), (np.inf, "in row 2")):
        weights = [1.0, 1.0, bad, 1.0, 1.0, 1.0, 1.0, 1.0]
        with pytest.raises(ValueError, match=f"sample_weight is .*{words}"):
            FUNCTIONS[name](Y, P, sensitive_features=S, sample_weight=weights)


def test_a_group_without_weight_has_no_rate():
    weights = np.where(np.array(S) == "a", 0.0, 1.0)
    names = ["selection_rate", "true_positive_rate", "false_positive_rate", "mean_prediction"]
    for name in names:
        with pytest.warns(UndefinedMetricWarning, match="1 of 2 groups"):
            frame = MetricFrame(
                metrics=getattr(metrics, name), y_true=Y, y_pred=P, sensitive_features=S,
                sample_params={"sample_weight": weights})
            assert np.isnan(frame.by_group["a"]) and not np.isnan(frame.by_group["b"])
        assert np.isnan(quiet(frame.difference)) and np.isnan(quiet(frame.ratio))
    with pytest.warns(UndefinedMetricWarning, match="1 of 2 groups"):
        assert np.isnan(metrics.demographic_parity_difference(
            Y, P, sensitive_features=S, sample_weight=weights))


# ---- Indexes

ORDER = [3, 1, 0, 2, 7, 6, 5, 4]


@pytest.mark.parametrize("name", GAPS)
def test_series_of_one_index_in_two_orders_are_refused(name):
    index = [f"row {k}" for k in range(8)]
    y, p = pd.Series(Y, index=index), pd.Series(P, index=index)
    s = pd.Series(S, index=index)
    wanted = quiet(GAPS[name], Y, P, sensitive_features=S)
    assert quiet(GAPS[name], y, p, sensitive_features=s) == wanted
    with pytest.raises(ValueError, match=r"y_true and sensitive_features have different indexes.*loc"):
        GAPS[name](y, p, sensitive_features=s.iloc[ORDER])
    with pytest.raises(ValueError, match="y_true and y_pred have different indexes"):
        GAPS[name](y.iloc[ORDER], p, sensitive_features=s)


def test_an_index_that_nobody_chose_goes_with_any_other():
    y = pd.Series(Y, index=[10, 4, 8, 2, 33, 1, 99, 50])
    s = pd.Series(S, index=y.index)
    for p in (P, np.array(P), pd.Series(P), pl.Series(P)):
        assert metrics.demographic_parity_difference(y, p, sensitive_features=s) == 0.25
    # As predictions for shuffled rows come, beside the shuffled labels.
    shuffled, groups = pd.Series(Y, index=ORDER), pd.Series(S, index=ORDER)
    for p in (P, pd.Series(P)):
        assert metrics.demographic_parity_difference(shuffled, p, sensitive_features=groups) == 0.25
    with pytest.raises(ValueError, match="y_true and sensitive_features have different indexes"):
        metrics.demographic_parity_difference(
            shuffled, pd.Series(P), sensitive_features=groups.sort_index())
    other = pd.Series(S, index=[11, 5, 8, 2, 33, 1, 99, 50])
    with pytest.raises(ValueError, match="row 0 is 10 in one and 11 in the other"):
        metrics.demographic_parity_difference(y, P, sensitive_features=other)


# ---- Counted metrics against calls of the functions themselves

from sklearn import metrics as theirs  # noqa: E402

COUNTED = {
    name: getattr(metrics, name) for name in [
        "count", "selection_rate", "true_positive_rate", "true_negative_rate",
        "false_positive_rate", "false_negative_rate"]
} | {
    name: getattr(theirs, name) for name in [
        "accuracy_score", "zero_one_loss", "balanced_accuracy_score", "precision_score",
        "recall_score", "f1_score"]
}


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("controlled", [False, True])
def test_counted_metrics_are_those_of_each_group(weighted, controlled):
    r = np.random.default_rng(3)
    n = 5_000
    y, p = r.integers(0, 2, n), r.integers(0, 2, n)
    s, c = r.integers(0, 4, n), r.choice(["x", "y"], n)
    w = r.random(n)
    names = [name for name in COUNTED if not (weighted and name == "count")]
    frame = MetricFrame(
        metrics={name: COUNTED[name] for name in names}, y_true=y, y_pred=p,
        sensitive_features=s, control_features=c if controlled else None,
        sample_params={name: {"sample_weight": w} for name in names} if weighted else None)
    assert all(metric.counted for metric in frame._metrics)
    strata = ["x", "y"] if controlled else [None]
    for name in names:
        for stratum in strata:
            inside = np.ones(n, bool) if stratum is None else c == stratum
            values = []
            for group in [*range(4), None]:
                rows = inside if group is None else inside & (s == group)
                more = {"sample_weight": w[rows]} if weighted else {}
                values.append(COUNTED[name](y[rows], p[rows], **more))
            table = frame.by_group[name] if stratum is None else frame.by_group[name][stratum]
            total = frame.overall[name] if stratum is None else frame.overall[name][stratum]
            if weighted:
                assert np.allclose([*table, total], values, rtol=1e-12, atol=0)
            else:
                assert [*table, total] == values


def test_metrics_that_are_not_counted_are_called_once_a_group():
    calls = []

    def share(y_true, y_pred):
        calls.append((y_true.base is not None, len(y_true)))
        return float((y_true == y_pred).mean())

    r = np.random.default_rng(4)
    y, p, s = r.integers(0, 3, 600), r.integers(0, 3, 600), r.integers(0, 5, 600)
    frame = MetricFrame(metrics={"a": share, "b": theirs.accuracy_score}, y_true=y, y_pred=p,
                        sensitive_features=s)
    assert len(calls) == 6
    assert all(is_view for is_view, rows in calls if rows < 600)
    assert frame.by_group["a"].tolist() == [
        float((y[s == g] == p[s == g]).mean()) for g in range(5)]
    assert frame.by_group["a"].equals(frame.by_group["b"].rename("a"))


def test_bootstrap_of_counted_metrics_is_that_of_the_functions():
    r = np.random.default_rng(5)
    y, p, s, w = r.integers(0, 2, 300), r.integers(0, 2, 300), r.integers(0, 3, 300), r.random(300)
    frames = [
        MetricFrame(
            metrics={"rate": metric}, y_true=y, y_pred=p, sensitive_features=s, n_boot=20,
            ci_quantiles=[0.1, 0.9], random_state=7,
            sample_params={"rate": {"sample_weight": w}})
        for metric in (metrics.true_positive_rate,
                       lambda *a, **k: metrics.true_positive_rate(*a, **k))
    ]
    assert [m.counted is not None for f in frames for m in f._metrics] == [True, False]
    for name in ("by_group_ci", "overall_ci"):
        for a, b in zip(*(getattr(frame, name) for frame in frames)):
            assert np.allclose(a, b, rtol=1e-12)
    for a, b in zip(*(frame.difference_ci() for frame in frames)):
        assert np.allclose(a, b, rtol=1e-12)


def test_columns_have_the_types_of_a_mixed_table():
    of = {"n": metrics.count, "rate": metrics.selection_rate}
    frame = MetricFrame(metrics=of, y_true=Y, y_pred=P, sensitive_features=S)
    assert frame.by_group.dtypes.tolist() == [np.float64, np.float64]
    alone = MetricFrame(metrics=metrics.count, y_true=Y, y_pred=P, sensitive_features=S)
    assert alone.by_group.dtype == np.int64 and alone.overall == 8


def test_texts_have_a_largest_and_a_smallest():
    frame = MetricFrame(
        metrics=lambda y, p: "many" if len(y) > 4 else "few", y_true=Y, y_pred=P,
        sensitive_features=[*"aaaaab", "b", "c"])
    assert frame.group_max() == "many" and frame.group_min() == "few"
