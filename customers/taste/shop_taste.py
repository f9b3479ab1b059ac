"""What is usual among this shop's customers: prices, categories, months, novelties, reductions?"""

import json
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from customers.taste.coded_lines import CodedLines
from customers.taste.levels import prior_strength
from customers.taste.prices import price_scale
from customers.taste.seasons import MonthRates, month_rates

NEW_FOR_DAYS = 60
"""A product is a novelty for two months after its first sale."""


@dataclass(frozen=True, slots=True)
class ShopTaste:
    """The shop's customers as a whole, at the start of day `cut` (days since 1970-01-01).

    categories: names, the rows of price_knots; price_knots: yen at 5 % … 95 % of the lines, one row a category and a last one for
    the whole shop (empty without a sale).    category_shares: of all lines with a category.    months: purchase days a customer.
    first_day: the shop's first sale.    new_since: first sale of each SKU whose beginning we saw; SKUs already sold in the shop's
    first 60 days are missing, because they may be old.    novelty_share: of the lines of products in new_since, those within 60
    days; None where there is none.    sale_share: of purchase days, those with a discount; None where there is no discount at all.
    *_strength: how many purchases of one's own the share is worth.
    """

    cut: int
    customers: int
    lines: int
    categories: tuple[str, ...]
    price_knots: tuple[tuple[float, ...], ...]
    category_shares: tuple[float, ...]
    months: MonthRates | None
    first_day: int | None
    new_since: dict[str, int]
    novelty_share: float | None
    novelty_strength: float
    sale_share: float | None
    sale_strength: float

    def as_json(self) -> str:
        """One JSON document; `shop_taste_from` reads it back."""
        plain = {name: getattr(self, name) for name in self.__slots__}
        plain["months"] = self.months and {"first": self.months.first, "rates": self.months.rates}
        return json.dumps(plain, ensure_ascii=False, separators=(",", ":"))


def shop_taste_from(document: str) -> ShopTaste:
    """Read a stored document back."""
    plain: dict[str, Any] = json.loads(document)
    months = plain["months"]
    return ShopTaste(
        **plain
        | {
            "categories": tuple(plain["categories"]),
            "price_knots": tuple(tuple(row) for row in plain["price_knots"]),
            "category_shares": tuple(plain["category_shares"]),
            "months": MonthRates(months["first"], tuple(months["rates"])) if months else None,
        }
    )


@dataclass(frozen=True, slots=True)
class PurchaseDays:
    """One row a customer and day on which they bought: code, day, whether anything was discounted. Shapes (purchase days,)."""

    who: NDArray[np.int32]
    day: NDArray[np.int32]
    reduced: NDArray[np.bool_]


def measure_shop_taste(lines: CodedLines, *, bought_on: PurchaseDays | None = None) -> ShopTaste:
    """Measure the shop once over all lines. bought_on: their `purchase_days`, where already at hand."""
    customers = len(lines.customers)
    bought_on = bought_on or purchase_days(lines)
    new_since = _beginnings(lines)
    novel, known = novelty_counts(lines, new_since)
    bought = np.bincount(bought_on.who, minlength=customers)
    reduced = np.bincount(bought_on.who[bought_on.reduced], minlength=customers)
    named = lines.category[lines.category >= 0]
    shares = np.bincount(named, minlength=len(lines.categories)) / max(1, named.size)
    priced = lines.price > 0
    knots = price_scale(lines.price[priced], lines.category[priced], len(lines.categories))
    return ShopTaste(
        cut=lines.cut,
        customers=customers,
        lines=lines.who.size,
        categories=lines.categories,
        price_knots=tuple(tuple(row) for row in knots.tolist()) if priced.any() else (),
        category_shares=tuple(shares.tolist()),
        months=month_rates(bought_on.who, bought_on.day, cut=lines.cut),
        first_day=int(lines.day.min()) if lines.day.size else None,
        new_since=new_since,
        novelty_share=float(novel.sum() / known.sum()) if known.sum() else None,
        novelty_strength=prior_strength(novel, known),
        sale_share=float(reduced.sum() / bought.sum()) if reduced.sum() else None,
        sale_strength=prior_strength(reduced, bought),
    )


def purchase_days(lines: CodedLines) -> PurchaseDays:
    """Fold lines into one row a customer and day."""
    if not lines.day.size:
        nothing = np.zeros(0, dtype=np.int32)
        return PurchaseDays(nothing, nothing, np.zeros(0, dtype=np.bool_))
    first = int(lines.day.min())
    bits = (int(lines.day.max()) - first).bit_length() + 1
    # the discount rides in the lowest bit, so that one sort finds days and whether any line was reduced
    key = lines.who.astype(np.int64) << bits
    key |= (lines.day - first).astype(np.int64) << 1
    key |= lines.reduced
    key.sort()
    last = np.ones(key.size, dtype=np.bool_)
    np.not_equal(key[1:] >> 1, key[:-1] >> 1, out=last[:-1])
    kept = key[last]
    day = ((kept & (1 << bits) - 1) >> 1) + first
    return PurchaseDays((kept >> bits).astype(np.int32), day.astype(np.int32), (kept & 1).astype(np.bool_))


def novelty_counts(
    lines: CodedLines, new_since: dict[str, int]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Lines of novelties, and of products whose beginning is known, by customer code."""
    never = np.iinfo(np.int32).min
    began = np.array(
        [new_since.get(str(sku), never) for sku in lines.skus.to_list()] or [never], dtype=np.int64
    )
    since = began[lines.sku] if lines.sku.size else began[:0]
    known = since != never
    novel = known & (lines.day - np.where(known, since, 0) < NEW_FOR_DAYS)
    customers = len(lines.customers)
    return (
        np.bincount(lines.who[novel], minlength=customers),
        np.bincount(lines.who[known], minlength=customers),
    )


def _beginnings(lines: CodedLines) -> dict[str, int]:
    """First sale of each SKU that the shop's first 60 days had not seen."""
    if not lines.day.size:
        return {}
    first = np.full(len(lines.skus), np.iinfo(np.int32).max, dtype=np.int32)
    np.minimum.at(first, lines.sku, lines.day)
    opening = int(lines.day.min()) + NEW_FOR_DAYS
    pairs = zip(lines.skus.to_list(), first.tolist(), strict=True)
    return {sku: day for sku, day in pairs if sku and day >= opening}
