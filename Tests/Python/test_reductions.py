"""Reductions: the published golden tables step by step, and the engine's own search beside them."""

import json
import pathlib
import warnings

import numpy as np
import pandas as pd
import pytest
import scipy.sparse
import sklearn
from sklearn.base import clone
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.model_selection import GridSearchCV

from equipoise import reductions
from equipoise.linear_model import LogisticRegression as NativeLogisticRegression
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
        reductions.GridSearch(
            LogisticRegression(class_weight="balanced"), moment, algorithm="fast"
        ).fit(X, y, sensitive_features=group)


class Silent(LeastSquares):
    """A learner whose `fit` returns nothing."""

    def fit(self, X, y, sample_weight):
        super().fit(X, y, sample_weight)


@pytest.mark.parametrize("make", [ExponentiatedGradient, GridSearch])
def test_a_learner_may_return_nothing_from_its_fit(data, make):
    rows, labels, groups = data
    silent, speaking = (
        make(kind(0.5), reductions.DemographicParity()).fit(rows, labels, sensitive_features=groups)
        for kind in (Silent, LeastSquares)
    )
    assert isinstance(silent.predictors_[0], Silent)
    np.testing.assert_array_equal(
        silent.predictors_[0].predict(rows), speaking.predictors_[0].predict(rows))


def test_labels_of_one_class_need_no_learner():
    model = ExponentiatedGradient(LogisticRegression(), reductions.DemographicParity())
    model.fit([[10], [50], [10]], [1, 1, 1], sensitive_features=["a", "b", "b"])
    assert model.n_oracle_calls_dummy_returned_ > 0
    assert (model.predict(np.array([[1], [2]]), random_state=0) == 1).all()


def test_members_of_a_regression_are_columns():
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


PARITIES = [reductions.DemographicParity, reductions.EqualizedOdds, reductions.ErrorRateParity]


@pytest.mark.parametrize("kind", PARITIES)
@pytest.mark.parametrize("algorithm", ["fast", "faithful"])
def test_a_row_of_weight_two_is_two_rows(data, kind, algorithm):
    rows, labels, groups = (part[:300] for part in data)
    weights = np.random.default_rng(1).integers(0, 4, len(rows))
    repeated = np.repeat(np.arange(len(rows)), weights)
    for make in [
        lambda: ExponentiatedGradient(
            LogisticRegression(), kind(), algorithm=algorithm, nu=1e-3, max_iter=8),
        lambda: GridSearch(LogisticRegression(), kind(), algorithm=algorithm),
    ]:
        one = make().fit(rows, labels, sensitive_features=groups, sample_weight=weights)
        other = make().fit(
            rows[repeated], labels[repeated], sensitive_features=groups[repeated])
        decide = lambda model: getattr(model, "_pmf_predict", model.predict)(rows)  # noqa: E731
        np.testing.assert_allclose(decide(one), decide(other), atol=1e-9)
        always = lambda X: X[:, 1] > 0  # noqa: E731
        np.testing.assert_allclose(
            one.constraints_.gamma(always), other.constraints_.gamma(always), atol=1e-12)


def test_losses_of_groups_are_weighted(data):
    rows, labels, groups = data
    weights = np.random.default_rng(1).integers(0, 4, len(rows)).astype(float)
    loss = reductions.BoundedGroupLoss(reductions.SquareLoss(0, 1), upper_bound=0.3)
    loss.load_data(rows, labels, sensitive_features=groups, sample_weight=weights)
    gamma = loss.gamma(lambda X: X[:, 1])
    errors = (labels - np.clip(rows[:, 1], 0, 1)) ** 2
    for group in "abc":
        own = groups == group
        assert gamma[group] == pytest.approx(np.average(errors[own], weights=weights[own]))


class Unweighted(reductions.DemographicParity):
    """Somebody's moment, which knows no weights."""

    def load_data(self, X, y, *, sensitive_features):
        super().load_data(X, y, sensitive_features=sensitive_features)


