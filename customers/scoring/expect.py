"""What is expected of one customer, each number with its reason, each gap with why?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

import numpy as np
import polars as pl

from agent.domain.chart import PurchasedLine
from agent.domain.event import EventKind
from agent.domain.history import OrderRecord
from agent.domain.prediction import (
    BehaviourGroup,
    Churn,
    Expectations,
    Gain,
    NextOrder,
    NextProduct,
    YenInterval,
)
from agent.ports import EventHistory, EventRecord, History
from agent.ports.purchases import KeptFeatures, PurchaseHistory
from customers.features.few import accumulate_few
from customers.features.purchases import EPOCH, LineRows, Purchases
from customers.features.refresh import kept_features
from customers.groups.model import NO_GROUP
from customers.ordering.inputs import read_inputs
from customers.ordering.signals import churn_of, explained
from customers.scoring.everyone import NO_ORDER
from customers.scoring.past import day_number, spend_history
from customers.scoring.shop_fit import ShopFit, lines_frame
from customers.scoring.shop_purchases import read_events, read_purchases
from customers.taste.coded_lines import code_lines
from customers.taste.columns import taste_columns
from customers.taste.one import sale_affinity_of, taste_of
from customers.worth.gain import Stakes, gains

PRODUCTS_TOLD: Final = 5
RECORDS_NAMED: Final = 5
"""Newest records named behind a reason."""
ORDERS_READ: Final = 50
"""The newest orders read line by line for taste, as the chart does."""
EVENTS_READ: Final = 500

NO_HOLD_OUT: Final = "お便りの効果は、送る方と送らない方を無作為に分けた記録ができるまで分かりません。割引の傾向とは別のものです。"
NO_PRODUCT: Final = "商品ごとの記録がないため、次のお品は見込めません。"
NOT_NOW: Final = "当面は見込めません。"
LEAST_PRODUCT, LEAST_WINDOW = 0.01, 0.05
"""Below these a product or a day is noise on a page: one in a hundred, one in twenty."""

HIDDEN: Final = "過去の実績で確かめたところ: "


@dataclass(frozen=True, slots=True)
class Reach:
    """Whether a message may go to somebody: contactable, and a yes on a channel that reaches them."""

    contactable: bool
    consented: bool


@dataclass(frozen=True, slots=True)
class Told:
    """Records a page has read already, newest first: at least the `ORDERS_READ` orders and `EVENTS_READ` events, if there are so many."""

    orders: Sequence[OrderRecord]
    events: Sequence[EventRecord]


@dataclass(frozen=True, slots=True)
class Brief:
    """What a list says of a customer."""

    churn: Churn | None
    ltv: YenInterval | None


class Expecting:
    """Reads one customer's own records and says what the shop's fit makes of them."""

    def __init__(
        self,
        *,
        history: History,
        purchases: PurchaseHistory,
        events: EventHistory,
        features: KeptFeatures | None = None,
        stakes: Stakes | None = None,
    ) -> None:
        """features: accumulators kept by the nightly run, used for whom nothing happened to since; None: always from the rows."""
        self._history, self._purchases, self._events, self._stakes = history, purchases, events, stakes
        self._features = features

    def of(
        self, customer_id: str, fit: ShopFit, *, cut: date, reach: Reach, told: Told | None = None
    ) -> Expectations:
        """Everything predicted at the start of `cut`, from records strictly before it. told: where the caller has read them."""
        seen_to = cut - timedelta(days=1)
        own = read_purchases(self._purchases, before=cut, customer_ids=[customer_id])
        bought = self._accumulated(customer_id, own, cut).filter(pl.col("days") > 0)
        if bought.is_empty():
            return _nobody()
        if told is None:
            told = Told(
                self._history.orders(customer_id, until=seen_to, newest=ORDERS_READ),
                self._events.events(customer_id, until=seen_to, newest=EVENTS_READ),
            )
        orders, events = told.orders[:ORDERS_READ], told.events[:EVENTS_READ]
        models, unknown = fit.orders, dict(fit.orders.missing)
        inputs = read_inputs(bought, cut)
        churn = p_alive = expected = next_order = None
        if models.ordering is not None:
            churn = explained(models.ordering, inputs, _records(orders, events))
            outlook = models.ordering.outlook_of(inputs)
            p_alive, expected = float(outlook.p_alive[0]), float(outlook.expected_orders[0])
            if models.next_order is not None:
                next_order = models.next_order.window_of(inputs, cut, 1 - churn.score)
        ltv = models.ltv.predict_one(spend_history(bought), cut=day_number(cut)) if models.ltv else None
        ltv = _no_surer(ltv, churn)
        for name, value in (("churn", churn), ("ltv", ltv), ("next_order", next_order)):
            if value is not None and (why := models.hidden(name)):
                unknown[name] = f"{HIDDEN}{why}。"
        churn = None if "churn" in unknown else churn
        ltv = None if "ltv" in unknown else ltv
        next_order = None if "next_order" in unknown else next_order
        if churn is None:
            unknown |= dict.fromkeys(("p_alive", "expected_orders"), unknown.get("churn", NO_ORDER))
        products = _at_most(self._products(own, fit, cut, unknown), churn, unknown)
        next_order = _likely_enough(next_order, unknown)
        gain = _gain(bought, churn.score if churn else None, reach, self._stakes, unknown)
        taste, missing = taste_of(orders, fit.taste, before=cut)
        unknown |= {f"taste.{name}": why for name, why in missing.items()}
        if missing.get("novelty"):
            unknown["taste.novelty_level"] = missing["novelty"]
        if missing.get("price_band"):
            unknown["taste.price_range_yen"] = missing["price_band"]
        row = bought.row(0, named=True)
        sale, why_not = sale_affinity_of(
            discounted_orders=int(row["discounted_orders"]), orders=int(row["orders"]), shop=fit.taste
        )
        if why_not:
            unknown["sale_affinity"] = why_not
        return Expectations(
            churn=churn,
            p_alive=p_alive if churn else None,
            expected_orders=expected if churn else None,
            ltv=ltv,
            next_order=next_order,
            next_products=products,
            gain=gain,
            uplift=None,
            group=_group(own, fit, cut, unknown),
            taste=taste,
            sale_affinity=sale,
            unknown=tuple((unknown | {"uplift": NO_HOLD_OUT}).items()),
            notes=(*models.notes, *((fit.products.note,) if fit.products.note else ())),
        )

    def _accumulated(self, customer_id: str, own: Purchases, cut: date) -> pl.DataFrame:
        """What their rows add up to: kept, or worked out now."""
        if self._features is not None:
            kept = kept_features(self._features, before=cut, customer_ids=[customer_id])
            if len(kept):
                return kept
        done = read_events(self._purchases, before=cut, customer_ids=[customer_id])
        return accumulate_few(own, before=cut, events=done)

    def spent(self, customer_id: str, *, cut: date) -> list[tuple[date, int]]:
        """Every day of purchase or return before the cut, oldest first, with its net yen."""
        rows = read_purchases(self._purchases, before=cut, customer_ids=[customer_id], lines=False).orders
        days = pl.DataFrame({"day": rows.day, "yen": rows.net}).group_by("day").agg(pl.col("yen").sum())
        return [(EPOCH + timedelta(days=day), yen) for day, yen in days.sort("day").rows()]

    def briefly(self, customer_ids: Sequence[str], fit: ShopFit, *, cut: date) -> dict[str, Brief]:
        """For a page of a list: reasons and yen of these customers, read together; those without an order are left out."""
        own = read_purchases(self._purchases, before=cut, customer_ids=customer_ids, lines=False)
        done = read_events(self._purchases, before=cut, customer_ids=customer_ids)
        bought = accumulate_few(own, before=cut, events=done).filter(pl.col("days") > 0)
        models = fit.orders
        found = {}
        for row in bought.iter_slices(1):
            churn = churn_of(models.ordering, row, cut, {}) if models.ordering else None
            ltv = models.ltv.predict_one(spend_history(row), cut=day_number(cut)) if models.ltv else None
            found[str(row["customer_id"][0])] = Brief(
                churn=None if models.hidden("churn") else churn,
                ltv=None if models.hidden("ltv") else _no_surer(ltv, churn),
            )
        return found

    def _products(
        self, own: Purchases, fit: ShopFit, cut: date, unknown: dict[str, str]
    ) -> tuple[NextProduct, ...]:
        test = fit.products.backtest
        if own.lines is None or not len(own.lines.customer):
            unknown["next_products"] = NO_PRODUCT
            return ()
        if test is not None and not test.passed:
            unknown["next_products"] = f"{HIDDEN}{test.verdict}。"
            return ()
        found = fit.products.predict_one(_bought(own.lines), cut=cut, k=PRODUCTS_TOLD)
        if not found:
            unknown["next_products"] = NO_PRODUCT
        return found


def _at_most(
    products: tuple[NextProduct, ...], churn: Churn | None, unknown: dict[str, str]
) -> tuple[NextProduct, ...]:
    """No product is likelier than any order at all in the same days; what hardly anybody like this buys is not named."""
    if churn is not None:
        any_order = 1 - churn.score
        products = tuple(
            replace(each, probability=min(each.probability, any_order))
            if each.within_days <= churn.horizon_days
            else each
            for each in products
        )
    likely = tuple(each for each in products if each.probability >= LEAST_PRODUCT)
    if products and not likely:
        unknown["next_products"] = NOT_NOW
    return likely


def _no_surer(ltv: YenInterval | None, churn: Churn | None) -> YenInterval | None:
    """Nobody is surer to bring nothing in a year than to stay away for a part of it."""
    if ltv is None or churn is None:
        return ltv
    return replace(ltv, p_nothing=min(ltv.p_nothing, churn.score))


def _likely_enough(window: NextOrder | None, unknown: dict[str, str]) -> NextOrder | None:
    """A window that hardly holds anything is no window."""
    if window is not None and window.probability < LEAST_WINDOW:
        unknown["next_order"] = NOT_NOW
        return None
    return window


def _bought(lines: LineRows) -> list[PurchasedLine]:
    """Product lines under the names the shop's fit knows them by."""
    return [
        PurchasedLine(
            order_id="",
            ordered_on=EPOCH + timedelta(days=int(day)),
            sku=str(lines.skus[int(sku)]),
            title=str(lines.skus[int(sku)]),
            variant=None,
            quantity=1 if lines.quantity is None else int(lines.quantity[at]),
            unit_price_yen=None,
        )
        for at, (day, sku) in enumerate(zip(lines.day, lines.sku, strict=True))
        if sku >= 0
    ]


