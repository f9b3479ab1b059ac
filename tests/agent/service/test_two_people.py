"""An apology leaves after two different people approved the very same text."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import Engine

from agent.clock import FixedClock
from agent.domain.autonomy import ACTOR
from agent.domain.decision import Verb
from agent.domain.draft import DraftState
from agent.domain.occasion import Occasion
from agent.domain.staff import Role
from agent.service.approve_draft import ApproveDraft
from agent.service.decide_draft import DecideDraft
from agent.settings import Settings
from tests.support.sending_desk import SendingDesk

SORRY = "お届けが遅れましたこと、誠に申し訳ございません。ご都合のよいときに、お聞かせください。"


@pytest.fixture
def desk(engine: Engine, clock: FixedClock) -> SendingDesk:
    desk = SendingDesk(engine, clock)
    desk.customer()
    with desk.units() as unit:
        unit.staff.add("ono", role=Role.APPROVER, password_hash="-")
        unit.commit()
    desk.draft(occasion=Occasion.SERVICE_RECOVERY, text=SORRY, subject="お届けが遅れましたお詫び")
    return desk


def test_the_first_approval_is_recorded_and_the_draft_waits_for_another_person(desk: SendingDesk) -> None:
    first = desk.decide.approve("d1", by="mori")
    assert first.refusal is None
    assert first.awaits_second
    assert first.state is desk.state() is DraftState.WAITING
    assert desk.outbox() == []
    with desk.units(read_only=True) as unit:
        assert unit.drafts.steps("d1")[-1].why == "お一人目の承認"
        assert [d.by for d in unit.drafts.decisions("d1")] == ["mori"]


def test_the_second_person_sends_it_and_both_approvals_stay_on_record(desk: SendingDesk) -> None:
    desk.decide.approve("d1", by="mori")
    second = desk.decide.approve("d1", by="ono")
    assert not second.awaits_second
    assert desk.state() is DraftState.SCHEDULED
    assert len(desk.outbox()) == 1
    with desk.units(read_only=True) as unit:
        assert {d.by for d in unit.drafts.decisions("d1")} == {"mori", "ono"}
        assert unit.audit.verify() is None


def test_the_same_person_cannot_be_both(desk: SendingDesk) -> None:
    desk.decide.approve("d1", by="mori")
    again = desk.decide.approve("d1", by="mori")
    assert again.refusal is not None
    assert again.refusal.code == "second_person"
    assert "別の方" in again.refusal.reason
    assert desk.state() is DraftState.WAITING
    assert desk.outbox() == []


def test_an_edit_between_the_two_starts_over(desk: SendingDesk) -> None:
    desk.decide.approve("d1", by="mori")
    version = desk.read().version
    assert version is not None
    desk.decide.edit("d1", by="ono", text=version.body.replace("誠に", ""))
    assert desk.decide.approve("d1", by="ono").awaits_second
    assert desk.outbox() == []


def test_an_approval_taken_back_takes_back_both(desk: SendingDesk) -> None:
    desk.decide.approve("d1", by="mori")
    desk.decide.approve("d1", by="ono", hold=timedelta(seconds=10))
    assert desk.decide.undo_approval("d1", by="ono")
    assert desk.decide.approve("d1", by="ono").awaits_second


def test_two_people_at_the_same_moment_make_one_message(desk: SendingDesk) -> None:
    with ThreadPoolExecutor(2) as people:
        answers = list(people.map(lambda by: desk.decide.approve("d1", by=by), ["mori", "ono"]))
    assert sorted(answer.awaits_second for answer in answers) == [False, True]
    assert len(desk.outbox()) == 1


def test_the_program_is_neither_of_the_two(desk: SendingDesk) -> None:
    approve = ApproveDraft(recheck=desk.recheck, clock=desk.clock, mail_from="tencho@hana.example")
    with desk.units() as unit:
        decided = approve.approve(
            unit, "d1", by=ACTOR, reason="自動", expected_digest=None, hold=timedelta(0)
        )
    assert decided.refusal is not None
    assert decided.refusal.code == "two_people"


async def test_a_shop_may_ask_two_people_for_its_vips_too_or_for_nothing(desk: SendingDesk) -> None:
    desk.draft("d2", occasion=Occasion.VIP, text="いつもご愛顧いただきありがとうございます。")
    strict = DecideDraft(
        units=desk.units,
        recheck=desk.recheck,
        clock=desk.clock,
        mail_from=desk.settings.mail_from,
        two_people=Settings(two_people="vip").two_people_for,
    )
    assert (await strict.decide("d2", Verb.APPROVE, by="mori")).awaits_second
    assert not (await strict.decide("d1", Verb.APPROVE, by="mori")).awaits_second
    assert Settings(two_people="none").two_people_for == frozenset()


def test_unless_the_shop_says_otherwise_apologies_and_special_customers_need_two() -> None:
    assert Settings().two_people_for == {Occasion.SERVICE_RECOVERY, Occasion.VIP}


def test_a_slip_in_the_setting_is_named() -> None:
    with pytest.raises(ValueError, match="vips"):
        Settings(two_people="service_recovery,vips")
