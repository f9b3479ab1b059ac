"""What waits for an answer, and what became of the rest: one page of the queue."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from agent.domain.draft import Draft, DraftState, DraftVersion, Recommendation
from agent.domain.finding import Severity
from agent.domain.message import Addressee
from agent.domain.occasion import Channel
from agent.ports import UnitOfWork
from agent.ports.desk_people import Assignment
from console.frame.render import say_age, say_expiry
from console.frame.words import Language, say

_S = DraftState
TABS: dict[str, frozenset[DraftState]] = {
    "waiting": frozenset({_S.WAITING}),
    "held": frozenset({_S.HELD, _S.COMPOSING}),
    "scheduled": frozenset({_S.APPROVED, _S.SCHEDULED, _S.DISPATCHING}),
    "sent": frozenset({_S.DELIVERED, _S.BOUNCED, _S.UNKNOWN}),
    "closed": frozenset({_S.REJECTED, _S.EXPIRED, _S.SUPERSEDED, _S.SUPPRESSED}),
}
"""Each state belongs to exactly one tab."""
PAGE = 50
"""Rows on a page."""
BAR_WIDTH = 1000
"""Width of the picture of counts, in its own units."""

GAP = 3
"""Space between two stretches of that picture."""


@dataclass(frozen=True, slots=True)
class Row:
    """One draft as the queue shows it. mark: template, model, staff, or None without a text."""

    draft: Draft
    name: str
    first_line: str | None
    mark: str | None
    findings: tuple[tuple[Severity, int], ...]
    age: str
    expiry: str | None
    do_not_send: bool
    assignee: str | None = None


@dataclass(frozen=True, slots=True)
class Bar:
    """One stretch of the picture of counts; x and width out of BAR_WIDTH."""

    tab: str
    x: int
    width: int


@dataclass(frozen=True, slots=True)
class Queue:
    """A page of the queue. put_off: waiting drafts that are hidden until later, None where that does not apply."""

    tab: str
    counts: Mapping[str, int]
    bars: tuple[Bar, ...]
    rows: tuple[Row, ...]
    put_off: int
    offset: int
    more: bool
    soonest_first: bool = False
    of: str | None = None


def read_queue(
    unit: UnitOfWork,
    *,
    tab: str,
    offset: int,
    now: datetime,
    language: Language,
    soonest_first: bool = False,
    of: str | None = None,
) -> Queue:
    """One page. An unknown tab shows what waits; an offset beyond the end shows nothing.    soonest_first: of what waits, drafts that
    expire first."""
    tab = tab if tab in TABS else "waiting"
    by_state = unit.drafts.count()
    counts = {name: sum(by_state.get(state, 0) for state in states) for name, states in TABS.items()}
    soonest_first = soonest_first and tab == "waiting"
    if of:
        ids = unit.people.assigned_to(of, TABS[tab], limit=PAGE + 1, offset=offset)
        found = [unit.drafts.get(draft_id) for draft_id in ids]
    elif soonest_first:
        ids = unit.day.soonest(limit=PAGE + 1, offset=offset)
        found = [unit.drafts.get(draft_id) for draft_id in ids]
    else:
        found = unit.drafts.listed(TABS[tab], limit=PAGE + 1, offset=offset)
    held = unit.people.assignments([draft.draft_id for draft in found[:PAGE]])
    rows = tuple(
        row_of(draft, now=now, language=language, assignment=held.get(draft.draft_id))
        for draft in found[:PAGE]
    )
    put_off = 0
    if tab == "waiting" and not soonest_first and not of and offset == 0 and len(found) <= PAGE:
        put_off = max(0, counts["waiting"] - len(found))
    return Queue(
        tab,
        counts,
        bars_of(counts),
        rows,
        put_off,
        offset,
        more=len(found) > PAGE,
        soonest_first=soonest_first,
        of=of,
    )


def row_of(draft: Draft, *, now: datetime, language: Language, assignment: Assignment | None = None) -> Row:
    """A draft as one row."""
    tally = [(severity, sum(f.severity is severity for f in draft.findings)) for severity in Severity]
    return Row(
        draft=draft,
        name=name_of(draft.context.customer if draft.context else None, language=language),
        first_line=first_line(draft),
        mark=mark_of(draft.version),
        findings=tuple((severity, n) for severity, n in tally if n),
        age=say_age(language, draft.created_at, now),
        expiry=say_expiry(language, draft.expires_at, now) if draft.state in TABS["waiting"] else None,
        do_not_send=draft.recommendation is Recommendation.DO_NOT_SEND,
        assignee=assignment.assignee if assignment else None,
    )


def name_of(customer: Addressee | None, *, language: Language) -> str:
    """The customer with honorific; a plain word where no usable name is known."""
    name = f"{customer.family_name} {customer.given_name}".strip() if customer else ""
    if not name or customer is None:
        return say(language, "unnamed")
    return f"{name} {customer.honorific}"


def first_line(draft: Draft) -> str | None:
    """The subject; for LINE the first words of the text; None without a text."""
    if draft.version is None:
        return None
    if draft.channel is Channel.EMAIL and draft.version.subject:
        return draft.version.subject
    said = " ".join(line.strip() for line in draft.version.body.splitlines() if line.strip())
    return said if len(said) <= 60 else said[:60] + "…"


def mark_of(version: DraftVersion | None) -> str | None:
    """Who wrote the text: template, model or staff."""
    if version is None:
        return None
    author = version.author.split(":", 1)[0]
    return {"model": "model", "staff": "staff"}.get(author, "template")


def bars_of(counts: Mapping[str, int]) -> tuple[Bar, ...]:
    """The counts as stretches of one bar; a small count stays visible."""
    total = sum(counts.values())
    if not total:
        return ()
    least = 12
    shown = {tab: max(least, round(BAR_WIDTH * count / total)) for tab, count in counts.items() if count}
    scale = (BAR_WIDTH - GAP * (len(shown) - 1)) / sum(shown.values())
    bars, x = [], 0.0
    for tab, width in shown.items():
        bars.append(Bar(tab, round(x), round(x + width * scale) - round(x)))
        x += width * scale + GAP
    return tuple(bars)
