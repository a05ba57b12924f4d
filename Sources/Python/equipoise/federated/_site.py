"""The rows of one site, and what it answers."""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from .._engine.parts import Part, described, explained, masked
from .._types import Table
from ._files import Folder, named
from ._masks import Masks
from ._policy import Policy

__all__ = ["Site"]

#: What whoever leads may say of how rows are read; all else is the site's.
_TAKEN = frozenset({
    "label", "sensitive", "positive", "id", "weights", "drop", "categorical", "numeric", "missing",
    "use_sensitive", "bins", "precision", "separator", "decimal", "encoding",
})


class Site:
    """The rows of one site, which answer what its policy lets leave.

    Parameters
    ----------
    name : str
        As whoever leads the fit calls the site: letters, digits, "-" and "_".
    rows : table or str
        A table, or the path of a file.
    policy : Policy
        What may leave.
    key : bytes, optional
        The site's private key, of `new_key`: its sums are masked. Without one they are not, and
        whoever leads sees those of this site.
    peers : mapping, optional
        The public keys of all other sites by name; with `key`, and of two others at least.
    log : str, optional
        A file that gets a line of JSON for each request: what it takes in words, and what became of it.
    approve : callable, optional
        Gets the method and its options before a fit, and returns whether the site takes part.

    Examples
    --------
    >>> from equipoise import federated
    >>> policy = federated.Policy({"age": (18, 100), "paid": ["no", "yes"]})
    >>> site = federated.Site("north", {"age": [30, 40], "paid": ["no", "yes"]}, policy)
    >>> site.open({"session": "a", "method": "logistic", "options": {"label": "paid"},
    ...            "sites": ["north", "south"]})
    >>> site.log  # no request yet
    []
    """

    def __init__(
        self, name: str, rows: Table | str | os.PathLike[str], policy: Policy, *,
        key: bytes | None = None, peers: Mapping[str, bytes] | None = None,
        log: str | os.PathLike[str] | None = None,
        approve: Callable[[dict[str, Any]], bool] | None = None, n_threads: int | None = None,
    ) -> None:
        self.name: str = named(name)
        self.policy: Policy = policy
        if (key is None) != (not peers):
            raise ValueError("masks need key= and peers=, the public keys of the other sites")
        if peers and name in peers:
            raise ValueError(f"peers are the other sites, and not {name!r} itself")
        if peers and len(peers) < 2:
            raise ValueError("masks hide nothing of two sites: three are needed")
        self._rows, self._key, self._peers = rows, key, dict(peers or {})
        self._log = None if log is None else Path(log)
        self._approve, self._threads = approve, n_threads
        self._part: Part | None = None
        self._masks: Masks | None = None
        self._logged = 0
        self._sessions: set[str] = set()

    def open(self, fit: Mapping[str, Any]) -> None:
        """Begins a fit, as whoever leads has announced it.

        Raises
        ------
        PermissionError
            Where the site does not approve.
        ValueError
            For a fit of other sites than those that the masks are for, one that has been, or one that
        chooses rows or what counts as missing.
        """
        names, session = list(fit["sites"]), str(fit["session"])
        if self._peers and {*self._peers, self.name} != set(names):
            raise ValueError(f"masks are for the sites {sorted([*self._peers, self.name])}")
        if session in self._sessions:
            raise ValueError("this fit has been: another one needs a session of its own")
        if chosen := sorted(set(fit["options"]) - _TAKEN):
            raise ValueError(f"a site does not take {chosen[0]!r} from whoever leads")
        told = {"method": fit["method"], "options": dict(fit["options"])}
        if self._approve is not None and not self._approve(told):
            raise PermissionError(f"the site {self.name!r} does not take part")
        self._sessions.add(session)
        options, rows, partition = dict(fit["options"]), self._rows, names.index(self.name)
        if isinstance(rows, (str, os.PathLike)):
            part = Part.open(
                partition, {**options, "data": os.fspath(rows)}, n_threads=self._threads)
        else:
            part = Part.open(partition, options, rows, self._threads)
        part.restrict(self.policy.to_json())
        self._part, self._logged = part, 0
        if self._key is not None:
            said = {**told, "session": session, "sites": names}
            canonical = json.dumps(said, sort_keys=True).encode()
            self._masks = Masks(self.name, self._key, self._peers, canonical)

    def answer(self, request: bytes) -> bytes:
        """The answer to a request, within the policy and with masks."""
        if self._part is None:
            raise ValueError("no fit has begun")
        self._hear(request)
        answer = self._part.answer(request)
        self._write(request)
        told = explained(answer)
        if self._masks is None or told["kind"] != "sums" or told.get("refused") is not None:
            return answer
        return masked(answer, self._masks.words(told["sums"]), self._masks.parties)

    def _hear(self, request: bytes) -> None:
        if self._masks is not None:
            self._masks.hear(request)

    @property
    def log(self) -> list[dict[str, Any]]:
        """The requests of this fit: "round", "question", "takes", "numbers", and "refused" with the
        reason, which nobody else is told."""
        return [] if self._part is None else self._part.log()

    def _write(self, request: bytes) -> None:
        entries = self.log
        if self._log is not None:
            digest = hashlib.sha256(request).hexdigest()
            with open(self._log, "a", encoding="utf-8") as file:
                for entry in entries[self._logged:]:
                    file.write(json.dumps({"site": self.name, **entry, "request": digest}) + "\n")
        self._logged = len(entries)

    def serve(
        self, folder: str | os.PathLike[str], *, poll: float = 0.05, timeout: float = 600
    ) -> list[dict[str, Any]]:
        """Answers the requests of one fit that come as files into a folder; returns the log.

        Parameters
        ----------
        folder
            The mailbox.
        poll
            Seconds between two looks.
        timeout
            Seconds without a request after which the site leaves.

        Raises
        ------
        TimeoutError
            When nothing has come for so long.
        """
        mail, last = Folder(folder), time.monotonic()
        session, done = "", 0
        while time.monotonic() - last < timeout:
            if session and mail.is_over(session):
                return self.log
            if (joined := self._joined(mail)) is not None:  # The first, or one that was begun anew.
                session, done = joined, 0
            elif session and (request := mail.request(session, done + 1)) is not None:
                done += 1
                self._reply(mail, session, done, request)
            else:
                time.sleep(poll)
                continue
            last = time.monotonic()
        raise TimeoutError(f"no request has come for {timeout} seconds")

    def _joined(self, mail: Folder) -> str | None:
        """The session of a fit that has been announced, goes on, and is not one of before."""
        fit = mail.fit()
        if fit is None or fit["session"] in self._sessions or self.name not in fit["sites"] \
                or mail.is_over(fit["session"]):
            return None
        try:
            self.open(fit)
        except (PermissionError, ValueError) as error:
            mail.refuse(fit["session"], 1, self.name, str(error))
            raise
        return str(fit["session"])

    def _reply(self, mail: Folder, session: str, number: int, request: bytes) -> None:
        """Writes the answer; one that is there already is of a process before this one."""
        if mail.has_answer(session, number, self.name):
            if described(request)["prepares"]:
                self.answer(request)
            else:
                self._hear(request)
            return
        try:
            mail.answer(session, number, self.name, self.answer(request))
        except ValueError as error:
            mail.refuse(session, number, self.name, str(error))
            raise
