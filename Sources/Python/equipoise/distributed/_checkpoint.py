"""The answers that a fit has had, in a file: a fit that was cut off goes on where it ended."""

from __future__ import annotations

import hashlib
import json
import os
import struct
import zlib
from collections.abc import Callable, Mapping
from typing import Any, BinaryIO

from .._engine.calls import EquipoiseError
from .._engine.jobs import plain
from .._engine.library import library
from .._engine.parts import described

__all__ = ["Checkpoint"]

_SIGNATURE = b"EQPROUND\x01\n"
_HEAD = struct.Struct("<32sQI")
#: An answer of a round has some megabytes at most.
_LARGEST = 1 << 34


def _fault(path: str, reason: str) -> EquipoiseError:
    return EquipoiseError(f"{path}: {reason}")


class Checkpoint:
    """The answers of a fit, in the order of its rounds.

    The same requests come from the same answers, so that a fit that gets the answers it had before is
    soon where it was. Requests that parts remember are asked again: the parts are others by now. Their
    answers have to be those of before, which they are not where the rows have changed.

    Layout: a signature, the SHA-256 of what is fitted; of each round the SHA-256 of the request, the
    length and the CRC-32 of the answer, little-endian, and the answer. A last round that is cut off
    is asked again.

    Parameters
    ----------
    path
        The file; written anew unless `resume`.
    asked
        The method and its options.
    resume
        Goes on from the file, if it is there.
    """

    def __init__(
        self, path: str | os.PathLike[str], asked: Mapping[str, Any], *, resume: bool
    ) -> None:
        self._path = os.fspath(path)
        version = library().eqp_version().decode()
        fit = json.dumps([version, asked], sort_keys=True, default=plain).encode()
        start = _SIGNATURE + hashlib.sha256(fit).digest()
        self._known: list[tuple[bytes, bytes]] = []
        self._next = 0
        self._file: BinaryIO
        if resume and os.path.exists(self._path):
            self._file = open(self._path, "r+b")
            try:
                self._read(start)
            except BaseException:
                self._file.close()
                raise
        else:
            self._file = open(self._path, "wb")
            self._file.write(start)
            self._keep()

    def _read(self, start: bytes) -> None:
        """Takes the rounds that are whole, and cuts the rest off."""
        found = self._file.read(len(start))
        if found != start[: len(found)]:
            raise _fault(
                self._path, "this checkpoint is of another fit: the method, its options, the seed or "
                "the version differ" if found.startswith(_SIGNATURE) else "this is no checkpoint")
        end = self._file.tell()
        if len(found) < len(start):  # Cut off before the first round.
            self._file.seek(0)
            self._file.write(start)
            end = len(start)
        while len(head := self._file.read(_HEAD.size)) == _HEAD.size:
            request, length, check = _HEAD.unpack(head)
            answer = self._file.read(length) if length < _LARGEST else b""
            if len(answer) != length or zlib.crc32(request + answer) != check:
                break
            self._known.append((request, answer))
            end = self._file.tell()
        self._file.seek(end)
        self._file.truncate()

    def _keep(self) -> None:
        self._file.flush()
        os.fsync(self._file.fileno())

    def ask(self, request: bytes, parts: Callable[[bytes], bytes]) -> bytes:
        """The answer of the file, or else that of the parts, which is kept."""
        mark = hashlib.sha256(request).digest()
        if self._next == len(self._known):
            answer = parts(request)
            self._file.write(_HEAD.pack(mark, len(answer), zlib.crc32(mark + answer)) + answer)
            self._keep()
            self._known.append((mark, b""))
            self._next += 1
            return answer
        known, answer = self._known[self._next]
        if known != mark or described(request)["prepares"] and parts(request) != answer:
            raise _fault(
                self._path, f"round {self._next + 1} of the checkpoint is of other rows: they have "
                "changed since; fit without resume")
        self._next += 1
        return answer

    def __enter__(self) -> Checkpoint:
        return self

    def __exit__(self, *failure: object) -> None:
        self._file.close()

    def remove(self) -> None:
        """What a fit that has ended does not need."""
        os.remove(self._path)
