"""The page of all tables, from their stored results."""

HEAD = """# Published tables, run again

What papers and notebooks report, and what the engine reaches on the same data.

## Overview

`python Benchmarks/published.py` runs what is below from the data that come with the package and writes
this page. A line marked *published* is the paper's and was not run here; every other was. The last
column says how a line of ours stands to each published one of its case: *ahead* where no measure is
worse by more than the spread and one is better, *behind* where it is the other way round, *apart* where
one is better and one worse, *level* where nothing differs by more than the spread. The measures are
those that both lines have. Lines without mitigation are the measure of what it costs, and stand beside nothing.
"""


def page(tables, stored):
    parts = [HEAD]
    for table in tables:
        result = stored.get(table.NAME)
        if result is not None:
            parts.append(section(table, result))
    left_out = [table.TITLE for table in tables if table.NAME not in stored]
    if left_out:
        parts.append("Not run: " + ", ".join(left_out) + ".\n")
    return "\n".join(parts)


def section(table, result):
    rows = [vars(row) for row in table.PUBLISHED] + result["rows"]
    names = list(dict.fromkeys(name for row in rows for name in row["values"]))
    lines = [f"## {table.TITLE}", "", f"{table.SOURCE}.", "", table.PROTOCOL, ""]
    lines.append("| case | side | " + " | ".join(names) + " | seconds | beside the published |")
    lines.append("| --- | --- |" + " ---: |" * (len(names) + 1) + " --- |")
    cases = list(dict.fromkeys(row["case"] for row in rows))
    for case in cases:
        for row in (row for row in rows if row["case"] == case):
            lines.append(_line(row, names, rows))
    lines += ["", f"Seconds of our lines: {result['machine']}, engine {result['version']}."]
    if result.get("files"):
        lines.append("Files: " + "; ".join(f"`{n}` {d}" for n, d in result["files"].items()) + ".")
    return "\n".join(lines) + "\n"


def _line(row, names, rows):
    cells = [_value(row["values"].get(name)) for name in names]
    seconds = "" if row["seconds"] is None else f"{row['seconds']:.3g}"
    side = row["side"] + (" (*published*)" if row["published"] else "")
    return f"| {row['case']} | {side} | " + " | ".join(cells) + f" | {seconds} | {_standing(row, rows)} |"


def _value(pair):
    if pair is None:
        return ""
    value, spread = pair
    return f"{value:.4f}" + ("" if spread is None else f" ± {spread:.4f}")


def _standing(row, rows):
    if row["published"] or row["unprocessed"]:
        return ""
    words = []
    for other in rows:
        if other["published"] and other["case"] == row["case"]:
            words.append(f"{verdict(row['values'], other['values'])} {other['side']}")
    return "; ".join(words)


def verdict(ours, theirs):
    """How our measures stand to theirs: accuracy, areas and ratios are better above, gaps below."""
    better, worse = False, False
    for name, pair in ours.items():
        other = theirs.get(name)
        if pair is None or other is None:
            continue
        rises = name in ("accuracy", "area", "balanced accuracy", "impact ratio")
        gain = (pair[0] - other[0]) * (1 if rises else -1)
        spread = max(pair[1] or 0.0, other[1] or 0.0)
        better, worse = better or gain > spread, worse or gain < -spread
    if better and worse:
        return "apart from"
    return "ahead of" if better else "behind" if worse else "level with"
