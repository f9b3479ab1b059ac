"""Product facts come live from the store, without markup."""

from collections.abc import Callable

import pytest
from sqlalchemy import Engine, insert, update

from agent.ports import Catalogue, KnowledgeStore
from agent.store.tables import Product, Variant
from retrieval.catalogue import StoredCatalogue
from retrieval.policies import add_policies
from retrieval.product_page import ProductPages
from tests.support.shelves import DATA, product_row, variant_row

pytest_plugins = ["tests.support.knowledge_fixtures"]


@pytest.fixture
def catalogue(lite: Engine, open_store: Callable[[str], KnowledgeStore]) -> Catalogue:
    html = "<p>洗うほど<b>やわらかく</b>なります。涼しい麻です。</p><table><tr><th>素材</th><td>麻100%</td></tr></table>"
    with lite.begin() as connection:
        connection.execute(
            insert(Product),
            [
                product_row("s", "p1", "麻のシャツ", "トップス", html),
                product_row("s", "p2", "福袋", "その他", "中身は秘密です。"),
                product_row("s", "p3", "福袋", "その他", "別の中身です。"),
            ],
        )
        connection.execute(
            insert(Variant),
            [
                variant_row("s", "p1", "SH-S", title="S", stock=3, price_yen=9900),
                variant_row(
                    "s", "p1", "SH-M", title="M", position=2, stock=None, stock_text="12月上旬入荷予定"
                ),
                variant_row("s", "p2", "F-1"),
            ],
        )
    return StoredCatalogue(open_store("s"))


def test_a_sku_gives_title_price_stock_and_plain_facts(catalogue: Catalogue) -> None:
    found = catalogue.product("SH-S")
    assert found is not None
    assert (found.id, found.title, found.price_yen, found.stock) == ("SH-S", "麻のシャツ", 9900, 3)
    assert found.facts == (
        "種類：S",
        "カテゴリ：トップス",
        "洗うほどやわらかくなります。",
        "涼しい麻です。",
        "素材：麻100%",
    )


def test_the_shops_own_words_for_stock_are_passed_on(catalogue: Catalogue) -> None:
    found = catalogue.product("SH-M")
    assert found is not None
    assert found.stock == "12月上旬入荷予定"


def test_price_and_stock_are_read_at_every_look(catalogue: Catalogue, lite: Engine) -> None:
    catalogue.product("SH-S")
    with lite.begin() as connection:
        connection.execute(update(Variant).where(Variant.sku == "SH-S").values(stock=0, price_yen=8800))
    found = catalogue.product("SH-S")
    assert found is not None
    assert (found.stock, found.price_yen) == (0, 8800)


@pytest.mark.parametrize(
    ("sku", "title", "expected"),
    [
        ("SH-M", "昔の名前", "SH-M"),
        (None, "麻のシャツ", "SH-S"),
        ("GONE", "麻のシャツ - M", "SH-M"),
        (None, "麻のシャツ - XL", None),
        (None, "福袋", None),
        (None, "麻の", None),
        ("", "", None),
    ],
)
def test_an_order_line_finds_its_product_or_none_but_never_guesses(
    catalogue: Catalogue, sku: str | None, title: str, expected: str | None
) -> None:
    found = catalogue.product_for_line(sku=sku, title=title)
    assert (found.id if found else None) == expected


def test_a_product_comes_with_its_page_when_the_shop_says_where_it_sells(
    catalogue: Catalogue, open_store: Callable[[str], KnowledgeStore], lite: Engine
) -> None:
    unknown = catalogue.product("SH-S")
    assert unknown is not None
    assert (unknown.url, unknown.review_url) == (None, None)
    with lite.begin() as connection:
        connection.execute(update(Product).where(Product.product_id == "p1").values(handle="linen-shirt"))
    pages = ProductPages("https://hana.example.jp", domain="hana.example.jp")
    known = StoredCatalogue(open_store("s"), pages).product_for_line(sku=None, title="麻のシャツ - M")
    assert known is not None
    assert known.url == "https://hana.example.jp/products/linen-shirt"


def test_another_shops_sku_is_unknown(
    catalogue: Catalogue, open_store: Callable[[str], KnowledgeStore]
) -> None:
    assert catalogue.product("SH-S") is not None
    assert StoredCatalogue(open_store("other")).product("SH-S") is None


def test_policies_are_plain_texts(open_store: Callable[[str], KnowledgeStore]) -> None:
    store = open_store("s")
    add_policies(store, [DATA / "policies"])
    texts = StoredCatalogue(store).policies()
    assert len(texts) == 10
    assert any("地域 沖縄／送料 1,320円" in text for text in texts)
    assert not any("#" in text or "|" in text for text in texts)
