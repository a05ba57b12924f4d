"""Multipliers on a lattice."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pandas as pd

_log = logging.getLogger("equipoise.reductions._grid_search")
# The dimensions of a grid that a few hundred points still cover.
_MANY_AXES = 4


def _points(
    units: int, axes: int, signed: Sequence[bool], on_sphere: bool
) -> Iterator[tuple[int, ...]]:
    """Integer points with |x|₁ ≤ units (= units on the sphere), in lexicographic order."""
    if axes == 0:
        yield ()
        return
    first: Sequence[int] = range(-units if signed[0] else 0, units + 1)
    if axes == 1 and on_sphere:
        first = [-units, units] if signed[0] and units > 0 else [units]
    for value in first:
        for rest in _points(units - abs(value), axes - 1, signed[1:], on_sphere):
            yield (value, *rest)


def _warn_of_coarseness(size: int, free: int) -> None:
    if free > _MANY_AXES:
        _log.warning(
            "The grid has %d dimensions, and points that cover more than %d are too many to fit; "
            "ExponentiatedGradient needs no grid.", free, _MANY_AXES,
        )
    if size < 2**free:
        _log.warning(
            "%d grid points do not reach every corner of the grid, which at least %d do: raise "
            "grid_size.", size, 2**free,
        )


def lattice(constraints: Any, size: int, limit: float, offset: Any = None) -> pd.DataFrame:
    """Multipliers on a lattice in the span of the constraints' basis, one column a point.

    The lattice is the coarsest with at least `size` points, of which the first `size` are taken.
    One group alone has nothing to be traded off, and one point: the fit without constraints.
    """
    axes = len(constraints.pos_basis.columns)
    signed = [bool(value) for value in constraints.neg_basis_present]
    on_sphere = constraints.default_objective_lambda_vec is not None
    free = axes - 1 if on_sphere else axes
    _warn_of_coarseness(size, free)
    units = max(0, int(np.floor((size / 2.0 ** sum(signed)) ** (1.0 / free) - 1))) if free else 1
    while True:
        points = np.array(list(_points(units, axes, signed, on_sphere)), dtype=float)
        if len(points) >= size or free == 0:
            break
        units += 1
    points = points[:size] * (limit / units)
    positive = constraints.pos_basis.to_numpy() @ np.maximum(points, 0).T
    negative = constraints.neg_basis.to_numpy() @ np.maximum(-points, 0).T
    grid: pd.DataFrame = pd.DataFrame(positive + negative, index=constraints.pos_basis.index)
    if offset is not None:
        shifted: pd.DataFrame = grid.add(offset, axis="index")
        return shifted
    return grid
