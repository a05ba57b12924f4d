"""Parts of the rows of a fit: whoever holds one answers requests, and the sum goes to the fit."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from ctypes import POINTER, byref, c_int64, c_uint8, c_void_p, cast, create_string_buffer, memmove
from typing import Any

from .. import _arrow
from .._types import Table
from . import library as lib
from .calls import Handle, Options, call, filled
from .jobs import plain
from .model import Model
from .reduction import run_callback

__all__ = ["Part", "added", "described", "explained", "fit", "masked"]


def _bytes(content: bytes) -> Any:
    return (c_uint8 * len(content)).from_buffer_copy(content)


def _filled(name: str, *before: object) -> bytes:
    room, count = filled(lambda size: (c_uint8 * size)(), 1 << 16, name, *before)
    return bytes(memoryview(room)[:count])


class Part(Handle):
    """One part of the rows; one thread asks it at a time."""

    kind = "part"

    @classmethod
    def open(
        cls, partition: int, options: Mapping[str, Any], table: Table | None = None,
        n_threads: int | None = None,
    ) -> Part:
        """Rows of a file that the options name, or of a table."""
        stream = None if table is None else _arrow.Stream(table)
        settings, pointer = Options(threads=n_threads), c_void_p()
        call(
            "eqp_part_open", partition, json.dumps(options, default=plain).encode(),
            None if stream is None else stream.address, settings.pointer, byref(pointer))
        return cls(pointer, stream)

    def answer(self, request: bytes) -> bytes:
        """The answer's bytes; what is wrong with the rows is in them."""
        return _filled("eqp_part_answer", self.pointer, _bytes(request), len(request))

    def restrict(self, policy: str) -> None:
        """From now on only what a policy lets leave is answered."""
        call("eqp_part_restrict", self.pointer, policy.encode())

    def log(self) -> list[dict[str, Any]]:
        """The requests to a part with a policy."""
        room, _ = filled(create_string_buffer, 1 << 14, "eqp_part_log_json", self.pointer)
        found: list[dict[str, Any]] = json.loads(room.value)
        return found


def added(first: bytes, second: bytes) -> bytes:
    """The sum of the answers of disjoint parts to one request."""
    return _filled(
        "eqp_answers_add", _bytes(first), len(first), _bytes(second), len(second))


def masked(answer: bytes, masks: bytes, parties: int) -> bytes:
    """The answer with a party's masks, 16 bytes a sum."""
    return _filled(
        "eqp_answers_mask", _bytes(answer), len(answer), _bytes(masks), len(masks), parties)


def explained(answer: bytes) -> dict[str, Any]:
    """What an answer is: kind, rows, sums, refused, masked."""
    room, _ = filled(
        create_string_buffer, 1 << 10, "eqp_answers_json", _bytes(answer), len(answer))
    found: dict[str, Any] = json.loads(room.value)
    return found


def described(request: bytes) -> dict[str, Any]:
    """What a request asks of rows: question, takes, numbers, prepares."""
    room, _ = filled(
        create_string_buffer, 1 << 10, "eqp_request_json", _bytes(request), len(request))
    found: dict[str, Any] = json.loads(room.value)
    return found


def fit(
    method: str, options: Mapping[str, Any], ask: Callable[[bytes], bytes], *, seed: int = 0,
    n_threads: int | None = None,
) -> Model:
    """Fits a method to all parts; `ask` takes a request to the sum of the parts' answers."""
    failure: list[BaseException] = []
    kept = [b""]

    def answer(
        context: object, request: Any, count: int, room: Any, capacity: int, needed: Any
    ) -> int:
        try:
            if count:
                kept[0] = ask(bytes(cast(request, POINTER(c_uint8 * count))[0]))
            needed[0] = len(kept[0])
            if len(kept[0]) <= capacity:
                memmove(room, kept[0], len(kept[0]))
            return 0
        except BaseException as error:  # noqa: BLE001: nothing may pass through foreign frames
            failure.append(error)
            return 1

    settings, pointer = Options(seed=seed, threads=n_threads), c_void_p()
    function = lib.RoundFunction(answer)
    with settings.interruptible():
        status = run_callback(
            "eqp_model_fit_parts", failure, method.encode(),
            json.dumps(options, default=plain).encode(), settings.pointer, function, None,
            byref(pointer))
    model = Model(pointer)
    model.converged = status == lib.OK
    return model
