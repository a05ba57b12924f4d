"""Stages before and after a model: transforms of rows, rules over scores."""

from __future__ import annotations

import json
from ctypes import byref, c_void_p

import numpy as np

from .calls import Handle, Options, call, doubles, from_bytes, read_bytes, read_text
from .dataset import Dataset


class _Stored(Handle):
    """A handle whose state is a JSON text."""

    @property
    def text(self) -> str:
        return read_text(f"eqp_{self.kind}_json", self)

    @property
    def document(self) -> dict:
        return json.loads(self.text)

    @classmethod
    def fit(cls, method: str, data: Dataset, options: Options):
        pointer = c_void_p()
        with options.interruptible():
            call(
                f"eqp_{cls.kind}_fit",
                method.encode(),
                data.pointer,
                options.pointer,
                byref(pointer),
            )
        return cls(pointer)

    def write(self, path) -> None:
        """A file as the command line and every other program of this family reads it."""
        call(f"eqp_{self.kind}_write", self.pointer, str(path).encode())

    @classmethod
    def read(cls, path):
        pointer = c_void_p()
        call(f"eqp_{cls.kind}_read", str(path).encode(), byref(pointer))
        return cls(pointer)

    def __getstate__(self) -> dict:
        return {"text": self.text}

    def __setstate__(self, state: dict) -> None:
        pointer = c_void_p()
        call(f"eqp_{self.kind}_from_json", state["text"].encode(), byref(pointer))
        Handle.__init__(self, pointer)


class Rule(_Stored):
    """What a postprocessor learned: a function of scores and groups."""

    kind = "rule"

    def values(self, data: Dataset) -> np.ndarray:
        """Probabilities of a positive decision, or new scores, shape (n,)."""
        values = np.empty(data.rows)
        call("eqp_rule_values", self.pointer, data.pointer, doubles(values), data.rows)
        return values


class Transform(_Stored):
    """What a preprocessor learned."""

    kind = "transform"

    def __getstate__(self) -> dict:
        return {"bytes": read_bytes("eqp_transform_to_bytes", self)}

    def __setstate__(self, state: dict) -> None:
        # Pickles of 0.1.0 hold a text.
        if "text" in state:
            super().__setstate__(state)
        else:
            Handle.__init__(self, from_bytes("eqp_transform_from_bytes", state["bytes"]))

    def training(self, data: Dataset) -> Dataset:
        """The rows to fit a model to instead of these."""
        return self._changed("eqp_transform_training", data)

    def apply(self, data: Dataset) -> Dataset:
        """New rows with the features that such a model expects."""
        return self._changed("eqp_transform_apply", data)

    def _changed(self, name: str, data: Dataset) -> Dataset:
        pointer = c_void_p()
        call(name, self.pointer, data.pointer, byref(pointer))
        changed = Dataset.adopt(pointer)
        # The changed rows may still lie in the memory of these.
        changed.keeps.append(data)
        return changed
