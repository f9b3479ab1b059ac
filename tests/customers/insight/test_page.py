"""One customer on one page: found by name, told in order, with what staff wrote down and what they struck out."""

import re
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlalchemy.event import listens_for, remove

from agent.clock import FixedClock
from agent.domain.customer_page import EntryKind
from agent.domain.draft import DraftState
from agent.domain.errors import NotFound
from agent.main import App
from agent.store.shop_models import SqlKeptModels
from agent.store.tables import Event, Import, Order
from tests.support.lively_shop import TODAY, Lively, event, fill, imported, order, shop_app, write
from tests.support.sending_desk import SendingDesk
from tests.support.shop_rows import ShopRows

CUT = TODAY + timedelta(days=1)


@pytest.fixture
def shop(engine: Engine, tmp_path: Path) -> App:
    """A small shop, too young to predict anything: pages must open all the same."""
    fill(engine, Lively(people=4, silent=1, events=False))
    app = shop_app(engine, tmp_path)
    for name in ("佐藤", "大野"):
        app.known_or_added(name)
    return app


def test_somebody_is_found_by_name_and_their_page_opens(shop: App) -> None:
    ShopRows(shop.engine).customer(
        "kana", family_name="𠮷田", given_name="薫", family_kana="ヨシダ", given_kana="カオル"
    )
    for typed in ("𠮷田", "𠮷田 薫", "薫", "よしだ", "ヨシダカオル", "kana@example"):
        (found,) = shop.insight.search(typed, as_of=TODAY, limit=5)
        assert (found.customer_id, found.orders, bool(found.matched)) == ("kana", 0, True), typed
    page = shop.insight.page(found.customer_id, as_of=TODAY)
    assert page.chart.family_name == "𠮷田"
    assert (page.timeline, page.spent, page.facts) == ((), (), ())
    assert shop.insight.search("存在しない", as_of=TODAY, limit=5) == []
    with pytest.raises(NotFound):
        shop.insight.page("存在しない", as_of=TODAY)


def test_a_page_reads_each_table_of_records_at_most_twice(shop: App) -> None:
    """Once for staff to see, once for the models: what is read again and again is what makes a page slow."""
    shop.insight.page("c000", as_of=TODAY)
    read: Counter[str] = Counter()

    @listens_for(shop.engine, "before_cursor_execute")
    def count(_c: object, _k: object, statement: str, *_rest: object) -> None:
        read.update(
            re.findall(r"(?:from|join) (order_lines|events|facts|consents|drafts)\b", statement.lower())
        )

    shop.insight.page("c000", as_of=TODAY)
    remove(shop.engine, "before_cursor_execute", count)
    assert read["order_lines"] == 2
    assert read.pop("events") <= 4  # the timeline, the models, the survey, what counts towards a rank
    assert max(read.values()) <= 2, read


def test_an_order_number_leads_to_the_page_of_who_placed_it(shop: App) -> None:
    write(shop.engine, {Order: [order(7_777, "c002", TODAY)], Import: [imported(2)]})
    (found,) = shop.insight.search("7777", as_of=TODAY, limit=5)
    page = shop.insight.page(found.customer_id, as_of=TODAY)
    assert page.timeline[0].entry_id == "orders:shopify:#7777"


def test_the_page_tells_orders_and_events_newest_first_and_nothing_from_the_future(shop: App) -> None:
    done = [
        event("e-now", "c004", "nps", TODAY, value=10, text="大好きです"),
        event("e-old", "c004", "visit", TODAY - timedelta(days=9)),
        event("e-late", "c004", "visit", CUT),
    ]
    bought = [order(9_001, "c004", TODAY - timedelta(days=3)), order(9_002, "c004", CUT)]
    write(shop.engine, {Order: bought, Event: done, Import: [imported(2)]})
    page = shop.insight.page("c004", as_of=TODAY)
    assert [entry.entry_id for entry in page.timeline] == [
        "events:e-now",
        "orders:shopify:#9001",
        "events:e-old",
    ]
    assert page.nps is not None
    assert (page.nps.score, page.nps.kind, page.nps.comment) == (10, "promoter", "大好きです")
    assert [day.on for day in page.spent] == [TODAY - timedelta(days=3)]
    assert shop.insight.page("c004", as_of=TODAY - timedelta(days=4)).nps is None


def test_a_message_stands_on_its_day_in_tokyo_and_not_before(shop: App) -> None:
    early = FixedClock(datetime(2026, 11, 21, 23, 30, tzinfo=UTC))  # half past eight on the 22nd in Tokyo
    SendingDesk(shop.engine, early, staff=False).draft("d7", customer="c004", state=DraftState.SCHEDULED)
    (entry,) = shop.insight.page("c004", as_of=CUT).timeline
    assert (entry.kind, entry.draft_id, entry.on) == (EntryKind.MESSAGE, "d7", CUT)
    assert "先日のお買い物のお礼" in entry.text
    assert shop.insight.page("c004", as_of=TODAY).timeline == ()


