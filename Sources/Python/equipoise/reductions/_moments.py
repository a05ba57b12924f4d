"""What is constrained and what is minimised, as vectors of moments over the training rows.

A moment of Agarwal et al. (A Reductions Approach to Fair Classification, ICML 2018, section 2) is a
sum over cells: which event a row belongs to and which group. So weights are looked up by cell, and no
matrix of rows × constraints exists.
"""

from __future__ import annotations

from abc import ABC, abstractmethod

import numpy as np
import pandas as pd

from ._inputs import read_rows

_LEVELS = ["sign", "event", "group_id"]


class Moment(ABC):
    """A vector of moments of a predictor on rows that are loaded once."""

    def __init__(self):
        self.data_loaded = False

    def load_data(
        self, X, y: pd.Series, *, sensitive_features: pd.Series | None = None, sample_weight=None
    ) -> None:
        """Takes the rows: `tags` holds their label and their group. Shares and means are weighted
        by `sample_weight` (n,), and so are the rows' costs."""
        if self.data_loaded:
            raise ValueError("data can be loaded only once")
        self.X = X if hasattr(X, "shape") else np.asarray(X)
        self._y = y
        self.tags = pd.DataFrame({"label": y})
        if sensitive_features is not None:
            self.tags["group_id"] = sensitive_features
        n = len(self.tags)
        self._weights = np.ones(n) if sample_weight is None else np.asarray(sample_weight, float)
        self.data_loaded = True

    def _sizes(self, by) -> pd.Series:
        """The sum of the weights in each class of rows."""
        weights = pd.Series(self._weights, index=self.tags.index)
        sizes = weights.groupby([self.tags[name] for name in by], observed=True).sum()
        if (sizes == 0).any():
            raise ValueError(f"every row of {by[-1]} {sizes.idxmin()} has sample_weight 0")
        return sizes

    @property
    def total_samples(self) -> float:
        """The number of rows, or the sum of their weights."""
        return float(self._weights.sum())

    @property
    def _y_as_series(self) -> pd.Series:
        return self._y

    @property
    def index(self):
        """The names of the moments."""
        return self._index

    @abstractmethod
    def gamma(self, predictor) -> pd.Series:
        """The moments of `predictor`, a function of X."""

    @abstractmethod
    def signed_weights(self, lambda_vec=None) -> pd.Series:
        """The cost of a negative minus that of a positive decision, for each row."""

    def bound(self) -> pd.Series:
        """What `gamma` must not exceed."""
        raise NotImplementedError

    def project_lambda(self, lambda_vec: pd.Series) -> pd.Series:
        """Multipliers with the same or a higher Lagrangian for every predictor."""
        return lambda_vec

    def default_objective(self) -> Moment:
        raise NotImplementedError


class ClassificationMoment(Moment):
    """A moment that is a weighted error of decisions 0 and 1."""

    def _moment_type(self):
        return ClassificationMoment


class LossMoment(Moment):
    """A moment that is a weighted loss."""

    def __init__(self, loss):
        super().__init__()
        self.reduction_loss = loss

    def _moment_type(self):
        return LossMoment


class ErrorRate(ClassificationMoment):
    """c_fp·P(h = 1, y = 0) + c_fn·P(h = 0, y = 1); with costs of 1 the error.

    Parameters
    ----------
    costs : dict, optional
        Keys "fp" and "fn", numbers of at least 0 that are not both 0.
    """

    def __init__(self, *, costs=None):
        super().__init__()
        if costs is None:
            costs = {"fp": 1.0, "fn": 1.0}
        fits = isinstance(costs, dict) and set(costs) == {"fp", "fn"}
        if not fits or min(costs.values()) < 0 or sum(costs.values()) <= 0:
            raise ValueError(
                "costs needs to be a dictionary with keys 'fp' and 'fn' containing non-negative "
                "values, which are not both zero"
            )
        self.fp_cost, self.fn_cost = costs["fp"], costs["fn"]

    def load_data(self, X, y, *, sensitive_features, sample_weight=None) -> None:
        rows = read_rows(X, y, sensitive_features, binary=True)
        super().load_data(
            X, rows.labels, sensitive_features=rows.groups, sample_weight=sample_weight
        )
        self._index = ["all"]

    def gamma(self, predictor) -> pd.Series:
        gap = self.tags["label"].to_numpy() - np.squeeze(np.asarray(predictor(self.X)))
        gap = gap * self._weights
        cost = self.fn_cost * gap[gap > 0].sum() - self.fp_cost * gap[gap < 0].sum()
        return pd.Series(cost / self.total_samples, index=self._index)

    def signed_weights(self, lambda_vec=None) -> pd.Series:
        weights = (self.fp_cost + self.fn_cost) * self.tags["label"] - self.fp_cost
        weights = weights * self._weights
        return weights if lambda_vec is None else lambda_vec["all"] * weights


