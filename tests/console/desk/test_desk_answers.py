"""The six answers given from the page a person sees."""

from dataclasses import replace

import pytest
from sqlalchemy import Engine

from agent.clock import FixedClock
from agent.domain.draft import Draft, DraftState, Recommendation
from tests.support.console_desk import ConsoleDesk


@pytest.fixture
def desk(engine: Engine, clock: FixedClock) -> ConsoleDesk:
    desk = ConsoleDesk(engine, clock)
    desk.customer()
    desk.draft()
    return desk


def test_an_approval_schedules_the_exact_text_and_shows_the_next_waiting_draft(desk: ConsoleDesk) -> None:
    desk.customer("c2")
    desk.draft("d2", customer="c2")
    answer = desk.browser("mori").answer("d1", "approve")
    assert (answer.status_code, answer.headers["location"]) == (
        303,
        "/console/drafts/d2?said=approve&about=d1",
    )
    assert desk.state("d1") is DraftState.SCHEDULED
    assert [row.draft_id for row in desk.outbox()] == ["d1"]


def test_after_the_last_draft_the_queue_says_that_all_is_done(desk: ConsoleDesk) -> None:
    browser = desk.browser("mori")
    place = browser.answer("d1", "approve").headers["location"]
    page = browser.get(place).text
    assert "承認しました" in page
    assert "確認待ちはありません" in page


def test_two_clicks_on_approve_make_one_decision_and_one_message(desk: ConsoleDesk) -> None:
    browser = desk.browser("mori")
    form = browser.fields("/console/drafts/d1")
    for _ in range(2):
        assert browser.client.post("/console/drafts/d1/approve", data=form).status_code == 303
    with desk.units(read_only=True) as unit:
        assert len(unit.drafts.decisions("d1")) == 1
    assert len(desk.outbox()) == 1


def test_a_text_that_changed_since_it_was_seen_is_not_approved(desk: ConsoleDesk) -> None:
    browser = desk.browser("mori")
    seen = browser.fields("/console/drafts/d1")
    version = desk.read("d1").version
    assert version is not None
    body = version.body.replace("誠に", "")
    assert desk.browser("kaki").answer("d1", "edit", subject="お礼", body=body).status_code == 303
    answer = browser.client.post("/console/drafts/d1/approve", data=seen)
    assert answer.status_code == 409
    assert "文面が違います" in answer.text
    assert desk.state("d1") is DraftState.WAITING


def test_an_approval_that_names_no_text_is_not_taken(desk: ConsoleDesk) -> None:
    answer = desk.browser("mori").answer("d1", "approve", digest="")
    assert answer.status_code == 422
    assert desk.state("d1") is DraftState.WAITING


def test_an_edit_becomes_a_new_version_with_the_persons_name(desk: ConsoleDesk) -> None:
    version = desk.read("d1").version
    assert version is not None
    body = version.body.replace("誠に", "").replace("\n", "\r\n")
    answer = desk.browser("kaki").answer("d1", "edit", subject="お礼申し上げます", body=body)
    assert answer.headers["location"] == "/console/drafts/d1?said=edit"
    edited = desk.read("d1").version
    assert edited is not None
    assert (edited.number, edited.author, edited.subject) == (2, "staff:kaki", "お礼申し上げます")
    assert "\r" not in edited.body


def test_the_page_shows_what_an_edit_changed(desk: ConsoleDesk) -> None:
    version = desk.read("d1").version
    assert version is not None
    browser = desk.browser("kaki")
    browser.answer("d1", "edit", subject="お礼", body=version.body.replace("誠に", "本当に"))
    page = browser.get("/console/drafts/d1").text
    assert "<ins>先日はお買い上げいただき、本当にありがとうございました。</ins>" in page
    assert "<del>先日はお買い上げいただき、誠にありがとうございました。</del>" in page


def test_an_edit_of_an_old_text_is_refused_and_the_words_stay_in_the_editor(desk: ConsoleDesk) -> None:
    version = desk.read("d1").version
    assert version is not None
    late = desk.browser("mori")
    seen = late.fields("/console/drafts/d1")
    desk.browser("kaki").answer("d1", "edit", subject="お礼", body=version.body.replace("誠に", ""))
    answer = late.client.post(
        "/console/drafts/d1/edit", data=seen | {"subject": "別件", "body": "わたしの言葉"}
    )
    assert answer.status_code == 409
    editor = answer.text.split("<textarea", 1)[1]
    assert "わたしの言葉" in editor


