"""Audits and the counts they are made of."""

from __future__ import annotations

import json
from ctypes import byref, c_int64, c_void_p

import numpy as np

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


class AuditRun(Handle):
    kind = "audit"

    @classmethod
    def of_rows(cls, data: Dataset, options: Options) -> AuditRun:
        pointer = c_void_p()
        call("eqp_audit_run", data.pointer, options.pointer, byref(pointer))
        return cls(pointer)

    @property
    def document(self) -> dict:
        return json.loads(read_text("eqp_audit_json", self))


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


def count_outcomes(groups, group_count: int, labels, predictions, weights=None) -> np.ndarray:
    """Weighted counts `(group_count, 4)`: true and false negatives and positives in the order
    TN, FP, FN, TP."""
    arrays = [native(np.asarray(part)) for part in (groups, labels, predictions)]
    records = [byref(vector(part)) for part in arrays]
    weight = None
    if weights is not None:
        weights = native(np.asarray(weights))
        weight = byref(vector(weights))
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
