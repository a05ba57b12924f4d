"""The engine of whoever leads a fit over sites: files in a folder."""

from __future__ import annotations

import os
import secrets
import time
from collections.abc import Mapping, Sequence
from typing import Any

from ..distributed._engine import Engine, LostWorker, summed
from ._files import Folder, named

__all__ = ["Mailbox"]


class Mailbox(Engine):
    """Asks sites by files in a folder, which `Site.serve` answers at each.

    The folder may be a shared one, or be carried between the sites by any means of theirs. Parts are
    the names of the sites: ``distributed.fit("penalized", ["north", "south"], engine=Mailbox(folder),
    ...)``.

    Parameters
    ----------
    folder : str
        Made if it is not there.
    poll : float
        Seconds between two looks.
    timeout : float
        Seconds after which a site that has not answered is given up.

    Examples
    --------
    >>> from equipoise import federated
    >>> federated.Mailbox("mailbox").parts(["north", "south"])
    ['north', 'south']
    """

    def __init__(
        self, folder: str | os.PathLike[str], *, poll: float = 0.05, timeout: float = 600
    ) -> None:
        super().__init__()
        self._folder = Folder(folder)
        self._poll, self._timeout = poll, timeout
        self._sites: list[str] = []
        self._session = ""

    def parts(self, data: Any) -> list[Any]:
        names = [data] if isinstance(data, str) else list(data)
        if not names:
            raise ValueError("there is no site")
        if len({named(name) for name in names}) < len(names):
            raise ValueError("two sites have the same name")
        return names

    def start(self, parts: Sequence[Any], options: Mapping[str, Any]) -> None:
        self._sites, self._session = list(parts), secrets.token_hex(16)
        self._folder.announce({
            "session": self._session, "method": self.method, "options": dict(options),
            "sites": self._sites,
        })

    def round(self, request: bytes) -> bytes:
        number = self.rounds + 1
        self._folder.ask(self._session, number, request)
        return summed([self._answer(number, site) for site in self._sites])

    def _answer(self, number: int, site: str) -> bytes:
        end = time.monotonic() + self._timeout
        while time.monotonic() < end:
            answer = self._folder.answered(self._session, number, site)
            if answer is not None:
                return answer
            reason = self._folder.refused(self._session, site)
            if reason is not None:
                raise LostWorker(f"site {site!r} has left: {reason}")
            time.sleep(self._poll)
        raise LostWorker(
            f"site {site!r} has not answered request {number} within {self._timeout} seconds")

    def close(self) -> None:
        if self._session:
            self._folder.end(self._session)
