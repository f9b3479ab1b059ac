"""Made-up purchase histories that try everything at once: returns, days with several orders, long breaks, old centuries."""

import random
from datetime import datetime, timedelta

import polars as pl
import pyarrow as pa

EVENTS_IN_ARROW = pa.schema(
    [
        ("event_id", pa.string()),
        ("customer_id", pa.string()),
        ("kind", pa.string()),
        ("happened_on", pa.date32()),
        ("happened_at", pa.timestamp("us")),
        ("sku", pa.string()),
        ("value", pa.int64()),
    ]
)


def random_histories(*, seed: int, customers: int) -> pl.DataFrame:
    """A transaction table of 2025 and 2026, its rows shuffled."""
    dice = random.Random(seed)
    rows = []
    for customer in range(customers):
        at = datetime.fromisoformat("2025-01-01T09:00") + timedelta(minutes=dice.randrange(400_000))
        for _ in range(dice.choice((1, 1, 2, 3, 8, 30))):
            amount = dice.choice((0, 980, 3_000, 12_800, -3_000))
            rows.append((customer, at, amount, f"SKU-{dice.randrange(9)}", dice.choice((0, 0, 100))))
            at += timedelta(minutes=dice.choice((0, 30, 600, 2_880, 43_200, 300_000)))
    dice.shuffle(rows)
    columns = ["customer_id", "ordered_at", "amount_yen", "sku", "discount_yen"]
    return pl.DataFrame(rows, schema=columns, orient="row")


def events_of(rows: list[tuple[str, str, str]]) -> pa.Table:
    """Events of (customer, kind, moment in Tokyo); an nps answer says 9."""
    moments = [datetime.fromisoformat(at) for _, _, at in rows]
    return pa.table(
        {
            "event_id": [f"e{number}" for number in range(len(rows))],
            "customer_id": [who for who, _, _ in rows],
            "kind": [kind for _, kind, _ in rows],
            "happened_on": [at.date() for at in moments],
            "happened_at": moments,
            "sku": [None] * len(rows),
            "value": [9 if kind == "nps" else None for _, kind, _ in rows],
        },
        schema=EVENTS_IN_ARROW,
    )


def random_events(*, seed: int, customers: int) -> pa.Table:
    """Some events of every kind for some of the customers, and for a few who never bought."""
    dice = random.Random(seed)
    kinds = (
        "visit",
        "view",
        "cart",
        "send",
        "open",
        "click",
        "review",
        "referral",
        "chat",
        "store_visit",
        "nps",
    )
    start = datetime.fromisoformat("2025-01-01T09:00")
    rows = [
        (
            str(dice.randrange(customers + 5)),
            dice.choice(kinds),
            (start + timedelta(minutes=dice.randrange(600_000))).isoformat(),
        )
        for _ in range(customers * 4)
    ]
    return events_of(rows)
