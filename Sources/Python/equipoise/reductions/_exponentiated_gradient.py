"""Fair classification and regression as a sequence of weighted fits."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.utils import check_random_state
from sklearn.utils.validation import check_is_fitted, validate_data

from .._bases import BaseEstimator, MetaEstimatorMixin
from .._engine.calls import Options
from .._engine.model import Model
from .._engine.reduction import Game
from .._inputs import as_matrix
from .._stored import StoredModel, not_stored
from .._types import Columns, Features, Numbers, RandomState
from .._unknown import Unknown, rows_named_as_given
from ._generation import ColumnGeneration, tell_of_fast
from ._inputs import features_of_rows, has_one_label, with_policy
from ._loading import check_policy, forget, remember_as, remember_columns
from ._members import predictions_of
from ._moments import ClassificationMoment, Moment, Vector
from ._native import NativeMixture, can_run
from ._outside import OutsideLearner
from ._player import Player
from ._rows_game import game_of

__all__ = ["ExponentiatedGradient"]


class ExponentiatedGradient(StoredModel, MetaEstimatorMixin, BaseEstimator):
    """A mixture of classifiers (or regressors) with the smallest error among those that meet the
    constraints.

    A. Agarwal, A. Beygelzimer, M. Dudík, J. Langford, H. Wallach, A Reductions Approach to Fair
    Classification, ICML 2018, algorithm 1.

    Parameters
    ----------
    estimator : estimator or None
        Its `fit` takes weights under `sample_weight_name`. None: the engine's logistic regression.
    constraints : Moment
        For example `DemographicParity(difference_bound=0.01)`.
    objective : Moment, optional
        By default the error, or the mean loss.
    eps : float
        1 / eps bounds the sum of the multipliers.
    max_iter : int
    nu : float, optional
        The gap at which to stop; by default from the first fit's standard error.
    eta0 : float
        First learning rate.
    run_linprog_step : bool
        Whether each step also tries the best mixture of what was found.
    sample_weight_name : str
    algorithm : {"auto", "faithful", "fast"}
        "fast" is column generation: inside the engine for its own learner and for scikit-learn's
        L2 logistic regression, over any other estimator with at most ten fits, or with at most
        `max_iter` where `nu` is given; "faithful" takes the published steps with any estimator;
        "auto" is fast where the engine solves the same problem, and says so where it is not.
    random_state : int or RandomState, optional
        Draws the decisions where `predict` is given none; a number draws the same in every call.
        Over any other estimator the fast way seeds with a number what the estimator leaves unseeded.
    unknown : "error", "exclude", "own-group" or "pooled"
        What becomes of rows whose sensitive features are missing: an error that names the row; left
        out of the fit; a group of their own; or pooled, which counts them in the loss and in the
        rates of all rows, and binds no constraint by them. A warning counts them.

    Attributes
    ----------
    predictors_, weights_ : the mixture
        The fast way's predictors inside the engine are logistic regressions of the estimator's
        class. Over another estimator they are its fits in their order, and then those with weight
        among constants and other thresholds (`Thresholded`) of the score of a fit or of a sum of
        scores of several (`Blend`).
    best_gap_, best_iter_, last_iter_, n_oracle_calls_, n_oracle_calls_dummy_returned_
    n_features_in_, feature_names_in_
        The gap of the fast way over any estimator is E(Q) + B·max(0, γ(Q) − b) less the largest
        lower bound of a fit, with B = 1 / eps: what Q may at most be worse than the best mixture,
        if fits are exact.
    stop_reason_ : of the fast way only
        "converged", "stalled" or "iteration_limit".
    nu_, oracle_execution_times_, lambda_vecs_
        The gap aimed at, the seconds of each fit, and multipliers; not of fits inside the engine.
    lambda_vecs_EG_, lambda_vecs_LP_
        Of the faithful way only.

    Examples
    --------
    >>> import numpy as np
    >>> from equipoise.reductions import DemographicParity, ExponentiatedGradient
    >>> rng = np.random.default_rng(0)
    >>> group = rng.integers(0, 2, 1000)
    >>> X = np.column_stack([rng.normal(group, 1.0), rng.normal(size=1000)])
    >>> y = (X.sum(axis=1) + rng.normal(size=1000) > 0.5).astype(int)
    >>> model = ExponentiatedGradient(None, DemographicParity(difference_bound=0.02))
    >>> chosen = model.fit(X, y, sensitive_features=group).predict(X, random_state=0)
    >>> bool(abs(chosen[group == 0].mean() - chosen[group == 1].mean()) < 0.1)
    True
    """

    best_iter_: int
    last_iter_: int
    n_oracle_calls_: int
    n_oracle_calls_dummy_returned_: int
    constraints_: Any
    predictors_: Vector
    weights_: Vector
    best_gap_: float
    nu_: float
    oracle_execution_times_: list[float]
    stop_reason_: str
    _mixture: NativeMixture | None
    lambda_vecs_: pd.DataFrame
    lambda_vecs_EG_: pd.DataFrame
    lambda_vecs_LP_: pd.DataFrame

    def __init__(
        self,
        estimator: Any = None,
        constraints: Moment | None = None,
        *,
        objective: Moment | None = None,
        eps: float = 0.01,
        max_iter: int = 50,
        nu: float | None = None,
        eta0: float = 2.0,
        run_linprog_step: bool = True,
        sample_weight_name: str = "sample_weight",
        algorithm: Literal["auto", "faithful", "fast"] = "auto",
        random_state: RandomState = None,
        unknown: Unknown = "error",
    ) -> None:
        self.estimator = estimator
        self.constraints = constraints
        self.objective = objective
        self.eps = eps
        self.max_iter = max_iter
        self.nu = nu
        self.eta0 = eta0
        self.run_linprog_step = run_linprog_step
        self.sample_weight_name = sample_weight_name
        self.algorithm = algorithm
        self.random_state = random_state
        self.unknown: Unknown = unknown

    def fit(
        self,
        X: Features,
        y: npt.ArrayLike,
        *,
        sensitive_features: Columns | None = None,
        control_features: Columns | None = None,
        sample_weight: npt.ArrayLike | None = None,
    ) -> ExponentiatedGradient:
        """Fits to rows.

        Parameters
        ----------
        X, y : features (n, d), and labels 0 and 1 or numbers (n,)
            The faithful way shows the learner X as it is.
        sensitive_features : column or table; combinations of several columns are the groups
        control_features : column or table, optional
            Strata within which the constraints hold, for constraints that know them.
        sample_weight : (n,), optional
            A row of weight 2 counts as two rows, in the loss and in the constraints.
        """
        forget(self)
        check_policy(self.unknown, self.constraints, self.objective)
        features = features_of_rows(X, y, sensitive_features, control_features, sample_weight)
        X, y, features, part = with_policy(self.unknown, X, y, features)
        with rows_named_as_given(part):
            return self._fit_rows(X, y, features)

    def _fit_rows(
        self, X: Features, y: npt.ArrayLike, features: dict[str, Any]
    ) -> ExponentiatedGradient:
        if self.algorithm not in ("auto", "faithful", "fast"):
            raise ValueError(f"algorithm must be auto, faithful or fast, not {self.algorithm!r}")
        native, reason = can_run(self, X, features)
        if native and has_one_label(y, features.get("sample_weight")):
            native, reason = False, "labels of one class"
        if native and self.algorithm != "faithful":
            return self._fit_native(X, y, features)
        if self.estimator is None:
            raise ValueError(f"estimator=None needs the engine, which cannot be used: {reason}")
        if self.algorithm == "fast":
            return self._fit_columns(X, y, features)
        if self.algorithm == "auto":
            tell_of_fast(self.estimator)
        return self._fit_faithful(X, y, features)

    def _player(self, X: Features, y: npt.ArrayLike, features: dict[str, Any]) -> Player:
        if self.constraints is None:
            raise ValueError("constraints are needed, as in DemographicParity()")
        return Player(
            X, y, self.estimator, self.constraints, self.objective, self.sample_weight_name,
            features,
        )

    def _fit_columns(
        self, X: Features, y: npt.ArrayLike, features: dict[str, Any]
    ) -> ExponentiatedGradient:
        """Column generation with the estimator as it is."""
        learner = OutsideLearner(
            self.estimator, X, self.sample_weight_name, self.random_state)
        player = self._player(learner.X, y, features)
        search = ColumnGeneration(game_of(player), learner, 1 / self.eps, self.nu, self.max_iter)
        mixture = search.run()
        remember_columns(self, X)
        self._mixture = None
        used = [int(k) for k in np.flatnonzero(mixture.weights) if k not in set(search.fits)]
        kept = [*search.fits, *used]
        self.predictors_ = pd.Series([search.members[k] for k in kept], dtype=object)
        self.weights_ = pd.Series(mixture.weights[kept])
        self.best_gap_, self.nu_ = search.gap, float(search.target or 0.0)
        self.best_iter_ = self.last_iter_ = len(search.asked) - 1
        self.n_oracle_calls_ = search.calls
        self.n_oracle_calls_dummy_returned_ = search.constant_calls
        self.oracle_execution_times_ = learner.seconds
        self.stop_reason_ = search.stop_reason
        self.constraints_ = player.constraints
        self.lambda_vecs_ = pd.DataFrame(
            dict(enumerate(search.asked)), index=player.constraints.index)
        return self

    def _fit_native(
        self, X: Features, y: npt.ArrayLike, features: dict[str, Any]
    ) -> ExponentiatedGradient:
        mixture = NativeMixture(self, X, y, features)
        self._mixture = mixture
        remember_as(self, mixture.template)
        self.constraints_ = mixture.constraints
        self.predictors_ = mixture.predictors
        self.weights_ = mixture.weights
        self.best_gap_ = mixture.gap
        self.best_iter_ = self.last_iter_ = mixture.rounds
        self.n_oracle_calls_ = mixture.rounds
        self.n_oracle_calls_dummy_returned_ = 0
        self.stop_reason_ = mixture.stop_reason
        return self

    def _stored(self) -> Model:
        check_is_fitted(self)
        if self._mixture is None:
            raise not_stored(
                self, "where it was fitted by the published steps",
                "algorithm='fast' makes a model of the engine; a pickle keeps the estimator")
        return self._mixture.model

    def _fit_faithful(
        self, X: Features, y: npt.ArrayLike, features: dict[str, Any]
    ) -> ExponentiatedGradient:
        player = self._player(X, y, features)
        options = Options(
            multiplier_bound=1 / self.eps,
            rounds=self.max_iter,
            target_gap=self.nu,
            learning_rate=self.eta0,
            linear_program=bool(self.run_linprog_step),
        )
        bounds = player.constraints.bound().to_numpy(dtype=float)
        record = Game.play(bounds, options, player.respond, player.project)
        remember_columns(self, X)
        self._keep(player, record)
        return self

    def _keep(self, player: Player, record: dict[str, Any]) -> None:
        self._mixture = None
        found, best = record["found"], record["best_step"]
        self.best_iter_ = best
        self.best_gap_ = record["gaps"][best]
        # Members of an average come in the order of their first use.
        first = [] if record["is_program"][best] else record["responses"][: best + 1]
        order = list(dict.fromkeys([*first, *range(len(found))]))
        self.weights_ = pd.Series([float(record["weights"][k]) for k in order], index=order)
        self.nu_ = record["target"]
        if self.nu is None:
            # Fairlearn's users read the gap that was aimed at from here.
            self.nu = self.nu_
        self.last_iter_ = len(record["gaps"]) - 1
        self.predictors_ = pd.Series(player.learners[: len(found)], dtype=object)
        self.constraints_ = player.constraints
        self.n_oracle_calls_ = record["calls"]
        self.n_oracle_calls_dummy_returned_ = record["constant_calls"]
        self.oracle_execution_times_ = player.seconds
        index = player.constraints.index
        self.lambda_vecs_EG_ = pd.DataFrame(dict(enumerate(record["steps"])), index=index)
        programs = dict(enumerate(record["programs"], start=1))
        self.lambda_vecs_LP_ = pd.DataFrame(programs, index=index if programs else None)
        multipliers = {k: one["multipliers"] for k, one in enumerate(found)}
        self.lambda_vecs_ = pd.DataFrame(multipliers, index=index)

    def _predictions(self, X: Features) -> tuple[npt.NDArray[Any], Numbers]:
        """What each member with weight says, shape (n, members), and their weights."""
        used = self.weights_[self.weights_ > 0]
        columns = predictions_of((self.predictors_[k] for k in used.index), X)
        return np.column_stack(columns), used.to_numpy()

    def _pmf_predict(self, X: Features) -> Any:
        """The probabilities of a negative and of a positive decision, shape (n, 2); of a regression
        a frame with what each member predicts, one column a member, 0 where it has no weight."""
        check_is_fitted(self, "predictors_")
        if not isinstance(self.constraints_, ClassificationMoment):
            said, weights = self._predictions(X)
            used = self.weights_.index[self.weights_ > 0]
            columns = dict(zip(used, said.T))
            nothing = np.zeros(len(said))
            return pd.DataFrame({k: columns.get(k, nothing) for k in self.predictors_.index})
        if self._mixture is not None:
            block = validate_data(self, as_matrix(X), dtype=[np.float64, np.float32], reset=False)
            positive = self._mixture.probabilities(block)
        else:
            said, weights = self._predictions(X)
            positive = said @ weights
        return np.column_stack([1 - positive, positive])

    def predict(self, X: Features, random_state: RandomState = None) -> npt.NDArray[Any]:
        """Decisions, each drawn from the mixture: a row's decision may differ from call to call
        unless `random_state` is given, here or to the constructor."""
        check_is_fitted(self, "predictors_")
        generator = check_random_state(
            self.random_state if random_state is None else random_state)
        if isinstance(self.constraints_, ClassificationMoment):
            positive = self._pmf_predict(X)[:, 1]
            decisions: npt.NDArray[Any] = (positive >= generator.rand(len(positive))) * 1
            return decisions
        said, weights = self._predictions(X)
        chosen = generator.choice(len(weights), size=said.shape[0], p=weights / weights.sum())
        values: npt.NDArray[Any] = said[np.arange(said.shape[0]), chosen]
        return values
