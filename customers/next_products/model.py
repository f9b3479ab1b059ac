"""Which products next, and with what probability: the fitted model, for everybody at once or for one customer."""

from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Final

import numpy as np
import polars as pl

from agent.domain.chart import PurchasedLine
from agent.domain.prediction import Backtest, NextProduct
from customers.features.purchases import EPOCH, LineRows, OrderRows, Purchases, Small
from customers.next_products.candidates import Neighbourhood, candidates
from customers.next_products.products import Products
from customers.next_products.reasons import Expected, say
from customers.next_products.scorer import Scorer
from customers.next_products.tally import Floats, Tally, tally
from customers.next_products.traits import of_fresh, of_own

SPARE: Final = 2
"""Further new products considered beyond those asked for: the rough order they are picked in is not the final one."""

CELLS: Final = 40_000_000
"""People times products looked at together: bounds memory (a byte each) and keeps the tables near the processor."""

STEADINESS: Final = 0.8
"""-ln(1 - p) grows with the horizon to this power. 1 would be a steady hazard; people differ and interests fade (0.6 to 1.0 measured on
groceries and cosmetics, ten days stretched to a month and a month to three)."""

THREADS: Final = 2

AHEAD: Final = 4
"""Runs begun before they are asked for."""

_ONE: Final = pl.Series("customer_id", ["one"])


@dataclass(frozen=True, slots=True)
class Ranked:
    """Sorted by person, likeliest first. pair: place among the tally's pairs, -1 for a product the person never had."""

    person: Small
    item: Small
    rank: Small
    probability: Floats
    pair: Small
    alike: Floats


