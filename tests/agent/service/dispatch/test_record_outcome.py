"""What every answer of the peer leads to."""

from datetime import timedelta

from agent.clock import FixedClock
from agent.domain.delivery import Outcome, SendResult
from agent.domain.draft import DraftState
from agent.domain.event import EventKind
from agent.domain.occasion import Channel
from agent.service.record_outcome import RETRY_GAPS
from agent.store.events import SqlEventHistory
from tests.support.scripted_channel import RealTime, ScriptedChannel, dispatch
from tests.support.sending_desk import SendingDesk


def test_a_passing_fault_is_tried_again_after_growing_gaps_and_then_given_to_a_person(
    either: SendingDesk,
) -> None:
    either.approved()
    time, gaps = RealTime(), list[float]()
    for _ in range(6):
        report = dispatch(either, ScriptedChannel(SendResult(Outcome.RETRY, "451 later")), real_time=time)
        (line,) = report.retrying
        gaps.append(float(str(line["again_in_seconds"])))
        assert dispatch(either, real_time=time).sent == []  # not before its time
        time.seconds = either.outbox()[0].retry_at or 0
    assert gaps == list(RETRY_GAPS) == sorted(gaps)
    report = dispatch(either, ScriptedChannel(SendResult(Outcome.RETRY, "451 later")), real_time=time)
    assert [line["state"] for line in report.failed] == ["held"]
    assert either.state() is DraftState.HELD


def test_a_bad_address_bounces_and_is_never_written_to_again(desk: SendingDesk) -> None:
    desk.approved()
    report = dispatch(desk, ScriptedChannel(SendResult(Outcome.BOUNCED, "550 5.1.1 no such user")))
    assert [line["state"] for line in report.failed] == ["bounced"]
    with desk.units(read_only=True) as unit:
        assert unit.consents.suppressed(Channel.EMAIL, "c1@example.com") == "bounced"


def test_a_policy_refusal_pauses_the_channel_and_spares_the_address(
    desk: SendingDesk, clock: FixedClock
) -> None:
    for number in range(1, 4):
        desk.customer(f"p{number}")
        desk.approved(f"dp{number}", customer=f"p{number}")
    clock.moment += timedelta(minutes=1)
    desk.approved("dl", channel=Channel.LINE)  # due after the mails
    channel = ScriptedChannel(SendResult(Outcome.REFUSED, "550 5.7.515 spam", pause=True))
    report = dispatch(desk, channel, concurrency=1)
    assert [line["state"] for line in report.failed] == ["held"]
    assert Channel.EMAIL in report.paused
    assert [message.channel for message in channel.carried] == [Channel.EMAIL, Channel.LINE]
    assert report.waiting == 2
    with desk.units(read_only=True) as unit:
        assert unit.consents.suppressed(Channel.EMAIL, "p1@example.com") is None


def test_settings_that_are_wrong_cost_a_message_none_of_its_tries(desk: SendingDesk) -> None:
    desk.approved()
    dispatch(desk, ScriptedChannel(SendResult(Outcome.RETRY, "535 bad login", pause=True)))
    assert desk.outbox()[0].attempts == 0
    assert desk.state() is DraftState.SCHEDULED


def test_an_answer_that_never_came_is_unknown_and_not_sent_again(desk: SendingDesk) -> None:
    desk.approved()
    report = dispatch(desk, ScriptedChannel(SendResult(Outcome.UNKNOWN, "closed after the dot")))
    assert [line["draft_id"] for line in report.unknown] == ["d1"]
    channel = ScriptedChannel()
    dispatch(desk, channel)
    assert (channel.carried, desk.state()) == ([], DraftState.UNKNOWN)


def test_what_was_delivered_stands_among_the_customers_events_under_the_drafts_id(desk: SendingDesk) -> None:
    desk.approved()
    dispatch(desk, ScriptedChannel(SendResult(Outcome.DELIVERED, "250 ok")))
    history = SqlEventHistory(desk.engine, shop_id="default")
    (sent,) = history.events("c1", until=desk.clock.now().date(), newest=5)
    assert (sent.kind, sent.message_id, sent.happened_at) == (EventKind.SEND, "d1", desk.clock.now())


def test_what_was_not_delivered_is_no_event(desk: SendingDesk) -> None:
    desk.approved()
    dispatch(desk, ScriptedChannel(SendResult(Outcome.BOUNCED, "550 5.1.1 no such user")))
    history = SqlEventHistory(desk.engine, shop_id="default")
    assert history.events("c1", until=desk.clock.now().date(), newest=5) == []


def test_a_dry_run_reached_nobody_and_is_no_event(desk: SendingDesk) -> None:
    desk.approved()
    dispatch(desk, ScriptedChannel(SendResult(Outcome.DELIVERED, "dry run", place="outbox/d1.eml")))
    assert desk.state() is DraftState.DELIVERED
    history = SqlEventHistory(desk.engine, shop_id="default")
    assert history.events("c1", until=desk.clock.now().date(), newest=5) == []
