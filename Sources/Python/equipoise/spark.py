"""Fair classifiers as estimators of `pyspark.ml`: for its pipelines, grids and files.

Fits are those of `equipoise.distributed` on Spark: rows stay in the executors. What comes out is an
ordinary model in the form of a transformer; `FairClassificationModel.local` is the model itself.
This module needs pyspark of version 3.5 or later.
"""

from __future__ import annotations

import importlib
import os
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from pyspark.ml.functions import array_to_vector, vector_to_array
from pyspark.ml.param import TypeConverters

from . import distributed
from ._spark_bases import Columns, Param, Params, Reader, StoredEstimator, StoredModel, Writer
from ._training import TableModel, load_model

if TYPE_CHECKING:
    import pandas as pd
    from pyspark.sql import Column, DataFrame
    from typing_extensions import Self

    _EstimatorOfModels = StoredEstimator["FairClassificationModel"]
    _ReaderOfModels = Reader["FairClassificationModel"]
else:
    _EstimatorOfModels, _ReaderOfModels = StoredEstimator, Reader

__all__ = ["FairClassificationModel", "FairLogisticRegression", "FairReduction"]

#: Whose parameters those of classes are, until there is an object.
_NOBODY: Any = getattr(Params, "_dummy")()
#: The functions of frames, whose types pyspark makes when it runs.
_functions: Any = importlib.import_module("pyspark.sql.functions")
#: What writes and reads parameters.
_stored: Any = importlib.import_module("pyspark.ml.util")
#: Arrow, whose types are in a package of their own.
_arrow: Any = importlib.import_module("pyarrow")


def _same(value: Any) -> Any:
    return value


def _param(name: str, doc: str, converter: Any = TypeConverters.toString) -> Any:
    return Param(_NOBODY, name, doc, converter)


class _Columns(Columns):
    """The roles of columns, in estimators and in models."""

    featuresCols: Param[list[str]] = _param(
        "featuresCols", "features: columns of numbers and texts", TypeConverters.toListString)
    sensitiveCols: Param[list[str]] = _param(
        "sensitiveCols", "columns that tell the groups", TypeConverters.toListString)
    featuresSize: Param[int] = _param(
        "featuresSize", "entries of the vector in featuresCol", TypeConverters.toInt)

    def getFeaturesCols(self) -> list[str]:
        """The columns that are features."""
        return list(self.getOrDefault(self.featuresCols))

    def getSensitiveCols(self) -> list[str]:
        """The columns that tell the groups."""
        return list(self.getOrDefault(self.sensitiveCols))

    def _features(self) -> list[tuple[str, Column]]:
        """Name and column of each feature."""
        if self.isSet(self.featuresCols):
            return [(name, _functions.col(_quoted(name))) for name in self.getFeaturesCols()]
        name = self.getFeaturesCol()
        entries = vector_to_array(_functions.col(_quoted(name)))
        return [
            (f"{name}_{k}", entries[k]) for k in range(self.getOrDefault(self.featuresSize))]


def _quoted(name: str) -> str:
    return "`" + name.replace("`", "``") + "`"


class _FairEstimator(_EstimatorOfModels, _Columns):
    """What the estimators of this module share."""

    positive: Param[Any] = _param("positive", "the positive value of the label", _same)
    options: Param[dict[str, Any]] = _param(
        "options", "further arguments of equipoise.distributed.fit by name", _same)
    rounds: Param[str] = _param("rounds", "\"stage\" or \"jobs\": how executors are asked")
    tasks: Param[int] = _param("tasks", "how many tasks hold the rows", TypeConverters.toInt)

    _method = ""
    _of_method: tuple[str, ...] = ()

    def _took(self, given: Mapping[str, Any]) -> None:
        """Keeps the arguments that were given."""
        asked = {name: value for name, value in given.items() if value is not None}
        self._set(**asked)

    def setParams(self, **params: Any) -> Self:
        """Changes parameters, by the names that the constructor has."""
        self._took(params)
        return self

    def _value(self, name: str) -> Any:
        param = self.getParam(name)
        return self.getOrDefault(param) if self.isDefined(param) else None

    def _with_features(self, dataset: DataFrame) -> _FairEstimator:
        """This estimator with its features, of which it was perhaps not told."""
        found = self.copy()
        if self.isSet(self.featuresCols):
            return found
        if self.isSet(self.featuresCol):
            vectors = dataset.select(vector_to_array(
                _functions.col(_quoted(self.getFeaturesCol()))).alias("vector")).first()
            if vectors is None:
                raise ValueError("there is no row: the frame is empty")
            return found._set(featuresSize=len(vectors["vector"]))
        roles = {self.getLabelCol(), *self.getSensitiveCols(), self._value("weightCol")}
        return found._set(featuresCols=[name for name in dataset.columns if name not in roles])

    def _fit(self, dataset: DataFrame) -> FairClassificationModel:
        asked = self._with_features(dataset)
        features, sensitive = asked._features(), self.getSensitiveCols()
        within = {name for name, _ in features} & set(sensitive)
        if within and within != set(sensitive):
            raise ValueError(
                "sensitive columns are features either all or not at all: "
                f"{', '.join(sorted(within))} of {', '.join(sensitive)}")
        weights = self._value("weightCol")
        roles = [self.getLabelCol(), *sensitive, *([] if weights is None else [weights])]
        rows = dataset.select(
            *[column.alias(name) for name, column in features],
            *[_functions.col(_quoted(name)) for name in roles if name not in within])
        engine = distributed.Spark(
            dataset.sparkSession, rounds=self._value("rounds"), tasks=self._value("tasks"))
        own = {name: self._value(name) for name in self._of_method}
        options: dict[str, Any] = {
            **{name: value for name, value in own.items() if value is not None},
            **(self._value("options") or {})}
        local = distributed.fit(
            self._method, rows, engine=engine, label=self.getLabelCol(),
            sensitive=sensitive or None, weights=weights, positive=self._value("positive"),
            use_sensitive=bool(within), **options)
        return asked._copyValues(FairClassificationModel(local))


