"""What the queue tells at a glance."""

import pytest
from sqlalchemy import Engine

from agent.clock import FixedClock
from agent.domain.draft import DraftState
from agent.domain.occasion import Channel
from console.desk.queue_page import BAR_WIDTH, TABS, bars_of
from tests.support.console_desk import ConsoleDesk


@pytest.fixture
def desk(engine: Engine, clock: FixedClock) -> ConsoleDesk:
    desk = ConsoleDesk(engine, clock)
    desk.customer()
    return desk


def test_an_empty_shop_is_told_how_to_make_drafts(desk: ConsoleDesk) -> None:
    page = desk.browser("mita").get("/console/drafts").text
    assert "確認待ちはありません" in page
    assert "okaeri draft" in page


def test_each_draft_is_shown_with_who_why_and_what(desk: ConsoleDesk) -> None:
    desk.draft("d1")
    desk.draft("d2", channel=Channel.LINE)
    page = desk.browser("mita").get("/console/drafts").text
    for said in (
        "佐藤 花子 様",
        "お礼",
        "メール",
        "LINE",
        "先日のお買い物のお礼",
        "ご購入のお礼",
        "定型文",
        "指摘なし",
    ):
        assert said in page
    assert page.index("/console/drafts/d1") < page.index("/console/drafts/d2")


def test_each_state_belongs_to_exactly_one_tab() -> None:
    assert sorted(state for states in TABS.values() for state in states) == sorted(DraftState)


def test_an_unknown_tab_shows_what_waits(desk: ConsoleDesk) -> None:
    desk.draft("d1")
    assert "/console/drafts/d1" in desk.browser("mita").get("/console/drafts?tab=<script>").text


def test_held_drafts_are_apart_from_waiting_ones(desk: ConsoleDesk) -> None:
    desk.draft("d1", state=DraftState.HELD)
    browser = desk.browser("mita")
    assert "/console/drafts/d1" not in browser.get("/console/drafts").text
    assert "/console/drafts/d1" in browser.get("/console/drafts?tab=held").text


def test_more_than_a_page_of_drafts_can_be_turned(desk: ConsoleDesk) -> None:
    for n in range(52):
        desk.draft(f"d{n:02}")
    browser = desk.browser("mita")
    first, second = browser.get("/console/drafts").text, browser.get("/console/drafts?offset=50").text
    assert "d49" in first
    assert "/console/drafts/d50" not in first
    assert "/console/drafts/d51" in second


def test_the_picture_fills_its_width_and_hides_no_small_count() -> None:
    bars = bars_of({"waiting": 1, "held": 0, "scheduled": 0, "sent": 5_000, "closed": 3})
    assert [bar.tab for bar in bars] == ["waiting", "sent", "closed"]
    assert bars[-1].x + bars[-1].width == BAR_WIDTH
    assert min(bar.width for bar in bars) >= 10
