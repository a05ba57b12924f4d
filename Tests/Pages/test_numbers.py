"""Every number in a sentence is a number of the JSON that the same call wrote, as it rounds."""

import json
import math
import re

import pytest
import sentences
from documents import DOCUMENTS

AUDITS = [document for document in DOCUMENTS if document.has_numbers]

# Numbers that are said of every audit and stand in no JSON. The level of the intervals, and rows below
# which a number is marked.
ALWAYS = [0.95, 30]
# Of parts of the findings: the level and the chance of a test, Cohen's three sizes, an area that is chance
# and one that tells every row, the band of ratios.
IN_FINDINGS = [0.05, 0.8, 0.2, 0.5, 1]
# Words that hold a number: no more than a name.
PHRASES = [
    "an audit with intersections of 2", "counted as 0", "nearer to 0", "below 0",
    # Tables that go on.
    "part 2", "part 3",
]
# Parts that say what was measured. The others are definitions, and what the program was given.
PARTS = {
    "", "summary", "results", "findings", "decisions", "Summary", "Results", "Findings",
    "Thresholds and decisions", "Decisions", "basis",
}


def metric_title(name: str) -> str:
    """A metric as documents write it."""
    if name.endswith("_score") and name not in {"mean_score", "brier_score"}:
        name = name.removesuffix("_score")
    words = [
        word.upper() if word in {"roc", "auc", "f1", "smd", "kl", "ece"} else word
        for word in name.split("_")]
    return " ".join([words[0][0].upper() + words[0][1:], *words[1:]])


def numbers(tree, but=()) -> list[float]:
    """All numbers of a JSON value, those within its texts too."""
    if isinstance(tree, bool) or tree is None:
        return []
    if isinstance(tree, (int, float)):
        return [tree]
    if isinstance(tree, str):
        return [float(said.text.rstrip("%").replace(",", "").replace("−", "-"))
                for said in sentences.said(tree)]
    if isinstance(tree, dict):
        return [x for key, value in tree.items() if key not in but for x in numbers(value)]
    return [x for value in tree for x in numbers(value)] + [len(tree)]


def names(tree) -> set[str]:
    if isinstance(tree, str):
        return {tree}
    children = tree.values() if isinstance(tree, dict) else tree if isinstance(tree, list) else []
    return {name for child in children for name in names(child)}