class FairLogisticRegression(_FairEstimator):
    """Logistic regression with a fairness penalty, method "penalized".

    Minimizes the weighted mean loss + ½·l2·‖w‖² + strength·penalty, as
    `equipoise.linear_model.PenalizedLogisticRegression` does.

    Parameters
    ----------
    featuresCols : list of str, optional
        Columns of numbers and texts; by default the vectors of `featuresCol` if that is given, or
        else all columns that are nothing else.
    featuresCol : str, optional
        A column of vectors, as a `VectorAssembler` makes it.
    labelCol, weightCol : str
        Label, of two values; and weights.
    sensitiveCols : list of str
        Columns that tell the groups. They are features where `featuresCols` has them, too.
    positive : optional
        The positive value of the label.
    strength : float, optional
        Factor of the penalty beside the mean loss.
    criterion : str, optional
        What is made alike between groups: "demographic_parity" and others.
    threshold : float
        A probability at least this is positive.
    predictionCol, probabilityCol, rawPredictionCol : str
        What the model adds to rows: decision, and vectors of both labels' probabilities and scores;
        "" for nothing. Decisions are values of the label where these are numbers, else 0 and 1.
    options : dict, optional
        Further arguments of `equipoise.distributed.fit`: ``{"missing": "own-level"}``.
    rounds, tasks
        As in `equipoise.distributed.Spark`.
    """

    strength: Param[float] = _param(
        "strength", "factor of the penalty beside the mean loss", TypeConverters.toFloat)
    criterion: Param[str] = _param("criterion", "what is made alike between groups")

    _method = "penalized"
    _of_method = ("strength", "criterion")

    def __init__(
        self, *, featuresCols: Sequence[str] | None = None, featuresCol: str | None = None,
        labelCol: str = "label", weightCol: str | None = None,
        sensitiveCols: Sequence[str] | None = None, positive: object = None,
        strength: float | None = None, criterion: str | None = None, threshold: float = 0.5,
        predictionCol: str = "prediction", probabilityCol: str = "probability",
        rawPredictionCol: str = "rawPrediction", options: Mapping[str, Any] | None = None,
        rounds: Literal["stage", "jobs"] | None = None, tasks: int | None = None,
    ) -> None:
        given = {name: value for name, value in locals().items() if name in _NAMES}
        super().__init__()
        self._setDefault(sensitiveCols=[])
        self._took({**given, "strength": strength, "criterion": criterion})


class FairReduction(_FairEstimator):
    """A mixture of logistic regressions with the smallest error among those that meet a constraint,
    method "reductions".

    As `equipoise.reductions.ExponentiatedGradient` over the engine's logistic regression.

    Parameters
    ----------
    featuresCols, featuresCol, labelCol, weightCol, sensitiveCols, positive, threshold, \
predictionCol, probabilityCol, rawPredictionCol, options, rounds, tasks
        As in `FairLogisticRegression`.
    constraint : str, optional
        What differs between groups by no more than the bound: "demographic_parity" and others.
    bound : float, optional
        By how much it may differ.
    """

    constraint: Param[str] = _param("constraint", "what may differ by no more than the bound")
    bound: Param[float] = _param("bound", "by how much it may differ", TypeConverters.toFloat)

    _method = "reductions"
    _of_method = ("constraint", "bound")

    def __init__(
        self, *, featuresCols: Sequence[str] | None = None, featuresCol: str | None = None,
        labelCol: str = "label", weightCol: str | None = None,
        sensitiveCols: Sequence[str] | None = None, positive: object = None,
        constraint: str | None = None, bound: float | None = None, threshold: float = 0.5,
        predictionCol: str = "prediction", probabilityCol: str = "probability",
        rawPredictionCol: str = "rawPrediction", options: Mapping[str, Any] | None = None,
        rounds: Literal["stage", "jobs"] | None = None, tasks: int | None = None,
    ) -> None:
        given = {name: value for name, value in locals().items() if name in _NAMES}
        super().__init__()
        self._setDefault(sensitiveCols=[])
        self._took({**given, "constraint": constraint, "bound": bound})


