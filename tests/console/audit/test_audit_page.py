"""The record as staff see it: filtered, paged by key, watched over, taken along as a file; and a draft redrafted."""

import csv
import io
from typing import Any

import pytest
from sqlalchemy import Engine, text

from agent.clock import FixedClock
from agent.domain.draft import Draft, DraftState
from tests.support.console_desk import ConsoleDesk
from tests.support.sending_desk import SendingDesk

PLACE = "/console/audit"


@pytest.fixture
def desk(engine: Engine, clock: FixedClock) -> ConsoleDesk:
    return ConsoleDesk(engine, clock)


def record(desk: SendingDesk, count: int, *, actor: str = "mori", about: str = "d1", **detail: Any) -> None:
    with desk.units() as unit:
        for _ in range(count):
            unit.audit.record(
                actor=actor, action="approved", object_kind="draft", object_id=about, detail=detail
            )
        unit.commit()


def test_a_decision_shows_who_when_which_text_and_what_it_rests_on(desk: ConsoleDesk) -> None:
    desk.customer()
    desk.draft()
    desk.browser("mori").answer("d1", "approve")
    page = desk.browser("oono").get(f"{PLACE}?about=d1").text
    version = desk.read().version
    assert version is not None
    digest = version.digest(channel=desk.read().channel, recipient=desk.read().recipient)
    for said in (
        "mori",
        "承認",
        'href="/console/drafts/d1"',
        digest[:16],
        "embedded",
        "f1",
        "11月21日 10:00",
    ):
        assert said in page


def test_an_edit_shows_the_text_before_and_after(desk: ConsoleDesk) -> None:
    desk.customer()
    desk.draft()
    old = desk.read().version
    assert old is not None
    desk.decide.edit("d1", by="kaki", text=old.body + "\n", subject="お礼を申し上げます")
    with desk.units(read_only=True) as unit:
        entry = next(e for e in unit.audit.following(0, limit=99) if e.action == "decided_edit")
    before = old.digest(channel=desk.read().channel, recipient=desk.read().recipient)
    assert entry.detail["digest_before"] == before != entry.detail["digest"]
    page = desk.browser("mori").get(f"{PLACE}?about=d1").text
    assert before[:16] in page
    assert str(entry.detail["digest"])[:16] in page


def test_the_pages_follow_each_other_by_key_and_lose_no_row(desk: ConsoleDesk) -> None:
    record(desk, 120)
    browser = desk.browser("mori")
    seen: list[str] = []
    place: str | None = f"{PLACE}?about=d1"
    while place:
        page = browser.get(place.replace("&amp;", "&")).text
        seen += rows_of(page)
        place = link_of(page, "古い記録")
        record(desk, 1, about="d2")  # what comes meanwhile moves nothing
    assert len(seen) == 120
    assert len(set(seen)) == 120


def rows_of(page: str) -> list[str]:
    return [part.split("行目")[0] for part in page.split("<dt>鎖</dt><dd>")[1:]]


def link_of(page: str, words: str) -> str | None:
    before, found, _ = page.partition(f'">{words}</a>')
    return before.rpartition('href="')[2] if found else None


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("day=2026-13-99", "日付として読めません"),
        ("action=drop_table", "という操作はありません"),
        ("about=d_forged", "この条件に合う記録はありません"),
        ("by=%3Cscript%3Ealert(1)%3C/script%3E", "この条件に合う記録はありません"),
        ("before=zzz&after=-1", "承認"),
        ("before=99999999999999999999999", "承認"),
    ],
)
def test_an_address_nobody_meant_still_helps(desk: ConsoleDesk, query: str, says: str) -> None:
    record(desk, 1)
    answer = desk.browser("mori").get(f"{PLACE}?{query}")
    assert answer.status_code == 200
    assert says in answer.text
    assert "<script>alert" not in answer.text


