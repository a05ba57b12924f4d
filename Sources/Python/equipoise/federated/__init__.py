"""Fits over sites that share no rows: what leaves each is decided by a policy of its own.

`Site` holds the rows of one site and answers what its `Policy` lets leave, with masks that hide its
sums from everybody but in the total. `Mailbox` is the engine of whoever leads the fit: requests and
answers are files in a folder, which any means of the sites' own may carry. `new_key` makes the pair of
keys by which sites agree on masks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .._lazy import attach

if TYPE_CHECKING:
    from ._mailbox import Mailbox
    from ._masks import new_key
    from ._policy import Policy
    from ._site import Site

_load, _dir, _names = attach(__name__, {
    "_mailbox": ["Mailbox"],
    "_masks": ["new_key"],
    "_policy": ["Policy"],
    "_site": ["Site"],
})

__all__ = ["Mailbox", "Policy", "Site", "new_key"]

if not TYPE_CHECKING:

    def __getattr__(name: str) -> object:
        return _load(name)


def __dir__() -> list[str]:
    return _dir()
