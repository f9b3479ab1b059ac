"""What is each product like: bought again, how soon, how widely, and beside what?"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from customers.next_products.tally import Floats, Tally, Wide

Numbers = NDArray[Any]

NEIGHBOURS: Final = 10
"""Products kept beside each; further ones hardly reach a list of ten."""

SHELF: Final = 20
"""Best sellers every customer may be offered."""

PEOPLE_OF_PRIOR: Final = 20.0
"""A product's share bought again is held to the shop's as if by so many people of its own."""

GAPS_OF_PRIOR: Final = 5.0
"""A product's pace is held to the shop's, or to the days of supply its catalogue states, as if by so many gaps of its own."""

BUYERS_OF_PRIOR: Final = 10.0
"""Shrinks the cosine of two products bought by few (Koren and Bell, Recommender Systems Handbook 2011, section 5.5)."""

BASKET: Final = 60
"""Products of one person that count towards neighbours: those bought most of late."""


@dataclass(frozen=True, slots=True)
class Products:
    """The shop's products at a cut; arrays of shape (items,), items numbered as in the purchases they were read off.

    again: log-odds that somebody who has it buys it within the horizon.    fresh: the same of somebody who does not.
    pace: ln days between two purchases; per piece where `supplied`.    spread: standard deviation of ln(gap) around the pace.
    popular: ln share of all purchases;    trend: ln of its late share over its long share.    season: ln of how its sales rose
    over these weeks a year ago, 0 where there is no such year.    sold: people who ever bought it.
    neighbours: shape (items, NEIGHBOURS), -1 where there are fewer; alike: their cosines.    shelf: best sellers of late, best first.
    supplied: whether the catalogue states its days of supply.
    """

    again: Floats
    fresh: Floats
    pace: Floats
    popular: Floats
    trend: Floats
    season: Floats
    sold: Floats
    neighbours: NDArray[np.int32]
    alike: Floats
    shelf: NDArray[np.int32]
    supplied: NDArray[np.bool_]
    spread: float


def describe(
    seen: Tally,
    *,
    earlier: Tally,
    bought_since: Wide,
    season: Floats | None = None,
    supply: Mapping[int, float] | None = None,
) -> Products:
    """Read the products off people's pairs.

    seen: at the cut.    earlier: the same people one horizon before it;    bought_since: their keys bought in between.
    season: see `Products`.    supply: days one piece lasts, by item.
    """
    items = seen.items
    again, fresh = _taken_up(earlier, bought_since)
    supplied = np.zeros(items, bool)
    stated = np.full(items, np.nan)
    for item, days in (supply or {}).items():
        supplied[item], stated[item] = True, np.log(days)
    pace, spread = _pace(seen, supplied, stated)
    late = np.bincount(seen.item, seen.hot[0], items)
    long = np.bincount(seen.item, seen.hot[2], items)
    sold = np.bincount(seen.item, minlength=items)
    small = 0.5 / max(items, 1)
    popular = np.log((long + 0.5) / (long.sum() + 0.5 * items)) if items else long
    late_share = (late + 20 * small) / (late.sum() + 10)
    long_share = (long + 20 * small) / (long.sum() + 10)
    neighbours, alike = _neighbours(seen)
    order = np.lexsort((np.arange(items), -sold, -fresh))
    return Products(
        again=again.astype(np.float32),
        fresh=fresh.astype(np.float32),
        pace=pace.astype(np.float32),
        popular=popular.astype(np.float32),
        trend=np.log(late_share / long_share).astype(np.float32),
        season=np.zeros(items, np.float32) if season is None else season,
        sold=sold.astype(np.float32),
        neighbours=neighbours,
        alike=alike,
        shelf=order[sold[order] > 0][:SHELF].astype(np.int32),
        supplied=supplied,
        spread=spread,
    )


def _taken_up(earlier: Tally, bought: Wide) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Log-odds per product: bought by those who had it, and by those known but without it, each held to the shop's own rate."""
    items = earlier.items
    had = among(earlier.keys, bought)
    owners = np.bincount(earlier.item, minlength=items).astype(np.float64)
    repeated = np.bincount(earlier.item[had], minlength=items).astype(np.float64)
    rate = (repeated.sum() + 0.5) / (owners.sum() + 10)
    again = (repeated + PEOPLE_OF_PRIOR * rate) / (owners + PEOPLE_OF_PRIOR)
    known = earlier.days > 0
    person, item = bought // max(items, 1), bought % max(items, 1)
    known_buyers = np.bincount(item[known[person]], minlength=items).astype(np.float64)
    others = np.maximum(float(known.sum()) - owners, 0.0)
    newcomers = np.maximum(known_buyers - repeated, 0.0)
    usual = (newcomers.sum() + 0.5) / (others.sum() + 10.0 * max(items, 1))
    taken = (newcomers + PEOPLE_OF_PRIOR * usual) / (others + PEOPLE_OF_PRIOR)
    return _log_odds(again), _log_odds(taken)


