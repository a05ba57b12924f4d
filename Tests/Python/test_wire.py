"""Messages between a fit and tasks that call it: nobody else is heard, and nothing is lost."""

from __future__ import annotations

import json
import os
import socket
import threading

import pytest

from equipoise.distributed._hub import Hub
from equipoise.distributed._wire import Kind, Wire, WireError

TOKEN = bytes(range(32))


class Between:
    """Two wires, and between them somebody who may change what goes from one to the other."""

    def __init__(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as server:
            one = socket.create_connection(server.getsockname())
            self.near, _ = server.accept()
            self.far = socket.create_connection(server.getsockname())
            two, _ = server.accept()
        made: list[Wire] = []
        thread = threading.Thread(target=lambda: made.append(Wire(two, TOKEN, listens=True)))
        thread.start()
        carry = [threading.Thread(target=self._carry, args=pair) for pair in (
            (self.near, self.far), (self.far, self.near))]
        for each in carry:
            each.start()
        self.caller = Wire(one, TOKEN, listens=False)
        for each in [*carry, thread]:
            each.join()
        self.listener = made[0]

    @staticmethod
    def _carry(source: socket.socket, target: socket.socket) -> None:
        for _ in range(2):  # A number that is used once, and a code.
            target.sendall(source.recv(32, socket.MSG_WAITALL))

    def taken(self) -> bytes:
        """What the caller has sent."""
        return self.near.recv(1 << 16)


def test_messages_arrive_in_their_order():
    between = Between()
    for content in (b"", b"abc", os.urandom(5000)):
        between.caller.send(Kind.ANSWER, content)
        between.far.sendall(between.taken())
        assert between.listener.receive() == (Kind.ANSWER, content)


@pytest.mark.parametrize(("harm", "word"), [
    ("changed", "changed"), ("doubled", "doubled"), ("left out", "left out"),
    ("returned", "changed"), ("cut", "gone"), ("long", "at most"),
])
def test_harmed_messages_are_refused_by_name(harm, word):
    between = Between()
    between.caller.send(Kind.ANSWER, b"first")
    first = between.taken()
    between.caller.send(Kind.ANSWER, b"second")
    second = between.taken()
    harmed, reader = {
        "changed": (bytes([*first[:-1], first[-1] ^ 1]), between.listener),
        "doubled": (first + first, between.listener),
        "left out": (second, between.listener),
        "returned": (first, between.caller),
        "cut": (first[:-1], between.listener),
        "long": (first[:1] + b"\xff" * 8 + first[9:], between.listener),
    }[harm]
    if reader is between.caller:
        between.near.sendall(harmed)
    else:
        between.far.sendall(harmed)
        between.far.shutdown(socket.SHUT_WR)
    with pytest.raises(WireError, match=word):
        reader.receive()
        reader.receive()


@pytest.fixture
def hub():
    found = Hub("127.0.0.1")
    yield found
    found.close()


def call(hub: Hub, **told: object) -> Wire:
    wire = Wire.call(("127.0.0.1", hub.port), hub.token)
    told = {"task": 0, "tasks": 1, "attempt": 0, "place": "here:1", **told}
    wire.send(Kind.HELLO, json.dumps(told).encode())
    return wire


def test_who_has_no_token_is_not_heard(hub):
    with pytest.raises(WireError):
        Wire.call(("127.0.0.1", hub.port), TOKEN)
    with socket.create_connection(("127.0.0.1", hub.port)) as stranger:
        stranger.sendall(os.urandom(64))
        while stranger.recv(1024):
            pass
    for told in ({"task": 1}, {"task": -1}, {"other": 1}, {"task": "a"}):
        wire = call(hub, **told)
        with pytest.raises(OSError):
            wire.receive()
    wire = call(hub)
    assert [caller.place for caller in hub.gather()] == ["here:1"]
    wire.close()


def test_a_later_attempt_takes_the_place_of_those_before(hub):
    old = [call(hub, task=k, tasks=2, attempt=k) for k in range(2)]
    before = hub.gather()
    new = [call(hub, task=k, tasks=2, attempt=2 + k) for k in (1, 0)]
    after = hub.gather()
    assert [(caller.task, caller.attempt) for caller in after] == [(0, 2), (1, 3)]
    with pytest.raises(OSError):  # Whoever waits for one that is gone is told.
        before[0].wire.receive()
    after[1].wire.send(Kind.END)
    assert new[0].receive() == (Kind.END, b"")
    for wire in (*old, *new):
        wire.close()


def test_a_task_that_has_gone_is_waited_for_again(hub):
    call(hub, task=0, tasks=2).close()
    wires = [call(hub, task=1, tasks=2, attempt=1), call(hub, task=0, tasks=2, attempt=2)]
    assert [caller.attempt for caller in hub.gather()] == [2, 1]
    for wire in wires:
        wire.close()


def test_the_end_of_a_stage_is_told_to_who_waits(hub):
    hub.end(RuntimeError("no room"))
    with pytest.raises(RuntimeError, match="no room"):
        hub.gather()
