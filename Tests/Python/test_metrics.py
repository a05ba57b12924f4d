"""Metrics by group: against plain sums, and the identities between them."""

import functools
import warnings

import numpy as np
import pandas as pd
import pytest
import sklearn.exceptions
import sklearn.metrics

import equipoise.datasets
from equipoise import metrics
from equipoise.metrics import MetricFrame


@pytest.fixture(scope="module")
def data():
    rng = np.random.default_rng(2)
    n = 500
    return {
        "y": rng.integers(0, 2, n),
        "p": rng.integers(0, 2, n),
        "w": rng.integers(0, 4, n).astype(float),
        "s": rng.choice(list("abc"), n),
        "t": rng.choice([10, 20], n),
        "c": rng.choice(["x", "y"], n),
    }


def test_rates_against_plain_sums(data):
    y, p, w = data["y"], data["p"], data["w"]
    for name, label, decision in [
        ("true_positive_rate", 1, 1),
        ("false_negative_rate", 1, 0),
        ("false_positive_rate", 0, 1),
        ("true_negative_rate", 0, 0),
    ]:
        expected = w[(y == label) & (p == decision)].sum() / w[y == label].sum()
        assert getattr(metrics, name)(y, p, sample_weight=w) == pytest.approx(expected)
        repeated = np.repeat(np.arange(len(y)), w.astype(int))
        assert getattr(metrics, name)(y[repeated], p[repeated]) == pytest.approx(expected)
    assert metrics.selection_rate(y, p, sample_weight=w) == pytest.approx(
        (w * p).sum() / w.sum()
    )


def test_labels_other_than_0_and_1_need_a_positive_one():
    with pytest.raises(ValueError, match="pos_label"):
        metrics.true_positive_rate(["a", "b"], ["a", "b"])
    assert metrics.true_positive_rate(["a", "b", "b"], ["a", "b", "a"], pos_label="b") == 0.5
    with pytest.raises(ValueError, match="two unique"):
        metrics.true_positive_rate([0, 1, 2], [0, 1, 2])


@pytest.mark.parametrize("controls", [None, "c"])
@pytest.mark.parametrize("sensitive", [["s"], ["s", "t"]])
def test_frame_against_loops(data, sensitive, controls):
    features = pd.DataFrame({name: data[name] for name in sensitive})
    frame = MetricFrame(
        metrics={"sel": metrics.selection_rate, "acc": sklearn.metrics.accuracy_score},
        y_true=data["y"],
        y_pred=data["p"],
        sensitive_features=features,
        control_features=None if controls is None else pd.Series(data[controls], name=controls),
        sample_params={"sel": {"sample_weight": data["w"]}},
    )
    names = ([controls] if controls else []) + sensitive
    for key, row in frame.by_group.iterrows():
        key = key if isinstance(key, tuple) else (key,)
        chosen = np.ones(len(data["y"]), dtype=bool)
        for name, value in zip(names, key):
            chosen &= data[name] == value
        w, p, y = data["w"][chosen], data["p"][chosen], data["y"][chosen]
        assert row["sel"] == pytest.approx((w * p).sum() / w.sum())
        assert row["acc"] == pytest.approx((y == p).mean())
    table = frame.by_group
    if controls:
        table = table.groupby(level=controls)
    pd.testing.assert_frame_equal(
        pd.DataFrame(frame.difference()), pd.DataFrame(table.max() - table.min())
    )
    pd.testing.assert_frame_equal(
        pd.DataFrame(frame.ratio()), pd.DataFrame(table.min() / table.max())
    )


def test_named_disparities_are_those_of_a_frame(data):
    y, p, s, w = data["y"], data["p"], data["s"], data["w"]
    arguments = dict(sensitive_features=s, sample_weight=w)
    rates = {
        g: metrics.selection_rate(y[s == g], p[s == g], sample_weight=w[s == g]) for g in "abc"
    }
    gap = max(rates.values()) - min(rates.values())
    assert metrics.demographic_parity_difference(y, p, **arguments) == pytest.approx(gap)
    assert metrics.selection_rate_difference(y, p, **arguments) == pytest.approx(gap)
    overall = metrics.selection_rate(y, p, sample_weight=w)
    assert metrics.demographic_parity_difference(
        y, p, method="to_overall", **arguments
    ) == pytest.approx(max(abs(rate - overall) for rate in rates.values()))
    assert metrics.equalized_odds_difference(y, p, **arguments) == pytest.approx(
        max(
            metrics.true_positive_rate_difference(y, p, **arguments),
            metrics.false_positive_rate_difference(y, p, **arguments),
        )
    )


