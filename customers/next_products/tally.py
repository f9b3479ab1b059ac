"""What has each customer bought of each product before a day, and how lively are they?

The numbers of `customers.features.pairs` and of the customers behind them, counted with sorts instead of a database: the same for one
customer in a millisecond and for a million in runs. A test holds both to each other.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from customers.features.pairs import HOT
from customers.features.purchases import Purchases, Small

Floats = NDArray[np.float32]
Wide = NDArray[np.int64]

AGES: Final = 1 << 15
"""Days that can be told apart: 89 years. Older purchases count as that old."""

_FADED: Final = np.stack([0.5 ** (np.arange(AGES) / half) for half in HOT])


@dataclass(frozen=True, slots=True)
class Tally:
    """People (as numbers from 0) and their products at the start of day `cut`; only days strictly before it are seen.

    Pairs, sorted by person, then product; shape (pairs,): person, item; times: distinct days bought; first, last: days before the
    cut (>= 1); units: pieces in all; last_units: pieces on the last day; hot: shape (half-lives, pairs), days bought, each
    counting half after so many days, as of the cut.
    People, shape (people,): days: distinct days with an order; since, age: days since the last and the first, 0 for nobody
    seen yet; trips: shape (half-lives, people), days with an order, faded; volume: the same over product-days; variety: products.
    """

    people: int
    items: int
    person: Small
    item: Small
    times: Small
    first: Small
    last: Small
    units: Floats
    last_units: Floats
    hot: Floats
    days: Small
    since: Small
    age: Small
    trips: Floats
    volume: Floats
    variety: Small

    @property
    def keys(self) -> Wide:
        """person * items + item of each pair, ascending."""
        return self.person.astype(np.int64) * self.items + self.item


def tally(purchases: Purchases, *, cut: int, span: tuple[int, int] | None = None) -> Tally:
    """Count what was bought before `cut` (days since 1970-01-01).

    span: customers by code [start, stop), numbered from 0 in the result; None: everybody.
    A line without a product, with a quantity of 0 or less or a negative amount is no purchase of a product.
    """
    start, stop = span or (0, len(purchases))
    people = stop - start
    items = len(purchases.lines.skus) if purchases.lines is not None else 0
    person, age = _days_with_order(purchases, cut, start, stop)
    opens = _opens(person)
    days = np.bincount(person, minlength=people).astype(np.int32)
    since, oldest = np.zeros(people, np.int32), np.zeros(people, np.int32)
    if len(person):
        oldest[person[opens]] = age[opens]
        since[person[np.append(opens[1:], len(person)) - 1]] = age[np.append(opens[1:], len(person)) - 1]
    trips = np.stack([np.bincount(person, fade[age], people) for fade in _FADED]).astype(np.float32)
    key, units = _product_days(purchases, cut, start, stop, max(items, 1))
    pair, ages = key // AGES, AGES - 1 - key % AGES
    opens = _opens(pair)
    ends = np.append(opens[1:], len(pair))[: len(opens)]
    of, item = np.divmod(pair[opens], max(items, 1))
    if len(opens):
        hot = np.stack([np.add.reduceat(fade[ages], opens) for fade in _FADED])
        summed = np.add.reduceat(units, opens) if units is not None else (ends - opens)
        latest = units[ends - 1] if units is not None else np.ones(len(opens))
    else:
        hot, summed, latest = np.zeros((len(HOT), 0)), np.zeros(0), np.zeros(0)
    return Tally(
        people,
        items,
        of.astype(np.int32),
        item.astype(np.int32),
        (ends - opens).astype(np.int32),
        ages[opens].astype(np.int32),
        ages[ends - 1].astype(np.int32) if len(opens) else np.zeros(0, np.int32),
        summed.astype(np.float32),
        latest.astype(np.float32),
        hot.astype(np.float32),
        days,
        since,
        oldest,
        trips,
        np.stack([np.bincount(of, weight, people) for weight in hot]).astype(np.float32),
        np.bincount(of, minlength=people).astype(np.int32),
    )


def bought_within(purchases: Purchases, *, cut: int, days: int) -> Wide:
    """person * items + item of everything bought from `cut` on for so many days: the truth of a back-test, ascending."""
    lines = purchases.lines
    if lines is None:
        return np.zeros(0, np.int64)
    kept = (lines.day >= cut) & (lines.day < cut + days) & (lines.sku >= 0) & (lines.net >= 0)
    if lines.quantity is not None:
        kept &= lines.quantity > 0
    keys = np.sort(lines.customer[kept].astype(np.int64) * len(lines.skus) + lines.sku[kept])
    return keys[_opens(keys)]


def _days_with_order(purchases: Purchases, cut: int, start: int, stop: int) -> tuple[Wide, Wide]:
    """Person and age of every distinct day with an order, sorted by person, oldest first."""
    rows = purchases.orders
    first, last = np.searchsorted(rows.customer, np.array([start, stop], dtype=np.int32))
    run = slice(int(first), int(last))
    kept = np.flatnonzero((rows.day[run] < cut) & (rows.net[run] >= 0))
    person = rows.customer[run][kept].astype(np.int64) - start
    age = np.minimum(cut - rows.day[run][kept].astype(np.int64), AGES - 1)
    new = _opens(person * AGES - age)
    return person[new], age[new]


def _product_days(
    purchases: Purchases, cut: int, start: int, stop: int, items: int
) -> tuple[Wide, NDArray[np.float64] | None]:
    """Distinct (person, product, day) as sorted keys, and the pieces bought; None when every line is one piece."""
    rows = purchases.lines
    if rows is None:
        return np.zeros(0, np.int64), None
    first, last = np.searchsorted(rows.customer, np.array([start, stop], dtype=np.int32))
    run = slice(int(first), int(last))
    kept = (rows.day[run] < cut) & (rows.sku[run] >= 0) & (rows.net[run] >= 0)
    if rows.quantity is not None:
        kept &= rows.quantity[run] > 0
    taken = np.flatnonzero(kept)
    pair = (rows.customer[run][taken].astype(np.int64) - start) * items + rows.sku[run][taken]
    key = pair * AGES + (AGES - 1 - np.minimum(cut - rows.day[run][taken].astype(np.int64), AGES - 1))
    if rows.quantity is None:
        key.sort()
        return key[_opens(key)], None
    order = np.argsort(key, kind="stable")
    key = key[order]
    new = _opens(key)
    pieces = rows.quantity[run][taken][order].astype(np.float64)
    return key[new], np.add.reduceat(pieces, new) if len(new) else pieces


def _opens(sorted_keys: Wide) -> NDArray[np.intp]:
    """Where a new value begins."""
    if not len(sorted_keys):
        return np.zeros(0, np.intp)
    return np.append(0, np.flatnonzero(sorted_keys[1:] != sorted_keys[:-1]) + 1)
