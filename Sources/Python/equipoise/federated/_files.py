"""Requests and answers as files in a folder that sites and whoever leads have in common."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Any

__all__ = ["Folder", "named"]

_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")


def named(name: str) -> str:
    """A site's name, which may stand in a path."""
    if not _NAME.fullmatch(name):
        raise ValueError(f"site {name!r}: a name has letters, digits, '-' and '_'")
    return name


class Folder:
    """The files of fits: `fit.json`, and of each fit a folder of requests and answers.

    A file is written under another name and then renamed, so that whoever sees it sees all of it.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = Path(path)

    def _write(self, path: Path, content: bytes) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f".{path.name}.{os.getpid()}")
        draft.write_bytes(content)
        os.replace(draft, path)

    def _session(self, session: str) -> Path:
        return self.path / named(session)

    def announce(self, fit: dict[str, Any]) -> None:
        self._write(self.path / "fit.json", json.dumps(fit, indent=2).encode())

    def fit(self) -> dict[str, Any] | None:
        """The fit that was announced last; None where there is none yet."""
        try:
            found: dict[str, Any] = json.loads((self.path / "fit.json").read_bytes())
        except FileNotFoundError:
            return None
        missing = {"session", "method", "options", "sites"} - set(found)
        if missing:
            raise ValueError(f"{self.path / 'fit.json'} lacks {', '.join(sorted(missing))}")
        return found

    def end(self, session: str) -> None:
        self._write(self._session(session) / "end", b"")

    def is_over(self, session: str) -> bool:
        return (self._session(session) / "end").exists()

    def ask(self, session: str, number: int, request: bytes) -> None:
        self._write(self._session(session) / f"{number:06}.request", request)

    def request(self, session: str, number: int) -> bytes | None:
        return _content(self._session(session) / f"{number:06}.request")

    def answer(self, session: str, number: int, site: str, content: bytes) -> None:
        self._write(self._session(session) / f"{number:06}.{named(site)}.answer", content)

    def has_answer(self, session: str, number: int, site: str) -> bool:
        return (self._session(session) / f"{number:06}.{named(site)}.answer").exists()

    def answered(self, session: str, number: int, site: str) -> bytes | None:
        return _content(self._session(session) / f"{number:06}.{named(site)}.answer")

    def refuse(self, session: str, number: int, site: str, reason: str) -> None:
        self._write(
            self._session(session) / f"{number:06}.{named(site)}.refused", reason.encode())

    def refused(self, session: str, site: str) -> str | None:
        """Why a site has left; None where it has not."""
        for path in self._session(session).glob(f"*.{named(site)}.refused"):
            return path.read_text("utf-8", "replace")
        return None


def _content(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
