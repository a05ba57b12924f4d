"""Networks trained against an adversary that guesses the sensitive attribute from what they predict."""

from __future__ import annotations

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin
from sklearn.utils import check_random_state
from sklearn.utils.validation import check_is_fitted, validate_data

from ._engine import library as lib
from ._engine.calls import Options
from ._engine.dataset import Dataset
from ._engine.model import Model
from ._fitting import checked_weights, two_classes, weights_of_classes
from ._inputs import as_matrix, sensitive_columns

__all__ = ["AdversarialFairnessClassifier", "AdversarialFairnessRegressor"]

_ACTIVATIONS = ("identity", "relu", "leaky_relu", "tanh", "sigmoid", "gelu")


class _AdversarialFairness(BaseEstimator):
    """What classifier and regressor share: the networks, the training, the scores."""

    def __init__(
        self, predictor_model=(64, "relu"), adversary_model=(), *,
        constraints="demographic_parity", alpha=10.0, learning_rate=0.002, epochs=None,
        batch_size=None, predictor_optimizer="adamw", target_gap=None, options=None,
        n_threads=None, random_state=None,
    ):
        self.predictor_model = predictor_model
        self.adversary_model = adversary_model
        self.constraints = constraints
        self.alpha = alpha
        self.learning_rate = learning_rate
        self.epochs = epochs
        self.batch_size = batch_size
        self.predictor_optimizer = predictor_optimizer
        self.target_gap = target_gap
        self.options = options
        self.n_threads = n_threads
        self.random_state = random_state

    def _layers(self) -> dict:
        widths = [layer for layer in self.predictor_model if not isinstance(layer, str)]
        activations = {str(layer).lower() for layer in self.predictor_model if isinstance(layer, str)}
        if len(set(widths)) > 1 or len(activations) > 1:
            raise ValueError("the hidden layers of predictor_model share one width and activation")
        unknown = activations - set(_ACTIVATIONS)
        if unknown:
            raise ValueError(f"predictor_model: {unknown.pop()!r} is not one of {_ACTIVATIONS}")
        adversary = [layer for layer in self.adversary_model if not isinstance(layer, str)]
        if len(adversary) > 1:
            raise ValueError("adversary_model has at most one hidden layer")
        return {
            "hidden": int(widths[0]) if widths else 0,
            "layers": max(1, len(widths)),
            "activation": activations.pop() if activations else None,
            "adversary_hidden": int(adversary[0]) if adversary else 0,
        }

    def _train(self, data: Dataset, sensitive_features, weights):
        data.set_weights(weights)
        for name, codes, groups in sensitive_columns(sensitive_features, data.rows):
            data.add_attribute(name, codes, [str(group) for group in groups])
        strength = {"strength": self.alpha}
        if self.target_gap is not None:
            strength = {"target_gap": self.target_gap}
        options = Options(
            **self._layers(), **strength, constraint=self.constraints, epochs=self.epochs,
            learning_rate=self.learning_rate, batch_size=self.batch_size,
            optimizer=str(self.predictor_optimizer).lower(), threads=self.n_threads,
            seed=int(check_random_state(self.random_state).randint(2**31)), **(self.options or {}),
        )
        self._model = Model.fit("adversarial", data, options)
        report = self._model.report["report"]
        self.status_, self.n_iter_ = report["status"], int(report["iterations"])
        return self

    def _scores(self, X) -> np.ndarray:
        check_is_fitted(self)
        X = validate_data(self, as_matrix(X), dtype=[np.float32, np.float64], reset=False)
        return self._model.predict(Dataset(X.shape[0]).set_features(X), lib.SCORE)

    def __sklearn_is_fitted__(self) -> bool:
        return hasattr(self, "_model")


