"""Any preprocessor of the engine by name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
from sklearn.utils import Tags
from sklearn.utils.validation import check_is_fitted

from .._bases import BaseEstimator, TransformerMixin
from .._encoding import FeatureRows
from .._engine.calls import EquipoiseError, Options
from .._engine.dataset import Dataset
from .._engine.stages import Transform
from .._fitting import (
    check_rows,
    checked_weights,
    require_groups,
    rows_again,
    rows_of,
    two_classes,
)
from .._grouping import group_text
from .._inputs import as_columns, check_aligned, has_names, raw_columns, sensitive_columns
from .._known_names import Preprocessing
from .._stored import StoredStage
from .._types import Column, Columns, Features, Numbers
from .._unknown import (
    Unknown,
    UnknownRows,
    checked_unknown,
    known_part,
    rows_named_as_given,
    taken,
)
from ._tables import labels_like, like

if TYPE_CHECKING:
    from typing_extensions import Self


class Preprocessor(StoredStage, TransformerMixin, BaseEstimator):
    """Any preprocessor of the engine by name.

    Methods that change labels, weights or rows do so in `fit_resample`, which returns what to fit a
    model to; `fit_transform`, which a Pipeline of scikit-learn calls, returns features alone and
    refuses them. `Preprocessed(estimator, preprocessor)` does both steps.

    Columns of a frame that hold texts or categories are repaired as categories; a text of which
    there was none in the fit counts as no level, with a warning.

    Parameters
    ----------
    method : str
        A name of `equipoise.preprocessing.methods()`.
    options : dict, optional
        The method's options.
    unknown : "error", "exclude", "own-group" or "pooled"
        What becomes of rows whose sensitive features are missing: an error that names the row; left
        out of the fit and of the rows that `fit_resample` returns, as with "pooled", too; or a
        group of their own. Where a method moves rows by their group, `transform` leaves those that were
        left out as they are. A warning counts them.

    Attributes
    ----------
    changes_ : tuple of str
        What of the rows that were fitted to changes beside the features: "rows", "labels",
        "weights".
    classes_ : array of shape (2,)

    Examples
    --------
    >>> import numpy as np
    >>> from equipoise.preprocessing import Preprocessor
    >>> y, group = np.array([1, 1, 0, 0, 1, 0]), np.array([0, 0, 0, 1, 1, 1])
    >>> X = np.arange(6.0)[:, None]
    >>> Preprocessor("reweighing").fit(X, y, sensitive_features=group).changes_
    ('weights',)
    """

    classes_: Any
    n_features_in_: int
    changes_: tuple[str, ...]
    transform_: Transform
    unknown: Unknown
    _encoding: Any = None

    def __init__(
        self, method: Preprocessing | str = "reweighing", options: Mapping[str, Any] | None = None, *,
        unknown: Unknown = "error",
    ) -> None:
        self.method = method
        self.options = options
        self.unknown: Unknown = unknown

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.input_tags.categorical = True
        return tags

    def _method(self) -> str:
        return self.method

    def _stage(self) -> Transform:
        return self.transform_

    def _options(self) -> dict[str, Any]:
        return dict(self.options or {})

    def _add_groups(self, data: Dataset, sensitive_features: Columns | None) -> Dataset:
        if sensitive_features is not None:
            columns = sensitive_columns(
                sensitive_features, data.rows, keeps_missing=self.unknown == "own-group")
            names = self._names_again(sensitive_features, [name for name, _, _ in columns])
            for name, (_, codes, groups) in zip(names, columns):
                data.add_attribute(name, codes, [group_text(group) for group in groups])
        return data

    def _names_again(self, sensitive_features: Columns, names: list[str]) -> list[str]:
        """The names that the columns had in the fit: found by their places where they have no names
        of their own, then or now."""
        before: list[str] = getattr(self, "_group_names", [])
        is_by_name = has_names(sensitive_features) and getattr(self, "_are_named", False)
        return names if is_by_name or len(before) != len(names) else before

    def _fit(
        self, X: Features, y: Column | None, sensitive_features: Columns | None,
        sample_weight: Column | None,
    ) -> Dataset:
        """Fits, and returns the rows to fit a model to."""
        groups = require_groups(sensitive_features)
        check_rows(X, y, groups, sample_weight)
        groups, (X, y, sample_weight), part = known_part(self.unknown, groups, X, y, sample_weight)
        with rows_named_as_given(part):
            rows, y = rows_of(self, X, y)
            data = rows.dataset()
            if y is not None:
                self.classes_, labels = two_classes(y)
                data.set_labels(labels)
            data.set_weights(checked_weights(sample_weight, rows.numbers))
            self._group_names = []
            self._add_groups(data, groups)
            self._are_named = has_names(groups)
            self._group_names = [
                name for name, _ in raw_columns(groups, "sensitive_feature")]
            self.transform_ = Transform.fit(self._method(), data, Options(**self._options()))
        changed = self.transform_.training(data)
        self.changes_ = self._changes(data, changed, y is not None)
        columns = changed.columns
        found = columns["numeric"] or [f"x{j}" for j in range(changed.features.shape[1])]
        found = found + [column["name"] for column in columns["categorical"]]
        known = [name for name in self._columns() or [] if name in found]
        self._names_out = known + [name for name in found if name not in set(known)]
        return changed

    def _columns(self) -> list[str] | None:
        names = getattr(self, "feature_names_in_", None)
        return None if names is None else [str(name) for name in names]

    def _changes(self, data: Dataset, changed: Dataset, has_labels: bool) -> tuple[str, ...]:
        if changed.rows != data.rows:
            return ("rows",)
        found = []
        if has_labels and (changed.labels != data.labels).any():
            # Other rows have other features than these rows have when they are new.
            same = np.array_equal(changed.features, self.transform_.apply(data).features)
            found.append("labels" if same else "rows")
        if not np.allclose(changed.weights, data.weights, rtol=1e-12, atol=0):
            found.append("weights")
        return tuple(found)

    def fit(
        self, X: Features, y: Column | None = None, *, sensitive_features: Columns | None = None,
        sample_weight: Column | None = None,
    ) -> Self:
        """Fits to features (n, d), labels (n,) and sensitive features."""
        self._fit(X, y, sensitive_features, sample_weight)
        return self

    def transform(self, X: Features, *, sensitive_features: Columns | None = None) -> Any:
        """New rows with the features that a model fitted to the changed rows expects.

        Returns
        -------
        array of shape (n, d_out), or a frame of pandas where there are texts
            `set_output` chooses frames, whose columns `get_feature_names_out` names.
        """
        check_is_fitted(self)
        _, changed = self._applied(X, sensitive_features)
        return like(None, changed, self._columns())

    def _applied(
        self, X: Features, sensitive_features: Columns | None
    ) -> tuple[FeatureRows, FeatureRows]:
        """New rows as they are, and as a model expects them."""
        check_aligned(X=X, sensitive_features=sensitive_features)
        rows = rows_again(self, X)
        if checked_unknown(self.unknown) and sensitive_features is not None:
            found = UnknownRows.of(as_columns(sensitive_features, "sensitive_feature"))
            if self.unknown != "own-group" and found.counts and len(found.any) == len(rows):
                return rows, self._applied_where_known(rows, sensitive_features, found)
        data = self._add_groups(rows.dataset(), sensitive_features)
        return rows, FeatureRows.read(self.transform_.apply(data))

    def _applied_where_known(
        self, rows: FeatureRows, sensitive_features: Columns, found: UnknownRows
    ) -> FeatureRows:
        """Rows as a model expects them; those of unknown groups as they are, where others move by
        their groups."""
        try:
            return FeatureRows.read(self.transform_.apply(rows.dataset()))
        except EquipoiseError:  # which asks for the groups
            pass
        found.tell_of("not moved, as others of these rows are by their groups")
        known = found.known
        if not len(known):
            return rows
        part = self._add_groups(rows.taken(known).dataset(), taken(sensitive_features, known))
        with rows_named_as_given(known):
            return rows.replaced(known, FeatureRows.read(self.transform_.apply(part)))

    def _like(self, X: Features, sensitive_features: Columns | None) -> Any:
        """The same in the kind of table that was given."""
        return like(X, self._applied(X, sensitive_features)[1], self._columns())

    def _moves_features(self, X: Features, sensitive_features: Columns | None) -> bool:
        """Whether new rows have other features than they came with."""
        rows, changed = self._applied(X, sensitive_features)
        codes = [[c.codes for c in part.categories] for part in (rows, changed)]
        return not (
            np.array_equal(rows.numbers, changed.numbers)
            and len(codes[0]) == len(codes[1])
            and all(np.array_equal(a, b) for a, b in zip(*codes))
        )

    def fit_resample(
        self, X: Features, y: Column, *, sensitive_features: Columns | None = None,
        sample_weight: Column | None = None,
    ) -> tuple[Any, npt.NDArray[Any], Numbers]:
        """The rows to fit a model to instead: features, labels and weights, of m rows each.

        Features come in the kind of table that was given, frames with their columns' names.
        """
        changed = self._fit(X, y, sensitive_features, sample_weight)
        features = like(X, FeatureRows.read(changed), self._columns())
        labels: npt.NDArray[Any] = self.classes_[changed.labels.astype(int)]
        return features, labels_like(y, labels), changed.weights

    def fit_transform(
        self, X: Features, y: Column | None = None, *, sensitive_features: Columns | None = None,
        sample_weight: Column | None = None,
    ) -> Any:
        """The changed features of the training rows.

        Raises
        ------
        ValueError
            Where the method changes labels, weights or rows, which features alone do not show.
        """
        self.fit(X, y, sensitive_features=sensitive_features, sample_weight=sample_weight)
        if self.changes_:
            name, what = type(self).__name__, " and ".join(self.changes_)
            raise ValueError(
                f"{name} changes {what}, which fit_transform does not return and a Pipeline drops: "
                f"use Preprocessed(estimator, {self!r}), or fit a model to what fit_resample gives"
            )
        return self.transform(X, sensitive_features=sensitive_features)

    def get_feature_names_out(self, input_features: object = None) -> npt.NDArray[np.object_]:
        """The columns of the changed features."""
        check_is_fitted(self)
        names = self._names_out
        if input_features is not None and self._columns() is None and names == [
            f"x{j}" for j in range(self.n_features_in_)
        ]:
            names = [str(name) for name in np.asarray(input_features)]
        return np.array(names, dtype=object)

    @property
    def report_(self) -> dict[str, Any]:
        """The transform with its method, options and how the fit went."""
        check_is_fitted(self)
        return self.transform_.document

    def __sklearn_is_fitted__(self) -> bool:
        return hasattr(self, "transform_")
