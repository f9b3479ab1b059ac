"""Small shops made of plain rows."""

from collections.abc import Iterable
from datetime import date, timedelta
from random import Random

import numpy as np
import polars as pl

from agent.domain.chart import PurchasedLine
from customers.features.purchases import EPOCH, LineRows, OrderRows, Purchases

Row = tuple[str, int, str | None, int, int]
"""customer, day since 1970-01-01, sku, pieces, yen."""

DAY0 = (date(2025, 1, 1) - EPOCH).days


def purchases(rows: Iterable[Row]) -> Purchases:
    """What these rows say; a customer's rows of one day are one order."""
    table = sorted(rows, key=lambda row: (row[0], row[1]))
    ids = sorted({row[0] for row in table})
    skus = sorted({row[2] for row in table if row[2] is not None})
    customer = np.array([ids.index(row[0]) for row in table], dtype=np.int32)
    day = np.array([row[1] for row in table], dtype=np.int32)
    sku = np.array([-1 if row[2] is None else skus.index(row[2]) for row in table], dtype=np.int32)
    pieces = np.array([row[3] for row in table], dtype=np.int64)
    yen = np.array([row[4] for row in table], dtype=np.int64)
    free = np.zeros(len(table), np.int64)
    return Purchases(
        pl.Series("customer_id", ids, dtype=pl.String),
        OrderRows(customer, day, yen, free),
        LineRows(customer, day, sku, yen, free, pl.Series("sku", skus, dtype=pl.String), pieces),
    )


def tea_shop(people: int = 120, days: int = 240, seed: int = 5) -> list[Row]:
    """Everybody drinks one of four teas at a rhythm of their own and tries a sweet now and then; tea-a goes with sweet-a."""
    luck = Random(seed)
    rows: list[Row] = []
    for person in range(people):
        name, rhythm, tea = f"c{person:03d}", luck.choice((14, 28, 45)), luck.choice("abcd")
        day = luck.randrange(rhythm)
        while day < days:
            rows.append((name, DAY0 + day, f"tea-{tea}", 1, 1200))
            if luck.random() < 0.2:
                rows.append(
                    (name, DAY0 + day, f"sweet-{tea if luck.random() < 0.7 else luck.choice('abcd')}", 1, 500)
                )
            day += max(1, round(rhythm * luck.uniform(0.8, 1.2)))
    return rows


def line(day: int, sku: str, pieces: int = 1) -> PurchasedLine:
    """A line on a customer's receipt."""
    return PurchasedLine("o", EPOCH + timedelta(days=day), sku, sku, None, pieces, None)


def on(day: int) -> date:
    """The date of a day number."""
    return EPOCH + timedelta(days=day)
