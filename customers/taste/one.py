"""What does one customer like, in sentences a shopkeeper would say?"""

from collections.abc import Mapping, Sequence
from datetime import date

import numpy as np
import polars as pl

from agent.domain.history import OrderRecord
from agent.domain.prediction import SaleAffinity, Taste
from customers.charting.favourites import favourite_categories
from customers.taste.coded_lines import code_lines, days_of
from customers.taste.colours import favourite_colours
from customers.taste.columns import DAYS_FOR_SALE, LINES_FOR_NOVELTY, UNKNOWN, TasteColumns, taste_columns
from customers.taste.levels import LEVELS, levels, shrunk
from customers.taste.prices import BANDS, LINES_NEEDED, price_text
from customers.taste.seasons import DAYS_NEEDED, MONTHS_NEEDED, months_of, season_text
from customers.taste.shop_taste import NEW_FOR_DAYS, ShopTaste

NO_PURCHASE = "売上になったご注文がまだありません。"

NOVELTY_SAID = {
    "high": "新しい品が出ると早めに選ばれることが多いです",
    "low": "出たばかりの品よりも、前からある品を選ばれることが多いです",
}

SALE_SAID = {
    "high": "割引のときのお買い物が、ほかのお客さまより多めです",
    "usual": "割引のときのお買い物の割合は、ほかのお客さまと同じくらいです",
    "low": "割引がないときにも、よくお買い物をされています",
}

ONLY_DESCRIBED = "クーポンを送るとご注文が増えるかどうかは、ここからは分かりません"
"""A share of reduced orders says when they bought, not what would have happened otherwise."""


def taste_of(
    orders: Sequence[OrderRecord],
    shop: ShopTaste,
    *,
    before: date,
    discounts: Mapping[str, int] | None = None,
) -> tuple[Taste, dict[str, str]]:
    """One customer's taste, and a Japanese reason for each of its fields that the records leave open.

    orders: of that customer, any order; those on or after `before` are not seen.    discounts: yen off each order in all, by
    order id; they lower the prices paid, in proportion.
    """
    seen = [order for order in orders if order.ordered_on < before and order.lines]
    found = _columns(seen, shop, before, discounts or {})
    if found is None:
        fields = ("price_band", "categories", "colours", "seasons", "novelty")
        return Taste(None, None, (), (), (), None, None, ()), dict.fromkeys(fields, NO_PURCHASE)
    band, level = int(found.band[0]), int(found.novelty_level[0])
    novelty = None if level == UNKNOWN else float(found.novelty[0])
    paid = None if band == UNKNOWN else (round(found.low_yen[0]), round(found.high_yen[0]))
    categories, colours = favourite_categories(seen), favourite_colours(seen)
    months = months_of(int(found.season[0]))
    taste = Taste(
        price_band=None if band == UNKNOWN else BANDS[band],
        price_range_yen=paid,
        categories=categories,
        colours=colours,
        seasons=months,
        novelty=novelty,
        novelty_level=None if level == UNKNOWN else LEVELS[level],
        texts=(),
    )
    return _with_texts(taste), _unknown(taste, found, shop)


def sale_affinity_of(
    *, discounted_orders: int, orders: int, shop: ShopTaste
) -> tuple[SaleAffinity | None, str | None]:
    """How often somebody buys at a reduction, or the Japanese reason why that cannot be told. Descriptive only."""
    if shop.sale_share is None:
        return None, "割引のあったご注文の記録が店にないため、分かりません。"
    if orders < DAYS_FOR_SALE:
        return None, f"ご注文が{orders}回のため、割引との関係はまだ分かりません（{DAYS_FOR_SALE}回から）。"
    hits, trials = np.array([min(discounted_orders, orders)]), np.array([orders])
    share, strength = shop.sale_share, shop.sale_strength
    level = LEVELS[int(levels(hits, trials, share=share, strength=strength)[0])]
    counted = f"ご注文{orders}回のうち{int(hits[0])}回が割引のときでした"
    return SaleAffinity(
        discounted_share=float(shrunk(hits, trials, share=share, strength=strength)[0]),
        shop_share=share,
        discounted_orders=int(hits[0]),
        orders=orders,
        level=level,
        text=f"{SALE_SAID[level]}（{counted}）。{ONLY_DESCRIBED}。",
    ), None


