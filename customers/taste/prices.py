"""Which prices does a customer usually pay, and are they low or high for this shop?"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

KNOTS = 19
"""Prices at 5 %, 10 % … 95 % of the lines: enough to place a price among its kind."""

LINES_FOR_OWN_SCALE = 60
"""A category with fewer lines is read on the whole shop's scale."""

LINES_READ = 400_000
"""Lines a price scale is read off: its knots are then sure to a quarter of a percent of the lines."""

LINES_NEEDED = 3
"""Lines of a customer before we speak of usual prices: quartiles of two are just the two."""

DRAWN_TO_MIDDLE = 2.0
"""Lines in the middle that everyone is given first, so that three purchases alone seldom make a band."""

LOW_BELOW, HIGH_ABOVE = 0.38, 0.62
"""Mean place among prices of the same kind (0 cheapest, 1 dearest) that makes a band. Between the shop's thirds (1/3, 2/3) and the
middle, because a mean of several purchases strays less than one. A judgement."""

BANDS = ("low", "middle", "high")


def price_scale(
    price: NDArray[np.float32], category: NDArray[np.int32], categories: int
) -> NDArray[np.float64]:
    """Price knots, yen, shape (categories + 1, KNOTS), the last row the whole shop's; NaN rows where nothing was sold.

    Of more than LINES_READ lines every n-th is read.
    """
    at = np.linspace(0, 1, KNOTS + 2)[1:-1]
    scale = np.full((categories + 1, KNOTS), np.nan)
    if not price.size:
        return scale
    stride = -(-price.size // LINES_READ)
    price, category = price[::stride].astype(np.float64), category[::stride]
    scale[:] = np.quantile(price, at)
    order = np.argsort(category, kind="stable")
    bounds = np.searchsorted(category[order], np.arange(categories + 1))
    for code in range(categories):
        own = price[order[bounds[code] : bounds[code + 1]]]
        if own.size >= LINES_FOR_OWN_SCALE:
            scale[code] = np.quantile(own, at)
    return scale


def places(
    price: NDArray[np.float32], category: NDArray[np.int32], scale: NDArray[np.float64]
) -> NDArray[np.float32]:
    """Where each price stands among its kind, in (0, 1); equal prices share the middle of their place, so the shop's mean is 1/2.

    category: row of `scale`, negative: the whole shop. Prices within 0.4 % of each other count as equal.
    """
    if not price.size or np.isnan(scale[-1]).all():
        return np.full(price.shape, 0.5, dtype=np.float32)
    steps, knots = _steps(price), _steps(scale.astype(np.float32))
    row_of = np.where((category < 0) | (category >= len(scale) - 1), len(scale) - 1, category)
    span = int(max(steps.max(), knots.max())) + 1
    if price.size < span:
        found = np.empty(price.shape, dtype=np.float32)
        for row in np.unique(row_of):
            found[row_of == row] = _middle(knots[row], steps[row_of == row])
        return found
    table = np.stack([_middle(own, np.arange(span)) for own in knots])
    return np.asarray(table.ravel()[row_of.astype(np.int64) * span + steps])


def _middle(knots: NDArray[np.int32], steps: NDArray[Any]) -> NDArray[np.float32]:
    """Where steps stand among the knots of their kind, halfway through their equals."""
    below = np.searchsorted(knots, steps, "left") + np.searchsorted(knots, steps, "right")
    return np.asarray((below / 2 + 0.5) / (KNOTS + 1), dtype=np.float32)


def _steps(price: NDArray[np.float32]) -> NDArray[np.int32]:
    """Prices from one yen as steps of at most 0.4 %: exponent and eight bits of a binary fraction, in order of price."""
    above = np.clip(price, 1.0, None).astype(np.float32)
    return np.asarray((above.view(np.int32) >> 15) - (127 << 8))


def bands(place_sum: NDArray[Any], lines: NDArray[Any]) -> NDArray[np.int64]:
    """Index into BANDS per customer, from the sum of their lines' places."""
    mean = (np.asarray(place_sum, dtype=np.float64) + DRAWN_TO_MIDDLE / 2) / (
        np.asarray(lines) + DRAWN_TO_MIDDLE
    )
    return np.asarray(1 + (mean > HIGH_ABOVE).astype(np.int64) - (mean < LOW_BELOW))


def usual_range(
    price: NDArray[np.float32], who: NDArray[np.int32], customers: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Lower and upper quartile of what each customer paid a unit, yen (nearest rank), NaN without a line."""
    low, high = np.full(customers, np.nan), np.full(customers, np.nan)
    if not price.size:
        return low, high
    # one number to sort by: the customer, then the price to the yen (prices above 2^31 yen meet at the top)
    key = who.astype(np.int64) << 31
    key |= np.clip(np.rint(price), 0, 2**31 - 128).astype(np.int64)  # 2^31 - 128 is the largest such float32
    key.sort()
    lines = np.bincount(who, minlength=customers)
    first = np.concatenate([[0], np.cumsum(lines)[:-1]])
    some = lines > 0
    last = np.maximum(lines - 1, 0)
    for column, at in ((low, 0.25), (high, 0.75)):
        place = first + np.floor(last * at + 0.5).astype(np.int64)
        column[some] = key[place[some]] & (2**31 - 1)
    return low, high


def price_text(low: float, high: float, band: str) -> str:
    """The usual range, rounded to prices people say, and the band in a second clause where it is not the middle."""
    step = 10 if high < 1_000 else 100 if high < 5_000 else 500 if high < 20_000 else 1_000
    start, end = (round(value / step) * step for value in (low, high))
    said = f"{start:,}〜{end:,}円" if start < end else f"{start or round(low):,}円前後"
    of_kind = {"low": "同じ種類の中では手頃なほうです", "high": "同じ種類の中では上の価格帯です"}
    more = f"。{of_kind[band]}" if band in of_kind else ""
    return f"ふだん選ばれるのは{said}の品です{more}"
