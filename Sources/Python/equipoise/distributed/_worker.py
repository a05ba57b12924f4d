"""A process that holds parts of the rows: `python -m equipoise.distributed._worker`.

Messages are a length of 8 bytes and so many bytes: first the parts and their options, then
requests, each of which is answered; a negative length stands before an exception.
"""

from __future__ import annotations

import os
import pickle
import struct
import sys
from typing import BinaryIO

from ._engine import Holder


def _read(pipe: BinaryIO) -> bytes | None:
    head = pipe.read(8)
    if len(head) < 8:
        return None
    (count,) = struct.unpack("<q", head)
    content = pipe.read(count)
    return content if len(content) == count else None


def _write(pipe: BinaryIO, content: bytes, sign: int = 1) -> None:
    pipe.write(struct.pack("<q", sign * len(content)))
    pipe.write(content)
    pipe.flush()


def serve(requests: BinaryIO, answers: BinaryIO) -> None:
    """Answers until the pipe of requests ends."""
    setup = _read(requests)
    if setup is None:
        return
    holder: Holder | None = None
    while (request := _read(requests)) is not None:
        try:
            if holder is None:
                holder = Holder(*pickle.loads(setup))
            content, sign = holder.answer(request), 1
        except Exception as error:  # noqa: BLE001: the fit is told
            content, sign = pickle.dumps(error), -1
        _write(answers, content, sign)


if __name__ == "__main__":
    # What anybody prints must not come between the answers.
    with os.fdopen(os.dup(1), "wb") as pipe:
        os.dup2(2, 1)
        try:
            serve(sys.stdin.buffer, pipe)
        except (BrokenPipeError, KeyboardInterrupt):
            pass