class UtilityParity(ClassificationMoment):
    """The mean utility of each group within an event against that of all groups.

    With m(e, g) and m(e) the means and ρ the ratio (1 for a difference), the moments are
    ρ·m(e, g) − m(e) (sign "+") and ρ·m(e) − m(e, g) (sign "−"), each bounded by the slack.

    Parameters
    ----------
    difference_bound : float, optional
        Largest difference; 0.01 when neither bound is given.
    ratio_bound : float, optional
        Smallest ratio, above 0 and at most 1.
    ratio_bound_slack : float
        Added to a ratio bound.
    """

    def __init__(self, *, difference_bound=None, ratio_bound=None, ratio_bound_slack=0.0):
        super().__init__()
        if difference_bound is not None and ratio_bound is not None:
            raise ValueError("Only one of difference_bound and ratio_bound can be used.")
        if ratio_bound is not None:
            if not 0 < ratio_bound <= 1:
                raise ValueError("ratio must lie between (0,1]")
            self.ratio, self.eps = ratio_bound, ratio_bound_slack
        else:
            self.ratio, self.eps = 1.0, 0.01 if difference_bound is None else difference_bound

    def default_objective(self) -> ErrorRate:
        return ErrorRate()

    def load_data(
        self, X, y, *, sensitive_features, event=None, utilities=None, sample_weight=None
    ) -> None:
        """Takes the rows; rows without an event are ignored. `utilities` are (n, 2): of a negative
        and of a positive decision."""
        super().load_data(
            X, y, sensitive_features=sensitive_features, sample_weight=sample_weight
        )
        self.tags["event"] = event
        n = len(self.tags)
        self.utilities = np.column_stack([np.zeros(n), np.ones(n)]) if utilities is None else utilities
        self.utility_diff = self.utilities[:, 1] - self.utilities[:, 0]
        self.prob_event = self._sizes(["event"]) / self.total_samples
        self.prob_group_event = self._sizes(["event", "group_id"]) / self.total_samples
        cells = self.prob_group_event.index
        self._index = pd.MultiIndex.from_tuples(
            [(sign, *cell) for sign in "+-" for cell in cells], names=_LEVELS
        )
        # The cell of each row, and the event of each cell; −1 for rows without an event.
        codes = cells.get_indexer(pd.MultiIndex.from_frame(self.tags[["event", "group_id"]]))
        self._cells = np.where(self.tags["event"].isna().to_numpy(), -1, codes)
        self._events = self.prob_event.index.get_indexer(cells.get_level_values("event"))
        self.default_objective_lambda_vec = None
        self._make_basis()

    def _make_basis(self) -> None:
        """One coordinate an event and group, the last group left out: what a grid spans."""
        events, groups = self.tags["event"].dropna().unique(), self.tags["group_id"].unique()
        axes = [(event, group) for event in events for group in groups[:-1]]
        frame = pd.DataFrame(0.0, index=self._index, columns=range(len(axes))).sort_index()
        self.pos_basis, self.neg_basis = frame.copy(), frame.copy()
        for k, (event, group) in enumerate(axes):
            if ("+", event, group) in self._index:
                self.pos_basis.loc[("+", event, group), k] = 1
                self.neg_basis.loc[("-", event, group), k] = 1
        self.neg_basis_present = pd.Series(True, index=range(len(axes)))

    def gamma(self, predictor) -> pd.Series:
        decisions = np.squeeze(np.asarray(predictor(self.X)))
        utility = (self.utility_diff * decisions + self.utilities[:, 0]) * self._weights
        inside = self._cells >= 0
        count = len(self.prob_group_event)
        sums = np.bincount(self._cells[inside], weights=utility[inside], minlength=count)
        in_group = sums / self.total_samples / self.prob_group_event.to_numpy()
        in_event = np.bincount(self._events, weights=sums, minlength=len(self.prob_event))
        overall = (in_event / self.total_samples / self.prob_event.to_numpy())[self._events]
        values = np.concatenate([self.ratio * in_group - overall, self.ratio * overall - in_group])
        return pd.Series(values, index=self._index)

    def bound(self) -> pd.Series:
        return pd.Series(self.eps, index=self._index)

    def signed_weights(self, lambda_vec=None) -> pd.Series:
        """One number a cell: what all multipliers add to the cost of its rows."""
        plus = lambda_vec["+"].reindex(self.prob_group_event.index).to_numpy(dtype=float)
        minus = lambda_vec["-"].reindex(self.prob_group_event.index).to_numpy(dtype=float)
        pooled = np.bincount(
            self._events, weights=plus - self.ratio * minus, minlength=len(self.prob_event)
        )
        table = (pooled / self.prob_event.to_numpy())[self._events]
        table = table + (minus - self.ratio * plus) / self.prob_group_event.to_numpy()
        weights = np.where(self._cells >= 0, np.append(table, 0.0)[self._cells], 0.0)
        return pd.Series(self.utility_diff * self._weights * weights, index=self.tags.index)

    def project_lambda(self, lambda_vec: pd.Series) -> pd.Series:
        """For a difference: λ⁺ − λ⁻ of an event may be shifted by any multiple of the groups' shares;
        the shift by the weighted median makes Σ|λ| smallest, and with it the price of the slack."""
        if self.ratio != 1.0:
            return lambda_vec
        signed = (lambda_vec["+"] - lambda_vec["-"]).astype(np.float64)
        share = self.prob_group_event.div(self.prob_event, level="event")
        share = share.reindex(signed.index)
        for _, part in signed.groupby(level="event", sort=False):
            weights = share.loc[part.index].to_numpy()
            heights = part.to_numpy() / weights
            order = np.argsort(heights, kind="stable")
            middle = np.searchsorted(np.cumsum(weights[order]), weights.sum() / 2)
            signed.loc[part.index] = part - weights * heights[order[middle]]
        return pd.concat(
            [signed.clip(lower=0.0), (-signed).clip(lower=0.0)], keys=["+", "-"], names=_LEVELS
        )


