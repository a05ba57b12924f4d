"""Every kind of page that the program writes, over tables that are awkward to draw."""

import csv
import dataclasses
import pathlib
import random

ROOT = pathlib.Path(__file__).resolve().parents[2]

# A column of groups: how many there are tells which.
GROUPS = {
    1: ["everybody"],
    2: ["Female", "Male"],
    3: ["north & south", "<b>east</b>", "west"],
    5: [
        "Employees of the northern district hired before the reform of the pension scheme in 2015",
        "Employees of the northern district hired after the reform of the pension scheme in 2015",
        '"><script>alert(1)</script>',
        "東京都からの応募者(非正規雇用を含むすべての者)",
        "المتقدمون من خارج المدينة",
    ],
    40: [f"Branch {k:02} of the regional office for small loans" for k in range(38)]
    + ["Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft", "x"],
}


def write_people(path: pathlib.Path, count: int, rows: int = 1200) -> None:
    """People in so many groups, with scores, decisions of two models, labels, weights and money."""
    draw = random.Random(count)
    names = GROUPS[count]
    with path.open("w", newline="", encoding="utf-8") as file:
        table = csv.writer(file)
        table.writerow([
            "group", "sex", "team", "income", "tenure", "score", "decision", "other", "label", "class",
            "predicted_class", "wage", "predicted_wage", "weight", "p_first", "p_rest"])
        for row in range(rows):
            # Each group has fewer rows than the one before; everyone is somewhere.
            place = row if row < count else min(int(draw.expovariate(3 / count)), count - 1)
            sex = draw.choice(["woman", "man"])
            skill = draw.gauss(0, 1) + 0.5 * (place % 3 == 0) + 0.4 * (sex == "man")
            score = 1 / (1 + pow(2.718281828, -skill + draw.gauss(0, 0.6)))
            label = skill + draw.gauss(0, 1) > 0.3
            wage = 2000 + 400 * skill + draw.gauss(0, 150)
            first = 0.9 if place == 0 else 0.15
            classes = ["basic", "extended", "full"]
            place_of_class = min(max(int(skill + 1.2), 0), 2)
            table.writerow([
                names[place], sex, draw.choice(["day", "night", "weekend"]),
                round(1500 + 300 * skill + draw.gauss(0, 200), 2), draw.randint(0, 20),
                f"{score:.4f}", int(score >= 0.5), int(score + draw.gauss(0, 0.15) >= 0.5),
                "yes" if label else "no", classes[place_of_class],
                classes[min(max(place_of_class + draw.choice([0, 0, 0, 1, -1]), 0), 2)],
                f"{wage:.2f}", f"{wage + draw.gauss(0, 120) - 40 * (place % 2):.2f}",
                draw.choice(["0.5", "1", "2.25"]), f"{first:.2f}", f"{1 - first:.2f}"])


@dataclasses.dataclass(frozen=True)
class Document:
    """A call of the program that writes pages into a folder of its own."""

    name: str
    arguments: tuple[str, ...]
    # The pages, as patterns within the folder.
    pages: tuple[str, ...] = ("page.html",)
    # Calls that make what this one reads.
    before: tuple[tuple[str, ...], ...] = ()
    # Whether each number of a sentence is looked for in the JSON of the same call.
    has_numbers: bool = False

    def __str__(self) -> str:
        return self.name


def audit(name: str, *arguments: str, before: tuple[tuple[str, ...], ...] = ()) -> Document:
    reports = ("--report", "page.html", "--report", "page.md", "--report", "page.json")
    return Document(f"audit-{name}", ("audit", *arguments, *reports), before=before, has_numbers=True)


def people(count: int) -> tuple[str, ...]:
    return ("--data", f"../people-{count}.csv", "--sensitive", "group")


# What is not a feature of a person.
OUTCOMES = (
    "score,decision,other,class,predicted_class,wage,predicted_wage,weight,p_first,p_rest")
LABEL = ("--label", "label")
SCORED = ("--prediction", "decision", "--score", "score")
ADULT = ("--dataset", "adult", "--sensitive", "sex,race")
GERMAN = ("--dataset", "german", "--sensitive", "sex")
CREDIT = ("train", "penalized", *GERMAN, "--strength", "2", "--model", "m.eqp")
MIXTURE = ("train", "reductions", *GERMAN, "--model", "m.eqp")

