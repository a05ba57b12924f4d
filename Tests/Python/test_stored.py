"""Fitted estimators as files: what is read again decides as the estimator does, or is refused."""

from __future__ import annotations

import json
import pickle

import equipoise
import numpy as np
import pandas as pd
import pytest
from equipoise.adversarial import AdversarialFairnessClassifier, AdversarialFairnessRegressor
from equipoise.linear_model import (
    LogisticRegression,
    PenalizedLogisticRegression,
    PrejudiceRemoverClassifier,
)
from equipoise.postprocessing import GroupThresholds
from equipoise.preprocessing import (
    CorrelationRemover,
    DisparateImpactRemover,
    LearnedFairRepresentations,
    Massaging,
    OptimizedPreprocessing,
    PreferentialSampling,
    Preprocessed,
    Preprocessor,
    Resampler,
    Reweighing,
)
from equipoise.reductions import DemographicParity, ExponentiatedGradient, GridSearch
from sklearn.linear_model import LogisticRegression as Theirs

pytestmark = pytest.mark.filterwarnings("ignore:the fit ended as")

RNG = np.random.default_rng(5)
N = 400
SEX = pd.Series(RNG.choice(["f", "m"], N), name="sex")
X = pd.DataFrame({"a": RNG.normal(SEX == "m", 1.0), "b": 3 + 5 * RNG.normal(size=N)})
Y = np.where(X["a"] + RNG.normal(size=N) > 0.5, "yes", "no")
TEXTS = X.assign(town=RNG.choice(["u", "v"], N))

FITS = {
    "logistic": (LogisticRegression(), {}),
    "penalized": (PenalizedLogisticRegression(strength=3), {"sensitive_features": SEX}),
    "shared": (PrejudiceRemoverClassifier(per_group=False), {"sensitive_features": SEX}),
    "by group": (PrejudiceRemoverClassifier(), {"sensitive_features": SEX}),
    "adversarial": (
        AdversarialFairnessClassifier([4, "relu"], epochs=2, random_state=0),
        {"sensitive_features": SEX}),
}


@pytest.mark.parametrize("name", FITS)
def test_a_classifier_is_stored(name, tmp_path):
    model, groups = FITS[name]
    model.fit(X, Y, **groups)
    again = groups if name == "by group" else {}
    wanted = model.predict_proba(X, **again)[:, 1]
    model.save(tmp_path / "m.eqp")
    stored = equipoise.load_model(tmp_path / "m.eqp")
    told = stored.predict(X.assign(sex=SEX))
    np.testing.assert_allclose(told.probability, wanted, atol=1e-6)
    np.testing.assert_array_equal(np.array(["no", "yes"])[told.prediction], model.predict(
        X, **again))
    assert model.export("onnx") == stored.export("onnx")
    assert model.export(tmp_path / "m.safetensors") is None
    assert (tmp_path / "m.safetensors").read_bytes() == model.export("safetensors")


def test_numbers_are_stored_in_their_own_units(tmp_path):
    wage = 30_000 + 5_000 * X["a"]
    model = AdversarialFairnessRegressor([4, "relu"], epochs=2, random_state=0)
    model.fit(X, wage, sensitive_features=SEX).save(tmp_path / "m.eqp")
    told = equipoise.load_model(tmp_path / "m.eqp").predict(X)
    np.testing.assert_allclose(told.prediction, model.predict(X), rtol=1e-5)


def test_texts_are_stored_where_numbers_keep_their_units(tmp_path):
    model = LogisticRegression().fit(TEXTS, Y)
    model.save(tmp_path / "m.eqp")
    told = equipoise.load_model(tmp_path / "m.eqp").predict(TEXTS)
    np.testing.assert_allclose(told.probability, model.predict_proba(TEXTS)[:, 1], atol=1e-6)
    scaled = PenalizedLogisticRegression().fit(TEXTS, Y, sensitive_features=SEX)
    for write in (scaled.save, scaled.export):
        with pytest.raises(ValueError, match="standard deviations.*equipoise.train"):
            write(tmp_path / "m.onnx")
    assert not (tmp_path / "m.onnx").exists()


