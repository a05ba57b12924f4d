"""Reductions: the published golden tables step by step, and the engine's own search beside them."""

import json
import pathlib

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression

from equipoise import reductions
from equipoise.reductions import ExponentiatedGradient, GridSearch

_GOLDEN = pathlib.Path(__file__).parents[1] / "MitigationTests" / "Golden" / "reductions"
TABLE = json.loads((_GOLDEN / "fairlearn-tables.json").read_text())
X = pd.DataFrame({k: [float(d) for d in TABLE["data"][k]] for k in ("X1", "X2", "X3")})
GROUPS = pd.Series(list(TABLE["data"]["A"]))
LABELS = pd.Series([int(d) for d in TABLE["data"]["y"]])


class LeastSquares:
    """Weighted least squares with a ridge far below the data, so that singular cases are defined."""

    def __init__(self, threshold=None):
        self.threshold = threshold

    def fit(self, X, y, sample_weight):
        weights = np.asarray(sample_weight, dtype=float)
        rows = np.asarray(X, dtype=float)
        gram = rows.T @ (weights[:, None] * rows) + 1e-12 * np.eye(rows.shape[1])
        self.w = np.linalg.solve(gram, rows.T @ (weights * np.asarray(y, dtype=float)))
        return self

    def predict(self, X):
        scores = np.asarray(X, dtype=float) @ self.w
        return scores if self.threshold is None else 1 * (scores > self.threshold)


def _constraints(row: dict):
    kind = getattr(reductions, row["constraint_class"])
    if row.get("ratio") is not None:
        return kind(ratio_bound=row["ratio"], ratio_bound_slack=row["eps"])
    return kind(difference_bound=row["eps"])


@pytest.mark.parametrize(
    "row, flipped",
    [(row, False) for row in TABLE["eg_classification"]]
    + [(row, True) for row in TABLE["eg_classification_flipped_y"]],
)
def test_golden_classification(row, flipped):
    labels = 1 - LABELS if flipped else LABELS
    objective = None
    if row.get("objective"):
        objective = reductions.ErrorRate(costs=row["objective"])
    model = ExponentiatedGradient(
        LeastSquares(0.5),
        constraints=_constraints(row),
        objective=objective,
        eps=row["eps"],
        algorithm="faithful",
    ).fit(X, labels, sensitive_features=GROUPS)
    decide = lambda rows: model._pmf_predict(rows)[:, 1]  # noqa: E731
    disparity = model.constraints_.gamma(decide).max()
    error = reductions.ErrorRate(costs=row.get("objective"))
    error.load_data(X, labels, sensitive_features=GROUPS)
    assert model.best_gap_ == pytest.approx(row["best_gap"], abs=1e-5)
    assert disparity == pytest.approx(row["disp"], abs=1e-5)
    assert error.gamma(decide).iloc[0] == pytest.approx(row["error"], abs=1e-5)
    assert model.last_iter_ == row["last_iter"]
    assert model.n_oracle_calls_ == row["n_oracle_calls"]
    assert model.n_oracle_calls_dummy_returned_ == row["n_oracle_calls_dummy_returned"]
    assert len(model.predictors_) == row["n_predictors"]


@pytest.fixture(scope="module")
def data():
    rng = np.random.default_rng(5)
    n = 1000
    groups = rng.choice(["a", "b", "c"], n)
    rows = rng.normal(size=(n, 4))
    rows[:, 0] += groups == "a"
    labels = (rows[:, 0] + rng.normal(size=n) > 0.5).astype(int)
    return rows, labels, groups


