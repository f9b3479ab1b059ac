"""A LINE push: once, whatever happens to the answer."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace

import pytest

from agent.domain.delivery import Outcome, OutgoingMessage, SendResult
from agent.domain.occasion import Channel
from channels.line_parts import utf16_units
from channels.line_push import LinePushChannel
from tests.channels.test_smtp import MESSAGE
from tests.support.line_server import LineServer, line_server

PUSH = replace(
    MESSAGE, channel=Channel.LINE, recipient="U" + "1" * 32, subject=None, body="佐藤さま、こんにちは🍎"
)


@pytest.fixture
def line() -> Iterator[LineServer]:
    with line_server() as line:
        yield line


def push(line: LineServer, message: OutgoingMessage = PUSH) -> SendResult:
    return asyncio.run(LinePushChannel(token="t", base_url=line.url).send(message))


def test_a_push_carries_text_recipient_and_retry_key(line: LineServer) -> None:
    assert push(line).outcome is Outcome.DELIVERED
    assert line.accepted == {
        PUSH.retry_key: {"to": PUSH.recipient, "messages": [{"type": "text", "text": PUSH.body}]}
    }


def test_a_lost_answer_is_tried_again_with_the_same_key_and_409_means_it_had_arrived(
    line: LineServer,
) -> None:
    line.drop_answers = 1
    assert push(line).outcome is Outcome.RETRY
    assert push(line).outcome is Outcome.DELIVERED
    assert line.keys == [PUSH.retry_key] * 2
    assert len(line.accepted) == 1


@pytest.mark.parametrize(
    ("status", "words", "outcome", "pause"),
    [
        (500, "internal", Outcome.RETRY, False),
        (429, "The API rate limit has been exceeded. Try again later.", Outcome.RETRY, False),
        (429, "You have reached your monthly limit.", Outcome.RETRY, True),
        (401, "Authentication failed", Outcome.RETRY, True),
        (400, "Failed to send messages", Outcome.BOUNCED, False),
        (400, "The request body has 1 error(s)", Outcome.REFUSED, False),
    ],
)
def test_each_answer_of_line_has_its_meaning(
    line: LineServer, status: int, words: str, outcome: Outcome, pause: bool
) -> None:
    line.script = [(status, words)]
    result = push(line)
    assert (result.outcome, result.pause) == (outcome, pause)
    assert words in result.detail


@pytest.mark.parametrize(
    ("body", "leaves"),
    [("あ" * 5_000, True), ("あ" * 5_001, False), ("🍎" * 2_500, True), ("🍎" * 2_501, False), (" ", False)],
)
def test_length_is_counted_as_line_counts_it(line: LineServer, body: str, leaves: bool) -> None:
    result = push(line, replace(PUSH, body=body))
    assert result.outcome is (Outcome.DELIVERED if leaves else Outcome.REFUSED)
    assert line.requests == int(leaves)


def test_an_apple_counts_two() -> None:
    assert utf16_units("🍎\r\n") == 4
