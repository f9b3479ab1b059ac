"""The models read the same orders, yen and discounts as the charts, of everybody at once or of one."""

from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest
from sqlalchemy import Engine

from agent.store.purchases import SqlPurchaseHistory
from agent.store.tables import Event, Order
from customers.features.few import accumulate_few
from customers.features.session import accumulate
from customers.scoring.shop_purchases import read_events, read_purchases
from tests.support.lively_shop import TODAY, Lively, event, fill, order, shop_app, write
from tests.support.shop_rows import ShopRows

CUT = TODAY + timedelta(days=1)


@pytest.fixture
def bought(engine: Engine) -> SqlPurchaseHistory:
    return SqlPurchaseHistory(engine, shop_id="default")


def known(bought: SqlPurchaseHistory, cut: date = CUT) -> pl.DataFrame:
    """Everybody's accumulators before a cut, by customer id."""
    read = read_purchases(bought, before=cut)
    return accumulate(read, before=cut, events=read_events(bought, before=cut)).sort("customer_id")


def test_net_yen_and_orders_are_those_of_the_charts_refunds_included(
    engine: Engine, bought: SqlPurchaseHistory, tmp_path: Path
) -> None:
    fill(engine, Lively(people=60))
    models = {row["customer_id"]: row for row in known(bought).iter_rows(named=True)}
    charts = list(shop_app(engine, tmp_path).charts.charts(as_of=TODAY))
    assert sum(row["refunded_yen"] for row in models.values()) > 0
    for chart in charts:
        row = models.get(chart.customer_id, {"net_yen": 0, "orders": 0, "last_on": None})
        gone_by = None if row["last_on"] is None else (TODAY - row["last_on"]).days
        assert (row["net_yen"], row["orders"], gone_by) == (
            chart.net_revenue_yen,
            chart.orders,
            chart.recency_days,
        ), chart.customer_id


def test_one_customer_read_alone_is_what_they_are_among_all(
    engine: Engine, bought: SqlPurchaseHistory
) -> None:
    ids = fill(engine, Lively(people=12, silent=1))
    together = known(bought)
    for who in ids:
        own = read_purchases(bought, before=CUT, customer_ids=[who])
        done = read_events(bought, before=CUT, customer_ids=[who])
        alone = accumulate_few(own, before=CUT, events=done)
        expected = together.filter(pl.col("customer_id") == who)
        assert alone.select(expected.columns).equals(expected), who


def test_what_happens_from_the_cut_on_is_not_read(engine: Engine, bought: SqlPurchaseHistory) -> None:
    fill(engine, Lively(people=5))
    before = known(bought)
    later = [order(9_000 + n, "c000", CUT + timedelta(days=n)) for n in range(3)]
    write(engine, {Order: later, Event: [event("later", "c000", "visit", CUT)]})
    assert known(bought).equals(before)
    assert known(bought, CUT + timedelta(days=9))["orders"].sum() == before["orders"].sum() + 3


def test_a_reduction_of_the_whole_order_is_shared_out_over_its_lines(
    engine: Engine, bought: SqlPurchaseHistory
) -> None:
    lines = [("A", "石けん", 1, 1_000), ("B", "化粧水", 1, 3_000)]
    ShopRows(engine).order("c1", TODAY, net_yen=3_600, lines=lines, discount_yen=400)
    rows = read_purchases(bought, before=CUT).lines
    assert rows is not None
    shared = {rows.skus[int(sku)]: int(off) for sku, off in zip(rows.sku, rows.discount, strict=True)}
    assert shared == {"A": 100, "B": 300}


def test_lines_know_their_category_and_nothing_of_returned_goods(
    engine: Engine, bought: SqlPurchaseHistory
) -> None:
    shop = ShopRows(engine)
    shop.product("石けん", ("A", None, 500), category="石けん類")
    shop.order(
        "c1", TODAY, lines=[("A", "石けん", 2, 500), ("X", "知らない品", 1, 100), ("A", "石けん", -1, 500)]
    )
    rows = read_purchases(bought, before=CUT).lines
    assert rows is not None
    assert rows.quantity is not None
    assert rows.category is not None
    told = [
        (rows.skus[int(sku)], int(count), rows.categories[int(at)] if at >= 0 else None)
        for sku, count, at in zip(rows.sku, rows.quantity, rows.category, strict=True)
    ]
    assert sorted(told) == [("A", 2, "石けん類"), ("X", 1, None)]


def test_an_empty_shop_is_read_as_nobody(engine: Engine, bought: SqlPurchaseHistory) -> None:
    assert len(read_purchases(bought, before=CUT)) == 0
    assert read_events(bought, before=CUT) is None
    assert known(bought).is_empty()
