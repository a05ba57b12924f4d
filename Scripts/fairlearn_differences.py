"""Which difference a failing test of Fairlearn's falls under.

Each row has a piece of the sentence in InPython.md that states the difference, the tests it may be
(`folder/file::test`), and what their failures say. The first row that fits counts.
"""

import re
from typing import NamedTuple


class Difference(NamedTuple):
    """A row of the table."""

    sentence: str
    tests: str
    failure: str


TABLE = [
    Difference(
        "fail with Fairlearn 0.15 as well", "project_lambda", "."),
    Difference(
        "`AdversarialFairnessClassifier` has an engine of its own", "adversarial/", "."),
    Difference(
        "`fetch_adult` fetches nothing", "datasets/|test_preprocessing_fairness",
        "fetch_adult|'class'|income|fnlwgt|openml|OpenML|URLError|urlopen"),
    Difference(
        "which download", "datasets/|test_preprocessing_fairness",
        r"fetch_\w+|openml|OpenML|URLError|urlopen"),
    Difference(
        "count copies by replacing `copy.deepcopy`", "input_X_unchanged",
        "deepcopy|call_count|copy"),
    Difference(
        "expect an error where a group has one label only", "degenerate_labels", "DID NOT RAISE"),
    Difference(
        "compare a probability to its last bit",
        "test_threshold_optimization_(equalized_odds|demographic_parity)", r"assert \S+ == "),
    Difference(
        "other bootstrap draws of rows", "bootstrap", r"assert|not equal|mismatch|Mismatch"),
    Difference(
        "refuses a missing sensitive feature", "plot_roc_curve_by_group",
        "contains missing values"),
    Difference(
        "A sensitive or control feature that is missing", ".", "contains missing values"),
    Difference(
        "want 0 for a rate without a denominator", "metrics/",
        r"\bnan\b|UndefinedMetric|no row|groups;"),
    Difference(
        "want an `IndexError` from a plot", "plot_model_comparison", "IndexError"),
    Difference(
        "other local minima", "prototype", r"assert|not close|not almost|Mismatch|mismatch"),
    Difference(
        "`CorrelationRemover` projects several sensitive columns out together",
        "linear_dep_remover", "Mismatch|mismatch"),
    Difference(
        "ask for names that begin with an underscore", ".",
        r"has no attribute '_|cannot import name '_|No module named 'equipoise\.[\w.]*_"
        r"|_user_supplied_callable|assert hasattr\(.*'_"),
    Difference(
        "compare the words of a logged warning, or of an error or its cause", ".",
        r"Regex pattern did not match|Expected regex|assert ['\"].*['\"] (==|in) |assert .*\.args|"
        r"str\(\w+\.value\)|__cause__|caplog|LogRecord|\.message|_MESSAGE"),
]


def difference(test: str, failure: str) -> Difference | None:
    """The row of a failing test; None where none fits."""
    for row in TABLE:
        if re.search(row.tests, test) and re.search(row.failure, failure):
            return row
    return None
