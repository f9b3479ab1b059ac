"""What leaves, what stays, and what every answer of the peer leads to."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, select, update
from sqlalchemy.orm import Session

from agent.clock import FixedClock
from agent.domain.delivery import Outcome, OutgoingMessage, SendResult
from agent.domain.draft import DraftState
from agent.domain.message import Offer, ProductFacts
from agent.domain.occasion import Channel, Occasion
from agent.service.dispatch import Until
from agent.service.dispatch_report import DispatchReport
from agent.service.opt_out import opt_out
from agent.service.quiet_hours import QuietHours
from agent.service.record_outcome import RETRY_GAPS
from agent.store.engine import migrate, open_engine
from agent.store.tables import Consent, DecisionRow, DeliveryRow, DraftVersionRow, Order
from channels.recording import RecordingChannel
from tests.support.sending_desk import SendingDesk


class ScriptedChannel:
    """Answers what it is told to and keeps what it was given."""

    def __init__(self, *answers: SendResult) -> None:
        self.answers, self.carried = list(answers), list[OutgoingMessage]()
        self.while_sending: Callable[[], None] = lambda: None

    async def send(self, message: OutgoingMessage) -> SendResult:
        self.carried.append(message)
        self.while_sending()
        return self.answers.pop(0) if self.answers else SendResult(Outcome.DELIVERED, "250 ok")


class RealTime:
    """Real seconds that a test moves by hand."""

    def __init__(self) -> None:
        self.seconds = 1_000_000.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def either(engine: Engine, clock: FixedClock) -> SendingDesk:
    """For what rests on locks and transactions: on SQLite, then on PostgreSQL."""
    desk = SendingDesk(engine, clock)
    desk.customer()
    return desk


@pytest.fixture
def desk(tmp_path: Path, clock: FixedClock) -> Iterator[SendingDesk]:
    """For rules that are the same on any database."""
    engine = open_engine(f"sqlite:///{tmp_path / 'rules.sqlite'}")
    migrate(engine)
    desk = SendingDesk(engine, clock)
    desk.customer()
    yield desk
    engine.dispose()


def dispatch(desk: SendingDesk, channel: ScriptedChannel | None = None, **more: object) -> DispatchReport:
    return asyncio.run(desk.dispatcher(channel or ScriptedChannel(), **more).run())


def test_an_approved_message_leaves_once_and_the_draft_is_delivered(
    either: SendingDesk, tmp_path: Path
) -> None:
    either.approved()
    recording = RecordingChannel(tmp_path / "outbox", clock=either.clock)
    report = asyncio.run(either.dispatcher(recording).run())
    (sent,) = report.sent
    assert sent["draft_id"] == "d1"
    assert Path(str(sent["place"])).read_bytes().startswith(b"From: ")
    assert either.state() is DraftState.DELIVERED
    assert asyncio.run(either.dispatcher(recording).run()).sent == []
    with either.units(read_only=True) as unit:
        walked = [step.after for step in unit.drafts.steps("d1")]
        assert unit.audit.verify() is None
    assert walked == ["waiting", "approved", "scheduled", "dispatching", "delivered"]


def test_nothing_that_was_not_approved_leaves(desk: SendingDesk) -> None:
    desk.draft()
    channel = ScriptedChannel()
    report = dispatch(desk, channel)
    assert (report.sent, channel.carried) == ([], [])


@pytest.mark.parametrize("round_", range(2))
def test_an_unsubscribe_between_approval_and_sending_stops_the_message(
    either: SendingDesk, round_: int
) -> None:
    for number in range(25):
        either.customer(f"x{number}")
        either.approved(f"dx{number}", customer=f"x{number}")
        opt_out(either.units, either.opt_out_token(f"x{number}"))
    channel = ScriptedChannel()
    dispatch(either, channel)
    assert channel.carried == []
    assert {either.state(f"dx{number}") for number in range(25)} == {DraftState.SUPPRESSED}


def test_people_who_opt_out_while_the_dispatcher_runs_are_either_written_to_or_suppressed_never_both(
    either: SendingDesk,
) -> None:
    people = 40
    either.approved_in_bulk(people)
    for number in range(people):
        either.draft(f"other{number}", customer=f"m{number}", occasion=Occasion.VIP)
    channel = ScriptedChannel()

    def say_no(number: int) -> None:
        if number % 2:
            either.decide.never(f"other{number}", by="mori")
        else:
            opt_out(either.units, either.opt_out_token(f"m{number}"))

    with ThreadPoolExecutor(5) as pool:
        runs = [pool.submit(dispatch, either, channel, owner=f"w{worker}") for worker in range(2)]
        answers = [pool.submit(say_no, number) for number in reversed(range(people))]
        assert all(answer.result() is None for answer in answers)
        assert sum(len(run.result().sent) for run in runs) == len(channel.carried)
    written_to = {message.recipient.split("@")[0].removeprefix("m") for message in channel.carried}
    for number in range(people):
        expected = DraftState.DELIVERED if str(number) in written_to else DraftState.SUPPRESSED
        assert either.state(f"dm{number}") is expected
        assert either.state(f"other{number}") is DraftState.SUPPRESSED


def test_opting_out_twice_adds_one_entry_to_the_ledger(desk: SendingDesk) -> None:
    token = desk.opt_out_token()
    assert opt_out(desk.units, token) == opt_out(desk.units, token)
    with Session(desk.engine) as session:
        entries = session.scalars(select(Consent)).all()
    assert [(entry.channel, entry.state, entry.source) for entry in entries] == [
        ("email", False, "one_click")
    ]


def test_a_suppression_that_came_without_touching_the_draft_still_stops_it(desk: SendingDesk) -> None:
    desk.approved()
    desk.rows.suppress(Channel.EMAIL, "c1@example.com")
    report = dispatch(desk)
    assert [line["code"] for line in report.suppressed] == ["suppressed"]
    assert desk.state() is DraftState.SUPPRESSED


def test_a_text_changed_after_approval_is_never_sent(either: SendingDesk) -> None:
    either.approved()
    payload = either.outbox()[0].payload
    either.set_outbox(payload={**payload, "body": payload["body"] + "追伸"})
    assert_refused_as_changed(either)


def test_a_recipient_changed_in_the_outbox_with_a_matching_seal_is_never_sent(desk: SendingDesk) -> None:
    desk.approved()
    payload = {**desk.outbox()[0].payload, "recipient": "someone@else.example"}
    forged = OutgoingMessage(**{**payload, "channel": Channel.EMAIL}).seal()
    desk.set_outbox(payload=payload, payload_digest=forged)
    assert_refused_as_changed(desk)


def test_a_draft_version_rewritten_in_place_is_never_sent(desk: SendingDesk) -> None:
    desk.approved()
    with Session(desk.engine) as session:
        session.execute(update(DraftVersionRow).values(body="すり替え"))
        session.commit()
    assert_refused_as_changed(desk)


def test_a_message_without_its_approval_is_never_sent(desk: SendingDesk) -> None:
    desk.approved()
    with Session(desk.engine) as session:
        session.execute(update(DecisionRow).values(digest="0" * 64))
        session.commit()
    assert_refused_as_changed(desk)


def assert_refused_as_changed(desk: SendingDesk) -> None:
    channel = ScriptedChannel()
    report = dispatch(desk, channel)
    assert channel.carried == []
    assert [line["code"] for line in report.suppressed] == ["not_approved_text"]
    assert desk.state() is DraftState.HELD
    assert not report.all_well


def test_stock_that_ran_out_after_approval_holds_the_message(desk: SendingDesk) -> None:
    desk.rows.product("月の化粧水", ("SKU-1", None, 2_200))
    product = ProductFacts("SKU-1", "月の化粧水", 2_200, 7)
    desk.approved(text="新しい「月の化粧水」をご用意しました。", occasion=Occasion.VIP, products=(product,))
    desk.set_variant("SKU-1", stock=0)
    assert [line["code"] for line in dispatch(desk).suppressed] == ["sold_out"]
    assert desk.state() is DraftState.HELD


def test_an_order_cancelled_after_approval_holds_its_thank_you(desk: SendingDesk) -> None:
    bought = [("SKU-1", "月の化粧水", 1, 2_200)]
    order = desk.rows.order("c1", date(2026, 11, 18), lines=bought)
    desk.approved(evidence={f"line:{order}:1": "11月18日に化粧水をご購入", f"order:{order}": "ご購入"})
    with Session(desk.engine) as session:
        session.execute(update(Order).where(Order.order_id == order).values(is_revenue=False, net_yen=0))
        session.commit()
    assert [line["code"] for line in dispatch(desk).suppressed] == ["order_gone"]


def test_an_order_that_stands_lets_its_thank_you_leave(desk: SendingDesk) -> None:
    order = desk.rows.order("c1", date(2026, 11, 18), lines=[("SKU-1", "月の化粧水", 1, 2_200)])
    desk.approved(evidence={f"line:{order}:1": "11月18日に化粧水をご購入", f"order:{order}": "ご購入"})
    assert len(dispatch(desk).sent) == 1


def test_an_offer_that_ended_before_sending_holds_the_message(desk: SendingDesk, clock: FixedClock) -> None:
    offer = Offer("coupon", None, None, clock.now().date(), None)
    desk.approved(offer=offer, occasion=Occasion.VIP, text="いつもご愛顧いただきありがとうございます。")
    clock.moment += timedelta(days=1)
    assert [line["code"] for line in dispatch(desk).suppressed] == ["offer_over"]


def test_a_message_past_its_expiry_is_not_sent(desk: SendingDesk, clock: FixedClock) -> None:
    desk.approved(expires_at=clock.now() + timedelta(hours=2))
    clock.moment += timedelta(hours=3)
    assert [line["code"] for line in dispatch(desk).suppressed] == ["expired"]
    assert desk.state() is DraftState.EXPIRED


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
