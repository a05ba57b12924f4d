"""Estimators of pyspark.ml: the models of `equipoise.distributed`, in pipelines, grids and files."""

from __future__ import annotations

import numpy as np
import pytest
from test_distributed import made

from equipoise import distributed

pytest.importorskip("pyspark")
from pyspark.ml import Pipeline, PipelineModel  # noqa: E402
from pyspark.ml.evaluation import BinaryClassificationEvaluator  # noqa: E402
from pyspark.ml.feature import StringIndexer, VectorAssembler  # noqa: E402
from pyspark.ml.tuning import CrossValidator, CrossValidatorModel, ParamGridBuilder  # noqa: E402

from equipoise.spark import (  # noqa: E402
    FairClassificationModel,
    FairLogisticRegression,
    FairReduction,
)

FRAME = made(700)
OWN_LEVEL = {"missing": "own-level"}
ROLES = {"label": "label", "sensitive": ["sex"], "weights": "weight", **OWN_LEVEL}
COLUMNS = {"sensitiveCols": ["sex"], "weightCol": "weight", "options": OWN_LEVEL}


@pytest.fixture(scope="module")
def rows(spark):
    """Rows whose division stays."""
    found = spark.createDataFrame(FRAME).repartition(3).persist()
    found.count()
    yield found
    found.unpersist()


def predicted(model, rows) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    told = model.transform(rows).select("rawPrediction", "probability", "prediction").collect()
    return (
        np.array([row.rawPrediction.toArray() for row in told]),
        np.array([row.probability.toArray() for row in told]),
        np.array([row.prediction for row in told]))


@pytest.mark.parametrize(("estimator", "method", "options"), [
    (FairLogisticRegression(strength=5, **COLUMNS), "penalized", {"strength": 5}),
    (FairReduction(bound=0.02, **COLUMNS), "reductions", {"bound": 0.02}),
])
def test_a_model_is_that_of_the_fit_to_parts(spark, rows, tmp_path, estimator, method, options):
    model = estimator.fit(rows)
    expected = distributed.fit(method, rows, **ROLES, **options)
    assert model.local.report == expected.report
    # What was written and read again says the same, and so does the model without Spark.
    model.write().overwrite().save(str(tmp_path / "model"))
    read = FairClassificationModel.load(str(tmp_path / "model"))
    assert read.uid == model.uid and read.getFeaturesCols() == ["age", "amount", "region"]
    frame = rows.toPandas()
    local = expected.predict(frame)
    for one in (model, read):
        raw, probability, decided = predicted(one, rows)
        assert np.array_equal(raw[:, 1], local.score) and np.array_equal(raw[:, 0], -local.score)
        assert np.array_equal(probability[:, 1], local.probability)
        assert np.allclose(probability.sum(axis=1), 1)
        assert np.array_equal(decided, local.prediction)
    assert model.transform(rows).columns == [
        *rows.columns, "rawPrediction", "probability", "prediction"]
    silent = read.setParams(rawPredictionCol="", probabilityCol="", predictionCol="says")
    assert silent.transform(rows).columns == [*rows.columns, "says"]


def test_an_estimator_in_a_pipeline_is_chosen_by_folds_and_stored(spark, rows, tmp_path):
    fair = FairLogisticRegression(
        featuresCol="features", labelCol="target", sensitiveCols=["sex"], rounds="stage", tasks=2)
    pipeline = Pipeline(stages=[
        StringIndexer(inputCol="label", outputCol="target"),
        VectorAssembler(inputCols=["age", "amount"], outputCol="features", handleInvalid="skip"),
        fair])
    chosen = CrossValidator(
        estimator=pipeline, evaluator=BinaryClassificationEvaluator(labelCol="target"),
        estimatorParamMaps=ParamGridBuilder().addGrid(fair.strength, [0.0, 1000.0]).build(),
        numFolds=2, seed=1).fit(rows)
    assert len(chosen.avgMetrics) == 2 and min(chosen.avgMetrics) > 0.4
    model = chosen.bestModel
    expected = fair.copy({fair.strength: [0.0, 1000.0][int(np.argmax(chosen.avgMetrics))]})
    assert model.stages[-1].local.report["options"]["strength"] == expected.getOrDefault("strength")
    model.write().save(str(tmp_path / "model"))
    pipeline.write().save(str(tmp_path / "pipeline"))
    chosen.write().save(str(tmp_path / "chosen"))
    again = Pipeline.load(str(tmp_path / "pipeline"))
    assert again.getStages()[-1].extractParamMap().keys() == fair.extractParamMap().keys()
    kept = predicted(model, rows)
    for read in (PipelineModel.load(str(tmp_path / "model")),
                 CrossValidatorModel.load(str(tmp_path / "chosen")).bestModel):
        assert all(map(np.array_equal, predicted(read, rows), kept))


def test_decisions_are_values_of_the_label_and_sensitive_columns_may_be_features(spark):
    frame = made(400)[["age", "sex", "label"]].assign(label=lambda t: (t.label == "yes") + 1.0)
    rows = spark.createDataFrame(frame)
    fair = FairLogisticRegression(
        featuresCols=["age", "sex"], sensitiveCols=["sex"], strength=0.0, threshold=0.4)
    model = fair.fit(rows)
    _, probability, decided = predicted(model, rows)
    assert np.array_equal(decided, 1.0 + (probability[:, 1] >= 0.4))
    assert any("sex" in name for name in model.local.report["columns"])
    unaware = fair.copy().setParams(featuresCols=["age"]).fit(rows)
    assert unaware.local.report["columns"] == ["age"]


def test_what_is_wrong_is_told(spark):
    rows = spark.createDataFrame(made(100))
    with pytest.raises(ValueError, match="all or not at all: sex of sex, region"):
        FairReduction(featuresCols=["age", "sex"], sensitiveCols=["sex", "region"]).fit(rows)
    with pytest.raises(TypeError, match="bounds"):
        FairReduction(bounds=1)
    with pytest.raises(ValueError, match="not read yet"):
        FairClassificationModel().local  # noqa: B018