class Answer:
    """The JSON of an audit, and which of its numbers a sentence may say."""

    def __init__(self, audit: dict, source: str):
        self.audit = audit
        texts = names({**audit, "notes": []}) | {source, "predicted_class", "predicted_wage", "other"}
        # A name that is a number, such as the positive value 1, is left: it would take digits out.
        self.names = sorted(
            (text for text in texts if any(map(str.isdigit, text)) and not text.replace(".", "").isdigit()),
            key=len, reverse=True)
        self.attributes = sorted({row["attribute"] for row in audit["groups"]}, key=len, reverse=True)

    def without_names(self, text: str) -> str:
        for name in [*self.names, *PHRASES]:
            text = text.replace(name, "·")
        return text.replace("\u2068", "").replace("\u2069", "")

    def _of_group(self, attribute: str, group: str) -> list[float]:
        row = next(
            row for row in self.audit["groups"]
            if row["attribute"] == attribute and row["value"] == group)
        return [row["rows"], row["weight"], *numbers(row["metrics"])] + self._right(row["metrics"])

    def _of_large_groups(self, gaps: list[dict]) -> list[float]:
        """Of the metric in groups with enough rows: the smallest and the largest."""
        found = []
        for gap in gaps:
            rates = [
                row["metrics"][gap["metric"]]["value"] for row in self.audit["groups"]
                if row["attribute"] == gap["attribute"]
                and row["metrics"].get(gap["metric"], {}).get("status") == "estimate"]
            found += [min(rates), max(rates)] if rates else []
        return found

    def _over_draws(self, gaps: list[dict]) -> list[float]:
        names = {(gap["attribute"], gap["metric"], gap["kind"]) for gap in gaps}
        return numbers([
            {**row, "reference": None}
            for row in self.audit.get("expected", {}).get("disparities", [])
            if (row["attribute"], row["metric"], row["kind"]) in names])

    @staticmethod
    def _right(metrics: dict) -> list[float]:
        """What accuracy counts: a sum of two counts that JSON has."""
        both = [metrics.get(name, {}).get("value") for name in ("num_true_positives", "num_true_negatives")]
        return [] if None in both else [sum(both)]

    def _families(self) -> list[float]:
        """Over how many comparisons p-values are adjusted: Holm's multiplies the least of a family by
        their number. Where that is capped at 1, any number that caps it. Of two groups each against all
        is the question of one against the other, so that attributes are of several families."""
        audits = [self.audit, *(entry["audit"] for entry in self.audit.get("classes") or [])]
        rows = [row for audit in audits for row in audit["disparities"]]
        rows += [row for entry in self.audit.get("strata") or [] for row in entry["disparities"]]
        tested: dict[tuple[str, str], list[dict]] = {}
        for row in rows:
            if row["p_value"] is not None:
                tested.setdefault((row["method"], row["attribute"]), []).append(row)
        found = []
        for family in tested.values():
            least = min(family, key=lambda row: row["p_value"])
            if least["p_value"] > 0 and least["adjusted_p"] < 1:
                found.append(round(least["adjusted_p"] / least["p_value"]))
            else:
                lowest = 1 if least["p_value"] == 0 else math.ceil(1 / least["p_value"] - 1e-9)
                found += range(lowest, len(rows) + 1)
        return found

    def candidates(self, sentence: sentences.Sentence) -> list[float]:
        """The numbers that a sentence may say: of one gap those of its metric and attribute alone."""
        audit, text = self.audit, sentence.text
        part = sentence.part.lower()
        for attribute in self.attributes:
            gaps = [
                row for row in audit["disparities"]
                if row["attribute"] == attribute and row["method"] == "between_groups"
                and (text.startswith(f"{metric_title(row['metric'])} by {attribute}:")
                     or (text.startswith("Clearest gap")
                         and f"{metric_title(row['metric'])}, {attribute}".lower() in text.lower()))]
            if gaps:
                sides = {row[side] for row in gaps for side in ("high_group", "low_group")} - {None}
                return ALWAYS + numbers([{**row, "reference": None} for row in gaps]) + [
                    x for side in sides for x in self._of_group(attribute, side)
                ] + self._of_large_groups(gaps) + self._over_draws(gaps)
        for entry in audit.get("classes") or []:
            for attribute in self.attributes:
                if text.startswith(f"Class {entry['class']} by {attribute}: "):
                    return ALWAYS + numbers([
                        {**row, "reference": None} for row in entry["audit"]["disparities"]
                        if row["attribute"] == attribute and row["method"] == "between_groups"
                        and row["kind"] == "difference"
                        and row["metric"].replace("_", " ") in text])
        for metric, estimate in audit["overall"].items():
            if not part and re.match(rf"{re.escape(metric_title(metric))}[: ]", text):
                return numbers(estimate)
        if not part:
            counts = {
                attribute: sum(row["attribute"] == attribute for row in audit["groups"])
                for attribute in self.attributes}
            return [audit["rows"], sum(n for name, n in counts.items() if "×" not in name)]
        if "Adjusted p: Holm's" in text and "of this audit" in text:
            return ALWAYS + self._families()
        found = [*ALWAYS, audit["rows"], audit["weight"], *numbers(audit.get("notes", []))]
        if part == "summary":
            estimates = [
                estimate for row in audit["groups"] for estimate in row["metrics"].values()]
            found += [len(estimates), len(audit.get("classes", []))]
            found.append(sum(estimate["status"] == "low_n" for estimate in estimates))
            absent = [*estimates, *audit.get("indices", {}).values()]
            found.append(sum(estimate["status"] == "not_estimable" for estimate in absent))
        if part in {"summary", "decisions", "basis", "thresholds and decisions"}:
            decisions = audit.get("decisions") or {}
            found += numbers(decisions)
            for told in (audit, audit["expected"]) if "expected" in audit else ():
                found += numbers([
                    told["overall"][name] for name in ("accuracy_score", "selection_rate")
                    if name in told["overall"]])
            found += [
                row["drawn"] / row["rows"]
                for row in [decisions.get("all", {}), *decisions.get("groups", [])] if row.get("rows")]
        if part == "results":
            found += [sum(row["attribute"] == name for row in audit["groups"]) for name in self.attributes]
            # As many groups as a picture or a table of the short document shows.
            found += [8, 16]
        if part == "findings":
            found += IN_FINDINGS + numbers(audit.get("findings", {}))
        return found


@pytest.mark.parametrize("ending", ["html", "md"])
@pytest.mark.parametrize("document", AUDITS, ids=str)
def test_sentences_say_what_the_json_says(document, ending, shelf):
    (page,) = shelf.pages(document)
    text = page.with_suffix(f".{ending}").read_text(encoding="utf-8")
    found = sentences.of_page(text) if ending == "html" else sentences.of_markdown(text)
    source = next((a for a in document.arguments if a.endswith(".csv")), "adult-test")
    answer = Answer(json.loads(page.with_suffix(".json").read_text(encoding="utf-8")), source)
    problems, count = [], 0
    for sentence in found:
        if sentence.part not in PARTS:
            continue
        candidates = answer.candidates(sentence)
        for said in sentences.said(answer.without_names(sentence.text)):
            count += 1
            if not any(said.fits(value) for value in candidates):
                problems.append(f"{said.text} in {sentence.part or 'the head'}: {sentence.text}")
    assert not problems, "\n".join(problems)
    # A page whose sentences are not found would pass.
    assert count >= 5
