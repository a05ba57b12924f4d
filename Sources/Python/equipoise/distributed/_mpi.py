"""Parts in the ranks of an MPI program."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from .._engine.model import Model
from .._engine.parts import added
from ._engine import Engine, Holder, LostWorker, PartSource

__all__ = ["MPI"]


class MPI(Engine):
    """Parts in the ranks of an MPI program: every rank calls `fit` with parts of its own.

    All ranks get the model. Partitions are numbered rank by rank. A rank may have no part: it hands
    over an empty list. A rank that is lost ends the program, as MPI does it.

    Parameters
    ----------
    comm : mpi4py.MPI.Comm, optional
        By default all ranks.
    n_threads : int, optional
        Threads of each rank.
    """

    def __init__(self, comm: Any = None, n_threads: int | None = None) -> None:
        super().__init__()
        if comm is None:
            comm = importlib.import_module("mpi4py.MPI").COMM_WORLD
        self._comm: Any = comm
        self.n_threads: int | None = n_threads
        self._holder: Holder | None = None

    def parts(self, data: Any) -> list[Any]:
        return [] if isinstance(data, (list, tuple)) and not data else super().parts(data)

    def start(self, parts: Sequence[PartSource], options: Mapping[str, Any]) -> None:
        counts = self._comm.allgather(len(parts))
        if not sum(counts):
            raise ValueError("there is no part of the rows: the lists of all ranks are empty")
        first = sum(counts[: self._comm.Get_rank()])
        self._holder = Holder(
            {first + k: part for k, part in enumerate(parts)}, options, self.n_threads)

    def _own(self, request: bytes) -> bytes | Exception | None:
        """This rank's answer; None of a rank without parts."""
        assert self._holder is not None, "start comes first"
        try:
            return self._holder.answer(request) if self._holder else None
        except Exception as error:  # noqa: BLE001: the other ranks wait for an answer
            return error

    def round(self, request: bytes) -> bytes:
        self._comm.bcast(request, root=0)
        answer = self._comm.reduce(self._own(request), op=_sum, root=0)
        if isinstance(answer, bytes):
            return answer
        raise answer if answer is not None else LostWorker("no rank has parts")

    def lead(self, fit: Callable[[], Model]) -> Model:
        if self._comm.Get_rank() == 0:
            ended: Model | Exception | None = None
            try:
                ended = fit()
                return ended
            except Exception as error:
                ended = error
                raise
            finally:
                self._comm.bcast(None, root=0)
                self._comm.bcast(ended, root=0)
        while (request := self._comm.bcast(None, root=0)) is not None:
            self._comm.reduce(self._own(request), op=_sum, root=0)
        found = self._comm.bcast(None, root=0)
        if isinstance(found, Exception):
            raise found
        model: Model = found
        return model

    def close(self) -> None:
        self._holder = None


_Answer = Any


def _sum(first: _Answer, second: _Answer) -> _Answer:
    """The sum of what two ranks have; an error of either is the sum's."""
    for one in (first, second):
        if isinstance(one, Exception):
            return one
    if first is None or second is None:
        return second if first is None else first
    return added(first, second)
