"""An audit of arrays or of a table: one job either way."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, overload

import numpy as np

from .._arrow_parts import categories
from .._engine.jobs import Result
from .._inputs import (
    as_columns,
    binary_column,
    check_aligned,
    group_names,
    one_column,
    raw_columns,
    sensitive_groups,
    weight_column,
)
from .._labels import refuse_missing_values
from .._types import Column, Columns, Rows, Table
from .audit_result import Audit
from .results import start

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from .options import ArrayAuditOptions, AuditOptions


@overload
def audit(
    y_true: Column | None = None, y_pred: Column | None = None, *, sensitive_features: Columns,
    y_score: Column | None = None, sample_weight: Column | None = None,
    control_features: Columns | None = None, features: Table | None = None, seed: int = 0,
    n_threads: int | None = None, **options: Unpack[ArrayAuditOptions],
) -> Audit: ...
@overload
def audit(
    table: Rows | None = None, /, *, seed: int = 0,
    n_threads: int | None = None, **options: Unpack[AuditOptions],
) -> Audit: ...
def audit(
    y_true: Any = None, y_pred: Any = None, *, sensitive_features: Any = None, y_score: Any = None,
    sample_weight: Any = None, control_features: Any = None, features: Any = None, seed: int = 0,
    n_threads: int | None = None, **options: Any,
) -> Audit:
    """Every metric of every group with its interval, and how far the groups lie apart.

    Arrays: ``audit(y_true, y_pred, sensitive_features=…)``. A table: ``audit(table, label="y",
    prediction="p", sensitive=["sex"])``, whose columns are named; the first argument may be a
    frame, an Arrow table, a dictionary of columns or the path of a CSV file, or left out with
    ``dataset="adult"``. With neither predictions, scores nor a model the labels are audited;
    without labels the selection.

    Parameters
    ----------
    y_true, y_pred : array of 0 and 1, shape (n,), optional
        Of other values with `positive`, or with ``task="multiclass"`` or ``task="regression"``.
    sensitive_features : column or table; each column is an attribute
    y_score : array, shape (n,), optional
        A score of at least `threshold` is positive when there are no predictions.
    sample_weight : array, shape (n,), optional
    control_features : column or table, optional
        Groups are compared within their values.
    features : table, optional
        What `scan`, `proxies` and `consistency` look at.
    label, prediction, score, model, sensitive, controls, weights, positive, bins, …
        Of a table: the roles of columns as in `train`; `model` is a model of `train` or a file.
    threshold : float
    reference : "largest", "least-of-metric", "greatest-of-metric" or "sex=Male"; several in a list
        Whom groups are compared with besides each other.
    tau : float
        Marks ratios from tau to 1/tau.
    confidence : level of the intervals
    intersections : crosses of up to this many attributes
    fail_on : str or list of str
        Conditions such as "selection_rate.difference>0.1"; `Audit.exceeded` has those that hold.
    scan, proxies, dispersion, power, bootstrap, aequitas, compare_with, membership, consistency
        What to look for besides; ``compare_with`` is the decisions or scores of a second model: a
        column, a model file, or of arrays an array.
    brief : bool
        The documents of the result are of two pages.
    memory : str or int
        The most memory to take, as ``"512MB"`` or in bytes: the table is then the name of a packed
        file (`equipoise.pack`), whose rows are read a few at a time and counted.
    task, unknown, ranking, scan_statistic, title, date, notes, report, evidence, log
        ``equipoise.jobs()["audit"]`` lists every option with what it means.
    seed, n_threads
        Of whatever is drawn, and for all work.

    Examples
    --------
    >>> import equipoise
    >>> found = equipoise.audit([0, 1, 1, 0], [0, 1, 1, 1], sensitive_features=["a", "a", "b", "b"])
    >>> float(found.overall.loc["accuracy_score", "value"])
    0.75
    >>> table = {"sex": ["f", "f", "m", "m"], "hired": [0, 1, 1, 1]}
    >>> found = equipoise.audit(table, prediction="hired", sensitive="sex", tau=0.8)
    >>> found.to_html().startswith("<!DOCTYPE html>")
    True
    """
    if sensitive_features is None:
        for name, value in (
            ("y_pred", y_pred), ("y_score", y_score), ("sample_weight", sample_weight),
            ("control_features", control_features), ("features", features),
        ):
            if value is not None:
                raise TypeError(
                    f"{name} needs the argument 'sensitive_features'; a table names columns: "
                    "audit(table, label=…, prediction=…, sensitive=…)")
        table, asked = y_true, options
    else:
        table, asked = _Rows(sensitive_features, control_features, features).table(
            y_true, y_pred, y_score, sample_weight, dict(options))

    def audited(**more: Any) -> Result:
        return start("audit", {**asked, **more}, {"data": table}, seed=seed, n_threads=n_threads)

    return Audit(audited(), lambda **more: audited(**more))


class _Rows:
    """Arrays as a table: groups are dictionaries of Arrow, so that no text is made for a row."""

    def __init__(self, sensitive: Any, controls: Any, features: Any):
        self._sensitive, self._controls, self._features = sensitive, controls, features
        self._columns: dict[str, Any] = {}
        self._keeps_missing = False

    def _add(self, name: str, values: Any) -> str:
        """The name under which a column stands."""
        while name in self._columns:
            name += "_"
        self._columns[name] = values
        return name

    def table(
        self, y_true: Any, y_pred: Any, y_score: Any, weights: Any, asked: dict[str, Any]
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        """The table, and the options with the roles of its columns."""
        parts = {
            "y_true": y_true, "y_pred": y_pred, "y_score": y_score, "sample_weight": weights}
        check_aligned(
            **parts, sensitive_features=self._sensitive, control_features=self._controls,
            features=self._features)
        is_plain = asked.get("task") in (None, "binary") and "positive" not in asked
        given = {
            name: column_of_role(values, name, is_plain)
            for name, values in parts.items() if values is not None}
        rows = rows_of_all(given, self._sensitive)
        self._keeps_missing = "unknown" in asked
        asked["sensitive"] = self._groups(self._sensitive, rows, "sensitive_feature")
        if self._controls is not None:
            asked["controls"] = self._groups(self._controls, rows, "control_feature")
        roles = {
            "y_true": "label", "y_pred": "prediction", "y_score": "score",
            "sample_weight": "weights"}
        if is_plain and "y_true" in given:
            asked["positive"] = "1"
        for name, values in given.items():
            # As codes of two texts, which nobody has to number.
            is_code = is_plain and name in ("y_true", "y_pred")
            column = categories(values.view(np.int8), ["0", "1"]) if is_code else values
            asked[roles[name]] = self._add(name, column)
        second = asked.get("compare_with")
        if second is not None and not isinstance(second, (str, os.PathLike)):
            asked["compare_with"] = self._add(
                "compare_with", column_of_role(second, "compare_with", False))
        if self._features is not None:
            for name, values in as_columns(self._features, "x"):
                self._add(name, values)
        return self._columns, asked

    def _groups(self, table: Any, rows: int, kind: str) -> list[str]:
        names = []
        for name, groups in sensitive_groups(
            table, rows, kind, keeps_missing=self._keeps_missing
        ):
            if "*" in str(name):
                raise ValueError(f"'{name}': '*' makes crosses of columns: give it another name")
            names.append(self._add(str(name), categories(groups.codes, group_names(groups.levels))))
        return names


def column_of_role(values: Any, name: str, is_plain: bool) -> Any:
    """A column by the rule of its part: labels and decisions as 0 and 1 where `is_plain`, weights as
    numbers, and nothing that is missing."""
    if name == "sample_weight":
        column = one_column(values, name)
        return weight_column(column, len(column))
    if is_plain and name in ("y_true", "y_pred"):
        try:
            return binary_column(values, name)
        except ValueError as error:
            if "pos_label" not in str(error):
                raise
            told = str(error).partition(". ")[0]
            raise ValueError(
                f"{told}. An audit takes the value that counts as positive=…, and other numbers and "
                "classes as task='regression' and task='multiclass'"
            ) from None
    column = one_column(values, name)
    refuse_missing_values(column, name)
    return column


def rows_of_all(given: dict[str, Any], sensitive: Any) -> int:
    """How many rows the columns have, all the same number."""
    if not given:
        return len(raw_columns(sensitive, "sensitive_feature")[0][1])
    rows = len(next(iter(given.values())))
    for name, values in given.items():
        if len(values) != rows:
            raise ValueError(f"{name} has {len(values)} rows, and others have {rows}")
    return rows
