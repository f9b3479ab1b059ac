"""What did the shop's customers look like on a day in the past, and when did each next order?"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Final

import numpy as np
import polars as pl

from agent.domain.errors import OkaeriError
from customers.ordering.candidates import history_of
from customers.ordering.inputs import Floats, Inputs, day_number, read_inputs, rows_of
from customers.ordering.logistic import FULL
from customers.repeat.history import CannotFit
from customers.repeat.mbg_nbd import MbgNbd, fit_mbg_nbd

FEWEST: Final = 30
"""Below this many customers no rate is known better than to a third; we say what is missing instead."""

MOST: Final = 30_000
"""Customers fitted and tried on, at most; more change no figure anybody would see."""

Accumulated = Callable[[date], pl.DataFrame]
"""Rows of `features.definition.accumulators` before a day, of all customers or a fair sample of them."""


class TooFew(OkaeriError):
    """Nothing can be predicted yet. `ja`: what is missing, for staff."""

    def __init__(self, reason_ja: str) -> None:
        super().__init__("too little history to predict orders", ja=reason_ja)


@dataclass(frozen=True, slots=True)
class Seen:
    """Customers with an order before a cut. wait: whole days from the cut to their next order, inf where none is on record."""

    cut: date
    inputs: Inputs
    wait: Floats

    def __len__(self) -> int:
        return len(self.wait)

    def thinned(self, most: int) -> "Seen":
        """At most so many of them, always the same."""
        if len(self) <= most:
            return self
        kept = np.sort(np.random.default_rng(0).choice(len(self), most, replace=False))
        return Seen(self.cut, rows_of(self.inputs, kept), self.wait[kept])


@dataclass(frozen=True)
class Past:
    """The shop at any earlier cut, each read once.

    bought: customer_id and ordered_on of the same customers' orders, a row a day or an order, up to the day of the fit: a wait not
    over by then is inf.    history_from: the first day the shop's records hold.
    """

    accumulated: Accumulated
    bought: pl.DataFrame
    history_from: date
    seen: dict[date, Seen] = field(default_factory=dict)

    def at(self, cut: date) -> Seen:
        """Everybody with an order before `cut`, or MOST of them."""
        if cut not in self.seen:
            rows = self.accumulated(cut).filter((pl.col("days") > 0) & (pl.col("last_on") < cut))
            rows = rows.sort("customer_id")
            if len(rows) > MOST:
                rows = rows.sample(MOST, seed=0)
            today = day_number(cut)
            start = int(self._purchases["day"].search_sorted(today, side="left"))
            later = self._purchases.slice(start).group_by("customer_id").agg(pl.col("day").min())
            who = rows.select(pl.col("customer_id").cast(pl.String))
            day = who.join(later, on="customer_id", how="left", maintain_order="left")["day"]
            wait = (day.cast(pl.Float64) - today).fill_null(float("inf"))
            self.seen[cut] = Seen(cut, read_inputs(rows, cut), np.asarray(wait.to_numpy(), dtype=np.float64))
        return self.seen[cut]

    def enough(self, cut: date) -> Seen:
        """Everybody at `cut`. Raises TooFew below FEWEST customers."""
        now = self.at(cut)
        if len(now) < FEWEST:
            raise TooFew(
                f"予測には購入のあるお客様が{FEWEST}名ほど必要です。いまは{len(now)}名で、あと{FEWEST - len(now)}名です。"
            )
        return now

    @cached_property
    def _purchases(self) -> pl.DataFrame:
        """Sorted by day, so that what comes after a cut is a slice."""
        days = self.bought.select(
            pl.col("customer_id").cast(pl.String), day=pl.col("ordered_on").cast(pl.Date).to_physical()
        )
        return days.unique().sort("day")


def fit_repeat(now: Seen) -> MbgNbd:
    """The closed form as of a cut. Raises TooFew where nobody has come back yet."""
    history = history_of(now.inputs)
    try:
        return fit_mbg_nbd(history, prior=1.0 if len(history) < FULL else 0.0, most_rows=8_000)
    except CannotFit as error:
        raise TooFew(error.ja) from error
