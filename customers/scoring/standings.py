"""Where does every customer of the shop stand on a day: one frame for all lists?"""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from threading import Lock
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from agent.ports import History
from agent.ports.purchases import KeptFeatures, PurchaseHistory
from customers.charting.precious import HALF_AFTER_GAPS
from customers.features.refresh import kept_features, refresh_features
from customers.features.session import accumulate_in_parts, open_session
from customers.scoring.everyone import everyone, judged
from customers.scoring.expect import LEAST_WINDOW
from customers.scoring.past import Progress, day_number, silent
from customers.scoring.shop_fit import ShopFits
from customers.scoring.shop_purchases import read_events, read_purchases
from customers.worth.gain import Stakes, gains

FEW: Final = 1_000
"""Below this many customers the yardstick may ask for the value of every order."""

AT_A_TIME: Final = 100_000
"""Customers predicted together."""


DUE_FROM: Final = 0.8
"""Share of the usual gap from which the priority list names somebody: before that thanks and care are due, not an offer. A
judgement, docs/adr/0014."""


class Standings:
    """Everybody's numbers, kept for the day asked for last. Threads wait for one another."""

    def __init__(
        self,
        *,
        history: History,
        purchases: PurchaseHistory,
        features: KeptFeatures,
        fits: ShopFits,
        today: Callable[[], date],
        stakes: Stakes | None = None,
    ) -> None:
        self._history, self._purchases, self._fits, self._stakes = history, purchases, fits, stakes
        self._kept_features, self._today = features, today
        self._kept: tuple[tuple[date, str], pl.DataFrame] | None = None
        self._turn = Lock()

    def at(self, cut: date, *, progress: Progress = silent) -> pl.DataFrame:
        """The columns of `everyone` and `judged`, and `gain_yen` (what a message would bring if it may be sent; null
        while the next order is not due), p_without, p_with, basket_yen, and
        `precious` (net revenue faded by silence). Everybody who did anything before the cut; null: unknown."""
        key = (cut, self._history.revision())
        with self._turn:
            if self._kept is None or self._kept[0] != key:
                self._kept = (key, self._read(cut, progress))
            return self._kept[1]

    def _read(self, cut: date, progress: Progress) -> pl.DataFrame:
        fit = self._fits.at(cut, progress=progress)
        parts = [everyone([part], fit.orders, cut=cut) for part in self._accumulated(cut, progress)]
        frame = pl.concat(parts) if parts else everyone([], fit.orders, cut=cut)
        if not len(frame):
            return frame
        as_of = cut - timedelta(days=1)
        few = list(self._history.order_values(until=as_of)) if len(frame) < FEW else []
        frame, shop = judged(frame, as_of=as_of, order_values=few)
        hidden = fit.orders.hidden("churn") is not None
        p = frame["p_order"].fill_null(float("nan")).to_numpy()
        basket = (frame["paid_yen"] / frame["orders"].clip(lower_bound=1)).to_numpy()
        worth = gains(np.full(len(p), np.nan) if hidden else p, np.maximum(basket, 0), stakes=self._stakes)
        silence = day_number(as_of) - frame["last_on"].to_physical().fill_null(0).cast(pl.Int64).to_numpy()
        faded = frame["net_yen"].to_numpy() * 0.5 ** (silence / (HALF_AFTER_GAPS * shop.usual_gap_days))
        faded = np.where(frame["orders"].to_numpy() > 0, faded, np.nan)
        likely = pl.col("next_probability") >= LEAST_WINDOW
        frame = frame.with_columns(
            pl.when(likely).then(pl.col(name)).alias(name)
            for name in ("next_first", "next_last", "next_on", "next_probability")
        )
        due = _due(frame, as_of, shop.usual_gap_days)
        return frame.with_columns(
            gain_yen=pl.Series(np.where(due, worth.yen, np.nan), nan_to_null=True),
            p_without=pl.Series(worth.p_without, nan_to_null=True),
            p_with=pl.Series(worth.p_with, nan_to_null=True),
            basket_yen=pl.Series(worth.basket_yen, nan_to_null=True),
            precious=pl.Series(faded, nan_to_null=True),
        )

    def _accumulated(self, cut: date, progress: Progress) -> Iterator[pl.DataFrame]:
        """Today: what was kept, after computing whoever changed. An earlier day: from the rows."""
        if cut > self._today():
            progress("変わったお客さまの計算", 0, None)
            refresh_features(self._purchases, self._kept_features, before=cut)
            current = kept_features(self._kept_features, before=cut).sort("customer_id")
            yield from current.iter_slices(AT_A_TIME)
            yield from self._still_marked(cut, current["customer_id"])
            return
        purchases = read_purchases(self._purchases, before=cut, lines=False)
        events = read_events(self._purchases, before=cut)
        done = 0
        with open_session() as session:
            for part in accumulate_in_parts(purchases, before=cut, events=events, session=session):
                done += len(part)
                progress("お客さまごとの計算", done, len(purchases))
                yield part

    def _still_marked(self, cut: date, current: pl.Series) -> Iterator[pl.DataFrame]:
        """Of those who stay marked (they have rows from the cut on, an order dated tomorrow), from the rows before it."""
        after = ""
        while marked := self._kept_features.changed(at_most=AT_A_TIME, after=after):
            after = marked[-1].customer_id
            ids = pl.Series([each.customer_id for each in marked], dtype=pl.String)
            ids = ids.filter(~ids.is_in(current.implode()))
            if not len(ids):
                continue
            purchases = read_purchases(self._purchases, before=cut, customer_ids=ids.to_list(), lines=False)
            events = read_events(self._purchases, before=cut, customer_ids=ids.to_list())
            with open_session() as session:
                yield from accumulate_in_parts(purchases, before=cut, events=events, session=session)


def _due(frame: pl.DataFrame, as_of: date, usual_gap_days: int) -> npt.NDArray[np.bool_]:
    """Whether most of their own gap (the shop's, for somebody who came once) has passed since the last order."""
    span = (frame["last_on"] - frame["first_on"]).dt.total_days().fill_null(0).to_numpy()
    days = frame["days"].to_numpy()
    own = np.where(days > 1, span / np.maximum(days - 1, 1), float(usual_gap_days))
    last = frame["last_on"].to_physical().cast(pl.Int64).fill_null(day_number(as_of)).to_numpy()
    return np.asarray(day_number(as_of) - last >= DUE_FROM * own)
