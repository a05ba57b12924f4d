"""Where the tasks of a stage call the process of the fit."""

from __future__ import annotations

import json
import math
import secrets
import socket
import threading
from typing import NamedTuple

from ._wire import Kind, Wire

__all__ = ["Caller", "Hub"]


class Caller(NamedTuple):
    """A task that called: which of how many, in which attempt, and where it runs."""

    task: int
    tasks: int
    attempt: int
    place: str
    wire: Wire

    @classmethod
    def heard(cls, wire: Wire) -> Caller:
        """Who is on a wire."""
        kind, content = wire.receive()
        told = json.loads(content)
        if kind is not Kind.HELLO or not 0 <= told["task"] < told["tasks"]:
            raise ValueError(f"a task calls itself {content!r}")
        return cls(wire=wire, **told)


class Hub:
    """Listens for the tasks of a stage until all of them have called.

    Tasks of a later attempt take the place of those of the attempts before.
    """

    def __init__(self, host: str) -> None:
        self.token: bytes = secrets.token_bytes(32)
        self._listener = socket.create_server((host, 0), backlog=128)
        self.port: int = self._listener.getsockname()[1]
        self._callers: dict[int, Caller] = {}  # who has called
        self._gathered: list[Caller] = []  # who was given away
        self._changed = threading.Condition()
        self._over: BaseException | None = None
        threading.Thread(target=self._listen, name="equipoise-hub", daemon=True).start()

    def _listen(self) -> None:
        while True:
            try:
                called, _ = self._listener.accept()
            except OSError:  # The hub is closed.
                return
            threading.Thread(target=self._greet, args=(called,), daemon=True).start()

    def _greet(self, called: socket.socket) -> None:
        try:
            wire = Wire(called, self.token, listens=True)
        except OSError:
            return
        try:
            caller = Caller.heard(wire)
        except (OSError, ValueError, TypeError, KeyError):
            wire.close()
            return
        with self._changed:
            before = self._callers.get(caller.task)
            late = before is not None and before.attempt > caller.attempt
            if not late:
                self._callers[caller.task] = caller
                # A task of a new attempt: those before are gone, also where nobody has heard of it.
                self._let_go(caller.attempt)
            self._changed.notify_all()
        if late:
            wire.close()
        elif before is not None:
            before.wire.close()

    def _let_go(self, attempt: float) -> None:
        """Ends the connections to tasks of earlier attempts, for whoever waits at them as well."""
        if any(caller.attempt < attempt for caller in self._gathered):
            for caller in self._gathered:
                caller.wire.close()
            self._gathered = []

    def gather(self) -> list[Caller]:
        """All tasks of a stage, as soon as they have called; raises what ended the stage before."""
        with self._changed:
            while True:
                for task, caller in list(self._callers.items()):
                    if not caller.wire.is_open:
                        del self._callers[task]
                        caller.wire.close()
                found = [self._callers[task] for task in sorted(self._callers)]
                if found and len(found) == found[0].tasks:
                    self._callers, self._gathered = {}, found
                    return found
                if self._over is not None:
                    raise self._over
                self._changed.wait(1)

    def expect(self) -> None:
        """A stage begins."""
        with self._changed:
            self._over = None

    def end(self, error: BaseException) -> None:
        """No more tasks will call: the stage is over."""
        with self._changed:
            self._over = error
            self._let_go(math.inf)
            self._changed.notify_all()

    def close(self) -> None:
        """Listens no more, and lets go whoever has called."""
        try:  # Wakes whoever accepts.
            self._listener.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        self._listener.close()
        with self._changed:
            self._let_go(math.inf)
            for caller in self._callers.values():
                caller.wire.close()
            self._callers = {}
