"""Sections of a page's document beyond its curves, computed from the people and their models."""

import itertools

import explored_curves as curves
import numpy as np
from explored_people import Model, People

LEAST = curves.LEAST
SLICED = ["sex", "race", "marital-status", "workclass", "charge"]
QUANTILES = [0, 0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99, 1]


def of(people: People, found: dict) -> dict:
    """Columns and slices; models get dependence, flips, an error tree and recourse in place."""
    groupings = [curves.members(people, attributes) for _, attributes in curves.groupings(people)]
    for model, entry in zip(people.models, found["models"]):
        entry["error_tree"] = error_tree(people, model)
        if model.score is None:
            continue
        entry["dependence"] = [dependence(people, model, name, groupings) for name in people.columns]
        entry["flips"] = [flip(people, model, name) for name in people.attributes]
        entry["recourse"] = [recourse(people, model, named) for named in groupings]
    return {
        "columns": [column(people, name, groupings) for name in people.columns],
        "slices": slices(people)}


# MARK: Columns


def withheld(count: int):
    return int(count) if count >= LEAST or count == 0 else None


def column(people: People, name: str, groupings) -> dict:
    values = people.columns[name]
    isNumber = values.dtype.kind == "f"
    found = {
        "name": name, "kind": "number" if isNumber else "category", "rows": len(people),
        "missing": 0 if isNumber else int((values == "?").sum()), "distinct": len(set(values.tolist())),
        "label_association": association(values, people.labels),
        "proxy": {each: association(values, people.columns[each]) for each in people.attributes if each != name}}
    if isNumber:
        edges = np.linspace(values.min(), values.max(), 21)
        found |= {
            "zeros": int((values == 0).sum()), "mean": float(values.mean()), "sd": float(values.std(ddof=1)),
            "quantiles": np.quantile(values, QUANTILES).tolist(),
            "bins": {"edges": edges.tolist(), "counts": [
                [[withheld(count) for count in np.histogram(values[rows], edges)[0]] if rows.sum() >= LEAST else None
                 for _, rows in named] for named in groupings]}}
    else:
        names, counts = np.unique(values.astype(str), return_counts=True)
        levels = [names[k] for k in np.argsort(-counts, kind="stable")][:30]
        found |= {"levels": levels, "level_counts": [
            [[withheld((values[rows] == level).sum()) for level in levels] if rows.sum() >= LEAST else None
             for _, rows in named] for named in groupings]}
    return found


def codes(values: np.ndarray) -> np.ndarray:
    if values.dtype.kind == "f":
        return np.searchsorted(np.unique(np.quantile(values, np.linspace(0, 1, 11)[1:-1])), values)
    return np.unique(values.astype(str), return_inverse=True)[1]


def association(a: np.ndarray, b: np.ndarray) -> float:
    """Cramér's V of two columns, numbers by tenths."""
    x, y = codes(a), codes(np.asarray(b))
    table = np.zeros((x.max() + 1, y.max() + 1))
    np.add.at(table, (x, y), 1)
    expected = table.sum(1, keepdims=True) * table.sum(0) / table.sum()
    kept = expected > 0
    square = float((((table - expected) ** 2)[kept] / expected[kept]).sum())
    return (square / (table.sum() * max(1, min(table.shape) - 1))) ** 0.5


# MARK: Slices


def slices(people: People) -> list[dict]:
    used = [name for name in SLICED if name in people.columns]
    conditions = [[(name, level)] for name in used for level in sorted(set(people.columns[name]))]
    conditions += [
        [(a, x), (b, y)] for a, b in itertools.combinations(used, 2)
        for x in sorted(set(people.columns[a])) for y in sorted(set(people.columns[b]))]
    found = []
    for pairs in conditions:
        rows = np.logical_and.reduce([people.columns[name] == level for name, level in pairs])
        if rows.sum() < LEAST:
            continue
        found.append({
            "conditions": [[name, str(level)] for name, level in pairs], "rows": int(rows.sum()),
            "positives": int(people.labels[rows].sum()),
            "models": [curves.stated(people, model, rows) for model in people.models]})
    return found


# MARK: What a model does with changed columns


def changed(people: People, name: str, value) -> dict:
    return {**people.columns, name: np.full(len(people), value, dtype=people.columns[name].dtype)}


