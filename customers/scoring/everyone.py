"""What do the fitted models say of every customer at once? One frame, a row a customer."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Final

import numpy as np
import polars as pl

from customers.charting.segments import segments_of
from customers.charting.yardstick import Yardstick, yardstick_of
from customers.repeat.history import Numbers
from customers.scoring.models import ShopModels
from customers.scoring.past import day_number, spend_history

KEPT: Final = (
    "customer_id",
    "orders",
    "days",
    "first_on",
    "last_on",
    "net_yen",
    "paid_yen",
    "discounted_orders",
    "reviews",
    "referrals",
)
"""Accumulators that lists show or ranks need."""

NO_ORDER: Final = "ご注文がまだありません。"


def everyone(parts: Iterable[pl.DataFrame], models: ShopModels, *, cut: date) -> pl.DataFrame:
    """Accumulators in, a part at a time; out, everybody who did anything before the cut, in the same order.

    Columns: those of `KEPT`; p_order, churn, expected_orders, p_alive (float64); ltv_yen, ltv_low, ltv_high (int64), ltv_coverage,
    ltv_p_nothing (float64); next_gap_days
    (days from the last order to the likely day of the next), next_first, next_last, next_on (dates),
    next_probability. A null is unknown, and
    `models.missing` says why; somebody without an order has only nulls.
    """
    made = [_part(part, models, cut) for part in parts]
    return pl.concat(made) if made else pl.DataFrame(schema={"customer_id": pl.String, **SCHEMA})


def judged(frame: pl.DataFrame, *, as_of: date, order_values: list[int]) -> tuple[pl.DataFrame, Yardstick]:
    """`everyone` with r, f, m and segment, and the yardstick they were read on. as_of: the last visible day.

    order_values: net yen of the orders, read only in a shop of few buyers.
    """
    bought = frame["orders"].to_numpy() > 0
    buyers = frame.filter(bought)
    recency = day_number(as_of) - buyers["last_on"].to_physical().cast(pl.Int64).to_numpy()
    orders, net = buyers["orders"].to_numpy(), buyers["net_yen"].to_numpy()
    repeat = buyers.filter(pl.col("days") > 1)
    gaps = (repeat["last_on"] - repeat["first_on"]).dt.total_days() / (repeat["days"] - 1)
    shop = yardstick_of(
        as_of=as_of,
        recency_days=recency,
        orders=orders,
        net_yen=net,
        gaps=gaps.cast(pl.Float64).to_numpy(),
        order_values=lambda: order_values,
    )
    columns: dict[str, pl.Series] = {}
    if buyers.height:
        rfm = shop.scale.score_many(recency_days=recency, orders=orders, net_yen=net)
        segment = segments_of(
            orders=orders, recency_days=recency, rfm=rfm, usual_gap_days=shop.usual_gap_days
        )
        for name, values in zip("rfm", rfm, strict=True):
            columns[name] = _spread(values.astype(np.float64), bought).cast(pl.Int8)
        columns["segment"] = pl.Series("segment", np.full(len(frame), "none", dtype="U12"))
        columns["segment"] = pl.Series(columns["segment"]).scatter(np.flatnonzero(bought), segment)
    else:
        columns = {name: pl.Series([None] * len(frame), dtype=pl.Int8) for name in "rfm"}
        columns["segment"] = pl.Series(["none"] * len(frame), dtype=pl.String)
    return frame.with_columns(**columns), shop


SCHEMA: Final = {
    "p_order": pl.Float64,
    "churn": pl.Float64,
    "expected_orders": pl.Float64,
    "p_alive": pl.Float64,
    "ltv_yen": pl.Int64,
    "ltv_low": pl.Int64,
    "ltv_high": pl.Int64,
    "ltv_coverage": pl.Float64,
    "ltv_p_nothing": pl.Float64,
    "next_gap_days": pl.Int64,
    "next_first": pl.Date,
    "next_last": pl.Date,
    "next_on": pl.Date,
    "next_probability": pl.Float64,
}


def _part(part: pl.DataFrame, models: ShopModels, cut: date) -> pl.DataFrame:
    bought = part["days"].to_numpy() > 0
    buyers = part.filter(bought)
    columns = {name: pl.Series([None] * len(part), dtype=kind) for name, kind in SCHEMA.items()}
    p = None
    if models.ordering is not None and buyers.height:
        outlook = models.ordering.outlook(buyers, cut)
        p = outlook.p_order
        columns["p_order"] = _spread(p, bought)
        columns["churn"] = _spread(1 - p, bought)
        columns["expected_orders"] = _spread(outlook.expected_orders, bought)
        columns["p_alive"] = _spread(outlook.p_alive, bought)
    if p is not None and models.next_order is not None and buyers.height:
        waits = models.next_order.windows(buyers, cut, p)
        gap = waits.likely - buyers["last_on"].to_physical().cast(pl.Int64).to_numpy()
        columns["next_gap_days"] = _spread(gap.astype(np.float64), bought).cast(pl.Int64)
        for name, days in (("next_first", waits.first), ("next_last", waits.last), ("next_on", waits.likely)):
            columns[name] = _spread(days.astype(np.float64), bought).cast(pl.Int32).cast(pl.Date)
        columns["next_probability"] = _spread(waits.probability, bought)
    if models.ltv is not None and buyers.height:
        worth = models.ltv.predict(spend_history(buyers), cut=day_number(cut))
        for name, values in (("ltv_yen", worth.point), ("ltv_low", worth.low), ("ltv_high", worth.high)):
            columns[name] = _spread(np.where(worth.known, values, np.nan), bought).cast(pl.Int64)
        columns["ltv_coverage"] = _spread(np.where(worth.known, worth.coverage, np.nan), bought)
        # nobody is surer to bring nothing in a year than to stay away for a part of it
        nothing = worth.p_nothing if p is None else np.minimum(worth.p_nothing, 1 - p)
        columns["ltv_p_nothing"] = _spread(np.where(worth.known, nothing, np.nan), bought)
    kept = part.select(name for name in KEPT if name in part.columns)
    return kept.with_columns(**columns)


def _spread(values: Numbers, bought: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> pl.Series:
    """Values of the buyers, each in its place among all; null for the others and where a value is NaN."""
    placed = np.full(len(bought), np.nan)
    placed[bought] = values
    return pl.Series(placed, nan_to_null=True)


def day_before(cut: date) -> date:
    """The last day seen from a cut."""
    return cut - timedelta(days=1)
