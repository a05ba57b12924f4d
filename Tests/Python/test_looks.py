"""What results show of themselves: numbers, and help for every public name."""

from __future__ import annotations

import inspect

import equipoise
import numpy as np
import pytest
from equipoise import metrics
from equipoise.metrics import MetricFrame, count, selection_rate, true_positive_rate

GROUPS = {"sex": ["f", "f", "m", "m"]}


def test_a_frame_of_metrics_shows_its_values():
    frame = MetricFrame(
        metrics={"rate": selection_rate, "count": count}, y_true=[0, 1, 1, 0],
        y_pred=[1, 1, 1, 0], sensitive_features=GROUPS)
    lines = repr(frame).splitlines()
    assert lines[0] == "MetricFrame of 4 rows: 2 groups of sex"
    assert lines[1] == "overall: rate 0.75, count 4"
    assert [line.split() for line in lines[-2:]] == [["f", "1", "2"], ["m", "0.5", "2"]]
    assert "<td>0.5</td>" in frame._repr_html_() and "overall: rate 0.75" in frame._repr_html_()


def test_a_frame_shows_what_is_missing_without_a_warning(recwarn):
    frame = MetricFrame(
        metrics=true_positive_rate, y_true=[0, 0, 1, 1], y_pred=[1, 1, 1, 0],
        sensitive_features=GROUPS, control_features={"age": ["<30>"] * 4})
    recwarn.clear()
    assert repr(frame).splitlines()[0] == "MetricFrame of 4 rows: 2 groups of sex within age"
    assert "overall" not in repr(frame) and "true_positive_rate" in repr(frame)
    assert "&lt;30&gt;" in frame._repr_html_() and not recwarn.list


def test_a_frame_of_many_groups_stays_short():
    groups = np.arange(500)
    frame = MetricFrame(
        metrics=selection_rate, y_true=groups % 2, y_pred=groups % 2, sensitive_features=groups)
    assert "500 groups" in repr(frame) and len(repr(frame).splitlines()) < 30


def test_cells_that_are_no_numbers_are_shown():
    def pairs(y_true, y_pred):
        return [len(y_true), len(y_pred)]

    frame = MetricFrame(
        metrics=pairs, y_true=[0, 1, 1, 0], y_pred=[1, 1, 1, 0], sensitive_features=GROUPS)
    assert "[2, 2]" in repr(frame) and "overall: pairs [4, 4]" in repr(frame)


def test_predictions_show_how_many_are_positive():
    table = {"x": [0.0, 1.0, 2.0, 3.0], "y": [0, 0, 1, 1], "v": [1.0, 2.0, 3.0, 4.0]}
    model = equipoise.train("logistic", table, label="y", drop="v")
    assert repr(model.predict(table)) == "Predictions(4 rows, 50.00% positive)"


@pytest.mark.parametrize("stage", ["preprocessing", "postprocessing"])
def test_methods_of_stages_print_as_tables(stage):
    listed = getattr(equipoise, stage).methods()
    lines = repr(listed).splitlines()
    assert lines[0].split()[:2] == ["name", "family"] and len(lines) == len(listed) + 1


def test_generated_metrics_tell_what_they_compare():
    told = inspect.getdoc(metrics.selection_rate_ratio)
    assert told.startswith("The smallest ratio of `selection_rate` between groups, at most 1")
    assert "P(ŷ = pos_label)" in told and '"to_overall"' in told
    assert "method" not in inspect.getdoc(metrics.log_loss_group_max)
    own = metrics.make_derived_metric(
        metric=lambda y_true, y_pred: 0.0, transform="group_min", sample_param_names=[])
    assert own.__doc__.startswith("The smallest `<lambda>` of any group.")


@pytest.mark.parametrize("name", metrics._derived.__all__)
def test_generated_metrics_are_called_what_they_are(name):
    made = getattr(metrics, name)
    assert made.__name__ == name and inspect.getdoc(made)


def test_typed_bases_are_those_of_scikit_learn():
    import sklearn.base
    from equipoise import _bases

    for name in set(_bases.__all__) - {"available_if"}:
        assert getattr(_bases, name) is getattr(sklearn.base, name)


def test_constraints_show_their_bounds():
    from equipoise import reductions

    loss = reductions.SquareLoss(0, 1)
    assert repr(reductions.DemographicParity()) == "DemographicParity(difference_bound=0.01)"
    for written in (
        "EqualizedOdds(difference_bound=0.05)", "ErrorRateParity(ratio_bound=0.8)",
        "TruePositiveRateParity(ratio_bound=0.8, ratio_bound_slack=0.1)", "ErrorRate()",
        "ErrorRate(costs={'fp': 1.0, 'fn': 3.0})", "ZeroOneLoss()",
        "AbsoluteLoss(min_val=0, max_val=2)", f"MeanLoss(loss={loss})",
        f"BoundedGroupLoss(loss={loss}, upper_bound=0.2)",
    ):
        assert repr(eval(written, vars(reductions) | {
            name: getattr(reductions, name) for name in reductions.__all__})) == written
    search = reductions.GridSearch(None, reductions.DemographicParity(difference_bound=0.1))
    assert "DemographicParity(difference_bound=0.1)" in repr(search)
