"""Rows as the library takes them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from ctypes import byref, c_int64, c_void_p
from typing import Any

import numpy as np
import numpy.typing as npt

from .._types import Column, Numbers
from . import library as lib
from .calls import (
    Handle,
    call,
    doubles,
    filled,
    native,
    numbers,
    read_numbers,
    read_text,
    texts,
    vector,
)


class Dataset(Handle):
    """Rows for a fit, a prediction or an audit."""

    kind = "dataset"

    def __init__(self, rows: int) -> None:
        pointer = c_void_p()
        call("eqp_dataset_create", rows, byref(pointer))
        super().__init__(pointer)
        self.rows = rows

    @classmethod
    def adopt(cls, pointer: c_void_p) -> Dataset:
        """A data set that the library made."""
        data = cls.__new__(cls)
        Handle.__init__(data, pointer)
        rows = c_int64()
        call("eqp_dataset_rows", pointer, byref(rows))
        data.rows = rows.value
        return data

    def set_features(
        self, block: npt.NDArray[Any], names: Sequence[object] | None = None
    ) -> Dataset:
        """Numeric features (n, d), which the data set borrows."""
        block = native(block)
        record = lib.MatrixRecord(
            block.ctypes.data,
            lib.DTYPES[block.dtype.name],
            block.shape[0],
            block.shape[1],
            block.strides[0] // block.itemsize if block.shape[0] > 1 else block.shape[1],
            block.strides[1] // block.itemsize if block.shape[1] > 1 else 1,
        )
        self.keeps.append(block)
        call(
            "eqp_dataset_set_features",
            self.pointer,
            byref(record),
            texts(names),
            lib.ReleaseFunction(),
            None,
        )
        return self

    def add_category(
        self, name: str, codes: npt.NDArray[Any], levels: Sequence[object]
    ) -> Dataset:
        """A feature of levels by codes; as many as there are levels stands for none."""
        codes = native(codes)
        call(
            "eqp_dataset_add_category",
            self.pointer,
            str(name).encode(),
            byref(vector(codes)),
            texts(levels),
            len(levels),
        )
        return self

    def add_attribute(
        self, name: str, codes: npt.NDArray[Any], groups: Sequence[object]
    ) -> Dataset:
        """A sensitive column of groups by codes."""
        codes = native(codes)
        call(
            "eqp_dataset_add_attribute",
            self.pointer,
            str(name).encode(),
            byref(vector(codes)),
            texts(groups),
            len(groups),
        )
        return self

    def add_continuous(self, name: str, values: npt.NDArray[Any]) -> Dataset:
        """A sensitive column of numbers that are no groups."""
        values = native(values)
        call("eqp_dataset_add_continuous", self.pointer, str(name).encode(), byref(vector(values)))
        return self

    def _set(self, part: str, values: Column) -> Dataset:
        numbers = native(np.asarray(values))
        call(f"eqp_dataset_set_{part}", self.pointer, byref(vector(numbers)))
        return self

    def set_labels(self, values: Column) -> Dataset:
        """Labels 0 and 1."""
        return self._set("labels", values)

    def set_classes(self, values: npt.NDArray[Any]) -> npt.NDArray[Any] | None:
        """Labels from a vector of two different whole numbers, 1 for the larger; returns both in
        increasing order, or None where the vector is anything else."""
        if values.dtype.name not in lib.DTYPES or not values.dtype.isnative:
            return None
        if len(values) > 1 and values.strides[0] % values.itemsize:
            return None
        found, record = np.empty(2), lib.ErrorRecord()
        status = lib.library().eqp_dataset_set_classes(
            self.pointer, byref(vector(values)), doubles(found), byref(record)
        )
        # Doubles tell whole numbers apart up to here.
        if status != lib.OK or (found != np.round(found)).any() or np.abs(found).max() > 2**53:
            return None
        return found.astype(values.dtype)

    def set_targets(self, values: Column) -> Dataset:
        """Numbers to predict in place of labels."""
        return self._set("targets", values)

    def set_weights(self, values: Column | None) -> Dataset:
        """Weights of the rows; None leaves them 1."""
        return self if values is None else self._set("weights", values)

    def set_predictions(self, values: Column) -> Dataset:
        """Decisions 0 and 1."""
        return self._set("predictions", values)

    def set_scores(self, values: Column) -> Dataset:
        """Scores, or predicted numbers."""
        return self._set("scores", values)

    @property
    def notes(self) -> list[str]:
        """What a reader of any result must know of how a table was read."""
        notes: list[str] = json.loads(read_text("eqp_dataset_notes", self))
        return notes

    @property
    def features(self) -> Numbers:
        """The numeric features, shape (n, d)."""
        values = read_numbers("eqp_dataset_features", self)
        return values.reshape(self.rows, -1 if self.rows else 0)

    @property
    def columns(self) -> dict[str, Any]:
        """What the columns of the features are: {"numeric": [name], "categorical": [{"name",
        "levels"}]}."""
        columns: dict[str, Any] = json.loads(read_text("eqp_dataset_columns_json", self))
        return columns

    def codes(self, index: int) -> npt.NDArray[np.int32]:
        """The codes of a categorical feature; as many as there are levels stands for none."""
        values, count = filled(numbers, self.rows, "eqp_dataset_codes", self.pointer, index)
        return values[:count].astype(np.int32)

    @property
    def labels(self) -> Numbers:
        """Labels 0 and 1, shape (n,)."""
        return read_numbers("eqp_dataset_labels", self, self.rows)

    @property
    def weights(self) -> Numbers:
        """Weights, shape (n,)."""
        return read_numbers("eqp_dataset_weights", self, self.rows)
