"""Workers that sleep, die, take long or are told to stop."""

import asyncio
import threading

from sqlalchemy import select
from sqlalchemy.orm import Session

from agent.domain.delivery import OutgoingMessage, SendResult
from agent.domain.draft import DraftState
from agent.domain.occasion import Channel
from agent.service.dispatch import Until
from agent.service.opt_out import opt_out
from agent.store.tables import DeliveryRow
from tests.support.scripted_channel import RealTime, ScriptedChannel, dispatch
from tests.support.sending_desk import SendingDesk


def test_a_worker_that_slept_through_its_lease_changes_nothing_when_it_wakes(either: SendingDesk) -> None:
    either.approved()
    time = RealTime()
    sleeper, other = ScriptedChannel(), ScriptedChannel()

    def sleep_and_be_overtaken() -> None:
        time.seconds += 61
        runner = either.dispatcher(other, owner="w2", real_time=time)
        thread = threading.Thread(target=lambda: asyncio.run(runner.run()))
        thread.start()
        thread.join()

    sleeper.while_sending = sleep_and_be_overtaken
    # One carrier: a second one of the sleeper could claim the message anew, which is right but not what is asked here.
    report = dispatch(either, sleeper, real_time=time, concurrency=1)
    assert report.sent == []
    assert [message.message_id for message in sleeper.carried + other.carried] == ["<d1.1@hana.example>"] * 2
    (row,) = either.outbox()
    assert (row.state, row.fence) == ("delivered", 2)
    with Session(either.engine) as session:
        assert len(session.scalars(select(DeliveryRow)).all()) == 1


def test_a_dead_workers_message_is_sent_again_with_the_same_id_once_its_lease_ends(
    either: SendingDesk,
) -> None:
    either.approved()
    time = RealTime()
    abandon(either, time)
    channel = ScriptedChannel()
    assert dispatch(either, channel, real_time=time).sent == []
    time.seconds += 61
    assert len(dispatch(either, channel, real_time=time).sent) == 1
    assert channel.carried[0].message_id == "<d1.1@hana.example>"


def test_a_message_a_dead_worker_may_have_sent_is_unknown_when_the_customer_said_no_since(
    either: SendingDesk,
) -> None:
    either.approved()
    time = RealTime()
    abandon(either, time)
    opt_out(either.units, either.opt_out_token())
    time.seconds += 61
    report = dispatch(either, real_time=time)
    assert [line["code"] for line in report.unknown] == ["suppressed"]
    assert either.state() is DraftState.UNKNOWN


def test_a_line_message_is_not_pushed_again_once_its_retry_key_is_forgotten(desk: SendingDesk) -> None:
    desk.approved(channel=Channel.LINE)
    time = RealTime()
    abandon(desk, time)
    time.seconds += 24 * 3600
    channel = ScriptedChannel()
    report = dispatch(desk, channel, real_time=time)
    assert (channel.carried, [line["code"] for line in report.unknown]) == ([], ["line_key_old"])


def abandon(desk: SendingDesk, time: RealTime) -> None:
    """Claim as a worker that then dies."""
    with desk.units() as unit:
        (entry,) = unit.outbox.claim(owner="dead", lease_seconds=60, limit=1, real_now=time())
        unit.drafts.move(entry.draft_id, DraftState.DISPATCHING, by="dead", why="-")
        unit.commit()


def test_a_long_send_keeps_its_lease(either: SendingDesk) -> None:
    either.approved()

    class Slow(ScriptedChannel):
        async def send(self, message: OutgoingMessage) -> SendResult:
            first = either.outbox()[0].lease_until or 0
            while (either.outbox()[0].lease_until or 0) <= first:
                await asyncio.sleep(0.01)
            return await super().send(message)

    report = dispatch(either, Slow(), lease_seconds=0.6)
    assert len(report.sent) == 1


def test_a_standing_dispatcher_told_to_stop_finishes_what_is_under_way(desk: SendingDesk) -> None:
    desk.approved()
    desk.customer("c2")
    channel = ScriptedChannel()
    dispatcher = desk.dispatcher(channel, concurrency=1)
    channel.while_sending = dispatcher.stop
    desk.approved("d2", customer="c2")
    report = asyncio.run(dispatcher.run(Until.STOPPED))
    assert (len(report.sent), report.waiting) == (1, 1)