@pytest.mark.parametrize(
    "kind",
    [
        reductions.DemographicParity,
        reductions.EqualizedOdds,
        reductions.TruePositiveRateParity,
        reductions.FalsePositiveRateParity,
        reductions.ErrorRateParity,
    ],
)
def test_weights_and_moments_against_the_dense_definition(data, kind):
    rows, labels, groups = data
    strata = np.where(rows[:, 3] > 0, "u", "v")
    moment = kind(ratio_bound=0.8, ratio_bound_slack=0.01)
    moment.load_data(rows, labels, sensitive_features=groups, control_features=strata)
    decisions = (rows[:, 1] > 0).astype(float)
    utility = moment.utilities[:, 0] + moment.utility_diff * decisions
    gamma = moment.gamma(lambda _: decisions)
    rng = np.random.default_rng(0)
    multipliers = pd.Series(rng.uniform(size=len(moment.index)), index=moment.index)
    weights = np.zeros(len(labels))
    for sign, event, group in moment.index:
        in_event = (moment.tags["event"] == event).to_numpy()
        in_cell = in_event & (groups == group)
        pooled, own = utility[in_event].mean(), utility[in_cell].mean()
        expected = 0.8 * own - pooled if sign == "+" else 0.8 * pooled - own
        assert gamma[sign, event, group] == pytest.approx(expected, abs=1e-12)
        n = len(labels)
        a, b = (1.0, -0.8) if sign == "+" else (-0.8, 1.0)
        column = a * in_event / (in_event.sum() / n) + b * in_cell / (in_cell.sum() / n)
        weights += multipliers[sign, event, group] * column
    np.testing.assert_allclose(
        moment.signed_weights(multipliers), moment.utility_diff * weights, atol=1e-10
    )


@pytest.mark.parametrize("estimator", [None, LogisticRegression()])
@pytest.mark.parametrize("bound", [0.0, 0.02])
def test_fast_meets_the_bound_and_errs_no_more(data, estimator, bound):
    rows, labels, groups = data
    fast = ExponentiatedGradient(
        estimator, reductions.DemographicParity(difference_bound=bound)
    ).fit(rows, labels, sensitive_features=groups)
    faithful = ExponentiatedGradient(
        LogisticRegression(),
        reductions.DemographicParity(difference_bound=bound),
        algorithm="faithful",
    ).fit(rows, labels, sensitive_features=groups)

    def error(model):
        return np.abs(model._pmf_predict(rows)[:, 1] - labels).mean()

    gamma = fast.constraints_.gamma(lambda _: fast._pmf_predict(rows)[:, 1])
    assert gamma.max() <= bound + 1e-9
    assert error(fast) <= error(faithful) + 1e-3
    assert set(np.unique(fast.predict(rows, random_state=0))) <= {0, 1}
    np.testing.assert_array_equal(
        fast.predict(rows, random_state=1), fast.predict(rows, random_state=1)
    )


def test_a_grid_spans_the_multipliers(data):
    rows, labels, groups = data
    search = GridSearch(LogisticRegression(), reductions.DemographicParity(), grid_size=9)
    search.fit(rows, labels, sensitive_features=groups)
    assert search.lambda_vecs_.shape == (6, 9)
    assert len(search.predictors_) == 9
    losses = [
        0.5 * search.objectives_[k] + 0.5 * search.gammas_[k].max() for k in range(9)
    ]
    assert search.best_idx_ == int(np.argmin(losses))


def test_errors_name_what_is_wrong(data):
    rows, labels, groups = data
    with pytest.raises(ValueError, match="Only one of difference_bound"):
        reductions.DemographicParity(difference_bound=0.1, ratio_bound=0.8)
    with pytest.raises(ValueError, match="sensitive_features"):
        ExponentiatedGradient(None, reductions.DemographicParity()).fit(rows, labels)
    with pytest.raises(ValueError, match="not 0 or 1"):
        ExponentiatedGradient(LogisticRegression(), reductions.DemographicParity()).fit(
            rows, labels + 1, sensitive_features=groups
        )
    with pytest.raises(ValueError, match="algorithm"):
        ExponentiatedGradient(
            LogisticRegression(), reductions.DemographicParity(), algorithm="slow"
        ).fit(rows, labels, sensitive_features=groups)
    with pytest.raises(ValueError, match="fast.*cannot be used"):
        ExponentiatedGradient(
            LeastSquares(0.5), reductions.DemographicParity(), algorithm="fast"
        ).fit(rows, labels, sensitive_features=groups)


