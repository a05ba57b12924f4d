"""Messages between two processes that share a token, over TCP.

Each side shows the other that it has the token before anything else is said, and each message
bears a code of its content, its place and its sender: what is not of the other side, cut off, sent
twice or changed is an error. Messages are not encrypted.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import socket
import struct
from enum import IntEnum

__all__ = ["Kind", "Wire", "WireError"]

_SIZE = hashlib.sha256().digest_size
_HEAD = struct.Struct("<BQ")
#: The largest message, in bytes.
_LIMIT = 1 << 32
#: Seconds in which the other side has to show the token.
_PATIENCE = 10.0


class WireError(ConnectionError):
    """The other side has another token, is gone or sent what it may not send."""


class Kind(IntEnum):
    """What a message is."""

    HELLO = 1
    SETUP = 2
    READY = 3
    REQUESTS = 4
    ANSWER = 5
    ERROR = 6
    END = 7


class Wire:
    """A connection on which both sides have shown the token.

    Parameters
    ----------
    connected
        The socket, which is the wire's from now on.
    token
        The secret.
    listens
        Whether this is the side that was called.
    """

    def __init__(self, connected: socket.socket, token: bytes, listens: bool) -> None:
        self._socket = connected
        self._sent = self._received = 0
        try:
            connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            connected.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
            connected.settimeout(_PATIENCE)
            self._key = self._met(token, listens)
            self._names = (b"listens", b"calls") if listens else (b"calls", b"listens")
            connected.settimeout(None)
        except BaseException:
            connected.close()
            raise

    @classmethod
    def call(cls, address: tuple[str, int], token: bytes) -> Wire:
        """Calls the side that listens at an address; raises OSError where it cannot be reached."""
        return cls(socket.create_connection(address, timeout=_PATIENCE), token, listens=False)

    def _met(self, token: bytes, listens: bool) -> bytes:
        """Both sides show the token by a code of two numbers used once; the key of messages."""
        own = secrets.token_bytes(_SIZE)
        self._socket.sendall(own)
        other = self._read(_SIZE)
        called, calling = (own, other) if listens else (other, own)

        def code(name: bytes) -> bytes:
            return hmac.digest(token, name + called + calling, "sha256")

        shown, awaited = (b"listens", b"calls") if listens else (b"calls", b"listens")
        if not listens:  # Who calls goes first.
            self._socket.sendall(code(shown))
        if not hmac.compare_digest(self._read(_SIZE), code(awaited)):
            raise WireError("the other side of a connection does not have the token of this fit")
        if listens:
            self._socket.sendall(code(shown))
        return code(b"messages")

    def _read(self, count: int) -> bytes:
        content = bytearray()
        while len(content) < count:
            found = self._socket.recv(min(count - len(content), 1 << 20))
            if not found:
                raise WireError("the other side of a connection is gone")
            content += found
        return bytes(content)

    def _code(self, sender: bytes, place: int, head: bytes, content: bytes) -> bytes:
        code = hmac.new(self._key, sender + struct.pack("<Q", place) + head, "sha256")
        code.update(content)
        return code.digest()

    def send(self, kind: Kind, content: bytes = b"") -> None:
        """Sends one message; raises OSError where the other side is gone."""
        if len(content) > _LIMIT:
            raise ValueError(f"a message has {len(content)} bytes, at most {_LIMIT} are sent")
        head = _HEAD.pack(kind, len(content))
        code = self._code(self._names[0], self._sent, head, content)
        self._sent += 1
        self._socket.sendall(b"".join([head, code, content]))

    def receive(self) -> tuple[Kind, bytes]:
        """The next message, of whatever kind."""
        head = self._read(_HEAD.size)
        kind, count = _HEAD.unpack(head)
        if count > _LIMIT:
            raise WireError(f"a message has {count} bytes, at most {_LIMIT} are taken")
        code, content = self._read(_SIZE), self._read(count)
        if not hmac.compare_digest(code, self._code(self._names[1], self._received, head, content)):
            raise WireError("a message was changed, doubled or left out on its way")
        self._received += 1
        return Kind(kind), content

    @property
    def is_open(self) -> bool:
        """Whether the other side, which has nothing to say yet, is there still."""
        try:
            self._socket.setblocking(False)
            return bool(self._socket.recv(1, socket.MSG_PEEK))
        except BlockingIOError:
            return True
        except OSError:
            return False
        finally:
            if self._socket.fileno() >= 0:
                self._socket.setblocking(True)

    def close(self) -> None:
        """Ends the connection, for whoever waits at it as well."""
        try:
            self._socket.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        self._socket.close()
