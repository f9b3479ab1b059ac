"""How often was each product sold, and what did it bring in?

An order's net (with its share of postage, points, coupons and refunds) is shared among its product lines in proportion to
their amounts, so that the products of a shop add up to the net of all orders that have a product line, to the yen.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import groupby

from agent.domain.history import SoldLine, VariantRecord
from agent.ports import ProductSales
from customers.charting.apportion import apportion


@dataclass(frozen=True, slots=True)
class ProductSale:
    """A line of `okaeri products`. sku: None where the shop uses none; price_yen, stock: None when unknown or not tracked.

    units_sold: quantities on lines of revenue orders, not reduced by partial refunds.    net_revenue_yen: shared as above.
    """

    sku: str | None
    product_id: str | None
    title: str
    variant: str | None
    price_yen: int | None
    stock: int | str | None
    units_sold: int = 0
    net_revenue_yen: int = 0


_Key = tuple[str, ...]


def product_sales(records: ProductSales) -> Iterator[ProductSale]:
    """Every SKU of the catalogue and of past orders, highest net revenue first; memory grows with SKUs, not with orders.

    A line belongs to the catalogue's SKU, else (without a SKU) to the variant of the same title, else to a line of its own
    named as on its first receipt.
    """
    listed: dict[_Key, ProductSale] = {}
    by_name: dict[_Key, _Key] = {}
    for variant in records.variants():
        key = _key(variant.sku, variant.title, variant.variant)
        listed.setdefault(key, _offered(variant))
        by_name.setdefault(_named(variant.title, variant.variant), key)
    units: Counter[_Key] = Counter()
    net_yen: Counter[_Key] = Counter()
    for line, share in _shared_out(records.sold_lines()):
        key = _key(line.sku, line.title, line.variant)
        if not line.sku:
            key = by_name.get(key, key)
        if key not in listed:
            listed[key] = _only_sold(line)
        units[key] += line.quantity
        net_yen[key] += share
    sales = (
        replace(sale, units_sold=units[key], net_revenue_yen=net_yen[key]) for key, sale in listed.items()
    )
    return iter(sorted(sales, key=_best_first))


def product_as_json(sale: ProductSale) -> dict[str, object]:
    """The contract's line of `okaeri products`; `unknown` says why a value is null."""
    fields: dict[str, object] = {
        "sku": sale.sku,
        "product_id": sale.product_id,
        "title": sale.title,
        "variant": sale.variant,
        "price_yen": sale.price_yen,
        "stock": sale.stock,
        "units_sold": sale.units_sold,
        "net_revenue_yen": sale.net_revenue_yen,
    }
    reasons = _UNLISTED if sale.product_id is None or sale.price_yen is None else _LISTED
    return {**fields, "unknown": {name: reasons[name] for name, value in fields.items() if value is None}}


_LISTED = {
    "sku": "商品コードが登録されていません。",
    "variant": "規格の分かれていない商品です。",
    "stock": "在庫数が管理されていません。",
}
_UNLISTED = {
    "sku": "商品コードのない注文明細です。",
    "product_id": "商品データにない商品です（注文にだけあります）。",
    "variant": "規格の分かれていない商品です。",
    "price_yen": "商品データに価格がありません。",
    "stock": "商品データに在庫がありません。",
}


def _shared_out(lines: Iterable[SoldLine]) -> Iterator[tuple[SoldLine, int]]:
    for _, group in groupby(lines, key=lambda line: line.order_id):
        order = list(group)
        yield from zip(order, apportion(_for_goods(order), _weights(order)), strict=True)


def _for_goods(order: list[SoldLine]) -> int:
    """What of an order's net its goods brought: never more than they cost, less what was taken off. The rest is shipping or fees."""
    goods = sum(line.quantity * (line.unit_price_yen or 0) for line in order)
    if goods <= 0:
        return order[0].net_yen
    off = max(order[0].reduced_yen, sum(line.discount_yen for line in order))
    brought = max(0, min(order[0].net_yen, goods - off))
    # A list that states only a row's total leaves a rounded price for each piece.
    rounded = 0 < order[0].net_yen - brought < sum(line.quantity for line in order)
    return order[0].net_yen if rounded else brought


def _weights(order: list[SoldLine]) -> list[int]:
    """Line amounts after the line's own discount; without any amount the quantities decide."""
    amounts = [max(0, line.quantity * (line.unit_price_yen or 0) - line.discount_yen) for line in order]
    return amounts if any(amounts) else [max(0, line.quantity) for line in order]


def _key(sku: str | None, title: str, variant: str | None) -> _Key:
    return ("sku", sku) if sku else _named(title, variant)


def _named(title: str, variant: str | None) -> _Key:
    return ("title", title, variant or "")


def _offered(variant: VariantRecord) -> ProductSale:
    return ProductSale(
        variant.sku, variant.product_id, variant.title, variant.variant, variant.price_yen, variant.stock
    )


def _only_sold(line: SoldLine) -> ProductSale:
    return ProductSale(line.sku, line.product_id, line.title, line.variant, price_yen=None, stock=None)


def _best_first(sale: ProductSale) -> tuple[int, str, str, str]:
    return -sale.net_revenue_yen, sale.sku or "", sale.title, sale.variant or ""
