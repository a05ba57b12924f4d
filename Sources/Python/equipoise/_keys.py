"""One value for each combination of several features, as Fairlearn makes it."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any

import numpy as np


def joint_keys(groups: Sequence[Sequence[Any]]) -> list[Any]:
    """Keys of all combinations of the features' values, the last changing first: the value itself
    of one feature; of several, texts joined by commas, with commas and backslashes escaped.

    Examples
    --------
    >>> joint_keys([["a", "b"], [1, 2]])
    ['a,1', 'a,2', 'b,1', 'b,2']
    """
    if len(groups) == 1:
        return [value.item() if isinstance(value, np.generic) else value for value in groups[0]]
    return [
        ",".join(str(value).replace("\\", "\\\\").replace(",", "\\,") for value in values)
        for values in itertools.product(*groups)
    ]
