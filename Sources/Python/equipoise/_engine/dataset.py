"""Rows as the library takes them."""

from __future__ import annotations

import json
from ctypes import byref, c_int64, c_void_p

import numpy as np

from . import library as lib
from .calls import Handle, call, doubles, filled, native, read_numbers, read_text, texts, vector


class Dataset(Handle):
    """Rows for a fit, a prediction or an audit."""

    kind = "dataset"

    def __init__(self, rows: int):
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

    def set_features(self, block: np.ndarray, names=None) -> Dataset:
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

    def add_category(self, name: str, codes: np.ndarray, levels) -> Dataset:
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

    def add_attribute(self, name: str, codes: np.ndarray, groups) -> Dataset:
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

    def add_continuous(self, name: str, values: np.ndarray) -> Dataset:
        """A sensitive column of numbers that are no groups."""
        values = native(values)
        call("eqp_dataset_add_continuous", self.pointer, str(name).encode(), byref(vector(values)))
        return self

    def _set(self, part: str, values) -> Dataset:
        values = native(np.asarray(values))
        call(f"eqp_dataset_set_{part}", self.pointer, byref(vector(values)))
        return self

    def set_labels(self, values) -> Dataset:
        return self._set("labels", values)

    def set_classes(self, values: np.ndarray) -> np.ndarray | None:
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

    def set_targets(self, values) -> Dataset:
        """Numbers to predict in place of labels."""
        return self._set("targets", values)

    def set_weights(self, values) -> Dataset:
        return self if values is None else self._set("weights", values)

    def set_predictions(self, values) -> Dataset:
        return self._set("predictions", values)

    def set_scores(self, values) -> Dataset:
        return self._set("scores", values)

    @property
    def notes(self) -> list[str]:
        """What a reader of any result must know of how a table was read."""
        return json.loads(read_text("eqp_dataset_notes", self))

    @property
    def features(self) -> np.ndarray:
        """The numeric features, shape (n, d)."""
        values = read_numbers("eqp_dataset_features", self)
        return values.reshape(self.rows, -1 if self.rows else 0)

    @property
    def columns(self) -> dict:
        """What the columns of the features are: {"numeric": [name], "categorical": [{"name",
        "levels"}]}."""
        return json.loads(read_text("eqp_dataset_columns_json", self))

    def codes(self, index: int) -> np.ndarray:
        """The codes of a categorical feature; as many as there are levels stands for none of them."""
        values, count = filled(np.empty, self.rows, "eqp_dataset_codes", self.pointer, index)
        return values[:count].astype(np.int32)

    @property
    def labels(self) -> np.ndarray:
        return read_numbers("eqp_dataset_labels", self, self.rows)

    @property
    def weights(self) -> np.ndarray:
        return read_numbers("eqp_dataset_weights", self, self.rows)
