"""At night messages stay where they are."""

from datetime import UTC, datetime

import pytest

from agent.clock import FixedClock
from agent.domain.draft import DraftState
from agent.service.quiet_hours import QuietHours
from tests.support.scripted_channel import dispatch
from tests.support.sending_desk import SendingDesk


def test_outside_the_allowed_hours_messages_stay_scheduled_and_the_report_says_so(
    desk: SendingDesk, clock: FixedClock
) -> None:
    desk.approved()
    clock.moment = datetime(2026, 11, 30, 12, 0, tzinfo=UTC)  # 21:00 in Tokyo, the last day of the month
    report = dispatch(desk)
    assert (report.sent, report.outside_hours, report.waiting) == ([], True, 1)
    assert "12月01日 08:00" in (report.reason or "")
    assert desk.state() is DraftState.SCHEDULED
    clock.moment = datetime(2026, 11, 30, 23, 0, tzinfo=UTC)  # 08:00 on the first
    assert len(dispatch(desk).sent) == 1


@pytest.mark.parametrize(
    ("at", "quiet"),
    [("20:59", False), ("21:00", True), ("23:59", True), ("00:00", True), ("07:59", True), ("08:00", False)],
)
def test_quiet_hours_are_tokyo_hours_on_any_day(at: str, quiet: bool) -> None:
    hours = QuietHours.read("21:00-08:00")
    for day in ("2026-02-28", "2026-12-31", "2028-02-29"):
        assert hours.cover(datetime.fromisoformat(f"{day}T{at}:00+09:00").astimezone(UTC)) is quiet


def test_quiet_hours_that_end_at_midnight_end_on_the_next_day() -> None:
    hours = QuietHours.read("21:00-00:00")
    late = datetime.fromisoformat("2026-12-31T22:00:00+09:00")
    assert hours.over_at(late) == datetime(2026, 12, 31, 15, 0, tzinfo=UTC)
    assert not QuietHours.read("").cover(late)
