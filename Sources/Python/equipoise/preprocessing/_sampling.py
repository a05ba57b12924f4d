"""Training rows repeated, left out and made."""

from __future__ import annotations

from typing import Any, Literal

from .._unknown import Unknown
from ._base import Preprocessor


class PreferentialSampling(Preprocessor):
    """Repeats and leaves out the rows nearest to the border until label and group are independent.

    F. Kamiran, T. Calders, Data preprocessing techniques for classification without
    discrimination, KAIS 2012. `scheme` is "preferential", "uniform" or "synthetic".
    """

    def __init__(
        self, scheme: Literal["preferential", "uniform", "synthetic"] = "preferential", *,
        unknown: Unknown = "error",
    ) -> None:
        self.scheme = scheme
        self.unknown: Unknown = unknown

    def _method(self) -> str:
        return "sampling"

    def _options(self) -> dict[str, Any]:
        return {"scheme": self.scheme}