@pytest.mark.parametrize("constraint", ["DemographicParity", "EqualizedOdds"])
def test_a_grid_in_the_engine_is_that_of_the_estimator(constraint):
    rng = np.random.default_rng(21)
    group = rng.integers(0, 2, 1500)
    X = pd.DataFrame(rng.normal(size=(1500, 4)), columns=list("abcd"))
    X["a"] += group
    y = (X["a"] - X["b"] + rng.normal(size=1500) > 0.5).astype(int)
    moment = getattr(reductions, constraint)()
    searches = [
        reductions.GridSearch(
            LogisticRegression(C=0.3, tol=1e-10, max_iter=10_000), moment, grid_size=9, algorithm=algorithm
        ).fit(X, y, sensitive_features=group)
        for algorithm in ("fast", "faithful")
    ]
    fast, faithful = searches
    assert fast.best_idx_ == faithful.best_idx_
    for one, other in zip(fast.predictors_, faithful.predictors_):
        assert type(one) is type(other)
        if type(one) is LogisticRegression:
            np.testing.assert_allclose(one.coef_, other.coef_, atol=1e-4)
            np.testing.assert_allclose(
                one.predict_proba(X), other.predict_proba(X), atol=1e-4
            )
    np.testing.assert_array_equal(fast.predict(X), faithful.predict(X))
    with pytest.raises(ValueError, match="fast"):
        reductions.GridSearch(LogisticRegression(solver="liblinear"), moment, algorithm="fast").fit(
            X, y, sensitive_features=group
        )


def test_labels_of_one_class_need_no_learner():
    model = ExponentiatedGradient(LogisticRegression(), reductions.DemographicParity())
    model.fit([[10], [50], [10]], [1, 1, 1], sensitive_features=["a", "b", "b"])
    assert model.n_oracle_calls_dummy_returned_ > 0
    assert (model.predict(np.array([[1], [2]]), random_state=0) == 1).all()


def test_members_of_a_regression_are_columns():
    from sklearn.linear_model import LinearRegression

    rng = np.random.default_rng(2)
    X = rng.normal(size=(60, 2))
    y = np.clip(X[:, 0] / 6 + 0.5, 0, 1)
    groups = rng.integers(2, size=60)
    loss = reductions.BoundedGroupLoss(reductions.SquareLoss(0, 1), upper_bound=0.1)
    model = ExponentiatedGradient(LinearRegression(), loss).fit(X, y, sensitive_features=groups)
    members = model._pmf_predict(X)
    assert list(members.columns) == list(model.predictors_.index)
    for k, member in model.predictors_.items():
        said = member.predict(X) if model.weights_[k] > 0 else np.zeros(len(X))
        np.testing.assert_array_equal(members[k], said)


def test_a_grid_that_is_too_coarse_is_logged(caplog):
    rng = np.random.default_rng(3)
    X, y, groups = rng.normal(size=(80, 2)), rng.integers(2, size=80), np.arange(80) % 6
    GridSearch(LogisticRegression(), reductions.DemographicParity(), grid_size=10).fit(
        X, y, sensitive_features=groups)
    dimensions, points = (record.getMessage() for record in caplog.records)
    assert "5 dimensions" in dimensions and "at least 32" in points
    caplog.clear()
    GridSearch(LogisticRegression(), reductions.DemographicParity(), grid_size=10).fit(
        X, y, sensitive_features=groups % 2)
    assert not caplog.records


@pytest.mark.parametrize("X, y, message", [
    ([[1.0], [2.0]], None, "nonempty y"),
    (None, [0, 1], "2D array"),
    ([[1.0], [2.0]], [0, 1, 1], r"same number of rows: \[2, 3\]"),
    ([[1.0], [2.0]], [[0, 1], [1, 0]], r"got y of shape=\(\(2, 2\)\)"),
])
def test_rows_that_do_not_fit_are_named(X, y, message):
    for model in [
        GridSearch(LogisticRegression(), reductions.DemographicParity()),
        ExponentiatedGradient(LogisticRegression(), reductions.DemographicParity()),
    ]:
        with pytest.raises(ValueError, match=message):
            model.fit(X, y, sensitive_features=["a", "b"])
