"""What classifier and regressor share: the networks, the training, the scores."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal, NoReturn, TypeAlias, Union

import numpy as np
from sklearn.utils import check_random_state
from sklearn.utils.validation import check_is_fitted

from .._bases import BaseEstimator
from .._engine import library as lib
from .._engine.calls import Options
from .._engine.dataset import Dataset
from .._engine.model import Model
from .._fitting import rows_again
from .._stored import StoredModel
from .._types import Columns, Features, Numbers, RandomState
from .._unknown import Unknown
from ._layers import Layers, network, optimizer, refuse, tell_what_has_no_effect
from ._sensitive import Continuous, add_sensitive

if TYPE_CHECKING:
    from typing_extensions import Self

Constraint: TypeAlias = Literal["demographic_parity", "equalized_odds", "equal_opportunity"]
Rule: TypeAlias = Union[
    Literal["adam", "adamw", "sgd", "momentum", "rmsprop", "Adam", "SGD"], str, None
]


class AdversarialFairness(StoredModel, BaseEstimator):
    """A predictor and an adversary."""

    status_: str
    n_iter_: int
    _encoding: Any = None
    _model: Model

    def __init__(
        self, predictor_model: Layers = (64, "relu"), adversary_model: Layers = (), *,
        constraints: Constraint = "demographic_parity", alpha: float = 10.0,
        learning_rate: float = 0.002, epochs: int | None = None, batch_size: int | None = None,
        predictor_optimizer: Rule = "adamw", adversary_optimizer: Rule = None,
        target_gap: float | None = None, continuous: Continuous = None,
        options: Mapping[str, Any] | None = None, n_threads: int | None = None,
        random_state: RandomState = None, backend: str = "auto", shuffle: bool | None = None,
        progress_updates: float | None = None, skip_validation: bool = False,
        callbacks: object = None, cuda: str | None = None, warm_start: bool = False,
        unknown: Unknown = "error",
    ) -> None:
        self.predictor_model = predictor_model
        self.adversary_model = adversary_model
        self.constraints = constraints
        self.alpha = alpha
        self.learning_rate = learning_rate
        self.epochs = epochs
        self.batch_size = batch_size
        self.predictor_optimizer = predictor_optimizer
        self.adversary_optimizer = adversary_optimizer
        self.target_gap = target_gap
        self.continuous = continuous
        self.options = options
        self.n_threads = n_threads
        self.random_state = random_state
        self.backend = backend
        self.shuffle = shuffle
        self.progress_updates = progress_updates
        self.skip_validation = skip_validation
        self.callbacks = callbacks
        self.cuda = cuda
        self.warm_start = warm_start
        self.unknown: Unknown = unknown

    def _options(self, rows: int) -> dict[str, Any]:
        hidden, activation = network(self.predictor_model, "predictor_model")
        adversary, its_activation = network(self.adversary_model, "adversary_model")
        chosen: dict[str, Any] = {
            "hidden": hidden, "activation": activation, "adversary_hidden": adversary,
            "adversary_activation": its_activation, "constraint": self.constraints,
            "epochs": self.epochs, "learning_rate": self.learning_rate,
            "batch_size": max(1, rows) if self.batch_size == -1 else self.batch_size,
            "optimizer": optimizer(self.predictor_optimizer, "predictor_optimizer"),
            "adversary_optimizer": optimizer(self.adversary_optimizer, "adversary_optimizer"),
        }
        if self.target_gap is None:
            if not isinstance(self.alpha, (int, float, np.number)) or not self.alpha >= 0:
                raise ValueError(f"alpha must be a number of at least 0, and is {self.alpha!r}")
            return {**chosen, "strength": self.alpha}
        return {**chosen, "target_gap": self.target_gap}

    def _check_arguments(self) -> None:
        refuse(self.callbacks, self.warm_start)
        tell_what_has_no_effect(vars(self))

    def _train(self, data: Dataset, sensitive_features: Columns, weights: Numbers | None) -> Self:
        data.set_weights(weights)
        add_sensitive(
            data, sensitive_features, self.continuous, keeps_missing=self.unknown == "own-group")
        options = Options(
            **self._options(data.rows), threads=self.n_threads,
            seed=int(check_random_state(self.random_state).randint(2**31)), **(self.options or {}),
        )
        self._model = Model.fit("adversarial", data, options)
        report = self._model.report["report"]
        self.status_, self.n_iter_ = str(report["status"]), int(report["iterations"])
        return self

    @property
    def partial_fit(self) -> NoReturn:
        """Not possible: choices are made on the measures of whole epochs."""
        raise AttributeError(
            f"{type(self).__name__} has no partial_fit: a fit chooses among the iterates of whole "
            "epochs of all rows"
        )

    def _scores(self, X: Features) -> Numbers:
        check_is_fitted(self)
        return self._model.predict(rows_again(self, X).dataset(), lib.SCORE)

    def __sklearn_is_fitted__(self) -> bool:
        return hasattr(self, "_model")
