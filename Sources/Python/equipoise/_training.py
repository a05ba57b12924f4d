"""Any method of the engine on a table with names: numbers, categories and missing values as they
are, without an encoding of the user's."""

from __future__ import annotations

import ctypes
import os
import warnings
from collections.abc import Iterable, Mapping, Sequence
from ctypes import byref, c_void_p
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, Union

import numpy as np
import numpy.typing as npt

from . import _arrow
from ._engine.calls import Options, call, listed
from ._engine.dataset import Dataset
from ._engine.model import Model
from ._known_names import Method
from ._types import Names, Numbers, Table
from ._unknown import UnknownGroups

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from ._jobs.options import PredictOptions
    from ._jobs.rows import WrittenPredictions

__all__ = ["Predictions", "TableModel", "load_model", "train"]

#: A table, or the name of a file that holds one.
TableOrFile: TypeAlias = Union[Table, str, "os.PathLike[str]"]
Precision: TypeAlias = Literal["float", "double"]
Missing: TypeAlias = Literal["error", "keep", "drop", "own-level"]
Separator: TypeAlias = Literal["comma", "semicolon", "tab", "bar"]
Decimal: TypeAlias = Literal[".", ","]
Encoding: TypeAlias = Literal["utf-8", "utf-16", "windows-1252"]


def _names(values: Names | None) -> str | None:
    if values is None or isinstance(values, str):
        return values
    if isinstance(values, Iterable):
        return listed(values)
    return listed([values])


def _bins(bins: Mapping[str, Sequence[float]] | None) -> str | None:
    if not bins:
        return None
    return ";".join(
        f"{listed([name])}={','.join(repr(float(edge)) for edge in edges)}"
        for name, edges in bins.items()
    )


def _read(table: TableOrFile, roles: Options, model: Model | None = None) -> Dataset:
    """The rows of a table or a file, encoded as those that a model was fitted to."""
    pointer = c_void_p()
    source: object
    if isinstance(table, (str, os.PathLike)):
        kind, source = "read", os.fsencode(table)
    else:
        stream = _arrow.Stream(table)
        kind, source = "from_arrow", stream.address
    # Ctrl-C must not end in a release function of a stream, where it would be lost.
    with roles.interruptible():
        if model is None:
            call(f"eqp_dataset_{kind}", source, roles.pointer, byref(pointer))
        else:
            call(f"eqp_dataset_{kind}_for", model.pointer, source, roles.pointer, byref(pointer))
    return Dataset.adopt(pointer)


def _tell(notes: Iterable[str]) -> None:
    """Warns of what a reader of any result must know."""
    for note in notes:
        warnings.warn(note.removeprefix("note: "), UserWarning, stacklevel=3)


class Predictions:
    """What a model says about rows: `score`, `probability`, `prediction`, shape (n,) each; of a
    model of numbers `prediction` alone.

    Readable by any library that speaks the Arrow C data interface: `polars.DataFrame(p)`,
    `pyarrow.record_batch(p)`.
    """

    def __init__(self, model: Model, data: Dataset, options: Options):
        self._model, self._data, self._options = model, data, options
        self._columns: dict[str, npt.NDArray[Any]] | None = None

    def __arrow_c_array__(self, requested_schema: object | None = None) -> tuple[object, object]:
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

    def _all(self) -> dict[str, npt.NDArray[Any]]:
        if self._columns is None:
            self._columns = dict(_arrow.columns(self, "predictions"))
        return self._columns

    def _column(self, name: str) -> npt.NDArray[Any]:
        if name not in self._all():
            raise AttributeError(f"a model of numbers has no {name}")
        return self._all()[name]

    @property
    def score(self) -> Numbers:
        """What ranks the rows, shape (n,); of a linear model x·w + b."""
        return self._column("score")

    @property
    def probability(self) -> Numbers:
        """The probability of the positive label, shape (n,)."""
        return self._column("probability")

    @property
    def prediction(self) -> npt.NDArray[Any]:
        """Decisions, shape (n,): 1 for the positive label, else 0; or the number predicted."""
        return self._column("prediction")

    def __len__(self) -> int:
        return self._data.rows

    def __repr__(self) -> str:
        if not len(self):
            return "Predictions(0 rows)"
        values = self.prediction
        if "probability" in self._all():
            return f"Predictions({len(self)} rows, {values.mean():.2%} positive)"
        return f"Predictions({len(self)} rows, mean {values.mean():.6g})"


