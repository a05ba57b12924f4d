"""Fairlearn's randomised thresholds."""

from __future__ import annotations

import re

import numpy as np
from sklearn.utils.validation import _num_samples, check_consistent_length, column_or_1d

from .._engine.calls import EquipoiseError
from ._base import RuleEstimator

_CONSTRAINTS = (
    "demographic_parity",
    "equalized_odds",
    "false_negative_rate_parity",
    "false_positive_rate_parity",
    "selection_rate_parity",
    "true_negative_rate_parity",
    "true_positive_rate_parity",
)
_OBJECTIVES = (
    "accuracy_score",
    "balanced_accuracy_score",
    "selection_rate",
    "true_negative_rate",
    "true_positive_rate",
)
_ODDS_OBJECTIVES = ("accuracy_score", "balanced_accuracy_score")


class ThresholdOptimizer(RuleEstimator):
    """Randomised thresholds by group that make rates alike.

    M. Hardt, E. Price, N. Srebro, Equality of opportunity in supervised learning, NIPS 2016.
    Parameters are those of the class of this name in Fairlearn, and so are the answers.

    Parameters
    ----------
    estimator
        A classifier whose scores are cut.
    constraints : str
        The rate that is made alike: "demographic_parity", "equalized_odds",
        "true_positive_rate_parity" and so on.
    objective : str
        What is made as large as it can be.
    grid_size : int
        Steps of the grid of rates.
    flip : bool
        Whether scores below a threshold may be selected.
    prefit : bool
        Whether the estimator is fitted already.
    predict_method : "auto", "predict_proba", "decision_function" or "predict"
        Where scores come from.
    tol : float, optional
        Largest allowed difference of the rates; not for equalized odds.

    Examples
    --------
    >>> import numpy as np
    >>> from equipoise.linear_model import LogisticRegression
    >>> from equipoise.postprocessing import ThresholdOptimizer
    >>> rng = np.random.default_rng(0)
    >>> group = rng.integers(0, 2, 2000)
    >>> X = rng.normal(group, 1.0)[:, None]
    >>> y = (X[:, 0] + rng.normal(size=2000) > 0.5).astype(int)
    >>> model = ThresholdOptimizer(estimator=LogisticRegression())
    >>> chosen = model.fit(X, y, sensitive_features=group).predict_proba(
    ...     X, sensitive_features=group)[:, 1]
    >>> bool(abs(chosen[group == 0].mean() - chosen[group == 1].mean()) < 0.01)
    True
    """

    def __init__(
        self,
        *,
        estimator=None,
        constraints="demographic_parity",
        objective="accuracy_score",
        grid_size=1000,
        flip=False,
        prefit=False,
        predict_method="auto",
        tol=None,
        unseen_group="error",
    ):
        self.estimator = estimator
        self.constraints = constraints
        self.objective = objective
        self.grid_size = grid_size
        self.flip = flip
        self.prefit = prefit
        self.predict_method = predict_method
        self.tol = tol
        self.unseen_group = unseen_group

    def _method(self) -> str:
        return "threshold-optimizer"

    def _options(self) -> dict:
        return {
            "constraint": self.constraints,
            "objective": self.objective,
            "grid_size": int(self.grid_size),
            "flip": bool(self.flip),
            "rate_tolerance": self.tol,
        }

    def _labels(self, y) -> np.ndarray:
        if y is None or np.size(y) == 0:
            raise ValueError("Must supply nonempty y")
        labels = column_or_1d(y)
        if not set(np.unique(labels).tolist()) <= {0, 1}:
            raise ValueError("Supplied y labels are not 0 or 1")
        self.classes_ = np.array([0, 1], dtype=np.result_type(labels.dtype, np.int8))
        return labels.astype(np.uint8)

    def fit(self, X, y, *, sensitive_features, **kwargs):
        """Fits the estimator, unless it is fitted, and the thresholds to its scores; further
        arguments go to the estimator's fit."""
        if self.estimator is None:
            raise ValueError("The base estimator cannot be `None`.")
        if self.constraints not in _CONSTRAINTS:
            raise ValueError(
                "Currently only the following constraints are supported: "
                f"{', '.join(_CONSTRAINTS)}."
            )
        allowed = _ODDS_OBJECTIVES if self.constraints == "equalized_odds" else _OBJECTIVES
        if self.objective not in allowed:
            raise ValueError(
                f"For {self.constraints} only the following objectives are supported: "
                f"{', '.join(allowed)}."
            )
        if self.constraints == "equalized_odds" and self.tol is not None:
            raise ValueError("Relaxed constraints are not supported for equalized odds.")
        labels = self._labels(y)
        if X is None:
            raise ValueError("Expected 2D array, got scalar array instead: X is None")
        if _num_samples(X) == 0:
            raise ValueError("Found array with 0 sample(s) in X while a minimum of 1 is required.")
        check_consistent_length(X, labels)
        if sensitive_features is None:
            raise ValueError("Must specify sensitive_features")
        self._fit_base(X, y, **kwargs)
        try:
            return self._fit_rule(self._scores(X), labels, sensitive_features)
        except EquipoiseError as error:
            group = re.search("every label in group '(.*)' is", str(error))
            if group:
                value = group[1].replace("×", ",")
                raise EquipoiseError(
                    f"Degenerate labels for sensitive feature value {value}: {error}",
                    column=error.column,
                ) from None
            raise

    def predict(self, X, *, sensitive_features, random_state=None) -> np.ndarray:
        """Decisions 0 and 1, drawn with `random_state`."""
        return super().predict(
            X, sensitive_features=sensitive_features, random_state=random_state
        )
