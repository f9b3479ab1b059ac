"""The page about house rules: what it tells, and who may answer."""

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import Engine

from agent.clock import FixedClock
from agent.domain.house_rule import HouseRule, RuleExample, RuleKind, RuleState, RuleStep
from tests.support.console_desk import ConsoleDesk
from tests.support.rule_life import live_through_edits

PLACE = "/console/rules"


@pytest.fixture
def desk(engine: Engine, clock: FixedClock) -> ConsoleDesk:
    return ConsoleDesk(engine, clock)


def page(desk: ConsoleDesk, who: str = "oono", query: str = "lang=ja") -> BeautifulSoup:
    answer = desk.browser(who).get(f"{PLACE}?{query}")
    assert answer.status_code == 200
    return BeautifulSoup(answer.text, "html.parser")


def proposed(desk: ConsoleDesk) -> list[HouseRule]:
    live_through_edits(desk)
    return list(desk.rules.propose(by="mori").found)


def test_without_edits_the_page_says_what_it_waits_for(desk: ConsoleDesk) -> None:
    assert "同じ直しが2通以上で3回" in page(desk).get_text()


def test_looking_at_the_edits_lists_proposals_with_counts_and_changes(desk: ConsoleDesk) -> None:
    live_through_edits(desk)
    answer = desk.browser("mori").post(f"{PLACE}/propose", page=PLACE)
    assert answer.status_code == 200
    text = BeautifulSoup(answer.text, "html.parser").get_text(" ", strip=True)
    assert "12通（手直しあり 12通）を見ました。" in text
    assert "「ご購入」は「お求め」と書く" in text
    assert "4回のうち4回、直されています" in text
    assert "直した人: kaki、oono" in text
    cards = page(desk).select(".rule")
    assert len(cards) == len(desk.rules.standing())
    assert cards[0].select_one("details ins") is not None


@pytest.mark.parametrize("who", ["oono", "mori"])
def test_owners_and_approvers_accept_and_undo(desk: ConsoleDesk, who: str) -> None:
    rule = proposed(desk)[0]
    browser = desk.browser(who)
    done = browser.post(f"{PLACE}/{rule.rule_id}/accept", page=PLACE)
    assert (done.status_code, done.headers["location"]) == (303, f"{PLACE}?said=accept")
    assert desk.rules.history(rule.rule_id)[-1].by == who
    assert "守っているきまり" in page(desk).get_text()
    browser.post(f"{PLACE}/{rule.rule_id}/undo", page=PLACE)
    browser.post(f"{PLACE}/{rule.rule_id}/reject", page=PLACE)
    assert desk.rules.history(rule.rule_id)[-1].state is RuleState.REJECTED
    assert "見送ったもの" in page(desk).get_text()


@pytest.mark.parametrize("who", ["kaki", "mita"])
def test_others_read_and_cannot_answer(desk: ConsoleDesk, who: str) -> None:
    rule = proposed(desk)[0]
    shown = page(desk, who)
    assert "決められるのは、オーナーと承認者です。" in shown.get_text()
    assert shown.find("button", string="採用する") is None
    answer = desk.browser(who).post(f"{PLACE}/{rule.rule_id}/accept", page=PLACE)
    assert answer.status_code == 403
    assert desk.browser(who).post(f"{PLACE}/propose", page=PLACE).status_code == 403
    assert desk.rules.history(rule.rule_id)[-1].state is RuleState.PROPOSED


def test_a_rule_is_tried_on_waiting_drafts_before_it_is_accepted(desk: ConsoleDesk) -> None:
    rule = next(rule for rule in proposed(desk) if rule.before == "ご購入")
    shown = page(desk, query=f"try={rule.rule_id}")
    tried = shown.select_one("#tried")
    assert tried is not None
    assert "いまの下書き3通のうち1通が変わります。" in tried.get_text()
    assert "お求めいただき" in tried.get_text()
    assert page(desk, query="try=r00000000").select_one("#tried") is None


def test_a_second_answer_says_why_not_and_an_unknown_rule_is_not_found(desk: ConsoleDesk) -> None:
    rule = proposed(desk)[0]
    browser = desk.browser("mori")
    browser.post(f"{PLACE}/{rule.rule_id}/accept", page=PLACE)
    again = browser.post(f"{PLACE}/{rule.rule_id}/accept", page=PLACE)
    assert again.status_code == 409
    assert "先に取り消してください" in again.text
    assert browser.post(f"{PLACE}/r00000000/accept", page=PLACE).status_code == 404


def test_the_english_page_is_english_but_for_the_rules_own_words(desk: ConsoleDesk) -> None:
    rule = proposed(desk)[0]
    main = page(desk, query=f"lang=en&try={rule.rule_id}").select_one("main")
    assert main is not None
    for japanese in main.select("[lang=ja]"):
        japanese.decompose()
    assert not any("\u3040" <= sign <= "\u30ff" for sign in main.get_text())


def test_markup_in_a_rule_is_shown_as_text(desk: ConsoleDesk) -> None:
    bad = "<script>alert(1)</script>"
    rule = HouseRule(RuleKind.REPHRASE, bad, "x", 3, 3, 3, (bad,), (RuleExample("d1", bad, bad),))
    with desk.units() as work:
        work.voice.add_step(RuleStep(rule, RuleState.PROPOSED, bad, bad, desk.clock.now()))
        work.commit()
    answer = desk.browser("oono").get(PLACE).text
    assert "<script>alert" not in answer
    assert "&lt;script&gt;alert" in answer
