"""What happened between this customer and the shop, newest first?"""

from collections.abc import Iterator, Sequence
from typing import Final

from agent.clock import TOKYO
from agent.domain.customer_page import EntryKind, TimelineEntry
from agent.domain.draft import STATE_JA, Draft
from agent.domain.event import EVENT_JA, EventKind
from agent.domain.history import NoteRecord, OrderRecord
from agent.domain.occasion import OCCASION_JA
from agent.ports import EventRecord
from customers.charting.facts import one_line, product_name

SHOWN: Final = 300
"""Entries on a page; the rest is counted."""


def timeline(
    *,
    orders: Sequence[OrderRecord],
    events: Sequence[EventRecord],
    notes: Sequence[NoteRecord],
    drafts: Sequence[Draft],
) -> tuple[tuple[TimelineEntry, ...], int]:
    """The newest `SHOWN` entries, and how many older ones were left out. Notes without a day are left to the list of facts."""
    entries = [*_orders(orders), *_events(events), *_notes(notes), *_messages(drafts)]
    entries.sort(key=lambda entry: (entry.on, entry.at.timestamp() if entry.at else 0.0), reverse=True)
    return tuple(entries[:SHOWN]), max(0, len(entries) - SHOWN)


def _orders(orders: Sequence[OrderRecord]) -> Iterator[TimelineEntry]:
    for order in orders:
        yen = order.net_yen
        worth = "" if yen is None else f" {yen:,}円"
        yield TimelineEntry(
            entry_id=f"orders:{order.order_id}",
            kind=EntryKind.RETURN if yen is not None and yen < 0 else EntryKind.ORDER,
            on=order.ordered_on,
            at=order.ordered_at,
            code=None,
            text=f"ご注文{worth}",
            details=tuple(
                f"{product_name(line.title, line.variant)} × {line.quantity}" for line in order.lines
            ),
            yen=yen,
        )


def _events(events: Sequence[EventRecord]) -> Iterator[TimelineEntry]:
    for event in events:
        if event.source == "delivery":  # the message itself stands in the timeline
            continue
        yield TimelineEntry(
            entry_id=f"events:{event.event_id}",
            kind=EntryKind.EVENT,
            on=event.happened_on,
            at=event.happened_at,
            code=event.kind.value,
            text=_event_text(event),
            details=(one_line(event.text),) if event.text else (),
        )


def _event_text(event: EventRecord) -> str:
    said = EVENT_JA[event.kind]
    if event.kind is EventKind.NPS and event.value is not None:
        return f"{said} {event.value}点（10点満点）"
    if event.kind is EventKind.REVIEW and event.value is not None:
        return f"{said} 星{event.value}つ"
    return f"{said}（{one_line(event.sku)}）" if event.sku else said


def _notes(notes: Sequence[NoteRecord]) -> Iterator[TimelineEntry]:
    for note in notes:
        if note.at is not None:
            yield TimelineEntry(
                entry_id=f"notes:{note.fact_id}",
                kind=EntryKind.NOTE,
                on=note.at.astimezone(TOKYO).date(),
                at=note.at,
                code=None,
                text=one_line(note.text),
            )


def _messages(drafts: Sequence[Draft]) -> Iterator[TimelineEntry]:
    for draft in drafts:
        said = draft.version.subject or draft.version.body.split("\n", 1)[0] if draft.version else ""
        at = draft.created_at
        yield TimelineEntry(
            entry_id=f"drafts:{draft.draft_id}",
            kind=EntryKind.MESSAGE,
            on=at.astimezone(TOKYO).date(),
            at=at,
            code=draft.state.value,
            text=f"{OCCASION_JA[draft.occasion]}: {one_line(said)}",
            details=(STATE_JA[draft.state],),
            draft_id=draft.draft_id,
        )
