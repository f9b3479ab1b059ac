"""What does the model look at in a customer on a given day?

Inputs stand as of the customer's own last day (of purchase, of a visit ...) plus the days since, so those of two customers can be
mixed in any way and still describe a possible customer: that is what makes the reasons in `signals` exact.
"""

from collections.abc import Mapping
from datetime import date
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from customers.features.columns import EVENT_COLUMNS, ORDER_COLUMNS

Floats = NDArray[np.float64]
Inputs = Mapping[str, Floats]
"""Input name to values, each of shape (customers,), all finite."""

GROUPS: Final[dict[str, tuple[str, ...]]] = {
    "recency": ("since",),
    "habit": ("days", "span", "gap_log", "gap_log_sq", "last_gap", "longest_gap"),
    "momentum": ("hot_7", "hot_15", "hot_30", "hot_60", "hot_120"),
    "spend": ("order_yen", "spend_30", "spend_120", "orders_a_day"),
    "terms": ("discounted", "returned"),
    "visits": ("visit_14", "visit_90", "since_visit"),
    "mail": ("unopened", "opened", "mailed", "since_open"),
    "contact": ("cart", "reviews", "referrals", "chats", "store_visits", "nps"),
}
"""The reasons a score is split into, and the inputs behind each."""

EVENT_GROUPS: Final = ("visits", "mail", "contact")

FEWEST_CURRENT: Final = 10
"""Fewer customers than this make no reference."""

NEVER: Final = 20_000.0
"""Days since something that never happened: so long that nothing decayed is left of it."""

NEUTRAL: Final = 7.5
"""The answer to the recommendation question of somebody who gave none: between the middling 7 and 8."""


def read_inputs(accumulated: pl.DataFrame, cut: date) -> dict[str, Floats]:
    """The inputs at the start of day `cut` of customers with at least one order before it.

    accumulated: rows of `customers.features.definition.accumulators`, of customers with days >= 1 and last_on < cut.
    """
    plain = accumulated.select(_PLAIN)  # one pass: column by column would cost milliseconds for one customer
    known = {each.name: each.to_numpy() for each in plain}
    today = day_number(cut)

    def number(name: str) -> Floats:
        return np.asarray(known[name], dtype=np.float64)

    def since(name: str) -> Floats:
        return np.clip(today - number(name), 0.0, NEVER)

    days, orders = np.maximum(number("days"), 1.0), np.maximum(number("orders"), 1.0)
    last = since("last_on")
    carted = since("last_cart_on")
    return {
        "since": np.maximum(last, 1.0),
        "days": days,
        "span": np.maximum(since("first_on") - last, 0.0),
        **{name: number(name) for name in ("gap_log", "gap_log_sq", "last_gap", "longest_gap")},
        **{name: number(name) for name in GROUPS["momentum"]},
        "order_yen": np.maximum(number("paid_yen"), 0.0) / orders,
        "spend_30": np.maximum(number("spend_30"), 0.0),
        "spend_120": np.maximum(number("spend_120"), 0.0),
        "orders_a_day": orders / days,
        "discounted": (number("discounted_orders") + 1.0) / (orders + 2.0),
        "returned": number("returns") / (orders + 1.0),
        "visit_14": number("visit_14"),
        "visit_90": number("visit_90"),
        "since_visit": since("last_visit_on"),
        "unopened": number("unopened_streak"),
        "opened": (np.minimum(number("opens"), number("sends")) + 0.5) / (number("sends") + 1.0),
        "mailed": number("sends"),
        "since_open": since("last_open_on"),
        "cart": np.where(carted < last, 0.5 ** (carted / 14.0), 0.0),
        **{name: number(name) for name in ("reviews", "referrals", "chats", "store_visits")},
        "nps": number("nps") - NEUTRAL,
    }


_PLAIN: Final = [
    *(
        pl.col(name).cast(pl.Float64).fill_null(NEUTRAL if name == "nps" else 0.0)
        for name in sorted(set(ORDER_COLUMNS | EVENT_COLUMNS))
        if not name.endswith("_on")
    ),
    *(
        pl.col(name).cast(pl.Date).to_physical().cast(pl.Float64).fill_null(-NEVER)
        for name in ("first_on", "last_on", "last_visit_on", "last_open_on", "last_cart_on")
    ),
]
"""Every accumulator as a number; days since 1970-01-01, what never happened so long ago that nothing is left of it."""


def middle(inputs: Inputs, current: NDArray[np.bool_]) -> dict[str, float]:
    """The shop's reference customer: the median of each input over its current customers.

    Over all, the reference of an older shop would be somebody long gone, and months of silence would count as a good sign.
    current: of each customer, whether they are still within their rhythm; where hardly anybody is, everybody counts.
    """
    kept = current if current.sum() >= FEWEST_CURRENT else np.ones_like(current)
    return {name: float(np.median(values[kept])) for name, values in inputs.items()}


def rows_of(inputs: Inputs, which: NDArray[np.intp] | slice) -> dict[str, Floats]:
    """Some of the customers."""
    return {name: values[which] for name, values in inputs.items()}


def day_number(day: date) -> int:
    """Days since 1970-01-01."""
    return day.toordinal() - date(1970, 1, 1).toordinal()
