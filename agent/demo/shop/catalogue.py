"""What the demo shop sells: sixty products, read from the YAML files beside this module."""

from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from html import escape
from importlib.resources import files
from typing import Any

import yaml


class Family(StrEnum):
    """The four shelves of the shop; values name the YAML files."""

    COSMETICS = "cosmetics"
    FOOD = "food"
    APPAREL = "apparel"
    HOUSEHOLD = "household"


@dataclass(frozen=True, slots=True)
class Variant:
    """One SKU. name: option values joined by " / ", empty when the product has none. price_yen includes tax.

    opens: the full bottle a buyer starts with. refills: the SKU this one refills. packs: units in one, for days of supply.
    """

    name: str
    sku: str
    price_yen: int
    stock: int
    grams: int
    opens: bool = False
    refills: str | None = None
    packs: int = 1


@dataclass(frozen=True, slots=True)
class Sizes:
    """Measurements in cm, flat: columns name them, rows are (size, values)."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, tuple[float, ...]], ...]


@dataclass(frozen=True, slots=True)
class Product:
    """One product and how people take to it.

    supply_days: days one unit lasts, None for durables. popularity: relative weight within its family.
    months: when it sells best (empty: all year); season_only: sold then and at no other time; seasonal_stock: on the shelf
    only then. staple: bought again when used up. first_step: a set for newcomers, who then move to `leads_to`.
    launched_days_ago: not sold before; None when it was always there.
    """

    family: Family
    handle: str
    title: str
    type: str
    category: str
    vendor: str
    description: str
    popularity: float
    variants: tuple[Variant, ...]
    tags: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    sizes: Sizes | None = None
    supply_days: int | None = None
    months: frozenset[int] = frozenset()
    season_only: bool = False
    seasonal_stock: bool = False
    gift: bool = False
    staple: bool = False
    first_step: bool = False
    leads_to: str | None = None
    goes_with: tuple[str, ...] = ()
    launched_days_ago: int | None = None

    @property
    def tax_percent(self) -> int:
        """Consumption tax included in the price: food at the reduced rate."""
        return 8 if self.family is Family.FOOD else 10

    def line_name(self, variant: Variant) -> str:
        """The name Shopify prints on an order line."""
        return f"{self.title} - {variant.name}" if variant.name else self.title

    def stock_in(self, month: int, variant: Variant) -> int:
        """Units on the shelf in a calendar month; seasonal goods are gone outside their months."""
        return 0 if self.seasonal_stock and month not in self.months else variant.stock

    def html(self) -> str:
        """The description as the shop's page has it: a paragraph a line, then the size table."""
        body = "".join(f"<p>{escape(line)}</p>" for line in self.description.splitlines())
        if self.sizes is None:
            return body
        head = "".join(f"<th>{name}（cm）</th>" for name in self.sizes.columns)
        rows = "".join(
            f"<tr><th>{size}</th>" + "".join(f"<td>{value:g}</td>" for value in values) + "</tr>"
            for size, values in self.sizes.rows
        )
        return f"{body}<table><tr><th>サイズ</th>{head}</tr>{rows}</table>"


def _sizes(given: dict[str, Any]) -> Sizes:
    rows = tuple((size, tuple(float(v) for v in values)) for size, values in given["rows"].items())
    return Sizes(tuple(given["columns"]), rows)


def _variant(given: dict[str, Any]) -> Variant:
    fields = dict(given)
    return Variant(price_yen=fields.pop("price"), **fields)


def _product(family: Family, given: dict[str, Any]) -> Product:
    fields = dict(given)
    variants = tuple(_variant(v) for v in fields.pop("variants"))
    sizes = _sizes(fields.pop("sizes")) if "sizes" in fields else None
    months = frozenset(fields.pop("season", ()))
    fields |= {name: tuple(fields.get(name, ())) for name in ("tags", "options", "goes_with")}
    fields["description"] = fields["description"].strip()
    return Product(family=family, variants=variants, sizes=sizes, months=months, **fields)


@cache
def products() -> tuple[Product, ...]:
    """All products, in the order of the files. Raises TypeError when a file names an unknown field."""
    folder = files(__package__) / "catalogue"
    return tuple(
        _product(family, given)
        for family in Family
        for given in yaml.safe_load((folder / f"{family}.yaml").read_text(encoding="utf-8"))
    )


@cache
def by_handle() -> dict[str, Product]:
    """Products by handle."""
    return {product.handle: product for product in products()}
