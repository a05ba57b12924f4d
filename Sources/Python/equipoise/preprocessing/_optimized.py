"""Records moved at random, as little as need be."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
from sklearn.utils import check_random_state

from .._types import RandomState
from .._unknown import Unknown
from ._base import Preprocessor


class OptimizedPreprocessing(Preprocessor):
    """Moves records at random, as little as need be, so that labels are alike between groups.

    A few columns that say most about the label are cut into values, and a linear program finds the map
    of (group, values, label) that changes their distribution least. `fit_resample` gives the rows to
    fit a model to: each as often as there are places it may go to, weighted by the probability.
    `transform` moves new rows, whose labels nobody knows, by a hash of the row and the seed.

    F. P. Calmon, D. Wei, B. Vinzamuri, K. N. Ramamurthy, K. R. Varshney, Optimized pre-processing
    for discrimination prevention, NIPS 2017.

    Parameters
    ----------
    discrimination : float
        Largest difference of the groups' shares of positive labels afterwards.
    distortion : float
        Largest expected distortion of any record: bins that a number moves by, 1 for another label
        times `label_cost`.
    reach : float
        Largest distortion of a single move.
    label_cost : float
        Distortion of changing the label.
    columns : list, optional
        Names or numbers of the columns that may change; by default those that say most about the
        label, at most `n_fields`.
    n_fields, bins, max_combinations : int
        Most columns that are chosen, bins of a number, and most combinations of values.
    training : "expected" or "drawn"
        Whether training rows count for every place they may go to, or are drawn one.
    random_state : int or RandomState, optional
        Draws depend on it.
    unknown
        As in `Preprocessor`.

    Examples
    --------
    >>> import numpy as np
    >>> from equipoise.preprocessing import OptimizedPreprocessing
    >>> rng = np.random.default_rng(0)
    >>> group = rng.integers(0, 2, 1000)
    >>> X = (rng.normal(size=(1000, 2)) + group[:, None]).round()
    >>> y = (X.sum(axis=1) + rng.normal(size=1000) > 1).astype(int)
    >>> method = OptimizedPreprocessing(discrimination=0.02, distortion=1, bins=3)
    >>> X_, y_, weight = method.fit_resample(X, y, sensitive_features=group)
    >>> report = method.report_["report"]
    >>> report["status"], bool(weight.sum().round() == 1000)
    ('converged', True)
    """

    def __init__(
        self, discrimination: float = 0.05, distortion: float = 0.4, *, reach: float = 2.0,
        label_cost: float = 1.0, columns: Sequence[str | int] | None = None, n_fields: int = 3,
        bins: int = 4, max_combinations: int = 150,
        training: Literal["expected", "drawn"] = "expected", random_state: RandomState = None,
        unknown: Unknown = "error",
    ) -> None:
        self.discrimination = discrimination
        self.distortion = distortion
        self.reach = reach
        self.label_cost = label_cost
        self.columns = columns
        self.n_fields = n_fields
        self.bins = bins
        self.max_combinations = max_combinations
        self.training = training
        self.random_state = random_state
        self.unknown: Unknown = unknown

    def _method(self) -> str:
        return "optimized-preprocessing"

    def _options(self) -> dict[str, Any]:
        columns = None
        if self.columns is not None:
            names = getattr(self, "feature_names_in_", None)
            columns = ",".join(
                (f"x{column}" if names is None else str(names[column]))
                if isinstance(column, (int, np.integer)) else str(column)
                for column in self.columns
            )
        return {
            "discrimination": self.discrimination, "distortion": self.distortion,
            "reach": self.reach, "label_cost": self.label_cost, "columns": columns,
            "fields": self.n_fields, "value_bins": self.bins, "combinations": self.max_combinations,
            "training": self.training,
            "seed": int(check_random_state(self.random_state).randint(2**31)),
        }
