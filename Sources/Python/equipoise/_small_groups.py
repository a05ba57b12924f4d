"""Groups of few rows, and what a fit made of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ._unknown import tell

_FATES = {
    "binds": "few rows, which decide the rates of all; least_group=10 keeps them from it",
    "pooled": "too few rows to bind others (least_group), which get the rule of all rows",
    "free": "too few rows (least_group), which no constraint binds",
}
_MOST_NAMED = 3


def warn_of_small_groups(small: Sequence[Mapping[str, Any]] | None) -> None:
    """Warns of groups as a fit's report lists them, once for each fate."""
    for fate, told in _FATES.items():
        groups = [group for group in small or [] if group["fate"] == fate]
        if groups:
            named = ", ".join(f"{g['group']!r} ({g['rows']} rows)" for g in groups[:_MOST_NAMED])
            left = len(groups) - _MOST_NAMED
            more = f" and {left} more" if left > 0 else ""
            tell(f"{groups[0]['attribute']} {named}{more}: {told}")