def _events(events: pd.Series, controls: pd.Series | None) -> pd.Series:
    """Events within the strata of control features."""
    if controls is None:
        return events
    named = "control=" + controls.astype(str) + "," + events.astype(str)
    return named.where(events.notna() & controls.notna(), events)


class _LabelEvents(UtilityParity):
    """Parities whose event is a function of the label."""

    _event_of_label = staticmethod(lambda label: "all")

    def _utilities(self, labels: np.ndarray):
        return None

    def load_data(
        self, X, y, *, sensitive_features, control_features=None, sample_weight=None
    ) -> None:
        rows = read_rows(X, y, sensitive_features, control_features, binary=True)
        events = rows.labels.map(self._event_of_label).astype(object)
        super().load_data(
            X,
            rows.labels,
            sensitive_features=rows.groups,
            event=_events(events, rows.controls),
            utilities=self._utilities(rows.labels.to_numpy()),
            sample_weight=sample_weight,
        )


class DemographicParity(_LabelEvents):
    """P(h = 1 | group) alike in all groups."""

    short_name = "DemographicParity"


class TruePositiveRateParity(_LabelEvents):
    """P(h = 1 | y = 1, group) alike in all groups: equal opportunity."""

    short_name = "TruePositiveRateParity"
    _event_of_label = staticmethod(lambda label: f"label={label}" if label == 1 else None)


class FalsePositiveRateParity(_LabelEvents):
    """P(h = 1 | y = 0, group) alike in all groups."""

    short_name = "FalsePositiveRateParity"
    _event_of_label = staticmethod(lambda label: f"label={label}" if label == 0 else None)


