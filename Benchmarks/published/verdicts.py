"""Whether a line of ours is ahead of a published one, behind it, or neither."""

import math

from .lines import quantile
from .measures import NEAR_ONE, RISING

AHEAD, BEHIND, MIXED, NONE = "ahead of", "behind", "mixed beside", "no difference from"
WORDS = (AHEAD, MIXED, NONE, BEHIND)

RULE = """\
A line of ours is compared with each published line of its case, over the measures that both have.
The standard deviation of a difference is taken as √(s²/n + s′²/n′). Here s is the standard
deviation of one of our runs and n their number; n′ is the number of the source's runs, and s′
their standard deviation where it is printed, else s, as if those runs varied like ours. Where both
were measured on one test file, s is the standard deviation over 200 bootstrap samples of its rows,
and the two lines are treated as independent. The interval of the difference has a level of 95 %
for all measures of a pair of lines together (Student's quantile with n − 1 degrees of freedom, the
normal one for one test file; Bonferroni), and is widened by half a unit of the last digit that is
printed. It is not corrected for the number of pairs, so that a few of many pairs may differ by
chance. A measure differs where the interval does not contain 0. *Ahead*: at least one measure
differs in our favor and none in theirs; *behind*: the other way round; *mixed*: some each way; *no
difference*: none differs, which does not prove that the two are equal. For accuracies and areas
under the ROC curve higher is better, for gaps lower, for ratios nearer to 1. Intervals are about
which rows were drawn from one data set, not about other people or places."""


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
