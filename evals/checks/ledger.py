"""The numbers and days a context holds, by where they come from: what a draft's numbers are compared with."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache
from itertools import combinations

from agent.domain.message import MessageContext
from evals.checks import quantities as q
from evals.checks.dates import Dated, dates
from evals.checks.knowledge import knowledge_of, plain
from evals.checks.quantities import Quantity, quantities


@dataclass(frozen=True)
class Source:
    """Numbers and dates of one part of a context."""

    text: str
    quantities: tuple[Quantity, ...]
    dates: tuple[Dated, ...]

    def values(self, *kinds: str) -> frozenset[float]:
        """The values of these kinds."""
        return frozenset(found.value for found in self.quantities if found.kind in kinds)


@dataclass(frozen=True)
class Ledger:
    """All numbers of a context. records: the customer's facts that nobody wrote down by hand.

    prices, own_amounts, own_counts (into how many a product divides): by product id.
    """

    customer: Source
    policies: Source
    offer: Source
    products: Source
    stock: Source
    prices: dict[str, float]
    own_amounts: dict[str, frozenset[float]]
    own_counts: dict[str, frozenset[float]]
    records: Source

    @property
    def sources(self) -> tuple[Source, ...]:
        """Every part."""
        return (self.customer, self.policies, self.offer, self.products, self.stock)

    def values(self, *kinds: str) -> frozenset[float]:
        """The values of these kinds anywhere in the context."""
        return frozenset().union(*(source.values(*kinds) for source in self.sources))

    def dates(self) -> Iterable[Dated]:
        """Every date anywhere in the context."""
        for source in self.sources:
            yield from source.dates

    @cached_property
    def amounts(self) -> frozenset[float]:
        """Every amount of yen in the context, catalogue prices included."""
        return self.values(q.YEN) | frozenset(self.prices.values())

    @cached_property
    def plain_sums(self) -> frozenset[float]:
        """Sums of two or three catalogue prices, and up to twelve of one."""
        prices = sorted(set(self.prices.values()))[:12]
        found = {price * times for price in prices for times in range(2, 13)}
        for size in (2, 3):
            found.update(sum(chosen) for chosen in combinations(prices, size))
        return frozenset(found)

    @cached_property
    def sums(self) -> frozenset[float]:
        """Plain sums, up to four each of two products, and all that with a policy's shipping."""
        prices = sorted(set(self.prices.values()))[:12]
        found = set(self.plain_sums)
        found.update(
            one * few + other * many
            for one, other in combinations(prices, 2)
            for few in range(1, 5)
            for many in range(1, 5)
        )
        return frozenset(found | {sent for total in (*found, *prices) for sent in self.with_fees(total)})

    @cached_property
    def _shipping(self) -> tuple[frozenset[float], float]:
        """Fees of shipping by the policies, and the total from which they fall away (infinite when there is none)."""
        fees: set[float] = set()
        limits = [float("inf")]
        for line in re.split(r"[\n。]", self.policies.text):
            if "送料" not in line or re.search(r"クール|冷凍|冷蔵|沖縄|離島|返", line):
                continue
            for found in quantities(line):
                is_limit = re.match(r"\s*(?:\(税込\))?\s*(?:以上|を超え|から)", line[found.end :])
                if found.kind == q.YEN and is_limit and "無料" in line:
                    limits.append(found.value)
                elif found.kind == q.YEN and not is_limit:
                    fees.add(found.value)
        return frozenset(fees), min(limits)

    @cached_property
    def fees(self) -> frozenset[float]:
        """Amounts of the policies that may be added to a price: no reward, no limit."""
        text = self.policies.text
        return frozenset(
            found.value
            for found in self.policies.quantities
            if found.kind == q.YEN and not _NO_FEE.match(text, found.end)
        )

    def with_fees(self, total: float) -> frozenset[float]:
        """A total with each fee that the policies name, shipping only below the limit from which it is free."""
        fees, free_from = self._shipping
        return frozenset(total + fee for fee in self.fees if fee not in fees or total < free_from)

    @cached_property
    def differences(self) -> frozenset[float]:
        """Differences of catalogue prices, and of sums and prices."""
        prices = set(self.prices.values())
        bases = prices | self.products.values(q.YEN)
        found = {abs(one - other) for one in bases for other in bases}
        found |= {abs(total - price) for total in self.plain_sums for price in bases}
        return frozenset(value for value in found if value > 0)

    @cached_property
    def shortfalls(self) -> frozenset[float]:
        """What a price or sum lacks to an amount that a policy or the offer names."""
        limits = self.policies.values(q.YEN) | self.offer.values(q.YEN)
        bases = {*self.prices.values(), *self.plain_sums}
        return frozenset(limit - base for limit in limits for base in bases if limit > base)

    @cached_property
    def reduced(self) -> frozenset[float]:
        """Catalogue prices after the offer's percentage or amount, and the savings themselves."""
        found: set[float] = set()
        singles = set(self.prices.values())
        bases = (
            {total for total in self.plain_sums if total <= 2 * max(singles)} | singles if singles else set()
        )
        for percent in self.offer.values(q.PERCENT):
            for price in bases:
                saved = price * percent / 100
                found.update((int(saved), -int(-saved // 1), round(saved)))
                found.update((price - int(saved), price + int(-saved // 1), round(price - saved)))
        found.update(price - amount for amount in self.offer.values(q.YEN, q.POINT) for price in bases)
        return frozenset(value for value in found if value > 0)

    @cached_property
    def untaxed(self) -> frozenset[float]:
        """Catalogue prices without consumption tax of 10 or 8 per cent, rounded any way."""
        found: set[float] = set()
        for price in self.prices.values():
            for rate in (1.1, 1.08):
                found.update((int(price / rate), int(price / rate) + 1))
        return frozenset(found)


_NO_FEE = re.compile(
    r"\s*(?:分)?の?(?:お?買い?物)?(?:券|引|OFF|オフ|割|ポイント|クーポン|商品券|ギフト|相当|以上|を超え|未満)"
)


@lru_cache(maxsize=256)
def _source(text: str, today: date) -> Source:
    """Cached for itself: the shop's policies and products stand in the contexts of many customers."""
    return Source(text, quantities(text), dates(text, today))


@lru_cache(maxsize=256)
def ledger_of(context: MessageContext) -> Ledger:
    """Read a context's numbers once."""
    known, today = knowledge_of(context), context.today

    def source(*texts: str) -> Source:
        return _source("\n".join(texts), today)

    stock = [plain(_stock(product.stock)) for product in context.products if product.stock is not None]
    return Ledger(
        customer=source(known.customer),
        records=source(known.records),
        policies=source(*known.policies),
        offer=source(known.offer),
        products=source(*(text for product in known.products for text in product.texts)),
        stock=source(*stock),
        prices={
            product.id: float(product.price_yen)
            for product in context.products
            if product.price_yen is not None
        },
        own_amounts={
            product.id: frozenset(
                found.value for text in product.texts for found in quantities(text) if found.kind == q.YEN
            )
            for product in known.products
        },
        own_counts={product.id: frozenset(_parts(product.texts)) for product in known.products},
    )


def _parts(texts: tuple[str, ...]) -> Iterable[float]:
    """Pieces, days and weeks a product lasts, and its weight or volume in hundreds, each above one."""
    for text in texts:
        for found in quantities(text):
            if found.kind in (q.COUNT, q.DAYS) or found.unit in ("回", "杯", "玉"):
                yield from (part for part in (found.value,) if part > 1)
            elif found.kind == q.MONTHS:
                yield from (found.value * 30, found.value)
            elif found.kind == q.MEASURE and found.unit.lower() in ("g", "ml", "kg", "l"):
                grams = found.value * (1000 if found.unit.lower() in ("kg", "l") else 1)
                yield from (part for part in (grams / 100, grams / 10, grams) if part > 1)


def _stock(stock: int | str) -> str:
    return stock if isinstance(stock, str) else f"残り{stock}点"
