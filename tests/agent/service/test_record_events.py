"""Events from outside: each recorded once, joined to its person, refused with a reason."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from agent.clock import FixedClock
from agent.domain.event import EventKind, EventRefused
from agent.service.record_events import RecordedEvents, RecordEvents, read_event
from agent.store import tables
from agent.store.events import SqlEventHistory
from agent.store.unit_of_work import SqlUnitOfWork
from tests.support.shop_rows import ShopRows

TODAY = date(2026, 11, 21)
NOW = datetime(2026, 11, 21, 1, 0, tzinfo=UTC)


class Shop:
    """One database, a customer c1 known by address, LINE id and number."""

    def __init__(self, engine: Engine, clock: FixedClock) -> None:
        self.engine, self.clock = engine, clock
        self.rows = ShopRows(engine)
        self.rows.customer("c1")
        for kind, value in (("email", "c1@example.com"), ("line", "U1"), ("eccube_member", "77")):
            self.rows.identity(kind, value, "c1")
        self.history = SqlEventHistory(engine, shop_id="default")

    def units(self, *, read_only: bool = False) -> SqlUnitOfWork:
        return SqlUnitOfWork(self.engine, shop_id="default", clock=self.clock, read_only=read_only)

    def record(self, *documents: object) -> RecordedEvents:
        return RecordEvents(units=self.units, clock=self.clock)(documents)

    def stored(self) -> list[tables.Event]:
        with Session(self.engine) as session:
            return list(session.scalars(select(tables.Event).order_by(tables.Event.happened_at)))


@pytest.fixture
def shop(engine: Engine, clock: FixedClock) -> Shop:
    return Shop(engine, clock)


def visit(**more: Any) -> dict[str, Any]:
    plain = {
        "id": "v1",
        "type": "visit",
        "customer": {"email": "c1@example.com"},
        "at": "2026-11-20T09:00:00Z",
    }
    return plain | more


def test_an_event_sent_twice_is_recorded_once(shop: Shop) -> None:
    first, second = shop.record(visit()), shop.record(visit(), visit())
    assert (first.stored, first.known, first.refused) == (1, 0, ())
    assert (second.stored, second.known, second.refused) == (0, 2, ())
    assert len(shop.stored()) == 1


def test_eight_callers_at_once_store_each_event_once_and_count_it_once(shop: Shop) -> None:
    many = [visit(id=f"v{number}") for number in range(40)]
    with ThreadPoolExecutor(8) as callers:
        told = list(callers.map(lambda _: shop.record(*many), range(8)))
    assert sum(each.stored for each in told) == len(shop.stored()) == 40
    assert sum(each.known for each in told) == 7 * 40


def test_an_event_without_an_id_is_known_again_by_what_it_says(shop: Shop) -> None:
    anonymous = visit()
    del anonymous["id"]
    later = anonymous | {"at": "2026-11-20T18:00:00+09:00"}  # the same moment, spelled otherwise
    assert shop.record(anonymous).stored == 1
    assert shop.record(later).known == 1
    assert shop.record(anonymous | {"at": "2026-11-20T18:00:01+09:00"}).stored == 1


def test_another_event_under_a_taken_id_is_refused_and_the_first_stays(shop: Shop) -> None:
    shop.record(visit())
    told = shop.record(visit(at="2026-11-19T09:00:00Z"))
    assert (told.stored, told.refused[0].event_id, "同じID" in told.refused[0].reason) == (0, "v1", True)
    assert shop.stored()[0].happened_at == datetime(2026, 11, 20, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    "named", [{"email": "C1@Example.com"}, {"line_user_id": "U1"}, {"id": "77"}, {"id": "c1"}]
)
def test_a_customer_is_known_by_address_line_id_number_or_our_id(shop: Shop, named: dict[str, str]) -> None:
    shop.record(visit(customer=named))
    assert [event.customer_id for event in shop.stored()] == ["c1"]


def test_a_customer_with_a_new_event_is_marked_for_the_next_refresh(shop: Shop) -> None:
    shop.rows.customer("c2")
    shop.record(visit(), visit(id="x", customer={"email": "new@example.com"}))
    with Session(shop.engine) as session:
        assert list(session.scalars(select(tables.ChangedCustomer.customer_id))) == ["c1"]


def test_an_event_of_somebody_unknown_is_kept_for_later(shop: Shop) -> None:
    assert shop.record(visit(customer={"email": "new@example.com"})).stored == 1
    (kept,) = shop.stored()
    assert (kept.customer_id, kept.stated_email_key) == (None, "new@example.com")


def test_a_number_two_people_have_names_nobody(shop: Shop) -> None:
    shop.rows.customer("c2")
    shop.rows.identity("shopify_customer", "77", "c2")
    shop.record(visit(customer={"id": "77"}))
    assert shop.stored()[0].customer_id is None


def test_a_day_in_tokyo_begins_at_fifteen_hours_utc(shop: Shop) -> None:
    shop.record(visit(at="2026-11-19T15:00:00Z"), visit(id="v2", at="2026-11-19T23:59:59"))
    assert [event.happened_on for event in shop.stored()] == [date(2026, 11, 19), date(2026, 11, 20)]


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        (visit(at="2026-11-21T10:00:01+09:00"), "未来の日時"),
        (visit(type="nps", data={"value": 11}), "0から10"),
        (visit(type="nps", data={"value": -1}), "0から10"),
        (visit(type="nps"), "点数がありません"),
        (visit(type="review", data={"stars": 6}), "1から5"),
        (visit(type="review", data={"stars": "4.5"}), "整数"),
        (visit(type="dance"), "dance"),
        (visit(at="yesterday"), "日時"),
        (visit(at=None), "日時"),
        (visit(at="0001-01-01T00:00:00+14:00"), "日時"),
        (visit(customer={}), "どのお客さまか"),
        (visit(customer={"email": "nobody"}), "メールアドレス"),
        (visit(customer="c1"), "customer"),
        (visit(data=[1]), "data"),
        (visit(id="x" * 201), "IDが長すぎます"),
        ("visit", "オブジェクト"),
        (None, "オブジェクト"),
    ],
)
def test_what_cannot_be_true_is_refused_with_a_reason_and_the_rest_is_kept(
    shop: Shop, document: object, reason: str
) -> None:
    told = shop.record(document, visit(id="good"))
    assert (told.stored, told.refused[0].position) == (1, 0)
    assert reason in told.refused[0].reason


json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


@given(st.dictionaries(st.sampled_from(["id", "type", "customer", "at", "data"]), json) | json)
def test_whatever_arrives_is_an_event_or_a_reason(document: object) -> None:
    if isinstance(document, dict) and document.get("type") == "":
        document["type"] = "visit"
    try:
        event = read_event(document, now=NOW)
    except EventRefused:
        return
    assert event.happened_at <= NOW
    assert not event.customer.nobody


@given(
    st.fixed_dictionaries({"value": json, "text": json, "sku": json, "message_id": json}),
    st.sampled_from(EventKind),
)
def test_whatever_its_data_says_a_score_is_in_its_range(data: dict[str, object], kind: EventKind) -> None:
    try:
        event = read_event(visit(type=kind.value, data=data), now=NOW)
    except EventRefused:
        return
    if kind is EventKind.NPS:
        assert event.value in range(11)
    (event.text or "").encode()


def test_the_latest_answer_counts_and_carries_its_comment(shop: Shop) -> None:
    shop.record(
        visit(id="n1", type="nps", at="2026-05-01T03:00:00Z", data={"value": 3}),
        visit(
            id="n2",
            type="アンケート",
            at="2026-10-01T03:00:00Z",
            data={"score": "9", "comment": "香りがよい"},
        ),
    )
    latest, earlier = (shop.history.nps("c1", until=day) for day in (TODAY, date(2026, 9, 30)))
    assert latest is not None
    assert earlier is not None
    assert (latest.score, latest.kind, latest.comment, latest.source) == (
        9,
        "promoter",
        "香りがよい",
        "events:n2",
    )
    assert (latest.answered_on, earlier.score, earlier.kind) == (date(2026, 10, 1), 3, "detractor")
    assert shop.history.nps("c1", until=date(2026, 4, 30)) is None


def test_the_shops_score_counts_each_customer_once(shop: Shop) -> None:
    scores = {"c2": 10, "c3": 9, "c4": 8, "c5": 0}
    for customer, score in scores.items():
        shop.rows.customer(customer)
        shop.record(visit(id=customer, type="nps", customer={"id": customer}, data={"value": score}))
    shop.record(visit(id="a", type="nps", at="2026-01-01T00:00:00Z", data={"value": 10}))
    shop.record(visit(id="b", type="nps", at="2026-02-01T00:00:00Z", data={"value": 6}))
    shop.record(visit(id="x", type="nps", customer={"email": "x@example.com"}, data={"value": 0}))
    told = shop.history.nps_summary(until=TODAY)
    assert (told.promoters, told.passives, told.detractors, told.answers) == (2, 1, 2, 5)
    assert (told.score, told.counts) == (0.0, (1, 0, 0, 0, 0, 0, 1, 0, 1, 1, 1))


def test_a_shop_nobody_answered_has_no_score(shop: Shop) -> None:
    told = shop.history.nps_summary(until=TODAY)
    assert (told.answers, told.score, sum(told.counts)) == (0, None, 0)


def test_the_chart_sees_events_newest_first_and_none_of_tomorrow(shop: Shop) -> None:
    shop.record(
        visit(id="a", at="2026-11-18T01:00:00Z"), visit(id="b", type="view", at="2026-11-20T15:00:00Z")
    )
    shown = shop.history.events("c1", until=TODAY, newest=10)
    assert [(event.event_id, event.kind, event.source) for event in shown] == [
        ("b", EventKind.VIEW, "api"),
        ("a", EventKind.VISIT, "api"),
    ]
    assert [event.event_id for event in shop.history.events("c1", until=date(2026, 11, 20), newest=10)] == [
        "a"
    ]
