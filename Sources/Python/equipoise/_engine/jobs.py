"""Everything that the program does, by name, with options as a dictionary."""

from __future__ import annotations

import ctypes
import json
from ctypes import byref, c_void_p

import numpy as np

from .. import _arrow
from . import library as lib
from .calls import Handle, Options, call, filled, read_bytes, read_text
from .model import Model

__all__ = ["Result", "catalogue", "run"]

_ENDINGS = {lib.OK: "done", lib.NOT_CONVERGED: "not_converged", lib.EXCEEDED: "exceeded"}


class Result(Handle):
    """What a job came to.

    Attributes
    ----------
    document : dict or list
        What the program prints with ``--format json``.
    notes : list of str
        What a reader must know; the last says how the job ended, where it is not well.
    ending : "done", "not_converged" or "exceeded"
    """

    kind = "job"

    def __init__(self, pointer: c_void_p, ending: str):
        super().__init__(pointer)
        self.ending = ending
        self.document = json.loads(read_text("eqp_job_json", self))
        self.notes: list[str] = json.loads(read_text("eqp_job_notes", self))

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

    def __arrow_c_array__(self, requested_schema=None):
        schema, array = _arrow.ArrowSchema(), _arrow.ArrowArray()
        call("eqp_job_table", self.pointer, ctypes.byref(schema), ctypes.byref(array))
        return _arrow.capsules(schema, array)

    @property
    def table(self) -> dict[str, np.ndarray]:
        """Columns that were made, such as predictions."""
        return dict(_arrow.columns(self, "columns"))


def run(name: str, options=None, tables=None, models=None, *, seed: int = 0, n_threads=None) -> Result:
    """Runs a job.

    Parameters
    ----------
    name : str
        One of `catalogue()`.
    options : dict, optional
        By the names of the command line, with underscores.
    tables, models : dict, optional
        Tables and `Model` objects by the options that would name their files: ``data``,
        ``test_data``, ``model``.
    """
    inputs, kept = [], []
    for key, table in (tables or {}).items():
        kept.append(_arrow.Stream(table))
        inputs.append(lib.JobInput(key.encode(), kept[-1].address, None))
    for key, model in (models or {}).items():
        kept.append(model)
        inputs.append(lib.JobInput(key.encode(), None, model.pointer))
    pointer = c_void_p()
    settings = Options(seed=seed, threads=n_threads)
    with settings.interruptible():
        status = call(
            "eqp_job_run",
            name.encode(),
            json.dumps(options or {}, default=_plain).encode(),
            (lib.JobInput * len(inputs))(*inputs),
            len(inputs),
            settings.pointer,
            byref(pointer),
            accepts=tuple(_ENDINGS),
        )
    return Result(pointer, _ENDINGS[status])


def _plain(value):
    """NumPy's numbers and lists as JSON has them."""
    if isinstance(value, (np.generic, np.ndarray)):
        return value.tolist()
    return list(value) if isinstance(value, (set, tuple)) else str(value)


def catalogue() -> list[dict]:
    """The jobs with their options."""
    room, _ = filled(ctypes.create_string_buffer, 1 << 16, "eqp_jobs_json")
    return json.loads(room.value)
