"""Rows of unknown groups in everything that takes arrays: one argument, one meaning."""

import warnings

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from sklearn.base import clone
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score

import equipoise
from equipoise import metrics, preprocessing
from equipoise.adversarial import AdversarialFairnessClassifier, AdversarialFairnessRegressor
from equipoise.linear_model import LogisticRegression as Logistic
from equipoise.linear_model import PenalizedLogisticRegression, PrejudiceRemoverClassifier
from equipoise.metrics import MetricFrame, false_positive_rate, selection_rate, true_positive_rate
from equipoise.postprocessing import GroupThresholds
from equipoise.reductions import (
    BoundedGroupLoss, DemographicParity, EqualizedOdds, ExponentiatedGradient, GridSearch,
    SquareLoss,
)

GROUPS = [1, 2, 3, 5]
KINDS = [None, np.nan, pd.NaT, pd.NA]
#: Rows without a group of the rows below.
EVERY = 7


class Rows:
    """Rows of which every seventh has no group, and what remains without those."""

    def __init__(self, groups=2, seed=0, n=420, weighted=False):
        draw = np.random.default_rng(seed)
        self.known = np.arange(n) % EVERY != 3
        self.group = np.array(list("abcde"[:groups]))[np.arange(n) % groups].astype(object)
        self.X = draw.normal(size=(n, 2)) + (self.group == "a")[:, None]
        self.y = (self.X[:, 0] + draw.normal(size=n) > 0.5).astype(int)
        self.p = (self.X[:, 1] + draw.normal(size=n) > 0.5).astype(int)
        self.weight = draw.uniform(0.5, 2, n) if weighted else None
        self.count = int((~self.known).sum())

    def gaps(self, missing=None):
        found = self.group.copy()
        found[~self.known] = missing
        return found

    def named(self, text):
        """The groups with a text where there is none."""
        return self.gaps(text)

    def of_known(self, values):
        return None if values is None else values[self.known]


def quiet(function, *arguments, **named):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return function(*arguments, **named)


def fitted(model, rows, groups, *, known=False, weights=True):
    """The fit, to the rows of known groups alone if asked for."""
    model = clone(model)
    part = rows.of_known if known else (lambda values: values)
    more = {} if rows.weight is None or not weights else {"sample_weight": part(rows.weight)}
    return quiet(model.fit, part(rows.X), part(rows.y), sensitive_features=part(groups), **more)


# ---- Containers --------------------------------------------------------------------------------

CONTAINERS = {
    "list": list,
    "object": lambda v: v,
    "text of numpy": lambda v: np.array(["nan" if pd.isna(each) else each for each in v]),
    "masked": lambda v: np.ma.MaskedArray(
        np.where(pd.isna(v), "a", v).astype(str), mask=pd.isna(v)),
    "column": lambda v: v[:, None],
    "series": pd.Series,
    "series of another index": lambda v: pd.Series(v, index=np.arange(len(v))[::-1], name="s"),
    "frame": lambda v: pd.DataFrame({"s": v}),
    "categories": lambda v: pd.Series(v).astype("category"),
    "string": lambda v: pd.Series(v, dtype="string"),
    "string of arrow": lambda v: pd.Series(v, dtype="string[pyarrow]"),
    "dictionary": lambda v: {"s": v},
    "polars": lambda v: pl.Series("s", [None if pd.isna(each) else each for each in v]),
    "polars categories": lambda v: pl.Series(
        "s", [None if pd.isna(each) else each for each in v], dtype=pl.Categorical),
    "polars frame": lambda v: pl.DataFrame({"s": [None if pd.isna(each) else each for each in v]}),
    "arrow": lambda v: pa.array([None if pd.isna(each) else each for each in v]),
    "arrow in chunks": lambda v: pa.chunked_array(
        [pa.array([None if pd.isna(each) else each for each in part]) for part in (v[:9], v[9:])]),
    "arrow dictionary": lambda v: pa.array(
        [None if pd.isna(each) else each for each in v]).dictionary_encode(),
    "arrow table": lambda v: pa.table({"s": [None if pd.isna(each) else each for each in v]}),
}
TAKERS = {
    "penalized": lambda rows, groups, **more: fitted(
        PenalizedLogisticRegression(strength=5, **more), rows, groups).coef_,
    "reweighing": lambda rows, groups, **more: quiet(
        preprocessing.Reweighing(**more).fit_resample, rows.X, rows.y,
        sensitive_features=groups)[2],
    "reductions": lambda rows, groups, **more: fitted(
        ExponentiatedGradient(None, DemographicParity(), **more), rows, groups)._pmf_predict(
            rows.X),
    "rule": lambda rows, groups, **more: fitted(
        GroupThresholds(LogisticRegression(), **more), rows, groups).rule_.document["rule"][
            "groups"],
    "frame": lambda rows, groups, **more: quiet(
        MetricFrame, metrics=selection_rate, y_true=rows.y, y_pred=rows.p,
        sensitive_features=groups, **more).by_group.tolist(),
    "impact": lambda rows, groups, **more: quiet(
        metrics.disparate_impact, rows.y, rows.p, sensitive_features=groups, privileged="a",
        **more),
}


