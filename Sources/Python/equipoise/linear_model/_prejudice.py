"""Kamishima's prejudice remover."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from .._engine import library as lib
from .._engine.calls import Options
from .._engine.model import Model
from .._fitting import check_rows, require_groups
from .._grouping import group_text
from .._inputs import (
    as_columns,
    check_aligned,
    check_strength,
    has_names,
    sensitive_columns_again,
)
from .._types import Column, Columns, Features, Numbers
from .._unknown import Unknown, UnknownRows, known_part, rows_named_as_given, taken
from ._base import LinearClassifier
from ._logistic import LogisticRegression

if TYPE_CHECKING:
    from typing_extensions import Self

Array = npt.NDArray[Any]


def _known_text(group: Any, known: Collection[str]) -> str:
    """The name that a fit had for a group: truth values are 0 and 1."""
    text = group_text(group)
    if text in known or not isinstance(group, (bool, int, float, np.number, np.bool_)):
        return text
    names = {0: ("0", "False"), 1: ("1", "True")}.get(int(group) if group in (0, 1) else -1, ())
    return next((name for name in names if name in known), text)


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
    unknown : "error", "exclude", "own-group" or "pooled"
        What becomes of rows whose sensitive features are missing: an error that names the row; left
        out of the fit, as with "pooled", too; or a group of their own. A warning counts them. Where
        some were left out of a fit with `per_group`, a logistic regression that looks at no group
        answers for such rows.

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

    _fallback: LogisticRegression | None = None

    def __init__(
        self, eta: float = 1.0, l2: float = 1.0, *, per_group: bool = True, tol: float = 1e-8,
        max_iter: int = 200, n_threads: int | None = None, unknown: Unknown = "error",
    ) -> None:
        self.eta = eta
        self.l2 = l2
        self.per_group = per_group
        self.tol = tol
        self.max_iter = max_iter
        self.n_threads = n_threads
        self.unknown: Unknown = unknown

    def fit(
        self, X: Features, y: Column, *, sensitive_features: Columns | None = None,
        sample_weight: Column | None = None,
    ) -> Self:
        """Fits to features (n, d), labels (n,) and sensitive features (n,) or (n, k)."""
        groups = require_groups(sensitive_features)
        if self.unknown != "error":
            check_rows(X, y, groups, sample_weight)
        self._are_named = has_names(groups)
        groups, (X, y, sample_weight), rows = known_part(self.unknown, groups, X, y, sample_weight)
        with rows_named_as_given(rows):
            data, _ = self._take(X, y, sample_weight, groups)
            self._attributes = self._add_groups(
                data, groups, keeps_missing=self.unknown == "own-group")
        options = Options(
            eta=check_strength(self.eta, "eta"),
            l2=check_strength(self.l2, "l2"),
            per_group=bool(self.per_group),
            **self._solver_options(),
        )
        with rows_named_as_given(rows):
            self._keep(Model.fit("prejudice-remover", data, options))
        self._fallback = None
        if rows is not None and self.per_group:
            self._fallback = LogisticRegression(n_threads=self.n_threads)
            self._fallback.fit(X, y, sample_weight)
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
        given = require_groups(sensitive_features, "prediction")
        check_aligned(X=X, sensitive_features=given)
        if self._fallback is None:
            return self._by_group(X, given)
        found = UnknownRows.of(as_columns(given, "sensitive_feature"))
        if not found.counts:
            return self._by_group(X, given)
        scores: Array = self._fallback.decision_function(X)
        if len(scores) != len(found.any):
            return self._by_group(X, given)  # which says so
        found.tell_of("decided by a logistic regression that looks at no group")
        known = found.known
        if len(known):
            with rows_named_as_given(known):
                scores[known] = self._by_group(taken(X, known), taken(given, known))
        return scores

    def _by_group(self, X: Features, given: Columns) -> Array:
        """The scores of rows whose groups the fit knew."""
        rows = self._rows(X)
        data = rows.dataset()
        columns = sensitive_columns_again(
            given, len(rows), [name for name, _ in self._attributes], self._are_named,
            keeps_missing=self.unknown == "own-group",
        )
        for (name, known), (_, codes, groups) in zip(self._attributes, columns):
            places = {group: k for k, group in enumerate(known)}
            texts = [_known_text(group, places) for group in groups]
            unseen = [text for text in texts if text not in places]
            if unseen:
                raise ValueError(f"'{name}' had no group '{unseen[0]}' when the model was fitted")
            renumber = np.array([places[text] for text in texts], dtype=np.int32)
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
