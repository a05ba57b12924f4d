"""Groups, curves, stated decisions and strategies of a page's document, counted by brute force."""

import base64

import numpy as np
from explored_people import Model, People

LEAST = 10
BOUNDS = [0, 0.005, 0.01, 0.015, 0.02, 0.03, 0.04, 0.05, 0.06, 0.08, 0.1, 0.12, 0.15, 0.2, 0.25, 0.3]


def base64_of(values, kind: str) -> str:
    return base64.b64encode(np.asarray(values, dtype=kind).tobytes()).decode()


def groupings(people: People) -> list[tuple[str, list[str]]]:
    """One an attribute, then their cross."""
    found = [(name, [name]) for name in people.attributes]
    if len(people.attributes) > 1:
        found.append((" × ".join(people.attributes), people.attributes))
    return found


def members(people: People, attributes: list[str]) -> list[tuple[str, np.ndarray]]:
    """Each group's name and whether a row is in it."""
    keys = np.array([" × ".join(map(str, row)) for row in zip(*(people.columns[name] for name in attributes))],
                    dtype=object)
    return [(name, keys == name) for name in sorted(set(keys))]


def partition(people: People, name: str, attributes: list[str]) -> dict:
    groups = []
    for group, rows in members(people, attributes):
        count = int(rows.sum())
        withheld = f"fewer than {LEAST} rows" if count < LEAST else None
        positives = None if people.labels is None or withheld else int(people.labels[rows].sum())
        groups.append({
            "name": group, "rows": count, "weight": count, "withheld": withheld, "positives": positives,
            "negatives": None if positives is None else count - positives})
    return {"name": name, "attributes": attributes, "groups": groups}


def cumulative(scores: np.ndarray, labels: np.ndarray | None):
    """Distinct scores, descending, with the counts of each label at and above each."""
    order = np.argsort(-scores, kind="stable")
    scores = scores[order]
    labels = np.zeros(len(scores), int) if labels is None else labels[order]
    last = np.append(np.flatnonzero(np.diff(scores)), len(scores) - 1)
    positives = np.cumsum(labels)[last]
    return scores[last], positives, last + 1 - positives


def thinned(cuts, positives, negatives):
    """Cuts between which every label's count is 0 or at least `LEAST`."""
    kept, before = [], (0, 0)
    for k in range(len(cuts)):
        step = positives[k] - before[0], negatives[k] - before[1]
        if all(count == 0 or count >= LEAST for count in step):
            kept.append(k)
            before = positives[k], negatives[k]
    # What is left below the last cut joins the block above it.
    if kept and kept[-1] != len(cuts) - 1:
        kept[-1] = len(cuts) - 1
    return cuts[kept], positives[kept], negatives[kept]


def curve(scores: np.ndarray, labels: np.ndarray | None, isComplete: bool) -> dict:
    cuts, positives, negatives = cumulative(scores, labels)
    total = int(positives[-1]), int(negatives[-1])
    if not isComplete:
        cuts, positives, negatives = thinned(cuts, positives, negatives)
    return {
        "cuts": base64_of(cuts, "<f8"), "type": "u32",
        "positives": None if labels is None else base64_of(positives, "<u4"),
        "negatives": base64_of(negatives, "<u4"),
        "total_positives": None if labels is None else total[0], "total_negatives": total[1],
        "effective_rows": len(scores), "complete": isComplete}


def decisions(model: Model) -> np.ndarray:
    return model.decisions if model.scores is None else model.scores >= model.threshold


def stated(people: People, model: Model, rows: np.ndarray) -> dict:
    chosen = decisions(model)[rows]
    if people.labels is None:
        return {"selected": int(chosen.sum()), "true_positives": None, "false_positives": None}
    labels = people.labels[rows]
    return {
        "selected": int(chosen.sum()), "true_positives": int((chosen & (labels == 1)).sum()),
        "false_positives": int((chosen & (labels == 0)).sum())}


