"""Which written facts that a draft was shown are facts no longer: struck out, or gone with an undone import?"""

from dataclasses import replace

from agent.domain.chart import Chart
from agent.domain.draft import Draft
from agent.domain.message import MessageContext

_COMPUTED = frozenset(
    {"summary", "order", "line", "consent", "profile", "reward"}
    | {"refund", "shipment", "delay", "order_note", "answer", "rating"}
)
"""Kinds of facts read off records, which nobody strikes out; every other kind was written down as a fact of the chart (see
`customers.charting.facts`)."""


def gone_facts(draft: Draft, chart: Chart) -> dict[str, str]:
    """Written facts the draft's writer was offered that today's chart no longer states, by id."""
    offered = dict(draft.version.evidence_facts) if draft.version else {}
    if draft.context:
        offered |= {fact.fact_id: fact.text for fact in draft.context.customer.facts}
    standing = {fact.id for fact in chart.facts}
    return {
        fact_id: text for fact_id, text in offered.items() if _written(fact_id) and fact_id not in standing
    }


def _written(fact_id: str) -> bool:
    kind, named, _ = fact_id.partition(":")
    return bool(named) and kind not in _COMPUTED


def gone_evidence(draft: Draft, chart: Chart) -> dict[str, str]:
    """Of those, the ones the newest text rests on. After a person's edit: only what its remaining paragraphs rest on."""
    if draft.version is None:
        return {}
    used = set(draft.version.evidence_facts)
    if draft.version.author.startswith("staff:"):
        used = {fact_id for paragraph in draft.version.paragraphs for fact_id in paragraph.fact_ids}
    return {fact_id: text for fact_id, text in gone_facts(draft, chart).items() if fact_id in used}


def without_gone(context: MessageContext, draft: Draft, chart: Chart) -> MessageContext:
    """The context without those facts, so that the gate no longer takes them for true."""
    gone = gone_facts(draft, chart)
    if not gone:
        return context
    kept = tuple(fact for fact in context.customer.facts if fact.fact_id not in gone)
    return replace(context, customer=replace(context.customer, facts=kept))
