"""Columns without what sensitive ones explain linearly."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Union

import numpy as np
import numpy.typing as npt
from sklearn.utils.validation import check_is_fitted

from .._bases import BaseEstimator, TransformerMixin
from .._encoding import FrameEncoding, frame_of, plain_rows
from .._engine.calls import Options
from .._engine.dataset import Dataset
from .._engine.stages import Transform
from .._inputs import check_strength
from .._stored import StoredStage, not_stored
from .._types import Column, Features, Numbers

if TYPE_CHECKING:
    from typing_extensions import Self


class CorrelationRemover(StoredStage, TransformerMixin, BaseEstimator):
    """Takes from the other columns what the sensitive ones explain linearly, and leaves these out.

    The class of this name in Fairlearn, with several sensitive columns projected out together; they
    are numbers among the columns of X. For sensitive features beside X, which groups need not be
    numbers, there is ``Preprocessor("correlation-remover")``.

    Parameters
    ----------
    sensitive_feature_ids : list
        Names or numbers of the sensitive columns.
    alpha : float
        The share that is taken: 1 all, 0 nothing.

    Examples
    --------
    >>> import numpy as np
    >>> from equipoise.preprocessing import CorrelationRemover
    >>> rng = np.random.default_rng(0)
    >>> s = rng.normal(size=100)
    >>> X = np.column_stack([s, s + rng.normal(size=100)])
    >>> rest = CorrelationRemover(sensitive_feature_ids=[0]).fit_transform(X)
    >>> rest.shape, bool(abs(np.corrcoef(s, rest[:, 0])[0, 1]) < 1e-12)
    ((100, 1), True)
    """

    n_features_in_: int
    sensitive_mean_: Numbers
    lookup_: dict[Any, int]
    beta_: Numbers
    transform_: Transform | None

    def __init__(
        self, *, sensitive_feature_ids: Union[str, Sequence[Union[str, int]]] = (),
        alpha: float = 1,
    ) -> None:
        self.sensitive_feature_ids = sensitive_feature_ids
        self.alpha = alpha

    def _stage(self) -> Transform:
        raise not_stored(
            self, "as its sensitive columns are places of an array",
            "Preprocessor('correlation-remover') has one")

    def _numbers(self, X: Features, *, reset: bool) -> Numbers:
        frame = frame_of(X)
        texts = FrameEncoding.of(frame)
        if texts is not None:
            raise ValueError(
                f"column '{next(iter(texts.categories))}' of X holds texts or categories, and "
                "CorrelationRemover takes numbers: Preprocessor('correlation-remover') takes both, "
                "with the sensitive features beside X, or make them numbers: pandas.get_dummies(X)")
        numbers: Numbers = plain_rows(self, frame, dtype=np.float64, reset=reset)[0].numbers
        return numbers

    def _rows(self, X: Numbers) -> tuple[Numbers, Dataset]:
        rest: Numbers = X[:, np.setdiff1d(np.arange(X.shape[1]), self._sensitive)]
        data = Dataset(X.shape[0]).set_features(rest)
        for place in self._sensitive:
            data.add_continuous(f"x{place}", X[:, place])
        return rest, data

    def fit(self, X: Features, y: Column | None = None) -> Self:
        """Learns the means of the sensitive columns and what each unit of them explains."""
        # The columns of an Arrow table are arrays, and its names stand elsewhere.
        names = list(getattr(X, "column_names", None) or getattr(X, "columns", []))
        numbers = self._numbers(X, reset=True)
        if not check_strength(self.alpha, "alpha") <= 1:
            raise ValueError(f"alpha must be a number from 0 to 1, and is {self.alpha!r}")
        self._sensitive = self._places(names, numbers.shape[1])
        self.lookup_ = {name: j for j, name in enumerate(names or range(numbers.shape[1]))}
        self.transform_ = None
        self.sensitive_mean_ = numbers[:, self._sensitive].mean(axis=0)
        rest, data = self._rows(numbers)
        self.beta_ = np.zeros((len(self._sensitive), rest.shape[1]))
        if self.beta_.size:
            self.transform_ = Transform.fit("correlation-remover", data, Options())
            (effects,) = self.transform_.document["tensors"]
            self.beta_ = np.reshape(effects["values"], self.beta_.shape)
        return self

    def _places(self, names: list[Any], width: int) -> npt.NDArray[np.int64]:
        """The numbers of the sensitive columns; raises with all that are not there."""
        ids = self.sensitive_feature_ids
        asked = [ids] if isinstance(ids, str) else list(ids)
        places = [names.index(name) if name in names else name for name in asked]
        missing = [
            name for name, place in zip(asked, places)
            if not isinstance(place, (int, np.integer)) or not 0 <= place < width
        ]
        if missing:
            raise ValueError(f"Columns {missing} are not found in X")
        return np.array(sorted({int(place) for place in places}), dtype=int)

    def transform(self, X: Features) -> Numbers:
        """The other columns without the explained part, shape (n, d − sensitive)."""
        check_is_fitted(self)
        numbers = self._numbers(X, reset=False)
        rest, data = self._rows(numbers)
        if self.transform_ is None:
            return rest
        removed = self.transform_.apply(data).features
        return removed if self.alpha == 1 else self.alpha * removed + (1 - self.alpha) * rest

    def fit_transform(
        self, X: Features, y: Column | None = None
    ) -> Numbers:
        """The other columns of the rows that are fitted to."""
        changed: Numbers = self.fit(X, y).transform(X)
        return changed

    def get_feature_names_out(self, input_features: object = None) -> npt.NDArray[np.object_]:
        """The other columns."""
        check_is_fitted(self)
        names = getattr(self, "feature_names_in_", input_features)
        if names is None:
            names = [f"x{j}" for j in range(self.n_features_in_)]
        found: npt.NDArray[np.object_] = np.asarray(names, dtype=object)
        return np.delete(found, self._sensitive)

    def __sklearn_is_fitted__(self) -> bool:
        return hasattr(self, "beta_")