def same(one, other):
    if isinstance(one, (str, list)) and not isinstance(one, np.ndarray):
        return one == pytest.approx(other) if one and isinstance(one[0], float) else one == other
    return np.array_equal(one, other)


@pytest.mark.parametrize("taker", TAKERS)
@pytest.mark.parametrize("container", CONTAINERS)
def test_any_container_may_have_gaps(taker, container):
    rows = Rows()
    make, take = CONTAINERS[container], TAKERS[taker]
    with pytest.raises(ValueError, match="missing in row 3"):
        take(rows, make(rows.gaps()))
    for policy in ("exclude", "own-group", "pooled"):
        expected = take(rows, rows.gaps(), unknown=policy)
        assert same(take(rows, make(rows.gaps()), unknown=policy), expected), policy


@pytest.mark.parametrize("missing", KINDS)
@pytest.mark.parametrize("taker", TAKERS)
def test_whatever_stands_for_a_missing_value(taker, missing):
    rows, take = Rows(), TAKERS[taker]
    with pytest.raises(ValueError, match="missing in row 3"):
        take(rows, rows.gaps(missing))
    found = take(rows, rows.gaps(missing), unknown="exclude")
    assert same(found, take(rows, rows.gaps(), unknown="exclude"))


@pytest.mark.parametrize("taker", TAKERS)
def test_other_policies_are_refused(taker):
    rows = Rows()
    with pytest.raises(ValueError, match="unknown='drop': .*'exclude', 'own-group' or 'pooled'"):
        TAKERS[taker](rows, rows.gaps(), unknown="drop")


@pytest.mark.parametrize("policy", ["exclude", "own-group", "pooled"])
@pytest.mark.parametrize("taker", TAKERS)
def test_a_policy_changes_nothing_where_all_is_known(taker, policy):
    rows, take = Rows(), TAKERS[taker]
    assert same(take(rows, rows.group, unknown=policy), take(rows, rows.group))


@pytest.mark.parametrize("numbers", [np.float64, "Int64", "Float64", "datetime64[ns]"])
def test_groups_of_numbers_and_dates(numbers):
    rows = Rows()
    codes = pd.Series((rows.group == "a").astype(int))
    values = pd.to_datetime(codes, unit="D") if "date" in str(numbers) else codes.astype(numbers)
    gaps = values.copy()
    gaps[~rows.known] = None
    with pytest.raises(ValueError, match="missing in row 3"):
        fitted(PenalizedLogisticRegression(), rows, gaps)
    found = fitted(PenalizedLogisticRegression(unknown="exclude"), rows, gaps)
    expected = fitted(PenalizedLogisticRegression(), rows, values, known=True)
    assert np.array_equal(found.coef_, expected.coef_)
    frame = quiet(
        MetricFrame, metrics=selection_rate, y_true=rows.y, y_pred=rows.p,
        sensitive_features=gaps, unknown="exclude")
    assert len(frame.by_group) == 2


# ---- Fits --------------------------------------------------------------------------------------

