"""In which months of the year does a customer buy clearly more than the shop's customers do?"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import bdtrc

DAYS_NEEDED = 6
"""Purchase days before a season may be named."""

YEARS_NEEDED = 2
"""A season comes back: it must have been seen in two different years."""

LONGEST = 3
"""Months in a row that may make a season."""

TIMES_AS_MUCH = 1.7
"""Shrunk ratio of bought to expected from which it is clearly more."""

DRAWN = 1.5
"""Purchase days, spread as the shop's, that every count is drawn towards."""

CHANCE = 0.005
"""Largest binomial tail probability. 36 windows are tried a customer, and neighbours overlap: about one in twenty slips through."""

CHUNK = 20_000
"""Customers weighed at a time: their 24 columns then stay in the processor's cache."""

MONTHS_NEEDED = 13
"""Months of records before two years can be compared."""


@dataclass(frozen=True, slots=True)
class MonthRates:
    """How much the shop's known customers bought again, month by month; nobody's first purchase is counted.

    first: the first month as year * 12 + month - 1.    rates: purchase days a known customer and 30 days, shape (months,), >= 0.
    """

    first: int
    rates: tuple[float, ...]


def month_of(day: NDArray[Any]) -> NDArray[np.int32]:
    """Months as year * 12 + month - 1, from days since 1970-01-01."""
    if not day.size:
        return np.zeros(0, dtype=np.int32)
    first = int(day.min())
    calendar = np.arange(first, int(day.max()) + 1).astype("datetime64[D]").astype("datetime64[M]")
    return np.asarray((calendar.astype(np.int64) + 1970 * 12).astype(np.int32)[day - first])


def month_rates(who: NDArray[np.int32], day: NDArray[np.int32], *, cut: int) -> MonthRates | None:
    """Read the shop's rhythm off purchase days (one row a customer and day), up to `cut`. None without one."""
    if not day.size:
        return None
    month = month_of(day)
    first, last = int(month.min()), int(month_of(np.array([cut - 1]))[0])
    months = last - first + 1
    begun = np.full(int(who.max()) + 1, np.iinfo(np.int64).max)
    np.minimum.at(begun, who, month)
    starts = np.bincount(begun[begun <= last] - first, minlength=months)
    again = np.bincount(month - first, minlength=months) - starts
    # half of a month's newcomers count as known in it; a month is compared by its length
    known = np.cumsum(starts) - starts / 2
    days = _days_in(first, months, cut)
    rates = (
        np.divide(again.astype(np.float64), known * days, out=np.zeros(months), where=known * days > 0) * 30
    )
    return MonthRates(first, tuple(rates.tolist()))


def seasons(
    who: NDArray[np.int32], day: NDArray[np.int32], customers: int, *, shop: MonthRates | None, cut: int
) -> NDArray[np.int64]:
    """Each customer's season as a set of months: bit m - 1 is set for month m, 0 for none. Shape (customers,).

    who, day: purchase days, one row a customer and day, sorted by both. Expected shares come from the shop's rates over the
    months since the customer's own first purchase. Source of the test: binomial tail, with counts drawn towards the expected.
    """
    found = np.zeros(customers, dtype=np.int64)
    if shop is None or len(shop.rates) < MONTHS_NEEDED or not day.size:
        return found
    bought = np.bincount(who, minlength=customers)
    often = bought >= DAYS_NEEDED
    keep = often[who]
    if not keep.any():
        return found
    rows = np.flatnonzero(often)
    of = np.repeat(np.arange(rows.size, dtype=np.int32), bought[rows])
    month = month_of(day if keep.all() else day[keep])
    began_at = np.concatenate([[0], np.cumsum(bought[rows])[:-1]])
    begun = month[began_at]
    # everybody's first purchase falls into the month they came in: it says nothing about seasons
    of, month = np.delete(of, began_at), np.delete(month, began_at)
    counts = np.bincount(of * 12 + (month % 12).astype(np.int32), minlength=rows.size * 12).reshape(-1, 12)
    expected, since = _expected(shop, cut), np.clip(begun - shop.first, 0, len(shop.rates) - 1)
    windows = [
        _best_window(counts[at : at + CHUNK], expected[since[at : at + CHUNK]])
        for at in range(0, rows.size, CHUNK)
    ]
    start, length = (np.concatenate(column) for column in zip(*windows, strict=True))
    maybe = length[of] > 0
    of, month = of[maybe], month[maybe]
    inside = (month - start[of]) % 12 < length[of]
    year = (month[inside] - start[of[inside]]) // 12
    years = np.unique(of[inside].astype(np.int64) * 100_000 + year) // 100_000
    named = np.bincount(years, minlength=rows.size) >= YEARS_NEEDED
    offsets = np.arange(LONGEST)
    bits = np.where(offsets < length[:, None], 1 << (start[:, None] + offsets) % 12, 0).sum(axis=1)
    found[rows[named]] = bits[named]
    return found