def test_values_that_are_no_numbers(data):
    frame = MetricFrame(
        metrics=sklearn.metrics.confusion_matrix,
        y_true=data["y"],
        y_pred=data["p"],
        sensitive_features=data["s"],
    )
    assert frame.overall.sum() == len(data["y"])
    with pytest.raises(ValueError, match="non-scalar"):
        frame.group_max()
    assert np.isnan(frame.group_max(errors="coerce"))


def test_bootstrap_limits_surround_the_value(data):
    frame = MetricFrame(
        metrics=metrics.selection_rate,
        y_true=data["y"],
        y_pred=data["p"],
        sensitive_features=data["s"],
        n_boot=60,
        ci_quantiles=[0.025, 0.975],
        random_state=0,
    )
    low, high = frame.overall_ci
    assert low < frame.overall < high
    assert (frame.by_group_ci[0] < frame.by_group).all()
    with pytest.raises(ValueError, match="n_boot"):
        MetricFrame(
            metrics=metrics.selection_rate, y_true=[0, 1], y_pred=[0, 1],
            sensitive_features=[0, 1], n_boot=0, ci_quantiles=[0.5],
        )


def test_audit_is_the_engine_s_document(data):
    found = metrics.audit(
        data["y"], data["p"], sensitive_features={"s": data["s"], "t": data["t"]},
        intersections=2,
    )
    document = found.document
    assert document["schema"] == "equipoise.audit/1"
    assert {group["attribute"] for group in document["groups"]} == {"s", "t", "s×t"}
    rate = metrics.selection_rate(data["y"], data["p"])
    assert document["overall"]["selection_rate"]["value"] == pytest.approx(rate)
    assert "<table" in found._repr_html_()
    with pytest.raises(ValueError, match="y_true has the value 2 in row 3.*task='multiclass'"):
        metrics.audit([0, 1, 0, 2], [0, 1, 0, 1], sensitive_features=[0, 1, 0, 1])


def test_models_are_compared_in_a_plot(data):
    matplotlib = pytest.importorskip("matplotlib")
    matplotlib.use("Agg")
    predictions = {"ours": data["p"], "truth": data["y"]}
    arguments = dict(
        x_axis_metric=sklearn.metrics.accuracy_score,
        y_axis_metric=metrics.demographic_parity_difference,
        y_true=data["y"], sensitive_features=data["s"],
    )
    ax = metrics.plot_model_comparison(y_preds=predictions, point_labels=True, **arguments)
    places = ax.collections[0].get_offsets()
    for place, name in enumerate(predictions):
        assert places[place][0] == (predictions[name] == data["y"]).mean()
        assert places[place][1] == metrics.demographic_parity_difference(
            data["y"], predictions[name], sensitive_features=data["s"]
        )
    assert [text.get_text() for text in ax.texts] == ["ours", "truth"]
    legend = metrics.plot_model_comparison(
        y_preds=list(predictions.values()), legend=True, axis_labels=("a", "b"), **arguments
    )
    assert legend.get_xlabel() == "a" and len(legend.collections) == 2
    with pytest.raises(ValueError, match="empty"):
        metrics.plot_model_comparison(y_preds={}, **arguments)


def test_rates_of_one_row_and_rows_that_do_not_fit():
    assert metrics.selection_rate(1, 1) == 1 and metrics.selection_rate(0, 0) == 0
    for rate in [metrics.true_positive_rate, metrics.count]:
        with pytest.raises(ValueError, match=r"inconsistent numbers of samples: \[3, 2\]"):
            rate([0, 1, 1], [0, 1])


def test_a_derived_metric_names_itself_on_plots(data):
    metric = metrics.make_derived_metric(metric=metrics.selection_rate, transform="difference")
    assert metric.__name__ == "selection_rate, difference"


