"""The regressor."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .._bases import RegressorMixin
from .._fitting import check_rows, checked_weights, require_groups, rows_of
from .._types import Column, Columns, Features, Numbers
from .._unknown import known_part, rows_named_as_given
from ._base import AdversarialFairness

if TYPE_CHECKING:
    from typing_extensions import Self


class AdversarialFairnessRegressor(RegressorMixin, AdversarialFairness):
    """A neural network whose numbers tell an adversary little about the sensitive attribute.

    The classifier beside it has the paper and the arguments. The network minimizes half the squared
    error of the target in standard deviations from its mean, so that `learning_rate`, `alpha` and
    `target_gap` mean the same in every unit, and predicts in the target's own units.

    Parameters
    ----------
    constraints : "demographic_parity" or "equalized_odds"
        Whether the adversary guesses from the prediction alone, or with the true number beside it.
    target_gap : float, optional
        Drives `alpha` instead to this largest gap between the groups' mean predictions, or change
        of them along one standard deviation of a continuous feature, in standard deviations of
        the target.
    adversary_model : list
        ``[]`` sees differences of means; a hidden layer, as in ``[16]``, those of whole
        distributions.

    Examples
    --------
    >>> import numpy as np
    >>> from equipoise.adversarial import AdversarialFairnessRegressor
    >>> rng = np.random.default_rng(0)
    >>> group = rng.integers(0, 2, 4000)
    >>> X = np.column_stack([rng.normal(group, 1.0), rng.normal(size=4000)])
    >>> wage = 30_000 + 5_000 * (X.sum(axis=1) + rng.normal(size=4000))
    >>> model = AdversarialFairnessRegressor([16, "relu"], alpha=20, random_state=0)
    >>> predicted = model.fit(X, wage, sensitive_features=group).predict(X)
    >>> apart = [abs(v[group == 0].mean() - v[group == 1].mean()) for v in (wage, predicted)]
    >>> bool(apart[1] < 0.2 * apart[0])
    True
    """

    def fit(
        self, X: Features, y: Column, *, sensitive_features: Columns | None = None,
        sample_weight: Column | None = None,
    ) -> Self:
        """Fits to features (n, d), numbers (n,) and sensitive features."""
        groups = require_groups(sensitive_features)
        self._check_arguments()
        check_rows(X, y, groups, sample_weight)
        groups, (X, y, sample_weight), part = known_part(self.unknown, groups, X, y, sample_weight)
        with rows_named_as_given(part):
            rows, y = rows_of(self, X, y, numeric_y=True, standardize=True, ensure_min_samples=2)
            data = rows.dataset().set_targets(np.asarray(y, dtype=np.float64))
            return self._train(data, groups, checked_weights(sample_weight, rows.numbers))

    def predict(self, X: Features) -> Numbers:
        """The number for each row in the units of the target, shape (n,)."""
        return self._scores(X)