class TableModel:
    """A model fitted to a table: it knows how to encode others."""

    # Rows of the fit; None of a model that was read from a file.
    _rows: int | None = None

    def __init__(
        self, model: Model, rows: int | None = None, document: dict[str, Any] | None = None
    ):
        self._model = model
        self._rows = rows
        self._document = document

    @property
    def report(self) -> dict[str, Any]:
        """Method, options, status, iterations, objective, certificate, columns, label, classes."""
        report: dict[str, Any] = self._model.report
        return report

    @property
    def document(self) -> dict[str, Any] | None:
        """What the program prints of the fit with ``--format json``: ``train`` and ``test`` have each
        metric's value, ``intervals`` their limits. None where `train` measured nothing: without
        `test`, `test_data` and `checkpoint`."""
        return self._document

    @property
    def positive(self) -> str | None:
        """The positive value of the label: whose probability `predict` gives; None of numbers."""
        classes: list[str | None] = self.report.get("classes") or []
        return classes[-1] if classes else None

    @property
    def classes_(self) -> npt.NDArray[Any]:
        """The negative and the positive value of the label, as texts.

        Where several values are negative there is none of their own: the first is None.
        """
        return np.array(self.report.get("classes") or [], dtype=object)

    def predict(
        self, table: TableOrFile, *, threshold: float = 0.5, sensitive: Names | None = None,
        id: str | None = None, precision: Precision = "float", seed: int = 0,
        n_threads: int | None = None,
    ) -> Predictions:
        """Predicts the rows of a table with the columns that the model was fitted to.

        A model that draws decisions by lot decides a row alike in every call: by its `id`, or by
        what it holds; `seed` has no part in it.

        Parameters
        ----------
        table
            As in `train`. The label is not needed; sensitive columns only where the model decides
            by them. Further columns are not looked at, and texts are read as numbers where the
            model has numbers. Of categories that the model was not fitted to a warning tells.
        threshold : float
            A probability at least this is positive.
        sensitive : str or list of str, optional
            Further sensitive columns.
        id : str, optional
            The column that names each record: decisions that are drawn depend on nothing else.
        precision : "float" or "double"
            How features are stored; as in the fit, to decide by the same bits.
        """
        roles = Options(
            sensitive=_names(sensitive), id=id, precision=precision, threads=n_threads)
        data = _read(table, roles, self._model)
        _tell(data.notes)
        options = Options(threshold=threshold, seed=seed, threads=n_threads)
        return Predictions(self._model, data, options)

    def write_predictions(
        self, table: TableOrFile, output: str | os.PathLike[str], /, *, seed: int = 0,
        n_threads: int | None = None, **options: Unpack[PredictOptions],
    ) -> WrittenPredictions:
        """Writes score, probability and prediction of each row to a CSV file, as the command line does.

        Parameters
        ----------
        table
            As in `predict`.
        output
            The file. With ``memory`` it grows as the rows are read.
        options
            ``keep`` names columns of the table to write beside the predictions; the column ``id`` is
            always there. ``memory="512MB"`` is the most memory to take: the table is then the name of
            a packed file (`equipoise.pack`), whose rows are read a few at a time. The file does not
            depend on it.

        Examples
        --------
        >>> import os, tempfile
        >>> import equipoise
        >>> paid = {"income": list(range(80)), "paid": ["no"] * 40 + ["yes"] * 40}
        >>> model = equipoise.train("logistic", paid, label="paid")
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     packed = os.path.join(folder, "paid.eqp")
        ...     _ = equipoise.pack(paid, packed)
        ...     told = model.write_predictions(
        ...         packed, os.path.join(folder, "scored.csv"), memory="512MB")
        ...     told.document["rows"]
        80
        """
        from ._jobs.results import start
        from ._jobs.rows import WrittenPredictions

        asked = {**options, "model": self, "output": os.fspath(output)}
        result = start("predict", asked, {"data": table}, seed=seed, n_threads=n_threads)
        _tell(result.notes)
        return WrittenPredictions(result)

    def save(self, path: str | os.PathLike[str]) -> None:
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
        fit = report["report"]
        words = [report["method"]]
        if report.get("classes"):
            words.append(f"positive '{report['classes'][-1]}'")
        if self._rows is not None:
            words.append(f"{self._rows} rows")
        words += [f"{len(report['columns'])} columns", fit["status"]]
        if fit.get("iterations") is not None:
            words.append(f"{fit['iterations']} iterations")
        if fit.get("objective") is not None:
            words.append(f"objective {fit['objective']:.6g}")
        tested = (self._document or {}).get("test") or {}
        if tested.get("accuracy_score") is not None:
            words.append(f"accuracy on test rows {tested['accuracy_score']:.4f}")
        return f"TableModel({', '.join(words)})"


