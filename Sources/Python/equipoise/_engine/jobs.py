"""Everything that the program does, by name, with options as a dictionary."""

from __future__ import annotations

import ctypes
import json
import os
from collections.abc import Mapping
from ctypes import byref, c_void_p
from functools import cached_property
from typing import Any, Literal

import numpy as np

from .. import _arrow
from .._types import Table
from . import library as lib
from .calls import Handle, Options, call, filled, read_bytes, read_text
from .model import Model

__all__ = ["Ending", "Result", "catalogue", "run"]

Ending = Literal["done", "not_converged", "exceeded"]
Format = Literal["json", "html", "markdown", "csv"]

_ENDINGS: dict[int, Ending] = {
    lib.OK: "done", lib.NOT_CONVERGED: "not_converged", lib.EXCEEDED: "exceeded",
}


class Result(Handle):
    """What a job came to; everything is made when it is asked for.

    Attributes
    ----------
    ending : "done", "not_converged" or "exceeded"
    """

    kind = "job"

    def __init__(self, pointer: c_void_p, ending: Ending):
        super().__init__(pointer)
        self.ending: Ending = ending

    @cached_property
    def document(self) -> Any:
        """What the program prints with ``--format json``, read."""
        return json.loads(read_text("eqp_job_json", self))

    @cached_property
    def notes(self) -> list[str]:
        """What a reader must know; the last says how the job ended, where it is not well."""
        notes: list[str] = json.loads(read_text("eqp_job_notes", self))
        return notes

    def rendered(self, format: Format) -> str:
        """The bytes of the file that the program writes in this format, as text."""
        room, count = filled(
            ctypes.create_string_buffer, 0, "eqp_job_render", self.pointer, format.encode())
        text: str = room.raw[: count - 1].decode("utf-8")
        return text

    def model_at(self, index: int) -> Model | None:
        """One of several models, in the order of the document; None beyond the last."""
        pointer = c_void_p()
        call("eqp_job_model_at", self.pointer, index, byref(pointer))
        return Model(pointer) if pointer.value else None

    @property
    def model(self) -> Model | None:
        """The model that was fitted."""
        pointer = c_void_p()
        call("eqp_job_model", self.pointer, byref(pointer))
        return Model(pointer) if pointer.value else None

    @property
    def content(self) -> bytes:
        """The contents of a file that was made."""
        return read_bytes("eqp_job_bytes", self)

    def part(self, name: str) -> dict[str, np.ndarray[Any, Any]]:
        """A part of the result as columns, without its JSON."""
        return dict(_arrow.columns(_Part(self, name), name))

    def __arrow_c_array__(self, requested_schema: object = None) -> tuple[Any, ...]:
        return _Part(self, None).__arrow_c_array__(requested_schema)

    @property
    def table(self) -> dict[str, np.ndarray[Any, Any]]:
        """Columns that were made, such as predictions."""
        return dict(_arrow.columns(self, "columns"))


class _Part:
    """Columns of a result for whoever reads Arrow."""

    def __init__(self, result: Result, name: str | None):
        self._result, self._name = result, name

    def __arrow_c_array__(self, requested_schema: object = None) -> tuple[Any, ...]:
        schema, array = _arrow.ArrowSchema(), _arrow.ArrowArray()
        targets = (byref(schema), byref(array))
        if self._name is None:
            call("eqp_job_table", self._result.pointer, *targets)
        else:
            call("eqp_job_part", self._result.pointer, self._name.encode(), *targets)
        return _arrow.capsules(schema, array)


def run(
    name: str, options: Mapping[str, Any] | None = None,
    tables: Mapping[str, Table] | None = None, models: Mapping[str, Model] | None = None, *,
    seed: int = 0, n_threads: int | None = None,
) -> Result:
    """Runs a job.

    Parameters
    ----------
    name
        One of `catalogue()`.
    options
        By the names of the command line, with underscores.
    tables, models
        Tables and `Model` objects by the options that would name their files: ``data``,
        ``test_data``, ``model``.
    """
    inputs, kept = [], []
    for key, table in (tables or {}).items():
        stream = _arrow.Stream(table)
        kept.append(stream)
        inputs.append(lib.JobInput(key.encode(), stream.address, None))
    for key, model in (models or {}).items():
        inputs.append(lib.JobInput(key.encode(), None, model.pointer))
    pointer = c_void_p()
    settings = Options(seed=seed, threads=n_threads)
    with settings.interruptible():
        status = call(
            "eqp_job_run",
            name.encode(),
            json.dumps(options or {}, default=plain).encode(),
            (lib.JobInput * len(inputs))(*inputs),
            len(inputs),
            settings.pointer,
            byref(pointer),
            accepts=tuple(_ENDINGS),
        )
    return Result(pointer, _ENDINGS[status])


def plain(value: Any) -> Any:
    """NumPy's numbers and lists as JSON has them."""
    if isinstance(value, (np.generic, np.ndarray)):
        return value.tolist()
    if isinstance(value, os.PathLike):
        return os.fspath(value)
    if isinstance(value, Mapping):
        return dict(value)
    return list(value) if hasattr(value, "__iter__") else str(value)


def catalogue() -> list[dict[str, Any]]:
    """The jobs with their options."""
    room, _ = filled(ctypes.create_string_buffer, 1 << 16, "eqp_jobs_json")
    found: list[dict[str, Any]] = json.loads(room.value)
    return found