@pytest.mark.parametrize("make", [ExponentiatedGradient, GridSearch])
def test_arguments_of_a_fit_are_named(data, make):
    rows, labels, groups = data
    fit = make(LogisticRegression(), reductions.DemographicParity()).fit
    for wrong in ({"foo": 1}, {"control_feature": groups}):
        with pytest.raises(TypeError, match=next(iter(wrong))):
            fit(rows, labels, sensitive_features=groups, **wrong)
    for weights, message in [(np.ones(3), "sample_weight"), (-np.ones(len(rows)), "negative"),
                             (groups != "a", "group_id.*a.* has sample_weight 0")]:
        with pytest.raises(ValueError, match=message):
            fit(rows, labels, sensitive_features=groups, sample_weight=weights)
    with pytest.raises(TypeError, match="Unweighted takes no sample_weight"):
        make(LogisticRegression(), Unweighted()).fit(
            rows, labels, sensitive_features=groups, sample_weight=np.ones(len(rows)))
    loss = reductions.BoundedGroupLoss(reductions.SquareLoss(0, 1), upper_bound=0.3)
    with pytest.raises(TypeError, match="control_features"):
        make(LinearRegression(), loss).fit(
            rows, labels, sensitive_features=groups, control_features=groups)


def test_groups_reach_a_fit_through_metadata_routing(data):
    rows, labels, groups = data
    with sklearn.config_context(enable_metadata_routing=True):
        model = ExponentiatedGradient(LogisticRegression(), reductions.DemographicParity())
        model.set_fit_request(sensitive_features=True)
        search = GridSearchCV(model, {"estimator__C": [0.1, 1.0]}, scoring="accuracy", cv=2)
        search.fit(rows, labels, sensitive_features=groups)
    assert search.best_score_ > 0.5


@pytest.mark.parametrize("estimator", [None, LogisticRegression(), NativeLogisticRegression(C=2)])
def test_members_of_the_fast_way_are_logistic_regressions(data, estimator):
    rows, labels, groups = data
    model = ExponentiatedGradient(estimator, reductions.DemographicParity())
    model.fit(rows, labels, sensitive_features=groups)
    said = np.zeros(len(rows))
    for member, weight in zip(model.predictors_, model.weights_):
        assert type(member) is type(estimator or NativeLogisticRegression())
        assert member.coef_.shape == (1, 4) and member.intercept_.shape == (1,)
        assert list(member.classes_) == [0, 1]
        positive = member.predict_proba(rows)[:, 1]
        np.testing.assert_array_equal(member.decision_function(rows) > 0, positive > 0.5)
        said += weight * member.predict(rows)
    np.testing.assert_allclose(said, model._pmf_predict(rows)[:, 1], atol=1e-12)


@pytest.mark.parametrize("make", [ExponentiatedGradient, GridSearch])
def test_rows_to_predict_are_checked(data, make):
    rows, labels, groups = data
    frame = pd.DataFrame(rows, columns=list("wxyz"))
    warnings.simplefilter("ignore", UserWarning)  # that arrays have no names
    model = make(LogisticRegression(), reductions.DemographicParity())
    model.fit(frame, labels, sensitive_features=groups)
    assert list(model.predictors_[0].feature_names_in_) == list("wxyz")
    for wrong, message in [
        (frame[list("zyxw")], "feature names"), (frame.mask(frame > 1), "NaN"),
        (rows[0], "2D array"), (rows[:, :3], "3 features"),
    ]:
        with pytest.raises(ValueError, match=message):
            model.predict(wrong)
    with pytest.raises(TypeError, match="[Ss]parse data was passed"):
        model.fit(scipy.sparse.csr_matrix(rows), labels, sensitive_features=groups)


@pytest.mark.parametrize("make", [ExponentiatedGradient, GridSearch])
def test_names_of_any_table_are_known_again(data, make):
    pyarrow = pytest.importorskip("pyarrow")
    rows, labels, groups = data
    table = pyarrow.table(dict(zip("wxyz", rows.T)))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        model = make(LogisticRegression(), reductions.DemographicParity())
        model.fit(table, labels, sensitive_features=groups).predict(table)
    assert list(model.predictors_[0].feature_names_in_) == list("wxyz")


