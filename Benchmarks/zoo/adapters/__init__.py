"""The sides, one file a library.

A file has `SIDES`, a function a name: `prepare(case)` returns `(pack, fit)`; `pack()` turns the
caller's arrays into what the library takes, `fit(data, setting)` returns an `Answer`. `SETTINGS[name]`
are tolerances, loosest first. `bytes_needed(case, name)` is what a fit holds beside the arrays.
"""

from dataclasses import dataclass
from typing import Any


@dataclass
class Answer:
    """Coefficients in the order numbers, then levels; and what the library says of the fit."""

    w: Any
    b: float
    status: str = "converged"
    iterations: int = 0


MODULES = {
    "equipoise": "engine",
    "scikit-learn": "sklearn_solvers",
    "glum": "glum_irls",
    "torch": "torch_lbfgs",
    "null": "null",
}
