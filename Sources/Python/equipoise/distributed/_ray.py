"""Parts on the nodes of a Ray cluster."""

from __future__ import annotations

import importlib
from collections.abc import Mapping, Sequence
from typing import Any

from ._engine import Engine, Holder, LostWorker, shares, summed

__all__ = ["Ray"]

_RETRIES = 3


def _module() -> Any:
    return importlib.import_module("ray")


class _Holder(Holder):
    """Parts whose tables Ray hands over one by one."""

    def __init__(
        self, numbers: Sequence[int], options: Mapping[str, Any], n_threads: int | None,
        *sources: Any,
    ) -> None:
        super().__init__(dict(zip(numbers, sources)), options, n_threads)


class Ray(Engine):
    """Parts in actors of a Ray cluster.

    Each block of a Ray data set is a part; of a list, each item: files must be there on every node.
    Where an actor is lost, another one gets its blocks, and the model is the same.

    Parameters
    ----------
    actors : int, optional
        How many; by default as many as the cluster has cores, and no more than parts.
    n_threads : int
        Threads that read a part, and the cores that an actor asks Ray for.
    """

    def __init__(self, actors: int | None = None, n_threads: int = 1) -> None:
        super().__init__()
        if actors is not None and actors < 1:
            raise ValueError(f"actors={actors}: at least one is needed")
        self.actors: int | None = actors
        self.n_threads: int = n_threads
        self._shares: list[list[int]] = []
        self._sources: list[Any] = []
        self._options: Mapping[str, Any] = {}
        self._held: list[Any] = []

    def parts(self, data: Any) -> list[Any]:
        if hasattr(data, "to_arrow_refs"):
            return list(data.to_arrow_refs())
        return super().parts(data)

    def start(self, parts: Sequence[Any], options: Mapping[str, Any]) -> None:
        ray = _module()
        if not ray.is_initialized():
            ray.init(log_to_driver=False)
        # Tables go into the store of objects once, from where a lost actor's successor has them too.
        self._sources = [
            part if isinstance(part, (str, ray.ObjectRef)) else ray.put(part) for part in parts]
        self._options = options
        cores = int(ray.cluster_resources().get("CPU", 1)) // self.n_threads
        self._shares = shares(len(parts), self.actors or max(1, cores))
        self._held = [self._placed(k) for k in range(len(self._shares))]

    def _placed(self, k: int) -> Any:
        ray = _module()
        share = self._shares[k]
        made = ray.remote(num_cpus=self.n_threads)(_Holder)
        return made.remote(
            share, dict(self._options), self.n_threads, *[self._sources[i] for i in share])

    def round(self, request: bytes) -> bytes:
        asked = [actor.answer.remote(request) for actor in self._held]
        return summed([self._answer(k, request, asked[k]) for k in range(len(asked))])

    def _answer(self, k: int, request: bytes, asked: Any) -> bytes:
        ray = _module()
        failure: BaseException | None = None
        for attempt in range(_RETRIES + 1):
            try:
                if attempt:
                    self._held[k] = self._placed(k)
                    asked = self._held[k].answers.remote([*self.told, request])
                answer: bytes = ray.get(asked)
                return answer
            except ray.exceptions.RayTaskError as error:
                raise error.cause or error from None
            except ray.exceptions.RayError as error:
                failure = error
        raise LostWorker(f"an actor of the Ray cluster was lost, and no other took over: {failure}")

    def close(self) -> None:
        ray = _module()
        for actor in self._held:
            ray.kill(actor)
        self._held, self._sources = [], []
