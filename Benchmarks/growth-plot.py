#!/usr/bin/env python3
"""Draws what `benchmarks growth` prints as an SVG: seconds of a fit against rows, both logarithmic,
with the line of equal time a row through the middle point.

    .build/release/benchmarks growth > growth.jsonl
    python growth-plot.py growth.jsonl ../Sources/Equipoise/Documentation.docc/Resources/growth.svg
"""

import json
import math
import sys

WIDTH, HEIGHT = 640, 400
LEFT, RIGHT, TOP, BOTTOM = 70, 20, 30, 50


def main(source, target):
    with open(source) as file:
        rows = [json.loads(line) for line in file if line.strip()]
    low_x, high_x = math.floor(math.log10(rows[0]["rows"])), math.ceil(math.log10(rows[-1]["rows"]))
    seconds = [row["seconds"] for row in rows]
    low_y, high_y = math.floor(math.log10(min(seconds))), math.ceil(math.log10(max(seconds)))

    def x(value):
        share = (math.log10(value) - low_x) / (high_x - low_x)
        return LEFT + share * (WIDTH - LEFT - RIGHT)

    def y(value):
        share = (math.log10(value) - low_y) / (high_y - low_y)
        return HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM)

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
        'font-family="sans-serif" font-size="12">',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>',
    ]
    for k in range(low_x, high_x + 1):
        at = x(10.0**k)
        parts.append(f'<line x1="{at:.1f}" x2="{at:.1f}" y1="{TOP}" y2="{HEIGHT - BOTTOM}" stroke="#ddd"/>')
        parts.append(
            f'<text x="{at:.1f}" y="{HEIGHT - BOTTOM + 18}" text-anchor="middle">10'
            f'<tspan dy="-5" font-size="9">{k}</tspan></text>'
        )
    for k in range(low_y, high_y + 1):
        at = y(10.0**k)
        parts.append(f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{at:.1f}" y2="{at:.1f}" stroke="#ddd"/>')
        parts.append(f'<text x="{LEFT - 8}" y="{at + 4:.1f}" text-anchor="end">{10.0**k:g} s</text>')
    middle = rows[len(rows) // 2]
    rate = middle["seconds"] / middle["rows"]
    ends = [10.0**low_x, 10.0**high_x]
    inside = [
        (value, value * rate)
        for value in ([max(ends[0], 10.0**low_y / rate), min(ends[1], 10.0**high_y / rate)])
    ]
    line = " ".join(f"{x(a):.1f},{y(b):.1f}" for a, b in inside)
    parts.append(f'<polyline points="{line}" fill="none" stroke="#999" stroke-dasharray="5 4"/>')
    points = " ".join(f"{x(row['rows']):.1f},{y(row['seconds']):.1f}" for row in rows)
    parts.append(f'<polyline points="{points}" fill="none" stroke="#1f6feb" stroke-width="2"/>')
    for row in rows:
        parts.append(f'<circle cx="{x(row["rows"]):.1f}" cy="{y(row["seconds"]):.1f}" r="4" fill="#1f6feb"/>')
        parts.append(
            f'<text x="{x(row["rows"]) + 7:.1f}" y="{y(row["seconds"]) + 14:.1f}">'
            f'{row["nanosecondsARow"]:.1f} ns a row</text>'
        )
    title = f"Logistic regression, {rows[0]['columns']} Float columns: seconds of a fit against rows"
    parts.append(f'<text x="{LEFT}" y="18">{title}</text>')
    parts.append(f'<text x="{(LEFT + WIDTH - RIGHT) / 2}" y="{HEIGHT - 10}" text-anchor="middle">rows</text>')
    parts.append("</svg>")
    with open(target, "w") as file:
        file.write("\n".join(parts) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:3])
