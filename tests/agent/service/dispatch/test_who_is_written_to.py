"""Only what a person approved leaves, unaltered, once, and not to whoever said no."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from agent.domain.delivery import OutgoingMessage
from agent.domain.draft import DraftState
from agent.domain.occasion import Channel, Occasion
from agent.service.opt_out import opt_out
from agent.store.tables import Consent, DecisionRow, DraftVersionRow
from channels.recording import RecordingChannel
from tests.support.scripted_channel import ScriptedChannel, dispatch
from tests.support.sending_desk import SendingDesk


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
    forged = OutgoingMessage.from_document(payload).seal()
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