@dataclass(frozen=True)
class NextProductsModel:
    """Fitted on a shop's purchases before `cut`.

    within_days: the horizon D of every probability.    fitted_days: the horizon it was fitted on, shorter than D where the shop's
    past is too short; probabilities are then stretched.    skus, titles: the products, by item.    supply: item → days one piece
    lasts.    backtest: None when the past is too short for one.    note: what to know before trusting it, in Japanese, or None.
    """

    cut: date
    within_days: int
    fitted_days: int
    skus: tuple[str, ...]
    titles: tuple[str, ...]
    supply: tuple[tuple[int, float], ...]
    products: Products
    own: Scorer
    fresh: Scorer
    backtest: Backtest | None
    note: str | None

    @cached_property
    def _around(self) -> Neighbourhood:
        return Neighbourhood(self.products)

    @cached_property
    def _skus(self) -> pl.Series:
        return pl.Series("sku", self.skus, dtype=pl.String)

    @cached_property
    def _item_of(self) -> dict[str, int]:
        return {sku: item for item, sku in enumerate(self.skus)}

    def predict_all(self, purchases: Purchases, *, cut: date, k: int) -> Iterator[pl.DataFrame]:
        """The k likeliest products of every customer seen before `cut`, in runs of customers.

        Columns: customer_id (as it came in), sku (string), rank (1 to k, Int32), probability (Float32, in (0, 1)): bought at least
        once in [cut, cut + within_days). Fewer than k rows where the shop has fewer products.
        """
        known = self._numbered(purchases)
        today = (cut - EPOCH).days
        skus = self._skus

        def run(span: tuple[int, int]) -> pl.DataFrame:
            ranked = self.rank(tally(known, cut=today, span=span), k)
            return pl.DataFrame(
                {
                    "customer_id": known.ids.gather(ranked.person + span[0]),
                    "sku": skus.gather(ranked.item),
                    "rank": ranked.rank,
                    "probability": ranked.probability,
                }
            )

        step = int(np.clip(CELLS // max(len(self.skus), 1), 500, 50_000))
        spans = [(start, min(start + step, len(known))) for start in range(0, len(known), step)]
        _ = self._around
        with ThreadPoolExecutor(THREADS) as pool:
            waiting = deque(pool.submit(run, span) for span in spans[:AHEAD])
            for span in spans[AHEAD:] + [None] * min(AHEAD, len(spans)):
                done = waiting.popleft().result()
                if span is not None:
                    waiting.append(pool.submit(run, span))
                if len(done):
                    yield done

    def pair_probabilities(self, purchases: Purchases, *, cut: date, least_times: int = 2) -> pl.DataFrame:
        """P(same product again within within_days) of every (customer, product) bought on at least so many days before `cut`.

        Columns: customer_id, sku, times, probability.
        """
        known = self._numbered(purchases)
        seen = tally(known, cut=(cut - EPOCH).days)
        rows = np.flatnonzero(seen.times >= least_times)
        return pl.DataFrame(
            {
                "customer_id": known.ids.gather(seen.person[rows]),
                "sku": self._skus.gather(seen.item[rows]),
                "times": seen.times[rows],
                "probability": self._stretched(
                    self.own.calibrated(self.own.raw(of_own(seen, self.products, rows)))
                ),
            }
        )

    def predict_one(self, lines: Sequence[PurchasedLine], *, cut: date, k: int) -> tuple[NextProduct, ...]:
        """The k likeliest products of one customer, with windows and reasons. lines: all they ever bought, in any order."""
        seen = tally(self._own(lines), cut=(cut - EPOCH).days)
        if not seen.days.any():
            return ()
        ranked = self.rank(seen, k)
        return tuple(
            say(
                Expected(
                    int(ranked.item[row]),
                    float(ranked.probability[row]),
                    int(ranked.pair[row]),
                    float(ranked.alike[row]),
                ),
                seen,
                self.products,
                cut=cut,
                within_days=self.within_days,
                skus=self.skus,
                titles=self.titles,
                supply=dict(self.supply),
            )
            for row in range(len(ranked.item))
        )

    def rank(self, seen: Tally, k: int) -> Ranked:
        """The k likeliest products of each person who bought anything before the tally's cut."""
        owned = self.own.calibrated(self.own.raw(of_own(seen, self.products)))
        new = candidates(seen, self._around, k + SPARE)
        known = seen.days[new.person] > 0
        person, item, alike = new.person[known], new.item[known], new.alike[known]
        taken = self.fresh.calibrated(self.fresh.raw(of_fresh(seen, self.products, person, item, alike)))
        people = np.concatenate([seen.person, person])
        items = np.concatenate([seen.item, item])
        probability = self._stretched(np.concatenate([owned, taken]))
        pair = np.concatenate([np.arange(len(owned), dtype=np.int32), np.full(len(taken), -1, np.int32)])
        close = np.concatenate([np.zeros(len(owned), np.float32), alike])
        # probabilities are positive, so their bits sort as they do
        bits = np.int64(0x7FFFFFFF) - probability.view(np.int32).astype(np.int64)
        order = np.argsort((people.astype(np.int64) << 32) | bits, kind="stable")
        sorted_people = people[order]
        opens = (
            np.flatnonzero(np.append(True, sorted_people[1:] != sorted_people[:-1])) if len(order) else order
        )
        place = np.arange(len(order)) - np.repeat(opens, np.diff(np.append(opens, len(order))))
        best = place < k
        rows = order[best]
        return Ranked(
            people[rows],
            items[rows],
            (place[best] + 1).astype(np.int32),
            probability[rows],
            pair[rows],
            close[rows],
        )

    def _stretched(self, probability: Floats) -> Floats:
        """From the horizon it was fitted on to the one asked for."""
        if self.fitted_days == self.within_days:
            return probability
        longer = (self.within_days / self.fitted_days) ** STEADINESS
        stretched = 1 - (1 - probability) ** np.float32(longer)
        return np.asarray(np.clip(stretched, 1e-6, 1 - 1e-4), np.float32)

    def _numbered(self, purchases: Purchases) -> Purchases:
        """The same purchases with products numbered as the model knows them; unknown ones are left out."""
        lines = purchases.lines
        if lines is None:
            return purchases
        theirs = lines.skus.cast(pl.String)
        if tuple(theirs) == self.skus:
            return purchases
        place = np.array([self._item_of.get(sku, -1) for sku in theirs] + [-1], dtype=np.int32)
        return replace(purchases, lines=replace(lines, sku=place[lines.sku], skus=self._skus))

    def _own(self, lines: Sequence[PurchasedLine]) -> Purchases:
        """One customer's lines as purchases, by day."""
        rows = sorted(
            ((line.ordered_on - EPOCH).days, self._item_of.get(line.sku or "", -1), line.quantity)
            for line in lines
        )
        day = np.array([row[0] for row in rows], dtype=np.int32)
        nobody, free = np.zeros(len(rows), np.int32), np.zeros(len(rows), np.int64)
        bought = LineRows(
            nobody,
            day,
            np.array([row[1] for row in rows], dtype=np.int32),
            free,
            free,
            self._skus,
            np.array([row[2] for row in rows], dtype=np.int64),
        )
        return Purchases(_ONE, OrderRows(nobody, day, free, free), bought)
