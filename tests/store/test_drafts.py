"""The draft store on both engines: versions, steps, findings, decisions."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Engine

from agent.clock import FixedClock
from agent.domain.draft import Draft, DraftState, DraftVersion, Recommendation
from agent.domain.errors import CallerMistake, NotFound, StaleVersion
from agent.domain.finding import Finding, Severity
from agent.domain.message import Paragraph, Passage
from agent.domain.occasion import Channel, Occasion
from agent.store.unit_of_work import SqlUnitOfWork

Open = Callable[[], SqlUnitOfWork]


@pytest.fixture
def units(engine: Engine, clock: FixedClock) -> Open:
    return lambda: SqlUnitOfWork(engine, shop_id="default", clock=clock)


def version(
    clock: FixedClock, number: int = 1, body: str = "𠮷田さま　ありがとうございました。"
) -> DraftVersion:
    return DraftVersion(
        number=number,
        author="embedded",
        subject="お礼",
        body=body,
        paragraphs=(Paragraph(body, ("f1",), ("p1",)),),
        evidence_facts={"f1": "はじめてのご注文"},
        evidence_passages=(Passage("p1", "product:A", "A", "化粧水", "手のひらで温めて"),),
        plan={"angle": "thanks"},
        prompt=None,
        created_at=clock.now(),
    )


def draft(clock: FixedClock, draft_id: str = "d1") -> Draft:
    finding = Finding("wrong_name", Severity.REVIEW, "body", (0, 2), "𠮷田", "ご確認ください")
    return Draft(
        draft_id=draft_id,
        customer_id="c1",
        occasion=Occasion.THANK_YOU,
        channel=Channel.EMAIL,
        recipient="a@example.com",
        state=DraftState.WAITING,
        recommendation=Recommendation.SEND,
        why="昨日はじめてのご注文",
        reward=None,
        fallback=None,
        context=None,
        version=version(clock),
        findings=(finding,),
        created_at=clock.now(),
        expires_at=None,
    )


def store(units: Open, new: Draft) -> None:
    with units() as unit:
        unit.drafts.add(new, by="system", trigger="test")
        unit.commit()


def test_a_draft_comes_back_as_it_was_stored(units: Open, clock: FixedClock) -> None:
    store(units, draft(clock))
    with units() as unit:
        assert unit.drafts.get("d1") == draft(clock)


def test_nothing_stays_without_a_commit(units: Open, clock: FixedClock) -> None:
    with units() as unit:
        unit.drafts.add(draft(clock), by="system", trigger="test")
    with units() as unit, pytest.raises(NotFound):
        unit.drafts.get("d1")


def test_an_edit_is_a_new_version_and_the_old_one_stays(units: Open, clock: FixedClock) -> None:
    store(units, draft(clock))
    with units() as unit:
        edited = version(clock, 2, "直した文面")
        unit.drafts.add_version(
            "d1", edited, (), stage="edit", after=DraftState.WAITING, by="sato", why="言い方"
        )
        unit.commit()
    with units() as unit:
        assert [v.body for v in unit.drafts.versions("d1")] == [version(clock).body, "直した文面"]
        assert unit.drafts.get("d1").findings == ()


def test_two_edits_of_the_same_version_cannot_both_win(units: Open, clock: FixedClock) -> None:
    store(units, draft(clock))
    with units() as unit:
        for _ in range(2):
            second = version(clock, 2, "直した文面")
            if _ == 1:
                with pytest.raises(StaleVersion):
                    unit.drafts.add_version(
                        "d1", second, (), stage="edit", after=DraftState.WAITING, by="b", why=""
                    )
            else:
                unit.drafts.add_version(
                    "d1", second, (), stage="edit", after=DraftState.WAITING, by="a", why=""
                )


def test_every_step_is_a_row_with_who_and_why(units: Open, clock: FixedClock) -> None:
    store(units, draft(clock))
    with units() as unit:
        unit.drafts.move("d1", DraftState.REJECTED, by="sato", why="今ではない")
        unit.commit()
    with units() as unit:
        steps = unit.drafts.steps("d1")
    assert [(s.before, s.after, s.by, s.why) for s in steps] == [
        (None, DraftState.WAITING, "system", "昨日はじめてのご注文"),
        (DraftState.WAITING, DraftState.REJECTED, "sato", "今ではない"),
    ]


def test_a_rejected_draft_cannot_be_approved(units: Open, clock: FixedClock) -> None:
    store(units, draft(clock))
    with units() as unit:
        unit.drafts.move("d1", DraftState.REJECTED, by="sato", why="")
        with pytest.raises(CallerMistake, match="cannot become approved"):
            unit.drafts.move("d1", DraftState.APPROVED, by="sato", why="")


def test_a_draft_put_off_returns_when_its_time_comes(units: Open, clock: FixedClock) -> None:
    store(units, draft(clock))
    with units() as unit:
        unit.drafts.set_later("d1", clock.now() + timedelta(hours=3))
        unit.commit()
    with units() as unit:
        assert unit.drafts.listed([DraftState.WAITING]) == []
        clock.moment += timedelta(hours=3)
        assert [d.draft_id for d in unit.drafts.listed([DraftState.WAITING])] == ["d1"]


def test_the_same_occasion_noticed_twice_is_one_row(units: Open, clock: FixedClock) -> None:
    store(units, draft(clock))
    store(units, replace(draft(clock), draft_id="d2"))
    with units() as unit:
        assert set(unit.drafts.open_for("c1", Occasion.THANK_YOU, Channel.EMAIL)) == {
            "d1",
            "d2",
        }
        assert unit.drafts.count() == {DraftState.WAITING: 2}


def test_a_newer_round_of_the_gate_replaces_what_is_shown(units: Open, clock: FixedClock) -> None:
    store(units, draft(clock))
    blocked = Finding("wrong_price", Severity.BLOCK, "body", (0, 1), "𠮷", "価格が変わりました")
    with units() as unit:
        unit.drafts.record_findings("d1", 1, [blocked], stage="approve")
        unit.commit()
    with units() as unit:
        assert unit.drafts.get("d1").findings == (blocked,)


def test_the_digest_changes_with_recipient_and_text(clock: FixedClock) -> None:
    text = version(clock)
    seal = text.digest(channel=Channel.EMAIL, recipient="a@example.com")
    assert seal != text.digest(channel=Channel.EMAIL, recipient="b@example.com")
    assert seal != version(clock, body="別の文面").digest(channel=Channel.EMAIL, recipient="a@example.com")
