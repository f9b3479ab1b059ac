"""When will they order next? A window of days with the probability that it holds.

The wait from the cut is cut into spans of days (`EDGES`). For each span, the log-odds of ordering in it, given no order before, are a
logistic regression on the interval traits, some of which may change their weight with the length of the wait (a discrete-time hazard
model, Singer & Willett 1993). It learns from many past cuts at once and from waits not over yet. Without any past cut the closed form
(MBG/NBD) gives the chances.

Two models must not say two things of one customer: how likely an order within the horizon is, the ordering model says, calibrated on
the latest days; the hazards say only how it is spread over the days, and what comes later (`NextOrderModel.anchored`).
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, Final

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.special import logit

from agent.domain.prediction import Backtest, NextOrder
from customers.backtest.document import as_document, from_document
from customers.ordering.candidates import closed_log_odds, history_of
from customers.ordering.inputs import Floats, Inputs, day_number, read_inputs
from customers.ordering.logistic import CLEAR, Logistic, numbers_of
from customers.ordering.traits import Rhythm, traits
from customers.repeat.mbg_nbd import MbgNbd

EDGES: Final = (1, 2, 3, 4, 5, 6, 7, 10, 14, 21, 30, 45, 60, 90, 120, 180, 270, 365)
"""Ends of the spans, in days from the cut: single days for a week, then ever longer."""

TURNING: Final = (
    "overdue",
    "overdue_4.0",
    "rate_7",
    "rate_30",
    "rate_120",
    "steady_30",
    "silence",
    "silence_4",
    "silence_16",
    "days",
    "spread",
    "gap",
    "closed",
)
"""Traits whose weight may change with the length of the wait: a customer who is late is likely soon or not at all."""

TURN: Final = 2.0
"""ln(1 + days) at which that change may bend: about a week."""

COVERAGE: Final = 0.8
"""Of those who do order within the longest wait, this share should do so inside their window."""

CHUNK: Final = 100_000

Days = NDArray[np.int64]

VERSION: Final = 2


@dataclass(frozen=True, slots=True)
class Waits:
    """Windows of many customers. first, last, likely: day numbers since 1970-01-01, shape (customers,), both ends included.

    probability: that the next order falls inside.    comes: that there is one within the longest wait at all.
    Rows without an order before the cut hold the cut itself and probability 0.
    """

    first: Days
    last: Days
    likely: Days
    probability: Floats
    comes: Floats


@dataclass(frozen=True, slots=True)
class NextOrderModel:
    """Fitted at one cut. edges: spans in use.    horizon_days: where it is anchored, one of the edges unless beyond the last.

    base: weights of traits.    turning: weights of `TURNING` times ln(1 + wait) before and after the bend.    spans: what each span
    adds.    Without base the closed form speaks.
    """

    fitted_at: date
    edges: tuple[int, ...]
    horizon_days: int
    rhythm: Rhythm
    repeat: MbgNbd
    base: Logistic | None
    turning: tuple[tuple[float, ...], tuple[float, ...]]
    spans: tuple[float, ...]
    people: int
    notes: tuple[str, ...]
    backtests: tuple[Backtest, ...] = ()

    @property
    def within(self) -> int:
        """The longest wait foreseen, in days."""
        return self.edges[-1]

    @property
    def passed(self) -> bool | None:
        """Whether windows held on the shop's past; None: it could not be tested."""
        return self.backtests[0].passed if self.backtests else None

    def window_of(self, inputs: Inputs, cut: date, p_order: float) -> NextOrder:
        """Of one customer whose inputs at the cut were read already. p_order: P(an order within horizon_days)."""
        arrived = self.anchored(self.arrived(inputs), np.array([p_order]))
        first, last, likely, held = self.windows_of(arrived)
        return NextOrder(
            first=cut + timedelta(int(first[0])),
            last=cut + timedelta(int(last[0])),
            likely=cut + timedelta(int(likely[0])),
            probability=float(held[0]),
        )

    def windows(self, accumulated: pl.DataFrame, cut: date, p_order: Floats) -> Waits:
        """Of everybody: the middle COVERAGE of the waits of those who do come, in whole days, and the median of those waits.

        p_order: P(an order within horizon_days) of each row (`OrderingModel.p_order`), shape (rows,).
        """
        size, today = len(accumulated), day_number(cut)
        days = np.full((3, size), today, dtype=np.int64)
        chances = np.zeros((2, size))
        for start, part in _chunks(accumulated):
            known = ((part["days"] > 0) & (part["last_on"] < cut)).fill_null(False).to_numpy()
            if known.any():
                rows = start + np.flatnonzero(known)
                arrived = self.arrived(read_inputs(part.filter(pl.Series(known)), cut))
                arrived = self.anchored(arrived, p_order[rows])
                first, last, likely, held = self.windows_of(arrived)
                days[:, rows] = today + np.vstack([first, last, likely])
                chances[:, rows] = np.vstack([held, arrived[:, -1]])
        return Waits(days[0], days[1], days[2], chances[0], chances[1])

    def arrived(self, inputs: Inputs) -> Floats:
        """P(ordered by the end of each span) by the hazards alone, shape (customers, spans), rising along a row."""
        hazards = self._closed(inputs) if self.base is None else self._learned(inputs, self.base)
        return np.asarray(1 - np.exp(np.cumsum(-np.logaddexp(0.0, np.clip(hazards, -14, 14)), axis=1)))

    def anchored(self, arrived: Floats, p_order: Floats) -> Floats:
        """The same, with P(ordered within horizon_days) as the ordering model has it; shape (customers, spans), rising along a row.

        Within the horizon waits keep their shape; of those who have not come by then, each later span takes the share its hazard
        says. Where the horizon lies beyond the last span, nothing exceeds p_order.
        """
        p = np.clip(p_order, 0.0, 1.0)[:, None]
        if self.horizon_days not in self.edges:
            return np.asarray(arrived * np.minimum(1.0, p / np.maximum(arrived[:, -1:], CLEAR)))
        at = self.edges.index(self.horizon_days)
        level = arrived[:, [at]]
        within = p * np.minimum(arrived / np.maximum(level, 1e-12), 1.0)
        later = 1 - (1 - p) * np.minimum((1 - arrived) / np.maximum(1 - level, 1e-12), 1.0)
        return np.where(np.arange(len(self.edges)) <= at, within, later)

    def by(self, arrived: Floats, wait: Days) -> Floats:
        """P(ordered before so many whole days after the cut), shape (customers,), of `anchored` chances."""
        return _by(arrived, self.edges, wait)

    def _learned(self, inputs: Inputs, base: Logistic) -> Floats:
        matrix, names = matrix_of(inputs, self.rhythm, self.repeat)
        kept = np.clip(matrix, np.array(base.low), np.array(base.high))
        turning = kept[:, [names.index(name) for name in TURNING]]
        level = base.log_odds(matrix)
        early, late = (turning @ np.array(weights) for weights in self.turning)
        first, second = bends(self.edges)
        return np.asarray(
            level[:, None] + early[:, None] * first + late[:, None] * second + np.array(self.spans)
        )

    def _closed(self, inputs: Inputs) -> Floats:
        history = history_of(inputs)
        left = 1 - np.column_stack([self.repeat.p_any(history, edge) for edge in self.edges])
        before = np.column_stack([np.ones(len(left)), left[:, :-1]])
        return np.asarray(logit(np.clip(1 - left / np.maximum(before, CLEAR), CLEAR, 1 - CLEAR)))

    def windows_of(self, arrived: Floats) -> tuple[Days, Days, Days, Floats]:
        """first, last and likely as days after the cut, and the probability that the window holds: whole days hold more than asked."""
        tail = (1 - COVERAGE) / 2
        first, last, likely = (_day_of(arrived, self.edges, share) for share in (tail, 1 - tail, 0.5))
        held = _by(arrived, self.edges, last + 1) - _by(arrived, self.edges, first)
        return first, last, likely, np.clip(held, 0.0, 1.0)

    def with_backtests(self, backtests: tuple[Backtest, ...]) -> "NextOrderModel":
        """The same model beside its back-tests."""
        return replace(self, backtests=backtests)

    def to_json(self) -> str:
        """All that predicting needs, with the back-tests: a model that failed must not come back as one untried."""
        base = self.base
        return json.dumps(
            {
                "next_order": VERSION,
                "fitted_at": self.fitted_at.isoformat(),
                "edges": self.edges,
                "horizon_days": self.horizon_days,
                "rhythm": [self.rhythm.log_gap, self.rhythm.variance],
                "repeat": self.repeat.to_json(),
                "base": None
                if base is None
                else [[base.intercept], base.weights, base.centre, base.low, base.high],
                "turning": self.turning,
                "spans": self.spans,
                "people": self.people,
                "notes": self.notes,
                "backtests": [as_document(each) for each in self.backtests],
            },
            ensure_ascii=False,
        )

    @classmethod
    def from_json(cls, document: str, *, backtests: tuple[Backtest, ...] | None = None) -> "NextOrderModel":
        """Raises KeyError, TypeError or ValueError for anything but a document of this version. backtests: instead of the kept ones."""
        read: dict[str, Any] = json.loads(document)
        if read["next_order"] != VERSION:
            raise ValueError(f"next_order document of version {read['next_order']}, not {VERSION}")
        base = None
        if read["base"] is not None:
            (intercept,), weights, centre, low, high = (numbers_of(each) for each in read["base"])
            base = Logistic(intercept, weights, centre, low, high)
        log_gap, variance = numbers_of(read["rhythm"])
        early, late = (numbers_of(each) for each in read["turning"])
        return cls(
            fitted_at=date.fromisoformat(read["fitted_at"]),
            edges=tuple(int(edge) for edge in read["edges"]),
            horizon_days=int(read["horizon_days"]),
            rhythm=Rhythm(log_gap, variance),
            repeat=MbgNbd.from_json(read["repeat"]),
            base=base,
            turning=(early, late),
            spans=numbers_of(read["spans"]),
            people=int(read["people"]),
            notes=tuple(str(note) for note in read["notes"]),
            backtests=tuple(from_document(each) for each in read["backtests"])
            if backtests is None
            else backtests,
        )


