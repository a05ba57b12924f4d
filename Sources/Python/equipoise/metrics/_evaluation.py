"""Metrics of all rows and of every group: counted ones from one count of cells, others by a call a
group on its rows."""

from __future__ import annotations

import copy
from typing import Any

import numpy as np
import numpy.typing as npt

from .._grouping import Grouping
from .._inputs import as_columns
from .._unknown import LEFT_OUT_OF_GAPS, Unknown, checked_unknown, fate_of
from ._counted import CellTable, Cells, Counted
from ._features import Feature, Partition, features_of_rows, named_features, unknown_of
from ._metrics import Metric
from ._results import Results, Table
from ._undefined import told_together

Array = npt.NDArray[Any]
Rows = npt.NDArray[Any]


def column_of_rows(values: Any, name: str) -> Array:
    """Labels or predictions, shape (n,) or (n, m)."""
    columns = as_columns(values, name)
    if len(columns) == 1:
        return columns[0][1]
    return np.column_stack([column for _, column in columns])


def _as_column(values: list[Any]) -> Array:
    """Values as a column, each in a cell even when it is an array."""
    if all(np.isscalar(value) for value in values):
        column = np.asarray(values)
        if column.dtype.kind in "iufb":
            return column
    cells = np.empty(len(values), dtype=object)
    for k, value in enumerate(values):
        cells[k] = value
    return cells