def train(
    method: Method | str,
    table: TableOrFile,
    *,
    label: str | None = None,
    sensitive: Names | None = None,
    positive: object = None,
    target_column: str | None = None,
    continuous: Names | None = None,
    controls: Names | None = None,
    id: str | None = None,
    weights: str | None = None,
    drop: Names | None = None,
    categorical: Names | None = None,
    numeric: Names | None = None,
    missing: Missing | None = None,
    na: Names | None = None,
    fold: Names | None = None,
    use_sensitive: bool = False,
    bins: Mapping[str, Sequence[float]] | None = None,
    where: str | None = None,
    separator: Separator | None = None,
    decimal: Decimal | None = None,
    encoding: Encoding | None = None,
    unknown: UnknownGroups = "exclude",
    test: float | None = None,
    test_data: TableOrFile | None = None,
    checkpoint: str | os.PathLike[str] | None = None,
    resume: bool = False,
    memory: str | int | None = None,
    precision: Precision = "float",
    seed: int = 0,
    n_threads: int | None = None,
    **options: object,
) -> TableModel:
    """Fits any method of the engine to a table.

    Parameters
    ----------
    method : str
        A name of `equipoise.methods()`.
    table
        Anything with `__arrow_c_stream__` or `__arrow_c_array__` (polars, pyarrow, pandas, duckdb),
        a pandas frame, a dictionary of columns, or the name of a CSV file or folder of NPY arrays.
        Texts and categories are categories; numbers, decimals and truth values are numbers; nulls,
        NaN, masked and None are missing. Dates, times and lists are an error that names the column,
        unless it is dropped. Texts that look like numbers are categories, with a warning.
    label, positive, sensitive, controls, id, weights, drop, categorical, numeric, missing, na, fold, \
use_sensitive, bins
        The roles of columns, as the data options of the command line name them. A name in a list
        stands as it is; one text is taken apart at its commas, unless it is a column's name. `bins`
        is ``{"age": [25, 40]}``.
    where : str, optional
        Which rows: ``"age < 30 & region in {north, east}"``; its columns may be no features. How many
        rows fulfil it is said by a warning.
    target_column : str, optional
        A numeric column to predict in place of a label, for methods that predict numbers.
    continuous : str or list of str, optional
        Sensitive columns that are numbers, not groups, for methods that take them.
    separator, decimal, encoding
        How a file is written, where it is not to be found out: ``"semicolon"``, ``","``,
        ``"windows-1252"``.
    unknown : "exclude", "own-group" or "pooled"
        What becomes of rows whose sensitive attribute is missing: left out of what looks at groups,
        with a warning that counts them; a group of their own; or pooled, which trains on them where a
        method can use them and binds nobody by them.
    test : float, optional
        A share of the rows to hold out, stratified by group and label: the model is fitted to the
        others, and `TableModel.document` has what both parts measure. Left out, all rows train.
    test_data : table or str, optional
        Rows to test on, in place of a share.
    checkpoint : str, optional
        A file for what a long fit needs to go on after a kill, written after each epoch, for methods
        that can ("adversarial").
    resume : bool
        Goes on from the checkpoint, if it is there.
    memory : str or int, optional
        The most memory to take, as ``"512MB"`` or in bytes. The table is then the name of a packed
        file (`equipoise.pack`), whose rows are read a few at a time; those that do not fit go through
        a temporary file. The model does not depend on it.
    precision : "float" or "double"
        How features are stored.
    options
        Those of the method.

    Raises
    ------
    ValueError
        Where data or options cannot be used; it has `row` (from 0, or None) and `column`.

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
    >>> held_out = equipoise.train("logistic", adult, label="income", sensitive="sex", test=0.25)
    >>> held_out.document["test"]["accuracy_score"] > 0.8
    True
    """
    if (label is None) == (target_column is None):
        raise TypeError("train needs either 'label' or 'target_column'")
    roles = dict(
        label=label, positive=positive, target_column=target_column,
        sensitive=_names(sensitive), continuous=_names(continuous), controls=_names(controls),
        id=id, weights=weights, drop=_names(drop), categorical=_names(categorical),
        numeric=_names(numeric), missing=missing, na=_names(na), fold=_names(fold),
        use_sensitive=use_sensitive, bins=_bins(bins), where=where, separator=separator,
        decimal=decimal, encoding=encoding, unknown=unknown, precision=precision,
    )
    if memory is not None or test is not None or test_data is not None or checkpoint is not None \
            or resume:
        share = 0.0 if test is None and test_data is None else test
        asked = dict(
            test=share, test_data=test_data, checkpoint=checkpoint, resume=resume or None,
            memory=None if memory is None else str(memory))
        tested, notes = _measured(
            method, table, {**roles, **asked, **options}, seed, n_threads)
        _tell(notes)
        tested._model.warn()
        return tested
    data = _read(table, Options(**roles, threads=n_threads))
    _tell(data.notes)
    model = Model.fit(method, data, Options(seed=seed, threads=n_threads, **options))
    model.warn()
    return TableModel(model, data.rows)


def _measured(
    method: str, table: TableOrFile, options: Mapping[str, object], seed: int,
    n_threads: int | None,
) -> tuple[TableModel, list[str]]:
    """A fit as the program's job, which measures it on both parts of the rows, and its notes."""
    from ._jobs.results import start

    result = start(
        "train", {"method": method, **options}, {"data": table}, seed=seed, n_threads=n_threads)
    model = result.model
    assert model is not None
    document: dict[str, Any] = result.document
    # The last note of a fit that missed its tolerance is its ending, which the model warns of.
    notes = result.notes if result.ending == "done" else result.notes[:-1]
    return TableModel(model, (document.get("rows") or {}).get("train"), document), notes


def load_model(path: str | os.PathLike[str]) -> TableModel:
    """Reads a model file of the command line or of `TableModel.save`."""
    return TableModel(Model.read(path))
