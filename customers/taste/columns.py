"""What do all customers like, in one pass?"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from customers.taste.coded_lines import CodedLines
from customers.taste.levels import LEVELS, levels, shrunk
from customers.taste.prices import BANDS, LINES_NEEDED, bands, places, usual_range
from customers.taste.seasons import seasons
from customers.taste.shop_taste import PurchaseDays, ShopTaste, novelty_counts, purchase_days

DAYS_FOR_SALE = 3
"""Purchase days before a share of discounted ones is told."""

LINES_FOR_NOVELTY = 3
"""Lines of products whose beginning is known before a share of novelties is told."""

TIMES_FOR_FAVOURITE = 2
"""Different days a category was bought on before it is a taste, as in `customers.charting.favourites`."""

UNKNOWN = -1


@dataclass(frozen=True, slots=True)
class TasteColumns:
    """Tastes of many customers; arrays of shape (customers,) in the order of `customers`.

    band: index into BANDS; novelty_level, sale_level: into LEVELS; top_category: into `categories`; each UNKNOWN below the evidence
    needed.    low_yen, high_yen, novelty, discounted_share: NaN likewise.    season: bit m - 1 for month m.    days,
    discounted_days: purchase days, and those with a discount.
    """

    customers: pl.Series
    categories: tuple[str, ...]
    lines: NDArray[np.int64]
    days: NDArray[np.int64]
    discounted_days: NDArray[np.int64]
    band: NDArray[np.int64]
    low_yen: NDArray[np.float64]
    high_yen: NDArray[np.float64]
    novelty: NDArray[np.float64]
    novelty_level: NDArray[np.int64]
    discounted_share: NDArray[np.float64]
    sale_level: NDArray[np.int64]
    top_category: NDArray[np.int64]
    season: NDArray[np.int64]

    def frame(self) -> pl.DataFrame:
        """The same with words and nulls: customer_id, price_band, price_low_yen, price_high_yen, novelty, novelty_level,
        discounted_share, sale_level, top_category (strings), season_months (bits)."""
        return pl.DataFrame(
            {
                "customer_id": self.customers,
                "price_band": _words(self.band, BANDS),
                "price_low_yen": pl.Series(self.low_yen).fill_nan(None).round().cast(pl.Int64),
                "price_high_yen": pl.Series(self.high_yen).fill_nan(None).round().cast(pl.Int64),
                "novelty": pl.Series(self.novelty).fill_nan(None),
                "novelty_level": _words(self.novelty_level, LEVELS),
                "discounted_share": pl.Series(self.discounted_share).fill_nan(None),
                "sale_level": _words(self.sale_level, LEVELS),
                "top_category": _words(self.top_category, self.categories),
                "season_months": self.season,
            }
        )


def taste_columns(
    lines: CodedLines, shop: ShopTaste, *, bought_on: PurchaseDays | None = None
) -> TasteColumns:
    """Read everyone's tastes off their lines, against the shop's. bought_on: `purchase_days(lines)`, where already at hand."""
    customers = len(lines.customers)
    count = np.bincount(lines.who, minlength=customers)
    bought_on = bought_on or purchase_days(lines)
    days = np.bincount(bought_on.who, minlength=customers)
    reduced = np.bincount(bought_on.who[bought_on.reduced], minlength=customers)
    band, low, high = _prices(lines, shop, customers)
    novelty, novelty_level = _novelty(lines, shop)
    told = (days >= DAYS_FOR_SALE) & (shop.sale_share is not None)
    share, strength = shop.sale_share or 0.0, shop.sale_strength
    return TasteColumns(
        customers=lines.customers,
        categories=lines.categories,
        lines=count,
        days=days,
        discounted_days=reduced,
        band=band,
        low_yen=low,
        high_yen=high,
        novelty=novelty,
        novelty_level=novelty_level,
        discounted_share=np.where(told, shrunk(reduced, days, share=share, strength=strength), np.nan),
        sale_level=np.where(told, levels(reduced, days, share=share, strength=strength), UNKNOWN),
        top_category=_top_category(lines, customers),
        season=seasons(bought_on.who, bought_on.day, customers, shop=shop.months, cut=lines.cut),
    )


def _prices(
    lines: CodedLines, shop: ShopTaste, customers: int
) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.float64]]:
    priced = lines.price > 0
    every = bool(priced.all())  # the usual case, spared three copies
    who, kind = (a if every else a[priced] for a in (lines.who, lines.category))
    price = lines.price if every else lines.price[priced]
    if not shop.price_knots or not price.size:
        nothing = np.full(customers, np.nan)
        return np.full(customers, UNKNOWN), nothing, nothing.copy()
    row_of = {name: row for row, name in enumerate(shop.categories)}
    rows = np.array([row_of.get(name, UNKNOWN) for name in lines.categories] + [UNKNOWN], dtype=np.int32)
    place = places(price, rows[kind], np.array(shop.price_knots))
    count = np.bincount(who, minlength=customers)
    enough = count >= LINES_NEEDED
    band = bands(np.bincount(who, weights=place, minlength=customers), count)
    low, high = usual_range(price, who, customers)
    return np.where(enough, band, UNKNOWN), np.where(enough, low, np.nan), np.where(enough, high, np.nan)


def _novelty(lines: CodedLines, shop: ShopTaste) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    novel, known = novelty_counts(lines, shop.new_since)
    told = (known >= LINES_FOR_NOVELTY) & (shop.novelty_share is not None)
    share, strength = shop.novelty_share or 0.0, shop.novelty_strength
    mean = shrunk(novel, known, share=share, strength=strength)
    level = levels(novel, known, share=share, strength=strength)
    return np.where(told, mean, np.nan), np.where(told, level, UNKNOWN)


def _top_category(lines: CodedLines, customers: int) -> NDArray[np.int64]:
    """The category bought on most days, by name among equals; UNKNOWN below two days."""
    found = np.full(customers, UNKNOWN)
    named = lines.category >= 0
    if not named.any():
        return found
    first = int(lines.day.min())
    day_bits = (int(lines.day.max()) - first).bit_length()
    kind_bits = len(lines.categories).bit_length()
    every = bool(named.all())
    who, kind, day = (a if every else a[named] for a in (lines.who, lines.category, lines.day))
    key = who.astype(np.int64) << kind_bits
    key |= kind
    key <<= day_bits
    key |= day - first
    key.sort()
    fresh = np.ones(key.size, dtype=np.bool_)
    np.not_equal(key[1:], key[:-1], out=fresh[1:])
    pair = key[fresh] >> day_bits
    starts = np.flatnonzero(np.concatenate([[True], pair[1:] != pair[:-1]]))
    pairs, times = pair[starts], np.diff(np.append(starts, pair.size))
    buyer, liked = pairs >> kind_bits, pairs & (1 << kind_bits) - 1
    most = np.zeros(customers, dtype=np.int64)
    np.maximum.at(most, buyer, times)
    best = (times == most[buyer]) & (times >= TIMES_FOR_FAVOURITE)
    found[buyer[best][::-1]] = liked[best][::-1]  # written backwards: the first name among equals stays
    return found


def _words(codes: NDArray[Any], words: tuple[str, ...]) -> pl.Series:
    known = pl.Series([*words, None], dtype=pl.String)
    return known.gather(np.where(codes < 0, len(words), codes))
