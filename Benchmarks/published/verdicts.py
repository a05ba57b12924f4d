"""Whether a line of ours is ahead of a published one, behind it, or neither."""

import math

from .lines import quantile
from .measures import NEAR_ONE, RISING

AHEAD, BEHIND, MIXED, NONE = "ahead of", "behind", "mixed beside", "no difference from"
WORDS = (AHEAD, MIXED, NONE, BEHIND)

RULE = """\
A line of ours is held against each published line of its case, measure by measure, over the
measures that both have. The difference of a measure has a standard deviation of √(s²/n + s′²/n′):
s and n are our deviation of one run and our number of runs; s′ is the published one where the
paper prints it, else ours, as if their runs varied like ours; n′ is their number of runs. Where
both were measured on one test file, s is the deviation over 200 drawings of its rows, and the two
lines count as independent, which makes the interval wider than it need be. The interval of the
difference is at 95 % for all measures of a pair of lines together (Student's quantile with n − 1
degrees, Bonferroni), widened by half a unit of the last digit that the paper prints. A measure
differs where the interval leaves out 0. *Ahead*: at least one measure differs to our advantage
and none to theirs; *behind*: the other way round; *mixed*: some each way; *no difference*: none
differs, which does not prove them equal. Accuracies and areas are better above, gaps below,
ratios nearer to 1. Intervals are about which rows were drawn from one data set, not about other
people or places."""


def gain(name, ours, theirs):
    """How much better ours is."""
    if name in NEAR_ONE:
        return abs(theirs - 1) - abs(ours - 1)
    return ours - theirs if name in RISING else theirs - ours


def verdict(ours, theirs):
    """The word, and the measures that are better and worse, of two lines."""
    names = [name for name in ours.values if name in theirs.values]
    better, worse = [], []
    for name in names:
        mine, other = ours.values[name], theirs.values[name]
        spread = mine.deviation if other.deviation is None else other.deviation
        error = math.sqrt(mine.deviation**2 / ours.runs + spread**2 / theirs.runs)
        width = quantile(ours.runs, len(names)) * error + other.rounding
        difference = gain(name, mine.value, other.value)
        if abs(difference) > width:
            (better if difference > 0 else worse).append(name)
    word = MIXED if better and worse else AHEAD if better else BEHIND if worse else NONE
    return word, better, worse


def opponents(line, published):
    """The published lines that a line is held against: with mitigation against those with, without
    against those without; where a paper has only lines without, those."""
    of_case = [other for other in published if other.case == line.case]
    alike = [other for other in of_case if other.unprocessed == line.unprocessed]
    return alike or ([] if line.unprocessed else of_case)


def standings(line, published):
    """(word, published line, better, worse) for each."""
    return [(*verdict(line, other)[:1], other, *verdict(line, other)[1:])
            for other in opponents(line, published)]
