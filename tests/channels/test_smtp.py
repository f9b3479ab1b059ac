"""Mail to a real SMTP server: what arrives, and what each answer means."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from uuid import uuid4

import pytest

from agent.clock import FixedClock
from agent.domain.delivery import Outcome, OutgoingMessage, SendResult
from agent.domain.occasion import Channel
from channels.smtp import SmtpChannel, SmtpServer
from tests.support.smtp_sink import CLOSE, Sink, smtp_sink

MESSAGE = OutgoingMessage(
    outbox_id="ob_1",
    channel=Channel.EMAIL,
    recipient="hanako@example.com",
    subject="先日のお礼 🍎",
    body="佐藤さま\n\n.点で始まる行も、そのまま届きます。\n",
    message_id="<d1.1@hana.example>",
    retry_key=str(uuid4()),
    unsubscribe_url="https://hana.example/u/" + "t" * 150,
    sender_name="花の店 店長",
    sender_address="tencho@hana.example",
)


@pytest.fixture
def sink() -> Iterator[Sink]:
    with smtp_sink() as sink:
        yield sink


def send(sink: Sink, clock: FixedClock, message: OutgoingMessage = MESSAGE, **more: float) -> SendResult:
    channel = SmtpChannel(SmtpServer("127.0.0.1", sink.port), clock=clock, **more)
    return asyncio.run(channel.send(message))


def test_a_mail_arrives_as_it_was_approved(sink: Sink, clock: FixedClock) -> None:
    assert send(sink, clock).outcome is Outcome.DELIVERED
    (mail,) = sink.mails()
    assert mail["Subject"] == MESSAGE.subject
    assert mail.get_content().replace("\r\n", "\n") == MESSAGE.body
    assert mail["Message-ID"] == MESSAGE.message_id
    assert mail["X-Dedupe-Key"] == MESSAGE.retry_key
    assert mail["Date"].datetime == clock.now()
    assert mail["From"].addresses[0].display_name == "花の店 店長"
    assert sink.recipients == [["hanako@example.com"]]


def test_every_mail_offers_one_click_opt_out(sink: Sink, clock: FixedClock) -> None:
    send(sink, clock)
    (mail,) = sink.mails()
    assert mail["List-Unsubscribe"].strip() == f"<{MESSAGE.unsubscribe_url}>"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert b"List-Unsubscribe: <https://" in sink.raw[0]


@pytest.mark.parametrize(
    ("reply", "outcome", "pause"),
    [
        ("421 4.3.2 closing", Outcome.RETRY, False),
        ("451 4.7.1 greylisted", Outcome.RETRY, False),
        ("452 4.2.2 over quota", Outcome.RETRY, False),
        ("552 5.2.2 mailbox full", Outcome.RETRY, False),
        ("550 5.1.1 no such user", Outcome.BOUNCED, False),
        ("550 5.2.1 disabled", Outcome.BOUNCED, False),
        ("550 mailbox unavailable", Outcome.BOUNCED, False),
        ("550 5.7.515 access denied", Outcome.REFUSED, True),
        ("554 5.6.0 no", Outcome.REFUSED, False),
    ],
)
def test_each_answer_to_the_recipient_has_its_meaning(
    sink: Sink, clock: FixedClock, reply: str, outcome: Outcome, pause: bool
) -> None:
    sink.rcpt_reply = lambda _: reply
    result = send(sink, clock)
    assert (result.outcome, result.pause) == (outcome, pause)
    assert result.detail.startswith(reply[:3])
    assert sink.raw == []


def test_a_refused_text_is_not_the_addresss_fault(sink: Sink, clock: FixedClock) -> None:
    sink.data_reply = lambda _: "550 spam"
    assert send(sink, clock).outcome is Outcome.REFUSED


def test_a_connection_cut_before_the_text_is_tried_again(sink: Sink, clock: FixedClock) -> None:
    sink.rcpt_reply = lambda _: CLOSE
    assert send(sink, clock).outcome is Outcome.RETRY


def test_a_connection_cut_after_the_final_dot_is_unknown(sink: Sink, clock: FixedClock) -> None:
    sink.data_reply = lambda _: CLOSE
    assert send(sink, clock).outcome is Outcome.UNKNOWN
    assert len(sink.raw) == 1


def test_a_server_that_answers_data_with_a_cut_got_nothing(clock: FixedClock) -> None:
    """354 never comes: the text was not handed over, so it is safe to try again."""

    async def cut_at_data(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 sink\r\n")
        while line := await reader.readline():
            if line.upper().startswith(b"DATA"):
                break
            writer.write(b"250 ok\r\n")
        writer.close()

    async def scenario() -> SendResult:
        server = await asyncio.start_server(cut_at_data, "127.0.0.1", 0)
        async with server:
            port = server.sockets[0].getsockname()[1]
            return await SmtpChannel(SmtpServer("127.0.0.1", port), clock=clock).send(MESSAGE)

    assert asyncio.run(scenario()).outcome is Outcome.RETRY


def test_silence_after_the_final_dot_is_unknown(clock: FixedClock) -> None:
    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 sink\r\n")
        while line := await reader.readline():
            if line.upper().startswith(b"DATA"):
                writer.write(b"354 go\r\n")
                await reader.read()
                writer.close()
                return
            writer.write(b"250 ok\r\n")

    async def scenario() -> SendResult:
        server = await asyncio.start_server(silent, "127.0.0.1", 0)
        async with server:
            port = server.sockets[0].getsockname()[1]
            channel = SmtpChannel(SmtpServer("127.0.0.1", port), clock=clock, data_seconds=0.2)
            return await channel.send(MESSAGE)

    assert asyncio.run(scenario()).outcome is Outcome.UNKNOWN


def test_a_server_that_is_not_there_is_a_passing_fault(clock: FixedClock) -> None:
    with smtp_sink() as gone:
        port = gone.port
    result = asyncio.run(SmtpChannel(SmtpServer("127.0.0.1", port), clock=clock).send(MESSAGE))
    assert result.outcome is Outcome.RETRY


def test_a_server_without_the_encryption_we_insist_on_gets_nothing(sink: Sink, clock: FixedClock) -> None:
    channel = SmtpChannel(SmtpServer("127.0.0.1", sink.port, tls="starttls"), clock=clock)
    result = asyncio.run(channel.send(MESSAGE))
    assert (result.outcome, sink.raw) == (Outcome.RETRY, [])


def test_old_docomo_addresses_arrive(sink: Sink, clock: FixedClock) -> None:
    for address in ("taro..x@docomo.ne.jp", ".x.@docomo.ne.jp"):
        assert send(sink, clock, replace(MESSAGE, recipient=address)).outcome is Outcome.DELIVERED
    assert [one.replace('"', "") for (one,) in sink.recipients] == [
        "taro..x@docomo.ne.jp",
        ".x.@docomo.ne.jp",
    ]


@pytest.mark.parametrize("subject", ["a\r\nBcc: x@evil.example", "a\nb", "a\x00b", "a\u2028b", "\ud800"])
def test_a_subject_that_is_more_than_a_line_is_refused(sink: Sink, clock: FixedClock, subject: str) -> None:
    assert send(sink, clock, replace(MESSAGE, subject=subject)).outcome is Outcome.REFUSED
    assert sink.raw == []


def test_an_encoded_word_in_a_subject_stays_text(sink: Sink, clock: FixedClock) -> None:
    """The standard library would decode this one and send a Bcc header."""
    smuggler = "=?utf-8?q?hi=0D=0ABcc:_x@evil.example?="
    send(sink, clock, replace(MESSAGE, subject=smuggler, sender_name=smuggler))
    (mail,) = sink.mails()
    assert "Bcc" not in mail
    assert b"\nBcc" not in sink.raw[0]
    assert sink.recipients == [["hanako@example.com"]]