def test_bootstraps_of_arrays_are_refused(data):
    from sklearn.metrics import confusion_matrix

    with pytest.raises(ValueError, match="non-scalar"):
        metrics.MetricFrame(
            metrics=confusion_matrix, y_true=[0, 1, 1, 0], y_pred=[0, 1, 0, 0],
            sensitive_features=["a", "a", "b", "b"], n_boot=3, ci_quantiles=[0.5])


@pytest.mark.parametrize("nothing", [np.nan, None, pd.NA, pd.NaT])
@pytest.mark.parametrize("argument", ["sensitive_features", "control_features"])
def test_a_row_without_a_group_is_named(data, nothing, argument):
    holes = pd.Series(data["s"], name="job", dtype=object)
    holes[3] = nothing
    features = {"sensitive_features": data["s"]}
    for feature in (holes, holes.to_frame(), {"job": holes}, holes.to_numpy(), holes.tolist()):
        features[argument] = feature
        with pytest.raises(ValueError, match="Feature '.*' contains missing values.*row 3"):
            MetricFrame(
                metrics=metrics.selection_rate, y_true=data["y"], y_pred=data["p"], **features)
    with pytest.raises(ValueError, match="contains missing values.*row 3"):
        metrics.demographic_parity_difference(data["y"], data["p"], sensitive_features=holes)
    with pytest.raises(ValueError, match="contains missing values.*row 3"):
        metrics.audit(data["y"], data["p"], sensitive_features=holes)


def test_nulls_of_polars_are_missing(data):
    polars = pytest.importorskip("polars")
    for values in (["a", None, "b"], [1, None, 2]):
        with pytest.raises(ValueError, match="contains missing values.*row 1"):
            metrics.selection_rate_difference(
                [0, 1, 1], [0, 1, 1], sensitive_features=polars.Series("job", values))


def test_probabilities_of_both_classes_are_no_predictions(data):
    y, s = data["y"], data["s"]
    both = np.column_stack([data["p"], 1 - data["p"]])
    for call in [
        lambda: metrics.selection_rate(y, both),
        lambda: metrics.demographic_parity_difference(y, both, sensitive_features=s),
        lambda: metrics.equalized_odds_difference(y, both, sensitive_features=s),
        lambda: metrics.audit(y, both, sensitive_features=s),
        lambda: metrics.audit(y, y_score=both, sensitive_features=s),
        lambda: metrics.AuditCounts(y, y_score=both, sensitive_features=s),
    ]:
        with pytest.raises(ValueError, match="must be one column, and has 2"):
            call()


def test_scalars_can_be_rounded(data):
    y, p, s, w = data["y"], data["p"], data["s"], data["w"]
    frame = MetricFrame(
        metrics=metrics.selection_rate, y_true=y, y_pred=p, sensitive_features=s, n_boot=3,
        ci_quantiles=[0.5], random_state=0)
    found = [
        *[getattr(metrics, name)(y, p, sample_weight=w) for name in (
            "true_positive_rate", "false_negative_rate", "selection_rate", "mean_prediction")],
        metrics.true_positive_rate([0, 0], [0, 1], zero_division=0), frame.overall, *frame.overall_ci,
        *[getattr(frame, name)() for name in ("difference", "ratio", "group_min", "group_max")],
        *[getattr(metrics, name)(y, p, sensitive_features=s) for name in (
            "selection_rate_difference", "accuracy_score_group_min", "equalized_odds_ratio",
            "demographic_parity_difference", "equal_opportunity_ratio")],
        metrics.equalized_odds_difference(y, p, sensitive_features=s, agg="mean"),
    ]
    assert {type(value) for value in found} == {np.float64}


def test_generated_metrics_have_their_own_names():
    for name in ("selection_rate_difference", "accuracy_score_group_min", "log_loss_group_max"):
        assert getattr(metrics, name).__name__ == name


