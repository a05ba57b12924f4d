"""Types of arguments that come in many forms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from os import PathLike
from typing import Any, Protocol, TypeAlias, Union

import numpy as np
import numpy.typing as npt


class ArrowStream(Protocol):
    """A column or a table of any library that speaks the Arrow C data interface."""

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object: ...


class ArrowArray(Protocol):
    """A column or a batch of any library that speaks the Arrow C data interface."""

    def __arrow_c_array__(
        self, requested_schema: object | None = None
    ) -> tuple[object, object]: ...


class Frame(Protocol):
    """A frame of pandas or polars."""

    @property
    def columns(self) -> Any: ...
    def __getitem__(self, key: Any, /) -> Any: ...


#: One value a row: an array, a list, a series or a column of Arrow.
Column: TypeAlias = Union[npt.ArrayLike, ArrowStream, ArrowArray, Sequence[Any]]
#: Columns with names.
Table: TypeAlias = Union[Mapping[str, Column], Frame, ArrowStream, ArrowArray]
#: A table, or the path of a file with one.
Rows: TypeAlias = Union[Table, str, "PathLike[str]"]
#: One or several columns, with names or without.
Columns: TypeAlias = Union[Column, Table]
#: Features (n, d).
Features: TypeAlias = Union[npt.ArrayLike, Table]
#: What scikit-learn takes as the start of draws.
RandomState: TypeAlias = Union[int, np.random.RandomState, None]
#: One name or several.
Names: TypeAlias = Union[str, Sequence[str]]

Numbers: TypeAlias = npt.NDArray[np.float64]