def points(scores: np.ndarray, labels: np.ndarray):
    """Thresholds with true and false positives, nobody first."""
    cuts, positives, negatives = thinned(*cumulative(scores, labels))
    return (np.append(np.inf, cuts), np.append(0, positives).astype(float),
            np.append(0, negatives).astype(float))


RATES = {
    "parity": lambda tp, fp, positives, negatives: (tp + fp) / (positives + negatives),
    "opportunity": lambda tp, fp, positives, negatives: tp / positives,
    "equal_fpr": lambda tp, fp, positives, negatives: fp / negatives,
}


def least_within(groups: list, name: str, bound: float, ratio: float):
    """Thresholds of least cost whose rates lie within a window of this width: every window is tried."""
    table = []
    for cuts, tp, fp in groups:
        with np.errstate(invalid="ignore"):
            # Half of a small group may lack a label: then no window has it.
            rate = RATES[name](tp, fp, tp[-1], fp[-1])
        table.append((rate, ratio * fp + tp[-1] - tp, cuts))
    best = None
    for start in np.unique(np.concatenate([rate for rate, _, _ in table])):
        choice, total = [], 0.0
        for rate, cost, _ in table:
            inside = np.flatnonzero((rate >= start - 1e-12) & (rate <= start + bound + 1e-12))
            if len(inside) == 0:
                break
            choice.append(inside[np.argmin(cost[inside])])
            total += cost[choice[-1]]
        if len(choice) == len(table) and (best is None or total < best[0] - 1e-9):
            best = total, choice
    if best is None:
        return None
    rates = [table[g][0][k] for g, k in enumerate(best[1])]
    thresholds = [float(table[g][2][k]) for g, k in enumerate(best[1])]
    return best[0], max(rates) - min(rates), thresholds


def strategies(people: People, model: Model, p: int, attributes: list[str], ratio: float = 1) -> list[dict]:
    """The dial of each strategy; half of the rows stand in for rows that were not fitted to."""
    named = members(people, attributes)
    halves = np.arange(len(people)) % 2 == 0
    used, whole = [], []
    for k, (_, rows) in enumerate(named):
        if rows.sum() >= LEAST:
            found = points(model.scores[rows], people.labels[rows])
            # So few rows of a label that no cut may be told: the group is left as it is.
            if found[1][-1] > 0 and found[2][-1] > 0:
                used.append(k)
                whole.append(found)
    half = [points(model.scores[named[k][1] & halves], people.labels[named[k][1] & halves]) for k in used]
    dial = []
    for name in RATES:
        for bound in BOUNDS:
            entry = {"name": name, "partition": p, "cost_ratio": ratio, "bound": bound, "drawn": False}
            best = least_within(whole, name, bound, ratio)
            if best is None:
                dial.append({**entry, "status": "infeasible", "thresholds": None, "cost": None, "gap": None})
                continue
            thresholds: list = [None] * len(named)
            for k, cut in zip(used, best[2]):
                thresholds[k] = "nobody" if cut == np.inf else cut
            entry |= {"status": "optimal", "thresholds": thresholds, "cost": float(best[0]), "gap": float(best[1])}
            other = least_within(half, name, bound, ratio)
            if other is not None:
                entry["held_out"] = judged(people, model, named, used, other[2], ~halves, name, ratio)
            dial.append(entry)
    return dial


def judged(people, model, named, used, thresholds, rows, name, ratio) -> dict:
    """Cost and gap of thresholds on other rows, the cost in so many rows as all."""
    cost, rates = 0.0, []
    for k, cut in zip(used, thresholds):
        inside = named[k][1] & rows
        labels, chosen = people.labels[inside], model.scores[inside] >= cut
        tp, fp = float((chosen & (labels == 1)).sum()), float((chosen & (labels == 0)).sum())
        cost += ratio * fp + labels.sum() - tp
        if 0 < labels.sum() < len(labels):
            rates.append(RATES[name](tp, fp, labels.sum(), len(labels) - labels.sum()))
    return {"cost": float(2 * cost), "gap": float(max(rates) - min(rates)) if rates else None}