@pytest.mark.parametrize("quantiles", [(0.1, 0.9), np.array([0.1, 0.9])])
def test_quantiles_in_any_sequence(data, quantiles):
    arguments = dict(
        metrics=metrics.selection_rate, y_true=data["y"], y_pred=data["p"],
        sensitive_features=data["s"], n_boot=5, random_state=0)
    found = MetricFrame(**arguments, ci_quantiles=quantiles)
    assert found.overall_ci == MetricFrame(**arguments, ci_quantiles=[0.1, 0.9]).overall_ci
    assert found.ci_quantiles == [0.1, 0.9]


@pytest.mark.parametrize("wrong", ["accuracy", {"a": "accuracy"}, None])
def test_what_is_no_metric_is_named(data, wrong):
    with pytest.raises(ValueError, match="not callable"):
        MetricFrame(
            metrics=wrong, y_true=data["y"], y_pred=data["p"], sensitive_features=data["s"])


def test_arguments_of_a_data_set_are_checked():
    with pytest.raises(TypeError, match="foo"):
        equipoise.datasets.fetch_adult(foo=3)
    assert equipoise.datasets.fetch_adult(cache=False, as_frame=False).frame is None


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("ours, theirs", [
    ("statistical_parity_difference", "statistical_parity_difference"),
    ("disparate_impact", "disparate_impact_ratio"),
    ("average_odds_difference", "average_odds_difference"),
    ("average_abs_odds_difference", "average_odds_error"),
])
def test_privileged_rows_as_in_aif360(data, ours, theirs, weighted):
    aif360 = pytest.importorskip("aif360.sklearn.metrics")
    y, p, s = data["y"], data["p"], data["s"]
    weights = {"sample_weight": data["w"]} if weighted else {}
    expected = getattr(aif360, theirs)(
        pd.Series(y), pd.Series(p), prot_attr=s, priv_group="b", **weights)
    found = getattr(metrics, ours)
    assert found(y, p, sensitive_features=s, privileged="b", **weights) == pytest.approx(expected)
    if "odds" not in ours:
        expected = getattr(aif360, theirs)(pd.Series(y), prot_attr=s, priv_group="b", **weights)
        assert found(y, sensitive_features=s, privileged="b", **weights) == pytest.approx(expected)
    for wrong in ("d", ["a", "b", "c"]):
        with pytest.raises(ValueError, match="privileged"):
            found(y, p, sensitive_features=s, privileged=wrong)


@pytest.mark.parametrize("alpha", [0.5, 1, 2])
def test_inequality_of_benefits_as_in_aif360(data, alpha):
    aif360 = pytest.importorskip("aif360.sklearn.metrics")
    y, p, w = data["y"], data["p"], data["w"]
    found = metrics.generalized_entropy_index(y, p, alpha=alpha)
    assert found == pytest.approx(aif360.generalized_entropy_error(y, p, alpha=alpha))
    if alpha == 1:
        assert metrics.theil_index(y, p) == found
    rows = np.repeat(np.arange(len(y)), w.astype(int))
    assert metrics.generalized_entropy_index(
        y, p, alpha=alpha, sample_weight=w
    ) == pytest.approx(metrics.generalized_entropy_index(y[rows], p[rows], alpha=alpha))


def test_no_rate_is_divided_by_zero():
    impact = metrics.disparate_impact
    assert impact([0, 1], [1, 0], sensitive_features=[0, 1]) == np.inf
    assert np.isnan(impact([0, 1], [0, 0], sensitive_features=[0, 1]))
    assert metrics.generalized_entropy_index([1, 0], [0, 1], alpha=0) == np.inf


# Nobody in B has a positive label: the rate exists in one of two groups.
LONELY = dict(
    y_true=[0, 0, 1, 1, 0, 0], y_pred=[0, 1, 1, 0, 0, 1], sensitive_features=list("AAAABB"))
UNDEFINED = sklearn.exceptions.UndefinedMetricWarning


