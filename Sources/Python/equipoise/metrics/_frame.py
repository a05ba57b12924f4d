"""Any metric, of all rows and of every group, and how far the groups lie apart."""

from __future__ import annotations

import html
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal, Union

import numpy as np
import numpy.typing as npt
import pandas as pd

from .._inputs import check_aligned
from .._jobs.results import short
from .._types import Column, Columns, RandomState
from .._unknown import Unknown
from ._evaluation import column_of_rows, evaluation
from ._metrics import Metric, bound
from ._results import Results, Table, with_floats
from ._undefined import checked_zero_division

__all__ = ["MetricFrame"]

Errors = Literal["raise", "coerce"]
Method = Literal["between_groups", "to_overall"]
MetricFunction = Callable[..., Any]
SampleParameters = Mapping[str, Any]

_COMPARISONS = ("between_groups", "to_overall")
_BOOTSTRAP_MISSING = (
    "Could not compute confidence intervals: Bootstrapping parameters n_boot and ci_quantiles were "
    "not specified in the MetricFrame constructor."
)

# As many groups as a screen has room for.
_ROWS_SHOWN = 20


def _shown(value: Any) -> str:
    """A cell for people; numbers with as many decimals as rates need."""
    return short(float(value)) if isinstance(value, (float, np.floating)) else str(value)