#: Arguments that both estimators have.
_NAMES = frozenset({
    "featuresCols", "featuresCol", "labelCol", "weightCol", "sensitiveCols", "positive",
    "threshold", "predictionCol", "probabilityCol", "rawPredictionCol", "options", "rounds", "tasks",
})


class FairClassificationModel(StoredModel, _Columns):
    """A fitted model, which predicts rows where they are.

    Parameters
    ----------
    local : TableModel, optional
        The model; none of one that is being read.
    """

    def __init__(self, local: TableModel | None = None) -> None:
        super().__init__()
        self._setDefault(sensitiveCols=[])
        self._local = local

    @property
    def local(self) -> TableModel:
        """The ordinary model: its report, its file, predictions without Spark."""
        if self._local is None:
            raise ValueError("this model was not read yet")
        return self._local

    def setParams(self, **params: Any) -> Self:
        """Changes names of columns and the threshold."""
        self._set(**params)
        return self

    def _transform(self, dataset: DataFrame) -> DataFrame:
        features = self._features()
        rows = dataset.select(*[column.alias(name) for name, column in features])
        found = "equipoise found"
        judge = _judge(self.local, self.getThreshold(), rows)
        told = dataset.withColumn(
            found, judge(_functions.struct(*[column.alias(name) for name, column in features])))
        score, share = (_functions.col(f"`{found}`.{name}") for name in ("score", "probability"))
        added: list[tuple[str, Any]] = [
            (self.getRawPredictionCol(), array_to_vector(_functions.array(-score, score))),
            (self.getProbabilityCol(), array_to_vector(
                _functions.array(_functions.lit(1.0) - share, share))),
            (self.getPredictionCol(), _functions.col(f"`{found}`.prediction"))]
        for name, column in added:
            if name:
                told = told.withColumn(name, column)
        return told.drop(found)

    def write(self) -> Writer:
        """What writes the model with its parameters: `model.write().overwrite().save(path)`."""
        return _Writer(self)

    @classmethod
    def read(cls) -> Reader[FairClassificationModel]:
        """What reads a model that was written."""
        return _Reader()


def _values(model: TableModel) -> tuple[float, float]:
    """The decisions as values of the label, where these are numbers."""
    try:
        negative, positive = (float(value) for value in model.classes_)
    except (TypeError, ValueError):
        return 0.0, 1.0
    return negative, positive


def _judge(model: TableModel, threshold: float, rows: DataFrame) -> Any:
    """The function that predicts in the executors; `rows` have the types of the features."""
    import pandas
    from pyspark.sql.pandas.types import to_arrow_schema

    schema: Any = to_arrow_schema(rows.schema)
    values = np.array(_values(model))

    def judged(batches: Iterator[pd.DataFrame]) -> Iterator[pd.DataFrame]:
        for batch in batches:
            table: Any = _arrow.Table.from_pandas(batch, schema=schema, preserve_index=False)
            told = model.predict(table, threshold=threshold, n_threads=1)
            yield pandas.DataFrame({
                "score": told.score, "probability": told.probability,
                "prediction": values[told.prediction.astype(int)]})

    # By its types pyspark knows what kind of function it is.
    frames = Iterator[pandas.DataFrame]
    judged.__annotations__ = {"batches": frames, "return": frames}
    return _functions.pandas_udf(
        judged, "score double, probability double, prediction double")


def _context(stored: Writer | Reader[Any]) -> Any:
    """By what pyspark writes and reads parameters: a session; before version 4 its context."""
    session = stored.sparkSession
    return session if int(session.version.split(".")[0]) >= 4 else session.sparkContext


class _Writer(Writer):
    """Writes parameters as pyspark does, and the model file beside them."""

    def __init__(self, instance: FairClassificationModel) -> None:
        super().__init__()
        self._instance = instance

    def saveImpl(self, path: str) -> None:
        _stored.DefaultParamsWriter.saveMetadata(self._instance, path, _context(self))
        with tempfile.TemporaryDirectory() as folder:
            file = os.path.join(folder, "model.eqp")
            self._instance.local.save(file)
            with open(file, "rb") as stream:
                content = bytearray(stream.read())
        self.sparkSession.createDataFrame([(content,)], "model binary").coalesce(
            1).write.parquet(os.path.join(path, "model"))


class _Reader(_ReaderOfModels):
    """Reads what `_Writer` has written."""

    def load(self, path: str) -> FairClassificationModel:
        name = f"{FairClassificationModel.__module__}.{FairClassificationModel.__name__}"
        metadata = _stored.DefaultParamsReader.loadMetadata(path, _context(self), name)
        row = self.sparkSession.read.parquet(os.path.join(path, "model")).first()
        if row is None:
            raise ValueError(f"{path}: there is no model in it")
        with tempfile.TemporaryDirectory() as folder:
            file = os.path.join(folder, "model.eqp")
            with open(file, "wb") as stream:
                stream.write(row["model"])
            found = FairClassificationModel(load_model(file))
        found._resetUid(metadata["uid"])
        _stored.DefaultParamsReader.getAndSetParams(found, metadata)
        return found
