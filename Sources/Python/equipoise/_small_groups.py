"""Groups of few rows, and what a fit made of them; one group alone, of which it makes nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ._grouping import values_of
from ._inputs import as_columns
from ._types import Columns
from ._unknown import tell

_FATES = {
    "binds": "few rows, which decide the rates of all; least_group=10 keeps them from it",
    "pooled": "too few rows to bind others (least_group), which get the rule of all rows",
    "free": "too few rows (least_group), which no constraint binds",
}
_MOST_NAMED = 3
_GLANCE = 64


def warn_of_small_groups(small: Sequence[Mapping[str, Any]] | None) -> None:
    """Warns of groups as a fit's report lists them, once for each fate."""
    for fate, told in _FATES.items():
        groups = [group for group in small or [] if group["fate"] == fate]
        if groups:
            named = ", ".join(f"{g['group']!r} ({g['rows']} rows)" for g in groups[:_MOST_NAMED])
            left = len(groups) - _MOST_NAMED
            more = f" and {left} more" if left > 0 else ""
            tell(f"{groups[0]['attribute']} {named}{more}: {told}")


def warn_of_one_group(sensitive_features: Columns | None) -> None:
    """Warns where all rows of a fit are of one group: from itself it differs in nothing."""
    if sensitive_features is None:
        return
    of_all = []
    for name, values in as_columns(sensitive_features, "sensitive_feature"):
        # A few rows tell of most columns.
        for rows in (values[:_GLANCE], values):
            found = values_of(rows, name)
            if len(found) > 1:
                return
        of_all += [f"{name}={found[0]!s}"] if found else []
    if of_all:
        tell(f"all rows are of one group ({', '.join(of_all)}): there is nothing to mitigate")
