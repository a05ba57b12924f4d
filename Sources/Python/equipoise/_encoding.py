"""Frames with texts and categories as the engine takes them: numbers, and codes of levels."""

from __future__ import annotations

import warnings
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from ._callers import depth_of_caller
from ._engine.dataset import Dataset
from ._inputs import as_matrix, is_missing

Codes = npt.NDArray[np.int32]

MISSING = "(missing)"


@dataclass(frozen=True)
class Category:
    """A column of levels: codes 0..<len(levels), and len(levels) for a value of none of them."""

    name: str
    codes: Codes
    levels: list[str]

    @property
    def texts(self) -> npt.NDArray[np.object_]:
        """The level of each row, None for a missing value or for none of them."""
        shown: list[str | None] = [None if level == MISSING else level for level in self.levels]
        return np.array([*shown, None], dtype=object)[self.codes]


@dataclass(frozen=True)
class FeatureRows:
    """Rows of features: numbers of shape (n, d), and categories beside them."""

    numbers: npt.NDArray[Any]
    names: list[str] | None = None
    categories: list[Category] = field(default_factory=list)

    def __len__(self) -> int:
        return int(self.numbers.shape[0])

    def dataset(self) -> Dataset:
        """The rows as the engine takes them."""
        data = Dataset(len(self)).set_features(self.numbers, self.names)
        for category in self.categories:
            data.add_category(category.name, category.codes, category.levels)
        return data

    def taken(self, rows: npt.NDArray[np.int64]) -> FeatureRows:
        """Some of the rows."""
        parts = [replace(c, codes=c.codes[rows]) for c in self.categories]
        return FeatureRows(self.numbers[rows], self.names, parts)

    def replaced(self, rows: npt.NDArray[np.int64], changed: FeatureRows) -> FeatureRows:
        """The rows with others, of the same columns, in some places."""
        numbers = self.numbers.astype(changed.numbers.dtype)
        numbers[rows] = changed.numbers
        others = {category.name: category for category in changed.categories}
        categories = [
            replace(c, codes=_with_codes(c.codes, rows, others[c.name].codes))
            for c in self.categories
        ]
        return FeatureRows(numbers, self.names, categories)

    @classmethod
    def read(cls, data: Dataset) -> FeatureRows:
        """The features of a data set that the engine made."""
        columns = data.columns
        categories = [
            Category(column["name"], data.codes(k), column["levels"])
            for k, column in enumerate(columns["categorical"])
        ]
        return cls(data.features, columns["numeric"], categories)

    @property
    def column_names(self) -> list[str]:
        """A name for each column of the design matrix but those of unseen values: `age`,
        `sex=Female`."""
        names = self.names or [f"x{j}" for j in range(self.numbers.shape[1])]
        return names + [f"{c.name}={level}" for c in self.categories for level in c.levels]

    @property
    def seen(self) -> npt.NDArray[np.bool_]:
        """Which columns of the engine's design matrix `column_names` names: those of values that
        were not in the fit, the last of each category, it leaves out."""
        parts = [[True] * self.numbers.shape[1]]
        parts += [[True] * len(c.levels) + [False] for c in self.categories]
        return np.concatenate([np.array(part, dtype=bool) for part in parts])


def _with_codes(codes: Codes, rows: npt.NDArray[np.int64], others: Codes) -> Codes:
    changed: Codes = codes.copy()
    changed[rows] = others
    return changed


@dataclass(frozen=True)
class FrameEncoding:
    """How the columns of a frame become features: those of texts and categories by their levels, in
    code-point order; a missing one is a level of its own if the fit had any."""

    columns: list[str]
    categories: dict[str, list[str]]
    #: The numbers' means and deviations where they are standardized, shape (2, d).
    units: npt.NDArray[np.float64] | None = None

    @classmethod
    def of(cls, X: Any) -> FrameEncoding | None:
        """The encoding of a frame of pandas; None where there is nothing but numbers."""
        if not hasattr(X, "iloc") or not hasattr(X, "columns"):
            return None
        found = {name: _kind(X[name], str(name)) for name in _unique(X)}
        if "text" not in found.values():
            return None
        categories = {}
        for name in [name for name, kind in found.items() if kind == "text"]:
            codes, levels = _factorized(X[name], str(name))
            categories[str(name)] = levels + ([MISSING] if (codes < 0).any() else [])
        return cls([str(name) for name in X.columns], categories)

    @property
    def numeric(self) -> list[str]:
        return [name for name in self.columns if name not in self.categories]

    def encode(self, frame: Any) -> FeatureRows:
        """Rows of a frame with these columns."""
        numbers = np.empty((len(frame), len(self.numeric)))
        for j, name in enumerate(self.numeric):
            numbers[:, j] = _numbers(frame[name], name)
        if self.units is not None:
            numbers = (numbers - self.units[0]) / self.units[1]
        categories = [
            Category(name, self._codes(frame[name], name, levels), levels)
            for name, levels in self.categories.items()
        ]
        return FeatureRows(numbers, self.numeric, categories)

    def standardized(self, rows: FeatureRows) -> FrameEncoding:
        """The same with numbers in standard deviations from the means of these rows."""
        deviations = rows.numbers.std(axis=0)
        units = np.stack([rows.numbers.mean(axis=0), np.where(deviations > 0, deviations, 1.0)])
        return replace(self, units=units)

    def _codes(self, column: Any, name: str, levels: list[str]) -> Codes:
        """Codes by the levels of the fit; len(levels) for a value of none of them."""
        codes, found = _factorized(column, name)
        places = {level: k for k, level in enumerate(levels)}
        unseen = len(levels)
        place = [places.get(level, unseen) for level in found] + [places.get(MISSING, unseen)]
        result = np.array(place, dtype=np.int32)[codes]
        count = int((result == unseen).sum())
        if count:
            row = int(np.argmax(result == unseen))
            value = "a missing value" if codes[row] < 0 else repr(found[codes[row]])
            warnings.warn(
                f"column '{name}': {count} rows have values that the fit did not have ({value} in "
                f"row {row}); they count as none of its levels",
                UserWarning,
                stacklevel=depth_of_caller(),
            )
        return result


