"""Published tables of accuracy and fairness, run again: a file a table.

A table has `NAME`, `TITLE`, `SOURCE`, `PROTOCOL` (what is done here, and how it differs), `MEASURES`
(accuracy first, then gaps), `PUBLISHED` rows, and `run(data)` that returns our rows, a `Row` each.
"""

from dataclasses import dataclass

TABLES = ["oxonfair", "fairgbm", "ffb", "aif360"]


@dataclass
class Row:
    """One line of a table: `case` is what lines are compared within; `values` holds (mean, spread) for
    each measure, None where the paper gives none."""

    case: str
    side: str
    values: dict
    seconds: float | None = None
    published: bool = False
    unprocessed: bool = False
