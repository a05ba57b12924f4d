"""Pictures by group: what Fairlearn draws, line by line."""

import inspect
import warnings

import numpy as np
import pytest
from sklearn.exceptions import UndefinedMetricWarning
from sklearn.metrics import accuracy_score, recall_score

from equipoise import metrics
from equipoise.experimental.enable_metric_frame_plotting import plot_metric_frame

matplotlib = pytest.importorskip("matplotlib")
matplotlib.use("Agg")


@pytest.fixture(autouse=True)
def no_figures_stay():
    yield
    matplotlib.pyplot.close("all")


@pytest.fixture(scope="module")
def rows():
    rng = np.random.default_rng(0)
    n = 400
    y = rng.integers(0, 2, n)
    return {
        "y": y, "p": rng.integers(0, 2, n), "score": y + rng.normal(size=n),
        "g": rng.choice(list("ab"), n), "h": rng.integers(0, 2, n),
    }


def drawn(axes):
    """Everything that is seen in each picture."""
    return [
        {
            "lines": [(line.get_label(), line.get_xydata().tolist()) for line in ax.lines],
            "bars": [bar.get_height() for bar in ax.patches],
            "texts": [text.get_text() for text in ax.texts],
            "legend": [text.get_text() for text in ax.get_legend().get_texts()],
            "intervals": [
                np.round(part.get_segments(), 9).tolist() for part in ax.collections
                if hasattr(part, "get_segments")
            ],
            "title": ax.get_title(),
        }
        for ax in np.ravel(np.asarray(axes, dtype=object))
    ]


def bounds(y_true, y_pred):
    return [0.2, 0.9]


METRICS = {"recall": recall_score, "accuracy": accuracy_score, "bounds": bounds}


@pytest.mark.parametrize("options", [
    {},
    {"kind": "bar"},
    {"metrics": "recall"},
    {"metrics": ["recall", "accuracy"], "subplots": False},
    {"metrics": ["recall", "accuracy"], "conf_intervals": ["bounds", "bounds"]},
    {"metrics": ["recall"], "conf_intervals": "bounds", "kind": "bar", "plot_ci_labels": True},
    {"metrics": ["recall", "accuracy"], "conf_intervals": ["bounds"] * 2, "subplots": False},
])
@pytest.mark.parametrize("features", ["g", "gh"])
def test_frames_are_drawn_as_fairlearn_draws_them(rows, options, features):
    fairlearn = pytest.importorskip("fairlearn.metrics")
    theirs = pytest.importorskip("fairlearn.metrics._plotter").plot_metric_frame
    if "conf_intervals" not in inspect.signature(theirs).parameters:
        pytest.skip("an earlier Fairlearn")
    arguments = {
        "metrics": METRICS, "y_true": rows["y"], "y_pred": rows["p"],
        "sensitive_features": {name: rows[name] for name in features},
    }
    expected = drawn(theirs(fairlearn.MetricFrame(**arguments), **options))
    assert drawn(plot_metric_frame(metrics.MetricFrame(**arguments), **options)) == expected


@pytest.mark.parametrize("which", [METRICS["recall"], {"recall": recall_score}])
def test_intervals_of_a_frame_are_its_bootstrap(rows, which):
    frame = metrics.MetricFrame(
        metrics=which, y_true=rows["y"], y_pred=rows["p"], sensitive_features=rows["g"],
        n_boot=30, ci_quantiles=[0.9, 0.1], random_state=0,
    )
    (picture,) = drawn(plot_metric_frame(frame))
    low, high = np.asarray(frame.by_group_ci[1]).ravel(), np.asarray(frame.by_group_ci[0]).ravel()
    ends = np.array(picture["intervals"][0])[:, :, 1]
    np.testing.assert_allclose(ends, np.column_stack([low, high]))
    assert picture["legend"][-1] == "Conf. Intervals"


