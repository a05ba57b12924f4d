"""Labels, predictions and weights: what may stand there, and what counts as positive."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from ._engine.calls import native
from ._engine.groups import BinaryNumbers, OutOfPlace, count_cells
from ._missing import first_missing, missing_value

Array = npt.NDArray[Any]

#: What labels may be where nobody says which one is positive: 0 and 1, or -1 and 1.
_PAIRS = ((0.0, 1.0), (-1.0, 1.0))


class Positive(NamedTuple):
    """What counts as positive in labels and predictions."""

    #: The positive label, or None for 1 of 0 and 1, or of -1 and 1.
    label: Any = None
    #: Whether columns may have more than two values: what is not positive is negative.
    is_one_of_many: bool = False


def several_columns(name: str, count: int) -> ValueError:
    """What is raised for a table where one column is needed."""
    return ValueError(
        f"{name} must be one column, and has {count}: give one of them, as in "
        "predict_proba(X)[:, 1]"
    )


def refused_label(name: str, value: object, row: int) -> ValueError:
    """What is raised for labels of which nobody knows which one is positive."""
    value = value.item() if isinstance(value, np.generic) else value
    return ValueError(
        f"{name} has the value {value!r} in row {row}: labels are 0 and 1, -1 and 1, or False and "
        "True. Must specify pos_label for labels other than 0, 1 and -1, 1, where a function takes "
        f"it, or compare them first, as in {name} == {value!r}"
    )


def refuse_missing_values(values: Array, name: str) -> None:
    """Raises where labels, predictions, scores or weights have no value in some row."""
    row = first_missing(values)
    if row is not None:
        raise missing_value(name, row)


def _numeric(values: Array, name: str) -> Array | None:
    """Numbers of a type that the engine reads; None for texts and other objects."""
    if values.dtype.kind in "biu":
        return values
    if values.dtype.kind == "f":
        return native(values)
    if values.dtype.kind != "O":
        return None
    refuse_missing_values(values, name)
    kinds = {type(value) for value in values}
    if all(issubclass(kind, (bool, int, float, np.number, np.bool_)) for kind in kinds):
        return values.astype(np.float64)
    return None


def binary_numbers(values: Array, name: str, positive: Positive) -> BinaryNumbers:
    """A column with the numbers that count as 0 and as 1; texts become such numbers.

    Without a label the other rows are only looked at by who counts them.
    """
    if values.ndim != 1:
        raise several_columns(name, values.shape[1])
    column = _numeric(values, name)
    label = positive.label
    if column is None:
        refuse_missing_values(values, name)
        if label is None:
            raise refused_label(name, values[0], 0)
        return BinaryNumbers(np.asarray(values == label), 0.0, 1.0)
    if label is None:
        return BinaryNumbers(column, *_pair(column))
    if isinstance(label, (int, float, np.number, np.bool_)) and abs(float(label)) < 2**53:
        return BinaryNumbers(column, np.nan, float(label))
    refuse_missing_values(column, name)
    return BinaryNumbers(np.asarray(column == label), 0.0, 1.0)


def _pair(column: Array) -> tuple[float, float]:
    """0 and 1, or -1 and 1 where there is a -1."""
    if column.dtype.kind in "bu" or not len(column):
        return _PAIRS[0]
    # Most columns tell at once; a few rows of all zeros or ones are told by the rest.
    if (column[:64] == 0).any():
        return _PAIRS[0]
    return _PAIRS[1] if (column == -1).any() else _PAIRS[0]


def check_pair(columns: Sequence[tuple[Array, str]], label: Any) -> None:
    """Raises where columns have more than two values between them, or two others than the label."""
    from ._grouping import values_of

    found: set[Any] = set()
    for values, name in columns:
        if values.ndim != 1:
            raise several_columns(name, values.shape[1])
        refuse_missing_values(values, name)
        found.update(values_of(values, name))
    if len(found) > 2:
        raise ValueError("Must have no more than two unique y values")
    if len(found) == 2 and label not in found:
        raise ValueError("Must have pos_label in y values")


def fault_of(error: OutOfPlace, values: Array, name: str) -> ValueError:
    """What a row that is neither positive nor negative means."""
    from ._grouping import values_of

    value = values[error.row]
    if value is None or value != value:
        return missing_value(name, error.row)
    row = error.row
    if len(values_of(values, name)) > 2:
        return ValueError(
            f"Must have no more than two unique y values: {name} has the value {value} in row "
            f"{row}. Scores are to be cut first, as in {name} >= 0.5; of several classes pos_label "
            "is one, where a function takes it"
        )
    return refused_label(name, value, row)


def binary_column(values: Any, name: str, pos_label: Any = None) -> npt.NDArray[np.uint8]:
    """Labels or predictions as 0 and 1, shape (n,).

    Parameters
    ----------
    values
        0 and 1, -1 and 1, booleans, or any two values of which `pos_label` is the positive one.
    name
        The argument's name, for messages.

    Raises
    ------
    ValueError
        Where a value is missing, with its row, and for other labels.
    """
    from ._inputs import one_column

    column = one_column(values, name)
    positive = Positive(pos_label)
    if pos_label is not None:
        check_pair([(column, name)], pos_label)
    numbers = binary_numbers(column, name, positive)
    if numbers.values.dtype == bool and numbers.one == 1:
        return numbers.values.view(np.uint8)
    if numbers.values.dtype.kind in "iu" and (numbers.zero, numbers.one) == (0, 1):
        # A negative number is a huge one where it has no sign.
        unsigned = numbers.values.view(f"u{numbers.values.dtype.itemsize}")
        if not unsigned.size or unsigned.max() <= 1:
            return unsigned.astype(np.uint8)
    ones = np.asarray(numbers.values == numbers.one)
    if not np.isnan(numbers.zero):
        others = numbers.values if numbers.zero == 0 else numbers.values != numbers.zero
        if np.count_nonzero(others) > np.count_nonzero(ones):
            zeros = np.asarray(numbers.values == numbers.zero)
            raise fault_of(OutOfPlace(name, int(np.argmin(ones | zeros))), column, name)
    return ones.view(np.uint8)


def weight_column(values: Any, rows: int, name: str = "sample_weight") -> Array | None:
    """Weights as numbers, shape (n,); None where there are none."""
    from ._inputs import one_column

    if values is None:
        return None
    column = one_column(values, name)
    if len(column) != rows:
        raise ValueError(f"{name} has {len(column)} rows, and y_true has {rows}")
    refuse_missing_values(column, name)
    if column.dtype.kind not in "biuf":
        try:
            column = column.astype(np.float64)
        except (TypeError, ValueError):
            raise ValueError(f"{name} must be numbers, and begins with {column[0]!r}") from None
    if rows and not (column.min() >= 0 and column.max() < np.inf):
        raise _bad_weight(column, int(np.argmin((column >= 0) & (column < np.inf))))
    return column


def cells(
    codes: npt.NDArray[np.int32] | None,
    groups: int,
    rows: int,
    labels: tuple[Array, str] | None,
    predictions: tuple[Array, str] | None,
    positive: Positive,
    weights: Array | None,
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float64]]:
    """Rows and sums of weights by group, label and prediction, shape (groups, 2, 2)."""
    given_parts = [part for part in (labels, predictions) if part is not None]
    if positive.label is not None and not positive.is_one_of_many:
        check_pair(given_parts, positive.label)
    parts: dict[str, tuple[Array, str]] = {}
    columns: dict[str, BinaryNumbers] = {}
    for part, given in (("labels", labels), ("predictions", predictions)):
        if given is not None:
            parts[part] = given
            columns[part] = binary_numbers(*given, positive)
    try:
        return count_cells(
            codes, groups, rows, columns.get("labels"), columns.get("predictions"), weights
        )
    except OutOfPlace as error:
        if error.part == "weights":
            raise _bad_weight(weights, error.row) from None
        raise fault_of(error, *parts[error.part]) from None


def _bad_weight(weights: Array | None, row: int) -> ValueError:
    """What is raised for a weight that is missing, negative or infinite."""
    value = None if weights is None else weights[row]
    if value != value:
        return missing_value("sample_weight", row)
    return ValueError(
        f"sample_weight is {value} in row {row}: weights are finite numbers of at least 0"
    )


def names_of(values: Sequence[Any]) -> list[str]:
    """Values as texts, with their types where two have one text."""
    names = [str(value) for value in values]
    if len(set(names)) < len(names):
        names = [f"{name} ({type(value).__name__})" for name, value in zip(names, values)]
    return names
