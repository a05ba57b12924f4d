"""Differences and ratios of the groups' mean utilities, as constraints."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from .._types import Columns, Numbers
from ._error_rate import ErrorRate
from ._moments import ClassificationMoment, Predictor, Vector, series

__all__ = ["UtilityParity"]

_LEVELS = ["sign", "event", "group_id"]


def _as_they_come(codes: npt.NDArray[np.intp]) -> npt.NDArray[np.intp]:
    """The different codes of rows in the order of the first row of each, without −1."""
    found: npt.NDArray[np.intp] = pd.unique(codes[codes >= 0])
    return found


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

    Examples
    --------
    >>> from equipoise.reductions import DemographicParity
    >>> parity = DemographicParity(difference_bound=0.1)
    >>> parity.load_data([[0], [1], [2], [3]], [0, 1, 0, 1], sensitive_features=list("aabb"))
    >>> float(parity.gamma(lambda X: X[:, 0] > 1).max())  # 1 and 0 of the groups, 1/2 of all
    0.5
    """

    ratio: float
    eps: float
    utilities: Numbers
    utility_diff: Numbers
    prob_event: Vector
    prob_group_event: Vector
    default_objective_lambda_vec: Vector | None
    pos_basis: pd.DataFrame
    neg_basis: pd.DataFrame
    neg_basis_present: Vector
    _cells: npt.NDArray[np.intp]
    _events: npt.NDArray[np.intp]

    def __init__(
        self,
        *,
        difference_bound: float | None = None,
        ratio_bound: float | None = None,
        ratio_bound_slack: float = 0.0,
    ) -> None:
        super().__init__()
        if difference_bound is not None and ratio_bound is not None:
            raise ValueError("Only one of difference_bound and ratio_bound can be used.")
        if ratio_bound is not None:
            if not 0 < ratio_bound <= 1:
                raise ValueError("ratio must lie between (0,1]")
            self.ratio, self.eps = ratio_bound, ratio_bound_slack
        else:
            self.ratio, self.eps = 1.0, 0.01 if difference_bound is None else difference_bound

    def _arguments(self) -> dict[str, Any]:
        if self.ratio == 1.0:
            return {"difference_bound": self.eps}
        slack = {"ratio_bound_slack": self.eps} if self.eps else {}
        return {"ratio_bound": self.ratio, **slack}

    def default_objective(self) -> ErrorRate:
        """The error."""
        return ErrorRate()

    if TYPE_CHECKING:
        # Parities whose events are made of other features take those instead.
        load_data: Callable[..., None]
    else:

        def load_data(
            self,
            X: Any,
            y: Vector,
            *,
            sensitive_features: Columns | None = None,
            event: Vector | None = None,
            utilities: Numbers | None = None,
            sample_weight: npt.ArrayLike | None = None,
        ) -> None:
            """Takes the rows; rows without an event are ignored. `utilities` are (n, 2): of a negative
            and of a positive decision."""
            super().load_data(
                X, y, sensitive_features=sensitive_features, sample_weight=sample_weight
            )
            self.tags["event"] = event
            n = len(self.tags)
            self.utilities = (
                np.column_stack([np.zeros(n), np.ones(n)]) if utilities is None else utilities
            )
            self.utility_diff = self.utilities[:, 1] - self.utilities[:, 0]
            # Numbers in increasing order of the values; −1 for rows without one.
            events, event_names = pd.factorize(self.tags["event"], sort=True)
            groups, group_names = pd.factorize(self.tags["group_id"], sort=True)
            self.prob_event = self._shares(events, pd.Index(event_names, name="event"))
            count = max(1, len(group_names))
            joint = np.where((events >= 0) & (groups >= 0), events * count + groups, -1)
            size = len(event_names) * count
            present = np.flatnonzero(np.bincount(joint[joint >= 0], minlength=size))
            place = np.full(size + 1, -1)
            place[present] = np.arange(len(present))
            # The cell of each row, and the event of each cell; −1 for rows without an event.
            self._cells, self._events = place[joint], present // count
            cells = pd.MultiIndex.from_arrays(
                [event_names[self._events], group_names[present % count]],
                names=["event", "group_id"])
            self.prob_group_event = self._shares(self._cells, cells)
            self._index = pd.MultiIndex.from_tuples(
                [(sign, *cell) for sign in "+-" for cell in cells], names=_LEVELS
            )
            self._add_unbound_cells(events, groups < 0)
            self.default_objective_lambda_vec = None
            self._make_basis(
                event_names[_as_they_come(events)], group_names[_as_they_come(groups)])

    def _shares(self, codes: npt.NDArray[np.intp], names: pd.Index[Any]) -> Vector:
        """The share of the weights that each class of rows has."""
        known = codes >= 0
        sizes = np.bincount(codes[known], weights=self._weights[known], minlength=len(names))
        if (sizes == 0).any():
            name = names[int(np.argmin(sizes))]
            raise ValueError(f"every row of {names.names[-1]} {name} has sample_weight 0")
        return series(sizes / self.total_samples, names)

    def _add_unbound_cells(
        self, events: npt.NDArray[np.intp], unbound: npt.NDArray[np.bool_]
    ) -> None:
        """A cell an event, after those of the groups, for rows that are in the mean of all and in
        no group."""
        if not unbound.any():
            return
        place = len(self.prob_group_event)
        self._cells = np.where(unbound & (events >= 0), place + events, self._cells)
        self._events = np.append(self._events, np.arange(len(self.prob_event)))

    def _make_basis(self, events: pd.Index[Any], groups: pd.Index[Any]) -> None:
        """One coordinate an event and group, the last group left out: what a grid spans."""
        axes = [(event, group) for event in events for group in groups[:-1]]
        index = pd.DataFrame(index=self._index).sort_index().index
        for sign, name in (("+", "pos_basis"), ("-", "neg_basis")):
            units = np.zeros((len(index), len(axes)))
            if axes:
                places = index.get_indexer(pd.Index([(sign, *axis) for axis in axes]))
                units[places[places >= 0], np.flatnonzero(places >= 0)] = 1
            setattr(self, name, pd.DataFrame(units, index=index, columns=range(len(axes))))
        self.neg_basis_present = pd.Series(True, index=range(len(axes)))

    def gamma(self, predictor: Predictor) -> Vector:
        """The moments of `predictor`, a series over sign, event and group."""
        decisions = np.squeeze(np.asarray(predictor(self.X)))
        utility = (self.utility_diff * decisions + self.utilities[:, 0]) * self._weights
        inside = self._cells >= 0
        count = len(self._events)
        sums = np.bincount(self._cells[inside], weights=utility[inside], minlength=count)
        return self._gamma_of_sums(sums.astype(np.float64, copy=False))

    def _gamma_of_sums(self, sums: Numbers) -> Vector:
        """The moments from the sum of the weighted utilities in each cell."""
        bound = len(self.prob_group_event)
        in_group = sums[:bound] / self.total_samples / self.prob_group_event.to_numpy()
        in_event = np.bincount(self._events, weights=sums, minlength=len(self.prob_event))
        means = in_event / self.total_samples / self.prob_event.to_numpy()
        overall = means[self._events[:bound]]
        values = np.concatenate([self.ratio * in_group - overall, self.ratio * overall - in_group])
        return series(values, self._index)

    def bound(self) -> Vector:
        """The slack, for each moment."""
        return series(self.eps, self._index)

    def _cell_costs(self, plus: Numbers, minus: Numbers) -> Numbers:
        """What the multipliers of both signs add to the cost of a row of each cell, and last 0 for no
        cell."""
        bound = len(self.prob_group_event)
        pooled = np.bincount(
            self._events[:bound], weights=plus - self.ratio * minus,
            minlength=len(self.prob_event),
        )
        table = (pooled / self.prob_event.to_numpy())[self._events]
        table[:bound] += (minus - self.ratio * plus) / self.prob_group_event.to_numpy()
        return np.append(table, 0.0)

    def signed_weights(self, lambda_vec: Any = None) -> Vector:
        """The cost of a negative minus that of a positive decision, for each row."""
        cells = self.prob_group_event.index
        plus = lambda_vec["+"].reindex(cells).to_numpy(dtype=float)
        minus = lambda_vec["-"].reindex(cells).to_numpy(dtype=float)
        weights = self._cell_costs(plus, minus)[self._cells]
        return series(self.utility_diff * self._weights * weights, self.tags.index)

    def project_lambda(self, lambda_vec: Vector) -> Vector:
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
        both: Vector = pd.concat(
            [signed.clip(lower=0.0), (-signed).clip(lower=0.0)], keys=["+", "-"], names=_LEVELS
        )
        return both