def test_the_verdict_is_shown_and_a_broken_row_named(desk: ConsoleDesk) -> None:
    record(desk, 3)
    browser = desk.browser("mori")
    assert "まだ確かめていません" in browser.get(PLACE).text
    assert browser.post(f"{PLACE}/verify", page=PLACE).headers["location"] == f"{PLACE}?said=verify"
    assert "書き換えはありません" in browser.get(PLACE).text
    with desk.engine.begin() as connection:
        connection.execute(text("update audit set actor = 'mallory' where sequence = 2"))
    browser.post(f"{PLACE}/verify", page=PLACE)
    assert "2行目で記録がつながっていません" in browser.get(PLACE).text


@pytest.mark.parametrize(("encoding", "codec"), [("utf-8", "utf-8-sig"), ("cp932", "cp932")])
def test_the_file_holds_what_was_filtered(desk: ConsoleDesk, encoding: str, codec: str) -> None:
    record(desk, 3, reason="=cmd|'/C calc'!A0")
    record(desk, 2, actor="oono")
    answer = desk.browser("mori").get(f"{PLACE}.csv?by=mori&encoding={encoding}")
    assert answer.headers["content-disposition"].startswith("attachment")
    rows = list(csv.reader(io.StringIO(answer.content.decode(codec), newline="")))
    assert {row[2] for row in rows[1:]} == {"mori"}
    assert "'=cmd|'/C calc'!A0" in {row[13] for row in rows[1:]}


def test_only_who_may_decide_sees_the_record(desk: ConsoleDesk) -> None:
    for who in ("kaki", "mita"):
        browser = desk.browser(who)
        assert browser.get(PLACE).status_code == browser.get(f"{PLACE}.csv").status_code == 403
        assert 'href="/console/audit"' not in browser.get("/console/drafts").text
    assert desk.browser().get(PLACE).status_code == 303


# -- a draft written anew


class NewForToday:
    """A composer that writes the same letter under the id it is given."""

    def __init__(self, desk: ConsoleDesk) -> None:
        self.desk, self.asked = desk, 0

    async def __call__(self, *, supersede: str | None, draft_id: str | None, **asked: Any) -> Draft:
        self.asked += 1
        new = self.desk.composed(draft_id or "d9", text="改めまして、お買い上げありがとうございました。")
        with self.desk.units() as unit:
            if supersede:
                unit.drafts.move(supersede, DraftState.SUPERSEDED, by="okaeri", why="差し替え")
            unit.drafts.add(new, by="okaeri", trigger="t")
            unit.commit()
        return new


def test_a_refused_draft_offers_to_be_written_anew_and_leads_to_the_new_one(desk: ConsoleDesk) -> None:
    desk.customer()
    desk.draft()
    desk.composer = NewForToday(desk)
    with desk.units() as unit:
        unit.drafts.move("d1", DraftState.HELD, by="mori", why="「月の化粧水」は在庫切れになりました。")
        unit.commit()
    browser = desk.browser("kaki")
    page = browser.get("/console/drafts/d1").text
    assert "いまの内容で書き直す" in page
    assert "在庫切れになりました" in page
    first = browser.post("/console/drafts/d1/redraft", page="/console/drafts/d1")
    second = browser.post("/console/drafts/d1/redraft", page="/console/drafts/d1")
    assert first.status_code == 303
    assert first.headers["location"] == second.headers["location"]
    assert desk.composer.asked == 1
    assert "改めまして" in browser.get(first.headers["location"]).text
    assert "差し替え済み" in browser.get("/console/drafts/d1").text


def test_viewers_and_waiting_drafts_are_offered_nothing(desk: ConsoleDesk) -> None:
    desk.customer()
    desk.draft()
    desk.composer = NewForToday(desk)
    assert "いまの内容で書き直す" not in desk.browser("mori").get("/console/drafts/d1").text
    viewer = desk.browser("mita")
    assert viewer.post("/console/drafts/d1/redraft", page="/console/drafts").status_code == 403
    forged = desk.browser("kaki").post("/console/drafts/d_forged/redraft", page="/console/drafts")
    assert forged.status_code == 404
