"""Tables in files that every command reads without parsing."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from .._types import Rows
from .results import JobResult, frame, start

if TYPE_CHECKING:
    import pandas as pd
    from typing_extensions import Unpack

    from .options import PackOptions, Path


class Packed(JobResult):
    """A packed file and what it holds."""

    @property
    def table(self) -> pd.DataFrame:
        """One row a column: name, kind, levels, and how blocks store it."""
        columns = [
            {**column, "levels": column.get("levels"), "stored": ", ".join(column["stored"])}
            for column in self.document["columns"]]
        return frame(columns, columns=["name", "kind", "levels", "stored"])

    def _headline(self) -> str:
        told = self.document
        return f"{told['added']} of {told['rows']} rows added to {told['file']}"


def pack(
    data: Rows | Sequence[Path], output: Path, /, *, n_threads: int | None = None,
    **options: Unpack[PackOptions],
) -> Packed:
    """A table in a file that every function here reads without parsing, with the same answers.

    All columns are kept as they stand, texts and missing values too. Files are packed in a stream,
    whatever their size. Whatever stops it leaves the file as it was.

    Parameters
    ----------
    data
        A frame, an Arrow table or stream, a dictionary of columns, the path of a CSV file, or a list
        of paths of files with the same columns.
    output
        The packed file.
    options
        ``append=True`` adds the rows to a packed file that is there; ``na``, ``separator``,
        ``decimal`` and ``encoding`` say how texts are read.

    Examples
    --------
    >>> import os, tempfile
    >>> import equipoise
    >>> paid = {"income": [x % 9 for x in range(80)], "paid": ["no"] * 40 + ["yes"] * 40}
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = os.path.join(folder, "paid.eqp")
    ...     packed = equipoise.pack(paid, file)
    ...     equipoise.info(file)["rows"]
    80
    """
    asked: dict[str, Any] = {**options, "output": os.fspath(output)}
    given: Rows | None
    if isinstance(data, (list, tuple)):
        asked["data"] = [os.fspath(path) for path in data]
        given = None
    else:
        given = data  # type: ignore[assignment]
    return Packed(start("pack", asked, {"data": given}, seed=0, n_threads=n_threads))