@pytest.mark.parametrize("nothing", [np.nan, None, pd.NA])
@pytest.mark.parametrize("make", [ExponentiatedGradient, GridSearch])
@pytest.mark.parametrize("argument", ["sensitive_features", "control_features"])
def test_a_row_without_a_group_is_named(data, nothing, make, argument):
    rows, labels, groups = data
    holes = pd.Series(np.where(groups == "a", 1.0, 2.0), name="age", dtype=object)
    holes[7] = nothing
    features = {"sensitive_features": groups, argument: holes}
    cases = [(LogisticRegression(), reductions.DemographicParity())]
    if argument == "sensitive_features":
        loss = reductions.BoundedGroupLoss(reductions.SquareLoss(0, 1), upper_bound=0.3)
        cases.append((LinearRegression(), loss))
    for estimator, moment in cases:
        with pytest.raises(ValueError, match="Feature '.*' contains missing values.*row 7"):
            make(estimator, moment).fit(rows, labels, **features)
    if nothing is np.nan:
        with pytest.raises(ValueError, match="contains missing values.*row 7"):
            features[argument] = holes.to_numpy(float)
            make(LogisticRegression(), reductions.DemographicParity()).fit(
                rows, labels, **features)


def test_one_group_is_fitted_without_constraints(data):
    rows, labels, _ = data
    alone = np.zeros(len(rows))
    search = GridSearch(LogisticRegression(), reductions.DemographicParity())
    plain = LogisticRegression(tol=1e-8).fit(rows, labels)
    search.fit(rows, labels, sensitive_features=alone)
    assert len(search.predictors_) == 1
    np.testing.assert_allclose(search.predictors_[0].coef_, plain.coef_, atol=1e-4)
    loss = reductions.BoundedGroupLoss(reductions.SquareLoss(0, 1), upper_bound=0.3)
    search = GridSearch(LinearRegression(), loss).fit(rows, labels, sensitive_features=alone)
    assert len(search.predictors_) == 1


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("arguments", [{}, {"l2": 0.5}, {"C": 0.01}, {"fit_intercept": False}])
def test_the_engine_s_own_learner_keeps_its_arguments(data, arguments, weighted):
    rows, labels, groups = data
    weights = np.random.default_rng(1).uniform(size=len(rows)) if weighted else None
    estimator = NativeLogisticRegression(**arguments)
    free = reductions.DemographicParity(difference_bound=1.0)
    for learner in [estimator] if arguments else [estimator, None]:
        model = ExponentiatedGradient(learner, free).fit(
            rows, labels, sensitive_features=groups, sample_weight=weights)
        plain = clone(estimator).fit(rows, labels, sample_weight=weights)
        member = model.predictors_[0]
        if estimator.fit_intercept:
            np.testing.assert_allclose(member.coef_, plain.coef_, atol=0.01)
        else:
            assert member.intercept_ == 0


def test_a_refit_forgets_the_fit_before(data):
    rows, labels, groups = data
    model = ExponentiatedGradient(LogisticRegression(), reductions.DemographicParity())
    for algorithm, there, gone in [
        ("faithful", "lambda_vecs_", "stop_reason_"), ("fast", "stop_reason_", "lambda_vecs_"),
        ("faithful", "lambda_vecs_", "stop_reason_"),
    ]:
        model.set_params(algorithm=algorithm, max_iter=3)
        model.fit(rows, labels, sensitive_features=groups)
        assert hasattr(model, there) and not hasattr(model, gone)


def test_a_grid_with_whole_numbers_can_be_cloned():
    search = GridSearch(LogisticRegression(), reductions.DemographicParity())
    search.set_params(grid_limit=2, constraint_weight=1)
    assert clone(search).get_params()["grid_limit"] == 2
