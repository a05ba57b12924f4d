"""Audits and the counts they are made of."""

from __future__ import annotations

import json
from collections.abc import Iterator
from ctypes import byref, c_int64, c_void_p
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from .calls import (
    Handle,
    Options,
    call,
    doubles,
    from_bytes,
    native,
    read_bytes,
    read_text,
    vector,
)
from .dataset import Dataset
from .jobs import Ending, Format

_ESTIMATE = ("value", "low", "high", "interval", "status", "reason")
# The columns of an audit's parts, as `eqp_job_part` gives them.
PARTS = {
    "overall": ("metric", *_ESTIMATE),
    "indices": ("metric", *_ESTIMATE),
    "groups": (
        "attribute", "group", "metric", "value", "low", "high", "rows", "weight", "interval",
        "status", "reason"),
    "disparities": (
        "attribute", "metric", "kind", "method", "group", "reference", "low_group", "high_group",
        "value", "low", "high", "p_value", "adjusted_p", "test", "tau", "groups", "of", "interval",
        "reason"),
    "gates": ("condition", "attribute", "value", "low", "high", "exceeded", "reason"),
}
NUMBERS = {"value", "low", "high", "weight", "p_value", "adjusted_p"}


class AuditRun(Handle):
    """An audit of counts: a document, and its parts read out of it."""

    kind = "audit"
    notes: list[str] = []
    ending: Ending = "done"

    @cached_property
    def document(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.rendered("json"))
        return found

    def rendered(self, format: Format) -> str:
        if format != "json":
            raise ValueError("counts have no page: audit the rows for one")
        text: str = read_text("eqp_audit_json", self)
        return text

    def part(self, name: str) -> dict[str, npt.NDArray[Any]]:
        return part_of(self.document, name)


def part_of(document: dict[str, Any], name: str) -> dict[str, npt.NDArray[Any]]:
    """A part of an audit as columns, out of its document."""
    if name not in PARTS:
        raise ValueError(f"the result has no part '{name}'")
    rows = list(_rows(document, name))
    return {
        column: np.array(
            [row.get(column) for row in rows], dtype=float if column in NUMBERS else object)
        for column in PARTS[name]
    }


def _rows(document: dict[str, Any], name: str) -> Iterator[dict[str, Any]]:
    if name == "gates":
        return
    if name == "disparities":
        yield from document[name]
    elif name == "groups":
        for group in document[name]:
            told = {
                "attribute": group["attribute"], "group": group["value"], "rows": group["rows"],
                "weight": group["weight"]}
            for metric, estimate in sorted(group["metrics"].items()):
                yield {**told, "metric": metric, **estimate}
    else:
        for metric, estimate in sorted(document[name].items()):
            yield {"metric": metric, **estimate}


class Counts(Handle):
    """Counts of rows by group and outcome, which add up."""

    kind = "counts"

    @classmethod
    def of_rows(cls, data: Dataset, options: Options) -> Counts:
        pointer = c_void_p()
        call("eqp_counts_create", data.pointer, options.pointer, byref(pointer))
        return cls(pointer)

    @classmethod
    def from_bytes(cls, content: bytes) -> Counts:
        return cls(from_bytes("eqp_counts_from_bytes", content))

    def to_bytes(self) -> bytes:
        return read_bytes("eqp_counts_to_bytes", self)

    @property
    def rows(self) -> int:
        rows = c_int64()
        call("eqp_counts_rows", self.pointer, byref(rows))
        return rows.value

    def add(self, other: Counts) -> None:
        call("eqp_counts_add", self.pointer, other.pointer)

    def audit(self, options: Options) -> AuditRun:
        pointer = c_void_p()
        call("eqp_counts_audit", self.pointer, options.pointer, byref(pointer))
        return AuditRun(pointer)


def count_outcomes(
    groups: npt.ArrayLike, group_count: int, labels: npt.ArrayLike, predictions: npt.ArrayLike,
    weights: npt.ArrayLike | None = None,
) -> npt.NDArray[np.float64]:
    """Weighted counts `(group_count, 4)`: true and false negatives and positives in the order
    TN, FP, FN, TP."""
    arrays = [native(np.asarray(part)) for part in (groups, labels, predictions)]
    records = [byref(vector(part)) for part in arrays]
    weight = None
    if weights is not None:
        kept = native(np.asarray(weights))
        weight = byref(vector(kept))
    counts = np.empty((group_count, 4))
    call(
        "eqp_count_outcomes",
        records[0],
        group_count,
        records[1],
        records[2],
        weight,
        None,
        doubles(counts),
        4 * group_count,
    )
    return counts
