"""What the engine offers and where it runs."""

from __future__ import annotations

import html
from collections.abc import Callable
from typing import Any

from .._engine import jobs as engine
from .results import start


class Listing(dict[str, dict[str, Any]]):
    """A dictionary that prints as a table."""

    def __init__(
        self, entries: dict[str, dict[str, Any]],
        columns: dict[str, Callable[[dict[str, Any]], object]],
    ):
        super().__init__(entries)
        self._columns = columns

    def _rows(self) -> list[list[str]]:
        return [
            [name, *[_shown(cell(entry)) for cell in self._columns.values()]]
            for name, entry in self.items()]

    def __repr__(self) -> str:
        rows = [["name", *self._columns], *self._rows()]
        widths = [max(len(row[j]) for row in rows) for j in range(len(rows[0]))]
        return "\n".join(
            "  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip()
            for row in rows)

    def _repr_html_(self) -> str:
        def line(tag: str, row: list[str]) -> str:
            cells = "".join(f"<{tag}>{html.escape(cell)}</{tag}>" for cell in row)
            return f"<tr>{cells}</tr>"

        body = "".join(line("td", row) for row in self._rows())
        return f"<table>{line('th', ['name', *self._columns])}{body}</table>"


def _shown(value: object) -> str:
    if value is None:
        return ""
    return ", ".join(map(str, value)) if isinstance(value, (list, tuple)) else str(value)


class Info(dict[str, Any]):
    """What the engine runs on, or what is in a model, rule or transform; prints a line a fact."""

    def __repr__(self) -> str:
        width = max((len(name) for name in self), default=0)
        return "\n".join(f"{name.ljust(width)}  {_shown(value)}" for name, value in self.items())


def info(model: object = None) -> Info:
    """What is in a model, rule or transform; without one the processor and its kernels.

    Parameters
    ----------
    model
        A model of `train` or `load_model`, or the path of a model, rule or transform file: its
        method, options and roles, which label is positive (``positives``), who is selected in each
        group (``rules``), the coefficients of linear models, the strongest first (``linear``), and
        the rows it was fitted to (``training``).

    Examples
    --------
    >>> import equipoise
    >>> equipoise.info()["threads"] > 0
    True
    >>> table = {"x": list(range(80)), "paid": ["no"] * 40 + ["yes"] * 40}
    >>> found = equipoise.info(equipoise.train("logistic", table, label="paid"))
    >>> found["positives"]["label"]["value"], found["linear"][0]["coefficients"][0]["name"]
    ('yes', 'x')
    """
    asked = {} if model is None else {"model": model}
    return Info(start("info", asked, {}, seed=0, n_threads=None).document)


def jobs() -> dict[str, Listing]:
    """Every job of the engine with its options: what they take, their defaults, what they mean.

    Examples
    --------
    >>> import equipoise
    >>> equipoise.jobs()["audit"]["confidence"]["default"]
    '0.95'
    """
    return {
        job["name"]: Listing(
            {option["name"]: option for option in job["options"]},
            {"takes": lambda o: o["values"], "default": lambda o: o.get("default"),
             "what for": lambda o: o["help"]})
        for job in engine.catalogue()}
