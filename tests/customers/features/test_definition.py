"""What a customer's rows add up to, on the embedded engine."""

from datetime import date, datetime
from typing import Any

import duckdb
import ibis
import polars as pl
import pytest

from customers.features.columns import COLUMNS
from customers.features.definition import accumulators

ORDER_SCHEMA: dict[str, Any] = {
    "customer_id": pl.String,
    "order_key": pl.String,
    "ordered_on": pl.Date,
    "net_yen": pl.Int64,
    "discount_yen": pl.Int64,
    "refunded_yen": pl.Int64,
}
EVENT_SCHEMA: dict[str, Any] = {
    "event_id": pl.String,
    "customer_id": pl.String,
    "kind": pl.String,
    "happened_on": pl.Date,
    "happened_at": pl.Datetime("us"),
    "sku": pl.String,
    "value": pl.Int64,
}
CUT = date(2025, 7, 1)


def at(month: int, day: int, hour: int = 0) -> datetime:
    return datetime(2025, month, day, hour)  # noqa: DTZ001 - events hold Tokyo wall time


Bought = tuple[str, date, int]
Done = tuple[str, str, datetime, int | None]


def added_up(orders: list[Bought], events: list[Done] | None = None, before: date = CUT) -> dict[str, Any]:
    rows = [(who, f"o{i}", day, net, 0, 0) for i, (who, day, net) in enumerate(orders)]
    engine = duckdb.connect()
    engine.register("orders", pl.DataFrame(rows, ORDER_SCHEMA, orient="row").to_arrow())
    con = ibis.duckdb.from_connection(engine)
    done = None
    if events is not None:
        told = [
            (f"e{i}", who, kind, when.date(), when, None, v) for i, (who, kind, when, v) in enumerate(events)
        ]
        engine.register("events", pl.DataFrame(told, EVENT_SCHEMA, orient="row").to_arrow())
        done = con.table("events")
    table = pl.from_arrow(con.to_pyarrow(accumulators(con.table("orders"), done, before=before)))
    assert isinstance(table, pl.DataFrame)
    assert tuple(table.columns) == COLUMNS
    return {row["customer_id"]: row for row in table.to_dicts()}


def test_two_orders_on_one_day_are_one_day_of_purchase() -> None:
    known = added_up(
        [("a", date(2025, 6, 1), 100), ("a", date(2025, 6, 1), 50), ("a", date(2025, 6, 11), 70)]
    )["a"]
    assert (known["orders"], known["days"], known["paid_yen"]) == (3, 2, 220)
    assert (known["first_on"], known["last_on"]) == (date(2025, 6, 1), date(2025, 6, 11))
    assert (known["last_gap"], known["longest_gap"], known["gap_sq"]) == (10, 10, 100)


def test_a_return_takes_money_off_and_is_no_order() -> None:
    known = added_up([("a", date(2025, 6, 1), 100), ("a", date(2025, 6, 5), -30)])["a"]
    assert (known["orders"], known["days"], known["returns"]) == (1, 1, 1)
    assert (known["net_yen"], known["paid_yen"]) == (70, 100)
    assert known["last_on"] == date(2025, 6, 1)


def test_somebody_known_from_a_return_alone_has_no_order() -> None:
    known = added_up([("a", date(2025, 6, 5), -30)])["a"]
    assert (known["orders"], known["first_on"], known["last_gap"], known["hot_30"]) == (0, None, None, 0.0)


def test_purchases_from_the_cut_on_are_not_seen() -> None:
    known = added_up([("a", date(2025, 6, 30), 1), ("a", CUT, 1), ("b", date(2031, 1, 1), 1)])
    assert list(known) == ["a"]
    assert known["a"]["orders"] == 1


def test_a_purchase_one_half_life_before_the_last_counts_half() -> None:
    known = added_up([("a", date(2025, 5, 2), 100), ("a", date(2025, 6, 1), 300)])["a"]
    assert known["hot_30"] == pytest.approx(1.5)
    assert known["hot_15"] == pytest.approx(1.25)
    assert known["spend_30"] == pytest.approx(350)


def test_a_purchase_of_long_ago_stays_finite() -> None:
    known = added_up([("a", date(1900, 1, 1), 100), ("b", date(2999, 1, 1), 100)], before=date(9000, 1, 1))
    assert known["a"]["hot_7"] == pytest.approx(1.0)
    assert known["b"]["spend_120"] == pytest.approx(100.0)


def test_what_adds_up_does_not_depend_on_the_cut() -> None:
    orders = [("a", date(2025, 5, 2), 100), ("a", date(2025, 6, 1), 300)]
    assert added_up(orders, before=date(2025, 6, 2)) == added_up(orders, before=date(2026, 1, 1))


def test_mails_are_counted_since_the_last_one_opened() -> None:
    events: list[Done] = [
        ("a", "send", at(6, 1, 9), None),
        ("a", "open", at(6, 1, 12), None),
        ("a", "send", at(6, 8, 9), None),
        ("a", "send", at(6, 15, 9), None),
        ("a", "send", at(7, 1, 9), None),
    ]
    known = added_up([("a", date(2025, 6, 1), 1)], events)["a"]
    assert (known["sends"], known["opens"], known["unopened_streak"]) == (3, 1, 2)
    assert known["last_open_on"] == date(2025, 6, 1)


def test_several_views_on_a_day_are_one_visit() -> None:
    events: list[Done] = [
        ("a", "view", at(6, 1, 9), None),
        ("a", "view", at(6, 1, 9), None),
        ("a", "visit", at(6, 15), None),
    ]
    known = added_up([("a", date(2025, 6, 1), 1)], events)["a"]
    assert known["visits"] == 2
    assert known["visit_14"] == pytest.approx(1.5)


def test_events_and_orders_of_different_people_are_not_mixed() -> None:
    events: list[Done] = [
        ("b", "nps", at(6, 1), 3),
        ("b", "nps", at(6, 2), 9),
        ("c", "chat", at(6, 2), None),
    ]
    known = added_up([("a", date(2025, 6, 1), 1), ("c", date(2025, 6, 1), 1)], events)
    assert {who: row["orders"] for who, row in known.items()} == {"a": 1, "b": 0, "c": 1}
    assert (known["a"]["nps"], known["b"]["nps"], known["c"]["chats"]) == (None, 9, 1)


def test_a_shop_without_any_rows_gives_no_customers() -> None:
    assert added_up([]) == {}
    assert added_up([], []) == {}
