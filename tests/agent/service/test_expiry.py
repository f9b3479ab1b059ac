"""A late message is often worse than none: when drafts end, who notices, and that they never leave."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

from agent.clock import TOKYO, FixedClock
from agent.domain.draft import DraftState
from agent.domain.errors import CallerMistake
from agent.domain.occasion import Occasion
from agent.domain.occasion_brief import BRIEFS
from agent.service import expiry
from agent.service.about_occasion import NOTHING
from agent.service.expire_drafts import ExpireDrafts
from agent.service.expiry import LATE_REASON, end_of, end_of_day
from agent.service.parcel import Parcel
from agent.store.engine import migrate, open_engine
from tests.support.scripted_channel import dispatch
from tests.support.sending_desk import SendingDesk

NOW = datetime(2026, 11, 21, 1, 0, tzinfo=UTC)
LAST_DAY = date(2026, 11, 24)
LAST_MINUTE = datetime(2026, 11, 24, 23, 59, 59, tzinfo=TOKYO)
MIDNIGHT = datetime(2026, 11, 25, 0, 0, tzinfo=TOKYO)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[SendingDesk]:
    engine = open_engine(f"sqlite:///{tmp_path / 'ends.sqlite'}")
    migrate(engine)
    desk = SendingDesk(engine, FixedClock(NOW))
    desk.customer()
    yield desk
    engine.dispose()


def at(desk: SendingDesk, moment: datetime) -> None:
    assert isinstance(desk.clock, FixedClock)
    desk.clock.moment = moment.astimezone(UTC)


def ordered(on: date, *, shipped: date | None = None, arrived: date | None = None) -> Parcel:
    return Parcel(ordered_on=on, shipped_on=shipped, arrived_on=arrived, products=())


# -- when


def test_thanks_end_three_days_after_the_order_at_midnight_in_tokyo() -> None:
    end = end_of(Occasion.THANK_YOU, replace(NOTHING, parcel=ordered(date(2026, 11, 20))), NOW)
    assert end.until == date(2026, 11, 23)
    assert end.at == datetime(2026, 11, 24, 0, 0, tzinfo=TOKYO)


def test_thanks_for_a_parcel_that_arrived_later_end_three_days_after_it_arrived() -> None:
    parcel = ordered(date(2026, 11, 14), shipped=date(2026, 11, 18), arrived=date(2026, 11, 20))
    assert end_of(Occasion.THANK_YOU, replace(NOTHING, parcel=parcel), NOW).until == date(2026, 11, 23)


def test_thanks_asked_for_against_the_advice_end_on_the_next_day() -> None:
    parcel = ordered(date(2026, 11, 10))
    assert end_of(Occasion.THANK_YOU, replace(NOTHING, parcel=parcel), NOW).until == date(2026, 11, 22)


@pytest.mark.parametrize("occasion", Occasion)
def test_no_draft_waits_longer_than_its_brief_allows_and_each_kind_says_why(occasion: Occasion) -> None:
    end = end_of(occasion, NOTHING, NOW)
    assert end.at == end_of_day(date(2026, 11, 21) + BRIEFS[occasion].expires_after)
    assert LATE_REASON[occasion]


def test_the_table_staff_and_programmers_read_names_every_occasion() -> None:
    rows = [line for line in (expiry.__doc__ or "").splitlines() if line.startswith("| ")]
    assert len(rows) - 2 == len(Occasion)


# -- both sides of midnight


def test_at_2359_the_draft_still_waits_and_can_be_approved(desk: SendingDesk) -> None:
    desk.draft(expires_at=end_of_day(LAST_DAY))
    at(desk, LAST_MINUTE)
    assert desk.state() is DraftState.WAITING
    assert desk.decide.approve("d1", by="mori").refusal is None


def test_at_midnight_it_has_left_the_queue_before_any_job_came_by(desk: SendingDesk) -> None:
    desk.draft(expires_at=end_of_day(LAST_DAY))
    at(desk, MIDNIGHT)
    with desk.units(read_only=True) as unit:
        assert unit.drafts.listed({DraftState.WAITING}) == []
        assert [one.draft_id for one in unit.drafts.listed({DraftState.EXPIRED})] == ["d1"]
        assert unit.drafts.count() == {DraftState.EXPIRED: 1}
    refusal = desk.decide.approve("d1", by="mori").refusal
    assert refusal is not None
    assert "11月24日 23:59" in refusal.reason
    assert desk.outbox() == []


@pytest.mark.parametrize("state", [DraftState.WAITING, DraftState.HELD, DraftState.COMPOSING])
def test_the_job_writes_down_the_end_with_its_reason_once(desk: SendingDesk, state: DraftState) -> None:
    desk.draft(expires_at=end_of_day(LAST_DAY), state=state)
    job = ExpireDrafts(units=desk.units)
    at(desk, LAST_MINUTE)
    assert job.run() == 0
    at(desk, MIDNIGHT)
    assert (job.run(), job.run()) == (1, 0)
    with desk.units(read_only=True) as unit:
        last = unit.drafts.steps("d1")[-1]
        assert unit.audit.verify() is None
    assert (last.before, last.after) == (state, DraftState.EXPIRED)
    assert "遅いお礼" in last.why


def test_a_draft_approved_at_2359_does_not_leave_after_midnight(desk: SendingDesk) -> None:
    desk.draft(expires_at=end_of_day(LAST_DAY))
    at(desk, LAST_MINUTE)
    desk.decide.approve("d1", by="mori")
    at(desk, MIDNIGHT + timedelta(hours=9))
    report = dispatch(desk)
    assert (report.sent, [line["code"] for line in report.suppressed]) == ([], ["expired"])


def test_nobody_answers_an_expired_draft(desk: SendingDesk) -> None:
    desk.draft(expires_at=end_of_day(LAST_DAY))
    at(desk, MIDNIGHT)
    with pytest.raises(CallerMistake, match="expired"):
        desk.decide.reject("d1", by="mori", reason="timing")
    with pytest.raises(CallerMistake, match="expired"):
        desk.decide.later("d1", by="mori")


def test_many_expire_in_parts_on_either_database(engine: Engine) -> None:
    desk = SendingDesk(engine, FixedClock(NOW))
    desk.customer()
    for number in range(7):
        desk.draft(f"d{number}", expires_at=NOW + timedelta(hours=1))
    desk.draft("d_later", expires_at=NOW + timedelta(days=9))
    desk.draft("d_never")
    at(desk, NOW + timedelta(hours=2))
    assert ExpireDrafts(units=desk.units).run() == 7
    with desk.units(read_only=True) as unit:
        assert unit.drafts.count() == {DraftState.EXPIRED: 7, DraftState.WAITING: 2}
