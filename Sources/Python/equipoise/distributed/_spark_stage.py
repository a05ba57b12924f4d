"""One stage of Spark for a whole fit: its tasks hold the parts, and call the process of the fit."""

from __future__ import annotations

import importlib
import pickle
import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from ._engine import LostWorker, shares, summed
from ._hub import Caller, Hub
from ._spark_tasks import PARTITION_BITS, ROW, Call, Stage
from ._wire import Kind, WireError

__all__ = ["NO_ROWS", "StageRounds", "last_line", "numbered", "partition_of_rows"]

#: What is wrong with a frame whose partitions are all empty.
NO_ROWS = "there is no row: all partitions of the frame are empty"
_RETRIES = 3
#: Seconds that Spark gets for ending a stage that has nothing to do any more.
_PATIENCE = 30.0


def last_line(error: BaseException | None) -> str:
    """What an error of Spark's says in the end, without the frames of its two languages."""
    lines = [line.strip() for line in str(error).splitlines()]
    said = [line for line in lines if line and not line.startswith(("at ", "File ", "...", "^"))]
    ours = [line for line in said if "LostWorker: " in line or "Error: " in line]
    return (ours or said or [type(error).__name__])[0].split("LostWorker: ")[-1]


class StageRounds:
    """Rounds of a fit over the tasks of one stage.

    Parameters
    ----------
    session
        The session of Spark.
    source
        The rows, or the parts as a list.
    tasks
        How many tasks hold the parts, all at the same time.
    """

    def __init__(
        self, session: Any, source: Any, tasks: int, options: Mapping[str, Any], n_threads: int
    ) -> None:
        self._session = session
        self._options, self._n_threads = dict(options), n_threads
        self._parts: list[Any] | None = list(source) if isinstance(source, (list, tuple)) else None
        self._shares = shares(tasks if self._parts is None else len(self._parts), tasks)
        count = len(self._shares)
        self._frame = (
            _dealt(session, source, count) if self._parts is None
            else session.range(0, count, 1, count))
        self._hub = Hub(self._address("spark.driver.bindAddress"))
        self._group = f"equipoise-{secrets.token_hex(8)}"
        self._rows: dict[int, int] | None = None
        self._callers: list[Caller] = []
        self._thread: Any = None
        #: How many times the stage was lost and started again.
        self.lost: int = 0

    def _address(self, *names: str) -> str:
        """The address of this process that the executors have."""
        conf = self._session.conf
        if str(conf.get("spark.master", "")).split("[")[0] == "local":
            return "127.0.0.1"
        for name in (*names, "spark.driver.host"):
            found = conf.get(name, None)
            if found:
                return str(found)
        return "127.0.0.1"

    def _begin(self) -> bool:
        """Starts the stage, if it is not there."""
        if self._thread is not None and self._thread.is_alive():
            return False
        call = Call(
            self._address(), self._hub.port, self._hub.token, self._parts is None)

        def task(batches: Iterable[Any]) -> Iterator[Any]:
            Stage(call).run(batches)
            return iter(())

        def job() -> None:
            try:
                self._session.sparkContext.setJobGroup(self._group, "Equipoise: the rows of a fit")
                self._frame.mapInArrow(task, "done long", barrier=True).collect()
                if self._rows is None:  # Spark runs no task where it sees that there is no row.
                    self._hub.end(ValueError(NO_ROWS))
                else:
                    self._hub.end(LostWorker("the stage ended before the fit"))
            except Exception as error:  # noqa: BLE001: the fit is told
                self._hub.end(error)

        self._hub.expect()
        thread = importlib.import_module("pyspark").InheritableThread
        self._thread = thread(target=job, name="equipoise-stage", daemon=True)
        self._thread.start()
        return True

    def _called(self) -> list[Caller]:
        """The tasks of the stage: of the one that Spark runs again, or else of a new one."""
        while True:
            is_new = self._begin()
            try:
                return self._hub.gather()
            except ValueError:
                raise
            except Exception as error:
                if self._rows is None:
                    raise LostWorker(
                        f"Spark does not run the stage of the fit: {last_line(error)}") from error
                if is_new:
                    raise WireError(last_line(error)) from error
                self._thread.join()

    def _gather(self) -> None:
        """Gives their parts to all tasks of a stage."""
        self._callers = callers = self._called()
        for caller, share in zip(callers, self._shares):
            given = {} if self._parts is None else {k: self._parts[k] for k in share}
            caller.wire.send(
                Kind.SETUP, pickle.dumps((given, self._options, self._n_threads)))
        rows: dict[int, int] = {}
        for caller in callers:
            rows.update(pickle.loads(_received(caller)))
        if self._rows is not None and rows != self._rows:
            raise LostWorker(
                "the frame of Spark does not give the same rows a second time: persist it")
        self._rows = rows

    @property
    def places(self) -> list[str]:
        """Where the tasks are."""
        return [caller.place for caller in self._callers]

    def round(self, request: bytes, told: Sequence[bytes]) -> bytes:
        """The sum of the answers of all tasks."""
        failure: BaseException | None = None
        for _ in range(_RETRIES + 1):
            try:
                before: Sequence[bytes] = []
                if not self._callers:
                    before = told
                    self._gather()
                content = pickle.dumps([*before, request])
                for caller in self._callers:
                    caller.wire.send(Kind.REQUESTS, content)
                answers = [_received(caller) for caller in self._callers]
            except OSError as error:
                failure = error
                self.lost += 1
                self._let_go()
            else:
                found = [answer for answer in answers if answer]
                if not found:
                    raise ValueError(NO_ROWS)
                return summed(found)
        raise LostWorker(
            f"a stage of Spark was lost {_RETRIES + 1} times in one round: {failure}")

    def _let_go(self) -> None:
        for caller in self._callers:
            caller.wire.close()
        self._callers = []

    def close(self) -> None:
        """Lets the tasks end, which they do by themselves when they are told."""
        for caller in self._callers:
            try:
                caller.wire.send(Kind.END)
            except OSError:
                pass
        if self._thread is not None:
            self._thread.join(_PATIENCE if self._callers else 0)
            if self._thread.is_alive():
                self._session.sparkContext.cancelJobGroup(self._group)
                self._thread.join(_PATIENCE)
        self._let_go()
        self._hub.close()


