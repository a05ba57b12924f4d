"""Series and frames whose rows stand in another order than those of their companions."""

from __future__ import annotations

import sys
from typing import Any

import numpy as np


def _has_index(value: Any) -> bool:
    pandas = sys.modules.get("pandas")
    return pandas is not None and isinstance(value, (pandas.Series, pandas.DataFrame))


def _is_default(index: Any) -> bool:
    """Whether an index is 0, 1, ..., n - 1: that of who has not chosen one."""
    import pandas

    return isinstance(index, pandas.RangeIndex) and index.start == 0 and index.step == 1


def check_aligned(**columns: Any) -> None:
    """Raises where two series or frames have different indexes: their rows are not the same ones.

    Rows are taken by their places, never by labels. An index that nobody has chosen, 0 to n - 1, goes
    with any other: that of predictions made from an array, beside labels that were shuffled, is one.
    """
    found = [(name, value.index) for name, value in columns.items() if _has_index(value)]
    chosen = [(name, index) for name, index in found if not _is_default(index)]
    for other_name, other in chosen[1:]:
        name, index = chosen[0]
        # Other lengths have messages of their own.
        if index is other or len(index) != len(other) or index.equals(other):
            continue
        row = int(np.argmax(index.to_numpy() != other.to_numpy()))
        one, two = index[row : row + 1].tolist()[0], other[row : row + 1].tolist()[0]
        raise ValueError(
            f"{name} and {other_name} have different indexes: row {row} is {one!r} in one and "
            f"{two!r} in the other. Put them into one order, as in {other_name}.loc["
            f"{name}.index], or pass {other_name}.to_numpy() where the rows are in one order already"
        )
