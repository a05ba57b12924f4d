"""Masks of two sites each, which cancel in the sum of all.

Each two sites have a secret in common (X25519, RFC 7748, and HKDF, RFC 5869), from which each draws
the same words of 128 bits for each request (AES-256 in counter mode); the one whose name comes first
adds them, the other subtracts them, modulo 2**128. Bonawitz et al., Practical secure aggregation for
privacy-preserving machine learning, CCS 2017, section 4; without shares that stand in for a site which
is lost.
"""

from __future__ import annotations

import hashlib
import importlib
from collections.abc import Mapping
from typing import Any

import numpy as np

__all__ = ["Masks", "new_key"]

_WORD = 16


def _cryptography(module: str) -> Any:
    try:
        return importlib.import_module(f"cryptography.hazmat.primitives.{module}")
    except ImportError:
        raise ImportError("masks need the package cryptography: pip install cryptography") from None


def new_key() -> tuple[bytes, bytes]:
    """A site's private key, which stays with it, and the public one for the other sites.

    Sites hand each other their public keys by a way that they trust, not through whoever leads.

    Examples
    --------
    >>> from equipoise import federated
    >>> private, public = federated.new_key()
    >>> len(private), len(public)
    (32, 32)
    """
    x25519 = _cryptography("asymmetric.x25519")
    key = x25519.X25519PrivateKey.generate()
    return key.private_bytes_raw(), key.public_key().public_bytes_raw()


def _derived(secret: bytes, salt: bytes, told: bytes) -> bytes:
    hashes, hkdf = _cryptography("hashes"), _cryptography("kdf.hkdf")
    key: bytes = hkdf.HKDF(
        algorithm=hashes.SHA256(), length=32, salt=salt, info=b"equipoise masks\0" + told,
    ).derive(secret)
    return key


class Masks:
    """The masks of one site in one fit.

    Parameters
    ----------
    name, key
        Of the site; the private key.
    peers
        The public keys of all other sites by name.
    fit
        All that was said of this fit: another one has other masks.
    """

    def __init__(self, name: str, key: bytes, peers: Mapping[str, bytes], fit: bytes) -> None:
        x25519 = _cryptography("asymmetric.x25519")
        own = x25519.X25519PrivateKey.from_private_bytes(key)
        self.parties = len(peers) + 1
        self._pairs: list[tuple[int, bytes]] = []
        for peer, public in sorted(peers.items()):
            shared = own.exchange(x25519.X25519PublicKey.from_public_bytes(public))
            names = "\0".join(sorted([name, peer])).encode()
            self._pairs.append((1 if name < peer else -1, _derived(shared, fit, names)))
        self._asked = b""

    def hear(self, request: bytes) -> None:
        """A request, whether or not it is answered with masks: those of later ones depend on it, so that
        one that comes again, after others, has other masks."""
        self._asked = hashlib.sha256(self._asked + hashlib.sha256(request).digest()).digest()

    def words(self, count: int) -> bytes:
        """The masks of so many sums, 16 bytes each, of the answer to the last request."""
        ciphers = _cryptography("ciphers")
        low, high = np.zeros(count, np.uint64), np.zeros(count, np.uint64)
        for sign, secret in self._pairs:
            key = _derived(secret, self._asked, b"one request")
            cipher = ciphers.Cipher(ciphers.algorithms.AES(key), ciphers.modes.CTR(bytes(_WORD)))
            stream = cipher.encryptor().update(bytes(_WORD * count))
            drawn = np.frombuffer(stream, "<u8").reshape(-1, 2)
            if sign > 0:
                low, before = low + drawn[:, 0], low
                high = high + drawn[:, 1] + (low < before)
            else:
                before, low = low, low - drawn[:, 0]
                high = high - drawn[:, 1] - (before < drawn[:, 0])
        return np.stack([low, high], axis=1).astype("<u8").tobytes()