def dependence(people: People, model: Model, name: str, groupings) -> dict:
    values = people.columns[name]
    isNumber = values.dtype.kind == "f"
    if isNumber:
        grid = np.unique(np.quantile(values, np.linspace(0, 1, 20)))
        near = [np.abs(values - value) <= values.std() / 4 for value in grid]
    else:
        grid = sorted(set(values.tolist()))
        near = [values == value for value in grid]
    scores = [model.score(changed(people, name, value)) for value in grid]
    means, bands = [], []
    for named in groupings:
        means.append([[float(s[rows].mean()) for s in scores] if rows.sum() >= LEAST else None for _, rows in named])
        bands.append([[float(1.96 * s[rows].std() / rows.sum() ** 0.5) for s in scores] if rows.sum() >= LEAST else None
                      for _, rows in named])
    return {
        "column": name, "kind": "number" if isNumber else "category", "values": [
            float(value) if isNumber else str(value) for value in grid],
        "means": means, "band": bands, "sparse": [bool(rows.mean() < 0.02) for rows in near]}


def flip(people: People, model: Model, name: str) -> dict:
    """The same person with another value of an attribute: the one that moves the score most."""
    before = curves.decisions(model)
    levels = sorted(set(people.columns[name]))
    scores = np.stack([model.score(changed(people, name, level)) for level in levels])
    far = scores[np.abs(scores - model.scores).argmax(0), np.arange(len(people))]
    after, groups = far >= model.threshold, []
    for level, rows in curves.members(people, [name]):
        groups.append({
            "name": level, "rows": int(rows.sum()), "changed": int((before != after)[rows].sum()),
            "raised": int((~before & after)[rows].sum()), "lowered": int((before & ~after)[rows].sum()),
            "mean_change": float((far - model.scores)[rows].mean())})
    return {"attribute": name, "groups": groups}


def recourse(people: People, model: Model, named) -> dict:
    """Years of education that would change a no, up to sixteen."""
    before, years = curves.decisions(model), people.columns["education-num"]
    costs = np.full(len(people), np.inf)
    for more in range(1, 17):
        reached = model.score({**people.columns, "education-num": np.minimum(years + more, 16)}) >= model.threshold
        costs[~before & reached & np.isinf(costs)] = more
    groups = []
    for name, rows in named:
        refused = rows & ~before
        reachable = costs[refused & np.isfinite(costs)]
        shown = len(reachable) >= LEAST
        groups.append({
            "name": name, "refused": withheld(refused.sum()), "reachable": withheld(len(reachable)),
            "costs": np.quantile(reachable, np.linspace(0, 1, 11)).tolist() if shown else None})
    return {"groups": groups}


# MARK: Error tree


def wilson(share: float, n: int, z: float = 1.959963984540054) -> list[float]:
    square = z * z / n
    half = z * (share * (1 - share) / n + square / (4 * n)) ** 0.5
    return [(share + square / 2 - half) / (1 + square), (share + square / 2 + half) / (1 + square)]


def error_tree(people: People, model: Model) -> dict:
    """Grown on one half of the rows, its rates from the other half beside."""
    wrong = (curves.decisions(model).astype(int) != people.labels).astype(float)
    grown = np.arange(len(people)) % 2 == 0
    nodes: list[dict] = []

    def grow(rows: np.ndarray, parent, condition, depth: int) -> None:
        here, held = rows & grown, rows & ~grown
        identity = len(nodes)
        rate, held_rate = float(wrong[here].mean()), float(wrong[held].mean())
        nodes.append({
            "id": identity, "parent": parent, "condition": condition, "rows": int(here.sum()), "rate": rate,
            "interval": wilson(held_rate, int(held.sum())), "held_rate": held_rate,
            "held_rows": int(held.sum()), "coverage": float(wrong[held].sum() / wrong[~grown].sum())})
        split = best_split(people, wrong, here) if depth < 3 else None
        if split is None:
            return
        (_, left, right), chosen = split
        grow(rows & chosen, identity, left, depth + 1)
        grow(rows & ~chosen, identity, right, depth + 1)

    grow(np.ones(len(people), bool), None, "", 0)
    return {"loss": "error", "nodes": nodes}


def best_split(people: People, wrong: np.ndarray, rows: np.ndarray):
    least, best = max(20, len(people) // 100), None
    for name, values in people.columns.items():
        if values.dtype.kind == "f":
            tests = [(f"{name} ≤ {cut:g}", f"{name} > {cut:g}", values <= cut)
                     for cut in np.unique(np.quantile(values[rows], np.linspace(0, 1, 16)[1:-1]))]
        else:
            tests = [(f"{name} is {level}", f"{name} is not {level}", values == level) for level in sorted(set(values))]
        for left, right, chosen in tests:
            a, b = rows & chosen, rows & ~chosen
            if a.sum() < least or b.sum() < least:
                continue
            gain = sum(part.sum() * (wrong[part].mean() - wrong[rows].mean()) ** 2 for part in (a, b))
            if best is None or gain > best[0][0]:
                best = (gain, left, right), chosen
    return best