def frame_of(X: Any) -> Any:
    """Tables of Arrow producers as frames of pandas; everything else as it is."""
    return as_matrix(X)


def plain_rows(
    estimator: Any, X: Any, y: Any = "no_validation", **checks: Any
) -> tuple[FeatureRows, Any]:
    """Rows of numbers alone, as scikit-learn reads them, and labels where there are any."""
    from sklearn.utils.validation import validate_data

    if isinstance(X, np.ndarray) and X.dtype == object and X.ndim == 2:
        missing = is_missing(X)
        if missing.any():  # of which only NaN becomes a number
            X = np.where(missing, np.nan, X)
    try:
        found = validate_data(estimator, X, y, **checks)
        X, y = found if isinstance(found, tuple) else (found, y)
    except ValueError as error:
        if "could not convert string to float" not in str(error):
            raise
        raise ValueError(
            f"{error}: X holds texts. A frame of pandas or polars, or a table of Arrow, has "
            "columns of texts as categories; of an array make numbers first"
        ) from error
    names = getattr(estimator, "feature_names_in_", None)
    return FeatureRows(X, None if names is None else [str(name) for name in names]), y


def _unique(X: Any) -> list[Any]:
    names = list(X.columns)
    if len({str(name) for name in names}) < len(names):
        raise ValueError("two columns of X have one name")
    return names


def _kind(column: Any, name: str) -> str:
    """Whether a column holds "number"s or "text"s: raises for anything else."""
    from pandas import CategoricalDtype
    from pandas.api import types

    dtype = column.dtype
    if isinstance(dtype, CategoricalDtype):
        return "text"
    if types.is_bool_dtype(dtype) or types.is_numeric_dtype(dtype):
        return "number"
    if not (types.is_object_dtype(dtype) or types.is_string_dtype(dtype)):
        raise ValueError(
            f"column '{name}' of X holds values of type {dtype}: make numbers or texts of them, or "
            "leave it out"
        )
    inferred = types.infer_dtype(column, skipna=True)
    if inferred in ("string", "empty"):
        return "text"
    if inferred in ("boolean", "integer", "floating", "mixed-integer-float", "decimal"):
        return "number"
    if inferred in ("mixed", "mixed-integer"):
        _refuse_mixture(column, name)
        return "number"  # what scikit-learn reads, or refuses in its own words
    raise ValueError(
        f"column '{name}' of X holds values of type {inferred}: make numbers or texts of them, or "
        "leave it out"
    )


def _refuse_mixture(column: Any, name: str) -> None:
    values = column.to_numpy(dtype=object)
    is_text = np.array([isinstance(value, str) for value in values])
    if is_text.any():
        missing = np.asarray(column.isna())
        text, other = int(np.argmax(is_text)), int(np.argmax(~is_text & ~missing))
        raise ValueError(
            f"column '{name}' of X holds texts and other values: {values[text]!r} in row {text}, "
            f"{values[other]!r} in row {other}; make them all texts or all numbers"
        )


def _numbers(column: Any, name: str) -> npt.NDArray[np.float64]:
    from pandas import CategoricalDtype

    try:
        if isinstance(column.dtype, CategoricalDtype):
            column = column.astype(column.cat.categories.dtype)
        values = np.asarray(column.to_numpy(dtype=np.float64, na_value=np.nan))
    except (TypeError, ValueError) as error:
        raise ValueError(
            f"column '{name}' of X held numbers in the fit, and does not now: {error}"
        ) from error
    bad = ~np.isfinite(values)
    if bad.any():
        row = int(np.argmax(bad))
        what = "NaN" if np.isnan(values[row]) else "infinity"
        raise ValueError(
            f"Input X contains {what}: column '{name}' in row {row}. Fill or leave out rows "
            "without a number; a text that is missing is a level of its own"
        )
    return values


def _factorized(column: Any, name: str) -> tuple[Codes, list[str]]:
    """Codes, -1 for a missing value, and the texts of the levels in code-point order."""
    codes, found = _numbered(column)
    texts = [_text(value) for value in found]
    if len(set(texts)) < len(texts):
        raise ValueError(f"two categories of column '{name}' of X have the same text")
    order = sorted(range(len(texts)), key=texts.__getitem__)
    place = np.empty(len(texts) + 1, dtype=np.int32)
    place[order], place[-1] = np.arange(len(texts)), -1
    return place[codes], [texts[k] for k in order]


def _numbered(column: Any) -> tuple[Codes, list[Any]]:
    """Codes, -1 for a missing value, and the values that occur, in any order."""
    import pandas

    if not isinstance(column.dtype, pandas.CategoricalDtype):
        codes, found = pandas.factorize(column)
        return codes, list(found)
    # A column of categories has its codes, of which some may not occur.
    codes = column.array.codes
    present = np.flatnonzero(np.bincount(codes[codes >= 0], minlength=1))
    place = np.full(int(present[-1]) + 2 if len(present) else 1, -1, dtype=np.int32)
    place[present] = np.arange(len(present))
    return place[codes], column.dtype.categories[present].tolist()


def _text(value: Any) -> str:
    """A level's text: 1 and 1.0 are one."""
    if isinstance(value, (float, np.floating)) and float(value).is_integer():
        return str(int(value))
    return str(value)
