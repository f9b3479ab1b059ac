"""What did the shop know on an earlier day, of a fair sample of its customers?"""

from collections.abc import Callable
from datetime import date, timedelta
from functools import cached_property
from typing import Final

import numpy as np
import polars as pl
import pyarrow as pa

from customers.features.purchases import EPOCH, Purchases
from customers.features.session import Session, accumulate
from customers.repeat.history import Numbers
from customers.worth.ltv import PastWindow
from customers.worth.revenue_forecast import SpendHistory

SAMPLE: Final = 25_000
"""Customers fitted on. A probability of 0.1 is then known to 0.2 points; the shape of the models asks for no more."""


class ShopPast:
    """The past before a cut, of at most `SAMPLE` customers drawn by a fixed seed, read once per day asked for."""

    def __init__(
        self, purchases: Purchases, *, cut: date, session: Session, events: pa.Table | None = None
    ) -> None:
        self.cut, self._session = cut, session
        seen = purchases.orders.day < day_number(cut)
        buyers = np.unique(purchases.orders.customer[seen & (purchases.orders.net >= 0)])
        if len(buyers) > SAMPLE:
            buyers = np.sort(np.random.default_rng(0).choice(buyers, SAMPLE, replace=False))
        self.buyers = len(buyers)
        self.sampled = purchases.some(buyers.astype(np.int32))
        self.events = None if events is None else _of(events, self.sampled.ids)
        self._read: dict[date, pl.DataFrame] = {}

    def accumulated(self, day: date) -> pl.DataFrame:
        """The sample's accumulators before a day."""
        if day not in self._read:
            self._read[day] = accumulate(self.sampled, before=day, events=self.events, session=self._session)
        return self._read[day]

    @cached_property
    def bought(self) -> pl.DataFrame:
        """customer_id and ordered_on of the sample's orders before the cut, a row a purchase day."""
        rows = self.sampled.orders
        kept = (rows.net >= 0) & (rows.day < day_number(self.cut))
        days = pl.DataFrame({"code": rows.customer[kept], "day": rows.day[kept]}).unique().sort("code", "day")
        return pl.DataFrame(
            {"customer_id": self.sampled.ids.gather(days["code"]), "ordered_on": days["day"].cast(pl.Date)}
        )

    @property
    def first_day(self) -> date:
        """The first day of the records; the cut when there are none before it."""
        first = self.sampled.first_day
        return min(first, self.cut) if first else self.cut

    def window(self, cut: int, horizon_days: int) -> PastWindow:
        """What was known at a day and what each customer then brought; days since 1970."""
        known = self.accumulated(EPOCH + timedelta(days=cut))
        rows = self.sampled.orders
        then = (rows.day >= cut) & (rows.day < cut + horizon_days)
        brought = np.bincount(
            rows.customer[then], weights=rows.net[then].astype(np.float64), minlength=len(self.sampled)
        )
        place = pl.DataFrame({"customer_id": self.sampled.ids}).with_row_index("code")
        codes = known.select("customer_id").join(place, on="customer_id", how="left", maintain_order="left")
        return PastWindow(spend_history(known), cut, horizon_days, brought[codes["code"].to_numpy()])


def spend_history(accumulated: pl.DataFrame) -> SpendHistory:
    """Accumulators as the models of worth read them."""
    return SpendHistory(
        days=_floats(accumulated["days"]),
        first_day=_floats(accumulated["first_on"].to_physical()),
        last_day=_floats(accumulated["last_on"].to_physical()),
        net_yen=_floats(accumulated["net_yen"]),
        log_gaps=_floats(accumulated["gap_log"]),
    )


def day_number(day: date) -> int:
    """Days since 1970-01-01."""
    return (day - EPOCH).days


def silent(label: str, done: int, total: int | None) -> None:
    """Progress that nobody looks at."""


Progress = Callable[[str, int, int | None], None]


def _floats(column: pl.Series) -> Numbers:
    values: Numbers = column.cast(pl.Float64).fill_null(0.0).to_numpy()
    return values


def _of(events: pa.Table, ids: pl.Series) -> pa.Table:
    """The events of these customers alone."""
    kept = pl.from_arrow(events)
    if not isinstance(kept, pl.DataFrame):  # pragma: no cover - a table becomes a frame
        raise TypeError("events are no table")
    return kept.filter(pl.col("customer_id").is_in(ids.cast(pl.String).implode())).to_arrow()
