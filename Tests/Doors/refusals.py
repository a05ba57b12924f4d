"""Requests that every door must refuse alike. A new one joins by standing in `refusals`."""

from __future__ import annotations

import dataclasses

import jobs
from doors.exchange import Request
from tables import Table


@dataclasses.dataclass(frozen=True)
class Refused:
    """A request, of what kind its refusal is, and what every door's words must name."""

    name: str
    # "usage" or "data".
    kind: str
    names: tuple
    method: str = "logistic"
    options: tuple = ()
    # Changes of the usual table: what stands in a column at a row, from 0.
    cells: tuple = ()
    # Columns as a whole.
    columns: tuple = ()
    roles: tuple = ()
    table: str = "plain"
    # The row of the data, from 0, that is to blame.
    row: int | None = None
    test: float = 0.0
    seed: int = 0
    # Doors that cannot be asked, each with the reason.
    lacks: tuple = ()

    def request(self, all_tables: dict, folder) -> Request:
        table = all_tables[self.table]
        columns = {name: list(values) for name, values in table.columns.items()}
        for column, row, value in self.cells:
            columns[column][row] = value
        for column, value in self.columns:
            columns[column] = [value] * table.rows
        roles = {**table.roles}
        for name, value in self.roles:
            roles[name] = list(value) if isinstance(value, tuple) else value
        changed = Table(f"refused_{self.name}", columns, {n: v for n, v in roles.items() if v})
        return Request(
            "train", changed.write(folder), None, self.method, options=dict(self.options),
            test=self.test, seed=self.seed)

    def lack(self, door: str) -> str | None:
        reason = dict(self.lacks).get(door)
        if reason is None and door == "yaml" and self.table == "numbers":
            reason = "a pipeline has no key for a number to predict"
        return reason


TYPED = "its columns have types: a column with a text is one of texts"
ONE_STEP = "no call splits rows"


def refusals() -> list[Refused]:
    return [*COLUMNS, *NUMBERS, *WEIGHTS, *LABELS, *OPTIONS, *one_label(), *TARGETS]


COLUMNS = [
    Refused("label-unknown", "data", ("z",), roles=(("label", "z"), ("positive", None))),
    Refused("sensitive-unknown", "data", ("z",), roles=(("sensitive", ("z",)),)),
    Refused("sensitive-misspelt", "data", ("G2",), roles=(("sensitive", ("G2",)),)),
    Refused("weights-unknown", "data", ("z",), roles=(("weights", "z"),)),
    Refused("drop-unknown", "data", ("z",), roles=(("drop", ("z",)),)),
    Refused("label-and-sensitive", "usage", ("y",), roles=(("sensitive", ("y",)),)),
    Refused("no-label", "usage", ("label",), roles=(("label", None), ("positive", None))),
    Refused("no-sensitive", "usage", ("sensitive",), "penalized", roles=(("sensitive", None),)),
    Refused("positive-unknown", "data", ("7", "y"), roles=(("positive", "7"),)),
    Refused("missing-unknown", "usage", ("nothing",), roles=(("missing", "nothing"),),
            lacks=(("swift", "an enumeration has no such value"),)),
    Refused("controls-unknown", "data", ("z",), roles=(("controls", ("z",)),)),
]

NUMBERS = [
    Refused("text-among-numbers", "data", ("x0", "abc"), cells=(("x0", 30, "abc"),), row=30,
            lacks=(("python", TYPED),)),
    Refused("infinite-number", "data", ("x1",), cells=(("x1", 31, float("inf")),), row=31),
    Refused("large-number", "data", ("x1",), cells=(("x1", 32, 1e200),), row=32),
    Refused("missing-number", "data", ("x2",), cells=(("x2", 33, None),), row=33),
]

WEIGHTS = [
    Refused("weight-negative", "data", ("w", "-2.0"), cells=(("w", 40, -2.0),), row=40,
            table="weighted"),
    Refused("weight-too-large", "data", ("w",), cells=(("w", 41, 1e31),), row=41,
            table="weighted"),
    Refused("weight-too-small", "data", ("w",), cells=(("w", 42, 1e-31),), row=42,
            table="weighted"),
    Refused("weight-missing", "data", ("w",), cells=(("w", 43, None),), row=43, table="weighted"),
    Refused("weights-all-zero", "data", ("w",), columns=(("w", 0.0),), table="weighted"),
]

LABELS = [
    Refused("one-class", "data", ("y", "1"), columns=(("y", 1),)),
    Refused("three-classes", "data", ("y",), table="classes"),
    Refused("label-missing", "data", ("y",), cells=(("y", 50, None),), row=50),
    Refused("one-group", "data", ("g", "A"), "penalized", columns=(("g", "A"),)),
]

OPTIONS = [
    Refused("method-unknown", "usage", ("penalised", "penalized"), "penalised"),
    Refused("option-unknown", "usage", ("strenth", "strength"), "penalized",
            (("strenth", "1"),)),
    Refused("option-below", "usage", ("strength", "-1"), "penalized", (("strength", "-1"),)),
    Refused("option-no-number", "usage", ("strength", "abc"), "penalized",
            (("strength", "abc"),)),
    Refused("choice-misspelt", "usage", ("demographic_party", "demographic_parity"), "penalized",
            (("penalty", "demographic_party"),)),
    Refused("bounds-twice", "usage", ("constraint",), "reductions",
            (("constraint", "demographic_parity,demographic_parity"),)),
    Refused("bound-above", "usage", ("constraint",), "reductions",
            (("constraint", "demographic_parity=2"),)),
    Refused("options-exclude", "usage", ("c", "l2"), "penalized",
            (("c", "1"), ("l2", "0.1"))),
]

TARGETS = [
    Refused("target-unfit", "usage", ("penalized",), "penalized", table="numbers"),
    Refused("target-constant", "data", ("pay", "3.0"), "adversarial", columns=(("pay", 3.0),), table="numbers"),
    Refused("target-too-large", "data", ("pay", "1e40"), "adversarial", cells=(("pay", 60, 1e40),), row=60,
            table="numbers"),
    *(
        Refused(f"target-too-large-in-a-split-of-seed-{seed}", "data", ("pay", "1e40"),
                "adversarial", cells=(("pay", row, 1e40),), row=row, table="numbers", test=0.3, seed=seed,
                lacks=(("c", ONE_STEP), ("python", ONE_STEP)))
        for seed, row in ((0, 237), (1, 237), (3, 95))
    ),
]


# Methods that do without the rates that a group lacks, alike in every door.
FORGIVING = ("adversarial", "relaxed-parity", "reject-option")


def one_label() -> list[Refused]:
    """Equalized odds of a group whose labels are all 0, by every option that can ask for it."""
    found = []
    for method, entry in jobs.catalogue().items():
        for option in entry["options"]:
            if "equalized_odds" in option["values"] and method not in FORGIVING:
                found.append(Refused(
                    f"{method}-{option['name']}-equalized_odds-of-one-label", "data", ("g", "B"),
                    method,
                    ((option["name"], "equalized_odds"), *sorted(jobs.quick(method).items())),
                    table="one_label"))
    return found
