"""What a person sees before they decide."""

from dataclasses import replace

import pytest
from bs4 import BeautifulSoup, Tag
from sqlalchemy import Engine

from agent.clock import FixedClock
from agent.domain.draft import DraftState
from agent.domain.finding import Finding, Severity
from agent.domain.message import Paragraph, Passage
from agent.domain.occasion import Channel, Occasion
from tests.support.console_desk import ConsoleDesk


@pytest.fixture
def desk(engine: Engine, clock: FixedClock) -> ConsoleDesk:
    return ConsoleDesk(engine, clock)


def page_of(desk: ConsoleDesk, draft_id: str = "d1", *, who: str = "mori") -> BeautifulSoup:
    answer = desk.browser(who).get(f"/console/drafts/{draft_id}")
    assert answer.status_code == 200
    return BeautifulSoup(answer.text, "html.parser")


def light(page: BeautifulSoup) -> tuple[str, str]:
    """The colour and the words of the consent light."""
    found = page.select_one(".light")
    assert isinstance(found, Tag)
    return found["class"][-1], found.get_text(" ", strip=True)


def approve_button(page: BeautifulSoup) -> Tag:
    found = page.select_one("form.approve button")
    assert isinstance(found, Tag)
    return found


def test_the_chart_is_summed_up_beside_the_text(desk: ConsoleDesk) -> None:
    desk.customer()
    desk.draft()
    said = page_of(desk).get_text(" ", strip=True)
    for words in ("佐藤 花子 様", "ご購入のお礼", "3,300円", "1回", "新規"):
        assert words in said


def test_the_text_on_the_page_is_exactly_what_will_be_sent(desk: ConsoleDesk) -> None:
    desk.customer()
    desk.draft()
    version = desk.read().version
    body = page_of(desk).select_one(".message .body")
    assert version is not None
    assert body is not None
    assert body.get_text() == version.body


@pytest.mark.parametrize(
    ("consent", "colour"), [(True, "light-ok"), (False, "light-no"), (None, "light-unknown")]
)
def test_the_light_shows_consent_and_only_green_lets_approve(
    desk: ConsoleDesk, consent: bool | None, colour: str
) -> None:
    desk.customer(consent_email=consent)
    desk.draft()
    page = page_of(desk)
    assert light(page)[0] == colour
    assert approve_button(page).has_attr("disabled") is not (consent is True)


def test_consent_to_mail_is_not_consent_to_line(desk: ConsoleDesk) -> None:
    desk.customer(consent_line=False)
    desk.draft(channel=Channel.LINE)
    colour, words = light(page_of(desk))
    assert colour == "light-no"
    assert "LINE" in words


def test_a_withdrawn_member_and_a_stopped_address_are_red_with_the_reason(desk: ConsoleDesk) -> None:
    desk.customer("c1", withdrawn=True)
    desk.draft("d1")
    desk.customer("c2")
    desk.draft("d2", customer="c2")
    desk.rows.suppress(Channel.EMAIL, "c2@example.com")
    assert "退会" in light(page_of(desk, "d1"))[1]
    assert "bounced" in light(page_of(desk, "d2"))[1]


def test_an_apology_may_go_out_without_consent_to_advertising(desk: ConsoleDesk) -> None:
    desk.customer(consent_email=False)
    desk.draft(occasion=Occasion.SERVICE_RECOVERY)
    assert not approve_button(page_of(desk)).has_attr("disabled")


def test_a_customer_who_vanished_leaves_a_page_that_says_so(desk: ConsoleDesk) -> None:
    desk.draft()
    page = page_of(desk)
    assert "カルテは見つかりません" in page.get_text()
    assert approve_button(page).has_attr("disabled")


def test_each_paragraph_leads_to_its_records_and_a_lost_one_is_named(desk: ConsoleDesk) -> None:
    desk.customer()
    desk.draft()
    draft = desk.read()
    assert draft.version is not None
    version = replace(
        draft.version,
        paragraphs=(Paragraph("一段落目", ("f1", "gone"), ("p1",)), Paragraph("二段落目")),
        evidence_facts={"f1": "10月1日に購入しました。"},
        evidence_passages=(Passage("p1", "policy:returns", None, "返品・交換", "30日以内は交換できます。"),),
    )
    with desk.units() as unit:
        unit.drafts.add(replace(draft, draft_id="d2", version=version), by="okaeri", trigger="d2")
        unit.commit()
    first, second = page_of(desk, "d2").select(".evidence")
    for words in (
        "10月1日に購入しました。",
        "返品・交換",
        "30日以内は交換できます。",
        "記録が見つかりません",
    ):
        assert words in first.get_text()
    assert "根拠なし" in second.get_text()


def test_a_finding_and_its_words_point_at_each_other(desk: ConsoleDesk) -> None:
    desk.customer()
    desk.draft()
    found = Finding("tone", Severity.REVIEW, "body", (0, 4), "佐藤さま", "ご確認ください。", "佐藤様")
    with desk.units() as unit:
        unit.drafts.record_findings("d1", 1, [found], stage="compose")
        unit.commit()
    page = page_of(desk)
    marked = page.select_one(".body mark a")
    assert marked is not None
    assert (marked.get_text(), marked["href"]) == ("佐藤さま", "#finding-1")
    listed = page.select_one("#finding-1")
    assert listed is not None
    for words in ("要確認", "佐藤さま", "ご確認ください。", "佐藤様"):
        assert words in listed.get_text()


def test_a_blocking_finding_shuts_the_approve_button_and_says_why(desk: ConsoleDesk) -> None:
    desk.customer()
    desk.draft(state=DraftState.HELD)
    found = Finding("tone", Severity.BLOCK, "body", (0, 4), "佐藤さま", "直してください。")
    with desk.units() as unit:
        unit.drafts.record_findings("d1", 1, [found], stage="compose")
        unit.commit()
    page = page_of(desk)
    assert approve_button(page).has_attr("disabled")
    assert "直すと承認できます" in page.get_text()


def test_a_draft_held_by_a_world_that_is_well_again_can_be_tried_once_more(desk: ConsoleDesk) -> None:
    desk.customer()
    desk.draft(state=DraftState.HELD)
    button = approve_button(page_of(desk))
    assert button.get_text() == "もう一度調べて承認"
    assert desk.browser("mori").answer("d1", "approve").status_code == 303
    assert desk.state() is DraftState.SCHEDULED


def test_a_decided_draft_shows_its_life_and_asks_for_nothing(desk: ConsoleDesk) -> None:
    desk.customer()
    desk.approved()
    page = page_of(desk)
    assert page.select("form.approve") == []
    said = page.get_text(" ", strip=True)
    for words in ("返答はもう必要ありません", "承認済み · mori", "送信予約 · mori", "承認 · mori"):
        assert words in said
