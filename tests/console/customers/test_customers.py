"""Finding a customer, and the lists of them."""

from dataclasses import replace

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import Engine

from agent.clock import FixedClock
from console.customers.customers_page import PAGE
from tests.support.console_desk import PASSWORD, ConsoleDesk
from tests.support.insight import PEOPLE

LIST = "/console/customers"


@pytest.fixture
def desk(engine: Engine, clock: FixedClock) -> ConsoleDesk:
    return ConsoleDesk(engine, clock)


def names(desk: ConsoleDesk, path: str) -> list[str]:
    """The customers of a list, in order."""
    page = desk.browser("mita").get(path)
    assert page.status_code == 200
    return [head.get_text() for head in BeautifulSoup(page.text, "html.parser").select(".row h2")]


def test_whom_to_write_to_is_ordered_by_what_a_message_brings_not_by_risk(desk: ConsoleDesk) -> None:
    found = names(desk, LIST)
    assert found[:3] == ["松井 健一 様", "石田 真帆 様", "西村 さくら 様"]
    assert found.index("お名前のないお客さま") == len(found) - 1
    page = desk.browser("mita").get(LIST).text
    for words in ("+209円", "お便りなし 38 % → あり 49 %", "実測", "見積もり", "30日以内"):
        assert words in page


def test_nobody_who_declined_is_among_those_to_write_to(desk: ConsoleDesk) -> None:
    assert not {"森 拓海 様", "三浦 百合子 様", "高橋 由紀 様"} & set(names(desk, LIST))


def test_the_five_to_cherish_come_with_sentences(desk: ConsoleDesk) -> None:
    assert len(names(desk, f"{LIST}?tab=precious")) == 5
    page = desk.browser("mita").get(f"{LIST}?tab=precious").text
    assert "これまで14回、196,300円のお買い物をくださっています。" in page


def test_a_segment_shows_its_customers_and_its_count(desk: ConsoleDesk) -> None:
    assert names(desk, f"{LIST}?tab=at_risk") == ["西村 さくら 様", "石田 真帆 様"]
    assert "離反予備軍<b>2</b>" in desk.browser("mita").get(LIST).text


def test_an_unknown_tab_shows_whom_to_write_to(desk: ConsoleDesk) -> None:
    assert names(desk, f"{LIST}?tab=<script>") == names(desk, LIST)


@pytest.mark.parametrize("text", ["石田", "イシダ", "c1@example.com", "1092", "#1092", "c1", " 石田　真帆 "])
def test_a_customer_is_found_by_whatever_is_at_hand(desk: ConsoleDesk, text: str) -> None:
    browser = desk.browser("mita")
    page = BeautifulSoup(browser.get(LIST, params={"q": text}).text, "html.parser")
    assert [head.get_text() for head in page.select(".row h2")][:1] == ["石田 真帆 様"]


def test_what_a_search_matched_is_shown_when_the_name_does_not_show_it(desk: ConsoleDesk) -> None:
    assert "一致: 注文番号 1092" in desk.browser("mita").get(f"{LIST}?q=1092").text


def test_a_search_without_a_hit_says_what_else_to_try(desk: ConsoleDesk) -> None:
    page = desk.browser("mita").get(f"{LIST}?q=%3Cscript%3E1").text
    assert "見つかりませんでした" in page
    assert "<script>1" not in page


def test_more_than_a_page_of_customers_can_be_turned(desk: ConsoleDesk) -> None:
    desk.insight.people = tuple(
        replace(PEOPLE[0], customer_id=f"c{n:03}", given=f"{n:03}") for n in range(2 * PAGE + 1)
    )
    first, second = names(desk, f"{LIST}?tab=all"), names(desk, f"{LIST}?tab=all&offset={PAGE}")
    assert (len(first), len(second)) == (PAGE, PAGE)
    assert not set(first) & set(second)
    assert names(desk, f"{LIST}?tab=all&offset={10 * PAGE}") == []


def test_an_empty_list_says_what_is_missing(desk: ConsoleDesk) -> None:
    desk.insight.bare = True
    page = desk.browser("mita").get(LIST).text
    assert "この一覧に出せる方は、まだいません。" in page
    assert "30名に届かないため" in page


def test_switching_the_language_keeps_the_search(desk: ConsoleDesk) -> None:
    page = desk.browser("mita").get(LIST, params={"q": "石田&x"}).text
    assert "/console/customers?q=%E7%9F%B3%E7%94%B0%26x&amp;lang=en" in page


def test_a_draft_leads_to_the_chart_and_the_header_to_every_place(desk: ConsoleDesk) -> None:
    desk.customer()
    desk.draft()
    page = desk.browser("mita").get("/console/drafts/d1").text
    for place in ("/console/customers/c1", "/console/customers", "/console/accuracy"):
        assert f'href="{place}"' in page


def test_after_log_in_one_is_back_on_the_chart(desk: ConsoleDesk) -> None:
    browser = desk.browser()
    place = browser.get("/console/customers/c1").headers["location"]
    answer = browser.post("/console/login", page=place, name="mita", password=PASSWORD)
    assert answer.headers["location"] == "/console/customers/c1"
