"""Fits to rows that lie in several parts: in files, in other processes, on other machines.

`fit` asks the parts for sums and nothing else, so that no row moves and none need fit into one
memory; what comes out is an ordinary model. The same list of parts gives the same model to the byte,
whoever holds them: `Here` (this process), `Processes` (workers on this machine), `Dask`, `Ray`,
`Spark` and `MPI` (clusters that are there already). `Engine` is what another one has to do.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .._lazy import attach

if TYPE_CHECKING:
    from ._dask import Dask
    from ._engine import Engine, Holder, LostWorker, PartSource
    from ._fit import fit
    from ._here import Here
    from ._mpi import MPI
    from ._processes import Processes
    from ._ray import Ray
    from ._spark import Spark

_load, _dir, _names = attach(__name__, {
    "_dask": ["Dask"],
    "_engine": ["Engine", "Holder", "LostWorker", "PartSource"],
    "_fit": ["fit"],
    "_here": ["Here"],
    "_mpi": ["MPI"],
    "_processes": ["Processes"],
    "_ray": ["Ray"],
    "_spark": ["Spark"],
})

__all__ = [
    "Dask", "Engine", "Here", "Holder", "LostWorker", "MPI", "PartSource", "Processes", "Ray",
    "Spark", "fit",
]

if not TYPE_CHECKING:

    def __getattr__(name: str) -> object:
        return _load(name)


def __dir__() -> list[str]:
    return _dir()
