"""A word heard in the shop: kept, struck out, restored, and by whom."""

import pytest
from sqlalchemy import Engine

from agent.clock import FixedClock
from tests.support.console_desk import ConsoleDesk

CHART = "/console/customers/c1"


@pytest.fixture
def desk(engine: Engine, clock: FixedClock) -> ConsoleDesk:
    return ConsoleDesk(engine, clock)


def test_a_note_is_kept_with_its_author_and_the_customers_own_words(desk: ConsoleDesk) -> None:
    browser = desk.browser("kaki")
    answer = browser.post(f"{CHART}/notes", page=CHART, text=" 紅茶も\r\n試したい ", quote="紅茶もいいわね")
    assert (answer.status_code, answer.headers["location"]) == (303, f"{CHART}?said=note#facts")
    newest = desk.insight.facts["c1"][0]
    assert (newest.text, newest.quote, newest.author) == ("紅茶も\n試したい", "紅茶もいいわね", "kaki")
    page = browser.get(f"{CHART}?said=note").text
    assert "メモを残しました" in page
    assert "「紅茶もいいわね」" in page


def test_an_empty_note_is_not_kept(desk: ConsoleDesk) -> None:
    answer = desk.browser("kaki").post(f"{CHART}/notes", page=CHART, text=" \r\n ")
    assert answer.status_code == 422
    assert "メモの言葉を入れてから" in answer.text
    assert len(desk.insight.facts["c1"]) == 3


def test_a_note_that_is_refused_stays_in_its_field_with_the_reason(desk: ConsoleDesk) -> None:
    answer = desk.browser("kaki").post(f"{CHART}/notes", page=CHART, text="長" * 501)
    assert answer.status_code == 422
    assert "500文字以内" in answer.text
    assert "長" * 501 in answer.text


def test_a_struck_fact_shows_who_when_and_why_and_can_be_restored(desk: ConsoleDesk) -> None:
    browser = desk.browser("mori")
    strike = {"fact_id": "note:3", "reason": "聞きまちがい"}
    assert browser.post(f"{CHART}/facts/strike", page=CHART, **strike).status_code == 303
    struck = desk.insight.facts["c1"][0].struck
    assert struck is not None
    assert (struck.by, struck.reason) == ("mori", "聞きまちがい")
    assert "moriさんが11月21日 10:00に消しました" in browser.get(CHART).text
    assert browser.post(f"{CHART}/facts/restore", page=CHART, fact_id="note:3").status_code == 303
    assert desk.insight.facts["c1"][0].struck is None


def test_a_reason_is_not_asked_for(desk: ConsoleDesk) -> None:
    desk.browser("mori").post(f"{CHART}/facts/strike", page=CHART, fact_id="note:3", reason="  ")
    struck = desk.insight.facts["c1"][0].struck
    assert struck is not None
    assert struck.reason is None


def test_a_fact_that_is_gone_says_so(desk: ConsoleDesk) -> None:
    answer = desk.browser("mori").post(f"{CHART}/facts/strike", page=CHART, fact_id="note:99")
    assert answer.status_code == 422
    assert "このメモは見つかりません" in answer.text


def test_a_viewer_reads_the_facts_and_sees_no_form_for_them(desk: ConsoleDesk) -> None:
    browser = desk.browser("mita")
    page = browser.get(CHART).text
    assert "お母さまへの贈り物" in page
    assert f'action="{CHART}' not in page
    token = browser.fields("/console/")
    assert browser.client.post(f"{CHART}/notes", data=token | {"text": "x"}).status_code == 403
    assert len(desk.insight.facts["c1"]) == 3
