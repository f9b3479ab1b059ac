"""What the charts read from the store: orders, people, notes and consent up to a day, on both engines."""

from datetime import UTC, date, datetime, time

import pytest
from sqlalchemy import Engine

from agent.domain.history import OrderTally
from agent.domain.occasion import Channel
from agent.store.history import SqlHistory
from agent.store.sales import SqlProductSales
from tests.support.shop_rows import ShopRows

DAY = date(2026, 11, 21)


@pytest.fixture
def rows(engine: Engine) -> ShopRows:
    return ShopRows(engine)


@pytest.fixture
def history(engine: Engine) -> SqlHistory:
    return SqlHistory(engine, shop_id="default")


def test_an_order_late_at_night_in_tokyo_counts_on_that_day(rows: ShopRows, history: SqlHistory) -> None:
    rows.customer("c1")
    rows.order("c1", DAY, at=time(23, 59), net_yen=1200)
    rows.order("c1", date(2026, 11, 22), at=time(0, 0), net_yen=5000)
    assert list(history.tallies(until=DAY)) == [
        OrderTally(
            customer_id="c1",
            orders=1,
            days=1,
            net_yen=1200,
            first_on=DAY,
            last_on=DAY,
            first_at=datetime(2026, 11, 21, 14, 59, tzinfo=UTC),
            last_at=datetime(2026, 11, 21, 14, 59, tzinfo=UTC),
        )
    ]


def test_unpaid_orders_do_not_count_and_other_currencies_count_without_yen(
    rows: ShopRows, history: SqlHistory
) -> None:
    rows.customer("c1")
    rows.order("c1", date(2026, 1, 5), net_yen=1000)
    rows.order("c1", date(2026, 1, 5), net_yen=30, currency="USD")
    rows.order("c1", date(2026, 3, 5), net_yen=9000, is_revenue=False)
    (tally,) = history.tallies(until=DAY)
    assert (tally.orders, tally.days, tally.net_yen, tally.last_on) == (2, 1, 1000, date(2026, 1, 5))
    assert list(history.order_values(until=DAY)) == [1000]


def test_orders_of_nobody_and_of_other_shops_stay_out(
    rows: ShopRows, history: SqlHistory, engine: Engine
) -> None:
    rows.customer("c1")
    rows.order(None, DAY)
    elsewhere = ShopRows(engine, "another")
    elsewhere.customer("c1")
    elsewhere.order("c1", DAY)
    assert list(history.tallies(until=DAY)) == []
    assert [(person.customer_id, tally) for person, tally in history.people(until=DAY)] == [("c1", None)]


def test_people_stream_in_parts_and_none_is_lost_or_doubled(rows: ShopRows, history: SqlHistory) -> None:
    names = [rows.customer(f"c{number:03}") for number in range(30)]
    for name in names[::2]:
        rows.order(name, DAY)
    read = [(person.customer_id, tally is not None) for person, tally in history.people(until=DAY)]
    assert sorted(read) == [(name, number % 2 == 0) for number, name in enumerate(names)]
    chosen = history.people(until=DAY, customer_ids=["c004", "c001", "c004", "nobody"])
    assert sorted(person.customer_id for person, _ in chosen) == ["c001", "c004"]


def test_a_suppressed_address_is_seen_whatever_its_spelling(rows: ShopRows, history: SqlHistory) -> None:
    rows.customer("c1", email="Hanako@Example.com", line_user_id="U1")
    rows.customer("c2")
    rows.suppress(Channel.EMAIL, "hanako@example.com")
    stopped = {p.customer_id: (p.suppressed_email, p.suppressed_line) for p, _ in history.people(until=DAY)}
    assert stopped == {"c1": (True, False), "c2": (False, False)}