HORIZON_OF_TRAITS: Final = 14
"""The horizon in the traits that need one ("what a steady buyer would do within ..."): short, as most waits are."""


def matrix_of(inputs: Inputs, rhythm: Rhythm, repeat: MbgNbd) -> tuple[Floats, tuple[str, ...]]:
    """Traits of each customer, with the closed form's log-odds as the last."""
    matrix, names = traits(inputs, rhythm, HORIZON_OF_TRAITS)
    closed = closed_log_odds(repeat, inputs, HORIZON_OF_TRAITS)
    return np.column_stack([matrix, closed]), (*names, "closed")


def bends(edges: tuple[int, ...]) -> tuple[Floats, Floats]:
    """For each span how far its wait is from the turn, on a log scale; the second is 0 before it."""
    first = np.log1p(np.array(edges, dtype=np.float64)) - TURN
    return first, np.maximum(0.0, first)


def _day_of(arrived: Floats, edges: tuple[int, ...], share: float) -> Days:
    """The whole day (0: the cut's own) by which `share` of those who come within the last edge have come."""
    target = share * arrived[:, -1]
    span = np.minimum((arrived < target[:, None]).sum(axis=1), len(edges) - 1)
    ends, starts = np.array(edges, dtype=np.float64), np.array((0, *edges[:-1]), dtype=np.float64)
    row = np.arange(len(arrived))
    before = np.where(span > 0, arrived[row, np.maximum(span - 1, 0)], 0.0)
    gained = np.maximum(arrived[row, span] - before, 1e-12)
    wait = starts[span] + np.clip((target - before) / gained, 0.0, 1.0) * (ends[span] - starts[span])
    return np.asarray(np.minimum(np.floor(wait), ends[-1] - 1), dtype=np.int64)


def _by(arrived: Floats, edges: tuple[int, ...], wait: Days) -> Floats:
    """P(ordered before so many whole days after the cut), linear inside a span."""
    grid = np.array((0, *edges), dtype=np.float64)
    curve = np.column_stack([np.zeros(len(arrived)), arrived])
    span = np.clip(np.searchsorted(grid, wait, side="right") - 1, 0, len(edges) - 1)
    row = np.arange(len(arrived))
    part = np.clip((wait - grid[span]) / (grid[span + 1] - grid[span]), 0.0, 1.0)
    return np.asarray(curve[row, span] + part * (curve[row, span + 1] - curve[row, span]))


def _chunks(accumulated: pl.DataFrame) -> Iterator[tuple[int, pl.DataFrame]]:
    for start in range(0, len(accumulated), CHUNK):
        yield start, accumulated.slice(start, CHUNK)
