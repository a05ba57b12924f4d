"""Data sets in files that the user downloaded: found by name, read as OpenML describes them."""

from __future__ import annotations

import csv
import gzip
import os
import pathlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, TextIO, TypeAlias, Union

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["GivenData", "Place"]

#: A file or a folder, where one is named.
Place: TypeAlias = Union[str, "os.PathLike[str]", None]

_ENDINGS = (".arff", ".arff.gz", ".csv", ".csv.gz", ".parquet", ".pq")
# Where files are looked for when nobody says where they are; the second is Fairlearn's.
_FOLDERS = (".equipoise-data", ".fairlearn-data")


@dataclass(frozen=True)
class GivenData:
    """A data set that its user downloads.

    Attributes
    ----------
    name
        What its file is to be called, without the ending.
    address
        Where it is.
    target
        The column to predict by its possible names.
    features
        The names of the features, in the order of the file; empty: the file's own.
    other_names
        What the file is called where it is offered, without the ending.
    unused
        Columns that are neither features nor the target.
    """

    name: str
    address: str
    target: tuple[str, ...]
    features: tuple[str, ...] = ()
    other_names: tuple[str, ...] = ()
    unused: tuple[str, ...] = ()

    def read(self, data_home: Place, path: Place) -> tuple[pd.DataFrame, str]:
        """The table, features first and the target last, and the target's name."""
        file = self._find(data_home, path)
        table = _read(file)
        target = next((name for name in self.target if name in table.columns), None)
        if target is None:
            raise ValueError(
                f"{file} has no column {' or '.join(map(repr, self.target))} to predict; it has "
                f"{', '.join(map(str, table.columns))}"
            )
        features = [name for name in table.columns if name != target and name not in self.unused]
        if self.features:
            features = self._ordered(features, file)
        table = table[[*features, target]]
        if self.features:
            table = table.set_axis([*self.features, target], axis=1)
        for name in table.columns:
            if table[name].dtype.kind == "O" or str(table[name].dtype) in ("str", "string"):
                table[name] = table[name].astype("category")
        return table, target

    def _ordered(self, found: list[str], file: pathlib.Path) -> list[str]:
        """The columns by their names, or by their places where the file has placeholders."""
        if set(self.features) <= set(found):
            return list(self.features)
        if len(found) != len(self.features):
            raise ValueError(
                f"{file} has {len(found)} features, and {self.name} has {len(self.features)}: "
                f"{', '.join(self.features)}"
            )
        return found

    def _find(self, data_home: Place, path: Place) -> pathlib.Path:
        if path is not None:
            places = [pathlib.Path(os.fspath(path)).expanduser()]
            if places[0].is_file():
                return places[0]
        elif data_home is not None:
            places = [pathlib.Path(os.fspath(data_home)).expanduser()]
        else:
            places = [pathlib.Path.home() / folder for folder in _FOLDERS]
        names = {name.lower() for name in (self.name, *self.other_names)}
        for place in places:
            for file in sorted(place.rglob("*")) if place.is_dir() else []:
                lower = file.name.lower()
                ending = next((end for end in _ENDINGS if lower.endswith(end)), None)
                if ending is not None and lower[: -len(ending)] in names and file.is_file():
                    return file
        raise FileNotFoundError(
            f"nothing is downloaded, and there is no file of the data set '{self.name}' in "
            f"{' or '.join(map(str, places))}. Get it from {self.address} and save it there as "
            f"{self.name}.arff, {self.name}.csv or {self.name}.parquet, or say path=FILE"
        )


def _read(file: pathlib.Path) -> pd.DataFrame:
    import pandas as pd

    lower = file.name.lower()
    if lower.endswith((".parquet", ".pq")):
        return pd.read_parquet(file)
    if ".arff" in lower:
        with _opened(file) as text:
            return _read_arff(text, file)
    with _opened(file) as text:
        header = text.readline()
        separator = ";" if header.count(";") > header.count(",") else ","
    return pd.read_csv(file, sep=separator)


def _opened(file: pathlib.Path) -> TextIO:
    if file.name.lower().endswith(".gz"):
        return gzip.open(file, "rt", encoding="utf-8")
    return open(file, encoding="utf-8")


_ATTRIBUTE = re.compile(
    r"""@attribute\s+(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"|(\S+))\s+(.+?)\s*$""",
    re.IGNORECASE,
)


def _read_arff(text: TextIO, file: pathlib.Path) -> pd.DataFrame:
    """A table in Weka's format: numbers are numbers, nominal attributes categories in the order of
    their declaration, a question mark a missing value."""
    import pandas as pd

    names: list[str] = []
    types: list[str] = []
    for line in text:
        words = line.strip()
        if words.lower().startswith("@data"):
            break
        found = _ATTRIBUTE.match(words)
        if found:
            names.append(next(part for part in found.groups()[:3] if part is not None))
            types.append(found[4])
    else:
        raise ValueError(f"{file} has no @data: it is no ARFF file")
    lines = (line for line in text if line.strip() and not line.startswith("%"))
    rows = [
        [value.strip() for value in row]
        for row in csv.reader(lines, quotechar="'", escapechar="\\", skipinitialspace=True)
    ]
    wrong = next((row for row in rows if len(row) != len(names)), None)
    if wrong is not None:
        raise ValueError(f"{file} has a row of {len(wrong)} values for {len(names)} attributes")
    table: pd.DataFrame = pd.DataFrame(rows, columns=names, dtype=object)
    table[table == "?"] = None
    for name, kind in zip(names, types):
        if kind.startswith("{"):
            table[name] = table[name].astype(pd.CategoricalDtype(_levels(kind)))
        elif kind.lower().split()[0] in ("numeric", "real", "integer"):
            table[name] = pd.to_numeric(table[name])
    return table


def _levels(kind: str) -> list[str]:
    inner = kind[1 : kind.rindex("}")]
    row = next(csv.reader([inner], quotechar="'", escapechar="\\", skipinitialspace=True), [])
    return [level.strip().strip('"') for level in row]
