"""What can be learnt from a shop's past? Horizons counted back from the cut, what stood at each and what was bought in it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from customers.features.purchases import Purchases, Small
from customers.next_products.candidates import Neighbourhood, candidates
from customers.next_products.products import Products, among, describe
from customers.next_products.scorer import Bools
from customers.next_products.tally import Floats, Tally, Wide, bought_within, tally
from customers.next_products.traits import of_fresh, of_own

PEOPLE: Final = 50_000
"""Customers a model is fitted on at most."""

ROWS: Final = 100_000
"""Pairs a scorer is fitted on at most."""

WINDOWS: Final = 3
"""Past horizons learnt from at most: older ones describe another shop."""

WEEKS: Final = 28
"""Days a level is read off at least: one week is a sale or a holiday, one day a Sunday."""

OFFERED: Final = 12
"""New products tried on each person when learning how new products are taken up."""


@dataclass(frozen=True, slots=True)
class Rows:
    """Pairs to learn from. whose: the person of each."""

    traits: Floats
    happened: Bools
    whose: Small

    def every(self, step: int) -> "Rows":
        """One row in so many."""
        return Rows(self.traits[::step], self.happened[::step], self.whose[::step])

    def of(self, people: Bools) -> "Rows":
        kept = people[self.whose]
        return Rows(self.traits[kept], self.happened[kept], self.whose[kept])


class Past:
    """The shop before the cut, cut into horizons counted back from it: horizon 1 ends at the cut, 2 where 1 begins.

    people: the sampled purchases.    held: days between the first of them and the cut.    days: length of a horizon, the one asked
    for or, where the past does not hold two of those, a third of it.    windows: horizons there are, 0 when nothing can be learnt.
    cover: how many of them make a month or at least, for the shortest, as many as a week has days.
    """

    def __init__(
        self,
        purchases: Purchases,
        today: int,
        within_days: int,
        supply_days: Mapping[str, float],
        rng: np.random.Generator,
    ) -> None:
        self.people = _sample(purchases, today, rng)
        self.today = today
        self.rng = rng
        lines = purchases.lines
        self.skus = () if lines is None else tuple(lines.skus.cast(pl.String))
        found = ((item, float(supply_days.get(sku, 0))) for item, sku in enumerate(self.skus))
        self.supply = {item: days for item, days in found if 0 < days < np.inf}
        days = self.people.orders.day
        self.held = max(int(today - days.min()), 0) if len(days) else 0
        if self.held >= 2 * within_days:
            self.days = within_days
            self.cover = min(-(-WEEKS // within_days), 7)
            self.windows = min(WINDOWS + self.cover - 1, self.held // within_days - 1)
        else:
            self.days, self.windows = self.held // 3 or within_days, 2 if self.held >= 3 else 0
            self.cover = 1
        self._seen: dict[int, Tally] = {}
        self._bought: dict[int, Wide] = {}
        self._products: dict[int, Products] = {}

    def cut(self, back: int) -> int:
        """The day horizon `back` begins."""
        return self.today - self.days * back

    def seen(self, back: int) -> Tally:
        """What stood at its beginning."""
        if back not in self._seen:
            self._seen[back] = tally(self.people, cut=self.cut(back))
        return self._seen[back]

    def bought(self, back: int) -> Wide:
        """What was bought in it: the truth."""
        if back not in self._bought:
            self._bought[back] = bought_within(self.people, cut=self.cut(back), days=self.days)
        return self._bought[back]

    def products(self, back: int) -> Products:
        """The products as known at its beginning."""
        if back not in self._products:
            self._products[back] = describe(
                self.seen(back),
                earlier=self.seen(back + 1),
                bought_since=self.bought(back + 1),
                season=_season(self.people, self.cut(back), self.days),
                supply=self.supply,
            )
        return self._products[back]

    def own_rows(self, back: int) -> "Rows":
        """Pairs that stood at its beginning, ROWS at most over a month."""
        seen = self.seen(back)
        pairs, most = len(seen.person), ROWS // self.cover
        rows = np.sort(self.rng.choice(pairs, most, replace=False)) if pairs > most else np.arange(pairs)
        happened = among(seen.keys[rows], self.bought(back))
        return Rows(of_own(seen, self.products(back), rows), happened, seen.person[rows])

    def fresh_rows(self, back: int) -> "Rows":
        """New products as they would have been offered at its beginning, about ROWS at most over a month."""
        known = np.flatnonzero(self.seen(back).days > 0).astype(np.int32)
        most = ROWS // self.cover // OFFERED
        chosen = np.sort(self.rng.choice(known, most, replace=False)) if len(known) > most else known
        seen = tally(self.people.some(chosen), cut=self.cut(back))
        found = candidates(seen, Neighbourhood(self.products(back)), OFFERED)
        whose = chosen[found.person]
        happened = among(whose.astype(np.int64) * seen.items + found.item, self.bought(back))
        return Rows(
            of_fresh(seen, self.products(back), found.person, found.item, found.alike), happened, whose
        )


def _sample(purchases: Purchases, today: int, rng: np.random.Generator) -> Purchases:
    """Up to PEOPLE customers who bought before the cut."""
    rows = purchases.orders
    held = np.zeros(len(purchases), bool)
    held[rows.customer[(rows.day < today) & (rows.net >= 0)]] = True
    codes = np.flatnonzero(held).astype(np.int32)
    if len(codes) > PEOPLE:
        codes = np.sort(rng.choice(codes, PEOPLE, replace=False))
    return purchases if len(codes) == len(purchases) else purchases.some(codes)


def _season(past: Purchases, cut: int, days: int) -> Floats | None:
    """ln of how each product's sales rose a year before [cut, cut + days) against the same span before; None without that year."""
    lines = past.lines
    if lines is None or not len(lines.day) or cut - 364 - days < int(lines.day.min()):
        return None
    items = len(lines.skus)

    def sold(start: int) -> NDArray[np.float64]:
        kept = (lines.day >= start) & (lines.day < start + days) & (lines.sku >= 0) & (lines.net >= 0)
        return np.bincount(lines.sku[kept], minlength=items).astype(np.float64)

    after, before = sold(cut - 364), sold(cut - 364 - days)
    level = max(float(after.sum()), 1.0) / max(float(before.sum()), 1.0)
    return np.log((after + 10 * level) / (level * (before + 10))).astype(np.float32)