def test_a_rate_without_a_denominator_is_absent():
    for name, labels in [
        ("true_positive_rate", [0, 0]), ("false_negative_rate", [0, 0]),
        ("false_positive_rate", [1, 1]), ("true_negative_rate", [1, 1]),
    ]:
        rate = getattr(metrics, name)
        with pytest.warns(UNDEFINED, match=f"{name}: no (positive|negative) labels"):
            assert np.isnan(rate(labels, [0, 1]))
        assert rate(labels, [0, 1], zero_division=0) == 0
    with pytest.warns(UNDEFINED, match="selection_rate: no weight"):
        assert np.isnan(metrics.selection_rate([0, 1], [0, 1], sample_weight=[0, 0]))
    for wrong in ("warn", None, True, 0.5):
        with pytest.raises(ValueError, match="zero_division"):
            metrics.true_positive_rate([0, 1], [0, 1], zero_division=wrong)


def _scalars_of_true_positives():
    for method in ("between_groups", "to_overall"):
        for kind in ("difference", "ratio"):
            for name in ("true_positive_rate", "equal_opportunity", "equalized_odds"):
                yield f"{name}_{kind}", {"method": method}
            yield f"equalized_odds_{kind}", {"method": method, "agg": "mean"}


@pytest.mark.parametrize("name, arguments", list(_scalars_of_true_positives()))
def test_a_rate_of_one_group_of_two_has_no_gap(name, arguments):
    scalar = getattr(metrics, name)
    with pytest.warns(UNDEFINED, match="true_positive_rate: 1 of 2 groups; none for B"):
        assert np.isnan(scalar(**LONELY, **arguments))
    fairlearn = pytest.importorskip("fairlearn.metrics")
    with warnings.catch_warnings():
        warnings.simplefilter("error", UNDEFINED)
        found = scalar(**LONELY, **arguments, zero_division=0)
    assert found == getattr(fairlearn, name)(**LONELY, **arguments)


def test_a_frame_names_the_groups_that_lack_a_rate():
    y, p, s = [1, 0, 1, 0, 0, 0], [1, 0, 0, 1, 1, 0], list("aabbcc")
    frame = MetricFrame(
        metrics=metrics.true_positive_rate, y_true=y, y_pred=p, sensitive_features=s)
    with pytest.warns(UNDEFINED, match="true_positive_rate: 2 of 3 groups; NaN for c"):
        assert np.array_equal(frame.by_group, [1, 0, np.nan], equal_nan=True)
    with pytest.warns(UNDEFINED, match="true_positive_rate: 2 of 3 groups; none for c"):
        assert frame.difference() == 1
    with pytest.warns(UNDEFINED, match="2 of 3 groups"):
        assert frame.ratio() == 0
    with pytest.warns(UNDEFINED, match="2 of 3 groups"):
        assert (frame.group_min(), frame.group_max()) == (0, 1)
    assert frame.overall == 0.5
    restored = MetricFrame(
        metrics=metrics.true_positive_rate, y_true=y, y_pred=p, sensitive_features=s,
        zero_division=0)
    assert np.array_equal(restored.by_group, [1, 0, 0])


def test_one_group_lies_apart_from_nobody():
    one = dict(y_true=[0, 1], y_pred=[0, 1], sensitive_features=["A", "A"])
    for name in ("demographic_parity_difference", "demographic_parity_ratio"):
        for method in ("between_groups", "to_overall"):
            with pytest.warns(UNDEFINED, match="selection_rate: 1 of 1 groups; a comparison"):
                assert np.isnan(getattr(metrics, name)(**one, method=method))
    assert metrics.demographic_parity_difference(**one, zero_division=0) == 0
    assert metrics.demographic_parity_ratio(**one, zero_division=0) == 1


def test_a_ratio_of_zeros_is_absent():
    zeros = dict(y_true=[0, 1, 0, 1], y_pred=[0, 1, 0, 1], sensitive_features=list("aabb"))
    with pytest.warns(UNDEFINED, match="false_positive_rate: no group has a value above 0"):
        assert np.isnan(metrics.equalized_odds_ratio(**zeros))
    assert metrics.equalized_odds_difference(**zeros) == 0


def test_strata_are_compared_by_themselves():
    frame = MetricFrame(
        metrics=metrics.true_positive_rate, y_true=[1, 1, 0, 1], y_pred=[1, 0, 1, 1],
        sensitive_features=list("abab"), control_features=pd.Series(list("xxyy"), name="c"))
    with pytest.warns(UNDEFINED, match="1 of 2 groups within c=y; none for a"):
        found = frame.difference()
    assert found["x"] == 1 and np.isnan(found["y"])


