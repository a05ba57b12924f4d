"""The classifier."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
from sklearn.utils import Tags

from .._bases import ClassifierMixin
from .._fitting import (
    check_rows,
    of_two_classes,
    require_groups,
    rows_of,
    two_classes,
    weights_of_classes,
)
from .._types import Column, Columns, Features, Numbers
from .._unknown import known_part, rows_named_as_given
from ._base import AdversarialFairness

if TYPE_CHECKING:
    from typing_extensions import Self


class AdversarialFairnessClassifier(ClassifierMixin, AdversarialFairness):
    """A neural network whose decisions tell an adversary little about the sensitive attribute.

    B. H. Zhang, B. Lemoine, M. Mitchell, Mitigating unwanted biases with adversarial learning,
    AIES 2018. Argument names are those of Fairlearn's class where they mean the same; models and
    optimizers of deep-learning libraries cannot be trained here. Features are used as they are:
    scale numbers before. Columns of a frame that hold texts or categories count by their levels,
    and the numbers beside them are standardized.

    Parameters
    ----------
    predictor_model : list
        Hidden layers, each followed by the activation of them all if wanted: ``[50, "relu"]``,
        ``[64, "relu", 16, "relu"]``; ``[]`` is logistic regression. Without an activation it is
        "relu".
    adversary_model : list
        The same of the adversary, whose activation is by default the predictor's; ``[]`` is linear.
    constraints : "demographic_parity", "equalized_odds" or "equal_opportunity"
    alpha : float
        Weight of the adversary's gradient.
    learning_rate, epochs, batch_size
        Of the training; `epochs=None` and `batch_size=None` choose by the rows: 25 epochs of
        batches of 1024, or on a small table as many as 1250 steps take, of smaller batches.
        ``batch_size=-1`` is all rows.
    predictor_optimizer : "adam", "adamw", "sgd", "momentum" or "rmsprop"
    adversary_optimizer : the same, optional
        By default a linear adversary follows its optimum by Newton's steps, and a deep one takes
        those of "adam".
    target_gap : float, optional
        Drives `alpha` instead to this largest gap between groups; of a continuous feature, this
        largest change of the share of positive decisions along one of its standard deviations.
    continuous : bool, str or list of str, optional
        Which sensitive features are numbers that the adversary guesses by squared error, in
        standard deviations, rather than groups: names, True for all, False for none. By default
        columns of floats, not all of them whole, with more than 20 different values.
    options : dict, optional
        Further options of the engine's method "adversarial" (see `equipoise.methods()`).
    random_state : int or RandomState, optional
        Starts and batches depend on it.
    backend, shuffle, progress_updates, skip_validation, cuda
        Without effect here, which a warning says: the engine trains on the processor, draws batches
        anew in every epoch, and always checks rows.
    callbacks, warm_start
        Refused.
    unknown : "error", "exclude", "own-group" or "pooled"
        What becomes of rows whose sensitive features are missing: an error that names the row; left
        out of the fit, as with "pooled", too; or a group of their own. A warning counts them.

    Examples
    --------
    >>> import numpy as np
    >>> from equipoise.adversarial import AdversarialFairnessClassifier
    >>> rng = np.random.default_rng(0)
    >>> group = rng.integers(0, 2, 4000)
    >>> X = np.column_stack([rng.normal(group, 1.0), rng.normal(size=4000)])
    >>> y = (X.sum(axis=1) + rng.normal(size=4000) > 0.5).astype(int)
    >>> model = AdversarialFairnessClassifier([16, "relu"], alpha=20, random_state=0)
    >>> chosen = model.fit(X, y, sensitive_features=group).predict(X)
    >>> bool(abs(chosen[group == 0].mean() - chosen[group == 1].mean()) < 0.15)
    True
    """

    classes_: npt.NDArray[Any]

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        return of_two_classes(tags)

    def fit(
        self, X: Features, y: Column, *, sensitive_features: Columns | None = None,
        sample_weight: Column | None = None,
    ) -> Self:
        """Fits to features (n, d), labels of two classes (n,) and sensitive features."""
        groups = require_groups(sensitive_features)
        self._check_arguments()
        check_rows(X, y, groups, sample_weight)
        groups, (X, y, sample_weight), part = known_part(self.unknown, groups, X, y, sample_weight)
        with rows_named_as_given(part):
            rows, y = rows_of(self, X, y, standardize=True)
            self.classes_, labels = two_classes(y)
            data = rows.dataset().set_labels(labels)
            weights = weights_of_classes(sample_weight, rows.numbers, y, self.classes_)
            return self._train(data, groups, weights)

    def decision_function(self, X: Features) -> Numbers:
        """The score of each row, shape (n,)."""
        return self._scores(X)

    def predict_proba(self, X: Features) -> Numbers:
        """Probabilities of the two classes, shape (n, 2)."""
        positive = 0.5 * (1 + np.tanh(0.5 * self.decision_function(X)))
        return np.column_stack([1 - positive, positive])

    def predict(self, X: Features) -> npt.NDArray[Any]:
        """The class of each row: the second where the score is above 0."""
        scores = self.decision_function(X)
        decisions: npt.NDArray[Any] = self.classes_[(scores > 0).astype(int)]
        return decisions