def _pace(
    seen: Tally,
    supplied: NDArray[np.bool_],
    stated: NDArray[np.float64],
) -> tuple[NDArray[np.float64], float]:
    """ln days of a product, and how far people differ from it."""
    twice = np.flatnonzero(seen.times >= 2)
    item = seen.item[twice]
    gaps = seen.times[twice] - 1
    days = (seen.first[twice] - seen.last[twice]) / gaps
    pieces = np.maximum((seen.units[twice] - seen.last_units[twice]) / gaps, 1.0)
    log_gap = np.log(np.where(supplied[item], days / pieces, days))
    total, count = np.bincount(item, log_gap, seen.items), np.bincount(item, minlength=seen.items)
    shop = log_gap.mean() if len(twice) else np.log(60.0)
    pace = (total + GAPS_OF_PRIOR * np.where(supplied, stated, shop)) / (count + GAPS_OF_PRIOR)
    off = log_gap - pace[item]
    return pace, float(np.sqrt((off @ off + 0.5 * 10) / (len(twice) + 10)))


def _neighbours(
    seen: Tally,
) -> tuple[NDArray[np.int32], Floats]:
    """For each product those bought by the same people: shrunk cosine, the nearest NEIGHBOURS."""
    items = seen.items
    near, alike = np.full((items, NEIGHBOURS), -1, np.int32), np.zeros((items, NEIGHBOURS), np.float32)
    if not len(seen.person):
        return near, alike
    rank = rank_within(seen.person, -seen.hot[2])
    kept = (rank < BASKET) & (np.bincount(seen.item, minlength=items)[seen.item] >= 2)
    person, item = seen.person[kept], seen.item[kept]
    # somebody with many products says less about any two of them (BM25's length normalisation)
    weight = 1 / np.sqrt(np.bincount(person, minlength=seen.people)[person])
    had = sparse.csr_array((weight.astype(np.float32), (person, item)), shape=(seen.people, items))
    # one block of products at a time keeps a wide catalogue's table small
    norm = np.sqrt(np.bincount(item, weight**2, items))
    buyers = np.bincount(item, minlength=items)
    turned = had.T.tocsr()
    for start in range(0, items, 2000):
        block = (turned[start : start + 2000] @ had).tocoo()
        left, right = block.coords[0] + start, block.coords[1]
        both = block.data
        apart = left != right
        left, right, both = left[apart], right[apart], both[apart]
        few = np.minimum(buyers[left], buyers[right])
        cosine = both / (norm[left] * norm[right]) * few / (few + BUYERS_OF_PRIOR)
        place = rank_within(left, -cosine)
        near_enough = place < NEIGHBOURS
        near[left[near_enough], place[near_enough]] = right[near_enough]
        alike[left[near_enough], place[near_enough]] = cosine[near_enough]
    return near, alike


def rank_within(group: Numbers, value: Numbers) -> NDArray[np.int64]:
    """The place (0: least value) of each row within its group; groups are numbers >= 0, in any order. Ties keep their order.

    Values are compared in single precision: group and value then fit one integer, which sorts ten times as fast as two keys.
    """
    bits = np.ascontiguousarray(value, dtype=np.float32).view(np.int32)
    rising = bits ^ ((bits >> 31) & np.int32(0x7FFFFFFF))  # negative floats fall where their bits rise
    key = (group.astype(np.int64) << 32) + rising.astype(np.int64) + (1 << 31)
    order = np.argsort(key, kind="stable")
    sorted_group = key[order] >> 32
    opens = np.flatnonzero(np.append(True, sorted_group[1:] != sorted_group[:-1])) if len(order) else order
    place = np.empty(len(order), np.int64)
    place[order] = np.arange(len(order)) - np.repeat(opens, np.diff(np.append(opens, len(order))))
    return place


def among(keys: Wide, held: Wide) -> NDArray[np.bool_]:
    """Which keys are held. held: ascending."""
    if not len(held):
        return np.zeros(len(keys), bool)
    place = np.minimum(np.searchsorted(held, keys), len(held) - 1)
    return np.asarray(held[place] == keys)


def _log_odds(
    share: NDArray[np.float64],
) -> NDArray[np.float64]:
    kept = np.clip(share, 1e-6, 1 - 1e-6)
    return np.asarray(np.log(kept / (1 - kept)))
