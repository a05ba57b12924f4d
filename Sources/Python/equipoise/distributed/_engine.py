"""What holds the parts of the rows, and what a fit asks of it."""

from __future__ import annotations

import functools
import glob
import os
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Union

from .._engine.model import Model
from .._engine.parts import Part, added, described
from .._types import Table

__all__ = ["Engine", "Holder", "LostWorker", "PartSource", "shares", "summed"]

#: One part of the rows: the path of a file, or a table.
PartSource = Union[str, "os.PathLike[str]", Table]


class LostWorker(RuntimeError):
    """Whoever held some of the rows is gone, and nobody could take its place."""


def summed(answers: Sequence[bytes]) -> bytes:
    """The sum of the answers of disjoint parts, in any order."""
    return functools.reduce(added, answers)


class Holder:
    """Some of the parts, where they are: opened once, asked by one thread at a time.

    Parameters
    ----------
    parts
        Numbers of partitions, counted from 0, and their files or tables.
    options
        How rows are read, as `fit` has them.
    """

    def __init__(
        self, parts: Mapping[int, PartSource], options: Mapping[str, Any],
        n_threads: int | None = None,
    ) -> None:
        self._parts = [
            _open(partition, source, options, n_threads) for partition, source in parts.items()]

    def __bool__(self) -> bool:
        return bool(self._parts)

    def answer(self, request: bytes) -> bytes:
        """The sum of the answers of these parts."""
        return summed([part.answer(request) for part in self._parts])

    def answers(self, requests: Sequence[bytes]) -> bytes:
        """The answer to the last of several requests: those before are of a holder that is gone."""
        *before, last = requests
        for request in before:
            self.answer(request)
        return self.answer(last)


def _open(
    partition: int, source: PartSource, options: Mapping[str, Any], n_threads: int | None
) -> Part:
    if isinstance(source, (str, os.PathLike)):
        return Part.open(
            partition, {**options, "data": os.fspath(source)}, n_threads=n_threads)
    return Part.open(partition, options, source, n_threads)


def shares(count: int, workers: int) -> list[list[int]]:
    """Partitions dealt out to workers, neighbours together; none without a partition."""
    workers = max(1, min(workers, count))
    edges = [count * k // workers for k in range(workers + 1)]
    return [list(range(a, b)) for a, b in zip(edges, edges[1:])]


class Engine(ABC):
    """Holds parts and answers requests; used once, by one fit.

    An engine has to ask every part each request exactly once, in any order, and to add the answers.
    Where a holder is lost, a new one opens the same parts and answers `self.told` first.
    """

    def __init__(self) -> None:
        #: The requests that parts must have answered before the next one, in their order.
        self.told: list[bytes] = []
        #: How many requests were answered.
        self.rounds: int = 0
        #: The method that is fitted.
        self.method: str = ""

    def parts(self, data: Any) -> list[Any]:
        """The parts one by one; a pattern of paths stands for the files like it, in order."""
        if isinstance(data, (str, os.PathLike)):
            path = os.fspath(data)
            if not glob.has_magic(path):
                return [path]
            found = sorted(glob.glob(path))
            if not found:
                raise FileNotFoundError(f"no file is like {path!r}")
            return [*found]
        if not isinstance(data, (list, tuple)):
            return [data]
        if not data:
            raise ValueError("there is no part of the rows: the list is empty")
        return [*data]

    @abstractmethod
    def start(self, parts: Sequence[PartSource], options: Mapping[str, Any]) -> None:
        """Opens the parts."""

    @abstractmethod
    def round(self, request: bytes) -> bytes:
        """The sum of the answers of all parts."""

    @abstractmethod
    def close(self) -> None:
        """Lets everything go."""

    def lead(self, fit: Callable[[], Model]) -> Model:
        """Runs the fit; an engine all of whose processes call `fit` runs it in one of them."""
        return fit()

    def ask(self, request: bytes) -> bytes:
        """`round`, and what has to be told again is remembered."""
        answer = self.round(request)
        self.rounds += 1
        told = described(request)
        if told["prepares"]:
            if told["question"] == "open":
                self.told = []
            self.told.append(request)
        return answer
