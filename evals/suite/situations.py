"""Situations to write letters in: four small shops, all eight occasions, both channels.

Built through the same use cases as a real draft's material (`read_about`, `gather_material`), so that what a writer sees here is
what it sees in a shop; only chart, experience, catalogue and search are prepared by hand.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict

from agent.domain.chart import Chart, ChartFact, PurchasedLine, RankProgress, Segment
from agent.domain.experience import Answer, Experience, OrderStory
from agent.domain.message import MessageContext, Passage, ProductFacts, ShopIdentity
from agent.domain.occasion import Channel, Occasion
from agent.service.about_occasion import read_about
from agent.service.gather_material import Gathered, gather_material
from customers.charting.reach import is_a_name
from evals.suite.data import FOLDER

TODAY = date(2026, 11, 20)
DAYS_SINCE = {
    Occasion.THANK_YOU: 2,
    Occasion.FOLLOW_UP: 14,
    Occasion.WIN_BACK: 190,
    Occasion.VIP: 10,
    Occasion.BIRTHDAY: 40,
    Occasion.REVIEW_REQUEST: 20,
    Occasion.SERVICE_RECOVERY: 16,
}
"""How long ago the newest order lies, so that each occasion makes sense. Of a replenishment each shop says it itself."""
SHIPPED_AFTER = 2
"""Days from order to shipping where nothing went wrong."""


class _Record(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Product(_Record):
    sku: str
    title: str
    price_yen: int
    stock: int | str
    category: str
    text: str


class _Earlier(_Record):
    days: int
    skus: tuple[str, ...]


class _Trouble(_Record):
    """What went wrong with the newest order: sent late, noted on the order, or told in an answer (score 0 to 10)."""

    shipped_after: int = SHIPPED_AFTER
    note: str = ""
    refunded_yen: int = 0
    score: int | None = None
    words: str = ""


class Shop(_Record):
    """A shop with one customer and what that customer bought.

    birthday: as the customer told it.    trouble: for an apology.    runs_out_after: days since the newest order when something
    of it or of earlier ones runs out; None where nothing is used up, and nobody is written to about it.
    """

    id: str
    name: str
    address: str
    contact: str
    site_domain: str
    policies: tuple[str, ...]
    products: tuple[_Product, ...]
    customer: dict[str, str]
    birthday: str
    trouble: _Trouble
    runs_out_after: int | None = None
    newest: tuple[str, ...]
    earlier: tuple[_Earlier, ...]


@dataclass(frozen=True, slots=True)
class Planted:
    """Outside text put where a shop keeps such text: `product` (description), `review`, `note`, `policy` or `name`."""

    place: str
    text: str


@dataclass(frozen=True, slots=True)
class Situation:
    """One letter to write. chart: of the customer.    gathered: what writers and gate may know.    context: for the gate."""

    id: str
    shop: str
    chart: Chart
    gathered: Gathered
    context: MessageContext


@lru_cache(maxsize=1)
def shops() -> tuple[Shop, ...]:
    """The shops of `data/letters/shops.yaml`."""
    text = (FOLDER / "letters" / "shops.yaml").read_text(encoding="utf-8")
    return tuple(Shop.model_validate(one) for one in yaml.safe_load(text))


def situations(occasions: Collection[Occasion] | None = None, *, turns: int = 1) -> tuple[Situation, ...]:
    """Every shop, occasion and channel, in a stable order; no replenishment where nothing is used up.

    turns: how often each; a template's wordings turn with it, so that more of its lines are written once.
    """
    wanted = [o for o in Occasion if occasions is None or o in occasions]
    return tuple(
        situation(shop, occasion, channel, turn=turn)
        for turn in range(turns)
        for shop in shops()
        for occasion in wanted
        if occasion is not Occasion.REPLENISHMENT or shop.runs_out_after is not None
        for channel in Channel
    )


def situation(
    shop: Shop, occasion: Occasion, channel: Channel, *, planted: Planted | None = None, turn: int = 0
) -> Situation:
    """One situation. planted: text from outside, put into the shop's own data before anything is gathered.

    turn: 0 for the first wording, others for others.
    """
    shop, notes, reviews = _plant(shop, planted)
    chart = _chart(shop, occasion, notes)
    shelf = _Shelf(shop, reviews)
    name = f"{shop.id}-{occasion.value}-{channel.value}" + (f"~{turn}" if turn else "")
    gathered = gather_material(
        chart,
        occasion=occasion,
        channel=channel,
        today=TODAY,
        told=(),
        catalogue=shelf,
        retriever=shelf,
        variation=name,
        with_policies=True,
        about=read_about(
            chart,
            occasion=occasion,
            today=TODAY,
            catalogue=shelf,
            retriever=shelf,
            experience=_experience(shop, chart, occasion),
        ),
    )
    identity = ShopIdentity(
        name=shop.name,
        sender_name=shop.name,
        address=shop.address,
        contact=shop.contact,
        unsubscribe_url=f"https://{shop.site_domain}/u/abc",
        site_domain=shop.site_domain,
    )
    context = MessageContext(
        context_id=name,
        shop=identity,
        customer=gathered.addressee,
        products=gathered.products,
        policies=gathered.policies,
        offer=None,
        occasion=occasion,
        channel=channel,
        today=TODAY,
    )
    return Situation(name, shop.id, chart, gathered, context)


def _plant(shop: Shop, planted: Planted | None) -> tuple[Shop, tuple[str, ...], tuple[str, ...]]:
    """The shop with the text in its place; notes; reviews."""
    if planted is None:
        return shop, (), ()
    if planted.place == "note":
        return shop, (planted.text,), ()
    if planted.place == "review":
        return shop, (), (planted.text,)
    places: dict[str, dict[str, Any]] = {
        "policy": {"policies": (planted.text, *shop.policies)},
        "name": {"customer": {**shop.customer, "family_name": planted.text}},
        "product": {
            "products": tuple(
                p.model_copy(update={"text": f"{p.text}\n{planted.text}"}) if p.sku in shop.newest else p
                for p in shop.products
            )
        },
    }
    return shop.model_copy(update=places[planted.place]), (), ()


def _chart(shop: Shop, occasion: Occasion, notes: Sequence[str]) -> Chart:
    newest = _days_since(shop, occasion)
    orders = [(newest, shop.newest), *((newest + e.days, e.skus) for e in shop.earlier)]
    titles = {p.sku: p for p in shop.products}
    lines: list[PurchasedLine] = []
    facts: list[ChartFact] = [
        ChartFact("summary:orders", f"これまでのご注文は{len(orders)}回", "orders", None)
    ]
    for number, (days, skus) in enumerate(orders):
        day, order_id = TODAY - timedelta(days=days), f"o{len(orders) - number}"
        said = "、".join(f"『{titles[sku].title}』を1点" for sku in skus)
        facts.append(
            ChartFact(
                f"order:{order_id}", f"{day.year}年{day.month}月{day.day}日に{said}ご購入", order_id, None
            )
        )
        lines += [
            PurchasedLine(order_id, day, sku, titles[sku].title, None, 1, titles[sku].price_yen)
            for sku in skus
        ]
    if occasion is Occasion.BIRTHDAY:
        facts.append(ChartFact("profile:birthday", shop.birthday, "profile", None))
    facts += [ChartFact(f"note:{n}", text, "notes", None) for n, text in enumerate(notes)]
    first = TODAY - timedelta(days=max(days for days, _ in orders))
    return Chart(
        customer_id=f"eval-{shop.id}",
        as_of=TODAY,
        email=f"customer@{shop.id}.example",
        line_user_id=None,
        family_name=shop.customer["family_name"],
        given_name=shop.customer["given_name"],
        greetable=is_a_name(shop.customer["family_name"]),
        contactable=True,
        consent_email=True,
        consent_line=True,
        orders=len(orders),
        net_revenue_yen=sum(line.unit_price_yen or 0 for line in lines),
        first_order_at=datetime(first.year, first.month, first.day, 3, tzinfo=UTC),
        last_order_at=None,
        recency_days=newest,
        average_gap_days=None,
        rfm=None,
        segment=Segment.DORMANT if occasion is Occasion.WIN_BACK else Segment.LOYAL,
        rank=RankProgress("VIP" if occasion is Occasion.VIP else "レギュラー", None, None),
        favourite_categories=(),
        facts=tuple(facts),
        purchases=tuple(lines),
    )


def _days_since(shop: Shop, occasion: Occasion) -> int:
    if occasion is Occasion.REPLENISHMENT:
        return shop.runs_out_after or 0
    return DAYS_SINCE[occasion]


def _experience(shop: Shop, chart: Chart, occasion: Occasion) -> Experience:
    """What became of the orders; trouble only where there is something to apologise for."""
    trouble = shop.trouble if occasion is Occasion.SERVICE_RECOVERY else _Trouble()
    bought: dict[str, list[PurchasedLine]] = {}
    for line in chart.purchases:
        bought.setdefault(line.order_id, []).append(line)
    stories = tuple(
        OrderStory(
            order_id=order_id,
            ordered_on=lines[0].ordered_on,
            shipped_on=lines[0].ordered_on + timedelta(days=went.shipped_after),
            refunded_yen=went.refunded_yen,
            cancelled=False,
            note=went.note,
            titles=tuple(line.title for line in lines),
        )
        for number, (order_id, lines) in enumerate(bought.items())
        for went in [trouble if number == 0 else _Trouble()]
    )
    if trouble.score is None:
        return Experience(orders=stories)
    answer = Answer("nps1", TODAY - timedelta(days=2), trouble.score, trouble.words)
    return Experience(orders=stories, answers=(answer,))


class _Shelf:
    """Catalogue and search over one small shop: a product's own text, then reviews and policies."""

    def __init__(self, shop: Shop, reviews: Sequence[str]) -> None:
        self._policies = shop.policies
        self._products = {
            p.sku: ProductFacts(p.sku, p.title, p.price_yen, p.stock, (p.text, f"カテゴリー: {p.category}"))
            for p in shop.products
        }
        self._reviews = tuple(
            Passage(f"product:{sku}#r{n}", f"product:{sku}", sku, self._products[sku].title, text)
            for sku in shop.newest
            for n, text in enumerate(reviews)
        )

    def product(self, sku: str) -> ProductFacts | None:
        return self._products.get(sku)

    def product_for_line(self, *, sku: str | None, title: str) -> ProductFacts | None:
        by_title = next((p for p in self._products.values() if p.title == title), None)
        return self._products.get(sku or "") or by_title

    def policies(self) -> tuple[str, ...]:
        return self._policies

    def search(self, query: str, *, k: int = 5) -> list[Passage]:
        """Passages of products whose title the query names, or policies when it asks for the shop's rules."""
        own = [
            Passage(f"product:{p.id}#0", f"product:{p.id}", p.id, p.title, p.facts[0], 1.0)
            for p in self._products.values()
            if p.title in query
        ]
        told = [r for r in self._reviews if r.title in query]
        rules = [
            Passage(f"policy:shop#{n}", "policy:shop", None, "ご利用案内", text, 0.5)
            for n, text in enumerate(self._policies)
        ]
        return [replace(p) for p in (*own, *told, *rules)][:k]
