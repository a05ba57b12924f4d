"""The page of all tables, from their stored results."""

from . import verdicts
from .lines import half_width
from .store import lines_of

# Below this share of a core other work does not count as such.
QUIET = 0.1

HEAD = f"""\
# Published tables, run again

Compare what papers and notebooks report with what the engine reaches on the same data sets, also
where it is behind.

## Overview

```
python3 Benchmarks/published.py
python3 Benchmarks/published.py --data FOLDER
python3 Benchmarks/published.py --page-only
```

The first command runs every table below whose data come with the package, and writes the results
and this page. `--data` adds the tables that need other files, and `--page-only` makes the page from
the stored results. A line marked *published* is copied from the paper or notebook and was not run
here: it has the digits that are printed there and, as sd, the standard deviation between runs where
one is printed. Every other line was run here; ± is half the width of its 95 % interval. Lines
called *unprocessed* are without mitigation: compare with them to see what mitigation costs.

Read each table's notes before its figures: rows, splits and models differ from the source's where
the notes say so. The label of COMPAS is an arrest, not an offence. German credit has 1,000 rows,
too few for conclusions.

## How lines are compared

{verdicts.RULE}

Lines with mitigation are compared with published lines with mitigation, and lines without with
lines without. Where a source prints only lines without mitigation, all lines are compared with
those.
"""


def page(tables, results):
    """The whole page; `results` are stored ones by the name of their table."""
    run = [table for table in tables if table.NAME in results]
    parts = [HEAD, summary(run, results)]
    parts += [section(table, results[table.NAME]) for table in run]
    absent = [table for table in tables if table.NAME not in results]
    if absent:
        lacking = [(table.TITLE, getattr(table, "NEEDS", None) or ["a run"]) for table in absent]
        words = [f"{title}, for lack of {_listed(list(needs))}" for title, needs in lacking]
        parts.append("## Not run\n\n" + "; ".join(words) + ".\n")
    return "\n".join(parts)


def summary(tables, results):
    """Pairs of our lines and published ones by their verdict, and every loss in words."""
    lines = ["## Ahead and behind", "", "Pairs of a line of ours and a published line:", ""]
    lines.append("| table | lines of ours | ahead | mixed | no difference | behind |")
    lines.append("| --- | --- | ---: | ---: | ---: | ---: |")
    losses = []
    for table in tables:
        for unprocessed, kind in ((False, "with mitigation"), (True, "unprocessed")):
            counts = dict.fromkeys(verdicts.WORDS, 0)
            for line in lines_of(results[table.NAME]):
                if line.unprocessed == unprocessed:
                    found = verdicts.standings(line, table.PUBLISHED)
                    for word, *_ in found:
                        counts[word] += 1
                    losses += _losses(table, line, found)
            if any(counts.values()):
                cells = " | ".join(str(counts[word]) for word in verdicts.WORDS)
                lines.append(f"| {table.TITLE} | {kind} | {cells} |")
    if losses:
        lines += ["", "Our lines that are behind, which they are behind, and in what:", "", *losses]
    return "\n".join(lines) + "\n"


def _losses(table, line, standings):
    """What a line is behind, and in what."""
    found = [
        f"{other.side} ({', '.join(worse)})"
        for word, other, _, worse in standings if word == verdicts.BEHIND
    ]
    return [f"- {table.TITLE} ({line.case}): {line.side}, behind {_listed(found)}"] if found else []


def _listed(names):
    return " and ".join(filter(None, [", ".join(names[:-1]), names[-1]]))


def section(table, result):
    """A table with its source, protocol, lines and machine."""
    ours = lines_of(result)
    lines = table.PUBLISHED + ours
    had = dict.fromkeys(name for line in lines for name in line.values)
    names = list(dict.fromkeys([*(name for name in table.MEASURES if name in had), *had]))
    text = [f"## {table.TITLE}", "", f"{table.SOURCE}.", "", table.PROTOCOL, ""]
    text.append("| case | line | " + " | ".join(names) + " | seconds | beside the published |")
    text.append("| --- | --- |" + " ---: |" * (len(names) + 1) + " --- |")
    for case in dict.fromkeys(line.case for line in lines):
        of_case = [line for line in lines if line.case == case]
        text += [_line(line, names, table.PUBLISHED) for line in of_case]
    return "\n".join([*text, "", facts(result)]) + "\n"


def facts(result):
    """Machine, versions and files of a result."""
    versions = ", ".join(f"{name} {version}" for name, version in result["packages"].items())
    text = f"Our lines: {result['machine']}; engine {result['version']}, {versions}."
    others = result["others"]
    if others is None:
        text += " Whether other programs ran meanwhile is not known."
    elif others > QUIET:
        text += f" Other programs took {others:.1f} cores meanwhile, so that seconds are too long."
    if result["files"]:
        files = [f"`{name}`, SHA-256 {digest}" for name, digest in result["files"].items()]
        text += f" Files: {'; '.join(files)}."
    return text


def _line(line, names, published):
    cells = [_cell(line, name) for name in names]
    seconds = "" if line.seconds is None else f"{line.seconds:.3g}"
    side = line.side
    if line.published:
        side += " (*published*, unprocessed)" if line.unprocessed else " (*published*)"
    standing = "" if line.published else _standing(line, published)
    return f"| {line.case} | {side} | " + " | ".join(cells) + f" | {seconds} | {standing} |"


def _cell(line, name):
    figure = line.values.get(name)
    if figure is None:
        return ""
    if line.published:
        digits = _digits(figure.rounding)
        spread = "" if figure.deviation is None else f" (sd {figure.deviation:.{digits}f})"
        return f"{figure.value:.{digits}f}{spread}"
    return f"{figure.value:.4f} ± {half_width(figure, line.runs):.4f}"


def _digits(rounding):
    """How many digits after the point a figure was printed with."""
    digits = 0
    while 10.0**-digits > 2.5 * rounding:
        digits += 1
    return digits


def _standing(line, published):
    sides = {}
    for word, other, _, _ in verdicts.standings(line, published):
        sides.setdefault(word, []).append(other.side)
    return "; ".join(f"{word} {_listed(sides[word])}" for word in verdicts.WORDS if word in sides)