DOCUMENTS = [
    *(audit(f"{count}-groups", *people(count), *LABEL, *SCORED) for count in GROUPS),
    *(audit(f"{count}-groups-brief", *people(count), *LABEL, *SCORED, "--brief")
      for count in (1, 2, 5, 40)),
    *(audit(f"{count}-groups-decisions", *people(count), "--prediction", "decision")
      for count in (1, 3, 40)),
    audit("labels", "--dataset", "adult", "--sensitive", "sex,race"),
    audit(
        "model", *ADULT, "--model", "m.eqp", "--intersections", "2",
        before=(("train", "logistic", *ADULT, "--model", "m.eqp"),)),
    audit(
        "model-brief", *ADULT, "--model", "m.eqp", "--intersections", "2", "--brief",
        before=(("train", "logistic", *ADULT, "--model", "m.eqp"),)),
    audit(
        "crosses", "--data", "../people-40.csv", "--sensitive", "group,sex", "--prediction",
        "decision", "--intersections", "2"),
    audit("weights", *people(5), *LABEL, *SCORED, "--weights", "weight", "--tau", "0.8"),
    *(audit(
        f"{count}-groups-weights", *people(count), *LABEL, "--prediction", "decision", "--weights",
        "weight", "--reference", "largest") for count in (2, 40)),
    *(audit(
        f"{count}-groups-numbers", *people(count), "--label", "wage", "--prediction",
        "predicted_wage") for count in (2, 5)),
    *(audit(
        f"{count}-groups-classes", *people(count), "--label", "class", "--prediction",
        "predicted_class") for count in (2, 5)),
    audit(
        "controls", "--data", "../people-3.csv", "--sensitive", "group,sex", *LABEL, *SCORED,
        "--controls", "team"),
    *(audit(
        f"{count}-groups-searches", "--data", f"../people-{count}.csv", "--sensitive", "group,sex",
        *LABEL, *SCORED, "--drop", "other,class,predicted_class,wage,predicted_wage,weight,p_first,p_rest",
        "--scan", "--proxies", "--dispersion", "--power", "--bootstrap", "200", "--aequitas")
      for count in (2, 5)),
    audit(
        "two-models", *people(3), *LABEL, "--prediction", "decision", "--compare-with", "other"),
    audit(
        "chances", *people(2), *LABEL, "--prediction", "decision", "--membership",
        "origin=first:p_first,rest:p_rest"),
    audit("lots", *GERMAN, "--model", "m.eqp", before=(MIXTURE,)),
    audit(
        "thresholds", *GERMAN, "--model", "m.eqp",
        before=(("train", "group-thresholds", *GERMAN, "--model", "m.eqp"),)),
    Document(
        "evidence", ("audit", *people(3), *LABEL, *SCORED, "--evidence", "pack"), pages=("pack/*.html",)),
    *(Document(
        f"describe-{count}",
        ("describe", "--data", f"../people-{count}.csv", "--sensitive", "group,sex", *LABEL,
         "--output", "page.html")) for count in (1, 5, 40)),
    Document(
        "datasheet",
        ("report", "datasheet", "--data", "../people-5.csv", "--sensitive", "group,sex", *LABEL,
         "--output", "page.html")),
    Document(
        "datasheet-adult", ("report", "datasheet", *ADULT, "--output", "page.html")),
    Document(
        "model-card", ("report", "model-card", *GERMAN, "--model", "m.eqp", "--output", "page.html"),
        before=(CREDIT,)),
    Document(
        "model-card-lots",
        ("report", "model-card", *GERMAN, "--model", "m.eqp", "--output", "page.html"),
        before=(MIXTURE,)),
    *(Document(
        f"four-fifths-{count}",
        ("report", "four-fifths", *people(count), "--prediction", "decision", "--output",
         "page.html")) for count in (1, 5, 40)),
    Document(
        "strata",
        ("report", "four-fifths", *people(3), "--prediction", "decision", "--strata", "team,sex",
         "--output", "page.html")),
    *(Document(
        f"ll144-{name}",
        ("report", "ll144", "--data", "../people-5.csv", "--sensitive", "group,sex", *chosen,
         "--output", "page.html"))
      for name, chosen in (
          ("decisions", ("--prediction", "decision")), ("scores", ("--score", "score")))),
    Document(
        "compare",
        ("compare", *GERMAN, "--methods", "all", "--unprocess", "--report", "page.html")),
    Document(
        "compare-people",
        ("compare", "--data", "../people-5.csv", "--sensitive", "group", *LABEL, "--drop", OUTCOMES,
         "--report", "page.html")),
    Document("frontier", ("frontier", "penalized", *GERMAN, "--report", "page.html")),
    Document(
        "regions", ("run", str(ROOT / "Examples/Pipelines/credit.yaml"), "--output-directory", "out"),
        pages=("out/comparison.html", "out/us/*.html")),
    Document(
        "pipeline", ("run", "hiring.yaml", "--output-directory", "out"),
        pages=("out/comparison.html", "out/thresholds/*.html")),
]
