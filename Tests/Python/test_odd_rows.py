"""What estimators and metrics do with masks, mixtures, odd weights, indexes and names."""

from __future__ import annotations

import datetime

import numpy as np
import pandas as pd
import polars as pl
import pytest
from equipoise import metrics
from equipoise.adversarial import AdversarialFairnessClassifier
from equipoise.linear_model import (
    LogisticRegression,
    PenalizedLogisticRegression,
    PrejudiceRemoverClassifier,
)
from equipoise.postprocessing import GroupThresholds, ThresholdOptimizer
from equipoise.preprocessing import (
    CorrelationRemover,
    DisparateImpactRemover,
    Massaging,
    Preprocessed,
    Preprocessor,
    Reweighing,
)
from equipoise.reductions import DemographicParity, ExponentiatedGradient, GridSearch
from sklearn import linear_model
from sklearn.exceptions import UndefinedMetricWarning
from sklearn.metrics import accuracy_score, zero_one_loss
from sklearn.tree import DecisionTreeClassifier

N = 60
R = np.random.default_rng(4)
GROUP = R.integers(0, 2, N)
X = R.normal(size=(N, 2)) + GROUP[:, None]
Y = (X.sum(axis=1) + R.normal(size=N) > 1).astype(int)

ESTIMATORS = {
    "penalized": lambda: PenalizedLogisticRegression(),
    "adversarial": lambda: AdversarialFairnessClassifier(epochs=1, random_state=0),
    "massaged": lambda: Preprocessed(LogisticRegression(), Massaging()),
    "gradient": lambda: ExponentiatedGradient(None, DemographicParity()),
    "steps": lambda: ExponentiatedGradient(
        DecisionTreeClassifier(max_depth=2), DemographicParity(), algorithm="faithful",
        max_iter=3),
    "grid": lambda: GridSearch(
        linear_model.LogisticRegression(), DemographicParity(), grid_size=3),
    "trees": lambda: GridSearch(
        DecisionTreeClassifier(max_depth=2), DemographicParity(), grid_size=3),
    "thresholds": lambda: GroupThresholds(linear_model.LogisticRegression()),
    "optimizer": lambda: ThresholdOptimizer(
        estimator=linear_model.LogisticRegression(), predict_method="predict_proba"),
}
AT_PREDICTION = ("thresholds", "optimizer")
REDUCTIONS = ("gradient", "steps", "grid", "trees")


def fitted(name, X=X, y=Y, s=GROUP, **more):
    return ESTIMATORS[name]().fit(X, y, sensitive_features=s, **more)


def predicted(name, model, X=X):
    groups = {"sensitive_features": GROUP} if name in AT_PREDICTION else {}
    return model.predict(X, **groups)


@pytest.mark.parametrize("name", ESTIMATORS)
def test_a_mask_hides_a_feature(name):
    masked = np.ma.array(X, mask=np.zeros(X.shape, dtype=bool))
    masked.mask[7, 1] = True
    with pytest.raises(ValueError, match="row 7, column 1"):
        fitted(name, X=masked)
    model = fitted(name, X=np.ma.array(X))
    with pytest.raises(ValueError, match="row 7, column 1"):
        predicted(name, model, masked)


def test_other_doors_see_masks():
    masked = np.ma.array(X, mask=np.arange(2 * N).reshape(N, 2) == 9)
    for refuse in (
        lambda: CorrelationRemover(sensitive_feature_ids=[0]).fit(masked),
        lambda: metrics.consistency_score(masked, Y),
        lambda: Reweighing().fit(masked, Y, sensitive_features=GROUP),
    ):
        with pytest.raises(ValueError, match="row 4, column 1"):
            refuse()


@pytest.mark.parametrize("hole", [None, np.nan, pd.NA, pd.NaT])
def test_objects_may_lack_a_number(hole):
    odd = X.astype(object)
    odd[3, 0] = hole
    with pytest.raises(ValueError, match="NaN"):
        fitted("penalized", X=odd)