def _gain(
    bought: pl.DataFrame, churn: float | None, reach: Reach, stakes: Stakes | None, unknown: dict[str, str]
) -> Gain | None:
    row = bought.row(0, named=True)
    basket = max(0.0, float(row["paid_yen"])) / max(1, int(row["orders"]))
    found, why = gains(
        np.array([np.nan if churn is None else 1 - churn]),
        np.array([basket]),
        contactable=reach.contactable,
        consented=reach.consented,
        stakes=stakes,
    ).one(0)
    if why:
        unknown["gain"] = why
    return found


def _group(own: Purchases, fit: ShopFit, cut: date, unknown: dict[str, str]) -> BehaviourGroup | None:
    if fit.groups is None:
        unknown["group"] = fit.no_groups
        return None
    lines = code_lines(lines_frame(own), before=cut)
    place = fit.groups.assign(lines, taste_columns(lines, fit.taste)) if len(lines.customers) else [-1]
    found = fit.groups.group(int(place[0]))
    if found is None:
        unknown["group"] = NO_GROUP
    return found


def _records(orders: Sequence[OrderRecord], events: Sequence[EventRecord]) -> Mapping[str, Sequence[str]]:
    """The newest records behind each group of reasons."""

    def of(*kinds: EventKind) -> list[str]:
        return [_record(event) for event in events if event.kind in kinds][:RECORDS_NAMED]

    bought = [f"orders:{order.order_id}" for order in orders]
    return {
        "recency": bought[:1],
        "habit": bought[:RECORDS_NAMED],
        "momentum": bought[:RECORDS_NAMED],
        "spend": bought[:RECORDS_NAMED],
        "terms": bought[:RECORDS_NAMED],
        "visits": of(EventKind.VISIT, EventKind.VIEW),
        "mail": of(EventKind.SEND, EventKind.OPEN, EventKind.CLICK),
        "contact": of(
            EventKind.CART,
            EventKind.REVIEW,
            EventKind.REFERRAL,
            EventKind.CHAT,
            EventKind.STORE_VISIT,
            EventKind.NPS,
        ),
    }


def _record(event: EventRecord) -> str:
    """An event by its record; a message of ours by its draft, as the timeline shows it."""
    ours = event.source == "delivery" and event.message_id
    return f"drafts:{event.message_id}" if ours else f"events:{event.event_id}"


def _nobody() -> Expectations:
    fields = (
        "churn",
        "p_alive",
        "expected_orders",
        "ltv",
        "next_order",
        "next_products",
        "gain",
        "group",
        "taste",
        "sale_affinity",
    )
    unknown = dict.fromkeys(fields, NO_ORDER) | {"uplift": NO_HOLD_OUT}
    return Expectations(
        churn=None,
        p_alive=None,
        expected_orders=None,
        ltv=None,
        next_order=None,
        next_products=(),
        gain=None,
        uplift=None,
        group=None,
        taste=None,
        sale_affinity=None,
        unknown=tuple(unknown.items()),
    )