class Evaluation:
    """Labels, predictions, groups and metrics, of which values are asked for all rows or for draws."""

    #: How many rows are in no group.
    left_out = 0

    def __init__(
        self, labels: Array, predictions: Array, metrics: list[Metric], sensitive: list[Feature],
        controls: list[Feature], is_defined: bool,
    ):
        self._labels, self._predictions = labels, predictions
        self._metrics = metrics
        self._is_defined = is_defined
        self.sensitive_names = [feature.name for feature in sensitive]
        self.control_names = [feature.name for feature in controls]
        names = self.control_names + self.sensitive_names
        for name in names:
            if names.count(name) > 1:
                raise ValueError(f"Detected duplicate feature name: '{name}'")
        self._groups = Partition(controls + sensitive)
        self._strata = Partition(controls) if controls else None
        self._tables: dict[Any, CellTable] = {}
        self._table_of: dict[int, CellTable] = {}
        self._count_cells()

    # ---- Counted metrics

    def _count_cells(self) -> None:
        """One table for all metrics of one positive label and one column of weights."""
        wanted: dict[Any, list[tuple[int, Counted]]] = {}
        unweighted = ("", None)
        for k, metric in enumerate(self._metrics):
            if metric.counted is not None:
                key = (repr(metric.counted.positive), id(metric.given.get("sample_weight")))
                wanted.setdefault(unweighted if metric.counted.name == "count" else key, []).append(
                    (k, metric.counted)
                )
        # Counts of rows are in every table.
        counts = wanted.pop(unweighted, [])
        for members in wanted.values():
            ours = [member for member in members if not member[1].kind.is_foreign]
            theirs = [member for member in members if member[1].kind.is_foreign]
            if theirs and not self._try_table(members):
                for k, _ in theirs:
                    self._metrics[k].counted = None
                members = ours
            if members and members[0][0] not in self._table_of:
                self._make_table(members)
        if counts:
            table = next(iter(self._table_of.values()), None)
            if table is None:
                self._make_table(counts)
            else:
                self._table_of.update({k: table for k, _ in counts})

    def _try_table(self, members: list[tuple[int, Counted]]) -> bool:
        """False where labels are of a kind that scikit-learn's metrics know and counts do not."""
        numbers = all(
            column.dtype.kind in "biuf" and column.ndim == 1
            for column in (self._labels, self._predictions)
        )
        if not numbers:
            return False
        try:
            self._make_table(members)
        except ValueError:
            return False
        return True

    def _make_table(self, members: list[tuple[int, Counted]]) -> None:
        metrics = [member[1] for member in members]
        needs_labels = any(metric.kind.needs_labels for metric in metrics)
        needs_predictions = any(metric.kind.needs_predictions for metric in metrics)
        first = members[0]
        table = CellTable(
            self._groups.codes, len(self._groups.places), len(self._labels),
            self._labels if needs_labels else None,
            self._predictions if needs_predictions else None, first[1].positive,
            self._metrics[first[0]].weights,
        )
        self._table_of.update({k: table for k, _ in members})

    def _counted_values(
        self, counted: Counted, rows: npt.NDArray[np.int64], sums: Cells
    ) -> tuple[Array, Array]:
        """By group and by stratum, from cells by number."""
        if counted.name == "count":
            sums = rows.astype(np.float64)
        sums = self._groups.spread(sums, 0.0)
        strata = sums.reshape(1 if self._strata is None else self._strata.count, -1, 2, 2)
        by_group, overall = counted.values(sums), counted.values(strata.sum(axis=1))
        present = self._groups.spread(rows.sum(axis=(1, 2)), 0) > 0
        for values, is_there in (
            (by_group, present), (overall, present.reshape(len(strata), -1).any(axis=1))
        ):
            values[~is_there] = np.nan
        if counted.name != "count":
            return by_group, overall
        return _whole(by_group), _whole(overall)

    # ---- All metrics

    def results(self, rows: Rows | None = None) -> Results:
        """The values over all rows, or over a draw of rows."""
        with told_together():
            return self._results(rows)

    def _results(self, rows: Rows | None) -> Results:
        if rows is not None and not all(metric.counted for metric in self._metrics):
            rows = np.sort(rows)
        by_group: Table = {}
        overall: Table = {}
        drawn: dict[int, Any] = {}
        view: _View | None = None
        for k, metric in enumerate(self._metrics):
            if metric.counted is not None:
                table = self._table_of[k]
                if id(table) not in drawn:
                    drawn[id(table)] = (
                        (table.rows, table.sums) if rows is None else table.drawn(rows)
                    )
                found = self._counted_values(metric.counted, *drawn[id(table)])
            else:
                view = view or self._view(rows)
                found = view.by_group(metric), view.overall(metric)
            by_group[metric.name], overall[metric.name] = found
        return Results(
            overall, by_group, self._groups, self._strata, self._present(rows), self._is_defined
        )

    def _present(self, rows: Rows | None) -> npt.NDArray[np.bool_]:
        """Which groups have rows."""
        codes = self._groups.codes if rows is None else self._groups.codes[rows]
        if rows is None and self._table_of:
            counts = next(iter(self._table_of.values())).rows.sum(axis=(1, 2))
        else:
            counts = np.bincount(codes, minlength=len(self._groups.places))
        return np.asarray(self._groups.spread(counts, 0) > 0)

    def _view(self, rows: Rows | None) -> _View:
        return _View(self._labels, self._predictions, self._groups, self._strata, rows)


def evaluation(
    labels: Array, predictions: Array, metrics: list[Metric], sensitive_features: Any,
    control_features: Any, *, is_defined: bool, unknown: Unknown,
) -> Evaluation | KnownEvaluation:
    """The evaluation of all rows, or one whose groups are those of rows of known groups."""
    rows = len(labels)
    sensitive = named_features(
        "sensitive_feature_", sensitive_features, rows, keeps_missing=checked_unknown(unknown))
    controls = (
        []
        if control_features is None
        else named_features("control_feature_", control_features, rows)
    )
    found = None if unknown == "error" else unknown_of(sensitive)
    if found is not None and found.counts:
        found.tell_of(fate_of(unknown) if unknown == "own-group" else LEFT_OUT_OF_GAPS)
        if unknown != "own-group":
            found.require_known()
            return KnownEvaluation(
                labels, predictions, metrics, sensitive, controls, is_defined, found.known)
    return Evaluation(labels, predictions, metrics, sensitive, controls, is_defined)


