"""What a site lets leave of its rows."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Union

from .._engine.calls import EquipoiseError

__all__ = ["Policy"]

#: A list of the values that there may be, or a pair of the smallest and the largest number.
Column = Union[list[str], tuple[float, float]]


@dataclass(frozen=True)
class Policy:
    """What a site lets leave of its rows, and what is public of their columns.

    Answers tell the values and the bounds that stand here, whatever the rows have; rows that do not
    keep to them are refused, in words that do not tell them.

    Parameters
    ----------
    columns
        Each column that may be used: a list of all values of a column of texts, of a sensitive one and
        of the label, or a tuple (smallest, largest) of a column of numbers.
    least_rows
        A site of fewer rows answers nothing.
    least_cell
        No value of a column, and no combination of groups and label, may have fewer rows; none is
        allowed.
    rows_per_column
        Sums of products of columns, and sums of columns by group and label, need so many rows a column.
    most_rounds
        How many requests of one fit are answered.
    weights, largest_weight
        The column that may be weights, and what no weight is above; None: rows have none.
    questions
        The questions that are answered, in the words of the log; None: all but those that tell of
        single rows ("margins", "level-labels"). Samples of rows never leave.

    Examples
    --------
    >>> from equipoise import federated
    >>> policy = federated.Policy({"age": (18, 100), "sex": ["Female", "Male"]}, least_rows=500)
    >>> print(policy.to_json()[:60])
    {"columns": {"age": {"smallest": 18.0, "largest": 100.0}, "s
    """

    columns: Mapping[str, Column]
    least_rows: int = 100
    least_cell: int = 11
    rows_per_column: int = 10
    most_rounds: int = 200
    weights: str | None = None
    largest_weight: float | None = None
    questions: Sequence[str] | None = None

    def to_json(self) -> str:
        """The policy as the engine reads it, and as a file keeps it."""
        told: dict[str, Any] = {
            "columns": {name: _told(column) for name, column in self.columns.items()},
            "least_rows": self.least_rows, "least_cell": self.least_cell,
            "rows_per_column": self.rows_per_column, "most_rounds": self.most_rounds,
        }
        if self.weights is not None:
            told["weights"] = self.weights
        if self.largest_weight is not None:
            told["largest_weight"] = self.largest_weight
        if self.questions is not None:
            told["questions"] = list(self.questions)
        return json.dumps(told)

    @classmethod
    def from_file(cls, path: str | os.PathLike[str]) -> Policy:
        """Reads what `to_json` wrote.

        Raises
        ------
        EquipoiseError
            Where the file is no policy.
        """
        with open(path, encoding="utf-8") as file:
            try:
                told = json.load(file)
                columns = {name: _known(column) for name, column in told.pop("columns").items()}
                return cls(columns, **told)
            except (AttributeError, KeyError, TypeError, ValueError) as error:
                raise EquipoiseError(f"{os.fspath(path)} is no policy: {error}") from None


def _told(column: Column) -> dict[str, Any]:
    if isinstance(column, tuple):
        smallest, largest = column
        return {"smallest": float(smallest), "largest": float(largest)}
    return {"levels": [str(value) for value in column]}


def _known(column: Mapping[str, Any]) -> Column:
    if "levels" in column:
        return list(column["levels"])
    return (column["smallest"], column["largest"])
