"""A job of Spark a round, over parts that lie in the executors' folders."""

from __future__ import annotations

import pickle
import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from ._engine import LostWorker, summed
from ._spark_stage import NO_ROWS, last_line, numbered, partition_of_rows
from ._spark_tasks import Answers, Job, batch

__all__ = ["JobRounds"]

_RETRIES = 3


def _task(run: Callable[[list[int]], Any]) -> Callable[[Iterable[Any]], Iterator[Any]]:
    """What takes the numbers of parts, for `mapInArrow`."""

    def task(batches: Iterable[Any]) -> Iterator[Any]:
        numbers = [number for some in batches for number in some.column(0).to_pylist()]
        yield batch(found=("binary", pickle.dumps(run(numbers))))

    return task


class JobRounds:
    """Rounds of a fit as jobs of Spark.

    Each part is written into a folder of the executor that has read it. The numbers of the parts
    are a persisted frame: by it Spark knows where each part is, and writes it again elsewhere when
    an executor is lost.
    """

    def __init__(
        self, session: Any, source: Any, tasks: int, options: Mapping[str, Any], n_threads: int
    ) -> None:
        self._session, self._tasks = session, tasks
        listed = (
            tuple(pickle.dumps(part) for part in source)
            if isinstance(source, (list, tuple)) else None)
        self._job = Job(secrets.token_hex(16), dict(options), n_threads)
        self._filling = replace(self._job, listed=listed)
        self._source = (
            numbered(source) if listed is None else session.range(0, len(listed), 1, len(listed)))
        self._part = partition_of_rows() if listed is None else self._source.id
        self._keys: Any = None
        self._rows: dict[int, int] = {}
        #: How many times a job was lost and started again.
        self.lost: int = 0
        #: Where the tasks of the last round were.
        self.places: list[str] = []

    def _start(self) -> None:
        filling = self._filling

        def store(batches: Iterable[Any]) -> Iterator[Any]:
            for number, rows in filling.store(batches):
                yield batch(number=("int64", number), rows=("int64", rows))

        keys = self._source.mapInArrow(store, "number long, rows long").persist()
        try:
            found = keys.collect()
        except Exception as error:
            keys.unpersist()
            raise LostWorker(f"Spark does not store the parts: {last_line(error)}") from error
        self._keys = keys
        self._rows = {row.number: row.rows for row in found}
        if len(found) != len(self._rows):
            raise LostWorker("Spark gives rows of one partition to several tasks: persist the frame")
        if not self._rows:
            raise ValueError(NO_ROWS)

    def round(self, request: bytes, told: Sequence[bytes]) -> bytes:
        """The sum of the answers of all parts."""
        if self._keys is None:
            self._start()
        failure: BaseException | None = None
        for _ in range(_RETRIES + 1):
            try:
                return self._asked(request, list(told))
            except _Lost as error:
                failure = error.__cause__
                self.lost += 1
        raise LostWorker(
            f"a job of Spark failed {_RETRIES + 1} times in one round: {last_line(failure)}")

    def _asked(self, request: bytes, told: list[bytes]) -> bytes:
        job, filling = self._job, self._filling
        found = self._ran(
            self._keys.coalesce(min(self._tasks, len(self._rows))),
            _task(lambda numbers: job.answer(numbers, told, request)))
        missing = sorted(number for answers in found for number in answers.missing)
        if missing:  # A task ran where its parts are not.
            def again(batches: Iterable[Any]) -> Iterator[Any]:
                numbers = [number for number, _ in filling.store(batches)]
                content = pickle.dumps(job.answer(numbers, told, request))
                yield batch(found=("binary", content))

            found += self._ran(
                self._source.filter(self._part.isin(missing)), again)
        for answers in sorted(found, key=lambda one: min(one.rows, default=-1)):
            if answers.error:
                raise pickle.loads(answers.error)
        counts = [item for answers in found for item in answers.rows.items()]
        if sorted(counts) != sorted(self._rows.items()):
            raise LostWorker(
                "the frame of Spark does not give the same rows a second time: persist it")
        self.places = sorted({answers.place for answers in found})
        return summed([answers.answer for answers in found if answers.answer])

    def _ran(self, frame: Any, task: Callable[[Iterable[Any]], Iterator[Any]]) -> list[Answers]:
        """What the tasks of a job have found."""
        try:
            rows = frame.mapInArrow(task, "found binary").collect()
        except Exception as error:
            raise _Lost from error
        return [pickle.loads(row.found) for row in rows]

    def close(self) -> None:
        """Lets the parts go."""
        if self._keys is None:
            return
        job = self._job
        tasks = min(self._tasks, len(self._rows) or 1)
        try:
            self._ran(self._keys.coalesce(tasks), _task(lambda numbers: job.remove()))
        except _Lost:
            pass  # Spark removes them with the application.
        self._keys.unpersist()
        self._keys = None


class _Lost(RuntimeError):
    """A job failed."""
