"""Parts on the workers of a Dask cluster."""

from __future__ import annotations

import asyncio
import importlib
from collections.abc import Mapping, Sequence
from typing import Any

from ._engine import Engine, Holder, LostWorker, summed

__all__ = ["Dask"]

_RETRIES = 3
#: Seconds that a cluster without any worker gets for starting one.
_PATIENCE = 60.0


class _Holder(Holder):
    """Parts whose tables Dask hands over one by one."""

    def __init__(
        self, numbers: Sequence[int], options: Mapping[str, Any], n_threads: int | None,
        *sources: Any,
    ) -> None:
        super().__init__(dict(zip(numbers, sources)), options, n_threads)


class Dask(Engine):
    """Parts on the workers of a Dask cluster, an actor on each worker.

    Each partition of a Dask frame is a part, on the worker that has it; of a list, each item: files
    must be there on every worker. Where a worker is lost, its partitions are computed again and the
    model is the same.

    Parameters
    ----------
    client : distributed.Client, optional
        By default the client that is in use, or else one of a new cluster on this machine.
    n_threads : int, optional
        Threads that read a part; by default those of the worker.
    """

    def __init__(self, client: Any = None, n_threads: int | None = None) -> None:
        super().__init__()
        self._given: Any = client
        self.n_threads: int | None = n_threads
        self._client: Any = None
        self._shares: list[list[int]] = []
        self._futures: list[Any] = []
        self._actors: list[Any] = []
        self._options: Mapping[str, Any] = {}

    def parts(self, data: Any) -> list[Any]:
        if hasattr(data, "to_delayed"):
            return list(data.to_delayed())
        return super().parts(data)

    def start(self, parts: Sequence[Any], options: Mapping[str, Any]) -> None:
        distributed = _module()
        self._client = self._given or _client(distributed)
        self._options = options
        with self._client.as_current():  # which futures and actors look for
            self._futures = [
                self._client.compute(part) if hasattr(part, "dask") else part for part in parts]
            distributed.wait([part for part in self._futures if hasattr(part, "key")])
            self._shares = self._dealt()
            self._actors = [self._placed(k) for k in range(len(self._shares))]

    def _dealt(self) -> list[list[int]]:
        """The parts of each worker: those that it has, and its share of those that nobody has."""
        infos = self._client.scheduler_info(n_workers=-1)["workers"]
        workers = sorted(infos)
        if not workers:
            raise LostWorker("the Dask cluster has no worker")
        has = self._client.who_has([part for part in self._futures if hasattr(part, "key")])
        held: dict[str, list[int]] = {worker: [] for worker in workers}
        for k, part in enumerate(self._futures):
            owners = sorted(has.get(getattr(part, "key", None), ()))
            held[owners[0] if owners else workers[k % len(workers)]].append(k)
        return [share for share in held.values() if share]

    def _placed(self, k: int) -> Any:
        """An actor with the parts of a share, where these are."""
        share = self._shares[k]
        sources = [self._futures[number] for number in share]
        keys = [part for part in sources if hasattr(part, "key")]
        has = self._client.who_has(keys)
        owners = sorted({worker for found in has.values() for worker in found})
        actor = self._client.submit(
            _Holder, share, dict(self._options), self.n_threads, *sources, actor=True,
            workers=owners or None, allow_other_workers=bool(owners), pure=False)
        without = 0.0
        while not actor.done():
            try:
                _module().wait(actor, timeout=1)
            except (TimeoutError, asyncio.TimeoutError):
                # Rows may take as long as they need while anybody is there to read them.
                workers = self._client.scheduler_info(n_workers=-1)["workers"]
                without = 0.0 if workers else without + 1
                if without >= _PATIENCE:
                    raise LostWorker("the Dask cluster has no worker left") from None
        return actor.result()

    def round(self, request: bytes) -> bytes:
        with self._client.as_current():
            asked = [self._asked(actor, [request]) for actor in self._actors]
            answers = [self._answer(k, request, asked[k]) for k in range(len(self._actors))]
        return summed(answers)

    @staticmethod
    def _asked(actor: Any, requests: Sequence[bytes]) -> Any:
        """The answer to come, or what went wrong."""
        try:
            return actor.answers(requests)
        except Exception as error:  # noqa: BLE001: of the cluster; the library's come with results
            return error

    def _answer(self, k: int, request: bytes, asked: Any) -> bytes:
        from .._engine.calls import EquipoiseError

        failure: BaseException | None = None
        for attempt in range(_RETRIES + 1):
            try:
                if attempt:
                    self._actors[k] = self._placed(k)
                    asked = self._asked(self._actors[k], [*self.told, request])
                if isinstance(asked, Exception):
                    raise asked
                answer: bytes = asked.result()
                return answer
            except (EquipoiseError, LostWorker):
                raise
            except Exception as error:  # noqa: BLE001: a lost worker has many names
                failure = error
        raise LostWorker(f"a worker of the Dask cluster was lost, and no other took over: {failure}")

    def close(self) -> None:
        self._actors, self._futures = [], []
        if self._given is None and self._client is not None and self._client is not _default_client():
            self._client.close()


def _module() -> Any:
    return importlib.import_module("distributed")


def _default_client() -> Any:
    try:
        return _module().default_client()
    except ValueError:
        return None


def _client(distributed: Any) -> Any:
    """The client that is in use, or one of a cluster of its own."""
    return _default_client() or distributed.Client(set_as_default=False)