class MetricFrame:
    """Metrics of all rows and of each group of the sensitive features, within control features.

    Parameters
    ----------
    metrics : callable or dict of str to callable
        Functions `metric(y_true, y_pred, **parameters)`.
    y_true, y_pred : array of shape (n,)
    sensitive_features : array, series, frame or dict
        Groups to compare: all combinations of the features' values.
    control_features : array, series, frame or dict, optional
        Features within whose values groups are compared.
    sample_params : dict, optional
        Parameters with a value for each row; with several metrics, one such dict a metric.
    n_boot : int, optional
        Bootstrap samples of rows, for the `..._ci` results at `ci_quantiles`.
    ci_quantiles : list, tuple or array of float, optional
    random_state : int or RandomState, optional
    zero_division : float, optional
        What a rate without a denominator is; NaN by default, with a warning that names the groups.
        Differences and ratios are taken over the groups that have the rate, and are NaN over fewer
        than two. With 0 they are Fairlearn's: the group's rate is 0, and one group has a difference
        of 0. Holds for this module's rates and scikit-learn's precision, recall and F-scores.
    unknown : "error", "exclude", "own-group" or "pooled"
        What becomes of rows whose sensitive features are missing: an error that names the row; with
        "exclude", and with "pooled", which means the same here, `overall` is of all rows, and
        groups, differences and ratios are of rows of which every sensitive feature is known; with
        "own-group" they are the group "(missing)". A warning counts them.

    Examples
    --------
    >>> from equipoise.metrics import MetricFrame, selection_rate
    >>> frame = MetricFrame(metrics=selection_rate, y_true=[0, 1, 1, 0], y_pred=[1, 1, 1, 0],
    ...                     sensitive_features=["a", "a", "b", "b"])
    >>> float(frame.difference())
    0.5
    """

    def __init__(
        self,
        *,
        metrics: MetricFunction | dict[str, MetricFunction],
        y_true: Column,
        y_pred: Column,
        sensitive_features: Columns,
        control_features: Columns | None = None,
        sample_params: dict[str, Any] | None = None,
        n_boot: int | None = None,
        ci_quantiles: Sequence[float] | npt.NDArray[np.float64] | None = None,
        random_state: RandomState = None,
        zero_division: float = np.nan,
        unknown: Unknown = "error",
    ):
        self._zero_division = checked_zero_division(zero_division)
        columns = {
            "y_true": y_true, "y_pred": y_pred, "sensitive_features": sensitive_features,
            "control_features": control_features,
        }
        check_aligned(**columns)
        labels, predictions = column_of_rows(y_true, "y_true"), column_of_rows(y_pred, "y_pred")
        rows = len(labels)
        if rows == 0:
            raise ValueError("y_true is empty")
        if len(predictions) != rows:
            raise ValueError(
                f"Found input variables with inconsistent numbers of samples: [{rows}, "
                f"{len(predictions)}]"
            )
        self._rows = rows
        self._single = not isinstance(metrics, dict)
        self._metrics: list[Metric] = bound(metrics, sample_params, rows, self._zero_division)
        for metric in self._metrics:
            check_aligned(**{**metric.given, **columns})
        self._evaluation = evaluation(
            labels, predictions, self._metrics, sensitive_features, control_features,
            is_defined=not np.isnan(self._zero_division), unknown=unknown,
        )
        self._results = self._evaluation.results()
        self._n_boot, self._quantiles = self._check_bootstrap(n_boot, ci_quantiles)
        self._samples = (
            None if self._n_boot is None else self._bootstrap(random_state, rows, self._n_boot)
        )

    @property
    def _control_names(self) -> list[str]:
        return self._evaluation.control_names

    # ---- What was asked for

    @staticmethod
    def _check_bootstrap(n_boot: Any, quantiles: Any) -> tuple[int | None, list[float] | None]:
        both = "Must specify both n_boot and ci_quantiles"
        if isinstance(quantiles, (tuple, np.ndarray)):
            quantiles = np.asarray(quantiles).tolist()
        if n_boot is None and (quantiles is None or quantiles == []):
            return None, None
        if n_boot is None or quantiles is None:
            raise ValueError(both)
        if isinstance(n_boot, bool) or not isinstance(n_boot, (int, np.integer)) or n_boot < 1:
            raise ValueError("Must have n_boot be a positive integer")
        if isinstance(quantiles, list) and not quantiles:
            raise ValueError(both)
        numbers = isinstance(quantiles, list) and all(
            isinstance(q, float) and 0 < q < 1 for q in quantiles
        )
        if not numbers:
            raise ValueError("Must have all ci_quantiles be floats in (0, 1)")
        return int(n_boot), quantiles

    # ---- Values

    def _scalar(self, value: Any) -> Any:
        return np.float64(value) if isinstance(value, float) else value

    def _overall(self, results: Results) -> Any:
        if self._control_names:
            table = results.overall_frame
            return table.iloc[:, 0] if self._single else table
        if self._single:
            return self._scalar(next(iter(results.overall.values()))[0])
        return results.overall_row

    def _by_group(self, results: Results) -> Any:
        return results.by_group_frame.iloc[:, 0] if self._single else results.by_group_frame

    def _reduced(self, table: Table) -> Any:
        """A result without the sensitive features: a scalar, a series or a frame."""
        if self._control_names:
            index = self._results.overall_frame.index
            if self._single:
                name, values = next(iter(table.items()))
                return pd.Series(values, index=index, name=name)
            return pd.DataFrame(with_floats(table), index=index)
        if self._single:
            return self._scalar(next(iter(table.values()))[0])
        return pd.Series([values[0] for values in table.values()], index=list(table))

    # ---- How it looks

    def _headline(self) -> str:
        groups = f"{len(self._results.by_group_frame)} groups of {', '.join(self.sensitive_levels)}"
        within = f" within {', '.join(self._control_names)}" if self._control_names else ""
        left_out = self._evaluation.left_out
        told = f", without {left_out} rows of unknown groups" if left_out else ""
        return f"MetricFrame of {self._rows} rows: {groups}{within}{told}"

    def _overall_line(self) -> list[str]:
        if self._control_names:
            return []
        values = [
            f"{name} {_shown(column[0])}" for name, column in self._results.overall.items()
        ]
        return [f"overall: {', '.join(values)}"]

    def __repr__(self) -> str:
        table = self._results.by_group_frame
        shown = table.to_string(float_format=_shown, max_rows=_ROWS_SHOWN)
        return "\n".join([self._headline(), *self._overall_line(), shown])

    def _repr_html_(self) -> str:
        lines = [self._headline(), *self._overall_line()]
        told = "<br>".join(html.escape(line) for line in lines)
        table: str = self._results.by_group_frame.to_html(
            float_format=_shown, max_rows=_ROWS_SHOWN)
        return f"<p>{told}</p>{table}"

    # ---- Results

    @property
    def overall(self) -> Any:
        """The metrics of all rows, or of each control group."""
        self._results.tell_overall()
        return self._overall(self._results)

    @property
    def by_group(self) -> Any:
        """The metrics of each group; NaN for combinations without rows, and for rates without a
        denominator."""
        self._results.tell_groups()
        return self._by_group(self._results)

    @property
    def control_levels(self) -> list[str] | None:
        """The names of the control features, or None."""
        return self._control_names or None

    @property
    def sensitive_levels(self) -> list[str]:
        """The names of the sensitive features."""
        return self._evaluation.sensitive_names

    @property
    def ci_quantiles(self) -> list[float] | None:
        """The quantiles of the `..._ci` results, or None."""
        return self._quantiles

    @property
    def n_boot(self) -> int | None:
        """How many bootstrap samples there are, or None."""
        return self._n_boot

    @staticmethod
    def _check_errors(errors: str) -> None:
        if errors not in ("raise", "coerce"):
            raise ValueError("Invalid error value specified. Valid values are ['raise', 'coerce']")

    @staticmethod
    def _check_method(method: str) -> None:
        if method not in _COMPARISONS:
            raise ValueError(f"Unrecognized comparison method: {method}")

    def group_max(self, errors: Errors = "raise") -> Any:
        """The largest value over the groups that have one."""
        self._check_errors(errors)
        self._results.tell_groups()
        return self._reduced(self._results.aggregate("max", errors))

    def group_min(self, errors: Errors = "raise") -> Any:
        """The smallest value over the groups that have one."""
        self._check_errors(errors)
        self._results.tell_groups()
        return self._reduced(self._results.aggregate("min", errors))

    def difference(self, method: Method = "between_groups", errors: Errors = "coerce") -> Any:
        """The largest difference: between groups max − min, to overall max |group − overall|; NaN
        over fewer than two groups with a value."""
        self._check_errors(errors)
        self._check_method(method)
        self._results.tell_groups("difference")
        return self._reduced(self._results.difference(method, errors))

    def ratio(self, method: Method = "between_groups", errors: Errors = "coerce") -> Any:
        """The smallest ratio, at most 1: between groups min / max, to overall the smaller of
        group / overall and overall / group; NaN over fewer than two groups with a value."""
        self._check_errors(errors)
        self._check_method(method)
        self._results.tell_groups("ratio")
        return self._reduced(self._results.ratio(method, errors))

    # ---- Bootstrap

    def _bootstrap(self, random_state: RandomState, rows: int, n_boot: int) -> list[Results]:
        from sklearn.utils import check_random_state

        try:
            generator = check_random_state(random_state)
        except ValueError:
            raise ValueError(f"Unsupported random_state: {random_state}") from None
        if any(
            not np.isscalar(value)
            for values in self._results.by_group.values() if values.dtype == object
            for value in values
        ):
            raise ValueError(
                "Error calling numpy.quantiles. Most likely due to a metric returning a non-scalar "
                "result"
            )
        return [
            self._evaluation.results(generator.randint(0, rows, rows)) for _ in range(n_boot)
        ]

    def _quantiles_of(self, extract: Callable[[Results], Any]) -> list[Any]:
        """The quantiles over the bootstrap samples of what `extract` takes from each."""
        if self._samples is None or self._quantiles is None:
            raise ValueError(_BOOTSTRAP_MISSING)
        drawn = [extract(sample) for sample in self._samples]
        like = extract(self._results)
        if not isinstance(like, (pd.Series, pd.DataFrame)):
            return [self._scalar(np.nanquantile(drawn, q)) for q in self._quantiles]
        values = np.stack([each.to_numpy(dtype=float) for each in drawn])
        found = np.nanquantile(values, self._quantiles, axis=0)
        if isinstance(like, pd.Series):
            return [pd.Series(v, index=like.index, name=like.name) for v in found]
        return [pd.DataFrame(v, index=like.index, columns=like.columns) for v in found]

    @property
    def overall_ci(self) -> list[Any]:
        """`overall` at each quantile."""
        return self._quantiles_of(self._overall)

    @property
    def by_group_ci(self) -> list[Any]:
        """`by_group` at each quantile."""
        return self._quantiles_of(self._by_group)

    def group_max_ci(self) -> list[Any]:
        """`group_max` at each quantile."""
        return self._quantiles_of(lambda r: self._reduced(r.aggregate("max", "raise")))

    def group_min_ci(self) -> list[Any]:
        """`group_min` at each quantile."""
        return self._quantiles_of(lambda r: self._reduced(r.aggregate("min", "raise")))

    def difference_ci(self, method: Method = "between_groups") -> list[Any]:
        """`difference` at each quantile."""
        self._check_method(method)
        return self._quantiles_of(lambda r: self._reduced(r.difference(method, "coerce")))

    def ratio_ci(self, method: Method = "between_groups") -> list[Any]:
        """`ratio` at each quantile."""
        self._check_method(method)
        return self._quantiles_of(lambda r: self._reduced(r.ratio(method, "coerce")))
