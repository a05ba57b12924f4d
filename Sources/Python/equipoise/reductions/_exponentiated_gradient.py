"""Fair classification and regression as a sequence of weighted fits."""

from __future__ import annotations

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator, MetaEstimatorMixin
from sklearn.utils import check_random_state
from sklearn.utils.validation import check_is_fitted, validate_data

from .._inputs import as_matrix
from ._inputs import features_of_rows, has_one_label
from ._moments import ClassificationMoment
from ._native import NativeMixture, can_run
from ._saddle_point import PRECISION, SaddlePoint

# Steps at least; then how often, and when, the learning rate shrinks.
_LEAST_STEPS = 5
_FIRST_CHECK, _CHECK_GROWTH = 5, 1.6
_GAP_SHRINKS, _RATE_SHRINKS = 0.8, 0.8


class ExponentiatedGradient(BaseEstimator, MetaEstimatorMixin):
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
        "fast" is column generation inside the engine, for its own learner and for scikit-learn's
        L2 logistic regression; "faithful" takes the published steps with any estimator; "auto" is
        fast where that gives the same problem.

    Attributes
    ----------
    predictors_, weights_ : the mixture
        The fast way's predictors are logistic regressions of the estimator's class.
    best_gap_, best_iter_, last_iter_, n_oracle_calls_, n_oracle_calls_dummy_returned_
    stop_reason_, n_features_in_, feature_names_in_ : of the fast way only
    nu_, oracle_execution_times_, lambda_vecs_, lambda_vecs_EG_, lambda_vecs_LP_
        Of the faithful way only.
    """

    def __init__(
        self,
        estimator=None,
        constraints=None,
        *,
        objective=None,
        eps=0.01,
        max_iter=50,
        nu=None,
        eta0=2.0,
        run_linprog_step=True,
        sample_weight_name="sample_weight",
        algorithm="auto",
    ):
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

    def fit(self, X, y, *, sensitive_features=None, control_features=None, sample_weight=None):
        """Fits to rows.

        Parameters
        ----------
        X, y : features (n, d), and labels 0 and 1 or numbers (n,)
        sensitive_features : column or table; combinations of several columns are the groups
        control_features : column or table, optional
            Strata within which the constraints hold, for constraints that know them.
        sample_weight : (n,), optional
            A row of weight 2 counts as two rows, in the loss and in the constraints.
        """
        for name in [name for name in vars(self) if name.endswith("_")]:
            delattr(self, name)
        features = features_of_rows(X, sensitive_features, control_features, sample_weight)
        if self.algorithm not in ("auto", "faithful", "fast"):
            raise ValueError(f"algorithm must be auto, faithful or fast, not {self.algorithm!r}")
        native, reason = can_run(self, features)
        if native and has_one_label(y, features.get("sample_weight")):
            native, reason = False, "labels of one class"
        if self.algorithm == "fast" and not native:
            raise ValueError(f"algorithm='fast' cannot be used here: {reason}")
        if native and self.algorithm != "faithful":
            return self._fit_native(X, y, features)
        if self.estimator is None:
            raise ValueError(f"estimator=None needs the engine, which cannot be used: {reason}")
        return self._fit_faithful(X, y, features)

    def _fit_native(self, X, y, features):
        mixture = NativeMixture(self, X, y, features)
        self._mixture = mixture
        for name, value in mixture.seen.items():
            setattr(self, name, value)
        self.constraints_ = mixture.constraints
        self.predictors_ = mixture.predictors
        self.weights_ = mixture.weights
        self.best_gap_ = mixture.gap
        self.best_iter_ = self.last_iter_ = mixture.rounds
        self.n_oracle_calls_ = mixture.rounds
        self.n_oracle_calls_dummy_returned_ = 0
        self.stop_reason_ = mixture.stop_reason
        return self

    def _fit_faithful(self, X, y, features):
        bound = 1 / self.eps
        game = SaddlePoint(
            X, y, self.estimator, self.constraints, bound, self.objective,
            self.sample_weight_name, features,
        )
        log_weights = pd.Series(0.0, game.constraints.index)
        total = log_weights.copy()
        uses = pd.Series(dtype=float)
        mixtures, gaps, own_gaps = [], [], []
        steps, programs = {}, {}
        checked, previous = _FIRST_CHECK, np.inf
        nu, rate = self.nu, self.eta0 / bound
        for t in range(self.max_iter):
            # 1. Multipliers from the violations so far, and the learner's response to them.
            exponentials = np.exp(log_weights)
            multipliers = bound * exponentials / (1 + exponentials.sum())
            steps[t] = multipliers
            total = total + multipliers
            k = game.respond(multipliers)
            if nu is None:
                first = game.predictors[k].predict(X)
                spread = (pd.Series(np.squeeze(first)) - game.constraints._y_as_series).abs().std()
                nu = 0.5 * spread / np.sqrt(len(game.constraints._y_as_series))
            # 2. The gap of the averages, and of the best mixture of what was found.
            uses[k] = uses.get(k, 0.0) + 1.0
            average = uses / uses.sum()
            own = game.gap(average, total / (t + 1), nu).size
            own_gaps.append(own)
            best, gap = average, own
            if t > 0 and self.run_linprog_step:
                mixture, programs[t], found = game.solve(nu)
                if not own < found.size:
                    best, gap = mixture, found.size
            mixtures.append(best)
            gaps.append(gap)
            if gap < nu and t >= _LEAST_STEPS:
                break
            # 3. A smaller learning rate where the gap hardly falls.
            if t >= checked * _CHECK_GROWTH:
                smallest = min(own_gaps)
                if smallest > previous * _GAP_SHRINKS:
                    rate *= _RATE_SHRINKS
                checked, previous = t, smallest
            log_weights = log_weights + rate * (game.gammas[k] - game.constraints.bound())
        self._keep(game, mixtures, gaps, nu, steps, programs)
        return self

    def _keep(self, game, mixtures, gaps, nu, steps, programs):
        self._mixture = None
        smallest = min(gaps)
        self.best_iter_ = max(t for t, gap in enumerate(gaps) if gap <= smallest + PRECISION)
        self.best_gap_ = gaps[self.best_iter_]
        self.weights_ = mixtures[self.best_iter_].reindex(
            list(mixtures[self.best_iter_].index)
            + [k for k in range(len(game.predictors)) if k not in mixtures[self.best_iter_].index],
            fill_value=0.0,
        )
        self.nu_ = nu
        if self.nu is None:
            # Fairlearn's users read the gap that was aimed at from here.
            self.nu = nu
        self.last_iter_ = len(mixtures) - 1
        self.predictors_ = pd.Series(game.predictors, dtype=object)
        self.constraints_ = game.constraints
        self.n_oracle_calls_ = game.calls
        self.n_oracle_calls_dummy_returned_ = game.constant_calls
        self.oracle_execution_times_ = game.seconds
        self.lambda_vecs_EG_ = pd.DataFrame(steps)
        self.lambda_vecs_LP_ = pd.DataFrame(programs)
        self.lambda_vecs_ = pd.DataFrame(dict(enumerate(game.lambdas)))

    def _predictions(self, X) -> np.ndarray:
        """What each member with weight says, shape (n, members)."""
        used = self.weights_[self.weights_ > 0]
        columns = [np.squeeze(np.asarray(self.predictors_[k].predict(X))) for k in used.index]
        return np.column_stack([np.atleast_1d(c) for c in columns]), used.to_numpy()

    def _pmf_predict(self, X):
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
            X = validate_data(self, as_matrix(X), dtype=[np.float64, np.float32], reset=False)
            positive = self._mixture.probabilities(X)
        else:
            said, weights = self._predictions(X)
            positive = said @ weights
        return np.column_stack([1 - positive, positive])

    def predict(self, X, random_state=None):
        """Decisions, each drawn from the mixture: a row's decision may differ from call to call
        unless `random_state` is given."""
        check_is_fitted(self, "predictors_")
        generator = check_random_state(random_state)
        if isinstance(self.constraints_, ClassificationMoment):
            positive = self._pmf_predict(X)[:, 1]
            return (positive >= generator.rand(len(positive))) * 1
        said, weights = self._predictions(X)
        chosen = generator.choice(len(weights), size=said.shape[0], p=weights / weights.sum())
        return said[np.arange(said.shape[0]), chosen]