def test_orders_come_newest_first_with_lines_and_todays_category(rows: ShopRows, history: SqlHistory) -> None:
    rows.customer("c1")
    rows.product("化粧水", ("LOT-1", None, 1800), category="スキンケア")
    rows.product("せっけん", (None, None, 500), category="浴用")
    lines = [("LOT-1", "旧名の化粧水", 1, 1800), (None, "せっけん", 2, 500), ("GONE", "終売品", 1, 300)]
    rows.order("c1", date(2026, 1, 1))
    rows.order("c1", date(2026, 2, 1), lines=lines)
    rows.order("c1", date(2026, 3, 1))
    orders = history.orders("c1", until=DAY, newest=2)
    assert [order.ordered_on.month for order in orders] == [3, 2]
    assert [line.category for line in orders[1].lines] == ["スキンケア", "浴用", None]


def test_notes_that_were_struck_out_or_come_later_are_not_read(rows: ShopRows, history: SqlHistory) -> None:
    rows.customer("c1")
    rows.note("c1", "贈り物が多い", at=datetime(2026, 11, 21, 14, 59, tzinfo=UTC))
    rows.note("c1", "敏感肌とのこと")
    rows.note("c1", "翌日のメモ", at=datetime(2026, 11, 21, 15, 0, tzinfo=UTC))
    rows.note("c1", "取り消したメモ", struck_at=datetime(2026, 5, 1, tzinfo=UTC))
    assert [note.text for note in history.notes("c1", until=DAY)] == ["敏感肌とのこと", "贈り物が多い"]


def test_the_newest_consent_comes_first(rows: ShopRows, history: SqlHistory) -> None:
    rows.customer("c1")
    rows.consent("c1", True, recorded_at=datetime(2026, 1, 1, tzinfo=UTC))
    rows.consent("c1", False, recorded_at=datetime(2026, 2, 1, tzinfo=UTC))
    assert [entry.state for entry in history.consents("c1")] == [False, True]


@pytest.mark.parametrize(
    ("value", "email_key"),
    [("c1", "c1"), ("old-1", "old-1"), ("K", "k@example.jp"), ("U77", "u77"), ("5123", "5123")],
)
def test_a_customer_is_known_by_id_former_id_email_line_or_number(
    rows: ShopRows, history: SqlHistory, value: str, email_key: str
) -> None:
    rows.customer("c1")
    rows.customer("c2")
    for kind, known in (
        ("former_id", "old-1"),
        ("email", "k@example.jp"),
        ("line", "U77"),
        ("shopify_customer", "5123"),
    ):
        rows.identity(kind, known, "c1")
    assert history.known_as(value=value, email_key=email_key) == ["c1"]


def test_a_number_two_platforms_use_names_both(rows: ShopRows, history: SqlHistory) -> None:
    rows.identity("shopify_customer", "12", rows.customer("c1"))
    rows.identity("eccube_member", "12", rows.customer("c2"))
    assert history.known_as(value="12", email_key="12") == ["c1", "c2"]


def test_the_revision_changes_with_every_import_and_undo(rows: ShopRows, history: SqlHistory) -> None:
    seen = [history.revision()]
    rows.imported(1)
    seen.append(history.revision())
    rows.imported(2, state="undone")
    seen.append(history.revision())
    assert len(set(seen)) == 3
    assert history.revision() == seen[-1]


def test_sold_lines_carry_the_net_of_revenue_orders_only(rows: ShopRows, engine: Engine) -> None:
    rows.order(None, DAY, net_yen=700, lines=[("A", "あめ", 2, 350)], order_id="o1")
    rows.order(None, DAY, net_yen=50, currency="USD", lines=[("A", "あめ", 1, 50)], order_id="o2")
    rows.order(None, DAY, lines=[("A", "あめ", 1, 350)], is_revenue=False)
    sold = list(SqlProductSales(engine, shop_id="default").sold_lines())
    assert [(line.order_id, line.net_yen, line.quantity) for line in sold] == [("o1", 700, 2), ("o2", 0, 1)]