class AdversarialFairnessClassifier(ClassifierMixin, _AdversarialFairness):
    """A neural network whose decisions tell an adversary little about the sensitive attribute.

    B. H. Zhang, B. Lemoine, M. Mitchell, Mitigating unwanted biases with adversarial learning,
    AIES 2018. Argument names are those of Fairlearn's class where they mean the same; arguments of
    other deep-learning libraries (`backend`, `cuda`, models as modules) do not exist here. Features
    are used as they are: scale them before.

    Parameters
    ----------
    predictor_model : list
        Hidden layers of one width, each followed by an activation if wanted: ``[50, "relu"]``,
        ``[64, "relu", 64, "relu"]``; ``[]`` is logistic regression.
    adversary_model : list
        At most one hidden layer: ``[]`` or ``[16]``.
    constraints : "demographic_parity", "equalized_odds" or "equal_opportunity"
    alpha : float
        Weight of the adversary's gradient.
    learning_rate, epochs, batch_size
        Of the training; `epochs=None` and `batch_size=None` choose by the rows: 25 epochs of
        batches of 1024, or on a small table as many as 1250 steps take, of smaller batches.
    predictor_optimizer : "adam", "adamw", "sgd", "momentum" or "rmsprop"
    target_gap : float, optional
        Drives `alpha` instead to this largest gap between groups.
    options : dict, optional
        Further options of the engine's method "adversarial" (see `equipoise.methods()`).
    random_state : int or RandomState, optional
        Starts and batches depend on it.

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

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.classifier_tags.multi_class = False
        return tags

    def fit(self, X, y, *, sensitive_features=None, sample_weight=None):
        """Fits to features (n, d), labels of two classes (n,) and sensitive features."""
        if sensitive_features is None:
            raise TypeError("fit needs the argument 'sensitive_features'")
        X, y = validate_data(self, as_matrix(X), y, dtype=[np.float32, np.float64])
        self.classes_, labels = two_classes(y)
        data = Dataset(X.shape[0]).set_features(X, getattr(self, "feature_names_in_", None))
        data.set_labels(labels)
        weights = weights_of_classes(sample_weight, X, y, self.classes_)
        return self._train(data, sensitive_features, weights)

    def decision_function(self, X):
        """The score of each row, shape (n,)."""
        return self._scores(X)

    def predict_proba(self, X):
        """Probabilities of the two classes, shape (n, 2)."""
        positive = 0.5 * (1 + np.tanh(0.5 * self.decision_function(X)))
        return np.column_stack([1 - positive, positive])

    def predict(self, X):
        """The class of each row: the second where the score is above 0."""
        scores = self.decision_function(X)
        return self.classes_[(scores > 0).astype(int)]


class AdversarialFairnessRegressor(RegressorMixin, _AdversarialFairness):
    """A neural network whose numbers tell an adversary little about the sensitive attribute.

    The classifier beside it has the paper and the arguments. The network minimises half the squared
    error of the target in standard deviations from its mean, so that `learning_rate`, `alpha` and
    `target_gap` mean the same in every unit, and predicts in the target's own units.

    Parameters
    ----------
    constraints : "demographic_parity" or "equalized_odds"
        Whether the adversary guesses from the prediction alone, or with the true number beside it.
    target_gap : float, optional
        Drives `alpha` instead to this largest gap between the groups' mean predictions, in standard
        deviations of the target.
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

    def fit(self, X, y, *, sensitive_features=None, sample_weight=None):
        """Fits to features (n, d), numbers (n,) and sensitive features."""
        if sensitive_features is None:
            raise TypeError("fit needs the argument 'sensitive_features'")
        X, y = validate_data(
            self, as_matrix(X), y, dtype=[np.float32, np.float64], y_numeric=True,
            ensure_min_samples=2,
        )
        data = Dataset(X.shape[0]).set_features(X, getattr(self, "feature_names_in_", None))
        data.set_targets(np.asarray(y, dtype=np.float64))
        return self._train(data, sensitive_features, checked_weights(sample_weight, X))

    def predict(self, X):
        """The number for each row in the units of the target, shape (n,)."""
        return self._scores(X)
