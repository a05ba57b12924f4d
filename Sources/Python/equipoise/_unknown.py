"""Rows of unknown groups: what becomes of them, in one place for everything that takes arrays."""

from __future__ import annotations

import contextlib
import re
import warnings
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal, NamedTuple, TypeAlias, get_args

import numpy as np
import numpy.typing as npt

from ._callers import depth_of_caller
from ._inputs import as_columns
from ._missing import MISSING_GROUP, missing_rows

#: What becomes of rows whose sensitive attribute is missing.
UnknownGroups: TypeAlias = Literal["exclude", "own-group", "pooled"]
#: The same where such a row may be an error that names it.
Unknown: TypeAlias = Literal["error", "exclude", "own-group", "pooled"]

Mask = npt.NDArray[np.bool_]
Rows = npt.NDArray[np.int64]

#: What becomes of rows of unknown groups in metrics of groups.
LEFT_OUT_OF_GAPS = "left out of groups and of gaps"
_FATES = {
    "exclude": "left out of fits that look at groups, and of gaps",
    "own-group": f"a group of their own, '{MISSING_GROUP}'",
    "pooled": "pooled in fits, and left out of gaps",
}


def checked_unknown(
    unknown: object, taken: Sequence[str] = get_args(Unknown), whose: str = ""
) -> bool:
    """Whether rows of unknown groups are taken at all; raises on a policy that is none, or that a
    method does not take."""
    if unknown not in taken:
        of = f"{whose} takes" if whose else "expected"
        names = ", ".join(repr(each) for each in taken[:-1])
        raise ValueError(f"unknown={unknown!r}: {of} {names} or {taken[-1]!r}")
    return unknown != "error"


def fate_of(unknown: object) -> str:
    """What becomes of such rows, in the words of the engine."""
    return _FATES[str(unknown)]


def unknown_rows(values: npt.NDArray[Any]) -> Mask:
    """Where a column of groups has no value, or the text that says so."""
    missing = missing_rows(values)
    if values.dtype.kind in "OU":
        known = np.flatnonzero(~missing)
        missing[known] = values[known] == MISSING_GROUP
    return missing


class UnknownRows(NamedTuple):
    """The rows of a table of which some sensitive feature is unknown."""

    #: Whether any feature of a row is unknown, shape (n,).
    any: Mask
    #: How many rows have no value of each feature, where there are some.
    counts: dict[str, int]

    @classmethod
    def of(cls, columns: Sequence[tuple[str, npt.NDArray[Any]]]) -> UnknownRows:
        """Of named columns of one length."""
        found, counts = np.zeros(len(columns[0][1]) if columns else 0, dtype=bool), {}
        for name, values in columns:
            unknown = unknown_rows(values)
            if unknown.any():
                counts[name] = int(unknown.sum())
                # Other lengths have messages of their own.
                found = found | unknown if len(unknown) == len(found) else found
        return cls(found, counts)

    @property
    def known(self) -> Rows:
        """The rows whose features are all known."""
        return np.flatnonzero(~self.any)

    def require_known(self) -> None:
        """Raises where no row has a known group."""
        if len(self.any) and self.any.all():
            names = " or ".join(f"'{name}'" for name in self.counts)
            raise ValueError(
                f"no row is left: in each of {len(self.any)} rows {names} has no value; "
                "unknown='own-group' makes such rows a group"
            )

    def tell_of(self, fate: str) -> None:
        """Warns once of what becomes of them."""
        if not self.counts:
            return
        told = "; ".join(_counted(name, rows) for name, rows in self.counts.items())
        more = f"; {int(self.any.sum())} rows in all" if len(self.counts) > 1 else ""
        tell(f"{told}{more}: {fate}")


def _counted(name: str, rows: int) -> str:
    return f"{rows} {'row has' if rows == 1 else 'rows have'} no value of '{name}'"


def tell(message: str) -> None:
    """Warns whoever called the package."""
    warnings.warn(message, UserWarning, stacklevel=depth_of_caller())


# ---- Some rows of any table ---------------------------------------------------------------------


def taken(table: Any, rows: Rows) -> Any:
    """Some rows of a table or a column in the container that it came in; None stays None."""
    if table is None:
        return None
    if isinstance(table, Mapping):
        return {name: taken(values, rows) for name, values in table.items()}
    if hasattr(table, "iloc"):
        return table.iloc[rows].reset_index(drop=True)
    if isinstance(table, (list, tuple)):
        return type(table)(table[row] for row in rows)
    if hasattr(table, "tocsr"):
        return table.tocsr()[rows]
    if hasattr(table, "__arrow_c_stream__") or hasattr(table, "__arrow_c_array__"):
        return _taken_of_arrow(table, rows)
    if hasattr(table, "__getitem__") and hasattr(table, "dtype"):  # arrays, masked ones too
        return table[rows]
    return np.asarray(table)[rows]


def _taken_of_arrow(table: Any, rows: Rows) -> Any:
    if hasattr(table, "take"):  # of pyarrow
        return table.take(rows)
    if hasattr(table, "gather_every"):  # of polars
        return table[rows]
    from ._arrow import columns

    found = {name: values[rows] for name, values in columns(table, "x")}
    return found if len(found) != 1 else next(iter(found.values()))


class KnownPart(NamedTuple):
    """What a fit looks at of its arguments."""

    sensitive_features: Any
    #: The other arguments, in the order in which they were given.
    others: tuple[Any, ...]
    #: Which rows those are; None where they are all.
    rows: Rows | None


def known_part(
    unknown: object, sensitive_features: Any, *others: Any, fate: str | None = None
) -> KnownPart:
    """The rows of known groups, where the policy leaves out others and there are some; says so,
    with `fate` for what becomes of them if it is given."""
    everything = KnownPart(sensitive_features, others, None)
    if not checked_unknown(unknown) or sensitive_features is None:
        return everything
    found = UnknownRows.of(as_columns(sensitive_features, "sensitive_feature"))
    given = [each for each in others if each is not None]
    if not found.counts or any(_length(each) != len(found.any) for each in given):
        return everything  # whose lengths have messages of their own
    if unknown == "own-group":
        found.tell_of(fate_of(unknown))
        return everything
    found.tell_of(fate or fate_of(unknown))
    found.require_known()
    rows = found.known
    return KnownPart(
        taken(sensitive_features, rows), tuple(taken(each, rows) for each in others), rows)


def _length(table: Any) -> int:
    if isinstance(table, Mapping):
        return _length(next(iter(table.values()), []))
    shape = getattr(table, "shape", None)
    return int(shape[0]) if shape else len(table)


@contextlib.contextmanager
def rows_named_as_given(rows: Rows | None) -> Iterator[None]:
    """Errors on some rows of a table name them by their places in the whole one."""
    if rows is None:
        yield
        return
    try:
        yield
    except ValueError as error:
        told = re.sub(r"\brow (\d+)\b", lambda found: _named(rows, found), str(error))
        error.args = (told, *error.args[1:])
        row = getattr(error, "row", None)
        if row is not None and row < len(rows):
            error.row = int(rows[row])  # type: ignore[attr-defined]
        raise


def _named(rows: Rows, found: re.Match[str]) -> str:
    row = int(found[1])
    return f"row {rows[row]}" if row < len(rows) else found[0]
