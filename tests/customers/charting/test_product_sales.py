"""Units and revenue of each SKU: what the goods brought."""

from datetime import date

import pytest
from sqlalchemy import Engine

from agent.store.sales import SqlProductSales
from customers.charting.product_sales import ProductSale, product_as_json, product_sales
from tests.support.shop_rows import Bought, ShopRows

DAY = date(2026, 11, 21)


@pytest.fixture
def rows(engine: Engine) -> ShopRows:
    return ShopRows(engine)


def sales(engine: Engine) -> dict[str | None, ProductSale]:
    listed = list(product_sales(SqlProductSales(engine, shop_id="default")))
    return {sale.sku or sale.title: sale for sale in listed}


def test_shipping_is_no_products_revenue(rows: ShopRows, engine: Engine) -> None:
    rows.product("化粧水", ("LOT", None, 1800))
    lines: list[Bought] = [("LOT", "化粧水", 2, 1800), ("SOAP", "せっけん", 1, 900)]
    rows.order(None, DAY, net_yen=5001, lines=lines)
    found = sales(engine)
    assert (found["LOT"].units_sold, found["LOT"].net_revenue_yen) == (2, 3600)
    assert (found["SOAP"].units_sold, found["SOAP"].net_revenue_yen) == (1, 900)


def test_a_discount_on_the_order_is_shared_in_proportion_to_its_lines(rows: ShopRows, engine: Engine) -> None:
    lines: list[Bought] = [("LOT", "化粧水", 2, 1800), ("SOAP", "せっけん", 1, 900)]
    rows.order(None, DAY, net_yen=4551, discount_yen=450, lines=lines)  # 4,500 - 450 + 501 shipping
    found = sales(engine)
    assert (found["LOT"].net_revenue_yen, found["SOAP"].net_revenue_yen) == (3240, 810)


def test_a_row_total_that_does_not_divide_evenly_is_kept_to_the_yen(rows: ShopRows, engine: Engine) -> None:
    rows.order(None, DAY, net_yen=1000, lines=[("A", "あ", 3, 333)])
    assert sales(engine)["A"].net_revenue_yen == 1000


def test_the_products_add_up_to_what_all_orders_net_for_goods(rows: ShopRows, engine: Engine) -> None:
    for number in range(1, 40):
        lines: list[Bought] = [
            (f"S{i % 5}", f"品{i % 5}", i % 3 + 1, 1000 + 97 * i) for i in range(number % 7 + 1)
        ]
        rows.order(None, DAY, net_yen=900 + number, lines=lines)
    total = sum(sale.net_revenue_yen for sale in sales(engine).values())
    assert total == sum(900 + number for number in range(1, 40))


def test_a_sku_only_in_orders_still_has_a_line_and_an_unsold_one_too(rows: ShopRows, engine: Engine) -> None:
    rows.product("新商品", ("NEW", "大", 500))
    rows.order(None, DAY, lines=[("GONE", "終売品", 3, 100)])
    found = sales(engine)
    assert (found["NEW"].units_sold, found["NEW"].stock, found["NEW"].variant) == (0, 7, "大")
    assert (found["GONE"].units_sold, found["GONE"].title, found["GONE"].price_yen) == (3, "終売品", None)


def test_a_line_without_a_sku_is_counted_under_its_title(rows: ShopRows, engine: Engine) -> None:
    rows.product("せっけん", ("SOAP", None, 300))
    rows.order(None, DAY, net_yen=600, lines=[(None, "せっけん", 2, 300)])
    rows.order(None, DAY, net_yen=400, lines=[(None, "手ぬぐい", 1, 400)])
    found = sales(engine)
    assert (found["SOAP"].units_sold, found["SOAP"].net_revenue_yen) == (2, 600)
    assert (found["手ぬぐい"].sku, found["手ぬぐい"].net_revenue_yen) == (None, 400)


def test_lines_without_a_price_share_by_quantity(rows: ShopRows, engine: Engine) -> None:
    rows.order(None, DAY, net_yen=900, lines=[("A", "あ", 1, 0), ("B", "い", 2, 0)])
    assert {sku: sale.net_revenue_yen for sku, sale in sales(engine).items()} == {"A": 300, "B": 600}


def test_best_sellers_come_first_and_nulls_say_why(rows: ShopRows, engine: Engine) -> None:
    rows.order(None, DAY, net_yen=900, lines=[("B", "い", 1, 900)])
    rows.order(None, DAY, net_yen=100, lines=[("A", "あ", 1, 100)])
    first, second = product_sales(SqlProductSales(engine, shop_id="default"))
    assert (first.sku, second.sku) == ("B", "A")
    document = product_as_json(first)
    assert document["unknown"] == {
        "product_id": "商品データにない商品です（注文にだけあります）。",
        "variant": "規格の分かれていない商品です。",
        "price_yen": "商品データに価格がありません。",
        "stock": "商品データに在庫がありません。",
    }
