"""Parts in worker processes of this machine."""

from __future__ import annotations

import os
import pickle
import struct
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ._engine import Engine, LostWorker, PartSource, shares, summed

__all__ = ["Processes"]

_RETRIES = 3


class _Worker:
    """A process that holds some of the parts; requests and answers go through its pipes."""

    def __init__(self, setup: bytes) -> None:
        package = str(Path(__file__).resolve().parents[2])
        path = os.pathsep.join(filter(None, [package, os.environ.get("PYTHONPATH")]))
        self._process = subprocess.Popen(
            [sys.executable, "-m", "equipoise.distributed._worker"], stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, env={**os.environ, "PYTHONPATH": path})
        try:
            self.send(setup)
        except OSError:
            self.end()
            raise

    def send(self, *contents: bytes) -> None:
        """Sends one message; raises OSError where the process is gone."""
        pipe = self._process.stdin
        assert pipe is not None
        for content in contents:
            pipe.write(struct.pack("<q", len(content)))
            pipe.write(content)
        pipe.flush()

    def receive(self) -> bytes:
        """The answer to the oldest request that is open; raises OSError where the process is gone."""
        pipe = self._process.stdout
        assert pipe is not None
        head = pipe.read(8)
        if len(head) < 8:
            raise OSError("a worker ended")
        (count,) = struct.unpack("<q", head)
        content = pipe.read(abs(count))
        if len(content) < abs(count):
            raise OSError("a worker ended")
        if count < 0:  # What the library raised there.
            raise pickle.loads(content)
        return content

    @property
    def pid(self) -> int:
        return self._process.pid

    def end(self) -> None:
        """Lets the process end by itself, which it does when its pipe ends."""
        for pipe in (self._process.stdin, self._process.stdout):
            try:
                if pipe is not None:
                    pipe.close()
            except OSError:
                pass
        try:
            self._process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


class Processes(Engine):
    """Parts in worker processes, which are started for the fit and end with it.

    A worker that is lost is started again, opens its parts and goes on; the model is the same.

    Parameters
    ----------
    workers : int, optional
        Processes; by default as many as there are cores, and no more than parts.
    n_threads : int, optional
        Threads of each; by default the cores are dealt out evenly.
    """

    def __init__(self, workers: int | None = None, n_threads: int | None = None) -> None:
        super().__init__()
        if workers is not None and workers < 1:
            raise ValueError(f"workers={workers}: at least one process is needed")
        self.workers: int | None = workers
        self.n_threads: int | None = n_threads
        self._setups: list[bytes] = []
        self._workers: list[_Worker] = []

    def start(self, parts: Sequence[PartSource], options: Mapping[str, Any]) -> None:
        cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else (
            os.cpu_count() or 1)
        dealt = shares(len(parts), self.workers or cores)
        threads = self.n_threads or max(1, cores // len(dealt))
        self._setups = [
            pickle.dumps(({k: parts[k] for k in share}, dict(options), threads))
            for share in dealt]
        self._workers = [_Worker(setup) for setup in self._setups]

    @property
    def pids(self) -> list[int]:
        """The processes that hold the parts."""
        return [worker.pid for worker in self._workers]

    def round(self, request: bytes) -> bytes:
        asked = [self._sent(worker, request) for worker in self._workers]
        return summed([self._answer(k, request, asked[k]) for k in range(len(self._workers))])

    @staticmethod
    def _sent(worker: _Worker, request: bytes) -> bool:
        try:
            worker.send(request)
        except OSError:
            return False
        return True

    def _answer(self, k: int, request: bytes, was_sent: bool) -> bytes:
        if was_sent:
            try:
                return self._workers[k].receive()
            except OSError:
                pass
        for _ in range(_RETRIES):
            self._workers[k].end()
            try:
                self._workers[k] = _Worker(self._setups[k])
                for told in self.told:
                    self._workers[k].send(told)
                    self._workers[k].receive()
                self._workers[k].send(request)
                return self._workers[k].receive()
            except OSError:
                continue
        raise LostWorker(
            f"worker {k} ended {_RETRIES + 1} times in one round: its parts may not fit into memory")

    def close(self) -> None:
        for worker in self._workers:
            worker.end()
        self._workers = []
