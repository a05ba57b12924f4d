"""What runs in Spark's executors: tasks of one stage, and tasks of a job a round."""

from __future__ import annotations

import importlib
import json
import os
import pickle
import shutil
import socket
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .._engine.parts import described
from ._engine import Holder, LostWorker, PartSource, summed
from ._wire import Kind, Wire

__all__ = ["PARTITION_BITS", "ROW", "Answers", "Call", "Job", "Stage", "batch"]

#: The column of Spark's numbers of rows, and how far the number of the partition stands left in it.
ROW, PARTITION_BITS = "equipoise row", 33


def _arrow(name: str = "pyarrow") -> Any:
    return importlib.import_module(name)


def batch(**columns: tuple[str, Any]) -> Any:
    """A batch of Arrow with one row: type and value of each column."""
    arrow = _arrow()
    return arrow.RecordBatch.from_pydict({
        name: arrow.array([value], getattr(arrow, kind)())
        for name, (kind, value) in columns.items()})


def _failure(error: Exception) -> bytes:
    """An exception for another process, which may lack what the exception is made of."""
    try:
        content = pickle.dumps(error)
        pickle.loads(content)
        return content
    except Exception:  # noqa: BLE001: whatever an exception does not stand
        return pickle.dumps(RuntimeError(f"{type(error).__name__}: {error}"))


def _place() -> str:
    """The host and this process."""
    return f"{socket.gethostname()}:{os.getpid()}"


def _by_partition(batches: Iterable[Any]) -> dict[int, Any]:
    """Rows with the column of their numbers, taken apart into tables by partition."""
    found = [some for some in batches if some.num_rows]
    if not found:
        return {}
    rows = _arrow().Table.from_batches(found)
    numbers = rows.column(ROW).to_numpy()
    if (numbers[1:] < numbers[:-1]).any():
        order = _arrow("pyarrow.compute").sort_indices(rows.column(ROW))
        rows = rows.take(order)
        numbers = rows.column(ROW).to_numpy()
    partitions = numbers >> PARTITION_BITS
    edges = [0, *((partitions[1:] != partitions[:-1]).nonzero()[0] + 1).tolist(), len(partitions)]
    rows = rows.drop_columns([ROW])
    return {int(partitions[a]): rows.slice(a, b - a) for a, b in zip(edges, edges[1:])}


# ---- One stage a fit -----------------------------------------------------------------------------


@dataclass(frozen=True)
class Call:
    """How a task of the stage reaches the process of the fit."""

    host: str
    port: int
    token: bytes
    has_rows: bool

    def open(self) -> Wire:
        """The wire to the fit."""
        try:
            return Wire.call((self.host, self.port), self.token)
        except OSError as error:
            raise LostWorker(
                f"a task on {socket.gethostname()} cannot reach the fit at "
                f"{self.host}:{self.port} ({error}): where there is no way from the executors to "
                "the driver, Spark(rounds=\"jobs\") needs none") from error


class Stage:
    """A task of the stage: it holds its parts open and answers until the fit is over."""

    def __init__(self, call: Call) -> None:
        self._call = call

    def run(self, batches: Iterable[Any]) -> None:
        """Calls the fit, reads the rows, and answers."""
        from pyspark import BarrierTaskContext

        context = BarrierTaskContext.get()
        wire = self._call.open()
        try:
            wire.send(Kind.HELLO, json.dumps({
                "task": context.partitionId(), "tasks": len(context.getTaskInfos()),
                "attempt": context.taskAttemptId(),
                "place": _place()}).encode())
            rows = _by_partition(batches) if self._call.has_rows else sum(0 for _ in batches)
            kind, content = wire.receive()
            if kind is Kind.SETUP:
                given, options, n_threads = pickle.loads(content)
                parts = rows if isinstance(rows, dict) else given
                counts = {k: part.num_rows for k, part in rows.items()} if isinstance(
                    rows, dict) else {}
                wire.send(Kind.READY, pickle.dumps(counts))
                self._serve(wire, parts, options, n_threads)
        finally:
            wire.close()

    @staticmethod
    def _serve(
        wire: Wire, parts: dict[int, PartSource], options: Mapping[str, Any], n_threads: int
    ) -> None:
        holder: Holder | None = None
        while True:
            kind, content = wire.receive()
            if kind is Kind.END:
                return
            try:
                if holder is None:
                    holder = Holder(parts, options, n_threads)
                    parts = {}
                answer = holder.answers(pickle.loads(content)) if holder else b""
            except Exception as error:  # noqa: BLE001: the fit is told
                wire.send(Kind.ERROR, _failure(error))
            else:
                wire.send(Kind.ANSWER, answer)


