"""Several drafts at once: only green ones, one of them read first, each approved by itself, told one by one."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import Engine

from agent.clock import FixedClock
from agent.domain.draft import DraftState, Recommendation
from agent.domain.finding import Finding, Severity
from agent.domain.occasion import Occasion
from agent.service.bulk_rules import not_together
from tests.support.console_desk import Browser, ConsoleDesk

SORRY = "お届けが遅れましたこと、誠に申し訳ございません。ご都合のよいときに、お聞かせください。"


@pytest.fixture
def desk(engine: Engine, clock: FixedClock) -> ConsoleDesk:
    desk = ConsoleDesk(engine, clock)
    for name in ("a", "b", "c"):
        desk.customer(name)
        desk.draft(f"d_{name}", customer=name)
    return desk


def offered(browser: Browser) -> list[str]:
    found = BeautifulSoup(browser.get("/console/bulk").text, "html.parser")
    return [str(box["value"]) for box in found.select("input[name=draft]")]


def select(browser: Browser, *draft_ids: str) -> str:
    """Choose drafts; the address of the selection."""
    form = {**browser.fields("/console/bulk"), "draft": list(draft_ids)}
    answer = browser.client.post("/console/bulk-selections", data=form)
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


def approve(browser: Browser, place: str) -> BeautifulSoup:
    """Read the sample, approve, and read what became of it."""
    browser.post(f"{place}/sample", page=place)
    assert browser.post(f"{place}/approve", page=place).status_code == 303
    return BeautifulSoup(browser.get(place).text, "html.parser")


def test_only_drafts_without_a_finding_whose_occasion_allows_it_are_offered(desk: ConsoleDesk) -> None:
    desk.draft("d_sorry", customer="a", occasion=Occasion.SERVICE_RECOVERY, text=SORRY)
    desk.draft("d_vip", customer="a", occasion=Occasion.VIP)
    desk.draft("d_rest", customer="a", recommendation=Recommendation.DO_NOT_SEND)
    desk.draft("d_held", customer="a", state=DraftState.HELD)
    desk.draft("d_over", customer="a", expires_at=desk.clock.now() - timedelta(hours=1))
    desk.draft("d_found", customer="a", text="【商品名】はいかがでしたか。")
    desk.decide.approve("d_found", by="mori")
    assert offered(desk.browser("mori")) == ["d_a", "d_b", "d_c"]


def test_a_forged_choice_of_an_apology_is_left_out(desk: ConsoleDesk) -> None:
    desk.draft("d_sorry", customer="a", occasion=Occasion.SERVICE_RECOVERY, text=SORRY)
    browser = desk.browser("mori")
    place = select(browser, "d_a", "d_sorry", "nothing")
    assert "d_sorry" not in browser.get(place).text
    form = {**browser.fields("/console/bulk"), "draft": ["d_sorry"]}
    assert browser.client.post("/console/bulk-selections", data=form).status_code == 422


def test_the_page_names_number_and_recipients_and_asks_to_read_one_first(desk: ConsoleDesk) -> None:
    browser = desk.browser("mori")
    place = select(browser, "d_a", "d_b", "d_c")
    page = browser.get(place).text
    assert "3件をまとめて承認します" in page
    assert [page.count(f"{name}@example.com") for name in ("a", "b", "c")] == [1, 1, 1]
    assert "先日はお買い上げいただき" not in page
    refused = browser.post(f"{place}/approve", page=place)
    assert refused.status_code == 422
    assert "見本をまだ開いていません" in refused.text
    assert desk.outbox() == []
    browser.post(f"{place}/sample", page=place)
    assert "先日はお買い上げいただき" in browser.get(place).text


def test_each_is_approved_with_its_text_and_told_and_a_second_press_changes_nothing(
    desk: ConsoleDesk,
) -> None:
    browser = desk.browser("mori")
    place = select(browser, "d_a", "d_b", "d_c")
    assert "3件を承認しました" in approve(browser, place).get_text()
    assert [row.draft_id for row in desk.outbox()] == ["d_a", "d_b", "d_c"]
    again = browser.post(f"{place}/approve", page=place)
    assert again.status_code == 303
    with desk.units(read_only=True) as unit:
        assert [len(unit.drafts.decisions(d)) for d in ("d_a", "d_b", "d_c")] == [1, 1, 1]
        assert unit.audit.verify() is None


def test_what_changed_meanwhile_is_refused_with_its_reason_and_the_others_go(desk: ConsoleDesk) -> None:
    browser = desk.browser("mori")
    place = select(browser, "d_a", "d_b", "d_c")
    version = desk.read("d_a").version
    assert version is not None
    desk.decide.edit("d_a", by="kaki", text=version.body.replace("誠に", ""))
    desk.decide.never("d_b", by="oono")
    page = approve(browser, place).get_text(" ", strip=True)
    assert "1件を承認しました" in page
    assert "2件は承認できませんでした" in page
    assert "いまの文面が違います" in page
    assert [row.draft_id for row in desk.outbox()] == ["d_c"]


def test_a_text_the_gate_would_stop_today_stays_behind(desk: ConsoleDesk) -> None:
    desk.draft("d_doubt", customer="a", text="ご拝見いただき、ありがとうございます。")
    browser = desk.browser("mori")
    place = select(browser, "d_doubt")
    assert "1件は承認できませんでした" in approve(browser, place).get_text()
    assert desk.outbox() == []


def test_one_finding_of_any_weight_is_enough_to_be_read_alone(desk: ConsoleDesk) -> None:
    note = Finding("tone", Severity.NOTE, "body", (0, 2), "先日", "言葉づかいをご確認ください")
    draft = desk.read("d_a")
    assert not_together(draft, ()) is None
    refusal = not_together(draft, (note,))
    assert refusal is not None
    assert refusal.code == "not_green"


def test_all_of_it_can_be_taken_back(desk: ConsoleDesk) -> None:
    browser = desk.browser("mori")
    place = select(browser, "d_a", "d_b")
    approve(browser, place)
    assert browser.post(f"{place}/undo", page=place).status_code == 303
    assert browser.post(f"{place}/undo", page=place).status_code == 303
    assert "2件の承認を取り消しました" in browser.get(place).text
    assert {desk.state("d_a"), desk.state("d_b")} == {DraftState.WAITING}
    assert select(browser, "d_a", "d_b") != place


def test_nothing_leaves_before_the_last_of_them_may_still_be_undone(desk: ConsoleDesk) -> None:
    browser = desk.browser("mori")
    approve(browser, select(browser, "d_a", "d_b", "d_c"))
    assert all(row.due_at >= desk.clock.now() + timedelta(seconds=10) for row in desk.outbox())


def test_somebody_elses_selection_is_not_found(desk: ConsoleDesk) -> None:
    place = select(desk.browser("mori"), "d_a")
    assert desk.browser("oono").get(place).status_code == 404


def test_the_sample_is_remembered_for_the_same_choice_of_the_same_person(desk: ConsoleDesk) -> None:
    browser = desk.browser("mori")
    place = select(browser, "d_a", "d_b")
    browser.post(f"{place}/sample", page=place)
    assert select(browser, "d_b", "d_a") == place
    assert "disabled" not in browser.get(place).text


def test_two_presses_at_once_make_one_message_each(desk: ConsoleDesk) -> None:
    browser = desk.browser("mori")
    place = select(browser, "d_a", "d_b", "d_c")
    browser.post(f"{place}/sample", page=place)
    form = browser.fields(place)
    with ThreadPoolExecutor(2) as presses:
        codes = [
            one.status_code
            for one in presses.map(lambda _: browser.client.post(f"{place}/approve", data=form), range(2))
        ]
    assert codes == [303, 303]
    assert len(desk.outbox()) == 3
    assert "3件を承認しました" in browser.get(place).text


def test_too_many_and_none_at_all_are_told_kindly(desk: ConsoleDesk) -> None:
    browser = desk.browser("mori")
    for chosen in ([], [f"d{n}" for n in range(51)]):
        form = {**browser.fields("/console/bulk"), "draft": chosen}
        answer = browser.client.post("/console/bulk-selections", data=form)
        assert answer.status_code == 422
        assert "できませんでした" in answer.text