def test_of_several_quantiles_the_outermost_are_drawn(rows):
    frame = metrics.MetricFrame(
        metrics=recall_score, y_true=rows["y"], y_pred=rows["p"], sensitive_features=rows["g"],
        n_boot=30, ci_quantiles=[0.1, 0.5, 0.9], random_state=0,
    )
    with pytest.warns(UserWarning, match="outermost"):
        (picture,) = drawn(plot_metric_frame(frame))
    ends = np.array(picture["intervals"][0])[:, :, 1]
    np.testing.assert_allclose(ends[:, 1], np.asarray(frame.by_group_ci[2]).ravel())


@pytest.mark.parametrize("options, message", [
    ({"metrics": 3}, "name or a list"),
    ({"metrics": []}, "at least one"),
    ({"metrics": ["recall", "accuracy"], "conf_intervals": ["bounds"]}, "2 metrics"),
    ({"metrics": "recall", "conf_intervals": "accuracy"}, "length 2"),
    ({"metrics": "recall", "conf_intervals": "flipped"}, "less than the lower"),
])
def test_frames_that_cannot_be_drawn(rows, options, message):
    frame = metrics.MetricFrame(
        metrics={**METRICS, "flipped": lambda y_true, y_pred: [0.9, 0.2]}, y_true=rows["y"],
        y_pred=rows["p"], sensitive_features=rows["g"],
    )
    with pytest.raises(ValueError, match=message):
        plot_metric_frame(frame, **options)
    with pytest.raises(ValueError, match="MetricFrame"):
        plot_metric_frame(frame.by_group)


@pytest.mark.parametrize("options", [
    {}, {"plot_overall": False, "title": "a title"}, {"plot_chance_level": False, "pos_label": 1},
])
@pytest.mark.parametrize("features", ["g", "h", "gh"])
def test_curves_are_drawn_as_fairlearn_draws_them(rows, options, features):
    fairlearn = pytest.importorskip("fairlearn.metrics")
    if not hasattr(fairlearn, "plot_roc_curve_by_group"):
        pytest.skip("an earlier Fairlearn")
    found = {name: rows[name] for name in features}
    first, second = (
        drawn(of.plot_roc_curve_by_group(
            rows["y"], rows["score"], sensitive_features=found, **options))
        for of in (metrics, fairlearn)
    )
    assert first == second


def test_curves_take_what_metrics_take(rows):
    axes = matplotlib.pyplot.subplots()[1]
    labels = np.where(rows["y"] == 1, "yes", "no")
    found = metrics.plot_roc_curve_by_group(
        list(labels), list(rows["score"]), sensitive_features=list(rows["g"]), pos_label="yes",
        ax=axes,
    )
    expected = metrics.plot_roc_curve_by_group(
        rows["y"], rows["score"], sensitive_features=rows["g"])
    assert found is axes and drawn(found) == drawn(expected)
    with pytest.raises(ValueError, match="missing"):
        metrics.plot_roc_curve_by_group(
            rows["y"], rows["score"], sensitive_features=np.where(rows["h"], rows["g"], None))
    with pytest.warns(UndefinedMetricWarning, match="none for a, b"):
        metrics.plot_roc_curve_by_group(
            rows["y"], rows["score"], sensitive_features=np.where(rows["y"], "a", "b"))
    with pytest.raises(ValueError, match="399"):
        metrics.plot_roc_curve_by_group(
            rows["y"], rows["score"][1:], sensitive_features=rows["g"])


@pytest.mark.parametrize("name", ["plot_roc_curve_by_group", "plot_model_comparison"])
def test_arguments_are_fairlearns(name):
    fairlearn = pytest.importorskip("fairlearn.metrics")
    if not hasattr(fairlearn, name):
        pytest.skip("an earlier Fairlearn")
    theirs = inspect.signature(getattr(fairlearn, name)).parameters
    assert set(theirs) <= set(inspect.signature(getattr(metrics, name)).parameters)


def test_nothing_is_warned_of(rows):
    frame = metrics.MetricFrame(
        metrics=METRICS, y_true=rows["y"], y_pred=rows["p"], sensitive_features=rows["g"])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        plot_metric_frame(frame)
        metrics.plot_roc_curve_by_group(rows["y"], rows["score"], sensitive_features=rows["g"])