class KnownEvaluation:
    """Values of groups over the rows whose groups are known, and of all rows over all."""

    def __init__(
        self, labels: Array, predictions: Array, metrics: list[Metric], sensitive: list[Feature],
        controls: list[Feature], is_defined: bool, known: Rows,
    ):
        # One group, whose values nobody asks for.
        whole = Feature("", Grouping(np.zeros(len(labels), dtype=np.int32), [""], [0]))
        self._all = Evaluation(
            labels, predictions, [copy.copy(metric) for metric in metrics], [whole], controls,
            is_defined)
        self._known = Evaluation(
            labels[known], predictions[known], [metric.taken(known) for metric in metrics],
            features_of_rows(sensitive, known, all_levels=False),
            features_of_rows(controls, known, all_levels=True), is_defined)
        self._place = np.full(len(labels), -1, dtype=np.int64)
        self._place[known] = np.arange(len(known))
        self.left_out = len(labels) - len(known)
        self.sensitive_names = self._known.sensitive_names
        self.control_names = self._known.control_names

    def results(self, rows: Rows | None = None) -> Results:
        """The values over all rows, or over a draw of rows."""
        overall = self._all.results(rows).overall
        if rows is None:
            return self._known.results().with_overall(overall)
        drawn = self._place[rows]
        return self._known.results(drawn[drawn >= 0]).with_overall(overall)


def _whole(values: Array) -> Array:
    """Counts as whole numbers, where every group has one."""
    return values if np.isnan(values).any() else values.astype(np.int64)


class _View:
    """Rows in the order of their groups, for metrics that are called once a group."""

    def __init__(
        self, labels: Array, predictions: Array, groups: Partition, strata: Partition | None,
        rows: Rows | None,
    ):
        self._rows = rows
        self._groups = groups if rows is None else _taken(groups, rows)
        self._strata = strata if strata is None or rows is None else _taken(strata, rows)
        self._columns = self._drawn(labels), self._drawn(predictions)
        self._gathered: dict[tuple[int, int], tuple[Array, Array]] = {}

    def _drawn(self, column: Array) -> Array:
        return column if self._rows is None else column[self._rows]

    def _in_order(self, column: Array, partition: Partition) -> Array:
        """A column in the order of the groups, made once however many metrics ask for it."""
        key = (id(column), id(partition))
        if key not in self._gathered:
            # The column is kept, so that no other one gets its address.
            self._gathered[key] = (column, partition.gathered(self._drawn(column)))
        return self._gathered[key][1]

    def _of(self, metric: Metric, partition: Partition) -> Array:
        labels, predictions = (
            self._gathered_pair(partition) if len(partition.places) > 1 else self._columns
        )
        parameters = {
            name: self._in_order(values, partition) for name, values in metric.parameters.items()
        }
        return _as_column([
            np.nan if part is None else metric.function(
                labels[part], predictions[part],
                **{name: values[part] for name, values in parameters.items()},
            )
            for part in partition.slices()
        ])

    def _gathered_pair(self, partition: Partition) -> tuple[Array, Array]:
        key = (0, id(partition))
        if key not in self._gathered:
            labels, predictions = self._columns
            self._gathered[key] = partition.gathered(labels), partition.gathered(predictions)
        return self._gathered[key]

    def by_group(self, metric: Metric) -> Array:
        return self._of(metric, self._groups)

    def overall(self, metric: Metric) -> Array:
        if self._strata is not None:
            return self._of(metric, self._strata)
        parameters = {name: self._drawn(values) for name, values in metric.parameters.items()}
        return _as_column([metric.function(*self._columns, **parameters)])


def _taken(partition: Partition, rows: Rows) -> Partition:
    """The same groups over a draw of rows."""
    taken = copy.copy(partition)
    taken.codes = partition.codes[rows]
    taken.__dict__.pop("_order", None)
    return taken