def _columns(
    orders: Sequence[OrderRecord], shop: ShopTaste, before: date, discounts: Mapping[str, int]
) -> TasteColumns | None:
    rows = [row for order in orders for row in _rows(order, discounts.get(order.order_id, 0))]
    schema = {
        "customer_id": pl.String, "day": pl.Int32, "sku": pl.String, "category": pl.String,
        "quantity": pl.Int64, "net_yen": pl.Float64, "discount_yen": pl.Float64,
    }  # fmt: skip
    lines = code_lines(pl.DataFrame(rows, schema=schema, orient="row"), before=before)
    return taste_columns(lines, shop) if len(lines.customers) else None


def _rows(order: OrderRecord, discount: int) -> list[tuple[object, ...]]:
    """Lines as rows of a lines table, the order's discount shared out in proportion to amount."""
    amounts = [max(0, line.quantity) * (line.unit_price_yen or 0) for line in order.lines]
    total = sum(amounts)
    kept = 1 - min(max(discount, 0), total) / total if total else 1.0
    return [
        (
            "",
            days_of(order.ordered_on),
            line.sku,
            line.category,
            line.quantity,
            None if line.unit_price_yen is None else amount * kept,
            amount * (1 - kept),
        )
        for line, amount in zip(order.lines, amounts, strict=True)
    ]


def _with_texts(taste: Taste) -> Taste:
    texts = []
    if taste.price_band and taste.price_range_yen:
        texts.append(price_text(*taste.price_range_yen, taste.price_band))
    if taste.categories:
        texts.append(f"{_listed(taste.categories)}を繰り返し選ばれています")
    if taste.colours:
        texts.append(f"色は{'と'.join(taste.colours)}をよく選ばれます")
    if taste.seasons:
        texts.append(season_text(taste.seasons))
    if taste.novelty_level in NOVELTY_SAID:
        texts.append(NOVELTY_SAID[taste.novelty_level])
    return Taste(
        **{name: getattr(taste, name) for name in Taste.__slots__ if name != "texts"}, texts=tuple(texts)
    )


def _listed(names: Sequence[str]) -> str:
    return "".join(f"「{name}」" for name in names)


def _unknown(taste: Taste, found: TasteColumns, shop: ShopTaste) -> dict[str, str]:
    days = int(found.days[0])
    missing: dict[str, str] = {}
    if taste.price_band is None:
        missing["price_band"] = (
            f"価格の分かるお買い物が{LINES_NEEDED}点に満たないため、ふだんの価格はまだ分かりません。"
        )
    if not taste.categories:
        missing["categories"] = "同じ分類の商品を2回以上のご注文で買われた記録がまだありません。"
    if not taste.colours:
        missing["colours"] = "同じ色を2回以上のご注文で選ばれた記録がまだありません。"
    if not taste.seasons:
        missing["seasons"] = _why_no_season(days, shop)
    if taste.novelty is None:
        missing["novelty"] = (
            f"売り始めの分かる商品のお買い物が{LINES_FOR_NOVELTY}点に満たないため、新商品への関心はまだ分かりません。"
            if shop.novelty_share is not None
            else f"記録の始まりから{NEW_FOR_DAYS}日より後に売り始めた商品がないため、新商品への関心は分かりません。"
        )
    return missing


def _why_no_season(days: int, shop: ShopTaste) -> str:
    if shop.months is None or len(shop.months.rates) < MONTHS_NEEDED:
        return "店の記録が1年あまりに満たないため、季節の好みはまだ分かりません。"
    if days < DAYS_NEEDED:
        return f"お買い物の日が{days}日のため、季節の好みはまだ分かりません（{DAYS_NEEDED}日から）。"
    return "特定の季節に多いという傾向は見られません。"
