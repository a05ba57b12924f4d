"""Parts in this process."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ._engine import Engine, Holder, PartSource

__all__ = ["Here"]


class Here(Engine):
    """All parts in this process, one after the other: for files of which one after the other fits.

    Parameters
    ----------
    n_threads : int, optional
        Threads that read a part; all cores by default.
    """

    def __init__(self, n_threads: int | None = None) -> None:
        super().__init__()
        self.n_threads: int | None = n_threads
        self._holder: Holder | None = None

    def start(self, parts: Sequence[PartSource], options: Mapping[str, Any]) -> None:
        self._holder = Holder(dict(enumerate(parts)), options, self.n_threads)

    def round(self, request: bytes) -> bytes:
        assert self._holder is not None, "start comes first"
        return self._holder.answer(request)

    def close(self) -> None:
        self._holder = None
