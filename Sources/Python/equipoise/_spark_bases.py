"""Base classes of pyspark, whose types type checkers of other packages do not see, as they shall be
seen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Generic, TypeVar, overload

    from pyspark.sql import DataFrame
    from typing_extensions import Self

    _M = TypeVar("_M")

    class Param(Generic[_M]):
        """A parameter: name, description, and what takes a value to its type."""

        name: str
        doc: str

        def __init__(self, parent: Any, name: str, doc: str, typeConverter: Any = None) -> None: ...

    class Params:
        """What has parameters."""

        uid: str

        def __init__(self) -> None: ...

        def isSet(self, param: Param[Any] | str) -> bool:
            """Whether somebody has set it."""
            ...

        def isDefined(self, param: Param[Any] | str) -> bool:
            """Whether it is set or has a default."""
            ...

        def getParam(self, paramName: str) -> Param[Any]:
            """The parameter of a name."""
            ...

        def getOrDefault(self, param: Param[Any] | str) -> Any:
            """Its value."""
            ...

        def copy(self, extra: dict[Param[Any], Any] | None = None) -> Self:
            """A copy with other values."""
            ...

        def explainParams(self) -> str:
            """All parameters with their values."""
            ...

        def save(self, path: str) -> None:
            """Writes it with its parameters."""
            ...

        @classmethod
        def load(cls, path: str) -> Self:
            """Reads what was saved."""
            ...

        def _set(self, **values: Any) -> Self: ...
        def _setDefault(self, **values: Any) -> Self: ...
        def _copyValues(self, to: _M) -> _M: ...
        def _resetUid(self, newUid: str) -> Self: ...

    class Columns(Params):
        """The columns that estimators and models of pyspark share."""

        featuresCol: Param[str]
        labelCol: Param[str]
        weightCol: Param[str]
        predictionCol: Param[str]
        probabilityCol: Param[str]
        rawPredictionCol: Param[str]
        threshold: Param[float]

        def getFeaturesCol(self) -> str: ...
        def getLabelCol(self) -> str: ...
        def getWeightCol(self) -> str: ...
        def getPredictionCol(self) -> str: ...
        def getProbabilityCol(self) -> str: ...
        def getRawPredictionCol(self) -> str: ...
        def getThreshold(self) -> float: ...

    class StoredEstimator(Params, Generic[_M]):
        """An estimator of pyspark that is written and read by its parameters."""

        @overload
        def fit(self, dataset: DataFrame, params: dict[Param[Any], Any] | None = None) -> _M: ...
        @overload
        def fit(self, dataset: DataFrame, params: Sequence[dict[Param[Any], Any]]) -> list[_M]: ...
        def fit(self, dataset: DataFrame, params: Any = None) -> Any:
            """Fits a model to the rows, or one for each of several sets of values."""
            ...

        def write(self) -> Writer:
            """What writes it."""
            ...

        @classmethod
        def read(cls) -> Any:
            """What reads it."""
            ...

    class StoredModel(Params):
        """A model of pyspark with a way of its own to be written and read."""

        def transform(
            self, dataset: DataFrame, params: dict[Param[Any], Any] | None = None
        ) -> DataFrame:
            """The rows with what the model says about them."""
            ...

    class Writer:
        """Writes something of pyspark."""

        sparkSession: Any

        def __init__(self) -> None: ...

        def overwrite(self) -> Self:
            """Lets it replace what is there."""
            ...

        def save(self, path: str) -> None:
            """Writes it."""
            ...

    class Reader(Generic[_M]):
        """Reads something of pyspark."""

        sparkSession: Any

        def __init__(self) -> None: ...

        def load(self, path: str) -> _M:
            """Reads it."""
            ...

else:
    from pyspark.ml import Estimator, Model
    from pyspark.ml.param import Param, Params
    from pyspark.ml.param.shared import (
        HasFeaturesCol,
        HasLabelCol,
        HasPredictionCol,
        HasProbabilityCol,
        HasRawPredictionCol,
        HasThreshold,
        HasWeightCol,
    )
    from pyspark.ml.util import (
        DefaultParamsReadable,
        DefaultParamsWritable,
        MLReadable,
        MLWritable,
    )
    from pyspark.ml.util import MLReader as Reader
    from pyspark.ml.util import MLWriter as Writer

    class Columns(
        HasLabelCol, HasFeaturesCol, HasWeightCol, HasPredictionCol, HasProbabilityCol,
        HasRawPredictionCol, HasThreshold,
    ):
        """The columns that estimators and models of pyspark share."""

    class StoredEstimator(Estimator, DefaultParamsReadable, DefaultParamsWritable):
        """An estimator of pyspark that is written and read by its parameters."""

    class StoredModel(Model, MLReadable, MLWritable):
        """A model of pyspark with a way of its own to be written and read."""


__all__ = [
    "Columns", "Param", "Params", "Reader", "StoredEstimator", "StoredModel", "Writer",
]
