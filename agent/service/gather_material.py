"""Collect what one message may rest on: the chart's facts, what was bought, and what the shop's own texts say about it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from agent.chains.material import Bought, Material, Refill
from agent.chains.spoken_name import is_a_product
from agent.clock import TOKYO
from agent.domain.calendar_words import span_words
from agent.domain.chart import Chart, PurchasedLine
from agent.domain.draft import Draft
from agent.domain.message import Addressee, Passage, ProductFacts, StatedFact
from agent.domain.occasion import Channel, Occasion
from agent.domain.occasion_brief import BRIEFS
from agent.domain.product_class import infer_product_class
from agent.domain.stock import in_stock
from agent.ports import Catalogue, Retriever
from agent.service.about_occasion import NOTHING, AboutOccasion
from agent.service.refill import is_refill, says_how_long
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
TOLD_BEFORE = 5
"""Earlier messages a writer is told of, so that the new one differs."""
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
    about: AboutOccasion = NOTHING,
) -> Gathered:
    """Facts, purchases and passages for one message. with_policies: offer policy passages too; a model
    may use them, the embedded writer never does.    about: what the occasion is about for this customer.
    """
    apology = occasion is Occasion.SERVICE_RECOVERY
    facts = _only_trouble(about, chart) if apology else _facts(chart, today, about)
    lines = _lines_for(chart, about, today, apology=apology)
    bought, products = _bought(lines, catalogue, retriever, facts, teach=not apology)
    shown = _suggested(occasion, chart, bought, facts, catalogue, retriever, today, variation)
    policies = about.passages or (_policy_passages(retriever) if with_policies else ())
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
        told=tuple(_gist(draft, chart) for draft in told[:TOLD_BEFORE]),
        passed_on=frozenset(filter(None, map(_advice, told))),
        origin=None if apology else first_purchase(chart, facts),
        staple=None if apology else staple(chart, facts),
        suggestion=shown.suggestion if shown else None,
        refill=_with_passage(about.refill, bought),
        birthday=about.birthday,
        review=about.review,
        trouble=about.trouble,
        remedies=about.remedies,
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
    if not BRIEFS[occasion].may_show_new:  # thanks and care are never a pretext to sell
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


def _facts(chart: Chart, today: date, about: AboutOccasion) -> dict[str, str]:
    """Facts worth writing from, with the two that a letter needs said in round words, and what the occasion is about."""
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
    return facts | {i: text[:LONGEST_FACT] for i, text in about.facts.items()}


def _only_trouble(about: AboutOccasion, chart: Chart) -> dict[str, str]:
    """An apology rests on what went wrong; a favourite category or a hobby in it would read as small talk."""
    facts = {i: text[:LONGEST_FACT] for i, text in about.facts.items()}
    facts["summary:orders"] = f"これまでのご注文は{chart.orders}回"
    order = _troubled_order(about)
    return facts | {f.id: f.text[:LONGEST_FACT] for f in chart.facts if f.id == f"order:{order}"}


def _troubled_order(about: AboutOccasion) -> str:
    kind, _, named = (about.trouble.fact_id if about.trouble else "").partition(":")
    return named if kind in ("refund", "delay", "order_note") else ""


def _lines_for(chart: Chart, about: AboutOccasion, today: date, *, apology: bool) -> list[PurchasedLine]:
    """The purchases in the order a letter may speak of them: what the occasion is about first, then newest first.

    Of a newest order of which some things may be asked about today, the others are left out: too new, or eaten long ago.
    """
    lines = sorted(chart.purchases, key=lambda line: line.ordered_on, reverse=True)
    if apology and about.trouble:
        order, product = _troubled_order(about), about.trouble.product
        if order:
            return [line for line in lines if line.order_id == order]
        return [line for line in lines if line.title == product][:1] if product else []
    if about.askable_only and about.parcel and (open_now := about.parcel.to_ask(today)):
        newest = about.parcel.ordered_on
        lines = [line for line in lines if line.ordered_on != newest or line.title in open_now]
        if about.asked:
            subject = about.asked.title
            return sorted(lines, key=lambda line: (line.ordered_on != newest, line.title != subject))
    if refill := about.refill:
        return sorted(lines, key=lambda line: line.title != refill.title)
    if asked := about.reviewable:
        # Of that order, what was new to the customer: it is what there is an opinion to ask about.
        return sorted(
            lines, key=lambda line: (line.order_id != asked.order_id, _bought_before(line, chart.purchases))
        )
    return lines


def _with_passage(refill: Refill | None, bought: Sequence[Bought]) -> Refill | None:
    """With the passage that says how long the product lasts, where the customer's own orders do not."""
    if refill is None or refill.own_rhythm:
        return refill
    says = (p for b in bought if b.title == refill.title for p in b.passages if says_how_long(p.text))
    return replace(refill, passage_id=next((p.passage_id for p in says), ""))


def _bought(
    lines: Sequence[PurchasedLine],
    catalogue: Catalogue,
    retriever: Retriever,
    facts: dict[str, str],
    *,
    teach: bool,
) -> tuple[list[Bought], tuple[ProductFacts, ...]]:
    """What was bought, in the order given. teach: look up what the shop's texts say of it."""
    bought: list[Bought] = []
    products: dict[str, ProductFacts] = {}
    for line in lines:
        if len(bought) == NEWEST_PRODUCTS or line.quantity < 1 or not is_a_product(line.title):
            continue
        product = catalogue.product_for_line(sku=line.sku, title=line.title)
        title = product.title if product else line.title
        if any(b.title == title for b in bought):
            continue
        passages = _passages(line, product, retriever) if teach else ()
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
                again=_bought_before(line, lines),
                passages=passages,
                category=next(iter(categories_of(product)), ""),
                refill=is_refill(line),
            )
        )
    return bought, tuple(products.values())


def _told_whole(product: ProductFacts, passages: Sequence[Passage]) -> ProductFacts:
    """A product with everything a writer was shown of it, so that the gate judges by the same facts."""
    extra = tuple(p.text for p in passages if p.text not in product.facts)
    return replace(product, facts=(*product.facts, *extra))


def _bought_before(line: PurchasedLine, lines: Sequence[PurchasedLine]) -> bool:
    return any(_same(line, other) and other.ordered_on < line.ordered_on for other in lines)


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


def _advice(draft: Draft) -> str:
    """The useful thing an earlier message passed on, empty for none."""
    return str(draft.version.plan.get("useful") or "") if draft.version else ""


def _gist(draft: Draft, chart: Chart) -> str:
    """What an earlier message was about; its reason alone when the message was shown a fact struck out since."""
    told = draft.version is not None and not gone_facts(draft, chart)
    angle = draft.version.plan.get("angle") if draft.version and told else None
    return str(angle or draft.why)[:120]
