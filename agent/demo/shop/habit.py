"""What a person has settled on, and what is still in the cupboard at home."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import Final

from agent.demo.shop.catalogue import Family, Product, Variant, products
from agent.demo.shop.people import Person

_DURABLE_DAYS: Final = {Family.APPAREL: 150, Family.HOUSEHOLD: 330}
_OTHER_DAYS: Final = 21
"""How long before the same thing is wanted again when it is not used up by the day."""
_ENOUGH: Final = 0.4
"""Share of one unit's days still left at home above which nobody buys another."""


@dataclass(slots=True)
class Habit:
    """What a person has settled on. staples: what is bought again when used up, by handle. extra: mean number of extra
    lines an order. generous: 0-1, how many of one thing. novelty: chance to take something new. colour: a standing
    preference. pace: days a unit lasts them over the days on its label. usual: last variant, empty_on: when what is at
    home runs out, both by handle."""

    staples: tuple[str, ...]
    extra: float
    generous: float
    novelty: float
    colour: int
    pace: float
    usual: dict[str, Variant] = field(default_factory=dict)
    empty_on: dict[str, date] = field(default_factory=dict)

    def wants(self, product: Product, day: date) -> bool:
        """Whether the last one is used up, or nearly."""
        left = (self.empty_on.get(product.handle, day) - day).days
        return left <= _ENOUGH * _lasts(product) * self.pace

    def take_home(self, product: Product, variant: Variant, quantity: int, day: date) -> None:
        """Remember what was bought and how long it will last."""
        self.usual[product.handle] = variant
        start = max(day, self.empty_on.get(product.handle, day))
        self.empty_on[product.handle] = start + timedelta(
            days=round(_lasts(product) * quantity * variant.packs * self.pace)
        )

    def variant(self, product: Product, person: Person, rng: Random) -> Variant:
        """The refill of what is already at home, else the usual, else one that fits."""
        usual = self.usual.get(product.handle)
        refill = usual and next(
            (v for v in product.variants if v.refills == (usual.refills or usual.sku)), None
        )
        if refill and rng.random() < 0.95:
            return refill
        if usual and product.family is not Family.APPAREL and rng.random() < 0.9:
            return usual
        return self._fitting(product, person, rng)

    def _fitting(self, product: Product, person: Person, rng: Random) -> Variant:
        starters = [v for v in product.variants if v.refills is None]
        sized = [v for v in starters if v.name.split(" / ")[-1] == person.size]
        pool = sized or starters
        return pool[self.colour % len(pool)] if rng.random() < 0.6 else rng.choice(pool)


def _lasts(product: Product) -> int:
    return product.supply_days or _DURABLE_DAYS.get(product.family, _OTHER_DAYS)


def _draw_staples(person: Person, rng: Random) -> tuple[str, ...]:
    taste = dict(person.taste)
    pool = [p for p in products() if p.staple]
    first, second = rng.choices(pool, [p.popularity * (taste[p.family] + 0.01) for p in pool], k=2)
    both = rng.random() < 0.4 and second is not first
    return (first.handle, second.handle) if both else (first.handle,)


def draw_habit(person: Person, rng: Random, *, refiller: bool) -> Habit:
    """A person's habit; only refillers have staples, one or two of them from the shelves they like."""
    return Habit(
        staples=_draw_staples(person, rng) if refiller else (),
        extra=min(2.6, rng.lognormvariate(-0.75, 0.8)),
        generous=rng.random(),
        novelty=0.6 if rng.random() < 0.1 else 0.05,
        colour=rng.randrange(6),
        pace=rng.lognormvariate(0.02, 0.18),
    )
