"""Any metric, of all rows and of every group, and how far the groups lie apart."""

from __future__ import annotations

import functools

import numpy as np
import pandas as pd

from .._inputs import as_columns
from ._features import Partition, named_features
from ._results import Results
from ._undefined import checked_zero_division, told_together, with_zero_division

__all__ = ["MetricFrame"]

_COMPARISONS = ("between_groups", "to_overall")
_BOOTSTRAP_MISSING = (
    "Could not compute confidence intervals: Bootstrapping parameters n_boot and ci_quantiles were "
    "not specified in the MetricFrame constructor."
)


def _function_name(metric) -> str:
    while isinstance(metric, functools.partial):
        metric = metric.func
    return getattr(metric, "__name__", "metric")


class _Bound:
    """A metric with its parameters that have a value for each row."""

    def __init__(self, name: str, metric, parameters: dict, rows: int):
        self.name = name
        self.metric = metric
        self.parameters = {}
        for parameter, values in (parameters or {}).items():
            if values is None:
                continue
            column = np.asarray(values)
            if column.ndim == 2 and column.shape[1] == 1:
                column = column[:, 0]
            if len(column) != rows:
                raise ValueError(
                    f"Found input variables with inconsistent numbers of samples: '{parameter}' "
                    f"has {len(column)}, and y_true has {rows}"
                )
            self.parameters[parameter] = column

    def __call__(self, y_true, y_pred, rows):
        parameters = {name: values[rows] for name, values in self.parameters.items()}
        return self.metric(y_true[rows], y_pred[rows], **parameters)


