"""Unprivileged against privileged rows, and inequality of benefits, under the names of AIF360."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Union

import numpy as np
import numpy.typing as npt

from .._engine.groups import Codes, renumber
from .._grouping import Grouping, group
from .._inputs import binary_column, check_aligned, one_column, raw_columns, weight_column
from .._labels import Positive, cells
from .._types import Column, Columns
from .._unknown import LEFT_OUT_OF_GAPS, Unknown, known_part, rows_named_as_given
from ._counted import Cells, divided
from ._rates import check_rows
from ._undefined import checked_zero_division, number, undefined

__all__ = [
    "average_abs_odds_difference",
    "average_odds_difference",
    "disparate_impact",
    "generalized_entropy_index",
    "statistical_parity_difference",
    "theil_index",
]

#: The value of privileged rows, or several of them; of several columns a dictionary of such, or a
#: list of dictionaries.
Privileged = Union[Any, Sequence[Any], Mapping[str, Any]]
Array = npt.NDArray[Any]


def side_codes(sensitive_features: Any, privileged: Any, *, keeps_missing: bool = False) -> Codes:
    """1 for privileged rows and 0 for others, shape (n,)."""
    columns = raw_columns(sensitive_features, "sensitive_features")
    names = [name for name, _ in columns]
    if len(set(names)) < len(names):
        raise ValueError(f"sensitive features share a name: {', '.join(names)}")
    found = {
        name: group(values, name if len(names) > 1 else "sensitive_features",
                    keeps_missing=keeps_missing)
        for name, values in columns
    }
    rows = len(found[names[0]].codes)
    for name, groups in found.items():
        if len(groups.codes) != rows:
            raise ValueError(f"'{name}' has {len(groups.codes)} rows, and '{names[0]}' has {rows}")
    inside = np.zeros(rows, dtype=np.int32)
    for sides in _cases(privileged, names):
        parts = [_one_side(found[name], values) for name, values in sides.items()]
        inside |= np.bitwise_and.reduce(parts)
    count = int(inside.sum())
    if count in (0, rows):
        raise ValueError(
            f"privileged={privileged!r} must be the value of some rows of sensitive_features, and "
            f"not of all: it is that of {count} of {rows}"
        )
    return inside


def _cases(privileged: Any, names: list[str]) -> list[dict[str, Any]]:
    """The values of columns that make a row privileged, a dictionary for each way to be so."""
    cases = [privileged] if isinstance(privileged, Mapping) else privileged
    is_by_name = isinstance(cases, (list, tuple)) and bool(cases) and all(
        isinstance(case, Mapping) and case for case in cases)
    if not is_by_name:
        if len(names) > 1:
            raise ValueError(
                f"sensitive_features has {len(names)} columns: privileged names the values of each, "
                f"as in {{{names[0]!r}: …, {names[1]!r}: …}}, or is a list of such"
            )
        return [{names[0]: privileged}]
    named = [{str(name): values for name, values in case.items()} for case in cases]
    for name in {name for case in named for name in case} - set(names):
        raise ValueError(f"privileged names '{name}', and the columns are {', '.join(names)}")
    return named


def _one_side(groups: Grouping, values: Any) -> Codes:
    """1 for rows with one of the values and 0 for others."""
    among = list(values) if np.ndim(values) else [values]
    inside = np.array([level in among for level in groups.levels], dtype=np.int32)
    return renumber(groups.codes.copy(), inside)


def _sides(
    needs_labels: bool, y_true: Any, y_pred: Any, sensitive_features: Any, privileged: Any,
    sample_weight: Any, pos_label: Any, unknown: Unknown,
) -> Cells:
    """Weighted cells of the unprivileged and of the privileged rows, shape (2, 2, 2)."""
    check_aligned(
        y_true=y_true, y_pred=y_pred, sensitive_features=sensitive_features,
        sample_weight=sample_weight,
    )
    sensitive_features, (y_true, y_pred, sample_weight), part = known_part(
        unknown, sensitive_features, y_true, y_pred, sample_weight, fate=LEFT_OUT_OF_GAPS)
    with rows_named_as_given(part):
        return _known_sides(
            needs_labels, y_true, y_pred, sensitive_features, privileged, sample_weight, pos_label,
            keeps_missing=unknown == "own-group")


def _known_sides(
    needs_labels: bool, y_true: Any, y_pred: Any, sensitive_features: Any, privileged: Any,
    sample_weight: Any, pos_label: Any, *, keeps_missing: bool,
) -> Cells:
    # Without predictions the labels themselves are looked at.
    name, given = ("y_true", y_true) if y_pred is None else ("y_pred", y_pred)
    labels, predictions = one_column(y_true, "y_true"), one_column(given, name)
    codes = side_codes(sensitive_features, privileged, keeps_missing=keeps_missing)
    check_rows(labels, predictions, codes)
    weights = weight_column(sample_weight, len(labels))
    positive = Positive(pos_label, is_one_of_many=pos_label is not None and not needs_labels)
    _, sums = cells(
        codes, 2, len(labels), (labels, "y_true") if needs_labels else None, (predictions, name),
        positive, weights,
    )
    return sums


def _both(name: str, part: Array, whole: Array, otherwise: float = np.nan) -> Array:
    """A rate of both sides, shape (2,)."""
    otherwise = checked_zero_division(otherwise)
    both = divided(part, whole, otherwise)
    missing = [
        side for side, value in zip(("unprivileged", "privileged"), both) if np.isnan(value)
    ]
    if missing:
        undefined(f"{name}: {2 - len(missing)} of 2 groups; none for {' and '.join(missing)}")
    return both


def _selection_rates(*arguments: Any) -> Array:
    sums = _sides(False, *arguments)
    return _both("selection_rate", sums[:, :, 1].sum(axis=1), sums.sum(axis=(1, 2)))


def statistical_parity_difference(
    y_true: Column, y_pred: Column | None = None, *, sensitive_features: Columns,
    privileged: Privileged = 1, pos_label: Any = None, sample_weight: Column | None = None,
    unknown: Unknown = "error",
) -> np.float64:
    """P(ŷ = pos_label | unprivileged) − P(ŷ = pos_label | privileged); of the labels where there
    are no predictions.

    Parameters
    ----------
    y_true, y_pred : (n,)
    sensitive_features
        One column or several.
    privileged
        The value of privileged rows, or a list of several. Of several columns a dictionary of such:
        ``{"sex": "m", "race": ["a", "b"]}`` are the rows for which all hold, and of a list of
        dictionaries those for which one holds.
    pos_label
        The positive label; 1 where labels are 0 and 1, or -1 and 1.
    sample_weight : (n,), optional
    unknown : "error", "exclude", "own-group" or "pooled"
        What becomes of rows whose sensitive feature is missing: an error that names the row; left
        out, as with "pooled", too; or the group "(missing)". A warning counts them.

    Examples
    --------
    >>> from equipoise.metrics import statistical_parity_difference
    >>> float(statistical_parity_difference(
    ...     [1, 0, 1, 1], sensitive_features=["a", "a", "b", "b"], privileged="b"))
    -0.5
    """
    low, high = _selection_rates(
        y_true, y_pred, sensitive_features, privileged, sample_weight, pos_label, unknown
    )
    return number(low - high)


def disparate_impact(
    y_true: Column, y_pred: Column | None = None, *, sensitive_features: Columns,
    privileged: Privileged = 1, pos_label: Any = None, sample_weight: Column | None = None,
    unknown: Unknown = "error",
) -> np.float64:
    """P(ŷ = pos_label | unprivileged) / P(ŷ = pos_label | privileged); ∞ where only the divisor is
    0, and NaN where both are. The arguments are those of `statistical_parity_difference`."""
    low, high = _selection_rates(
        y_true, y_pred, sensitive_features, privileged, sample_weight, pos_label, unknown
    )
    with np.errstate(divide="ignore", invalid="ignore"):
        return number(np.float64(low) / high)


def _odds(*arguments: Any, zero_division: float) -> Array:
    """The differences of the true and of the false positive rates, shape (2,)."""
    sums = _sides(True, *arguments)
    names = {1: "true_positive_rate", 0: "false_positive_rate"}
    pairs = [
        _both(name, sums[:, label, 1], sums[:, label].sum(axis=1), zero_division)
        for label, name in names.items()
    ]
    return np.array([low - high for low, high in pairs])


def average_odds_difference(
    y_true: Column, y_pred: Column, *, sensitive_features: Columns, privileged: Privileged = 1,
    pos_label: Any = None, sample_weight: Column | None = None, zero_division: float = np.nan,
    unknown: Unknown = "error",
) -> np.float64:
    """½·(ΔTPR + ΔFPR), each the unprivileged rate less the privileged one."""
    gaps = _odds(
        y_true, y_pred, sensitive_features, privileged, sample_weight, pos_label, unknown,
        zero_division=zero_division,
    )
    return number(gaps.mean())


def average_abs_odds_difference(
    y_true: Column, y_pred: Column, *, sensitive_features: Columns, privileged: Privileged = 1,
    pos_label: Any = None, sample_weight: Column | None = None, zero_division: float = np.nan,
    unknown: Unknown = "error",
) -> np.float64:
    """½·(|ΔTPR| + |ΔFPR|); `average_odds_error` in the scikit-learn part of AIF360."""
    gaps = _odds(
        y_true, y_pred, sensitive_features, privileged, sample_weight, pos_label, unknown,
        zero_division=zero_division,
    )
    return number(np.abs(gaps).mean())


def generalized_entropy_index(
    y_true: Column, y_pred: Column, *, alpha: float = 2, pos_label: Any = None,
    sample_weight: Column | None = None,
) -> np.float64:
    """How unequal the benefits bᵢ = 1 + 1[ŷᵢ = pos_label] − 1[yᵢ = pos_label] are.

    With rᵢ = bᵢ / mean(b): mean(rᵅ − 1) / (α·(α − 1)), or mean(r·ln r) for α = 1, or −mean(ln r)
    for α = 0, weighted. T. Speicher et al., A unified approach to quantifying algorithmic unfairness,
    KDD 2018.
    """
    check_aligned(y_true=y_true, y_pred=y_pred, sample_weight=sample_weight)
    labels = binary_column(y_true, "y_true", pos_label)
    predictions = binary_column(y_pred, "y_pred", pos_label)
    check_rows(labels, predictions)
    weights = weight_column(sample_weight, len(labels))
    if not len(labels) or not (weights is None or weights.any()):
        undefined("generalized_entropy_index: no row has weight")
        return number(np.nan)
    benefits = 1.0 + predictions - labels
    with np.errstate(divide="ignore", invalid="ignore"):
        r = benefits / np.average(benefits, weights=weights)
        if alpha == 1:
            terms = np.where(r > 0, r * np.log(np.where(r > 0, r, 1.0)), 0.0 * r)
        else:
            terms = -np.log(r) if alpha == 0 else (r**alpha - 1) / (alpha * (alpha - 1))
    return number(np.average(terms, weights=weights))


def theil_index(
    y_true: Column, y_pred: Column, *, pos_label: Any = None, sample_weight: Column | None = None
) -> np.float64:
    """The generalized entropy index with α = 1."""
    return generalized_entropy_index(
        y_true, y_pred, alpha=1, pos_label=pos_label, sample_weight=sample_weight
    )
