"""Simulated shops for tests of predictions: orders of customers who buy at their own rhythm and some day stop."""

from collections.abc import Callable
from datetime import date, timedelta

import duckdb
import ibis
import numpy as np
import polars as pl

from customers.features.definition import accumulators

OPENED = date(2024, 1, 1)
CLOSES = date(2025, 7, 1)
DAYS = (CLOSES - OPENED).days


def simulated(people: int, *, gap: float = 25.0, leaving: float = 0.08, seed: int = 1) -> pl.DataFrame:
    """Orders (the schema of `accumulators`) of people whose gaps are Gamma(2) with a mean of their own around `gap` days."""
    roll = np.random.default_rng(seed)
    rows: list[tuple[str, str, date, int]] = []
    for person in range(people):
        day, own = float(roll.integers(0, DAYS)) * roll.random(), gap * roll.gamma(3.0, 1 / 3)
        while day < DAYS:
            rows.append(
                (
                    f"c{person:05}",
                    f"o{len(rows)}",
                    OPENED + timedelta(int(day)),
                    int(roll.integers(800, 9000)),
                )
            )
            if roll.random() < leaving:
                break
            day += max(1.0, roll.gamma(2.0, own / 2))
    return orders_of(rows)


def orders_of(rows: list[tuple[str, str, date, int]]) -> pl.DataFrame:
    schema = {"customer_id": pl.String, "order_key": pl.String, "ordered_on": pl.Date, "net_yen": pl.Int64}
    return pl.DataFrame(rows, schema, orient="row").with_columns(
        discount_yen=pl.lit(0, pl.Int64), refunded_yen=pl.lit(0, pl.Int64)
    )


def accumulated(orders: pl.DataFrame, events: pl.DataFrame | None = None) -> Callable[[date], pl.DataFrame]:
    """The accumulators of a shop before any day."""
    engine = duckdb.connect()
    engine.execute("set threads = 1")
    engine.register("orders", orders.to_arrow())
    if events is not None:
        engine.register("events", events.to_arrow())
    shop = ibis.duckdb.from_connection(engine)

    def before(cut: date) -> pl.DataFrame:
        done = shop.table("events") if events is not None else None
        table = pl.from_arrow(shop.to_pyarrow(accumulators(shop.table("orders"), done, before=cut)))
        assert isinstance(table, pl.DataFrame)
        return table.sort("customer_id")

    return before


def bought(orders: pl.DataFrame, *, before: date) -> pl.DataFrame:
    """Customer and day of every order a fit may learn from."""
    kept = orders.filter((pl.col("net_yen") >= 0) & (pl.col("ordered_on") < before))
    return kept.select("customer_id", "ordered_on").unique()


def ordered_within(orders: pl.DataFrame, rows: pl.DataFrame, cut: date, days: int) -> np.ndarray:
    """What really came: 1.0 for each row whose customer ordered in [cut, cut + days)."""
    came = orders.filter(pl.col("ordered_on").is_between(cut, cut + timedelta(days - 1)))["customer_id"]
    return rows["customer_id"].is_in(came.unique().implode()).to_numpy().astype(np.float64)
