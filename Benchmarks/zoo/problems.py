"""Draws problems: descriptions by a seed, and the rows of a description.

A `Problem` says what kind of rows, in numbers that JSON holds; `write` makes the rows. Sizes, label
rates, conditions, scales and penalties are log-uniform, so that every order of magnitude is seen.
"""

import json
import os
from dataclasses import asdict, dataclass

import numpy as np

from . import columns

# Numbers and codes of a problem, at most: a gigabyte of doubles.
MOST_ENTRIES = 1.2e8
MOST_WIDTH = 6000
LEAST_POSITIVES = 8


@dataclass
class Problem:
    """One cell of the zoo; `seed` and `index` make its rows again."""

    seed: int
    index: int
    rows: int
    dense: int
    levels: list
    l2: float
    label_rate: float
    signal: float
    type: str = "float64"
    condition: float = 1.0
    scale: float = 0.0
    tails: str = "normal"
    weights: str = "equal"
    zipf: float = 0.8
    nested: bool = False
    shared: bool = False
    copies: int = 0
    quasi: bool = False
    groups: tuple = ()

    @property
    def width(self):
        return self.dense + self.copies + sum(self.levels)

    def random(self, stream):
        return np.random.Generator(np.random.PCG64([self.seed, self.index, stream]))


def log_uniform(random, low, high):
    return float(10 ** random.uniform(np.log10(low), np.log10(high)))


def draw(seed, index, max_rows=1e7, least_rows=1e3):
    """The description of cell `index` of a zoo."""
    random = np.random.Generator(np.random.PCG64([seed, index]))
    rows = int(log_uniform(random, least_rows, max_rows))
    dense, levels = _width(random, rows)
    fields = {"dense": dense, "levels": levels} | _numbers(random, dense) | _categories(random, levels)
    kinds = ["equal", "exponential", "survey", "heavy"]
    rate = max(log_uniform(random, 1e-4, 0.5), LEAST_POSITIVES / rows)
    groups = tuple(
        int(log_uniform(random, 2, min(200, rows // 20))) for _ in range(random.integers(1, 4))
    )
    return Problem(
        seed=seed, index=index, rows=rows,
        l2=0.0 if random.random() < 0.1 else log_uniform(random, 1e-12, 1e-2),
        label_rate=rate, signal=log_uniform(random, 0.3, 3.0),
        weights=kinds[random.choice(4, p=[0.35, 0.15, 0.25, 0.25])],
        quasi=bool(random.random() < 0.15), groups=groups, **fields,
    )


def _width(random, rows):
    most = int(max(1, MOST_ENTRIES / rows))
    count = 0 if random.random() < 0.35 else int(log_uniform(random, 1, 30))
    dense = 0 if count and random.random() < 0.15 else int(log_uniform(random, 1, 300))
    dense = max(0 if count else 1, min(dense, most - count, rows // 5))
    levels, room = [], min(MOST_WIDTH, rows // 2)
    for _ in range(min(count, most)):
        if room >= 2:
            levels.append(min(room, int(log_uniform(random, 2, min(3000, rows / 4) + 1))))
            room -= levels[-1]
    return dense, levels


def _numbers(random, dense):
    condition = log_uniform(random, 1, 1e8) if dense > 1 and random.random() < 0.5 else 1.0
    scale = float(random.uniform(0, 9)) if random.random() < 0.4 else 0.0
    tails = ["normal", "student", "amounts"][random.choice(3, p=[0.6, 0.2, 0.2])]
    copies = int(random.integers(1, 4)) if dense > 3 and random.random() < 0.15 else 0
    single = condition <= 1e4 and scale <= 3 and random.random() < 0.4
    return {
        "condition": condition, "scale": scale, "tails": tails, "copies": copies,
        "type": "float32" if single else "float64",
    }


def _categories(random, levels):
    several = len(levels) > 1
    return {
        "zipf": 1.5 if random.random() < 0.3 else 0.8,
        "nested": bool(several and random.random() < 0.4),
        "shared": bool(several and random.random() < 0.4),
    }


def write(problem, folder):
    """Writes the arrays that adapters read: X, C, y, weights, G and case.json."""
    os.makedirs(folder, exist_ok=True)
    X, signal = columns.numbers(problem)
    C, effects = columns.categories(problem)
    y = columns.labels(problem, signal + effects, X, C)
    arrays = {"X": X, "y": y, "G": columns.groups(problem, signal)}
    if problem.levels:
        arrays["C"] = C
    if problem.weights != "equal":
        arrays["weights"] = columns.weights(problem)
    for name in ("X", "y", "G", "C", "weights"):
        path = os.path.join(folder, name + ".npy")
        if name in arrays:
            np.save(path, arrays[name])
        elif os.path.exists(path):
            os.remove(path)
    with open(os.path.join(folder, "case.json"), "w") as file:
        case = {"kind": "fit", "l2": problem.l2, "levels": problem.levels}
        json.dump(case | {"problem": asdict(problem)}, file)
