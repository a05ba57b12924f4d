"""Stages before and after a model: transforms of rows, rules over scores."""

from __future__ import annotations

import json
from ctypes import byref, c_void_p
from os import PathLike
from typing import TYPE_CHECKING, Any

import numpy as np

from .._types import Numbers
from .calls import Handle, Options, call, doubles, from_bytes, read_bytes, read_text
from .dataset import Dataset

if TYPE_CHECKING:
    from typing_extensions import Self


class _Stored(Handle):
    """A handle whose state is a JSON text."""

    @property
    def text(self) -> str:
        """The state as the files have it."""
        return read_text(f"eqp_{self.kind}_json", self)

    @property
    def document(self) -> dict[str, Any]:
        """The state, read."""
        document: dict[str, Any] = json.loads(self.text)
        return document

    @classmethod
    def fit(cls, method: str, data: Dataset, options: Options) -> Self:
        """What a method learns from rows."""
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

    def write(self, path: str | PathLike[str]) -> None:
        """A file as the command line and every other program of this family reads it."""
        call(f"eqp_{self.kind}_write", self.pointer, str(path).encode())

    @classmethod
    def read(cls, path: str | PathLike[str]) -> Self:
        """Out of such a file."""
        pointer = c_void_p()
        call(f"eqp_{cls.kind}_read", str(path).encode(), byref(pointer))
        return cls(pointer)

    def __getstate__(self) -> dict[str, Any]:
        return {"text": self.text}

    def __setstate__(self, state: dict[str, Any]) -> None:
        pointer = c_void_p()
        call(f"eqp_{self.kind}_from_json", state["text"].encode(), byref(pointer))
        Handle.__init__(self, pointer)


class Rule(_Stored):
    """What a postprocessor learned: a function of scores and groups."""

    kind = "rule"

    def values(self, data: Dataset) -> Numbers:
        """Probabilities of a positive decision, or new scores, shape (n,)."""
        values = np.empty(data.rows)
        call("eqp_rule_values", self.pointer, data.pointer, doubles(values), data.rows)
        return values


class Transform(_Stored):
    """What a preprocessor learned."""

    kind = "transform"

    def __getstate__(self) -> dict[str, Any]:
        return {"bytes": read_bytes("eqp_transform_to_bytes", self)}

    def __setstate__(self, state: dict[str, Any]) -> None:
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
