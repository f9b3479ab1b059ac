"""The gate reads an edit before it is saved."""

import pytest
from bs4 import BeautifulSoup
from httpx2 import Response
from sqlalchemy import Engine

from agent.clock import FixedClock
from tests.support.console_desk import Browser, ConsoleDesk


@pytest.fixture
def desk(engine: Engine, clock: FixedClock) -> ConsoleDesk:
    desk = ConsoleDesk(engine, clock)
    desk.customer()
    desk.draft()
    return desk


def body_of(desk: ConsoleDesk) -> str:
    version = desk.read().version
    assert version is not None
    return version.body


def ask(browser: Browser, body: str, **fields: str) -> Response:
    """Post an unsaved text as the editor does while somebody types."""
    form = browser.fields("/console/drafts/d1") | {"subject": "お礼", "preheader": "", "body": body} | fields
    headers = {"Origin": browser.base_url, "HX-Request": "true"}
    return browser.client.post("/console/drafts/d1/check", data=form, headers=headers)


def test_a_finding_comes_and_goes_with_the_words_and_nothing_is_stored(desk: ConsoleDesk) -> None:
    browser, body = desk.browser("kaki"), body_of(desk)
    bad = ask(browser, body.replace("誠に", "【商品名】を誠に").replace("\n", "\r\n"))
    assert bad.status_code == 200
    page = BeautifulSoup(bad.text, "html.parser")
    assert [one.get_text() for one in page.select("#live-1 blockquote")] == ["【商品名】"]
    assert [one.get_text() for one in page.select("#marks-body mark.sev-block")] == ["【商品名】"]
    assert "直すまで承認できません" in page.select("#live-verdict")[0].get_text()
    good = BeautifulSoup(ask(browser, body).text, "html.parser")
    assert good.select(".finding") == []
    assert "指摘はありません" in good.select("#live-verdict")[0].get_text()
    version = desk.read().version
    assert version is not None
    assert (version.number, version.body) == (1, body)


def test_the_marks_stand_under_the_same_letters_as_the_words(desk: ConsoleDesk) -> None:
    body = body_of(desk).replace("誠に", "𠮷田さまへ【商品名】を誠に")
    page = BeautifulSoup(ask(desk.browser("kaki"), body).text, "html.parser")
    assert page.select("#marks-body")[0].get_text() == body.rstrip()


def test_a_finding_in_the_subject_is_marked_there(desk: ConsoleDesk) -> None:
    page = BeautifulSoup(
        ask(desk.browser("kaki"), body_of(desk), subject="{{product}}のお礼").text, "html.parser"
    )
    assert page.select("#marks-subject mark")[0].get_text() == "{{product}}"


def test_an_empty_subject_is_told_in_words_and_not_as_an_error(desk: ConsoleDesk) -> None:
    answer = ask(desk.browser("kaki"), body_of(desk), subject="")
    assert answer.status_code == 200
    assert "件名が空です" in answer.text


def test_hostile_words_stay_words(desk: ConsoleDesk) -> None:
    answer = ask(desk.browser("kaki"), '<script>alert(1)</script><b onclick="x">【商品名】')
    assert "<script>" not in answer.text
    assert "&lt;script&gt;" in answer.text


def test_two_hundred_lines_are_read_like_two(desk: ConsoleDesk) -> None:
    long = body_of(desk) + "\n".join(f"{n}行目のお知らせです。" for n in range(200))
    assert ask(desk.browser("kaki"), long).status_code == 200
    assert desk.browser("kaki").answer("d1", "edit", subject="お礼", body=long).status_code == 303
    assert "199行目のお知らせです。" in desk.browser("kaki").get("/console/drafts/d1").text


def test_without_script_the_same_button_shows_the_page_with_the_words_still_in_the_editor(
    desk: ConsoleDesk,
) -> None:
    answer = desk.browser("kaki").answer("d1", "check", subject="お礼", body="【商品名】のお知らせです。")
    page = BeautifulSoup(answer.text, "html.parser")
    assert page.select("#editor")[0].has_attr("open")
    assert "【商品名】のお知らせです。" in page.select("#body")[0].get_text()
    assert page.select("#live .finding") != []


def test_a_decided_draft_says_that_it_can_no_longer_be_edited(desk: ConsoleDesk) -> None:
    browser = desk.browser("mori")
    form = browser.fields("/console/drafts/d1")
    desk.decide.approve("d1", by="mori")
    answer = browser.client.post("/console/drafts/d1/check", data=form | {"body": "x", "subject": "x"})
    assert "もう編集できません" in answer.text


def test_a_forged_id_gives_a_page_that_leads_back(desk: ConsoleDesk) -> None:
    browser = desk.browser("mori")
    form = browser.fields("/console/drafts/d1") | {"body": "x", "subject": "x", "number": "1"}
    for verb in ("check", "edit", "undo", "take", "rewrite"):
        answer = browser.client.post(f"/console/drafts/../d1%27--/{verb}", data=form)
        assert answer.status_code == 404, verb
    for verb in ("check", "edit", "undo", "take"):
        answer = browser.client.post(f"/console/drafts/nobody/{verb}", data=form)
        assert answer.status_code == 404, verb
        assert "見つかりません" in answer.text


def test_an_emptied_preheader_is_gone(desk: ConsoleDesk) -> None:
    desk.browser("kaki").answer("d1", "edit", subject="お礼", preheader="まずは一言", body=body_of(desk))
    assert desk.read().version.preheader == "まずは一言"  # type: ignore[union-attr]
    desk.browser("kaki").answer("d1", "edit", subject="お礼", preheader="", body=body_of(desk))
    assert desk.read().version.preheader is None  # type: ignore[union-attr]


def test_a_text_beyond_every_limit_is_refused_with_the_limit(desk: ConsoleDesk) -> None:
    answer = desk.browser("kaki").answer("d1", "edit", subject="お礼", body="あ" * 20_001)
    assert answer.status_code == 422
    assert "20,000字" in answer.text