def test_a_mixture_of_the_engine_is_stored(tmp_path):
    model = ExponentiatedGradient(None, DemographicParity(difference_bound=0.01))
    model.fit(X, Y == "yes", sensitive_features=SEX)
    model.save(tmp_path / "m.eqp")
    told = equipoise.load_model(tmp_path / "m.eqp").predict(X)
    np.testing.assert_allclose(told.probability, model._pmf_predict(X)[:, 1], atol=1e-12)
    assert len(model.weights_) > 1 and 0 < told.probability.mean() < 1
    assert pickle.loads(pickle.dumps(model)).export("onnx") == model.export("onnx")
    model.set_params(estimator=Theirs(), algorithm="faithful", max_iter=2)
    model.fit(X, Y == "yes", sensitive_features=SEX)
    with pytest.raises(ValueError, match="published steps: algorithm='fast'"):
        model.save(tmp_path / "m.eqp")


def test_estimators_without_a_form_say_so(tmp_path):
    search = GridSearch(Theirs(), DemographicParity(), grid_size=3)
    search.fit(X, (Y == "yes").astype(int), sensitive_features=SEX)
    with pytest.raises(ValueError, match="GridSearch has no stored form.*predictors_"):
        search.export("onnx")
    remover = CorrelationRemover(sensitive_feature_ids=["a"]).fit(X)
    with pytest.raises(ValueError, match="Preprocessor\\('correlation-remover'\\)"):
        remover.save(tmp_path / "t.eqp")
    for stage in (remover, Reweighing(), GroupThresholds(Theirs())):
        with pytest.raises(ValueError, match="stage beside a model"):
            stage.export("onnx")
    with pytest.raises(ValueError, match="not fitted"):
        LogisticRegression().save(tmp_path / "m.eqp")


def test_a_rule_and_a_transform_are_stored(tmp_path):
    base = Theirs().fit(X, Y)
    rule = GroupThresholds(base, prefit=True).fit(X, Y, sensitive_features=SEX)
    rule.save(tmp_path / "rule.json")
    table = pd.DataFrame({"s": base.predict_proba(X)[:, 1], "sex": SEX})
    decided = equipoise.postprocess(
        None, table, apply=tmp_path / "rule.json", score="s", sensitive="sex")
    np.testing.assert_allclose(
        decided.table["probability"],
        rule.predict_proba(X, sensitive_features=SEX)[:, 1], atol=1e-12)
    repair = DisparateImpactRemover().fit(X, Y, sensitive_features=SEX)
    repair.save(tmp_path / "repair.eqp")
    made = equipoise.preprocess(
        None, X.assign(sex=SEX), apply=tmp_path / "repair.eqp", sensitive="sex")
    np.testing.assert_allclose(
        made.table[["a", "b"]].to_numpy(), repair.transform(X, sensitive_features=SEX), rtol=1e-6)


STAGES = {
    "reweighing": Reweighing(), "massaging": Massaging(), "sampling": PreferentialSampling(),
    "learned-fair-representations": LearnedFairRepresentations(max_iter=30),
    "feature-suppression": Preprocessor("feature-suppression"),
    "correlation-remover": Preprocessor("correlation-remover"),
}
# They move the categories of new rows by draws.
REPAIRS = {
    "disparate-impact-remover": DisparateImpactRemover(),
    "optimal-transport": Preprocessor("optimal-transport"),
}
ROWS = {"numbers": X, "array": X.to_numpy(), "texts": TEXTS}


@pytest.mark.parametrize(("name", "form"), [
    *((name, form) for name in STAGES for form in ROWS),
    *((name, form) for name in REPAIRS for form in ("numbers", "array")),
])
def test_an_estimator_and_what_comes_before_it_are_stored_as_one(name, form, tmp_path):
    rows = ROWS[form]
    model = Preprocessed(LogisticRegression(), {**STAGES, **REPAIRS}[name])
    model.fit(rows, Y, sensitive_features=SEX)
    model.save(tmp_path / "m.eqp")
    stored = equipoise.load_model(tmp_path / "m.eqp")
    table = rows if hasattr(rows, "columns") else pd.DataFrame(rows, columns=["x0", "x1"])
    told = stored.predict(table.assign(sex=SEX))
    wanted = model.predict_proba(rows, sensitive_features=SEX)[:, 1]
    # A table holds numbers in single precision, which moves a rank in a repair by one.
    np.testing.assert_allclose(told.probability, wanted, atol=5e-3)
    assert abs(np.subtract(told.probability, wanted)).mean() < 1e-4
    assert stored.report["method"] == f"{name}+logistic"
    if model.preprocessor_.report_["changes_features"]:
        with pytest.raises(ValueError, match="cannot be exported to onnx"):
            model.export("onnx")
    else:
        assert model.export("onnx") == stored.export("onnx")
    assert pickle.loads(pickle.dumps(model))._stored().report["method"] == f"{name}+logistic"


