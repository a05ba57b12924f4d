"""Fairlearn's randomized thresholds."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, get_args

import numpy as np
import numpy.typing as npt
from sklearn.utils.multiclass import type_of_target
from sklearn.utils.validation import _num_samples, check_consistent_length, check_is_fitted

from .._engine.calls import EquipoiseError
from .._fitting import check_rows, refuse_bad_weights
from .._grouping import values_of
from .._types import Column, Columns, Features, RandomState
from ._base import RuleEstimator, Unknown, UnseenGroup, single_column
from ._interpolated import InterpolatedThresholder, interpolations
from ._scores import PredictMethod

if TYPE_CHECKING:
    from typing_extensions import Self

#: Rates that are made alike.
Constraint: TypeAlias = Literal[
    "demographic_parity",
    "equalized_odds",
    "false_negative_rate_parity",
    "false_positive_rate_parity",
    "selection_rate_parity",
    "true_negative_rate_parity",
    "true_positive_rate_parity",
]
#: What is made as large as it can be.
Objective: TypeAlias = Literal[
    "accuracy_score",
    "balanced_accuracy_score",
    "selection_rate",
    "true_negative_rate",
    "true_positive_rate",
]
_CONSTRAINTS: tuple[Constraint, ...] = get_args(Constraint)
_OBJECTIVES: tuple[Objective, ...] = get_args(Objective)
_ODDS_OBJECTIVES: tuple[Objective, ...] = ("accuracy_score", "balanced_accuracy_score")
_X_METRICS = {"demographic_parity": "selection_rate", "equalized_odds": "false_positive_rate"}


def _why_not(labels: npt.NDArray[Any]) -> str:
    """What labels are that are not 0 and 1, as scikit-learn says it."""
    kind = type_of_target(labels)
    if kind == "multiclass":
        return f". Only binary classification is supported. The type of the target is {kind}."
    return f". Unknown label type: {kind}" if kind.startswith("continuous") else ""


class ThresholdOptimizer(RuleEstimator):
    """Randomized thresholds by group that make rates alike.

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
    unseen_group : "error" or "pooled"
        What to do with rows of a group that was not there in the fit.
    least_group : int, optional
        A group of fewer rows gets the rule of all rows as one group and binds nobody; by default every
        group binds, as in Fairlearn.
    unknown : "error", "exclude", "own-group" or "pooled"
        What becomes of rows whose sensitive features are missing: an error that names the row; no part
        in the rule, or one in that of all rows as one group, which they get; or a group of their own.
    random_state : int or RandomState, optional
        Draws the decisions where `predict` is given none; a number draws the same in every call.

    Attributes
    ----------
    interpolated_thresholder_
        The thresholds of each group: its `interpolation_dict` says which two are drawn from, and
        with what probabilities.
    x_metric_, y_metric_ : str
        The rate that is made alike, and what is as large as it can be there.
    estimator_, classes_, report_
        The fitted base, its classes 0 and 1, and the engine's document of the rule.

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
    >>> rules = model.interpolated_thresholder_.interpolation_dict
    >>> sorted(rules), sorted(rules[0])
    ([0, 1], ['operation0', 'operation1', 'p0', 'p1'])
    """

    _name = "threshold-optimizer"
    _renamed = {"constraints": "criterion", "tol": "rate_tolerance"}
    _draws = True

    def __init__(
        self,
        *,
        estimator: Any = None,
        constraints: Constraint = "demographic_parity",
        objective: Objective = "accuracy_score",
        grid_size: int = 1000,
        flip: bool = False,
        prefit: bool = False,
        predict_method: PredictMethod = "auto",
        tol: float | None = None,
        unseen_group: UnseenGroup = "error",
        least_group: int | None = 0,
        unknown: Unknown = "error",
        random_state: RandomState = None,
    ) -> None:
        self.estimator = estimator
        self.constraints = constraints
        self.objective = objective
        self.grid_size = grid_size
        self.flip = flip
        self.prefit = prefit
        self.predict_method: PredictMethod = predict_method
        self.tol = tol
        self.unseen_group: UnseenGroup = unseen_group
        self.least_group = least_group
        self.unknown: Unknown = unknown
        self.random_state = random_state

    def _options(self) -> dict[str, Any]:
        given = super()._options()
        return {**given, "grid_size": int(self.grid_size), "flip": bool(self.flip)}

    def _labels(self, y: Column | None) -> npt.NDArray[np.uint8]:
        if y is None or _num_samples(y) == 0:
            raise ValueError("Must supply nonempty y")
        labels: npt.NDArray[Any] = single_column(y)
        if not set(values_of(labels, "y")) <= {0, 1}:
            raise ValueError(f"Supplied y labels are not 0 or 1{_why_not(labels)}")
        kind = np.result_type(labels.dtype, np.int8)
        self.classes_: npt.NDArray[Any] = np.array([0, 1], dtype=kind)
        codes: npt.NDArray[np.uint8] = labels.astype(np.uint8)
        return codes

    def fit(
        self, X: Features, y: Column, *, sensitive_features: Columns, **kwargs: Any
    ) -> Self:
        """Fits the estimator, unless it is fitted, and the thresholds to its scores; further
        arguments go to the estimator's fit."""
        self._check_arguments()
        check_rows(X, y, sensitive_features, kwargs.get("sample_weight"))
        refuse_bad_weights(kwargs.get("sample_weight"))
        labels = self._labels(y)
        if X is None:
            raise ValueError("Expected 2D array, got scalar array instead: X is None")
        if _num_samples(X) == 0:
            raise ValueError("Found array with 0 sample(s) in X while a minimum of 1 is required.")
        check_consistent_length(X, labels)
        if sensitive_features is None:
            raise ValueError("Must specify sensitive_features")
        self._fit_base(X, y, kwargs)
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

    def _check_arguments(self) -> None:
        if self.estimator is None:
            raise ValueError("The base estimator cannot be `None`.")
        if self.constraints not in _CONSTRAINTS:
            raise ValueError(
                "Currently only the following constraints are supported: "
                f"{', '.join(_CONSTRAINTS)}."
            )
        odds = self.constraints == "equalized_odds"
        allowed = _ODDS_OBJECTIVES if odds else _OBJECTIVES
        if self.objective not in allowed:
            raise ValueError(
                f"For {self.constraints} only the following objectives are supported: "
                f"{', '.join(allowed)}."
            )
        if odds and self.tol is not None:
            raise ValueError("Relaxed constraints are not supported for equalized odds.")

    # ---- What was chosen ----------------------------------------------------------------------

    @property
    def interpolated_thresholder_(self) -> InterpolatedThresholder:
        """The thresholds of each group, as an estimator over the fitted base."""
        odds = self.constraints == "equalized_odds"
        names = self.report_["rule"]["groups"]
        found = interpolations(names, self._chosen["groups"], self._group_values, ignores=odds)
        return InterpolatedThresholder(
            self.estimator_, found, prefit=True, predict_method=self.predict_method
        ).fit(None, None)

    @property
    def x_metric_(self) -> str:
        """The rate that is made alike; the false positive rate of equalized odds."""
        check_is_fitted(self)
        return _X_METRICS.get(self.constraints, self.constraints.removesuffix("_parity"))

    @property
    def y_metric_(self) -> str:
        """What is as large as it can be; the true positive rate of equalized odds."""
        check_is_fitted(self)
        odds = self.constraints == "equalized_odds"
        return "true_positive_rate" if odds else self.objective

    @property
    def _chosen(self) -> Mapping[str, Any]:
        mixtures: Mapping[str, Any] | None = self.report_["rule"]["rule"].get("mixtures")
        if mixtures is None:
            raise AttributeError("a rule of an earlier file does not say what it mixes: fit anew")
        return mixtures

    @property
    def _x_best_per_group(self) -> dict[Any, float]:
        keys = self.interpolated_thresholder_.interpolation_dict
        return dict(zip(keys, self._chosen["rates"], strict=True))

    @property
    def _x_best(self) -> float:
        if self.tol:
            raise AttributeError("with a tolerance each group has a rate of its own")
        return float(self._chosen["rates"][0])

    @property
    def _y_best(self) -> float:
        return float(self._chosen["reached"])

    @property
    def _between_groups(self) -> float:
        rates = self._chosen["rates"]
        return float(max(rates) - min(rates))

    def predict(
        self, X: Features, *, sensitive_features: Columns, random_state: RandomState = None
    ) -> npt.NDArray[Any]:
        """Decisions 0 and 1, drawn with `random_state`, or else that of the constructor."""
        return super().predict(
            X, sensitive_features=sensitive_features, random_state=random_state
        )
