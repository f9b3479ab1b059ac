"""Collect what one message may rest on: the chart's facts, what was bought, and what the shop's own texts say about it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from agent.chains.material import Bought, Material
from agent.clock import TOKYO
from agent.domain.calendar_words import span_words
from agent.domain.chart import Chart, PurchasedLine
from agent.domain.draft import Draft
from agent.domain.message import Addressee, Passage, ProductFacts, StatedFact
from agent.domain.occasion import Channel, Occasion
from agent.domain.product_class import infer_product_class
from agent.ports import Catalogue, Retriever

NEWEST_PRODUCTS = 4
"""Products of past orders a message may speak of; more would tempt a writer to list them."""
PASSAGES_EACH = 3
POLICY_PASSAGES = 2
LONGEST_FACT = 300
"""Characters of one fact in a prompt; a note of 5,000 characters is cut here."""
WRITTEN_FACTS = 8
"""Newest notes and answers that are offered."""
_NOT_FOR_WRITING = ("consent:", "profile:")


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
    policies = _policy_passages(retriever) if with_policies else ()
    by_id = {p.passage_id: p for b in bought for p in b.passages} | {p.passage_id: p for p in policies}
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
        told=tuple(_gist(draft) for draft in told),
    )
    addressee = Addressee(
        customer_id=chart.customer_id,
        family_name=(chart.family_name or "") if chart.greetable else "",
        given_name=(chart.given_name or "") if chart.greetable else "",
        segment=chart.segment.value,
        rank=chart.rank.name,
        facts=tuple(StatedFact(fact_id, text) for fact_id, text in facts.items()),
    )
    return Gathered(material, addressee, products, catalogue.policies())


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
        if len(bought) == NEWEST_PRODUCTS or line.quantity < 1 or not line.title.strip():
            continue
        product = catalogue.product_for_line(sku=line.sku, title=line.title)
        title = product.title if product else line.title
        if any(b.title == title for b in bought):
            continue
        passages = _passages(line, product, retriever)
        if product:
            extra = tuple(p.text for p in passages if p.text not in product.facts)
            products[product.id] = replace(product, facts=(*product.facts, *extra))
        bought.append(
            Bought(
                title=title,
                on=line.ordered_on,
                quantity=line.quantity,
                fact_id=_fact_of(line, facts),
                product_class=infer_product_class(title, product.facts if product else ()),
                available=in_stock(product),
                again=any(_same(line, other) and other.ordered_on < line.ordered_on for other in lines),
                passages=passages,
            )
        )
    return bought, tuple(products.values())


def _fact_of(line: PurchasedLine, facts: dict[str, str]) -> str:
    """The id of the fact that states a purchase; one is added when the chart tells only of newer orders."""
    fact_id = f"order:{line.order_id}"
    day = line.ordered_on
    facts.setdefault(
        fact_id, f"{day.year}年{day.month}月{day.day}日に『{line.title}』を{line.quantity}点ご購入"
    )
    return fact_id


def _same(line: PurchasedLine, other: PurchasedLine) -> bool:
    return (line.sku, line.title) == (other.sku, other.title)


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


def in_stock(product: ProductFacts | None) -> bool | None:
    """Whether the catalogue says a product can be had now; None when it does not say."""
    if product is None or product.stock is None:
        return None
    if isinstance(product.stock, int):
        return product.stock > 0
    if any(word in product.stock for word in ("なし", "切れ", "入荷予定", "未定", "終了", "0点")):
        return False
    return True if any(word in product.stock for word in ("在庫あり", "残り", "即納")) else None


def _gist(draft: Draft) -> str:
    angle = draft.version.plan.get("angle") if draft.version else None
    return str(angle or draft.why)[:120]
