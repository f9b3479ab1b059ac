"""How would one say, in a sentence, why a product is expected and when?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import exp, log
from statistics import NormalDist
from typing import Final

import numpy as np

from agent.domain.prediction import NextProduct, WhyProduct
from customers.next_products.products import Products
from customers.next_products.tally import Tally
from customers.next_products.traits import GAPS_OF_PACE, pace_of

SOON: Final = 7
"""A pack that runs out within so many days, or did so many days ago, is said to be running out now."""

OFTEN: Final = 3
"""Days of purchase from which one may speak of a rhythm."""


@dataclass(frozen=True, slots=True)
class Expected:
    """pair: place among the tally's pairs, -1 for a product never bought.    alike: summed cosines to what they have."""

    item: int
    probability: float
    pair: int
    alike: float


def say(
    expected: Expected,
    seen: Tally,
    products: Products,
    *,
    cut: date,
    within_days: int,
    skus: Sequence[str],
    titles: Sequence[str],
    supply: Mapping[int, float],
) -> NextProduct:
    """The product with its window and its reason. seen: the tally of this one customer at `cut`."""
    item = expected.item
    window = None
    if expected.pair >= 0:
        due = exp(float(pace_of(seen, products, np.array([expected.pair]))[0]))
        if item in supply:
            due = _lasts(seen, expected.pair, supply[item])
        ago = int(seen.last[expected.pair])
        if seen.times[expected.pair] >= 2 or item in supply:
            window = _window(due, ago, products.spread, cut, within_days)
        why, reason = _of_own(expected, seen, products, titles, supply, due, cut)
    elif expected.alike > 0:
        why, reason = WhyProduct.NEIGHBOUR, _of_neighbour(item, seen, products, titles)
    else:
        why, reason = WhyProduct.POPULAR, "お店で今よく選ばれている商品です。"
    return NextProduct(
        skus[item], titles[item], round(expected.probability, 4), within_days, window, why, reason
    )


def _of_own(
    expected: Expected,
    seen: Tally,
    products: Products,
    titles: Sequence[str],
    supply: Mapping[int, float],
    due: float,
    cut: date,
) -> tuple[WhyProduct, str]:
    title = titles[expected.item]
    times, ago = int(seen.times[expected.pair]), int(seen.last[expected.pair])
    left = due - ago
    if expected.item in supply and left > -2 * SOON:
        pieces = max(int(seen.last_units[expected.pair]), 1)
        lasts = f"約{round(supply[expected.item] * pieces)}日分"
        if left <= SOON:
            return WhyProduct.SUPPLY, f"前回の{title}（{lasts}）が、そろそろなくなる頃です。"
        return (
            WhyProduct.SUPPLY,
            f"前回の{title}（{lasts}）は、{_day(cut + timedelta(days=round(left)), cut)}ごろになくなる見込みです。",
        )
    bought = _day(cut - timedelta(days=ago), cut)
    if times >= OFTEN:
        rhythm = round((int(seen.first[expected.pair]) - ago) / (times - 1))
        return WhyProduct.REPEAT, f"{title}を約{rhythm}日おきに{times}回お求めで、前回は{bought}です。"
    if times == 2:
        return WhyProduct.REPEAT, f"{title}を2回お求めで、前回は{bought}です。"
    usual = float(np.average(products.again, weights=products.sold)) if products.sold.any() else 0.0
    if products.again[expected.item] > usual:
        return WhyProduct.REPEAT, f"{bought}にお求めの{title}は、続けて買う方の多い商品です。"
    return WhyProduct.REPEAT, f"{bought}に{title}をお求めです。"


def _lasts(seen: Tally, pair: int, stated: float) -> float:
    """Days from the last purchase until it runs out: the stated days of supply, moved by the person's own pace, times the pieces.

    Two stated packs count as much as two gaps of their own.
    """
    gaps = int(seen.times[pair]) - 1
    used = max(float(seen.units[pair] - seen.last_units[pair]), 1.0)
    own = (int(seen.first[pair]) - int(seen.last[pair])) / used
    a_piece = exp((gaps * log(max(own, 1.0)) + GAPS_OF_PACE * log(stated)) / (gaps + GAPS_OF_PACE))
    return a_piece * max(float(seen.last_units[pair]), 1.0)


def _of_neighbour(item: int, seen: Tally, products: Products, titles: Sequence[str]) -> str:
    near, alike = products.neighbours[seen.item], products.alike[seen.item]
    close = np.where(near == item, alike, 0.0).max(axis=1)
    return f"{titles[int(seen.item[int(close.argmax())])]}を買った方が、よくいっしょに選んでいる商品です。"


def _window(due: float, ago: int, spread: float, cut: date, within_days: int) -> tuple[date, date] | None:
    """The days that hold the middle half of such purchases, if one comes within the horizon.

    The gap is lognormal around `due` days; what has passed without a purchase is ruled out. None when next to nothing is left of it.
    """
    gap = NormalDist(log(max(due, 1.0)), max(spread, 0.1))
    passed, reached = gap.cdf(log(max(ago - 0.5, 0.5))), gap.cdf(log(ago + within_days - 0.5))
    if reached - passed < 1e-3:
        return None
    early, late = (exp(gap.inv_cdf(passed + share * (reached - passed))) for share in (0.25, 0.75))
    days = [min(max(round(edge) - ago, 0), within_days - 1) for edge in (early, late)]
    return cut + timedelta(days=days[0]), cut + timedelta(days=days[1])


def _day(day: date, cut: date) -> str:
    """As one says it: the year only where it is another one."""
    year = "" if day.year == cut.year else f"{day.year}年"
    return f"{year}{day.month}月{day.day}日"
