"""Any method of the engine on a table with names: numbers, categories and missing values as they
are, without an encoding of the user's."""

from __future__ import annotations

import ctypes
import os
from ctypes import byref, c_void_p

import numpy as np

from . import _arrow
from ._engine.calls import Options, call
from ._engine.dataset import Dataset
from ._engine.model import Model

__all__ = ["Predictions", "TableModel", "load_model", "train"]


def _names(values) -> str | None:
    if values is None:
        return None
    return values if isinstance(values, str) else ",".join(str(value) for value in values)


def _bins(bins) -> str | None:
    if not bins:
        return None
    return ";".join(
        f"{name}={','.join(repr(float(edge)) for edge in edges)}" for name, edges in bins.items()
    )


class Predictions:
    """What a model says about rows: `score`, `probability`, `prediction`, shape (n,) each; of a model
    of numbers `prediction` alone.

    Readable by any library that speaks the Arrow C data interface: `polars.DataFrame(p)`,
    `pyarrow.record_batch(p)`.
    """

    def __init__(self, model: Model, data: Dataset, options: Options):
        self._model, self._data, self._options = model, data, options
        self._columns: dict[str, np.ndarray] | None = None

    def __arrow_c_array__(self, requested_schema=None):
        schema, array = _arrow.ArrowSchema(), _arrow.ArrowArray()
        call(
            "eqp_model_predict_arrow",
            self._model.pointer,
            self._data.pointer,
            self._options.pointer,
            ctypes.byref(schema),
            ctypes.byref(array),
        )
        return _arrow.capsules(schema, array)

    def _column(self, name: str) -> np.ndarray:
        if self._columns is None:
            self._columns = dict(_arrow.columns(self, "predictions"))
        if name not in self._columns:
            raise AttributeError(f"a model of numbers has no {name}")
        return self._columns[name]

    @property
    def score(self) -> np.ndarray:
        return self._column("score")

    @property
    def probability(self) -> np.ndarray:
        return self._column("probability")

    @property
    def prediction(self) -> np.ndarray:
        return self._column("prediction")

    def __len__(self) -> int:
        return self._data.rows


class TableModel:
    """A model fitted to a table: it knows how to encode others."""

    def __init__(self, model: Model):
        self._model = model

    @property
    def report(self) -> dict:
        """Method, options, status, iterations, objective, certificate, columns."""
        return self._model.report

    def predict(
        self, table, *, threshold: float = 0.5, sensitive=None, precision: str = "float",
        seed: int = 0, n_threads: int | None = None,
    ) -> Predictions:
        """Predicts the rows of a table with the columns that the model was fitted to.

        Parameters
        ----------
        table
            As in `train`. The label is not needed; sensitive columns only where the model decides
            by them.
        threshold : float
            A probability at least this is positive.
        sensitive : str or list of str, optional
            Further sensitive columns.
        precision : "float" or "double"
            How features are stored; as in the fit, to decide by the same bits.
        """
        roles = Options(sensitive=_names(sensitive), precision=precision, threads=n_threads)
        pointer = c_void_p()
        stream = _arrow.Stream(table)
        # Ctrl-C must not end in a release function of the stream, where it would be lost.
        with roles.interruptible():
            call(
                "eqp_dataset_from_arrow_for",
                self._model.pointer,
                stream.address,
                roles.pointer,
                byref(pointer),
            )
        options = Options(threshold=threshold, seed=seed, threads=n_threads)
        return Predictions(self._model, Dataset.adopt(pointer), options)

    def save(self, path) -> None:
        """Writes the model file that the command line reads, too."""
        self._model.write(path)

    def export(
        self, target: str | os.PathLike[str], *, threshold: float = 0.5
    ) -> bytes | None:
        """The model for other programs to run: ONNX or safetensors.

        Parameters
        ----------
        target
            "onnx" or "safetensors" for the bytes, or a file whose name ends in ``.onnx`` or
            ``.safetensors``.
        threshold
            A probability at least this is positive, for models without own thresholds.
        """
        from ._jobs.models import exported

        return exported(self._model, target, threshold)

    def __repr__(self) -> str:
        report = self.report
        return f"TableModel({report['method']}, {report['report']['status']})"


def train(
    method: str, table, *, label: str | None = None, sensitive=None, positive=None,
    target_column: str | None = None, continuous=None, controls=None, id: str | None = None,
    weights: str | None = None, drop=None,
    categorical=None, numeric=None, missing: str | None = None, na=None,
    use_sensitive: bool = False, bins: dict | None = None, precision: str = "float",
    seed: int = 0, n_threads: int | None = None, **options,
) -> TableModel:
    """Fits any method of the engine to a table.

    Parameters
    ----------
    method : str
        A name of `equipoise.methods()`.
    table
        Anything with `__arrow_c_stream__` or `__arrow_c_array__` (polars, pyarrow, pandas, duckdb),
        a pandas frame or a dictionary of columns. Texts and categories are categories, numbers
        numbers; nulls and NaN are missing.
    label, positive, sensitive, controls, id, weights, drop, categorical, numeric, missing, na, \
use_sensitive, bins
        The roles of columns, as the data options of the command line name them; `bins` is
        ``{"age": [25, 40]}``.
    target_column : str, optional
        A numeric column to predict in place of a label, for methods that predict numbers.
    continuous : str or list of str, optional
        Sensitive columns that are numbers, not groups, for methods that take them.
    precision : "float" or "double"
        How features are stored.
    options
        Those of the method.

    Examples
    --------
    >>> import equipoise
    >>> from equipoise.datasets import load_adult
    >>> adult = load_adult(part="train").frame
    >>> model = equipoise.train("penalized", adult, label="income", sensitive=["sex"],
    ...                         drop=["fnlwgt"], strength=10)
    >>> model.report["report"]["status"]
    'converged'
    >>> len(model.predict(adult).probability)
    32561
    """
    if (label is None) == (target_column is None):
        raise TypeError("train needs either 'label' or 'target_column'")
    roles = Options(
        label=label, positive=positive, target_column=target_column,
        sensitive=_names(sensitive), continuous=_names(continuous), controls=_names(controls), id=id,
        weights=weights,
        drop=_names(drop), categorical=_names(categorical), numeric=_names(numeric),
        missing=missing, na=_names(na), use_sensitive=use_sensitive, bins=_bins(bins),
        precision=precision, threads=n_threads,
    )
    pointer = c_void_p()
    stream = _arrow.Stream(table)
    # Ctrl-C must not end in a release function of the stream, where it would be lost.
    with roles.interruptible():
        call("eqp_dataset_from_arrow", stream.address, roles.pointer, byref(pointer))
    data = Dataset.adopt(pointer)
    model = Model.fit(method, data, Options(seed=seed, threads=n_threads, **options))
    model.warn()
    return TableModel(model)


def load_model(path) -> TableModel:
    """Reads a model file of the command line or of `TableModel.save`."""
    return TableModel(Model.read(path))