def test_what_comes_before_an_estimator_says_why_it_is_not_stored(tmp_path):
    theirs = Preprocessed(Theirs(), Reweighing()).fit(X, Y, sensitive_features=SEX)
    with pytest.raises(ValueError, match="as its estimator LogisticRegression has none"):
        theirs.save(tmp_path / "m.eqp")
    for before in (OptimizedPreprocessing(), *REPAIRS.values()):
        drawn = Preprocessed(LogisticRegression(), before)
        with pytest.raises(ValueError, match="draws where new rows move"):
            drawn.fit(TEXTS, Y, sensitive_features=SEX).export("onnx")
    # The model knows fewer levels than the transform makes.
    other = Preprocessed(LogisticRegression(), Preprocessor("feature-suppression"))
    other.fit(TEXTS, Y, sensitive_features=SEX)
    other.estimator_.fit(TEXTS.assign(town="u"), Y)
    with pytest.raises(ValueError, match="other levels of a category"):
        other.save(tmp_path / "m.eqp")
    with pytest.raises(ValueError, match="not fitted"):
        Preprocessed(LogisticRegression()).save(tmp_path / "m.eqp")
    assert not (tmp_path / "m.eqp").exists()


def test_a_sampler_is_stored_as_its_method_is(tmp_path):
    method, sampler = Massaging(), Resampler(Massaging())
    for stage in (method, sampler):
        stage.fit(X, Y, sensitive_features=SEX).save(tmp_path / f"{type(stage).__name__}.eqp")
    assert (tmp_path / "Resampler.eqp").read_bytes() == (tmp_path / "Massaging.eqp").read_bytes()
    assert equipoise.info(tmp_path / "Resampler.eqp")["method"] == "massaging"
    with pytest.raises(ValueError, match="Resampler is a stage beside a model"):
        sampler.export("onnx")


def columns_of(encoder, table):
    """The columns that coefficients belong to, as the page of model files says it."""
    columns = []
    for part in encoder["numeric"]:
        shifted = (table[part["name"]] - part["origin"]) + part["shift"]
        columns.append((shifted * part["scale"]).fillna(0))
    for part in encoder["categorical"]:
        values = table[part["name"]]
        columns += [values == level for level in part["levels"]]
        known = values.isin(part["levels"])
        if part["hasMissing"]:
            columns.append(values.isna())
            known |= values.isna()
        columns.append(~known)
    for part in encoder["numeric"]:
        if part["hasMissing"]:
            columns += [table[part["name"]].notna(), table[part["name"]].isna()]
    return np.column_stack([np.asarray(column, dtype=float) for column in columns])


@pytest.mark.filterwarnings("ignore:column 'town'")
@pytest.mark.parametrize("method", ["logistic", "penalized"])
def test_scores_are_coefficients_times_the_columns_of_the_encoder(method, tmp_path):
    table = TEXTS.assign(sex=SEX, y=Y, same=7.0)
    table.loc[3:9, "a"], table.loc[5:20, "town"] = np.nan, None
    model = equipoise.train(method, table, label="y", sensitive="sex", missing="keep")
    model.save(tmp_path / "m.eqp")
    raw = (tmp_path / "m.eqp").read_bytes()
    size = int.from_bytes(raw[:8], "little")
    head = json.loads(raw[8 : 8 + size])
    encoder = json.loads(head.pop("__metadata__")["encoder"])
    tensors = {
        name: np.frombuffer(raw[8 + size :][slice(*part["data_offsets"])], "<f8")
        for name, part in head.items()
    }
    table.loc[30:33, "town"] = "never"
    scores = columns_of(encoder, table) @ tensors["coefficients"] + tensors["intercept"]
    np.testing.assert_allclose(
        1 / (1 + np.exp(-scores)), model.predict(table).probability, atol=1e-6)
