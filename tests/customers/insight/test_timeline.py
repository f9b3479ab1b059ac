"""What happened between a customer and the shop, newest first, each entry under the name a reason calls it by."""

from datetime import UTC, date, datetime, timedelta

import pytest

from agent.domain.customer_page import EntryKind
from agent.domain.event import EventKind
from agent.domain.history import NoteRecord, OrderRecord
from agent.ports import EventRecord
from customers.insight.timeline import SHOWN, timeline

DAY = date(2026, 11, 1)


def at(day: date, hour: int = 3) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC)


def order(number: int, on: date = DAY, yen: int | None = 1_000, hour: int = 3) -> OrderRecord:
    return OrderRecord(f"#{number}", on, at(on, hour), (), yen)


def event(event_id: str, kind: EventKind, **fields: object) -> EventRecord:
    known: dict[str, object] = {"sku": None, "value": None, "text": None, "message_id": None, "source": "api"}
    return EventRecord(event_id, kind, at(DAY), DAY, **(known | fields))  # type: ignore[arg-type]


def test_the_newest_comes_first_whatever_it_is() -> None:
    note = NoteRecord("n1", "note", "肌が弱い", "import", at(DAY + timedelta(days=1)))
    orders = [order(1), order(2, DAY + timedelta(days=2)), order(3, hour=1)]
    shown, left_out = timeline(orders=orders, events=[event("e1", EventKind.VISIT)], notes=[note], drafts=[])
    assert [entry.entry_id for entry in shown][:2] == ["orders:#2", "notes:n1"]
    assert {entry.entry_id for entry in shown[2:4]} == {"orders:#1", "events:e1"}
    assert shown[4].entry_id == "orders:#3"
    assert left_out == 0


def test_a_return_is_no_order_and_an_amount_in_dollars_is_not_told_in_yen() -> None:
    shown, _ = timeline(orders=[order(1, yen=-500), order(2, yen=None)], events=[], notes=[], drafts=[])
    told = {entry.entry_id: (entry.kind, entry.yen, "円" in entry.text) for entry in shown}
    assert told["orders:#1"] == (EntryKind.RETURN, -500, True)
    assert told["orders:#2"] == (EntryKind.ORDER, None, False)


@pytest.mark.parametrize(
    ("kind", "fields", "words"),
    [
        (EventKind.NPS, {"value": 9, "text": "また買います"}, ("9点", "また買います")),
        (EventKind.REVIEW, {"value": 4}, ("星4つ",)),
        (EventKind.VIEW, {"sku": "TEA-1"}, ("TEA-1",)),
        (EventKind.VISIT, {}, ("訪問",)),
    ],
)
def test_an_event_is_told_with_its_score_its_product_and_its_words(
    kind: EventKind, fields: dict[str, object], words: tuple[str, ...]
) -> None:
    (entry,), _ = timeline(orders=[], events=[event("e1", kind, **fields)], notes=[], drafts=[])
    said = " ".join((entry.text, *entry.details))
    assert all(word in said for word in words)
    assert entry.code == kind.value


def test_our_own_sending_is_told_once_as_the_message() -> None:
    shown, _ = timeline(
        orders=[], events=[event("e1", EventKind.SEND, source="delivery")], notes=[], drafts=[]
    )
    assert shown == ()


def test_a_note_stands_on_its_day_in_tokyo_and_one_without_a_day_is_left_to_the_facts() -> None:
    late = NoteRecord("n1", "note", "夜の電話", "import", datetime(2026, 11, 1, 16, tzinfo=UTC))
    shown, _ = timeline(
        orders=[], events=[], notes=[late, NoteRecord("n2", "note", "いつか", "import", None)], drafts=[]
    )
    assert [(entry.entry_id, entry.on) for entry in shown] == [("notes:n1", DAY + timedelta(days=1))]


def test_what_does_not_fit_is_counted_and_it_is_the_oldest() -> None:
    orders = [order(n, DAY + timedelta(days=n)) for n in range(SHOWN + 7)]
    shown, left_out = timeline(orders=orders, events=[], notes=[], drafts=[])
    assert (len(shown), left_out) == (SHOWN, 7)
    assert min(entry.on for entry in shown) == DAY + timedelta(days=7)
