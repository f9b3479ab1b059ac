"""Address templates are read once, and refused where they could lead a customer astray."""

import pytest

from agent.domain.errors import OperatorMustFix
from agent.settings import load_settings


def test_a_shop_front_or_a_template_on_the_shops_domain_is_taken() -> None:
    for address in ("https://hana.example.jp", "https://www.hana.example.jp/items/{id}?sku={sku}"):
        settings = load_settings(shop_domain="hana.example.jp", shop_product_url=address)
        assert settings.shop_product_url == address


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("http://hana.example.jp", "https://"),
        ("hana.example.jp/products", "https://"),
        ("https://hana.example.jp/{name}", "{name} は使えません"),
        ("https://hana.example.jp/{handle", "{handle は使えません"),
        ("https://mall.example/hana/{id}", "OKAERI_SHOP_DOMAIN=hana.example.jp"),
        ("https://nothana.example.jp/{id}", "OKAERI_SHOP_DOMAIN=hana.example.jp"),
        ("https://{handle}.hana.example.jp/", "OKAERI_SHOP_DOMAIN=hana.example.jp"),
        ("https://hana.example.jp/商品/{id}", "半角"),
    ],
)
def test_any_other_address_is_refused_with_what_to_do(address: str, said: str) -> None:
    for name in ("shop_product_url", "shop_review_url"):
        with pytest.raises(OperatorMustFix) as refused:
            load_settings(shop_domain="hana.example.jp", **{name: address})
        assert said in refused.value.ja
