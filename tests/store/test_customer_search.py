"""Finding a customer by whatever the shop has at hand."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import Engine, event, text

from agent.store.customer_search import SqlCustomerSearch
from tests.support.shop_rows import ShopRows


@pytest.fixture
def shop(engine: Engine) -> ShopRows:
    rows = ShopRows(engine)
    rows.customer(
        "c1",
        family_name="𠮷田",
        given_name="美咲",
        family_kana="ヨシダ",
        given_kana="ミサキ",
        phone="090-1234-5678",
    )
    rows.customer("c2", family_name="佐藤", given_name="一郎", family_kana="サトウ", given_kana="イチロウ")
    rows.customer("c3", family_name="100%", given_name="_")
    rows.customer("c4", family_name="Smith", given_name="John")
    return rows


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("𠮷田", ["c1"]),
        ("𠮷田 美咲", ["c1"]),
        ("𠮷田　美咲", ["c1"]),
        ("よしだ", ["c1"]),
        ("ﾖｼﾀﾞ", ["c1"]),
        ("みさき", ["c1"]),
        ("c2@example.com", ["c2"]),
        ("Ｃ２＠ｅｘａｍｐｌｅ", ["c2"]),
        ("5678", ["c1"]),
        ("０９０−１２３４−５６７８", ["c1"]),
        ("+81 90-1234-5678", ["c1"]),
        ("09012345678", ["c1"]),
        ("19995678", []),
        ("吉田", []),
        ("SMITH j", ["c4"]),
        ("john", ["c4"]),
        ("c3", ["c3"]),
        ("100%", ["c3"]),
        ("%", []),
        ("_", ["c3"]),
        ("鈴木", []),
        ("  ", []),
    ],
)
def test_a_customer_is_found_by_name_reading_address_or_telephone(
    engine: Engine, shop: ShopRows, typed: str, found: list[str]
) -> None:
    search = SqlCustomerSearch(engine, shop_id="default")
    assert [one.customer_id for one in search.search(typed, limit=5)] == found


def test_an_order_number_leads_to_its_customer_with_or_without_the_sign(
    engine: Engine, shop: ShopRows
) -> None:
    order_id = shop.order("c2", date(2026, 11, 1))
    number = order_id.rsplit(":", 1)[-1]
    search = SqlCustomerSearch(engine, shop_id="default")
    assert [one.customer_id for one in search.search(number, limit=5)] == ["c2"]


def test_the_shops_own_number_is_found_and_the_limit_holds(engine: Engine, shop: ShopRows) -> None:
    shop.identity("shopify_customer", "7001", "c1")
    search = SqlCustomerSearch(engine, shop_id="default")
    assert [one.customer_id for one in search.search("7001", limit=5)] == ["c1"]
    assert len(search.search("example", limit=1)) <= 1
    assert SqlCustomerSearch(engine, shop_id="other").search("佐藤", limit=5) == []


@pytest.mark.parametrize("typed", ["佐藤", "さとう", "taro", "a@example.com", "5678", "09012345678", "#1001"])
def test_no_search_reads_every_customer(engine: Engine, shop: ShopRows, typed: str) -> None:
    asked: list[tuple[str, Any]] = []
    search = SqlCustomerSearch(engine, shop_id="default")
    event.listen(engine, "before_cursor_execute", lambda *said: asked.append((said[2], said[3])))
    search.search(typed, limit=30)
    queries = [one for one in asked if one[0].lstrip().upper().startswith("SELECT")]
    assert len(queries) > 3
    with engine.connect() as connection:
        raw = connection.connection.cursor()
        explain = "explain query plan " if engine.dialect.name == "sqlite" else "explain "
        if engine.dialect.name == "postgresql":
            connection.execute(text("set enable_seqscan = off"))
        for query, given in queries:
            raw.execute(explain + query, given)
            plan = " ".join(str(row) for row in raw.fetchall())
            assert "SCAN customers" not in plan, query
            assert "SCAN orders" not in plan, query
            assert "(shop_id=?)" not in plan, query  # everybody, in the order of some index
            assert "Seq Scan" not in plan, query
