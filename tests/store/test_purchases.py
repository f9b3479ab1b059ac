"""Everybody's purchases leave the store as Arrow, on both engines, and a few people's in the same shape."""

from datetime import UTC, date, datetime, time
from pathlib import Path

import polars as pl
import pytest
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from agent.store.engine import migrate, open_engine
from agent.store.purchases import SqlPurchaseHistory
from agent.store.tables import Base, Event
from tests.support.shop_rows import ShopRows

CUT = date(2026, 6, 1)
MAY = date(2026, 5, 4)


@pytest.fixture
def rows(engine: Engine) -> ShopRows:
    return ShopRows(engine)


@pytest.fixture
def history(engine: Engine) -> SqlPurchaseHistory:
    return SqlPurchaseHistory(engine, shop_id="default")


def _orders(history: SqlPurchaseHistory, only: list[str] | None = None) -> pl.DataFrame:
    with history.orders(before=CUT, customer_ids=only) as reader:
        return pl.DataFrame(reader.read_all()).sort("order_key")


def _lines(history: SqlPurchaseHistory, only: list[str] | None = None) -> pl.DataFrame:
    with history.lines(before=CUT, customer_ids=only) as reader:
        return pl.DataFrame(reader.read_all()).sort("sku")


def _event(engine: Engine, event_id: str, **fields: object) -> None:
    known: dict[str, object] = {
        "shop_id": "default",
        "event_id": event_id,
        "customer_id": "c1",
        "kind": "visit",
        "happened_at": datetime(2026, 5, 3, 15, 30, tzinfo=UTC),
        "happened_on": MAY,
        "source": "api",
        "content_hash": "-",
    }
    with Session(engine) as session:
        rows: Base = Event(**(known | fields))
        session.add(rows)
        session.commit()


def test_revenue_orders_in_yen_that_belong_to_somebody_are_read(
    rows: ShopRows, history: SqlPurchaseHistory
) -> None:
    rows.order("c1", MAY, net_yen=1_200, discount_yen=300, order_id="a")
    rows.order("c2", MAY, net_yen=-500, order_id="b")
    rows.order("c1", MAY, net_yen=30, currency="USD")
    rows.order("c1", MAY, is_revenue=False)
    rows.order(None, MAY)
    assert _orders(history).rows() == [("c1", "a", MAY, 1_200, 300, 0), ("c2", "b", MAY, -500, 0, 0)]


def test_a_few_people_are_read_in_the_same_shape(rows: ShopRows, history: SqlPurchaseHistory) -> None:
    for number in range(4):
        rows.order(f"c{number}", MAY, order_id=f"o{number}", lines=[("TEA", "紅茶", 2, 400)])
    assert _orders(history, ["c1", "c3", "c1", "nobody"]).equals(
        _orders(history).filter(pl.col("customer_id").is_in(["c1", "c3"]))
    )
    assert _lines(history, ["c2"]).equals(_lines(history).filter(pl.col("customer_id") == "c2"))
    assert _orders(history, []).is_empty()


def test_the_day_of_the_cut_is_not_seen(rows: ShopRows, history: SqlPurchaseHistory) -> None:
    rows.order("c1", date(2026, 5, 31), at=time(23, 59), order_id="a")
    rows.order("c1", CUT, at=time(0, 0), order_id="b")
    assert _orders(history)["order_key"].to_list() == ["a"]


@pytest.mark.parametrize("only", [None, ["c1"]])
def test_a_line_knows_its_category_by_sku_or_title(
    rows: ShopRows, history: SqlPurchaseHistory, only: list[str] | None
) -> None:
    rows.product("紅茶", ("TEA", None, 400), category="お茶")
    rows.product("急須", ("POT", None, 3_000))
    rows.order(
        "c1",
        MAY,
        lines=[
            ("TEA", "古い名前", 3, 400),
            (None, "紅茶", 1, 500),
            ("POT", "急須", 1, 3_000),
            (None, "袋", 1, 5),
        ],
        line_discount_yen=100,
    )
    found = _lines(history, only).select("sku", "quantity", "net_yen", "discount_yen", "category").rows()
    assert found == [
        ("POT", 1, 2_900, 100, None),
        ("TEA", 3, 1_100, 100, "お茶"),
        ("紅茶", 1, 400, 100, "お茶"),
        ("袋", 1, -95, 100, None),
    ]


@pytest.mark.parametrize("only", [None, ["c1"]])
def test_events_come_with_tokyos_own_time_and_their_gaps(
    engine: Engine, history: SqlPurchaseHistory, only: list[str] | None
) -> None:
    _event(engine, "e1")
    _event(engine, "e2", kind="nps", value=9, sku="TEA")
    _event(engine, "e3", customer_id=None)
    _event(engine, "e4", happened_on=CUT)
    with history.events(before=CUT, customer_ids=only) as reader:
        found = pl.DataFrame(reader.read_all()).sort("event_id")
    at = datetime.fromisoformat("2026-05-04T00:30")
    assert found.rows() == [
        ("e1", "c1", "visit", MAY, at, None, None),
        ("e2", "c1", "nps", MAY, at, "TEA", 9),
    ]


def test_an_empty_shop_has_the_columns_and_no_rows(history: SqlPurchaseHistory) -> None:
    assert (len(_orders(history)), len(_lines(history))) == (0, 0)
    assert _orders(history).columns[:3] == ["customer_id", "order_key", "ordered_on"]


def test_one_customers_orders_are_found_through_the_index(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path / 'plan.sqlite'}")
    migrate(engine)
    sql = "select net_yen from orders o where o.shop_id = 'default' and o.customer_id in ('c1') and o.is_revenue"
    with engine.connect() as connection:
        plan = connection.execute(text(f"explain query plan {sql}")).all()
    engine.dispose()
    assert "ix_orders_customer (shop_id=? AND customer_id=?)" in plan[0][-1]


def test_a_long_list_of_people_is_read_on_one_connection_at_a_time(
    engine: Engine, rows: ShopRows, history: SqlPurchaseHistory
) -> None:
    rows.order("c1", MAY, order_id="a")
    asked = ["c1", *(f"nobody{n}" for n in range(16_000))]
    assert len(_orders(history, asked)) == 1
    assert engine.pool.checkedout() == 0  # type: ignore[attr-defined]
