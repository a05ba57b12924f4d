"""Performance profiles (Dolan and Moré, 2002): for each side the share of cells that it solves within
τ times the fastest side; a cell that it fails counts as never solved."""

import math

WIDTH, HEIGHT = 760, 420
LEFT, RIGHT, TOP, BOTTOM = 60, 190, 30, 50
COLORS = [
    "#1f6feb", "#d1242f", "#8250df", "#bf8700", "#1a7f37", "#cf5b00", "#0a7ea4", "#777777", "#a0527b",
]
MOST = 20.0


def ratios(rows):
    """Seconds over those of the fastest side that solved the cell, a list a side; infinite where it
    failed, left out where it did not take part."""
    found = {}
    for row in rows:
        seconds = {}
        for side, answer in row["sides"].items():
            if side != "null" and not answer.get("skipped"):
                seconds[side] = math.inf if answer.get("failure") else answer["seconds"]
        least = min(seconds.values(), default=math.inf)
        for side, value in seconds.items():
            ratio = value / least if value < math.inf else math.inf
            found.setdefault(side, []).append(ratio)
    return found


def share(values, limit):
    return sum(value <= limit for value in values) / len(values)


def table(rows):
    """One line a side: cells, failures, shares of cells within 1, 1.5 and 4 of the fastest."""
    lines = [f"{'side':26}{'cells':>6}{'failed':>8}{'fastest':>9}{'≤ 1.5':>8}{'≤ 4':>8}{'≤ 20':>8}"]
    for side, values in sorted(ratios(rows).items(), key=lambda item: -share(item[1], 1.5)):
        failed = sum(value == math.inf for value in values)
        shares = [share(values, limit) for limit in (1.0, 1.5, 4.0, MOST)]
        lines.append(
            f"{side:26}{len(values):6}{failed:8}{shares[0]:9.1%}" + "".join(f"{s:8.1%}" for s in shares[1:])
        )
    return "\n".join(lines)


def plot(rows):
    """The profiles as an SVG: τ from 1 to 20, logarithmic, against the share of cells."""

    def x(ratio):
        return LEFT + math.log(ratio) / math.log(MOST) * (WIDTH - LEFT - RIGHT)

    def y(value):
        return HEIGHT - BOTTOM - value * (HEIGHT - TOP - BOTTOM)

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
        'font-family="sans-serif" font-size="12">',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>',
        f'<text x="{LEFT}" y="18">Share of {len(rows)} problems solved within τ times the fastest</text>',
    ]
    for t in (1, 1.5, 2, 4, 10, 20):
        parts.append(_line(x(t), x(t), y(0), y(1), f"{t:g}", x(t), y(0) + 18, "middle"))
    for v in (0, 0.25, 0.5, 0.75, 0.9, 1):
        parts.append(_line(x(1), x(MOST), y(v), y(v), f"{v:.0%}", LEFT - 8, y(v) + 4, "end"))
    found = sorted(ratios(rows).items(), key=lambda item: -share(item[1], MOST))
    for k, (side, values) in enumerate(found):
        parts += _curve(side, values, COLORS[k % len(COLORS)], x, y, TOP + 12 + 18 * k)
    middle = (x(1) + x(MOST)) / 2
    parts.append(f'<text x="{middle:.0f}" y="{HEIGHT - 10}" text-anchor="middle">τ</text></svg>')
    return "\n".join(parts) + "\n"


def _line(x1, x2, y1, y2, text, x, y, anchor):
    return (
        f'<line x1="{x1:.1f}" x2="{x2:.1f}" y1="{y1:.1f}" y2="{y2:.1f}" stroke="#ddd"/>'
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{text}</text>'
    )


def _curve(side, values, color, x, y, legend):
    points, before = [], share(values, 1.0)
    points.append((x(1), y(before)))
    for ratio in sorted(v for v in values if 1 < v <= MOST):
        after = share(values, ratio)
        points += [(x(ratio), y(before)), (x(ratio), y(after))]
        before = after
    points.append((x(MOST), y(before)))
    path = " ".join(f"{a:.1f},{b:.1f}" for a, b in points)
    at = WIDTH - RIGHT + 15
    return [
        f'<polyline points="{path}" fill="none" stroke="{color}" stroke-width="2"/>',
        f'<line x1="{at}" x2="{at + 20}" y1="{legend - 4}" y2="{legend - 4}" stroke="{color}" '
        'stroke-width="3"/>',
        f'<text x="{at + 26}" y="{legend}">{side}</text>',
    ]
