"""Which waiting messages are most worth a person's time now?

A draft weighs what its customer is expected to bring within a year, up to twice that as its end comes near: a day left counts half as
much again, an hour left nearly double. Nothing scored yet: what the customer has paid so far stands in.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from agent.clock import TOKYO
from agent.domain.chart import Chart
from agent.domain.draft import Draft
from agent.domain.errors import NotFound
from agent.ports import Charts, UnitOfWork
from agent.ports.today import WaitingDraft

SHOWN = 5
LOOKED_AT = 300
"""Candidates of each kind that are weighed."""
CHARTS_READ = 12
"""Charts read where nobody scored the shop yet: each costs a few milliseconds."""


@dataclass(frozen=True, slots=True)
class Worthwhile:
    """A draft worth answering now. chart: None when the customer vanished. expected_yen: None when nobody scored."""

    draft: Draft
    chart: Chart | None
    expected_yen: int | None


def most_worthwhile(
    unit: UnitOfWork, charts: Charts, *, now: datetime, limit: int = SHOWN
) -> tuple[Worthwhile, ...]:
    """The best first, one a customer."""
    found = unit.day.worthwhile(limit=LOOKED_AT)
    if any(one.expected_yen for one in found):
        weighed = [(weight(one.expected_yen or 0, one.expires_at, now=now), one) for one in found]
        chosen = _first_of_each(weighed, limit)
        return tuple(
            Worthwhile(unit.drafts.get(one.draft_id), _chart(charts, one, now), one.expected_yen)
            for one in chosen
        )
    few = sorted(found, key=lambda one: (one.expires_at is None, one.expires_at, one.created_at))[
        :CHARTS_READ
    ]
    read = {one.draft_id: _chart(charts, one, now) for one in few}
    paid = {draft_id: chart.net_revenue_yen if chart else 0 for draft_id, chart in read.items()}
    chosen = _first_of_each(
        [(weight(paid[one.draft_id], one.expires_at, now=now), one) for one in few], limit
    )
    return tuple(Worthwhile(unit.drafts.get(one.draft_id), read[one.draft_id], None) for one in chosen)


def weight(yen: int, expires_at: datetime | None, *, now: datetime) -> float:
    """What a draft weighs: the yen, raised by half for a draft with a day left, at most doubled."""
    if expires_at is None:
        return float(yen)
    days = max((expires_at - now).total_seconds() / 86_400, 0.0)
    return yen * (1 + 1 / (1 + days))


def _first_of_each(weighed: Iterable[tuple[float, WaitingDraft]], limit: int) -> list[WaitingDraft]:
    chosen: dict[str, WaitingDraft] = {}
    for _, one in sorted(weighed, key=lambda pair: (-pair[0], pair[1].created_at, pair[1].draft_id)):
        chosen.setdefault(one.customer_id, one)
    return list(chosen.values())[:limit]


def _chart(charts: Charts, one: WaitingDraft, now: datetime) -> Chart | None:
    try:
        return charts.chart(one.customer_id, as_of=now.astimezone(TOKYO).date())
    except NotFound:
        return None
