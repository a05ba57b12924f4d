"""The fit: one driver, whatever holds the parts."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Any

from .._engine import parts as engine_parts
from .._engine.model import Model
from .._known_names import Method
from .._training import Decimal, Encoding, Missing, Precision, Separator, TableModel
from .._types import Names
from .._unknown import UnknownGroups
from ._checkpoint import Checkpoint
from ._engine import Engine, PartSource

__all__ = ["fit"]


def fit(
    method: Method | str,
    data: PartSource | Sequence[PartSource] | Any,
    /,
    *,
    engine: Engine | None = None,
    label: str,
    sensitive: Names | None = None,
    positive: object = None,
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
    precision: Precision = "float",
    seed: int = 0,
    checkpoint: str | os.PathLike[str] | None = None,
    resume: bool = False,
    **options: object,
) -> TableModel:
    """Fits a method to all rows of several parts, which stay where they are.

    Every number that the fit needs is a sum over the rows: the parts are asked for their columns,
    means and groups first, and then for the sums of each step. Sums are added exactly, so that the
    model depends on the list of parts and on nothing else: the same bytes whichever engine holds
    them, with however many workers, and whoever was lost on the way.

    Parameters
    ----------
    method : str
        "logistic", "penalized", "prejudice-remover", "reductions", "grid-search", "group-minimax" or
        "subgroup-parity".
    data
        The parts: a list of tables and of paths of files, one pattern of paths such as
        ``"data/*.eqp"``, or one table or file. Of `Dask` a frame of Dask's, of `Ray` a data set,
        of `Spark` a frame of Spark's. Parts have the same columns, in any order; a part may have
        no row.
    engine : Engine, optional
        Who holds the parts; by default `Here`, this process.
    seed : int
        For models that draw by lot.
    checkpoint : str, optional
        A file for the answers of the rounds, written in each, so that a fit whose process is lost can
        go on; removed when the fit ends.
    resume : bool
        Goes on from the checkpoint, if it is there: to the model that the fit would have come to,
        byte for byte.
    label, sensitive, positive, id, weights, drop, categorical, numeric, missing, na, fold, \
use_sensitive, bins, where, separator, decimal, encoding, unknown, precision
        As in `train`; "pooled" is not among what `unknown` may be, but for "logistic".
    options
        Those of the method.

    Returns
    -------
    TableModel
        An ordinary model, which predicts any rows anywhere.

    Raises
    ------
    EquipoiseError
        What is wrong with the rows, with the part and the row; a checkpoint of another fit or of
        other rows.
    LostWorker
        Where a part could not be opened again.

    Examples
    --------
    >>> import equipoise
    >>> from equipoise import distributed
    >>> from equipoise.datasets import load_adult
    >>> adult = load_adult(part="train").frame
    >>> parts = [adult[:10000], adult[10000:25000], adult[25000:]]
    >>> model = distributed.fit("penalized", parts, label="income", sensitive="sex", strength=5)
    >>> model.report["report"]["status"]
    'converged'
    """
    roles = {
        "label": label, "sensitive": sensitive, "positive": positive, "id": id, "weights": weights,
        "drop": drop, "categorical": categorical, "numeric": numeric, "missing": missing, "na": na,
        "fold": fold, "use_sensitive": use_sensitive, "bins": bins, "where": where,
        "separator": separator, "decimal": decimal, "encoding": encoding, "precision": precision,
    }
    read = {name: value for name, value in roles.items() if value is not None}
    asked = {**read, "unknown": unknown, **options}
    if resume and checkpoint is None:
        raise ValueError("resume=True needs checkpoint=, the file to go on from")
    held = _default(data) if engine is None else engine

    def lead() -> Model:
        if checkpoint is None:
            return engine_parts.fit(method, asked, held.ask, seed=seed)
        told = {"method": method, "seed": seed, **asked}
        with Checkpoint(checkpoint, told, resume=resume) as kept:
            model = engine_parts.fit(
                method, asked, lambda request: kept.ask(request, held.ask), seed=seed)
            kept.remove()
        return model

    held.method = method
    try:
        held.start(held.parts(data), read)
        model = held.lead(lead)
    finally:
        held.close()
    model.warn()
    return TableModel(model)


def _default(data: object) -> Engine:
    """The engine whose collection the data are; this process for everything else."""
    kind = type(data).__module__.split(".")[0]
    if kind in ("dask", "dask_expr"):
        from ._dask import Dask

        return Dask()
    if kind == "ray":
        from ._ray import Ray

        return Ray()
    if kind == "pyspark":
        from ._spark import Spark

        return Spark()
    from ._here import Here

    return Here()