def test_an_edit_the_gate_stops_is_kept_and_held_with_its_finding(desk: ConsoleDesk) -> None:
    browser = desk.browser("kaki")
    browser.answer("d1", "edit", subject="お礼", body="{{customer_name}}さま\nありがとうございます。")
    assert desk.state("d1") is DraftState.HELD
    page = browser.get("/console/drafts/d1").text
    assert 'class="sev-block"' in page
    assert "placeholder_or_template_residue" in page


class Rewriter:
    """Writes what it was asked for."""

    def __init__(self, desk: ConsoleDesk) -> None:
        self.desk = desk

    async def rewrite(self, draft_id: str, *, instruct: str | None, by: str) -> Draft:
        """A new version that says the wish."""
        old = self.desk.read(draft_id).version
        assert old is not None
        version = replace(old, number=old.number + 1, body=f"{instruct}\n{old.body}")
        with self.desk.units() as unit:
            unit.drafts.add_version(
                draft_id, version, (), stage="compose", after=DraftState.WAITING, by=by, why="書き直し"
            )
            unit.commit()
        return self.desk.read(draft_id)


def test_a_rewrite_asked_for_in_words_comes_back_on_the_same_page(engine: Engine, clock: FixedClock) -> None:
    desk = ConsoleDesk(engine, clock)
    desk.rewrite_with(Rewriter(desk))
    desk.customer()
    desk.draft()
    browser = desk.browser("kaki")
    answer = browser.answer("d1", "rewrite", words="もう少し短く")
    assert answer.headers["location"] == "/console/drafts/d1?said=rewrite"
    assert "もう少し短く" in browser.get("/console/drafts/d1").text
    with desk.units(read_only=True) as unit:
        assert unit.drafts.decisions("d1")[-1].reason == "もう少し短く"


def test_a_rejection_keeps_its_reason(desk: ConsoleDesk) -> None:
    assert desk.browser("mori").answer("d1", "reject", reason="tone").status_code == 303
    with desk.units(read_only=True) as unit:
        assert unit.drafts.decisions("d1")[-1].reason == "tone"
    assert desk.state("d1") is DraftState.REJECTED


def test_a_rejection_without_a_reason_is_not_taken(desk: ConsoleDesk) -> None:
    answer = desk.browser("mori").answer("d1", "reject")
    assert answer.status_code == 422
    assert "理由" in answer.text
    assert desk.state("d1") is DraftState.WAITING


def test_later_hides_the_draft_and_the_queue_says_so(desk: ConsoleDesk) -> None:
    browser = desk.browser("mori")
    browser.answer("d1", "later")
    page = browser.get("/console/drafts").text
    assert "/console/drafts/d1" not in page
    assert "1件あります" in page


def test_never_needs_the_box_and_then_stops_every_message_to_the_customer(desk: ConsoleDesk) -> None:
    browser = desk.browser("mori")
    assert browser.answer("d1", "never").status_code == 422
    assert desk.state("d1") is DraftState.WAITING
    assert browser.answer("d1", "never", confirmed="yes").status_code == 303
    assert desk.state("d1") is DraftState.SUPPRESSED


def test_a_world_that_changed_refuses_with_its_reason(desk: ConsoleDesk) -> None:
    browser = desk.browser("mori")
    seen = browser.fields("/console/drafts/d1")
    with desk.units() as unit:
        unit.consents.refuse("c1", None, source="console")
        unit.commit()
    answer = browser.client.post("/console/drafts/d1/approve", data=seen)
    assert answer.status_code == 409
    assert "停止されています" in answer.text
    assert desk.outbox() == []


def test_do_not_send_is_shown_as_advice_and_accepted_with_one_press(desk: ConsoleDesk) -> None:
    desk.draft("d2", recommendation=Recommendation.DO_NOT_SEND)
    browser = desk.browser("mori")
    assert "送らないことをおすすめ" in browser.get("/console/drafts").text
    assert "おすすめどおり送らない" in browser.get("/console/drafts/d2").text
    assert browser.answer("d2", "reject", reason="timing").status_code == 303
    assert desk.state("d2") is DraftState.REJECTED


def test_sending_against_the_advice_needs_a_reason(desk: ConsoleDesk) -> None:
    desk.draft("d2", recommendation=Recommendation.DO_NOT_SEND)
    browser = desk.browser("mori")
    assert browser.answer("d2", "approve", reason="").status_code == 409
    assert browser.answer("d2", "approve", reason="お電話でご希望がありました").status_code == 303
    assert desk.state("d2") is DraftState.SCHEDULED


def test_an_unknown_draft_gives_a_page_that_leads_back(desk: ConsoleDesk) -> None:
    answer = desk.browser("mori").get("/console/drafts/nothing")
    assert answer.status_code == 404
    assert 'href="/console/"' in answer.text