def test_what_was_paid_each_day_adds_up_to_the_chart(shop: App) -> None:
    for who in ("c000", "c001", "c002", "c003"):
        page = shop.insight.page(who, as_of=TODAY)
        days = [day.on for day in page.spent]
        assert sum(day.yen for day in page.spent) == page.chart.net_revenue_yen
        assert days == sorted(set(days))
        assert len([e for e in page.timeline if e.kind is EntryKind.ORDER]) == page.chart.orders


def test_a_struck_fact_leaves_chart_and_timeline_and_stays_on_the_page_as_struck(shop: App) -> None:
    kept = shop.facts.add("c000", "柚子の香りがお好き", by="佐藤")
    wrong = shop.facts.add("c000", "犬を飼っている", by="佐藤", quote="うちのポチが")
    page = shop.insight.page("c000", as_of=TODAY)
    assert {fact.text for fact in page.facts if fact.struck is None} == {
        "犬を飼っている",
        "柚子の香りがお好き",
    }
    assert {"柚子", "犬"} <= {sign for sign in ("柚子", "犬") for f in page.chart.facts if sign in f.text}
    shop.facts.strike(wrong.fact_id, by="大野", reason="別の方のお話")
    page = shop.insight.page("c000", as_of=TODAY)
    struck = {fact.fact_id: fact.struck for fact in page.facts}
    assert struck[kept.fact_id] is None
    told = struck[wrong.fact_id]
    assert told is not None
    assert (told.by, told.reason) == ("大野", "別の方のお話")
    assert not [fact for fact in page.chart.facts if "犬" in fact.text or "ポチ" in fact.text]
    assert [e.text for e in page.timeline if e.kind is EntryKind.NOTE] == ["柚子の香りがお好き"]


def test_a_fact_put_back_is_used_again(shop: App) -> None:
    note = shop.facts.add("c000", "柚子の香りがお好き", by="佐藤")
    shop.facts.strike(note.fact_id, by="佐藤")
    shop.facts.restore(note.fact_id, by="佐藤")
    page = shop.insight.page("c000", as_of=TODAY)
    assert any("柚子" in fact.text for fact in page.chart.facts)
    assert [fact.struck for fact in page.facts] == [None]


def test_a_young_shops_page_says_why_nothing_is_predicted(shop: App) -> None:
    page = shop.insight.page("c000", as_of=TODAY)
    why = dict(page.expectations.unknown)
    for name in ("churn", "next_order", "ltv", "p_alive", "expected_orders"):
        assert getattr(page.expectations, name) is None
        assert why[name], name
    assert not page.hidden & {"churn", "next_order", "ltv"}
    assert shop.insight.priorities(as_of=TODAY, limit=5) == []
    assert "名" in shop.insight.unknown(as_of=TODAY)["priorities"]
    assert len(shop.insight.precious(as_of=TODAY)) == 4


def test_every_record_behind_a_reason_stands_in_the_timeline(engine: Engine, tmp_path: Path) -> None:
    fill(engine, Lively(people=40, silent=0))
    app = shop_app(engine, tmp_path)
    named = 0
    for number in range(6):
        page = app.insight.page(f"c{number:03d}", as_of=TODAY)
        entries = {entry.entry_id for entry in page.timeline}
        assert page.expectations.churn is not None
        assert {name for name, _ in page.tested} >= {"churn", "ltv"}
        for signal in page.expectations.churn.signals:
            assert set(signal.records) <= entries
            named += len(signal.records)
    assert named > 6


def test_a_page_whose_model_failed_says_so_and_shows_no_number(engine: Engine, tmp_path: Path) -> None:
    fill(engine, Lively(people=34, silent=0, events=False))
    test_name = {"order_within": "churn", "next_order": "next_order", "ltv": "ltv"}
    app = shop_app(engine, tmp_path)
    fit = app.fits.at(CUT)
    tests = tuple(replace(test, passed=False, verdict="外れました") for test in fit.orders.backtests)
    keep(app, replace(fit.orders, backtests=tests).to_json())
    again = shop_app(engine, tmp_path)
    page = again.insight.page("c000", as_of=TODAY)
    assert page.hidden >= {test_name[test.task] for test in tests if test.chosen} >= {"churn", "ltv"}
    assert page.expectations.churn is None
    assert "外れました" in dict(page.expectations.unknown)["churn"]
    assert again.insight.priorities(as_of=TODAY, limit=9) == []
    assert "外れました" in again.insight.unknown(as_of=TODAY)["priorities"]
    assert all(
        "見込み" not in sentence for p in again.insight.precious(as_of=TODAY) for sentence in p.sentences
    )


def keep(app: App, document: str) -> None:
    """Put a document in place of the shop's kept models of orders."""
    kept = SqlKeptModels(app.engine, shop_id="default", clock=app.clock)
    newest = kept.newest("shop.orders")
    assert newest is not None
    kept.keep("shop.orders", replace(newest, document=document.encode()))
