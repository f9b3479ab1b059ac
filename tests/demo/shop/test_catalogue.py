"""The demo shop's catalogue is complete, connected and describes its goods well enough to answer questions."""

import re
from collections import Counter

from agent.demo.shop.catalogue import Family, by_handle, products


def test_the_shop_sells_sixty_products_on_four_shelves() -> None:
    shelves = Counter(product.family for product in products())
    assert sum(shelves.values()) == 60
    assert min(shelves[family] for family in Family) >= 13


def test_every_sku_and_every_handle_names_one_thing() -> None:
    skus = [variant.sku for product in products() for variant in product.variants]
    assert len(skus) == len(set(skus))
    assert len(by_handle()) == 60


def test_a_description_is_long_enough_to_be_useful_and_short_enough_to_be_read() -> None:
    lengths = {p.handle: len(p.description.replace("\n", "")) for p in products()}
    assert {handle: n for handle, n in lengths.items() if not 100 <= n <= 250} == {}


def test_products_point_only_to_products_that_exist() -> None:
    named = {handle for p in products() for handle in (*p.goes_with, *([p.leads_to] if p.leads_to else []))}
    assert named <= by_handle().keys()


def test_a_refill_belongs_to_a_bottle_of_the_same_product() -> None:
    for product in products():
        skus = {variant.sku for variant in product.variants}
        assert {variant.refills for variant in product.variants if variant.refills} <= skus


def test_every_variant_names_a_value_for_every_option() -> None:
    for product in products():
        for variant in product.variants:
            values = variant.name.split(" / ") if variant.name else []
            assert len(values) == len(product.options), variant.sku


def test_some_goods_are_nearly_or_quite_gone_in_every_month() -> None:
    for month in range(1, 13):
        stock = [p.stock_in(month, v) for p in products() for v in p.variants]
        assert stock.count(0) >= 3
        assert sum(0 < units <= 5 for units in stock) >= 8


def test_new_tea_is_on_the_shelf_in_may_and_gone_in_november() -> None:
    tea = by_handle()["shincha"]
    assert tea.stock_in(5, tea.variants[0]) > 0
    assert tea.stock_in(11, tea.variants[0]) == 0


def test_worn_things_with_letter_sizes_give_their_measure_in_centimetres() -> None:
    for product in products():
        sizes = {variant.name.split(" / ")[-1] for variant in product.variants}
        if product.family is Family.APPAREL and sizes <= {"S", "M", "L"} and product.type != "服飾小物":
            assert product.sizes is not None, product.handle
            assert sizes == {size for size, _ in product.sizes.rows}
            assert "（cm）" in product.html()


def test_the_page_shows_plain_paragraphs_and_no_stray_markup() -> None:
    for product in products():
        assert set(re.findall(r"</?(\w+)", product.html())) <= {"p", "table", "tr", "th", "td"}