FITS = {
    "penalized": (PenalizedLogisticRegression(strength=5), lambda m, X: m.decision_function(X)),
    "penalized odds": (
        PenalizedLogisticRegression("equalized_odds", 5), lambda m, X: m.decision_function(X)),
    "prejudice remover": (
        PrejudiceRemoverClassifier(2, per_group=False), lambda m, X: m.decision_function(X)),
    "prejudice remover by group": (PrejudiceRemoverClassifier(2), lambda m, X: m.coef_),
    "fast": (
        ExponentiatedGradient(None, DemographicParity(difference_bound=0.02)),
        lambda m, X: m._pmf_predict(X)),
    "faithful": (
        ExponentiatedGradient(
            Logistic(n_threads=1), EqualizedOdds(difference_bound=0.05), algorithm="faithful",
            max_iter=4),
        lambda m, X: m._pmf_predict(X)),
    "grid": (
        GridSearch(LogisticRegression(), DemographicParity(), grid_size=5),
        lambda m, X: m.predict_proba(X)),
    "grid one by one": (
        GridSearch(
            Logistic(n_threads=1), DemographicParity(), grid_size=5, algorithm="faithful"),
        lambda m, X: m.predict_proba(X)),
    "adversarial": (
        AdversarialFairnessClassifier([4, "relu"], epochs=2, random_state=0),
        lambda m, X: m.decision_function(X)),
    "adversarial of numbers": (
        AdversarialFairnessRegressor([4, "relu"], epochs=2, random_state=0),
        lambda m, X: m.predict(X)),
}
CASES = [(name, groups) for name in FITS for groups in GROUPS]


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("name, groups", CASES)
def test_excluded_rows_are_as_if_they_were_not_there(name, groups, weighted):
    rows, (model, told) = Rows(groups, weighted=weighted), FITS[name]
    try:
        expected = fitted(model, rows, rows.group, known=True)
    except ValueError as error:  # one group is too few for some
        with pytest.raises(ValueError, match=str(error)[:20].replace("(", ".")):
            fitted(clone(model).set_params(unknown="exclude"), rows, rows.gaps())
        return
    found = fitted(clone(model).set_params(unknown="exclude"), rows, rows.gaps())
    assert np.array_equal(told(found, rows.X), told(expected, rows.X))


@pytest.mark.parametrize("name, groups", CASES)
def test_a_group_of_their_own_is_a_group_like_any_other(name, groups):
    rows, (model, told) = Rows(groups), FITS[name]
    # Reductions order groups by their texts; elsewhere the missing ones are the last.
    text = "(missing)" if hasattr(model, "constraints") and "adv" not in name else "unknown"
    expected = fitted(model, rows, rows.named(text))
    found = fitted(clone(model).set_params(unknown="own-group"), rows, rows.gaps())
    assert np.array_equal(told(found, rows.X), told(expected, rows.X))


@pytest.mark.parametrize("name", [name for name in FITS if "adversarial" not in name])
def test_the_weight_of_excluded_rows_does_not_matter(name):
    rows, (model, told) = Rows(3, weighted=True), FITS[name]
    model = clone(model).set_params(unknown="exclude")
    found = told(fitted(model, rows, rows.gaps()), rows.X)
    rows.weight = np.where(rows.known, rows.weight, 0.0)
    assert np.array_equal(told(fitted(model, rows, rows.gaps()), rows.X), found)
    full = fitted(clone(model).set_params(unknown="error"), rows, rows.group)
    if "prejudice" not in name and name != "fast":
        assert np.allclose(told(full, rows.X), found, atol=1e-3)


@pytest.mark.parametrize("name", FITS)
def test_fits_say_once_how_many_rows(name):
    rows, (model, _) = Rows(), FITS[name]
    for policy, fate in (("exclude", "left out"), ("own-group", "a group of their own")):
        with warnings.catch_warnings(record=True) as found:
            warnings.simplefilter("always")
            clone(model).set_params(unknown=policy).fit(
                rows.X, rows.y, sensitive_features=pd.Series(rows.gaps(), name="sex"))
        told = [w for w in found if "no value of" in str(w.message)]
        assert len(told) == 1
        assert str(told[0].message).startswith(f"{rows.count} rows have no value of 'sex': {fate}")
        assert told[0].filename == __file__


@pytest.mark.parametrize("name", FITS)
def test_the_default_names_the_row_and_the_argument_is_a_parameter(name):
    rows, (model, _) = Rows(), FITS[name]
    assert model.get_params()["unknown"] == "error"
    assert clone(clone(model).set_params(unknown="pooled")).unknown == "pooled"
    with pytest.raises(ValueError, match="missing in row 3"):
        fitted(model, rows, rows.gaps())
    with pytest.raises(ValueError, match="unknown='some'"):
        fitted(clone(model).set_params(unknown="some"), rows, rows.gaps())