def test_rates_of_scikit_learn_follow_the_rule_by_group():
    y, p, s = [1, 0, 0, 0], [1, 0, 0, 0], list("aabb")
    arguments = dict(y_true=y, y_pred=p, sensitive_features=s)
    with pytest.warns(UNDEFINED, match="recall_score: 1 of 2 groups; NaN for b"):
        assert metrics.recall_score_group_min(**arguments) == 1
    assert metrics.recall_score_group_min(**arguments, zero_division=0) == 0
    chosen = functools.partial(sklearn.metrics.recall_score, zero_division=1)
    frame = MetricFrame(metrics=chosen, **arguments)
    assert np.array_equal(frame.by_group, [1, 1])


def test_odds_against_privileged_rows_need_both_sides():
    arguments = {**LONELY, "privileged": "A"}
    for name in ("average_odds_difference", "average_abs_odds_difference"):
        with pytest.warns(UNDEFINED, match="true_positive_rate: 1 of 2 groups; none for unpriv"):
            assert np.isnan(getattr(metrics, name)(**arguments))
        assert np.isfinite(getattr(metrics, name)(**arguments, zero_division=0))


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("groups", [1, 2, 3, 5, 40])
def test_zero_division_restores_fairlearn(groups, seed):
    """Groups with one label or one decision among them."""
    fairlearn = pytest.importorskip("fairlearn.metrics")
    rng = np.random.default_rng([seed, groups])
    n = 6 * groups
    s = np.arange(n) % groups
    y = np.where(s % 3 == 1, seed % 2, rng.integers(0, 2, n))
    p = np.where(s % 3 == 2, seed % 2, rng.integers(0, 2, n))
    names = [
        f"{rate}_{kind}" for kind in ("difference", "ratio")
        for rate in (
            "selection_rate", "true_positive_rate", "false_positive_rate", "true_negative_rate",
            "false_negative_rate", "demographic_parity", "equal_opportunity", "equalized_odds")
    ] + ["accuracy_score_group_min", "zero_one_loss_difference"]
    with warnings.catch_warnings():
        warnings.simplefilter("error", UNDEFINED)
        for name in names:
            ours, theirs = getattr(metrics, name), getattr(fairlearn, name)
            for method in [{}] if "group" in name else [{}, {"method": "to_overall"}]:
                found = ours(y, p, sensitive_features=s, zero_division=0, **method)
                wanted = theirs(y, p, sensitive_features=s, **method)
                assert found == pytest.approx(wanted, nan_ok=True), (name, method)


@pytest.mark.parametrize("groups", [1, 2, 3, 5, 40])
@pytest.mark.filterwarnings("ignore::sklearn.exceptions.UndefinedMetricWarning")
def test_scalars_say_what_the_engine_s_audit_says(groups):
    rng = np.random.default_rng(groups)
    n = 12 * groups
    s = np.arange(n) % groups
    y = np.where(s % 3 == 1, 0, rng.integers(0, 2, n))
    p = np.where(s % 3 == 2, 1, rng.integers(0, 2, n))
    compared = 0
    for row in metrics.audit(y, p, sensitive_features=s.astype(str)).document["disparities"]:
        scalar = getattr(metrics, f"{row['metric']}_{row['kind']}", None)
        if row["method"] != "between_groups" or scalar is None or row["metric"] == "average_odds":
            continue
        found = scalar(y, p, sensitive_features=s)
        wanted = np.nan if row["value"] is None else row["value"]
        assert found == pytest.approx(wanted, nan_ok=True), row
        compared += 1
    assert compared > 12


def test_a_combination_of_controls_without_rows_is_no_warning():
    y = np.array([0, 1, 1, 0, 1, 0])
    controls = {"a": list("xxyyyy"), "b": list("uuuuvv")}  # nobody has x and v
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        frame = MetricFrame(
            metrics=metrics.true_positive_rate, y_true=y, y_pred=y, control_features=controls,
            sensitive_features=list("gggggg"),
        )
        overall = frame.overall
    assert np.isnan(overall[("x", "v")]) and overall[("x", "u")] == 1
