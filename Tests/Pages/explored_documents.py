"""Documents of pages: Adult and COMPAS, and what is awkward to show."""

import functools
import hashlib
import json

import explored_curves as curves
import explored_people as people
import explored_sections as sections
import numpy as np


def document(rows: people.People, isComplete: bool = False, isRich: bool = False) -> dict:
    """The page's document of some people, as Sources/Explorer writes it."""
    groupings = curves.groupings(rows)
    models = []
    for model in rows.models:
        entry = {"name": model.name, "kind": model.kind, "threshold": model.threshold}
        named = [curves.members(rows, attributes) for _, attributes in groupings]
        if model.scores is not None:
            entry["curves"] = [
                [curves.curve(model.scores[inside], None if rows.labels is None else rows.labels[inside], isComplete)
                 if inside.sum() >= curves.LEAST else None for _, inside in groups] for groups in named]
        entry["stated"] = [
            [curves.stated(rows, model, inside) if inside.sum() >= curves.LEAST else None
             for _, inside in groups] for groups in named]
        if isRich and rows.labels is not None and model.scores is not None:
            entry["strategies"] = [
                found for p, (_, attributes) in enumerate(groupings)
                for found in curves.strategies(rows, model, p, attributes)]
        models.append(entry)
    made = {
        "program": "equipoise 0.1.0", "data": rows.name, "rows": len(rows), "weighted": False,
        "least_cell": curves.LEAST, "command": f"equipoise explore --data {rows.name}",
        "digest": hashlib.sha256(rows.name.encode()).hexdigest()}
    found = {
        "schema": "equipoise.exploration/1", "made": made,
        "label": None if rows.labels is None else {"name": rows.label[0], "positive": rows.label[1]},
        "partitions": [
            {**curves.partition(rows, name, attributes), "rule_template": template(rows, attributes),
             "command_template": command(rows, attributes)} for name, attributes in groupings],
        "models": models}
    if isRich:
        found |= sections.of(rows, found)
    return finite(found)


def template(rows: people.People, attributes: list[str]) -> str:
    """The rule document's text without its digest, with places for thresholds and for the option."""
    groups = [name for name, _ in curves.members(rows, attributes)]
    value = {
        "meaning": "decisions", "method": "stated-thresholds",
        "options": {"threshold": 0.5, "thresholds": "{{option}}"},
        "report": {"iterations": 0, "oracleCalls": 0, "passes": 0, "seconds": 0, "seed": 0, "status": "converged"},
        "rule": {"attributes": attributes, "groups": groups, "kind": "thresholds", "rule": {"thresholds": ["{{cuts}}"]}},
        "schema": "equipoise.rule/2", "seed": 0, "writer": "equipoise 0.1.0"}
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False).replace('"{{cuts}}"', "{{cuts}}")


def command(rows: people.People, attributes: list[str]) -> str:
    return (f"equipoise postprocess stated-thresholds --data {rows.name} --sensitive {','.join(attributes)}"
            " --thresholds {{option}}")


def weighted() -> dict:
    """Three groups whose rows have weights: counts are weights, and a decisions-only model stands beside."""
    rows = people.drawn(["a", "b", "c"], 8, 900)
    weights = np.random.default_rng(8).choice([0.5, 1.0, 2.5], len(rows))
    found = document(rows, isComplete=True)
    found["made"]["weighted"] = True
    scores, labels = rows.models[0].scores, rows.labels
    chosen = scores >= 0.5
    stated = []
    for (_, inside), group, curve in zip(
            curves.members(rows, ["group"]), found["partitions"][0]["groups"], found["models"][0]["curves"][0]):
        w, y, s = weights[inside], labels[inside], scores[inside]
        order = np.argsort(-s, kind="stable")
        group |= {
            "weight": float(w.sum()), "positives": float(w[y == 1].sum()), "negatives": float(w[y == 0].sum())}
        curve |= {
            "type": "f64", "positives": curves.base64_of(np.cumsum((w * y)[order]), "<f8"),
            "negatives": curves.base64_of(np.cumsum((w * (1 - y))[order]), "<f8"),
            "total_positives": float((w * y).sum()), "total_negatives": float((w * (1 - y)).sum()),
            "effective_rows": float(w.sum() ** 2 / (w**2).sum())}
        stated.append({
            "selected": float(w[chosen[inside]].sum()), "true_positives": float(w[chosen[inside] & (y == 1)].sum()),
            "false_positives": float(w[chosen[inside] & (y == 0)].sum())})
    found["models"][0]["stated"] = [stated]
    found["models"].append({"name": "decisions", "kind": "decisions", "stated": [stated]})
    return found


HOSTILE_NAMES = [
    "<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "</script><script>alert(2)</script>",
    "المتقدمون من خارج المدينة", "‮reversed", "", "x" * 10_000, "=1+1", "東京都からの応募者",
]


@functools.cache
def all_documents() -> dict[str, dict]:
    draw = people.drawn
    return {
        "adult": document(people.adult(), isRich=True),
        "compas": document(people.compas(), isComplete=True, isRich=True),
        "hostile-names": document(draw(HOSTILE_NAMES, 1)),
        "forty-groups": document(draw([f"Branch {k:02} of the regional office" for k in range(40)], 2, 6000)),
        "withheld": document(draw(["many", "some", "few"], 3, 14)),
        "no-positives": document(draw(["a", "b", "none"], 4, negative=[2]), isComplete=True),
        "constant": document(draw(["a", "b"], 5, constant=True), isComplete=True),
        "unlabeled": document(draw(["a", "b", "c"], 6, unlabeled=True)),
        "decisions": document(draw(["a", "b"], 7, decisions=True)),
        "weighted": weighted(),
        "empty": {"schema": "equipoise.exploration/1", "made": {"data": "nothing.csv"}, "partitions": [], "models": []},
    }


def finite(value):
    """Without what JSON has no words for."""
    if isinstance(value, dict):
        return {key: finite(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [finite(each) for each in value]
    if isinstance(value, np.generic):
        value = value.item()
    return None if isinstance(value, float) and not np.isfinite(value) else value
