"""The catalogue: products and what of them can be bought."""

from typing import Any

from sqlalchemy import BigInteger, Boolean, ForeignKeyConstraint, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from agent.store.tables.base import Base, ShopRow


class Product(ShopRow, Base):
    """A product of the catalogue. product_class: cosmetic, quasi_drug, food, alcohol or other."""

    __tablename__ = "products"
    product_id: Mapped[str] = mapped_column(String(200), primary_key=True)
    platform: Mapped[str]
    import_id: Mapped[str] = mapped_column(String(40), index=True)
    content_hash: Mapped[str]
    handle: Mapped[str | None]
    title: Mapped[str]
    description: Mapped[str]
    vendor: Mapped[str | None]
    category: Mapped[str | None]
    tags: Mapped[list[Any]]
    product_class: Mapped[str]
    published: Mapped[bool] = mapped_column(Boolean)
    url: Mapped[str | None]


class Variant(ShopRow, Base):
    """What can be bought: a SKU with price and stock. variant_id is the SKU where there is one. stock: None when not tracked."""

    __tablename__ = "variants"
    __table_args__ = (
        Index("ix_variants_sku", "shop_id", "sku"),
        ForeignKeyConstraint(
            ["shop_id", "product_id"], ["products.shop_id", "products.product_id"], ondelete="CASCADE"
        ),
    )
    variant_id: Mapped[str] = mapped_column(String(300), primary_key=True)
    product_id: Mapped[str] = mapped_column(String(200))
    position: Mapped[int]
    sku: Mapped[str | None]
    title: Mapped[str | None]
    price_yen: Mapped[int | None] = mapped_column(BigInteger)
    compare_at_yen: Mapped[int | None] = mapped_column(BigInteger)
    stock: Mapped[int | None]
    stock_text: Mapped[str | None]
