"""Suites of problems, methods and sides, each fit in a process of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ..__main__ import program
from .._types import Rows
from .results import PagedResult, frame, start

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from typing_extensions import Unpack

    from .options import BenchOptions


class Bench(PagedResult):
    """How well and how fast each side solved each problem; cells that it did not solve as well."""

    @property
    def cells(self) -> list[dict[str, Any]]:
        """One problem, method and side each, as the document has them."""
        cells: list[dict[str, Any]] = self.document["cells"]
        return cells

    @property
    def table(self) -> pd.DataFrame:
        """One row a cell: seconds are medians, memory is in bytes, error and gap of the test rows."""
        return frame([_row(cell) for cell in self.cells])

    def plot(self, ax: Axes | None = None) -> Axes:
        """A performance profile: for each side, or each method of a lone side, the share of problems
        solved within a factor of the fastest (Dolan and Moré, 2002)."""
        from .fits import axes

        ax = axes(ax)
        for profile in self.document["profiles"]:
            solved = sorted(ratio for ratio in profile["ratios"] if ratio is not None)
            shares = [(place + 1) / len(profile["ratios"]) for place in range(len(solved))]
            ax.step([1, *solved], [0, *shares], where="post", label=profile["name"])
        ax.set(xscale="log", xlabel="times the fastest", ylabel="share of problems", ylim=(0, 1.02))
        ax.legend()
        return ax

    def _headline(self) -> str:
        fits = [cell for cell in self.cells if cell["method"] != "null"]
        solved = sum(cell["status"] == "ok" for cell in fits)
        count = len(self.document["problems"])
        return (
            f"{count} {'problem' if count == 1 else 'problems'}, {solved} of {len(fits)} fits ended "
            "well")


def _row(cell: Mapping[str, Any]) -> dict[str, Any]:
    test = cell.get("test") or {}
    constraint = test.get("constraint") or {}
    return {
        "problem": cell["problem"], "method": cell["method"], "adapter": cell["adapter"],
        "fit_seconds": cell["seconds"].get("fit", {}).get("median"),
        "process_seconds": cell["seconds"]["process"]["median"],
        "processor_seconds": cell["processor_seconds"]["median"],
        "memory": cell.get("peak_anonymous_bytes"), "readings": cell.get("readings"),
        "roof": cell.get("roof", {}).get("fraction"), "error": test.get("error"),
        "gap": constraint.get("difference_between_groups"),
        "violation": constraint.get("violation"), "status": cell["status"]}


def bench(
    table: Rows | None = None, /, *,
    problems: str | Sequence[str] | None = None, methods: str | Sequence[str] = "default",
    adapter: Mapping[str, str] | None = None, seed: int = 0, n_threads: int | None = None,
    **options: Unpack[BenchOptions],
) -> Bench:
    """Runs a suite of problems and methods, each fit in a process of its own.

    Parameters
    ----------
    table
        Rows of the caller's, with the roles of columns as in `train`.
    problems
        Rows beside those: built-in ones as ``"adult"`` or ``"adult:sensitive=race"``, made ones as
        ``"synthetic:rows=100000:groups=4"`` with the options of `generate`. Left out without a
        table: some of both.
    methods
        "default" (quick ones), "all", or names, options behind colons: ``"reductions:bound=0.02"``.
    adapter
        Other sides: by name the command of a process that reads one request and prints one answer.
    options
        ``criterion`` and ``bound`` of the constraint, ``repetitions``, ``budget`` in seconds a
        process, ``require_idle``; ``program`` names the program that fits, left out the one that
        came with the package. ``equipoise.jobs()["bench"]`` lists them with what they mean.

    Examples
    --------
    >>> import equipoise
    >>> suite = equipoise.bench(problems=["german"], methods=["logistic"], repetitions=1)
    >>> list(suite.table["method"]), list(suite.table["status"])
    (['null', 'logistic'], ['ok', 'ok'])
    """
    asked: dict[str, Any] = {**options, "problems": problems, "methods": methods}
    if adapter:
        asked["adapter"] = [f"{name}={command}" for name, command in adapter.items()]
    if "program" not in asked:
        found = program()
        asked["program"] = None if found is None else str(found)
    result = start("bench", asked, {"data": table}, seed=seed, n_threads=n_threads)
    return Bench(result)
