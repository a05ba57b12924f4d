"""Few combinations of many factors in which every pair of values occurs."""

from __future__ import annotations

import itertools
import random


def pairwise(factors: dict[str, list], seed: int, tries: int = 20) -> list[dict]:
    """Rows of one value a factor, so that any two values of two factors stand in one of them.

    Greedy (Cohen, Dalal, Fredman and Patton, "The AETG system", IEEE Transactions on Software
    Engineering 23(7), 1997): of some candidates that begin with a pair still missing, the one with the most
    missing pairs is taken.
    """
    draw = random.Random(seed)
    names = list(factors)
    missing = {
        (a, i, b, j)
        for a, b in itertools.combinations(range(len(names)), 2)
        for i in range(len(factors[names[a]])) for j in range(len(factors[names[b]]))
    }
    order = sorted(missing)
    draw.shuffle(order)
    rows = []
    for start in order:
        if start not in missing:
            continue
        best = max(
            (_candidate(start, factors, names, missing, draw) for _ in range(tries)),
            key=lambda row: len(_pairs(row) & missing))
        missing -= _pairs(best)
        rows.append({name: factors[name][place] for name, place in zip(names, best)})
    return rows


def _pairs(row: list[int]) -> set:
    return {(a, row[a], b, row[b]) for a, b in itertools.combinations(range(len(row)), 2)}


def _candidate(start, factors, names, missing, draw) -> list[int]:
    """A row with the pair `start`; the other factors are set in random order, each as suits best."""
    a, i, b, j = start
    row: dict[int, int] = {a: i, b: j}
    rest = [k for k in range(len(names)) if k not in row]
    draw.shuffle(rest)
    for k in rest:
        places = list(range(len(factors[names[k]])))
        draw.shuffle(places)

        def gain(place, k=k):
            return sum(
                ((k, place, other, value) if k < other else (other, value, k, place)) in missing
                for other, value in row.items())

        row[k] = max(places, key=gain)
    return [row[k] for k in range(len(names))]