@pytest.mark.parametrize("name", ["penalized", "adversarial", "massaged"])
def test_columns_of_a_dictionary_are_those_of_a_frame(name):
    columns = {"a": X[:, 0], "b": X[:, 1].tolist()}
    model = fitted(name, X=columns)
    assert list(model.feature_names_in_) == ["a", "b"]
    expected = fitted(name, X=pd.DataFrame(columns)).predict(pd.DataFrame(columns))
    np.testing.assert_array_equal(model.predict(columns), expected)


@pytest.mark.parametrize("name", ESTIMATORS)
def test_numbers_and_texts_are_no_groups_together(name):
    mixed = np.array([1 if g else "1" for g in GROUP], dtype=object)
    with pytest.raises(ValueError, match="mixes numbers and texts"):
        fitted(name, s=mixed)


@pytest.mark.parametrize("name", ESTIMATORS)
def test_equal_values_are_one_group(name):
    mixed = np.array([(1, 1.0, True)[k % 3] if g else 0 for k, g in enumerate(GROUP)], dtype=object)
    for same in (mixed, {"a": mixed, "b": np.repeat("x", N)}):
        plain = GROUP if same is mixed else {"a": GROUP, "b": np.repeat("x", N)}
        np.testing.assert_array_equal(
            fitted(name, s=same).predict(X, **draws(name, same)),
            fitted(name, s=plain).predict(X, **draws(name, plain)))


def draws(name, groups):
    seed = {"random_state": 0} if name in ("gradient", "steps", *AT_PREDICTION) else {}
    return {**seed, **({"sensitive_features": groups} if name in AT_PREDICTION else {})}


@pytest.mark.parametrize("name", REDUCTIONS)
def test_reductions_take_days_as_groups(name):
    days = np.datetime64("2020-01-01") + GROUP.astype("m8[D]")
    objects = np.array([datetime.date(2020, 1, 1 + g) for g in GROUP], dtype=object)
    for groups in (days, objects):
        np.testing.assert_array_equal(
            fitted(name, s=groups).predict(X, **draws(name, None)),
            fitted(name).predict(X, **draws(name, None)))


@pytest.mark.parametrize("name", ESTIMATORS)
@pytest.mark.parametrize("weight", [-1.0, np.inf])
def test_weights_are_finite_and_at_least_0(name, weight):
    weights = np.ones(N)
    weights[5] = weight
    with pytest.raises(ValueError, match="weight|infinity"):
        fitted(name, sample_weight=weights)


@pytest.mark.parametrize("name", ESTIMATORS)
def test_weights_go_by_the_index_of_the_labels(name):
    labels = [f"row {k}" for k in range(N)]
    weights = pd.Series(np.arange(N) + 1.0, index=labels[::-1])
    with pytest.raises(ValueError, match="different indexes"):
        fitted(name, y=pd.Series(Y, index=labels), sample_weight=weights)


def test_series_without_a_name():
    groups = pl.Series(GROUP.astype(str))
    assert groups.name == ""
    frame = metrics.MetricFrame(
        metrics=metrics.selection_rate, y_true=Y, y_pred=Y, sensitive_features=groups)
    assert frame.sensitive_levels == ["sensitive_feature_0"]
    audited = metrics.audit(Y, Y, sensitive_features=groups)
    assert set(audited.groups["attribute"]) == {"sensitive_feature"}


def test_privileged_values_of_several_types():
    rate = metrics.statistical_parity_difference
    expected = rate(Y, sensitive_features=GROUP, privileged=1)
    assert rate(Y, sensitive_features=GROUP, privileged=["x", 1]) == expected
    assert rate(Y, sensitive_features=GROUP, privileged=(True,)) == expected
    assert rate(Y, sensitive_features=GROUP.astype(str), privileged=["x", "1"]) == expected