# ---- A job a round -------------------------------------------------------------------------------


class _Open:
    """A part that stays open in this process from round to round, and what it remembers."""

    def __init__(self, number: int, job: Job) -> None:
        with open(job.file(number), "rb") as file:
            source, self.rows = pickle.load(file)
        self._holder = Holder({number: source}, job.options, job.n_threads)
        self._told: list[bytes] = []

    def answer(self, told: Sequence[bytes], request: bytes) -> bytes:
        """The answer; what the part was not told yet comes first."""
        answer = self._holder.answers([*told[len(self._told):], request])
        self._told = [*told, request] if described(request)["prepares"] else [*told]
        return answer

    def follows(self, told: Sequence[bytes]) -> bool:
        """Whether the part was told nothing but the first of these."""
        return self._told == list(told[: len(self._told)])


#: Parts that are open in this process, of each fit.
_opened: dict[str, dict[int, _Open]] = {}


@dataclass(frozen=True)
class Answers:
    """What one task says: rows of the parts that it answers for, parts that it has not, the sum."""

    rows: dict[int, int]
    missing: list[int]
    answer: bytes = b""
    error: bytes = b""
    #: The host and the process of the task.
    place: str = ""


@dataclass(frozen=True)
class Job:
    """The parts of a fit in the executors' folders, which Spark removes with the application."""

    name: str
    options: Mapping[str, Any]
    n_threads: int
    #: The parts, where they are a list; else each partition of the rows is one.
    listed: tuple[bytes, ...] | None = None

    def folder(self) -> Path:
        """Where this executor has parts of the fit."""
        from pyspark import SparkFiles

        return Path(SparkFiles.getRootDirectory()) / f"equipoise-{self.name}"

    def file(self, number: int) -> Path:
        """The file of a part."""
        return self.folder() / f"{number}.part"

    def store(self, batches: Iterable[Any]) -> Iterator[tuple[int, int]]:
        """Writes parts into the folder: their numbers and rows."""
        if self.listed is not None:
            for some in batches:
                for number in some.column(0).to_pylist():
                    self._write(number, pickle.loads(self.listed[number]), 0)
                    yield number, 0
            return
        for number, rows in _by_partition(batches).items():
            self._write(number, rows, rows.num_rows)
            yield number, rows.num_rows

    def _write(self, number: int, source: Any, rows: int) -> None:
        file = self.file(number)
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        part = file.with_suffix(f".{os.getpid()}")
        with open(part, "wb") as content:
            pickle.dump((source, rows), content, protocol=5)
        os.replace(part, file)

    def answer(self, numbers: Sequence[int], told: Sequence[bytes], request: bytes) -> Answers:
        """The sum of the answers of those parts that are here."""
        for name in [name for name in _opened if not self.folder().with_name(
                f"equipoise-{name}").exists()]:
            del _opened[name]
        held = _opened.setdefault(self.name, {})
        rows, missing, answers = {}, [], []
        try:
            for number in numbers:
                if number not in held or not held[number].follows(told):
                    if not self.file(number).exists():
                        missing.append(number)
                        continue
                    held[number] = _Open(number, self)
                rows[number] = held[number].rows
                answers.append(held[number].answer(told, request))
            return Answers(rows, missing, summed(answers) if answers else b"", place=_place())
        except Exception as error:  # noqa: BLE001: the fit is told
            return Answers(rows, missing, error=_failure(error), place=_place())

    def remove(self) -> None:
        """Lets the parts in this executor go."""
        _opened.pop(self.name, None)
        shutil.rmtree(self.folder(), ignore_errors=True)
