"""Where a product can be seen: never guessed, never outside the shop's own domain."""

from dataclasses import replace

import pytest

from agent.domain.knowledge import SoldProduct, SoldVariant
from retrieval.product_page import ProductPages

VARIANT = SoldVariant("SEN/100 袋", None, 1200, 5, None)
SENCHA = SoldProduct("sencha", "煎茶", "", None, None, (), True, (VARIANT,), "shopify", "川根-sencha", None)
DOMAIN = "hana.example.jp"


@pytest.mark.parametrize(
    ("template", "platform", "expected"),
    [
        ("https://hana.example.jp", "shopify", "https://hana.example.jp/products/%E5%B7%9D%E6%A0%B9-sencha"),
        ("https://hana.example.jp/", "eccube", "https://hana.example.jp/products/detail/sencha"),
        ("https://www.hana.example.jp/items/{id}", "generic", "https://www.hana.example.jp/items/sencha"),
        (
            "https://hana.example.jp/p?code={sku}",
            "eccube",
            "https://hana.example.jp/p?code=SEN%2F100%20%E8%A2%8B",
        ),
        ("https://hana.example.jp", "generic", None),
        ("https://elsewhere.example/{id}", "shopify", None),
        ("https://hana.example.jp.evil.example/{id}", "shopify", None),
        (None, "shopify", None),
    ],
)
def test_a_page_is_the_shops_template_filled_for_the_product(
    template: str | None, platform: str, expected: str | None
) -> None:
    pages = ProductPages(template, domain=DOMAIN)
    assert pages.of(replace(SENCHA, platform=platform), VARIANT) == expected


def test_the_address_an_export_names_counts_before_any_template() -> None:
    pages = ProductPages("https://hana.example.jp", domain=DOMAIN)
    named = replace(SENCHA, url="https://hana.example.jp/tea/sencha.html")
    assert pages.of(named, VARIANT) == named.url
    strange = replace(SENCHA, url="https://mall.example/hana/sencha")
    assert pages.of(strange, VARIANT) == "https://hana.example.jp/products/%E5%B7%9D%E6%A0%B9-sencha"
    assert ProductPages(domain=DOMAIN).of(strange, VARIANT) is None


def test_what_is_not_on_sale_or_has_no_handle_has_no_page() -> None:
    pages = ProductPages("https://hana.example.jp/products/{handle}", domain=DOMAIN)
    assert pages.of(replace(SENCHA, published=False), VARIANT) is None
    assert pages.of(replace(SENCHA, handle=None), VARIANT) is None
    assert ProductPages("https://hana.example.jp/{sku}", domain=DOMAIN).of(SENCHA, None) is None


def test_reviews_have_one_page_for_all_or_one_a_product() -> None:
    assert ProductPages(domain=DOMAIN).review_of(SENCHA, VARIANT) is None
    for template, expected in (
        ("https://hana.example.jp/reviews", "https://hana.example.jp/reviews"),
        ("https://hana.example.jp/reviews/{id}#write", "https://hana.example.jp/reviews/sencha#write"),
    ):
        assert ProductPages(review=template, domain=DOMAIN).review_of(SENCHA, VARIANT) == expected
