"""What does the model look at in a customer and a product?

`of_own`: a product they have bought.    `of_fresh`: one they have not.    Both shape (pairs, traits), single precision, all finite.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from customers.next_products.products import Products
from customers.next_products.tally import Floats, Tally

GAPS_OF_PACE: Final = 2.0
"""A person's own pace is held to the product's as if by two gaps of their own."""

OWN: Final = (
    "times", "last", "pace", "hot_14", "hot_45", "hot_135", "trips_45", "again", "trend", "share",
    "first", "age", "lateness", "lateness_capped", "trips_14", "trips_135", "days", "rhythm", "since", "popular",
    "volume_14", "volume_45", "volume_135", "variety", "season",
)  # fmt: skip
OWN_CROSSED: Final = 10
"""The first so many of OWN also enter as products of each other: 55 more weights."""

FRESH: Final = (
    "fresh", "alike", "trips_45", "since", "variety", "novelty", "popular", "trend",
    "trips_14", "trips_135", "age", "days", "rhythm", "volume_14", "volume_45", "volume_135", "season",
)  # fmt: skip
FRESH_CROSSED: Final = 6

Rows = NDArray[np.intp] | slice


def pace_of(seen: Tally, products: Products, rows: Rows = slice(None)) -> Floats:
    """ln days expected between the last purchase and the next, shape (pairs,).

    The person's own pace where they have one, held to the product's; a product with stated supply is paced by the piece, so
    the pieces bought last set when it should run out.
    """
    item = seen.item[rows]
    gaps = (seen.times[rows] - 1).astype(np.float32)
    span = (seen.first[rows] - seen.last[rows]).astype(np.float32)
    supplied = products.supplied[item]
    log_gap = np.log(np.maximum(span, 1.0) / np.maximum(gaps, 1.0))
    pace = products.pace[item]
    if not supplied.any():
        return np.asarray((log_gap * gaps + GAPS_OF_PACE * pace) / (gaps + GAPS_OF_PACE), np.float32)
    pieces = np.maximum((seen.units[rows] - seen.last_units[rows]) / np.maximum(gaps, 1.0), 1.0)
    own = log_gap - np.where(supplied, np.log(pieces), 0.0).astype(np.float32)
    last = np.where(supplied, np.log(np.maximum(seen.last_units[rows], 1.0)), 0.0).astype(np.float32)
    return np.asarray((own * gaps + GAPS_OF_PACE * pace) / (gaps + GAPS_OF_PACE) + last, np.float32)


def of_people(seen: Tally) -> dict[str, Floats]:
    """What is known of the people themselves, by trait, shape (people,)."""
    days = seen.days.astype(np.float32)
    rhythm = np.divide(seen.age - seen.since, np.maximum(days - 1, 1), dtype=np.float32)
    return {
        **{
            f"trips_{half}": _ln(values, 0.02) for half, values in zip((14, 45, 135), seen.trips, strict=True)
        },
        **{
            f"volume_{half}": _ln(values, 0.1)
            for half, values in zip((14, 45, 135), seen.volume, strict=True)
        },
        "days": _ln(days, 1.0),
        "rhythm": _ln(rhythm, 1.0),
        "since": _ln(seen.since.astype(np.float32), 1.0),
        "age": _ln(seen.age.astype(np.float32), 1.0),
        "variety": _ln(seen.variety.astype(np.float32), 1.0),
        "novelty": _ln(seen.variety.astype(np.float32) / (days + 1), 0.1),
    }


def of_own(seen: Tally, products: Products, rows: Rows = slice(None)) -> Floats:
    """Traits of pairs, in the order of OWN."""
    person, item = seen.person[rows], seen.item[rows]
    last = seen.last[rows].astype(np.float32)
    pace = pace_of(seen, products, rows)
    hot = seen.hot[:, rows]
    lateness = _ln(last, 0.05) - pace
    whose = of_people(seen)
    made: dict[str, Floats] = {
        "times": np.log(seen.times[rows].astype(np.float32)),
        "last": _ln(last, 1.0),
        "pace": pace,
        "hot_14": _ln(hot[0], 0.02),
        "hot_45": _ln(hot[1], 0.02),
        "hot_135": _ln(hot[2], 0.02),
        "again": products.again[item],
        "trend": products.trend[item],
        "share": _ln(hot[1] / (seen.trips[1][person] + 0.5), 0.02),
        "first": _ln(seen.first[rows].astype(np.float32), 1.0),
        "lateness": lateness,
        "lateness_capped": np.minimum(np.exp(np.minimum(lateness, 2.0)), 4.0),
        "popular": products.popular[item],
        "season": products.season[item],
    }
    return _columns(OWN, made, whose, person)


def of_fresh(
    seen: Tally, products: Products, person: NDArray[np.int32], item: NDArray[np.int32], alike: Floats
) -> Floats:
    """Traits of candidates, in the order of FRESH. alike: summed cosines to what the person has."""
    made: dict[str, Floats] = {
        "fresh": products.fresh[item],
        "alike": _ln(alike, 0.01),
        "popular": products.popular[item],
        "trend": products.trend[item],
        "season": products.season[item],
    }
    return _columns(FRESH, made, of_people(seen), person)


def _columns(
    names: tuple[str, ...], made: dict[str, Floats], whose: dict[str, Floats], person: NDArray[np.int32]
) -> Floats:
    rows = len(person)
    table = np.empty((len(names), rows), np.float32)
    for place, name in enumerate(names):
        table[place] = made[name] if name in made else whose[name][person]
    return table.T


def _ln(values: Floats, floor: float) -> Floats:
    return np.asarray(np.log(values + np.float32(floor)), dtype=np.float32)
