"""Collect what one message may rest on: the chart's facts, what was bought, and what the shop's own texts say about it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from agent.chains.material import Bought, Material
from agent.chains.spoken_name import is_a_product
from agent.clock import TOKYO
from agent.domain.calendar_words import span_words
from agent.domain.chart import Chart, PurchasedLine
from agent.domain.draft import Draft
from agent.domain.message import Addressee, Passage, ProductFacts, StatedFact
from agent.domain.occasion import Channel, Occasion
from agent.domain.product_class import infer_product_class
from agent.domain.stock import in_stock
from agent.ports import Catalogue, Retriever
from agent.service.remember import fact_of, first_purchase, staple
from agent.service.struck_facts import gone_facts
from agent.service.suggest import Found, categories_of, suggest

NEWEST_PRODUCTS = 4
"""Products of past orders a message may speak of; more would tempt a writer to list them."""
PASSAGES_EACH = 3
POLICY_PASSAGES = 2
LONGEST_FACT = 300
"""Characters of one fact in a prompt; a note of 5,000 characters is cut here."""
WRITTEN_FACTS = 8
"""Newest notes and answers that are offered."""
SUGGESTED_IN = frozenset({Occasion.WIN_BACK})
"""Occasions that may show a product not bought yet; thanks and care are never a pretext to sell."""
_NOT_FOR_WRITING = ("consent:", "profile:")
_REFILL = re.compile(r"詰め?替え?|つめかえ|レフィル|リフィル|替え?芯|refill", re.I)


@dataclass(frozen=True, slots=True)
class Gathered:
    """material: for the writers.    addressee, products, policies: for the gate, the same facts as the writers saw."""

    material: Material
    addressee: Addressee
    products: tuple[ProductFacts, ...]
    policies: tuple[str, ...]


def gather_material(
    chart: Chart,
    *,
    occasion: Occasion,
    channel: Channel,
    today: date,
    told: Sequence[Draft],
    catalogue: Catalogue,
    retriever: Retriever,
    variation: str,
    with_policies: bool = True,
) -> Gathered:
    """Facts, purchases and passages for one message. with_policies: offer policy passages too; a model
    may use them, the embedded writer never does.
    """
    facts = _facts(chart, today)
    bought, products = _bought(chart, catalogue, retriever, facts)
    shown = _suggested(occasion, chart, bought, facts, catalogue, retriever, today, variation)
    policies = _policy_passages(retriever) if with_policies else ()
    own = [p for b in bought for p in b.passages] + ([shown.suggestion.passage] if shown else [])
    by_id = {p.passage_id: p for p in [*own, *policies]}
    material = Material(
        occasion=occasion,
        channel=channel,
        today=today,
        facts=facts,
        passages=tuple(by_id.values()),
        bought=tuple(bought),
        days={f"order:{line.order_id}": line.ordered_on for line in chart.purchases},
        orders=chart.orders,
        orders_fact="summary:orders",
        first_on=chart.first_order_at.astimezone(TOKYO).date() if chart.first_order_at else None,
        first_fact="summary:since_first" if "summary:since_first" in facts else "summary:orders",
        segment=chart.segment.value,
        rank=chart.rank.name,
        variation=variation,
        told=tuple(_gist(draft, chart) for draft in told),
        origin=first_purchase(chart, facts),
        staple=staple(chart, facts),
        suggestion=shown.suggestion if shown else None,
    )
    addressee = Addressee(
        customer_id=chart.customer_id,
        family_name=(chart.family_name or "") if chart.greetable else "",
        given_name=(chart.given_name or "") if chart.greetable else "",
        segment=chart.segment.value,
        rank=chart.rank.name,
        facts=tuple(StatedFact(fact_id, text) for fact_id, text in facts.items()),
    )
    known = (*products, _told_whole(shown.product, (shown.suggestion.passage,))) if shown else products
    return Gathered(material, addressee, known, catalogue.policies())


def _suggested(
    occasion: Occasion,
    chart: Chart,
    bought: Sequence[Bought],
    facts: dict[str, str],
    catalogue: Catalogue,
    retriever: Retriever,
    today: date,
    variation: str,
) -> Found | None:
    if occasion not in SUGGESTED_IN:
        return None
    return suggest(
        chart,
        tuple(bought),
        facts,
        catalogue=catalogue,
        retriever=retriever,
        today=today,
        variation=variation,
    )


def _policy_passages(retriever: Retriever) -> tuple[Passage, ...]:
    found = retriever.search("返品・交換・お問い合わせの決まり", k=8)
    return tuple(p for p in found if p.document_id.startswith("policy"))[:POLICY_PASSAGES]


def _facts(chart: Chart, today: date) -> dict[str, str]:
    """Facts worth writing from, with the two that a letter needs said in round words."""
    kept = [f for f in chart.facts if not f.id.startswith(_NOT_FOR_WRITING)]
    recorded = [f for f in kept if f.id.startswith(("summary:", "order:", "line:"))]
    written = [f for f in kept if f not in recorded][-WRITTEN_FACTS:]
    facts = {f.id: f.text[:LONGEST_FACT] for f in [*recorded, *written]}
    facts.setdefault("summary:orders", f"これまでのご注文は{chart.orders}回")
    if chart.recency_days is not None:
        facts["summary:recency"] = f"直近のご注文から{chart.recency_days}日"
    if chart.first_order_at:
        span = span_words(chart.first_order_at.astimezone(TOKYO).date(), until=today)
        if span:
            facts["summary:since_first"] = f"初めてのご注文から{span}"
    return facts


def _bought(
    chart: Chart, catalogue: Catalogue, retriever: Retriever, facts: dict[str, str]
) -> tuple[list[Bought], tuple[ProductFacts, ...]]:
    lines = sorted(chart.purchases, key=lambda line: line.ordered_on, reverse=True)
    bought: list[Bought] = []
    products: dict[str, ProductFacts] = {}
    for line in lines:
        if len(bought) == NEWEST_PRODUCTS or line.quantity < 1 or not is_a_product(line.title):
            continue
        product = catalogue.product_for_line(sku=line.sku, title=line.title)
        title = product.title if product else line.title
        if any(b.title == title for b in bought):
            continue
        passages = _passages(line, product, retriever)
        if product:
            products[product.id] = _told_whole(product, passages)
        bought.append(
            Bought(
                title=title,
                on=line.ordered_on,
                quantity=line.quantity,
                fact_id=fact_of(line, facts),
                product_class=infer_product_class(title, product.facts if product else ()),
                available=in_stock(product),
                again=any(_same(line, other) and other.ordered_on < line.ordered_on for other in lines),
                passages=passages,
                category=next(iter(categories_of(product)), ""),
                refill=bool(_REFILL.search(f"{line.title} {line.variant or ''}")),
            )
        )
    return bought, tuple(products.values())


def _told_whole(product: ProductFacts, passages: Sequence[Passage]) -> ProductFacts:
    """A product with everything a writer was shown of it, so that the gate judges by the same facts."""
    extra = tuple(p.text for p in passages if p.text not in product.facts)
    return replace(product, facts=(*product.facts, *extra))


def _same(line: PurchasedLine, other: PurchasedLine) -> bool:
    """The same product, in whatever variant."""
    return line.title == other.title or (line.sku is not None and line.sku == other.sku)


def _passages(line: PurchasedLine, product: ProductFacts | None, retriever: Retriever) -> tuple[Passage, ...]:
    """What the index says about exactly this product; without an index, the catalogue's own words."""
    if product is None:
        return ()
    skus = {line.sku, product.id} - {None}
    found = [
        p
        for p in retriever.search(product.title, k=12)
        if p.sku in skus or p.document_id in {f"product:{sku}" for sku in skus} or p.title == product.title
    ][:PASSAGES_EACH]
    if found:
        return tuple(found)
    return tuple(
        Passage(f"product:{product.id}#{i}", f"product:{product.id}", line.sku, product.title, text)
        for i, text in enumerate(product.facts[:PASSAGES_EACH])
    )


def _gist(draft: Draft, chart: Chart) -> str:
    """What an earlier message was about; its reason alone when the message was shown a fact struck out since."""
    told = draft.version is not None and not gone_facts(draft, chart)
    angle = draft.version.plan.get("angle") if draft.version and told else None
    return str(angle or draft.why)[:120]