def months_of(bits: int) -> tuple[int, ...]:
    """The months (1-12) of a season, in the order they follow each other: 12, 1, 2 rather than 1, 2, 12."""
    months = [m for m in range(1, 13) if bits >> (m - 1) & 1]
    start = next((m for m in months if (m - 2) % 12 + 1 not in months), None)
    return tuple(months if start is None else sorted(months, key=lambda m: (m - start) % 12))


def season_text(months: tuple[int, ...]) -> str:
    """A season said aloud."""
    when = f"{months[0]}月" if len(months) == 1 else f"{months[0]}月から{months[-1]}月"
    return f"{when}に、ほかのお客さまよりよくお買い物をされています"


def _days_in(first: int, months: int, cut: int) -> NDArray[np.float64]:
    """Days of each month that have been seen; the first counts in full."""
    edges = (np.arange(first, first + months + 1) - 1970 * 12).astype("datetime64[M]")
    days = np.diff(edges.astype("datetime64[D]").astype(np.int64)).astype(np.float64)
    days[-1] = cut - int(edges[-2].astype("datetime64[D]").astype(np.int64))
    return np.maximum(days, 1.0)


def _expected(shop: MonthRates, cut: int) -> NDArray[np.float64]:
    """Share of purchases the shop's rhythm puts into each calendar month, by the month somebody began: shape (months, 12)."""
    months = len(shop.rates)
    by_month = np.zeros((months, 12))
    weight = np.array(shop.rates) * _days_in(shop.first, months, cut)
    by_month[np.arange(months), (shop.first + np.arange(months)) % 12] = weight
    since = by_month[::-1].cumsum(axis=0)[::-1]
    total = since.sum(axis=1, keepdims=True)
    return np.asarray(np.divide(since, total, out=np.full_like(since, 1 / 12), where=total > 0))


def _best_window(
    counts: NDArray[np.int64], expected: NDArray[np.float64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """First month (0-11) and length of each customer's most surprising window; length 0 where none is clear."""
    total = counts.sum(axis=1)
    start, length = np.zeros(len(counts), dtype=np.int64), np.zeros(len(counts), dtype=np.int64)
    least = np.full(len(counts), CHANCE)
    one, share = counts.T.astype(np.float32), expected.T.astype(np.float32)
    wanted = TIMES_AS_MUCH * (total + DRAWN).astype(np.float32)
    n, p, each = one, share, one > 0  # rows: the window's first month
    for months in range(1, LONGEST + 1):
        # every month of the window takes part, or it is a shorter one
        clear = each & (n >= 3) & (n + DRAWN * p >= wanted * p)
        for first in range(12):
            rows = np.flatnonzero(clear[first])
            few, all_ = n[first, rows].astype(np.int64), total[rows]
            chance = bdtrc(few - 1, all_, np.clip(p[first, rows].astype(float), 1e-9, 1))
            better = chance < least[rows]
            least[rows[better]] = chance[better]
            start[rows[better]], length[rows[better]] = first, months
        n, p = n + np.roll(one, -months, axis=0), p + np.roll(share, -months, axis=0)
        each = each & np.roll(one > 0, -months, axis=0)
    return start, length
