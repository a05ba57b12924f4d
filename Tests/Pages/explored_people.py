"""People of Adult with scores of two logistic models, fitted here, and rows in awkward groups."""

import csv
import dataclasses
import functools
import gzip
import io
import pathlib

import numpy as np

DATA = pathlib.Path(__file__).resolve().parents[2] / "Sources" / "CBundledData" / "data"


@dataclasses.dataclass
class Model:
    """A model's name, kind and scores; `score` answers for changed columns."""

    name: str
    scores: np.ndarray | None
    kind: str = "model"
    threshold: float = 0.5
    decisions: np.ndarray | None = None
    score: object = None
    weights: dict = dataclasses.field(default_factory=dict)


@dataclasses.dataclass
class People:
    """Columns (numbers or texts), labels (or None), models, and the attributes that make groups."""

    name: str
    columns: dict[str, np.ndarray]
    labels: np.ndarray | None
    models: list[Model]
    attributes: list[str]
    label: tuple[str, str] = ("label", "1")

    def __len__(self) -> int:
        return len(next(iter(self.columns.values())))


def read(name: str) -> dict[str, np.ndarray]:
    """A bundled file's columns as texts."""
    with gzip.open(DATA / f"{name}.csv.gz") as file:
        rows = list(csv.DictReader(io.TextIOWrapper(file, encoding="utf-8")))
    return {key: np.array([row[key].strip() for row in rows]) for key in rows[0]}


def logistic(matrix: np.ndarray, labels: np.ndarray, penalty: float = 1.0) -> np.ndarray:
    """Weights of least penalized log loss, by Newton's method."""
    weights = np.zeros(matrix.shape[1])
    for _ in range(12):
        shares = 1 / (1 + np.exp(-np.clip(matrix @ weights, -30, 30)))
        slope = matrix.T @ (labels - shares) - penalty * weights
        curve = (matrix * (shares * (1 - shares))[:, None]).T @ matrix + penalty * np.eye(len(weights))
        weights += np.linalg.solve(curve, slope)
    return weights


NUMBERS = ["age", "education-num", "hours-per-week", "capital-gain"]
TEXTS = ["marital-status", "occupation", "sex"]


def encoded(columns: dict, numbers: list[str], texts: dict[str, list[str]]) -> np.ndarray:
    parts = [np.ones(len(columns["age"]))]
    for name in numbers:
        values = columns[name].astype(float)
        parts.append(np.log1p(values) / 5 if name == "capital-gain" else values / 25)
        if name == "age":
            parts.append((values / 25) ** 2)
    parts += [(columns[name] == level).astype(float) for name in texts for level in texts[name][1:]]
    return np.stack(parts, axis=1)


def fitted(name: str, train: dict, test: dict, numbers: list[str], texts: list[str]) -> Model:
    levels = {text: sorted(set(train[text])) for text in texts}
    weights = logistic(encoded(train, numbers, levels), (train["income"] == ">50K").astype(float))

    def score(columns: dict) -> np.ndarray:
        return 1 / (1 + np.exp(-encoded(columns, numbers, levels) @ weights))

    return Model(name, score(test), score=score)


@functools.cache
def adult() -> People:
    """The test rows of Adult, and two models fitted to the training rows."""
    train, test = read("adult-train"), read("adult-test")
    models = [
        fitted("logistic", train, test, NUMBERS, TEXTS),
        fitted("age, education and hours", train, test, NUMBERS[:3], []),
    ]
    columns = {
        name: test[name].astype(float) if name in NUMBERS else test[name]
        for name in [*NUMBERS, "workclass", "marital-status", "occupation", "sex", "race"]}
    return People(
        "adult-test.csv", columns, (test["income"] == ">50K").astype(int), models, ["sex", "race"],
        ("income", ">50K"))


@functools.cache
def compas() -> People:
    """COMPAS: deciles are scores with ten values."""
    rows = read("compas")
    label = "two_year_recid" if "two_year_recid" in rows else "is_recid"
    kept = np.isin(rows[label], ["0", "1"]) & np.char.isnumeric(rows["decile_score"])
    rows = {name: values[kept] for name, values in rows.items()}
    return People(
        "compas.csv",
        {"age": rows["age"].astype(float), "priors_count": rows["priors_count"].astype(float),
         "sex": rows["sex"], "race": rows["race"], "charge": rows["c_charge_degree"]},
        rows[label].astype(int), [Model("decile", rows["decile_score"].astype(float), "scores", 5.0)],
        ["race", "sex"], (label, "1"))


def drawn(names: list[str], seed: int, rows: int = 2400, **kinds) -> People:
    """People drawn into groups of these names, each group smaller than the one before."""
    draw = np.random.default_rng(seed)
    share = 1 / np.arange(1, len(names) + 1)
    group = draw.choice(len(names), rows, p=share / share.sum())
    skill = draw.normal(0, 1, rows) + 0.3 * (group % 3 == 0)
    labels = (skill + draw.normal(0, 1, rows) > 0.3).astype(int)
    labels[np.isin(group, kinds.get("negative", []))] = 0
    scores = 1 / (1 + np.exp(-skill))
    if kinds.get("constant"):
        scores = np.full(rows, 0.5)
    models = [Model("drawn scores", scores, "scores")]
    if kinds.get("decisions"):
        models = [Model("decisions alone", None, "decisions", decisions=scores > 0.5)]
    columns = {"group": np.array(names, dtype=object)[group], "skill": skill}
    return People("drawn.csv", columns, None if kinds.get("unlabeled") else labels, models, ["group"])
