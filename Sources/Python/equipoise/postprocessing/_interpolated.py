"""The thresholds of a `ThresholdOptimizer`, as Fairlearn's users read them."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from typing import Any, Literal, TypeAlias, overload

import numpy as np
import numpy.typing as npt
from sklearn.utils import Bunch, check_random_state
from sklearn.utils.validation import check_is_fitted

from .._bases import BaseEstimator, MetaEstimatorMixin
from .._inputs import check_aligned, sensitive_columns
from .._keys import joint_keys
from .._types import Columns, Features, Numbers, RandomState
from ._scores import PredictMethod, fitted_base, group_text, soft_scores

_NAMED_CUTS = {"nobody": math.inf, "everybody": -math.inf, "infinity": math.inf}

#: What `interpolation_dict` has for each group.
Interpolations: TypeAlias = Mapping[Any, Any]


class ThresholdOperation:
    """A decision by one threshold: whether a score is above it, or below.

    Parameters
    ----------
    operator : ">" or "<"
    threshold : float
        May be infinite.

    Examples
    --------
    >>> operation = ThresholdOperation(">", 0.5)
    >>> operation, operation(0.7), operation(0.5)
    ([>0.5], True, False)
    """

    def __init__(self, operator: Literal[">", "<"], threshold: float) -> None:
        if operator not in (">", "<"):
            raise ValueError(f"Unrecognized operator: {operator}")
        self._operator: Literal[">", "<"] = operator
        self._threshold = threshold

    @property
    def threshold(self) -> float:
        """The score that is compared with."""
        return self._threshold

    @property
    def operator(self) -> Literal[">", "<"]:
        """Which side of the threshold is selected."""
        return self._operator

    @overload
    def __call__(self, y_hat: float) -> bool: ...
    @overload
    def __call__(self, y_hat: Numbers) -> npt.NDArray[np.bool_]: ...
    def __call__(self, y_hat: float | Numbers) -> bool | npt.NDArray[np.bool_]:
        """Whether a score is selected, or each of several."""
        if self._operator == ">":
            return y_hat > self._threshold
        return y_hat < self._threshold

    def __repr__(self) -> str:
        return f"[{self._operator}{self._threshold}]"


class InterpolatedThresholder(MetaEstimatorMixin, BaseEstimator):
    """Decides by one of two thresholds of the row's group, drawn with given probabilities.

    Parameters
    ----------
    estimator
        What gives the scores.
    interpolation_dict : dict
        By group, a `Bunch` with ``operation0`` and ``operation1``, the probabilities ``p0`` and
        ``p1`` of each, and, where the score is ignored with probability ``p_ignore``, the
        ``prediction_constant`` that is the probability of a positive decision then. The group of
        several sensitive features is their values, joined by commas.
    prefit : bool
        Whether the estimator is fitted already.
    predict_method : "auto", "predict_proba", "decision_function" or "predict"
        Where scores come from.
    random_state : int or RandomState, optional
        Draws the decisions where `predict` is given none; a number draws the same in every call.
    """

    estimator_: Any

    def __init__(
        self,
        estimator: Any,
        interpolation_dict: Interpolations,
        prefit: bool = False,
        predict_method: PredictMethod = "auto",
        random_state: RandomState = None,
    ) -> None:
        self.random_state = random_state
        self.estimator = estimator
        self.interpolation_dict = interpolation_dict
        self.prefit = prefit
        self.predict_method: PredictMethod = predict_method

    def fit(self, X: Features | None, y: Any, **kwargs: Any) -> InterpolatedThresholder:
        """Fits the estimator, unless it is fitted; the thresholds are as they were given."""
        self.estimator_ = fitted_base(self, X, y, kwargs)
        return self

    def _pmf_predict(self, X: Features, *, sensitive_features: Columns) -> Numbers:
        """Probabilities of a negative and of a positive decision, shape (n, 2)."""
        check_is_fitted(self, "estimator_")
        check_aligned(X=X, sensitive_features=sensitive_features)
        scores = soft_scores(self.estimator_, X, self.predict_method)
        columns = sensitive_columns(sensitive_features, len(scores))
        sizes = [len(groups) for _, _, groups in columns]
        codes = np.ravel_multi_index([codes for _, codes, _ in columns], sizes)
        keys = joint_keys([groups for _, _, groups in columns])
        positive = np.empty(len(scores))
        for code in np.unique(codes):
            rows = codes == code
            if keys[code] not in self.interpolation_dict:
                raise ValueError(f"group {keys[code]!r} was not there in the fit")
            positive[rows] = _positive(self.interpolation_dict[keys[code]], scores[rows])
        return np.column_stack([1.0 - positive, positive])

    def predict(
        self, X: Features, *, sensitive_features: Columns, random_state: RandomState = None
    ) -> npt.NDArray[np.int64]:
        """Decisions 0 and 1, drawn with `random_state`, or else that of the constructor."""
        positive = self._pmf_predict(X, sensitive_features=sensitive_features)[:, 1]
        seed = self.random_state if random_state is None else random_state
        draws = check_random_state(seed).uniform(size=len(positive))
        return np.asarray(draws < positive, dtype=np.int64)


def _positive(interpolation: Any, scores: Numbers) -> Numbers:
    """The probability of a positive decision of each score of one group."""
    chosen = interpolation.p0 * interpolation.operation0(scores)
    chosen = chosen + interpolation.p1 * interpolation.operation1(scores)
    if "p_ignore" in interpolation:
        ignored = interpolation.p_ignore
        chosen = ignored * interpolation.prediction_constant + (1 - ignored) * chosen
    return np.asarray(chosen, dtype=np.float64)


def interpolations(
    names: Sequence[str],
    mixtures: Sequence[Mapping[str, Any]],
    groups: Sequence[Sequence[Any]],
    *,
    ignores: bool,
) -> dict[Any, Any]:
    """`interpolation_dict` from the engine's document.

    Parameters
    ----------
    names, mixtures
        The engine's names of the groups, and what each mixes.
    groups
        The groups of each attribute, as they were given to the fit.
    ignores
        Whether the score may be ignored: equalized odds.
    """
    keys = dict(
        zip(("×".join(map(group_text, values)) for values in itertools.product(*groups)),
            joint_keys(groups), strict=True)
    )
    found = {}
    for name, mixture in zip(names, mixtures, strict=True):
        fields: dict[str, Any] = {}
        if ignores:
            fields["p_ignore"] = float(mixture["ignored"])
            fields["prediction_constant"] = float(mixture["constant"])
        for k in (0, 1):
            fields[f"p{k}"] = float(mixture["weights"][k])
            fields[f"operation{k}"] = _operation(mixture["cuts"][k], mixture["below"][k])
        found[keys[name]] = Bunch(**fields)
    return found


def _operation(cut: float | str, below: bool) -> ThresholdOperation:
    """The engine selects a score at its cut; ">" does not, and begins one number before."""
    threshold = _NAMED_CUTS[cut] if isinstance(cut, str) else float(cut)
    if below:
        return ThresholdOperation("<", threshold)
    if math.isfinite(threshold):
        threshold = math.nextafter(threshold, -math.inf)
    return ThresholdOperation(">", threshold)