def _column(values, name: str) -> np.ndarray:
    if isinstance(values, list):
        return np.asarray(values)
    columns = as_columns(values, name)
    if len(columns) == 1:
        return columns[0][1]
    return np.column_stack([column for _, column in columns])


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
        metrics,
        y_true,
        y_pred,
        sensitive_features,
        control_features=None,
        sample_params=None,
        n_boot=None,
        ci_quantiles=None,
        random_state=None,
        zero_division=np.nan,
    ):
        self._zero_division = checked_zero_division(zero_division)
        self._y_true, self._y_pred = _column(y_true, "y_true"), _column(y_pred, "y_pred")
        rows = len(self._y_true)
        if rows == 0:
            raise ValueError("y_true is empty")
        if len(self._y_pred) != rows:
            raise ValueError(
                f"Found input variables with inconsistent numbers of samples: [{rows}, "
                f"{len(self._y_pred)}]"
            )
        self._single = not isinstance(metrics, dict)
        self._metrics = self._bind(metrics, sample_params, rows)
        sensitive = named_features("sensitive_feature_", sensitive_features, rows)
        controls = (
            []
            if control_features is None
            else named_features("control_feature_", control_features, rows)
        )
        self._sensitive_names = [feature.name for feature in sensitive]
        self._control_names = [feature.name for feature in controls]
        names = self._control_names + self._sensitive_names
        for name in names:
            if names.count(name) > 1:
                raise ValueError(f"Detected duplicate feature name: '{name}'")
        self._features = controls + sensitive
        self._results = self._evaluate(np.arange(rows))
        self._n_boot, self._quantiles = self._check_bootstrap(n_boot, ci_quantiles)
        self._samples = (
            None if self._n_boot is None else self._bootstrap(random_state, rows)
        )

    # ---- What was asked for

    def _bind(self, metrics, sample_params, rows: int) -> list[_Bound]:
        bound = self._checked(metrics, sample_params, rows)
        for metric in bound:
            metric.metric = with_zero_division(metric.metric, self._zero_division)
        return bound

    def _checked(self, metrics, sample_params, rows: int) -> list[_Bound]:
        if sample_params is not None and not isinstance(sample_params, dict):
            raise ValueError(
                "Sample parameters must be provided as a dictionary for each metric function"
            )
        named = metrics if isinstance(metrics, dict) else {"metrics": metrics}
        for name, metric in named.items():
            if not callable(metric):
                raise ValueError(
                    f"Object passed as metric function not callable: {name} is {metric!r}"
                )
        if not isinstance(metrics, dict):
            return [_Bound(_function_name(metrics), metrics, sample_params, rows)]
        parameters = sample_params or {}
        for name, values in parameters.items():
            if name not in metrics:
                raise ValueError(
                    "Keys in 'sample_params' do not match those in 'metric': "
                    f"'{name}' is no metric"
                )
            if values is not None and not isinstance(values, dict):
                raise ValueError(
                    "Sample parameters must be provided as a dictionary for each metric function"
                )
        return [
            _Bound(name, metric, parameters.get(name), rows) for name, metric in metrics.items()
        ]

    @staticmethod
    def _check_bootstrap(n_boot, quantiles):
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

    def _evaluate(self, rows: np.ndarray) -> Results:
        with told_together():
            return self._evaluate_quietly(rows)

    def _evaluate_quietly(self, rows: np.ndarray) -> Results:
        partition = Partition([feature.iloc[rows] for feature in self._features])
        by_group = self._table(partition, rows)
        if self._control_names:
            within = Partition(
                [feature.iloc[rows] for feature in self._features[: len(self._control_names)]]
            )
            overall = self._table(within, rows)
        else:
            overall = pd.DataFrame(
                {m.name: self._cells([m(self._y_true, self._y_pred, rows)]) for m in self._metrics}
            )
        present = np.array([group is not None for group in partition.groups()], dtype=bool)
        return Results(
            overall, by_group, self._control_names, present,
            is_defined=not np.isnan(self._zero_division))

    def _table(self, partition: Partition, rows: np.ndarray) -> pd.DataFrame:
        groups = list(partition.groups())
        columns = {}
        for metric in self._metrics:
            values = [
                np.nan if group is None else metric(self._y_true, self._y_pred, rows[group])
                for group in groups
            ]
            columns[metric.name] = pd.Series(self._cells(values), index=partition.index)
        return pd.DataFrame(columns, index=partition.index)

    @staticmethod
    def _cells(values: list):
        """A column of these values, each in a cell even when it is an array."""
        if all(np.isscalar(value) for value in values):
            return values
        cells = np.empty(len(values), dtype=object)
        for k, value in enumerate(values):
            cells[k] = value
        return cells

    def _scalar(self, value):
        return np.float64(value) if isinstance(value, float) else value

    def _overall(self, results: Results):
        if self._control_names:
            table = results.overall
            return table.iloc[:, 0] if self._single else table
        first = results.overall.iloc[0]
        return self._scalar(first.iloc[0]) if self._single else first.rename(None)

    def _by_group(self, results: Results):
        return results.by_group.iloc[:, 0] if self._single else results.by_group

    def _reduced(self, value):
        """A result without the sensitive features: a scalar, a series or a frame."""
        if self._control_names:
            return value.iloc[:, 0] if self._single else value
        return self._scalar(value.iloc[0]) if self._single else value.rename(None)

    # ---- Results

    @property
    def overall(self):
        """The metrics of all rows, or of each control group."""
        self._results.tell_overall()
        return self._overall(self._results)

    @property
    def by_group(self):
        """The metrics of each group; NaN for combinations without rows, and for rates without a
        denominator."""
        self._results.tell_groups()
        return self._by_group(self._results)

    @property
    def control_levels(self):
        """The names of the control features, or None."""
        return self._control_names or None

    @property
    def sensitive_levels(self) -> list[str]:
        """The names of the sensitive features."""
        return self._sensitive_names

    @property
    def ci_quantiles(self):
        return self._quantiles

    @property
    def n_boot(self):
        return self._n_boot

    @staticmethod
    def _check_errors(errors: str) -> None:
        if errors not in ("raise", "coerce"):
            raise ValueError("Invalid error value specified. Valid values are ['raise', 'coerce']")

    @staticmethod
    def _check_method(method: str) -> None:
        if method not in _COMPARISONS:
            raise ValueError(f"Unrecognised comparison method: {method}")

    def group_max(self, errors: str = "raise"):
        """The largest value over the groups that have one."""
        self._check_errors(errors)
        self._results.tell_groups()
        return self._reduced(self._results.aggregate("max", errors))

    def group_min(self, errors: str = "raise"):
        """The smallest value over the groups that have one."""
        self._check_errors(errors)
        self._results.tell_groups()
        return self._reduced(self._results.aggregate("min", errors))

    def difference(self, method: str = "between_groups", errors: str = "coerce"):
        """The largest difference: between groups max − min, to overall max |group − overall|; NaN
        over fewer than two groups with a value."""
        self._check_errors(errors)
        self._check_method(method)
        self._results.tell_groups("difference")
        return self._reduced(self._results.difference(method, errors))

    def ratio(self, method: str = "between_groups", errors: str = "coerce"):
        """The smallest ratio, at most 1: between groups min / max, to overall the smaller of
        group / overall and overall / group; NaN over fewer than two groups with a value."""
        self._check_errors(errors)
        self._check_method(method)
        self._results.tell_groups("ratio")
        return self._reduced(self._results.ratio(method, errors))

    # ---- Bootstrap

    def _bootstrap(self, random_state, rows: int) -> list[Results]:
        from sklearn.utils import check_random_state

        try:
            generator = check_random_state(random_state)
        except ValueError:
            raise ValueError(f"Unsupported random_state: {random_state}") from None
        if any(not np.isscalar(v) for v in self._results.by_group.to_numpy().ravel()):
            raise ValueError(
                "Error calling numpy.quantiles. Most likely due to a metric returning a non-scalar "
                "result"
            )
        return [
            self._evaluate(np.sort(generator.randint(0, rows, rows))) for _ in range(self._n_boot)
        ]

    def _quantiles_of(self, extract) -> list:
        """The quantiles over the bootstrap samples of what `extract` takes from each."""
        if self._samples is None:
            raise ValueError(_BOOTSTRAP_MISSING)
        drawn = [extract(sample) for sample in self._samples]
        if not isinstance(drawn[0], (pd.Series, pd.DataFrame)):
            return [self._scalar(np.nanquantile(drawn, q)) for q in self._quantiles]
        like = extract(self._results)
        values = np.stack([d.reindex(like.index).to_numpy(dtype=float) for d in drawn])
        found = np.nanquantile(values, self._quantiles, axis=0)
        if isinstance(like, pd.Series):
            return [pd.Series(v, index=like.index, name=like.name) for v in found]
        return [pd.DataFrame(v, index=like.index, columns=like.columns) for v in found]

    @property
    def overall_ci(self) -> list:
        """`overall` at each quantile."""
        return self._quantiles_of(self._overall)

    @property
    def by_group_ci(self) -> list:
        """`by_group` at each quantile."""
        return self._quantiles_of(self._by_group)

    def group_max_ci(self) -> list:
        return self._quantiles_of(lambda r: self._reduced(r.aggregate("max", "raise")))

    def group_min_ci(self) -> list:
        return self._quantiles_of(lambda r: self._reduced(r.aggregate("min", "raise")))

    def difference_ci(self, method: str = "between_groups") -> list:
        self._check_method(method)
        return self._quantiles_of(lambda r: self._reduced(r.difference(method, "coerce")))

    def ratio_ci(self, method: str = "between_groups") -> list:
        self._check_method(method)
        return self._quantiles_of(lambda r: self._reduced(r.ratio(method, "coerce")))