def _received(caller: Caller) -> bytes:
    """What a task says; raises what went wrong there."""
    try:
        kind, content = caller.wire.receive()
    except OSError as error:
        raise WireError(f"{error} (task {caller.task} at {caller.place})") from error
    if kind is Kind.ERROR:
        raise pickle.loads(content)
    return content


def partition_of_rows() -> Any:
    """The partition of a row, of `numbered` rows."""
    functions = importlib.import_module("pyspark.sql.functions")
    return functions.shiftright(functions.col(ROW), PARTITION_BITS)


def numbered(frame: Any) -> Any:
    """The rows with their numbers, which tell the partition wherever rows go."""
    functions = importlib.import_module("pyspark.sql.functions")
    # Rows that were handed to Spark and not divided yet would be numbered as of one partition, and
    # divided afterwards: a sample of all of them stands between.
    return frame.sample(fraction=1.0, seed=0).withColumn(
        ROW, functions.monotonically_increasing_id())


def _dealt(session: Any, frame: Any, tasks: int) -> Any:
    """The rows, dealt out to tasks by partition.

    A stage whose tasks run at the same time cannot read whatever partitions there are: neither more
    than there is room for, nor those of unions.
    """
    functions = importlib.import_module("pyspark.sql.functions")
    at = functions.pmod(partition_of_rows(), functions.lit(tasks))
    keys = functions.array(*[functions.lit(key) for key in _keys(session, tasks)])
    return numbered(frame).repartition(
        tasks, functions.element_at(keys, (at + 1).cast("int")))


def _keys(session: Any, tasks: int) -> list[int]:
    """For each task a number that Spark's division by a key sends to it."""
    functions = importlib.import_module("pyspark.sql.functions")
    found: dict[int, int] = {}
    count = 16 * tasks
    while len(found) < tasks:
        count *= 4
        rows = session.range(0, count, 1, 1).select(
            functions.pmod(functions.hash(functions.col("id").cast("int")), functions.lit(tasks))
            .alias("task"), functions.col("id").cast("int").alias("key")
        ).groupBy("task").agg(functions.min("key").alias("key")).collect()
        found = {row.task: row.key for row in rows}
    return [found[task] for task in range(tasks)]
