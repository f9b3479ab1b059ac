"""Labels read from what people did, switches, and approvals that no person gives: on both databases."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import Engine

from agent.clock import FixedClock
from agent.domain.autonomy import ACTOR, NEEDED, Standing, Switch, is_sampled
from agent.domain.draft import DraftState, Recommendation
from agent.domain.errors import NotFound, PolicyRefusal
from agent.domain.finding import Finding, Severity
from agent.domain.label import Outcome
from agent.domain.occasion import Channel, Occasion
from agent.domain.staff import Role
from agent.service.approve_draft import ApproveDraft
from agent.service.earned_autonomy import EarnedAutonomy
from tests.support.sending_desk import SendingDesk

THANKS = Occasion.THANK_YOU


class Desk(SendingDesk):
    """A desk with an owner and the autonomy service."""

    def __init__(self, engine: Engine, clock: FixedClock) -> None:
        super().__init__(engine, clock)
        self.business = clock
        with self.units() as unit:
            unit.staff.add("hana", role=Role.OWNER, password_hash="-")
            unit.commit()
        self.customer()
        self.auto = EarnedAutonomy(
            units=self.units,
            approve=ApproveDraft(recheck=self.recheck, clock=clock, mail_from=self.settings.mail_from),
            clock=clock,
        )

    def of(self, occasion: Occasion = THANKS) -> Standing:
        return next(a for a in self.auto.standings() if a.occasion is occasion).standing

    def triggered(self, draft_id: str, **more: object) -> str:
        """A waiting draft that an order asked for."""
        return self.draft(draft_id, **more)

    def force_on(self) -> None:
        """As if an owner had switched it on after it was earned."""
        with self.units() as unit:
            unit.autonomy.turn(Switch(THANKS, True, False, "hana", "", self.clock.now()))
            unit.commit()


@pytest.fixture
def desk(engine: Engine, clock: FixedClock) -> Desk:
    return Desk(engine, clock)


def ids(*, sampled: bool, count: int) -> list[str]:
    found: list[str] = []
    number = 0
    while len(found) < count:
        number += 1
        if is_sampled(f"da{number}") is sampled:
            found.append(f"da{number}")
    return found


def approve_many(desk: Desk, count: int) -> None:
    with desk.units() as unit:
        for number in range(count):
            draft_id = f"e{number}"
            unit.drafts.add(desk.composed(draft_id), by="test", trigger=draft_id)
        unit.commit()
    for number in range(count):
        assert desk.decide.approve(f"e{number}", by="mori").refusal is None


def test_an_approval_as_it_was_an_edit_and_a_rejection_become_labels(desk: Desk) -> None:
    for draft_id in ("d1", "d2", "d3", "d4"):
        desk.draft(draft_id)
    desk.decide.approve("d1", by="mori")
    with desk.units(read_only=True) as unit:
        version = unit.drafts.get("d2").version
    assert version is not None
    desk.decide.edit("d2", by="kaki", text=version.body.replace("。", "。\n", 1))
    desk.decide.approve("d2", by="mori")
    desk.decide.reject("d3", by="mori", reason="facts")
    labels = {label.draft_id: label for label in desk.auto.labels()}
    assert set(labels) == {"d1", "d2", "d3"}, "an undecided draft says nothing"
    assert labels["d1"].outcome is Outcome.AS_IS
    assert labels["d1"].clean
    assert labels["d2"].outcome is Outcome.EDITED
    assert (labels["d3"].outcome, labels["d3"].reason, labels["d3"].grave) == (
        Outcome.REJECTED,
        "facts",
        True,
    )


def test_an_approval_taken_back_says_nothing(desk: Desk) -> None:
    desk.draft("d1")
    desk.decide.approve("d1", by="mori")
    assert desk.decide.undo_approval("d1", by="mori")
    assert desk.auto.labels() == []


def test_the_texts_of_the_own_set_are_the_first_and_the_approved_one(desk: Desk) -> None:
    desk.draft("d1")
    with desk.units(read_only=True) as unit:
        first = unit.drafts.get("d1").version
    assert first is not None
    desk.decide.edit("d1", by="kaki", text=first.body + "\n追伸 またお便りします。\n")
    desk.decide.approve("d1", by="mori")
    with desk.units(read_only=True) as unit:
        (text,) = unit.labels.texts()
    assert text.first.body == first.body
    assert text.approved is not None
    assert "追伸" in text.approved.body
    assert text.context.occasion is text.label.occasion


def test_it_is_earned_by_approvals_and_switched_on_by_an_owner_alone(desk: Desk) -> None:
    approve_many(desk, NEEDED - 1)
    assert desk.of() is Standing.LEARNING
    with pytest.raises(PolicyRefusal, match="not earned"):
        desk.auto.turn(THANKS, on=True, by="hana")
    desk.draft("last")
    desk.decide.approve("last", by="mori")
    assert desk.of() is Standing.EARNED
    for name in ("mori", "kaki", "mita"):
        with pytest.raises(PolicyRefusal, match="may not"):
            desk.auto.turn(THANKS, on=True, by=name)
    with pytest.raises(NotFound):
        desk.auto.turn(THANKS, on=True, by="nobody")
    assert desk.auto.turn(THANKS, on=True, by="hana").standing is Standing.ON
    assert desk.auto.turn(THANKS, on=True, by="hana").standing is Standing.ON, "a second click"
    assert len(desk.auto.history()) == 1
    assert desk.auto.turn(THANKS, on=False, by="mori").standing is Standing.EARNED


def test_what_waits_goes_by_itself_except_the_sample(desk: Desk) -> None:
    desk.force_on()
    alone, shown = ids(sampled=False, count=3), ids(sampled=True, count=1)
    for draft_id in (*alone, *shown):
        desk.triggered(draft_id)
    did = desk.auto.run()
    assert sorted(did.approved) == sorted(alone)
    assert list(did.sampled) == shown
    with desk.units(read_only=True) as unit:
        assert unit.drafts.get(shown[0]).state is DraftState.WAITING
        assert unit.drafts.get(alone[0]).state is DraftState.SCHEDULED
        assert [d.by for d in unit.drafts.decisions(alone[0])] == [ACTOR]
    assert desk.auto.labels() == [], "what nobody looked at is no label"
    assert desk.auto.run().approved == (), "a second run finds nothing left"
    desk.decide.approve(shown[0], by="mori")
    (label,) = desk.auto.labels()
    assert label.sampled


def test_what_has_a_finding_or_is_not_recommended_or_was_asked_for_waits(desk: Desk) -> None:
    desk.force_on()
    first, second, third = ids(sampled=False, count=3)
    finding = Finding("keigo_error", Severity.REVIEW, "body", (0, 1), "お", "ご確認ください。")
    with desk.units() as unit:
        unit.drafts.add(replace(desk.composed(first), findings=(finding,)), by="test", trigger="order:1")
        unit.drafts.add(
            desk.composed(second, recommendation=Recommendation.DO_NOT_SEND), by="test", trigger="order:2"
        )
        unit.drafts.add(desk.composed(third), by="test", trigger="cli")
        unit.commit()
    did = desk.auto.run()
    assert (did.approved, did.sampled, did.refused) == ((), (), ())


def test_a_changed_world_refuses_an_automatic_approval_too(desk: Desk) -> None:
    desk.force_on()
    (draft_id,) = ids(sampled=False, count=1)
    desk.triggered(draft_id)
    with desk.units() as unit:
        unit.consents.suppress(Channel.EMAIL, "c1@example.com", reason="complaint")
        unit.commit()
    did = desk.auto.run()
    assert did.approved == ()
    assert [draft for draft, _ in did.refused] == [draft_id]


def test_the_kill_switch_stops_at_once_and_only_an_owner_lifts_it(desk: Desk) -> None:
    desk.force_on()
    (draft_id,) = ids(sampled=False, count=1)
    desk.triggered(draft_id)
    desk.auto.stop_all(by="mori", why="様子がおかしい")
    desk.auto.stop_all(by="mori")
    assert desk.of() is Standing.STOPPED
    assert desk.auto.run().approved == ()
    with pytest.raises(PolicyRefusal):
        desk.auto.resume_all(by="mori")
    desk.auto.resume_all(by="hana")
    assert list(desk.auto.run().approved) == [draft_id]
    assert len(desk.auto.history()) == 3


def test_the_kill_switch_takes_back_what_scheduled_itself_and_leaves_what_a_person_approved(
    desk: Desk,
) -> None:
    desk.force_on()
    alone, person = ids(sampled=False, count=2)
    desk.triggered(alone)
    assert list(desk.auto.run().approved) == [alone]
    desk.draft(person)
    desk.decide.approve(person, by="mori")
    desk.auto.stop_all(by="mori")
    with desk.units(read_only=True) as unit:
        assert unit.drafts.get(alone).state is DraftState.WAITING
        assert unit.drafts.get(person).state is DraftState.SCHEDULED


def test_a_rejected_sample_takes_it_away_before_anything_else_leaves(desk: Desk) -> None:
    desk.force_on()
    desk.business.moment += timedelta(hours=1)
    (shown,) = ids(sampled=True, count=1)
    (alone,) = ids(sampled=False, count=1)
    desk.triggered(shown)
    desk.triggered(alone)
    desk.decide.reject(shown, by="mori", reason="law")
    did = desk.auto.run()
    assert did.lost == ("thank_you",)
    assert did.approved == ()
    assert desk.of() is Standing.LOST
    newest = desk.auto.history()[0]
    assert (newest.by, newest.lost, newest.on) == (ACTOR, True, False)
    assert desk.auto.run().lost == (), "lost once"


def test_two_runs_side_by_side_approve_each_draft_once(desk: Desk) -> None:
    desk.force_on()
    alone = ids(sampled=False, count=6)
    for draft_id in alone:
        desk.triggered(draft_id)
    with ThreadPoolExecutor(2) as pool:
        one, two = pool.map(lambda _: desk.auto.run(), range(2))
    assert sorted([*one.approved, *two.approved]) == sorted(alone)
    with desk.units(read_only=True) as unit:
        assert all(len(unit.drafts.decisions(draft_id)) == 1 for draft_id in alone)


def test_a_draft_id_of_the_real_composer_may_be_sampled() -> None:
    """Ids are `d` and eleven hexadecimal digits: the sample is drawn from such ids, not only from made-up ones."""
    drawn = [f"d{uuid4().hex[:11]}" for _ in range(4_000)]
    assert 100 < sum(map(is_sampled, drawn)) < 320