@pytest.mark.parametrize("alpha", [-1, 1.5, np.nan, "1"])
def test_the_share_of_a_correlation_is_one(alpha):
    with pytest.raises(ValueError, match="alpha must be a number"):
        CorrelationRemover(sensitive_feature_ids=[0], alpha=alpha).fit(X)


def test_what_fairlearn_keeps_of_a_fit():
    frame = pd.DataFrame(X, columns=["a", "b"])
    assert CorrelationRemover(sensitive_feature_ids=["b"]).fit(frame).lookup_ == {"a": 0, "b": 1}
    assert CorrelationRemover(sensitive_feature_ids=[0]).fit(X).lookup_ == {0: 0, 1: 1}
    search = GridSearch(DecisionTreeClassifier(), DemographicParity(), constraint_weight=0.25)
    assert search.objective_weight == 0.75


def test_columns_of_extremes_have_the_types_of_a_mixed_table():
    frame = metrics.MetricFrame(
        metrics={"rows": metrics.count, "rate": metrics.selection_rate}, y_true=Y, y_pred=Y,
        sensitive_features=GROUP, control_features=np.tile(["u", "v"], N // 2))
    for table in (frame.group_min(), frame.group_max(), frame.by_group):
        assert set(map(str, table.dtypes)) == {"float64"}
    told = metrics.MetricFrame(
        metrics={"rows": metrics.count, "rate": metrics.selection_rate, "text": lambda y, p: "x"},
        y_true=Y, y_pred=Y, sensitive_features=GROUP)
    assert [kind.kind for kind in told.by_group.dtypes][:2] == ["i", "f"]


def test_preprocessors_name_themselves_in_what_they_advise():
    with pytest.raises(ValueError, match=r"Preprocessor\(method='label-flipping'\)"):
        Preprocessor("label-flipping").fit_transform(X, Y, sensitive_features=GROUP)


class TestCurves:
    """Of receiver operating characteristics."""

    def test_rows_go_by_their_index(self):
        pytest.importorskip("matplotlib").use("Agg")
        labels = [f"row {k}" for k in range(N)]
        with pytest.raises(ValueError, match="different indexes"):
            metrics.plot_roc_curve_by_group(
                pd.Series(Y, index=labels), X[:, 0],
                sensitive_features=pd.Series(GROUP, index=labels[::-1]))

    def test_a_score_may_not_be_missing(self):
        pytest.importorskip("matplotlib").use("Agg")
        scores = np.where(np.arange(N) == 5, np.nan, X[:, 0])
        with pytest.raises(ValueError, match="y_score is missing in row 5"):
            metrics.plot_roc_curve_by_group(Y, scores, sensitive_features=GROUP)

    def test_a_group_of_one_class_has_none(self):
        pytest.importorskip("matplotlib").use("Agg")
        groups = np.where((Y == 1) & (np.arange(N) < 20), "c", GROUP.astype(str))
        with pytest.warns(UndefinedMetricWarning, match="none for c"):
            axes = metrics.plot_roc_curve_by_group(Y, X[:, 0], sensitive_features=groups)
        names = [line.get_label().split(" (")[0] for line in axes.get_lines()]
        assert sorted(names) == ["0", "1", "Chance level", "Overall"]
        with pytest.raises(ValueError, match="y_true has one"):
            metrics.plot_roc_curve_by_group(Y * 0, X[:, 0], sensitive_features=groups)


@pytest.mark.parametrize("name", ESTIMATORS)
@pytest.mark.parametrize("one", [np.zeros(N), ["x"] * N, {"a": np.zeros(N), "b": ["x"] * N}])
def test_one_group_is_told(name, one):
    with pytest.warns(UserWarning, match="all rows are of one group .*nothing to mitigate"):
        fitted(name, s=one)


WEIGHED = {
    "frame": lambda y, w: metrics.MetricFrame(
        metrics=accuracy_score, y_true=y, y_pred=Y, sensitive_features=GROUP,
        sample_params={"sample_weight": w}),
    "frames": lambda y, w: metrics.MetricFrame(
        metrics={"error": zero_one_loss, "rate": metrics.selection_rate}, y_true=y, y_pred=Y,
        sensitive_features=GROUP, sample_params={"error": {"sample_weight": w}}),
    "gap": lambda y, w: metrics.demographic_parity_difference(
        y, Y, sensitive_features=GROUP, sample_weight=w),
    "derived": lambda y, w: metrics.mean_squared_error_group_max(
        y, Y, sensitive_features=GROUP, sample_weight=w),
    "rate": lambda y, w: metrics.selection_rate(y, Y, sample_weight=w),
    "mean": lambda y, w: metrics.mean_prediction(y, Y, sample_weight=w),
    "imbalance": lambda y, w: metrics.class_imbalance(y, sensitive_features=GROUP, sample_weight=w),
    "entropy": lambda y, w: metrics.theil_index(y, Y, sample_weight=w),
}


@pytest.mark.parametrize("name", WEIGHED)
class TestWeightsOfMetrics:
    """Of counted metrics and of those that scikit-learn computes."""

    @pytest.mark.parametrize("weight", [-1.0, np.inf, np.nan, None, pd.NA])
    def test_numbers_that_are_no_weights(self, name, weight):
        weights = np.ones(N, dtype=object)
        weights[5] = weight
        with pytest.raises(ValueError, match="row 5"):
            WEIGHED[name](Y, weights)

    def test_masks(self, name):
        with pytest.raises(ValueError, match="row 5"):
            WEIGHED[name](Y, np.ma.array(np.ones(N), mask=np.arange(N) == 5))

    def test_indexes(self, name):
        labels = [f"row {k}" for k in range(N)]
        weights = pd.Series(np.arange(N) + 1.0, index=labels[::-1])
        with pytest.raises(ValueError, match="different indexes"):
            WEIGHED[name](pd.Series(Y, index=labels), weights)

    def test_texts(self, name):
        with pytest.raises(ValueError, match="must be numbers"):
            WEIGHED[name](Y, ["much"] * N)


def test_an_index_of_no_weight_is_not_defined():
    with pytest.warns(UndefinedMetricWarning, match="no row has weight"):
        assert np.isnan(metrics.theil_index(Y, Y, sample_weight=np.zeros(N)))


MOVERS = {
    "impact": lambda: Preprocessed(LogisticRegression(), DisparateImpactRemover()),
    "transport": lambda: Preprocessed(LogisticRegression(), Preprocessor("optimal-transport")),
    "prejudice": lambda: PrejudiceRemoverClassifier(),
    "thresholds": lambda: GroupThresholds(LogisticRegression(), least_group=0),
}


@pytest.mark.parametrize("name", MOVERS)
def test_groups_of_a_prediction_are_found_again(name):
    texts = np.where(GROUP, "b", "a")
    for before, after in (
        (GROUP, GROUP.astype(bool)), (GROUP.astype(bool), GROUP), (GROUP, GROUP.astype(float)),
        (pd.Series(texts, name="g"), texts), (texts, pl.Series("h", texts)),
        (pd.Series(texts, name="g"), pd.Series(texts, name="h")),
        (pd.DataFrame({"g": texts, "one": "x"}), np.column_stack([texts, ["x"] * N])),
        (pd.DataFrame({"g": texts, "one": "x"}), {"one": ["x"] * N, "g": texts}),
    ):
        model = MOVERS[name]().fit(X, Y, sensitive_features=before)
        np.testing.assert_array_equal(
            model.predict(X, sensitive_features=after), model.predict(X, sensitive_features=before))
    model = MOVERS[name]().fit(X, Y, sensitive_features={"g": texts})
    with pytest.raises(ValueError, match="'g'|fit were g"):
        model.predict(X, sensitive_features={"h": texts})
