"""A chart as the command line prints it (`okaeri chart --json`, a line of `okaeri customers --json`)."""

from datetime import datetime

from agent.clock import TOKYO
from agent.domain.chart import SEGMENT_JA, Chart
from agent.domain.prediction import Expectations, Nps
from customers.charting.expected_as_json import expected_as_json

TOP_RANK = "いちばん上のランクです。"

CONTRACT_NAME = {"consent_email": "consent.email", "consent_line": "consent.line"}
"""Where the contract nests a field of the chart."""


def chart_as_json(
    chart: Chart, expected: Expectations | None = None, nps: Nps | None = None
) -> dict[str, object]:
    """The contract's document. Every null has its reason in `unknown`, keyed by its path; moments carry Tokyo's offset."""
    fields, not_expected = expected_as_json(expected, nps)
    return {
        "customer_id": chart.customer_id,
        "as_of": chart.as_of.isoformat(),
        "email": chart.email,
        "line_user_id": chart.line_user_id,
        "family_name": chart.family_name,
        "given_name": chart.given_name,
        "greetable": chart.greetable,
        "contactable": chart.contactable,
        "consent": {"email": chart.consent_email, "line": chart.consent_line},
        "orders": chart.orders,
        "net_revenue_yen": chart.net_revenue_yen,
        "first_order_at": _moment(chart.first_order_at),
        "last_order_at": _moment(chart.last_order_at),
        "recency_days": chart.recency_days,
        "average_gap_days": chart.average_gap_days,
        "rfm": {"r": chart.rfm.r, "f": chart.rfm.f, "m": chart.rfm.m} if chart.rfm else None,
        "segment": chart.segment.value,
        "segment_name": SEGMENT_JA[chart.segment],
        "rank": {"name": chart.rank.name, "next": chart.rank.next, "yen_to_next": chart.rank.yen_to_next},
        "favourite_categories": list(chart.favourite_categories),
        **fields,
        "facts": [
            {"id": fact.id, "text": fact.text, "source": fact.source, "at": _moment(fact.at)}
            for fact in chart.facts
        ],
        "reasons": chart.reasons,
        "unknown": _unknown(chart) | not_expected,
    }


def _unknown(chart: Chart) -> dict[str, str]:
    known = {CONTRACT_NAME.get(name, name): reason for name, reason in chart.unknown.items()}
    top = {"rank.next": TOP_RANK, "rank.yen_to_next": TOP_RANK} if chart.rank.next is None else {}
    return known | top


def _moment(moment: datetime | None) -> str | None:
    return moment.astimezone(TOKYO).isoformat() if moment else None
