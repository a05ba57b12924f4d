"""Names that functions take, for editors and type checkers.

Each list is the engine's catalogue, which a test holds it against. Functions take any text besides:
other spellings of a name, stages joined by "+", and what a newer engine knows.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

Method: TypeAlias = Literal[
    "adversarial",
    "calibrated-equalized-odds",
    "correlation-remover",
    "disparate-impact-remover",
    "distributionally-robust",
    "equalized-odds-labels",
    "feature-suppression",
    "grid-search",
    "group-calibration",
    "group-minimax",
    "group-thresholds",
    "label-flipping",
    "learned-fair-representations",
    "logistic",
    "massaging",
    "meta-fair",
    "multiaccuracy",
    "multicalibration",
    "optimal-transport",
    "optimized-preprocessing",
    "penalized",
    "prejudice-remover",
    "reductions",
    "reject-option",
    "relaxed-parity",
    "reranking",
    "reweighing",
    "sampling",
    "score-transform",
    "score-transport",
    "stated-thresholds",
    "subgroup-parity",
    "threshold-optimizer",
    "unprocessing",
]
"""A training method, or a stage around logistic regression."""

DialMethod: TypeAlias = Literal[
    "adversarial",
    "distributionally-robust",
    "grid-search",
    "group-minimax",
    "group-thresholds",
    "meta-fair",
    "penalized",
    "prejudice-remover",
    "reductions",
    "relaxed-parity",
    "score-transport",
    "subgroup-parity",
]
"""A method whose frontier can be traced."""

Preprocessing: TypeAlias = Literal[
    "correlation-remover",
    "disparate-impact-remover",
    "feature-suppression",
    "label-flipping",
    "learned-fair-representations",
    "massaging",
    "optimal-transport",
    "optimized-preprocessing",
    "reweighing",
    "sampling",
]
"""A method that changes a table before a fit."""

Postprocessing: TypeAlias = Literal[
    "calibrated-equalized-odds",
    "equalized-odds-labels",
    "group-calibration",
    "group-thresholds",
    "multiaccuracy",
    "multicalibration",
    "reject-option",
    "relaxed-parity",
    "reranking",
    "score-transform",
    "score-transport",
    "stated-thresholds",
    "threshold-optimizer",
    "unprocessing",
]
"""A method that turns scores into decisions or better scores."""

Penalty: TypeAlias = Literal[
    "demographic_parity",
    "equal_opportunity",
    "equalized_odds",
    "false_positive_rate_parity",
    "false_negative_rate_parity",
    "true_negative_rate_parity",
    "covariance",
    "prejudice",
    "group_loss_variance",
    "worst_group_loss",
]
"""What penalized regression makes alike between groups."""