@pytest.mark.parametrize("name", FITS)
def test_no_row_of_a_known_group_is_an_error(name):
    rows, (model, _) = Rows(), FITS[name]
    for policy in ("exclude", "pooled"):
        with pytest.raises(ValueError, match="no row is left: in each of 420 rows 's' has no"):
            fitted(
                clone(model).set_params(unknown=policy), rows, pd.DataFrame({"s": [None] * 420}))


@pytest.mark.parametrize("name", ["penalized", "prejudice remover", "adversarial", "faithful"])
def test_errors_name_rows_of_the_table_that_was_given(name):
    rows, (model, _) = Rows(), FITS[name]
    rows.X[200, 0] = np.nan
    with pytest.raises(ValueError, match="row 200|NaN") as found:
        fitted(clone(model).set_params(unknown="exclude"), rows, rows.gaps())
    assert "row 171" not in str(found.value)
    labels = rows.y.astype(float)
    labels[100] = np.nan
    with pytest.raises(ValueError, match="y is missing in row 100"):
        quiet(
            clone(model).set_params(unknown="exclude").fit, np.nan_to_num(rows.X), labels,
            sensitive_features=rows.gaps())


def test_several_features_leave_out_rows_that_lack_any():
    rows = Rows()
    second = np.array(list("xy"))[np.arange(420) // 2 % 2].astype(object)
    second[::11] = None
    table = pd.DataFrame({"g": rows.gaps(), "h": second})
    known = table.notna().all(axis=1).to_numpy()
    told = rf"of 'g'; 39 rows have no value of 'h'; {(~known).sum()} rows in all"
    with pytest.warns(UserWarning, match=told):
        found = PenalizedLogisticRegression(unknown="exclude").fit(
            rows.X, rows.y, sensitive_features=table)
    expected = PenalizedLogisticRegression().fit(
        rows.X[known], rows.y[known], sensitive_features=table[known])
    assert np.array_equal(found.coef_, expected.coef_)


@pytest.mark.parametrize("make", [pd.DataFrame, pl.DataFrame, lambda v: pa.table(v)])
def test_frames_of_texts_lose_their_unknown_rows(make):
    rows = Rows()
    table = {"x": rows.X[:, 0], "c": np.where(rows.X[:, 1] > 0, "u", "v")}
    known = {name: values[rows.known] for name, values in table.items()}
    for model in (PenalizedLogisticRegression(), AdversarialFairnessClassifier([], epochs=2)):
        model.set_params(unknown="exclude")
        found = quiet(
            clone(model).fit, make(table), rows.y, sensitive_features=rows.gaps())
        assert list(found.feature_names_in_) == ["x", "c"]
    found = quiet(
        PenalizedLogisticRegression(unknown="exclude").fit, make(table), rows.y,
        sensitive_features=rows.gaps())
    expected = PenalizedLogisticRegression().fit(
        make(known), rows.y[rows.known], sensitive_features=rows.group[rows.known])
    assert np.array_equal(found.coef_, expected.coef_)


def test_the_path_and_the_objective_know_the_policy():
    rows = Rows()
    model = PenalizedLogisticRegression(unknown="exclude")
    found = quiet(model.path, rows.X, rows.y, strengths=[1, 5], sensitive_features=rows.gaps())
    known = rows.X[rows.known], rows.y[rows.known]
    expected = PenalizedLogisticRegression().path(
        *known, strengths=[1, 5], sensitive_features=rows.group[rows.known])
    assert all(np.array_equal(a.coef_, b.coef_) for a, b in zip(found, expected))
    point = np.array([0.5, -0.5, 0.1])
    value, gradient = quiet(
        model.objective_and_gradient, point, rows.X, rows.y, sensitive_features=rows.gaps())
    other = PenalizedLogisticRegression().objective_and_gradient(
        point, *known, sensitive_features=rows.group[rows.known])
    assert value == other[0] and np.array_equal(gradient, other[1])


def test_the_prejudice_remover_answers_for_rows_of_unknown_groups():
    rows = Rows()
    model = fitted(PrejudiceRemoverClassifier(unknown="exclude"), rows, rows.gaps())
    with pytest.warns(UserWarning, match=f"{rows.count} rows .* looks at no group"):
        found = model.decision_function(rows.X, sensitive_features=rows.gaps())
    known = model.decision_function(rows.X[rows.known], sensitive_features=rows.group[rows.known])
    assert np.array_equal(found[rows.known], known)
    none = np.full(3, None)
    few = quiet(model.decision_function, rows.X[:3], sensitive_features=none)
    assert np.isfinite(few).all()
    own = fitted(PrejudiceRemoverClassifier(unknown="own-group"), rows, rows.gaps())
    assert own.coef_.shape == (3, 2)
    assert len(quiet(own.predict, rows.X, sensitive_features=rows.gaps())) == 420
    plain = fitted(PrejudiceRemoverClassifier(unknown="exclude"), rows, rows.group)
    with pytest.raises(ValueError, match="missing in row 0"):
        plain.predict(rows.X[:3], sensitive_features=none)


# ---- Pooled rows in reductions -----------------------------------------------------------------


def gap_to_overall(rows, positive, weights):
    """The largest distance of a known group from all rows."""
    overall = np.average(positive, weights=weights)
    within = [(rows.gaps() == group) for group in dict.fromkeys(rows.group)]
    return max(
        abs(np.average(positive[part], weights=weights[part]) - overall) for part in within)


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("groups", GROUPS)
@pytest.mark.parametrize("algorithm", ["fast", "faithful"])
def test_pooled_rows_train_and_bind_nobody(algorithm, groups, weighted):
    rows = Rows(groups, weighted=weighted)
    # Unknown rows are rejected, whatever is done for others.
    rows.y[~rows.known], rows.X[~rows.known, 1] = 0, -9.0
    weights = np.ones(420) if rows.weight is None else rows.weight
    model = ExponentiatedGradient(
        LogisticRegression() if algorithm == "fast" else Logistic(n_threads=1),
        DemographicParity(difference_bound=0.1), algorithm=algorithm)
    pooled = fitted(clone(model).set_params(unknown="pooled"), rows, rows.gaps())
    positive = pooled._pmf_predict(rows.X)[:, 1]
    assert gap_to_overall(rows, positive, weights) <= 0.1 + pooled.best_gap_ + 1e-9
    if algorithm == "faithful":
        return  # whose learner minimizes another loss than the error
    own = fitted(clone(model).set_params(unknown="own-group"), rows, rows.gaps())

    def error(fit):
        return np.average(np.abs(rows.y - fit._pmf_predict(rows.X)[:, 1]), weights=weights)

    # A group that binds costs accuracy.
    assert error(pooled) <= error(own) + pooled.best_gap_ + own.best_gap_


@pytest.mark.parametrize("constraints", [DemographicParity, EqualizedOdds])
def test_grids_pool_alike_in_the_engine_and_one_by_one(constraints):
    rows = Rows(3, weighted=True)
    found = [
        fitted(
            GridSearch(
                LogisticRegression(tol=1e-10), constraints(), grid_size=9, algorithm=algorithm,
                unknown="pooled"), rows, rows.gaps())
        for algorithm in ("fast", "faithful")
    ]
    assert np.allclose(found[0].gammas_, found[1].gammas_, atol=0.02)
    assert not any("nan" in str(name) or "missing" in str(name) for name in found[0].gammas_.index)


def test_the_moments_of_pooled_rows():
    rows = Rows(3)
    search = fitted(
        GridSearch(LogisticRegression(), DemographicParity(), grid_size=5, unknown="pooled"),
        rows, rows.gaps())
    decided = search.predictors_[2].predict(rows.X)
    for group in "abc":
        expected = decided[rows.gaps() == group].mean() - decided.mean()
        assert search.gammas_.iloc[:, 2].loc[("+", "all", group)] == pytest.approx(expected)


def test_who_cannot_pool_says_so():
    rows = Rows()

    class Own(DemographicParity):
        pass

    loss = BoundedGroupLoss(SquareLoss(0, 1), upper_bound=0.3)
    with pytest.raises(ValueError, match="BoundedGroupLoss here takes 'error', 'exclude'"):
        GridSearch(LogisticRegression(), loss, unknown="pooled").fit(
            rows.X, rows.y, sensitive_features=rows.gaps())
    fitted(
        ExponentiatedGradient(
            Logistic(n_threads=1), Own(), algorithm="faithful", max_iter=3, unknown="pooled"),
        rows, rows.gaps())


def test_control_features_stay_known():
    rows = Rows()
    controls = np.where(rows.X[:, 0] > 0, "u", "v").astype(object)
    model = ExponentiatedGradient(
        Logistic(n_threads=1), DemographicParity(), max_iter=3, unknown="exclude")
    found = quiet(
        clone(model).fit, rows.X, rows.y, sensitive_features=rows.gaps(),
        control_features=controls)
    expected = clone(model).set_params(unknown="error").fit(
        rows.X[rows.known], rows.y[rows.known], sensitive_features=rows.group[rows.known],
        control_features=controls[rows.known])
    assert np.array_equal(found._pmf_predict(rows.X), expected._pmf_predict(rows.X))
    controls[5] = None
    with pytest.raises(ValueError, match="missing in row 5"):
        quiet(
            clone(model).fit, rows.X, rows.y, sensitive_features=rows.gaps(),
            control_features=controls)


# ---- Preprocessors -----------------------------------------------------------------------------

METHODS = sorted(set(preprocessing.methods()) - {"feature-suppression"})


@pytest.mark.parametrize("groups", [2, 3])
@pytest.mark.parametrize("method", METHODS)
def test_preprocessors_see_known_rows_alone(method, groups):
    rows = Rows(groups, weighted=True)

    def changed(model, groups, known):
        part = rows.of_known if known else (lambda values: values)
        return quiet(
            model.fit_resample, part(rows.X), part(rows.y), sensitive_features=part(groups),
            sample_weight=part(rows.weight))

    with pytest.raises(ValueError, match="missing in row 3"):
        changed(preprocessing.Preprocessor(method), rows.gaps(), False)
    plain = preprocessing.Preprocessor(method)
    expected = changed(plain, rows.group, True)
    for policy in ("exclude", "pooled"):
        model = preprocessing.Preprocessor(method, unknown=policy)
        found = changed(model, rows.gaps(), False)
        assert all(np.array_equal(a, b) for a, b in zip(found, expected))
        moved = quiet(model.transform, rows.X, sensitive_features=rows.gaps())
        again = plain.transform(rows.X[rows.known], sensitive_features=rows.group[rows.known])
        assert moved.shape == (420, again.shape[1])
        assert np.array_equal(moved[rows.known], again)
    own = changed(preprocessing.Preprocessor(method, unknown="own-group"), rows.gaps(), False)
    named = changed(preprocessing.Preprocessor(method), rows.named("unknown"), False)
    assert all(np.array_equal(a, b) for a, b in zip(own, named))


def test_rows_that_are_not_moved_are_said():
    rows = Rows()
    model = preprocessing.DisparateImpactRemover(unknown="exclude")
    quiet(model.fit, rows.X, rows.y, sensitive_features=rows.gaps())
    with pytest.warns(UserWarning, match=f"{rows.count} rows .*: not moved"):
        found = model.transform(rows.X, sensitive_features=rows.gaps())
    assert np.array_equal(found[~rows.known], rows.X[~rows.known])
    pipe = preprocessing.Preprocessed(LogisticRegression(), clone(model))
    quiet(pipe.fit, rows.X, rows.y, sensitive_features=rows.gaps())
    assert len(quiet(pipe.predict, rows.X, sensitive_features=rows.gaps())) == 420


@pytest.mark.parametrize("model", [
    preprocessing.Reweighing(), preprocessing.Massaging(), preprocessing.PreferentialSampling(),
    preprocessing.DisparateImpactRemover(), preprocessing.OptimizedPreprocessing(),
    preprocessing.LearnedFairRepresentations(), preprocessing.Preprocessor(),
])
def test_every_preprocessor_has_the_parameter(model):
    assert clone(model.set_params(unknown="exclude")).unknown == "exclude"


# ---- Metrics -----------------------------------------------------------------------------------

SCALARS = {
    **{
        name: {} for name in metrics.__all__
        if name.endswith(("_difference", "_ratio", "_group_min", "_group_max"))
        and not name.startswith(("statistical", "average"))
    },
    **{
        name: {"privileged": "a"} for name in (
            "statistical_parity_difference", "disparate_impact", "average_odds_difference",
            "average_abs_odds_difference", "class_imbalance", "kl_divergence")
    },
    "conditional_demographic_disparity": {},
}


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("groups", GROUPS)
@pytest.mark.parametrize("name", SCALARS)
def test_scalars_are_those_of_known_rows(name, groups, weighted):
    metric, more, rows = getattr(metrics, name), SCALARS[name], Rows(groups, weighted=weighted)

    def value(known=False, **given):
        part = rows.of_known if known else (lambda values: values)
        given["sensitive_features"] = part(given["sensitive_features"])
        if weighted:
            given["sample_weight"] = part(rows.weight)
        return quiet(metric, part(rows.y), part(rows.p), **given, **more)

    if groups == 1 and "privileged" in more:
        with pytest.raises(ValueError, match="privileged"):
            value(sensitive_features=rows.gaps(), unknown="exclude")
        return
    with pytest.raises(ValueError, match="missing in row 3"):
        value(sensitive_features=rows.gaps())
    known = value(known=True, sensitive_features=rows.group)
    for policy in ("exclude", "pooled"):
        found = value(sensitive_features=rows.gaps(), unknown=policy)
        assert np.array_equal(found, known, equal_nan=True)
    own = value(sensitive_features=rows.gaps(), unknown="own-group")
    named = value(sensitive_features=rows.named("unknown"))
    assert own == pytest.approx(named, abs=1e-12, nan_ok=True)
    with pytest.warns(UserWarning, match=f"{rows.count} rows have no value"):
        metric(rows.y, rows.p, sensitive_features=rows.gaps(), unknown="exclude", **more)
    with pytest.raises(ValueError, match="unknown='some'"):
        value(sensitive_features=rows.gaps(), unknown="some")


def mean_error(y_true, y_pred, sample_weight=None):
    return float(np.average(np.abs(y_true - y_pred), weights=sample_weight))


ALL = {
    "selected": selection_rate, "tpr": true_positive_rate, "accuracy": accuracy_score,
    "error": mean_error,
}


def frame_of(rows, groups, *, known=False, controls=None, **more):
    part = rows.of_known if known else (lambda values: values)
    weights = None if rows.weight is None else {
        name: {"sample_weight": part(rows.weight)} for name in ALL}
    return quiet(
        MetricFrame, metrics=ALL, y_true=part(rows.y), y_pred=part(rows.p),
        sensitive_features=groups[rows.known] if known else groups,
        control_features=part(controls), sample_params=weights, **more)


@pytest.mark.parametrize("within", [False, True])
@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("groups", GROUPS)
def test_frames_have_groups_of_known_rows_and_the_overall_of_all(groups, weighted, within):
    rows = Rows(groups, weighted=weighted)
    controls = np.where(rows.X[:, 0] > 0, "u", "v") if within else None
    found = frame_of(rows, rows.gaps(), controls=controls, unknown="exclude")
    known = frame_of(rows, rows.group, known=True, controls=controls)
    everybody = frame_of(rows, np.zeros(420), controls=controls)
    pd.testing.assert_frame_equal(found.by_group, known.by_group)
    for one, other in (
        (quiet(found.difference), quiet(known.difference)),
        (quiet(found.ratio), quiet(known.ratio)), (found.group_min(), known.group_min()),
        (found.overall, everybody.overall),
    ):
        # Sums of weights are the same up to rounding.
        assert np.allclose(one, other, rtol=0 if not weighted else 1e-12, equal_nan=True)
    assert "without 60 rows of unknown groups" in repr(found)
    own = frame_of(rows, rows.gaps(), controls=controls, unknown="own-group")
    named = frame_of(rows, rows.named("(missing)"), controls=controls)
    assert set(own.by_group.index.get_level_values(-1)) == {*rows.group, "(missing)"}
    pd.testing.assert_series_equal(
        own.by_group["tpr"].sort_index(), named.by_group["tpr"].sort_index())
    assert np.allclose(own.overall, everybody.overall, rtol=1e-12)
    far = quiet(found.difference, "to_overall")["tpr"]
    if not within:
        tpr = found.overall["tpr"]
        assert far == pytest.approx((found.by_group["tpr"] - tpr).abs().max()) or groups == 1


def test_strata_of_unknown_rows_alone_have_an_overall():
    rows = Rows()
    controls = np.where(rows.known, "u", "v")
    found = frame_of(rows, rows.gaps(), controls=controls, unknown="exclude")
    assert found.overall.loc["v", "selected"] == rows.p[~rows.known].mean()
    assert np.isnan(found.by_group.loc[("v", "a"), "selected"])


def test_draws_are_of_all_rows():
    rows = Rows()
    found = frame_of(
        rows, rows.gaps(), unknown="exclude", n_boot=20, ci_quantiles=[0.1, 0.9], random_state=0)
    everybody = frame_of(
        rows, np.zeros(420), n_boot=20, ci_quantiles=[0.1, 0.9], random_state=0)
    assert found.overall_ci[0].equals(everybody.overall_ci[0])
    low, high = found.by_group_ci
    assert (low["tpr"] <= found.by_group["tpr"]).all()
    assert (found.by_group["tpr"] <= high["tpr"]).all()


def test_frames_and_audits_of_crosses_agree():
    rows = Rows(3)
    second = np.array(list("xy"))[np.arange(420) // 2 % 2].astype(object)
    second[::11] = None
    table = pd.DataFrame({"g": rows.gaps(), "h": second})
    for policy in ("exclude", "own-group"):
        audit = quiet(
            equipoise.audit, rows.y, rows.p, sensitive_features=table, unknown=policy,
            intersections=2).disparities
        for features, attribute in ((table["g"], "g"), (table["h"], "h"), (table, "g×h")):
            frame = quiet(
                MetricFrame, metrics={"selection_rate": selection_rate},
                y_true=rows.y, y_pred=rows.p, sensitive_features=features, unknown=policy)
            ours = audit[
                (audit["attribute"] == attribute) & (audit["metric"] == "selection_rate")
                & (audit["kind"] == "difference")]
            between = ours[ours["method"] == "between_groups"]["value"].iloc[0]
            assert frame.difference()["selection_rate"] == pytest.approx(between)
            far = ours[ours["method"] == "to_overall"]["value"].abs().max()
            assert frame.difference("to_overall")["selection_rate"] == pytest.approx(far)


def test_functions_that_were_made_know_the_argument():
    rows = Rows()
    made = metrics.make_derived_metric(metric=false_positive_rate, transform="difference")
    found = quiet(made, rows.y, rows.p, sensitive_features=rows.gaps(), unknown="exclude")
    assert found == made(
        rows.y[rows.known], rows.p[rows.known], sensitive_features=rows.group[rows.known])


def test_curves_by_group():
    matplotlib = pytest.importorskip("matplotlib")
    matplotlib.use("Agg")
    rows = Rows()
    scores = rows.X[:, 0]
    with pytest.raises(ValueError, match="missing in row 3"):
        metrics.plot_roc_curve_by_group(rows.y, scores, sensitive_features=rows.gaps())

    def curves(groups, part, **more):
        axes = quiet(
            metrics.plot_roc_curve_by_group, rows.y[part], scores[part],
            sensitive_features=groups[part], plot_overall=False, **more)
        return axes.get_legend_handles_labels()[1]

    everybody = np.ones(420, dtype=bool)
    assert curves(rows.gaps(), everybody, unknown="exclude") == curves(rows.group, rows.known)
    assert len(curves(rows.gaps(), everybody, unknown="own-group")) == 4


# ---- The same of tables ------------------------------------------------------------------------


@pytest.mark.parametrize("policy", ["exclude", "own-group", "pooled"])
@pytest.mark.parametrize("method, model", [
    ("penalized", PenalizedLogisticRegression(strength=5)),
    ("prejudice-remover", PrejudiceRemoverClassifier()),
])
def test_tables_give_the_same_answers(method, model, policy):
    rows = Rows(3)
    # Tables standardize numbers.
    X = (rows.X - rows.X.mean(axis=0)) / rows.X.std(axis=0)
    table = pd.DataFrame({"x0": X[:, 0], "x1": X[:, 1], "g": rows.gaps(), "y": rows.y})
    options = {"strength": 5, "l2": 0} if method == "penalized" else {}
    trained = quiet(
        equipoise.train, method, table, label="y", sensitive=["g"], unknown=policy,
        precision="double", **options)
    fit = quiet(
        clone(model).set_params(unknown=policy).fit, X, rows.y, sensitive_features=table["g"])
    groups = {"sensitive_features": table["g"]} if method == "prejudice-remover" else {}
    scores = quiet(fit.decision_function, X, **groups)
    assert np.allclose(scores, quiet(trained.predict, table, precision="double").score, atol=1e-5)