class EqualizedOdds(_LabelEvents):
    """P(h = 1 | y, group) alike in all groups, for both labels."""

    short_name = "EqualizedOdds"
    _event_of_label = staticmethod(lambda label: f"label={label}")


class ErrorRateParity(_LabelEvents):
    """P(h ≠ y | group) alike in all groups."""

    short_name = "ErrorRateParity"

    def _utilities(self, labels: np.ndarray):
        return np.column_stack([labels, 1 - labels])


class ConditionalLossMoment(LossMoment):
    """The mean loss of each group, or of all rows."""

    def __init__(self, loss, *, upper_bound=None, no_groups=False):
        super().__init__(loss)
        self.upper_bound = upper_bound
        self.no_groups = no_groups

    def default_objective(self) -> MeanLoss:
        return MeanLoss(self.reduction_loss)

    def load_data(self, X, y, *, sensitive_features, sample_weight=None) -> None:
        rows = read_rows(X, y, sensitive_features, binary=False)
        groups = rows.groups
        if self.no_groups:
            groups = pd.Series("all", index=rows.labels.index)
        super().load_data(X, rows.labels, sensitive_features=groups, sample_weight=sample_weight)
        self.prob_attr = self._sizes(["group_id"]) / self.total_samples
        self._index = self.prob_attr.index
        self._codes = self._index.get_indexer(self.tags["group_id"])
        self.default_objective_lambda_vec = self.prob_attr
        values = self.tags["group_id"].unique()
        frame = pd.DataFrame(0.0, index=self._index, columns=range(len(values)))
        self.pos_basis, self.neg_basis = frame.copy(), frame.copy()
        for k, value in enumerate(values):
            self.pos_basis.loc[value, k] = 1
        self.neg_basis_present = pd.Series(False, index=range(len(values)))

    def gamma(self, predictor) -> pd.Series:
        predictions = np.squeeze(np.asarray(predictor(self.X)))
        self.tags["pred"] = predictions
        self.tags["loss"] = self.reduction_loss.eval(self.tags["label"], predictions)
        sums = (self.tags["loss"] * self._weights).groupby(self.tags["group_id"]).sum()
        return (sums / (self.prob_attr * self.total_samples)).rename("loss")

    def bound(self) -> pd.Series:
        if self.upper_bound is None:
            raise ValueError("No Upper Bound")
        return pd.Series(self.upper_bound, index=self._index)

    def signed_weights(self, lambda_vec=None) -> pd.Series:
        if lambda_vec is None:
            return pd.Series(self._weights, index=self.tags.index)
        table = (lambda_vec / self.prob_attr).reindex(self._index).to_numpy(dtype=float)
        return pd.Series(table[self._codes] * self._weights, index=self.tags.index)


class MeanLoss(ConditionalLossMoment):
    """The mean loss of all rows."""

    def __init__(self, loss):
        super().__init__(loss, no_groups=True)


class BoundedGroupLoss(ConditionalLossMoment):
    """The mean loss of each group, none above `upper_bound`."""

    def __init__(self, loss, *, upper_bound=None):
        super().__init__(loss, upper_bound=upper_bound)


class SquareLoss:
    """(y − ŷ)² with both clipped to [min_val, max_val]."""

    def __init__(self, min_val, max_val):
        self.min_val, self.max_val = min_val, max_val
        self.min, self.max = 0, (max_val - min_val) ** 2

    def eval(self, y_true, y_pred):
        low, high = self.min_val, self.max_val
        return (np.clip(y_true, low, high) - np.clip(y_pred, low, high)) ** 2


class AbsoluteLoss:
    """|y − ŷ| with both clipped to [min_val, max_val]."""

    def __init__(self, min_val, max_val):
        self.min_val, self.max_val = min_val, max_val
        self.min, self.max = 0, abs(max_val - min_val)

    def eval(self, y_true, y_pred):
        low, high = self.min_val, self.max_val
        return np.abs(np.clip(y_true, low, high) - np.clip(y_pred, low, high))


class ZeroOneLoss(AbsoluteLoss):
    """1[y ≠ ŷ] for values 0 and 1."""

    def __init__(self):
        super().__init__(0, 1)
