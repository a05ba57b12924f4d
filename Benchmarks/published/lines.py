"""Lines of a table, and the figures in them."""

from dataclasses import dataclass

import numpy as np
from scipy import stats

CONFIDENCE = 0.95


@dataclass
class Figure:
    """A figure; `deviation` is that of a single run, None where it is not known; `rounding` is half
    a unit of the last digit that was printed."""

    value: float
    deviation: float | None = None
    rounding: float = 0.0


@dataclass
class Line:
    """A line of a table. Lines are compared within their `case`; figures are means of `runs` runs,
    or, with one run, of one test file whose rows were drawn again for the deviation."""

    case: str
    side: str
    values: dict[str, Figure]
    runs: int
    seconds: float | None = None
    published: bool = False
    unprocessed: bool = False


def printed(text, deviation=None, percent=False):
    """A figure as a paper prints it; its rounding is read off its digits."""
    unit = 0.01 if percent else 1.0
    digits = len(text.partition(".")[2])
    spread = None if deviation is None else float(deviation) * unit
    return Figure(float(text) * unit, spread, 0.5 * 10.0**-digits * unit)


def published(case, side, figures, runs=1, seconds=None, unprocessed=False):
    """A line of a paper: `figures` are texts as printed, or figures."""
    values = {k: printed(v) if isinstance(v, str) else v for k, v in figures.items()}
    return Line(case, side, values, runs, seconds, published=True, unprocessed=unprocessed)


def quantile(runs, measures=1):
    """Of a two-sided interval at 95 % for each of `measures` at once (Bonferroni): Student's with
    runs − 1 degrees, the normal one where a single run's deviation is from its rows."""
    level = 1 - (1 - CONFIDENCE) / (2 * measures)
    return float(stats.t.ppf(level, runs - 1) if runs > 1 else stats.norm.ppf(level))


def half_width(figure, runs):
    """Half of the 95 % interval of a figure of ours."""
    return quantile(runs) * figure.deviation / np.sqrt(runs)


class Collector:
    """Runs of several sides in several cases, to be made lines of."""

    def __init__(self):
        self.runs = {}

    def add(self, case, side, values, seconds, unprocessed=False):
        self.runs.setdefault((case, side, unprocessed), []).append((values, seconds))

    def lines(self):
        return [self._line(*key, found) for key, found in self.runs.items()]

    def _line(self, case, side, unprocessed, found):
        values = {}
        for name in found[0][0]:
            one = [measured[name] for measured, _ in found]
            values[name] = Figure(float(np.mean(one)), float(np.std(one, ddof=1)))
        seconds = float(np.mean([seconds for _, seconds in found]))
        return Line(case, side, values, len(found), seconds, unprocessed=unprocessed)


def on_one_file(case, side, functions, y, p, group, seconds, unprocessed=False, draws=200):
    """A line of one test file: deviations are those over rows drawn again."""
    random = np.random.default_rng(0)
    # Groups as numbers: texts would be sorted at each draw.
    y, p, group = np.asarray(y), np.asarray(p), np.unique(group, return_inverse=True)[1]
    found = {name: [] for name in functions}
    for _ in range(draws):
        rows = random.integers(0, len(y), len(y))
        drawn = y[rows], p[rows], group[rows]
        for name, function in functions.items():
            found[name].append(function(*drawn))
    values = {
        name: Figure(function(y, p, group), float(np.std(found[name], ddof=1)))
        for name, function in functions.items()
    }
    return Line(case, side, values, 1, seconds, unprocessed=unprocessed)
