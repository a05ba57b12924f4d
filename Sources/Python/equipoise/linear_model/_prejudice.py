"""Kamishima's prejudice remover."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from .._engine import library as lib
from .._engine.calls import Options
from .._engine.model import Model
from .._fitting import require_groups
from .._inputs import check_aligned, check_strength, has_names, sensitive_columns_again
from .._types import Column, Columns, Features, Numbers
from ._base import LinearClassifier

if TYPE_CHECKING:
    from typing_extensions import Self

Array = npt.NDArray[Any]


class PrejudiceRemoverClassifier(LinearClassifier):
    """Kamishima's prejudice remover: logistic regression with a penalty on the mutual information
    of prediction and group, in the sum form Σ loss + η·R + ½·l2·‖w‖².

    T. Kamishima, S. Akaho, H. Asoh, J. Sakuma, Fairness-aware classifier with prejudice remover
    regularizer, ECML PKDD 2012.

    Parameters
    ----------
    eta : float
        Factor of the prejudice index R.
    l2 : float
        Factor of ½‖w‖² beside the summed loss.
    per_group : bool
        One coefficient vector a group, as published; prediction then needs the group, and so does
        `score`. False shares one vector.
    tol, max_iter, n_threads
        As in `LogisticRegression`, which also says what columns of texts are.

    Examples
    --------
    >>> import numpy as np
    >>> from equipoise.linear_model import PrejudiceRemoverClassifier
    >>> rng = np.random.default_rng(0)
    >>> group = rng.integers(0, 2, 1000)
    >>> X = np.column_stack([rng.normal(group, 1.0), rng.normal(size=1000)])
    >>> y = (X.sum(axis=1) + rng.normal(size=1000) > 0.5).astype(int)
    >>> model = PrejudiceRemoverClassifier(eta=5).fit(X, y, sensitive_features=group)
    >>> bool(model.score(X, y, sensitive_features=group) > 0.7)
    True
    """

    def __init__(
        self, eta: float = 1.0, l2: float = 1.0, *, per_group: bool = True, tol: float = 1e-8,
        max_iter: int = 200, n_threads: int | None = None,
    ) -> None:
        self.eta = eta
        self.l2 = l2
        self.per_group = per_group
        self.tol = tol
        self.max_iter = max_iter
        self.n_threads = n_threads

    def fit(
        self, X: Features, y: Column, *, sensitive_features: Columns | None = None,
        sample_weight: Column | None = None,
    ) -> Self:
        """Fits to features (n, d), labels (n,) and sensitive features (n,) or (n, k)."""
        groups = require_groups(sensitive_features)
        data, _ = self._take(X, y, sample_weight, groups)
        self._are_named = has_names(groups)
        self._attributes = self._add_groups(data, groups)
        options = Options(
            eta=check_strength(self.eta, "eta"),
            l2=check_strength(self.l2, "l2"),
            per_group=bool(self.per_group),
            **self._solver_options(),
        )
        self._keep(Model.fit("prejudice-remover", data, options))
        return self

    def _coefficients(self, model: Model) -> tuple[Numbers, Numbers]:
        if not self.per_group:
            return super()._coefficients(model)
        theta = model.tensor("theta")
        return theta[:, :-1][:, self._seen], theta[:, -1]

    def decision_function(
        self, X: Features, *, sensitive_features: Columns | None = None
    ) -> Array:
        """The score of each row; with `per_group` the rows' sensitive features are needed."""
        if not self.per_group:
            return self._linear(X)
        rows = self._rows(X)
        given = require_groups(sensitive_features, "prediction")
        check_aligned(X=X, sensitive_features=given)
        data = rows.dataset()
        columns = sensitive_columns_again(
            given, len(rows), [name for name, _ in self._attributes], self._are_named
        )
        for (name, known), (_, codes, groups) in zip(self._attributes, columns):
            places = {group: k for k, group in enumerate(known)}
            unknown = [str(group) for group in groups if str(group) not in places]
            if unknown:
                raise ValueError(f"'{name}' had no group '{unknown[0]}' when the model was fitted")
            renumber = np.array([places[str(group)] for group in groups], dtype=np.int32)
            data.add_attribute(name, renumber[codes], known)
        return self._model.predict(data, lib.SCORE)

    def predict_proba(
        self, X: Features, *, sensitive_features: Columns | None = None
    ) -> Numbers:
        """Probabilities of the two classes, shape (n, 2)."""
        return self._probabilities(
            self.decision_function(X, sensitive_features=sensitive_features)
        )

    def predict(self, X: Features, *, sensitive_features: Columns | None = None) -> Array:
        """The class of each row: the second where z > 0."""
        return self._decisions(self.decision_function(X, sensitive_features=sensitive_features))

    def score(
        self, X: Features, y: Column, sample_weight: Column | None = None, *,
        sensitive_features: Columns | None = None,
    ) -> float:
        """The share of right decisions; with `per_group` the rows' sensitive features are needed.

        A search over parameters passes them where metadata routing is on and
        ``set_score_request(sensitive_features=True)`` asks for them.
        """
        from sklearn.metrics import accuracy_score

        predicted = self.predict(X, sensitive_features=sensitive_features)
        return float(accuracy_score(y, predicted, sample_weight=sample_weight))
