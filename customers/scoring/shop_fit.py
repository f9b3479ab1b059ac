"""All that is fitted on one shop for one day, made when first asked for and kept for other processes?"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from threading import Lock
from typing import Final

import numpy as np
import polars as pl
from threadpoolctl import threadpool_limits

from agent.ports import History, ProductSales
from agent.ports.purchases import KeptModel, KeptModels, PurchaseHistory
from customers.charting.facts import product_name
from customers.features.purchases import Purchases
from customers.groups.model import GroupModel, fit_groups, group_model_from
from customers.next_products.document import from_bytes, to_bytes
from customers.next_products.fit import fit_next_products
from customers.next_products.model import NextProductsModel
from customers.next_products.supply import supply_of
from customers.scoring.fit import fit_shop
from customers.scoring.models import ShopModels
from customers.scoring.past import Progress, silent
from customers.scoring.shop_purchases import read_events, read_purchases
from customers.taste.coded_lines import CodedLines, code_lines
from customers.taste.columns import taste_columns
from customers.taste.shop_taste import ShopTaste, measure_shop_taste, shop_taste_from

KIND: Final = "shop"
PARTS: Final = ("orders", "products", "taste", "groups")
"""Documents of one fit, kept under `shop.<part>`."""

FEW: Final = 5_000
"""Below this many customers a fit takes seconds and is made anew for each day asked for."""

GOOD_FOR: Final = timedelta(days=7)
"""How long a large shop's fit is used before it is made again: its parameters move by less in a week than they are known to."""


@dataclass(frozen=True, slots=True)
class ShopFit:
    """cut: the day it was fitted for; it saw what came strictly before.    groups: None with the reason in `no_groups`."""

    cut: date
    orders: ShopModels
    products: NextProductsModel
    taste: ShopTaste
    groups: GroupModel | None
    no_groups: str


class ShopFits:
    """Fits of a shop, newest days kept. Threads wait for one another: one fits, the others read."""

    def __init__(
        self,
        *,
        history: History,
        purchases: PurchaseHistory,
        kept: KeptModels,
        catalogue: ProductSales,
        descriptions: Mapping[str, tuple[str, ...]] | None = None,
    ) -> None:
        self._history, self._purchases, self._kept, self._catalogue = history, purchases, kept, catalogue
        self._descriptions = descriptions or {}
        self._here: dict[tuple[date, str], ShopFit] = {}
        self._turn = Lock()

    def at(self, cut: date, *, progress: Progress = silent) -> ShopFit:
        """The fit for a day: of this process, kept by another, or made now and kept."""
        revision = self._history.revision()
        with self._turn:
            if found := self._here.get((cut, revision)):
                return found
            found = self._stored(cut, revision) or self._made(cut, revision, progress)
            self._here = {(cut, revision): found}
            return found

    def _stored(self, cut: date, revision: str) -> ShopFit | None:
        newest = self._kept.newest(f"{KIND}.orders")
        if newest is None or newest.revision != revision:
            return None
        made_for = newest.as_of + timedelta(days=1)
        if made_for > cut or made_for + GOOD_FOR < cut:
            return None
        parts = {part: self._kept.newest(f"{KIND}.{part}") for part in PARTS}
        if any(
            part is None or part.as_of != newest.as_of or part.revision != revision for part in parts.values()
        ):
            return None
        try:
            fit = _read({name: part.document for name, part in parts.items() if part})
        except (ValueError, KeyError, TypeError):  # of an older version: fitted again
            return None
        people = fit.orders.ordering.people if fit.orders.ordering else 0
        return fit if made_for == cut or people >= FEW else None

    def _made(self, cut: date, revision: str, progress: Progress) -> ShopFit:
        progress("記録の読み込み", 0, None)
        purchases = read_purchases(self._purchases, before=cut)
        events = read_events(self._purchases, before=cut)
        orders = fit_shop(purchases, cut=cut, events=events, progress=progress)
        titles, supply = self._names()
        progress("商品の見込み", 0, None)
        with threadpool_limits(1):
            products = fit_next_products(
                purchases, cut=cut, within_days=orders.horizon_days, titles=titles, supply_days=supply
            )
        progress("お好みとグループ", 0, None)
        lines = code_lines(lines_frame(purchases), before=cut)
        taste = measure_shop_taste(lines)
        groups = self._groups(lines, taste, titles)
        fit = ShopFit(
            cut,
            orders,
            products,
            taste,
            groups if isinstance(groups, GroupModel) else None,
            groups if isinstance(groups, str) else "",
        )
        newest = self._kept.newest(f"{KIND}.orders")
        if newest is not None and newest.as_of >= cut:  # a look back must not displace today's
            return fit
        for part, document in _documents(fit).items():
            self._kept.keep(f"{KIND}.{part}", KeptModel(cut - timedelta(days=1), revision, document))
        return fit

    def _groups(self, lines: CodedLines, taste: ShopTaste, titles: Mapping[str, str]) -> GroupModel | str:
        former = self._kept.newest(f"{KIND}.groups")
        known = None
        if former and len(former.document) > 1:
            try:
                known = group_model_from(former.document)
            except (ValueError, KeyError, TypeError, OSError):
                known = None
        with threadpool_limits(1):
            return fit_groups(lines, taste_columns(lines, taste), former=known, titles=titles)

    def _names(self) -> tuple[dict[str, str], dict[str, float]]:
        """Product names and days of supply by what lines call a product."""
        titles: dict[str, str] = {}
        said: list[tuple[str, tuple[str | None, ...]]] = []
        for variant in self._catalogue.variants():
            for key in (variant.sku, variant.product_id):
                if key and key not in titles:
                    titles[key] = product_name(variant.title, variant.variant)
                    more = self._descriptions.get(variant.product_id, ())
                    said.append((key, (variant.variant, variant.title, *more)))
        return titles, supply_of(said)


def lines_frame(purchases: Purchases) -> pl.DataFrame:
    """Product lines as the descriptive parts read them: customers and days as numbers."""
    rows = purchases.lines
    if rows is None:
        return pl.DataFrame(schema={"customer_id": pl.Int32, "day": pl.Int32, "net_yen": pl.Int64})
    named = pl.Series(rows.sku)
    category = (
        pl.Series([None] * len(rows.customer), dtype=pl.String)
        if rows.category is None
        else rows.categories.gather(pl.Series(rows.category).set(pl.Series(rows.category) < 0, None))
    )
    return pl.DataFrame(
        {
            "customer_id": rows.customer,
            "day": rows.day,
            "sku": rows.skus.gather(named.set(named < 0, None)),
            "category": category,
            "quantity": np.ones(len(rows.customer), dtype=np.int64)
            if rows.quantity is None
            else rows.quantity,
            "net_yen": rows.net,
            "discount_yen": rows.discount,
        }
    )


def _documents(fit: ShopFit) -> dict[str, bytes]:
    return {
        "orders": fit.orders.to_json().encode(),
        "products": to_bytes(fit.products),
        "taste": fit.taste.as_json().encode(),
        "groups": fit.groups.as_bytes() if fit.groups else json.dumps(fit.no_groups).encode(),
    }


def _read(documents: Mapping[str, bytes]) -> ShopFit:
    orders = ShopModels.from_json(documents["orders"].decode())
    groups = documents["groups"]
    plain = groups[:1] == b'"'
    return ShopFit(
        cut=orders.cut,
        orders=orders,
        products=from_bytes(documents["products"]),
        taste=shop_taste_from(documents["taste"].decode()),
        groups=None if plain else group_model_from(groups),
        no_groups=json.loads(groups) if plain else "",
    )
