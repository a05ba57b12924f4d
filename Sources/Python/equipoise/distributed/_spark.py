"""Parts in the executors of Spark."""

from __future__ import annotations

import importlib
import os
import shutil
import sys
from collections.abc import Mapping, Sequence
from typing import Any, Literal

from ._engine import Engine
from ._spark_jobs import JobRounds
from ._spark_stage import StageRounds

__all__ = ["Spark"]


class Spark(Engine):
    """Parts in the executors of Spark.

    Each partition of a frame of Spark is a part; of a list, each item: files must be there on
    every executor. The executors' Python has Equipoise and pyarrow.

    Parameters
    ----------
    session : pyspark.sql.SparkSession, optional
        By default that of the frame, or else the one that is in use, or else a new one of this
        machine, which stays.
    rounds : "stage" or "jobs", optional
        "stage" is one stage for the whole fit: its tasks run at the same time, hold the rows, and
        call this process over TCP: a round is a message each way. Its slots are taken until the
        fit is over, and a shuffle deals out the partitions. "jobs" is a job a round, whose start
        takes far longer, for sessions over Spark Connect, for dynamic allocation, and where executors cannot
        reach this process: each part is written into a folder of its executor. By default "jobs"
        for Spark Connect, "stage" otherwise.
    tasks : int, optional
        How many tasks hold the parts; by default as many as Spark has slots.
    n_threads : int, optional
        Threads that read a part; by default the cores of a task.

    Notes
    -----
    Where a process or an executor is lost, Spark starts its tasks again: they read the same
    partitions, and the model is the same. A frame whose partitions come out otherwise a second
    time, as after a shuffle, has to be persisted.
    """

    def __init__(
        self, session: Any = None, *, rounds: Literal["stage", "jobs"] | None = None,
        tasks: int | None = None, n_threads: int | None = None,
    ) -> None:
        super().__init__()
        if rounds not in (None, "stage", "jobs"):
            raise ValueError(f"rounds={rounds!r}: \"stage\" or \"jobs\"")
        if tasks is not None and tasks < 1:
            raise ValueError(f"tasks={tasks}: at least one is needed")
        self._given: Any = session
        self.how: Literal["stage", "jobs"] | None = rounds
        self.tasks: int | None = tasks
        self.n_threads: int | None = n_threads
        self._rounds: StageRounds | JobRounds | None = None

    def parts(self, data: Any) -> list[Any]:
        if type(data).__module__.startswith("pyspark.pandas."):
            data = data.to_spark()
        return super().parts(data)

    @property
    def lost(self) -> int:
        """How many times tasks were lost and started again."""
        return self._rounds.lost if self._rounds is not None else 0

    @property
    def workers(self) -> list[str]:
        """The processes that have answered the last round: host and number of each."""
        return self._rounds.places if self._rounds is not None else []

    def start(self, parts: Sequence[Any], options: Mapping[str, Any]) -> None:
        frames = [part for part in parts if hasattr(part, "mapInArrow")]
        if frames and len(parts) > 1:
            raise ValueError(
                "a list of parts has a frame of Spark in it: hand over one frame, or its union "
                "with the others")
        session = self._session(frames)
        connected = "connect" in type(session).__module__.split(".")
        how = self.how or ("jobs" if connected else "stage")
        if how == "stage" and connected:
            raise ValueError(
                "rounds=\"stage\" needs a session of its own, not Spark Connect: take \"jobs\"")
        cores = int(session.conf.get("spark.task.cpus", "1"))
        tasks = self.tasks or max(1, _cores(session) // cores)
        self._rounds = (StageRounds if how == "stage" else JobRounds)(
            session, frames[0] if frames else parts, tasks, options, self.n_threads or cores)

    def _session(self, frames: Sequence[Any]) -> Any:
        if self._given is not None:
            return self._given
        if frames:
            return frames[0].sparkSession
        sql = _module("pyspark.sql")
        found = sql.SparkSession.getActiveSession()
        if found is None:
            os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
            try:
                found = sql.SparkSession.builder.getOrCreate()
            except Exception as error:
                if shutil.which("java") is None and "JAVA_HOME" not in os.environ:
                    raise RuntimeError(
                        "Spark needs Java, and there is no 'java' on the path: install a Java "
                        "runtime of version 17, or set JAVA_HOME") from error
                raise
        return found

    def round(self, request: bytes) -> bytes:
        assert self._rounds is not None, "start comes first"
        return self._rounds.round(request, self.told)

    def close(self) -> None:
        if self._rounds is not None:
            self._rounds.close()


def _module(name: str) -> Any:
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        raise ModuleNotFoundError(
            "Spark needs the package pyspark: install it with pip", name=error.name) from error


def _cores(session: Any) -> int:
    """Into how many partitions Spark divides rows: as many as it has cores."""
    functions = _module("pyspark.sql.functions")
    rows = session.range(1 << 16).select(functions.spark_partition_id().alias("partition"))
    return int(rows.distinct().count())
