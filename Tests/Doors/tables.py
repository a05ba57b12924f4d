"""The tables of the suite, each with what makes it awkward. A new one joins by standing in `TABLES`."""

from __future__ import annotations

import csv
import gzip
import math
import pathlib
import random

import places

ROWS = 240


class Table:
    """Columns by name with their roles; `path` is the same as a file."""

    bundled = None

    def __init__(self, name: str, columns: dict, roles: dict):
        self.name, self.columns, self.roles = name, columns, roles
        self.path: pathlib.Path | None = None

    def write(self, folder) -> Table:
        self.path = pathlib.Path(folder) / f"{self.name}.csv"
        with open(self.path, "w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(self.columns)
            writer.writerows(
                ["" if value is None else _text(value) for value in row]
                for row in zip(*self.columns.values()))
        return self

    @property
    def rows(self) -> int:
        return len(next(iter(self.columns.values())))

    @property
    def words(self) -> set[str]:
        """Columns, and values of columns of texts or of roles: what a refusal may name."""
        found = set(self.columns)
        for values in self.columns.values():
            texts = {_text(value) for value in values if value is not None}
            if len(texts) <= 50:
                found |= texts
        return found


def _text(value) -> str:
    return repr(value) if isinstance(value, float) else str(value)


def biased(
    rows=ROWS, groups=("A", "B"), seed=1, gap=0.8, attribute="g", shares=None, features=3,
) -> dict:
    """Numbers, a category, an attribute and a label that depends on all of them."""
    draw = random.Random(seed)
    columns: dict = {f"x{k}": [] for k in range(features)}
    columns.update({"c": [], attribute: [], "y": []})
    for _ in range(rows):
        group = draw.choices(range(len(groups)), shares)[0]
        numbers = [draw.gauss(0.3 * group, 1 + 0.1 * group) for _ in range(features)]
        category = draw.choice(["red", "green", "blue"])
        score = 0.9 * numbers[0] - 0.6 * numbers[-1] + (category == "red") - gap * (group % 2)
        for k, number in enumerate(numbers):
            columns[f"x{k}"].append(number)
        columns["c"].append(category)
        columns[attribute].append(groups[group])
        columns["y"].append(1 if draw.random() < 1 / (1 + math.exp(-score)) else 0)
    return columns


def scored(columns: dict, seed=7) -> dict:
    """Also scores within 0...1 and decisions that somebody made."""
    draw = random.Random(seed)
    scores = [
        min(1.0, max(0.0, 0.3 + 0.4 * label + draw.gauss(0, 0.2))) for label in columns["y"]]
    return {**columns, "p": scores, "d": [int(score >= 0.5) for score in scores]}


USUAL = {"label": "y", "positive": "1", "sensitive": ["g"]}


def plain() -> Table:
    return Table("plain", biased(), USUAL)


def survey() -> Table:
    """Weights of a survey: each row stands for some 1,700 people, and a few for nobody."""
    columns, draw = biased(seed=2), random.Random(12)
    columns["w"] = [round(1700 * draw.lognormvariate(-0.5, 1), 2) for _ in columns["y"]]
    columns["w"][3] = columns["w"][17] = 0.0
    return Table("survey", columns, {**USUAL, "weights": "w"})


def weighted() -> Table:
    """Weights around 1."""
    columns, draw = biased(seed=3), random.Random(13)
    columns["w"] = [round(draw.uniform(0.2, 2), 3) for _ in columns["y"]]
    return Table("weighted", columns, {**USUAL, "weights": "w"})


def one_row() -> Table:
    """A group of one row."""
    columns = biased(seed=4)
    columns["g"][100] = "C"
    return Table("one_row", columns, USUAL)


def one_label() -> Table:
    """A group whose labels are all 0."""
    columns = biased(seed=5)
    columns["y"] = [0 if g == "B" else y for g, y in zip(columns["g"], columns["y"])]
    return Table("one_label", columns, USUAL)


def unknown() -> Table:
    """Rows whose group nobody knows."""
    columns, draw = biased(seed=6), random.Random(16)
    columns["g"] = [None if draw.random() < 0.1 else group for group in columns["g"]]
    return Table("unknown", columns, USUAL)


def unknown_in_one() -> Table:
    """Two attributes, of which one or the other is not always known."""
    columns, draw = biased(seed=14), random.Random(24)
    columns["race"] = [draw.choice(["X", "Y", None]) for _ in columns["y"]]
    columns["g"] = [None if draw.random() < 0.05 else group for group in columns["g"]]
    return Table("unknown_in_one", columns, {**USUAL, "sensitive": ["g", "race"]})


def all_unknown() -> Table:
    """Nobody's group is known."""
    columns = biased(seed=15)
    columns["g"] = [None for _ in columns["g"]]
    return Table("all_unknown", columns, USUAL)


def rare() -> Table:
    """Five groups, of which two have a few rows."""
    shares = [0.33, 0.33, 0.3, 0.03, 0.01]
    return Table("rare", biased(seed=16, groups=tuple("ABCDE"), shares=shares), USUAL)


def forty() -> Table:
    """Forty groups of a dozen rows."""
    names = [f"g{k:02}" for k in range(40)]
    return Table("forty", biased(2 * ROWS, names, seed=7), USUAL)


def controlled() -> Table:
    """Strata within which groups are compared."""
    columns, draw = biased(seed=8), random.Random(18)
    columns["s"] = [draw.choice(["north", "south"]) for _ in columns["y"]]
    return Table("controlled", columns, {**USUAL, "controls": ["s"]})


def several() -> Table:
    """Several attributes, one of them a number in bins; missing numbers and categories."""
    columns, draw = biased(seed=9), random.Random(19)
    columns["race"] = [draw.choice(["X", "Y", "Z"]) for _ in columns["y"]]
    columns["age"] = [draw.randint(18, 80) for _ in columns["y"]]
    columns["x1"] = [None if draw.random() < 0.05 else x for x in columns["x1"]]
    columns["c"] = [None if draw.random() < 0.05 else c for c in columns["c"]]
    roles = {
        **USUAL, "sensitive": ["g", "race", "age"], "bins": {"age": [30, 50]},
        "missing": "own-level",
    }
    return Table("several", columns, roles)


def numbers() -> Table:
    """A number to predict in place of a label."""
    columns, draw = biased(seed=10), random.Random(20)
    columns["pay"] = [30 + 5 * x + 3 * y + draw.gauss(0, 1) for x, y in zip(
        columns["x0"], columns["y"])]
    roles = {"target_column": "pay", "sensitive": ["g"], "drop": ["y"]}
    return Table("numbers", columns, roles)


def classes() -> Table:
    """A label of three values."""
    columns, draw = biased(seed=11), random.Random(21)
    columns["y"] = [draw.choice(["high", "low", "middle"]) for _ in columns["y"]]
    return Table("classes", columns, {"label": "y", "sensitive": ["g"]})


def like_numbers() -> Table:
    """Groups, labels and categories that are texts of digits."""
    columns = biased(seed=12, groups=("01", "1"))
    columns["c"] = [{"red": "1e3", "green": "007", "blue": "x"}[c] for c in columns["c"]]
    roles = {**USUAL, "categorical": ["c"]}
    return Table("like_numbers", columns, roles)


def adult() -> Table:
    """Rows of the bundled census data."""
    columns = _bundled_rows("adult-train", 20_000 if places.LONG else 600)
    roles = {
        "label": "income", "positive": ">50K", "sensitive": ["sex"], "drop": ["fnlwgt"],
        "na": ["?"],
    }
    return Table("adult", columns, roles)


def compas() -> Table:
    """Rows of the bundled court data; six groups, of which some are small."""
    kept = ["sex", "age", "race", "juv_fel_count", "priors_count", "c_charge_degree",
            "two_year_recid"]
    columns = _bundled_rows("compas", 6_000 if places.LONG else 600)
    roles = {"label": "two_year_recid", "positive": "1", "sensitive": ["race"]}
    return Table("compas", {name: columns[name] for name in kept}, roles)


def _bundled_rows(name: str, count: int) -> dict:
    path = places.ROOT / "Sources" / "CBundledData" / "data" / f"{name}.csv.gz"
    with gzip.open(path, "rt", newline="", encoding="utf-8") as file:
        reader = csv.reader(file)
        header = next(reader)
        rows = [row for _, row in zip(range(count), reader)]
    columns: dict = {}
    for place, column in enumerate(header):
        values = [row[place].strip() for row in rows]
        # The first of two columns of one name will do.
        columns.setdefault(column, _typed(values))
    return columns


def _typed(values: list[str]) -> list:
    """Whole numbers where every value is one: as any reader of the table would have them."""
    try:
        return [int(value) if value else None for value in values]
    except ValueError:
        return [value or None for value in values]


class Bundled(Table):
    """A table of the engine's own, by name, with the label that it knows itself."""

    def __init__(self, name: str, roles: dict):
        super().__init__(f"bundled_{name}", {}, roles)
        self.bundled = name

    def write(self, folder) -> Table:
        return self


BUNDLED = [
    Bundled("adult", {"sensitive": ["sex"]}), Bundled("german", {"sensitive": ["sex", "age"],
                                                                  "bins": {"age": [25, 40]}}),
    Bundled("compas", {"sensitive": ["race"]}),
]

# Tables with a label of two values that methods are fitted to.
FITTED = [
    plain, survey, weighted, one_row, one_label, unknown, unknown_in_one, all_unknown, rare, forty,
    controlled, several, like_numbers, adult, compas,
]
TABLES = [*FITTED, numbers, classes]


def with_scores(table: Table) -> Table:
    """The table with scores and decisions, which are no features."""
    columns = dict(table.columns)
    label, positive = table.roles["label"], str(table.roles["positive"])
    told = scored({"y": [int(str(value) == positive) for value in columns[label]]})
    columns["p"], columns["d"] = told["p"], told["d"]
    return Table(f"{table.name}_scored", columns, table.roles)
