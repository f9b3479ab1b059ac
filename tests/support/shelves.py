"""A small believable shop for search: 88 products, 10 policies, paraphrased questions; read through the store."""

from pathlib import Path

from sqlalchemy import Engine, insert

from agent.store.tables import Product, Variant

DATA = Path(__file__).parents[1] / "retrieval" / "data"


def product_row(
    shop_id: str, product_id: str, title: str, category: str, description: str
) -> dict[str, object]:
    """A row of `products`."""
    return {
        "shop_id": shop_id,
        "product_id": product_id,
        "platform": "shopify",
        "import_id": "i1",
        "content_hash": "",
        "title": title,
        "description": description,
        "category": category,
        "tags": [],
        "product_class": "other",
        "published": True,
    }


def variant_row(shop_id: str, product_id: str, sku: str, **more: object) -> dict[str, object]:
    """A row of `variants`; the SKU is its id."""
    return {
        "shop_id": shop_id,
        "variant_id": sku,
        "product_id": product_id,
        "position": 1,
        "sku": sku,
        "title": None,
        "price_yen": 1980,
        "stock": 5,
        "stock_text": None,
        **more,
    }


def tsv(name: str) -> list[list[str]]:
    """Rows of a data file."""
    return [line.split("\t") for line in (DATA / name).read_text(encoding="utf-8").splitlines()]


def stock_shelves(engine: Engine, shop_id: str) -> None:
    """Put the 54 products into a shop; product id and SKU are the same."""
    rows = tsv("products.tsv")
    with engine.begin() as connection:
        connection.execute(
            insert(Product), [product_row(shop_id, sku, title, kind, text) for sku, title, kind, text in rows]
        )
        connection.execute(insert(Variant), [variant_row(shop_id, sku, sku) for sku, *_ in rows])
