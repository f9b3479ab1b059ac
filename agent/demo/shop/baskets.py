"""What a person puts in the basket: the usual, what goes with it, what the season offers, and a gift for somebody."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from math import exp
from random import Random
from typing import Final

from agent.demo.shop.catalogue import Product, Variant, by_handle, products
from agent.demo.shop.habit import Habit
from agent.demo.shop.people import Person
from agent.demo.shop.rhythm import gift_season

_SEASON_GIFTS: Final = {5: ("shincha",), 7: ("mizuyokan", "somen-box"), 12: ("yakigashi-box", "wool-stole")}
_OFF_SEASON: Final = 0.12
"""How much of its appeal a seasonal product keeps outside its months."""
_TRIAL_FIRST: Final = 0.25
_COMPANION: Final = 0.13


@dataclass(frozen=True, slots=True)
class Line:
    """One product line. quantity >= 1; the price is the variant's, tax included."""

    product: Product
    variant: Variant
    quantity: int

    @property
    def yen(self) -> int:
        """Price times quantity."""
        return self.variant.price_yen * self.quantity


def on_sale(product: Product, day: date, today: date) -> bool:
    """Whether the shop sold this product on that day: in season, and not before its launch."""
    if product.season_only and day.month not in product.months:
        return False
    launched = product.launched_days_ago
    return launched is None or day >= today - timedelta(days=launched)


@dataclass(slots=True)
class _Basket:
    """A basket being filled on one day; buying changes the person's habit."""

    person: Person
    habit: Habit
    day: date
    shelf: list[Product]
    rng: Random
    lines: list[Line] = field(default_factory=list)

    def _appeal(self, product: Product) -> float:
        in_season = not product.months or self.day.month in product.months
        taste = dict(self.person.taste)[product.family]
        return product.popularity * taste * (1.0 if in_season else _OFF_SEASON)

    def _wanted(self, pool: list[Product]) -> list[Product]:
        taken = {line.product.handle for line in self.lines}
        return [p for p in pool if p.handle not in taken and self.habit.wants(p, self.day)]

    def put(self, product: Product, quantity: int = 1) -> None:
        """Put in a product for oneself unless there is enough at home."""
        if self._wanted([product]):
            variant = self.habit.variant(product, self.person, self.rng)
            self.habit.take_home(product, variant, quantity, self.day)
            self.lines.append(Line(product, variant, quantity))

    def put_one_of(self, pool: list[Product]) -> None:
        """Put in what appeals most of what is wanted; one in a few comes twice."""
        if wanted := self._wanted(pool):
            quantity = 2 if self.rng.random() < 0.22 * self.habit.generous else 1
            self.put(self.rng.choices(wanted, [self._appeal(p) for p in wanted])[0], quantity)

    def put_gift(self) -> None:
        """Put in something for somebody else; a giver sends the same thing every year."""
        season = gift_season(self.day)
        pool = [by_handle()[handle] for handle in _SEASON_GIFTS[season]] if season else []
        pool = [p for p in pool if p in self.shelf]
        if pool:
            product = pool[self.habit.colour % len(pool)]
        else:
            gifts = [p for p in self.shelf if p.gift and not p.season_only]
            product = self.rng.choices(gifts, [self._appeal(p) for p in gifts])[0]
        variant = self.habit.variant(product, self.person, self.rng)
        self.lines.append(Line(product, variant, 1 + round(self.habit.generous * 2.4)))

    def put_staples(self, *, first_order: bool) -> None:
        """Put in what is used up; a newcomer may take the trial set first."""
        for place, handle in enumerate(self.habit.staples):
            trial = next((p for p in self.shelf if p.leads_to == handle), None)
            if first_order and place == 0 and trial and self.rng.random() < _TRIAL_FIRST:
                self.put(trial)
            elif place == 0 or self.rng.random() < 0.8:
                self.put(by_handle()[handle])

    def put_companions(self) -> None:
        """Sometimes add what goes with the first thing."""
        for handle in self.lines[0].product.goes_with:
            if self.rng.random() < _COMPANION and by_handle()[handle] in self.shelf:
                self.put(by_handle()[handle])


def fill_basket(
    person: Person, habit: Habit, day: date, today: date, *, nth: int, gift: bool, rng: Random
) -> list[Line]:
    """The lines of a person's nth order (0 is the first), at least one, each product once. Mutates the habit."""
    shelf = [p for p in products() if on_sale(p, day, today) and (nth == 0 or p.gift or not p.first_step)]
    basket = _Basket(person, habit, day, shelf, rng)
    if gift:
        basket.put_gift()
    elif habit.staples:
        basket.put_staples(first_order=nth == 0)
    elif nth == 0 and rng.random() < 0.22:
        basket.put_one_of([p for p in basket.shelf if p.first_step])
    if not basket.lines:
        basket.put_one_of(basket.shelf)
    if rng.random() < habit.novelty:
        basket.put_one_of([p for p in basket.shelf if p.launched_days_ago is not None])
    basket.put_companions()
    for _ in range(_poisson(habit.extra / 2 if gift else habit.extra, rng)):
        basket.put_one_of(basket.shelf)
    return basket.lines


def _poisson(mean: float, rng: Random) -> int:
    """A Poisson number by Knuth's product of uniforms; means here stay below 3."""
    limit, count, product = exp(-mean), 0, rng.random()
    while product > limit:
        count += 1
        product *= rng.random()
    return count
