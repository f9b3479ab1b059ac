"""Who may really be written to, and where everybody else's messages go."""

import asyncio
import json
from collections.abc import Iterator
from dataclasses import replace
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest
from pydantic import SecretStr

from agent.clock import FixedClock
from agent.domain.delivery import Outcome, OutgoingMessage, SendResult
from agent.domain.errors import OperatorMustFix
from agent.domain.occasion import Channel
from agent.settings import Settings
from channels.choose import AllowedRecipients, choose_channel
from tests.channels.test_line_push import PUSH
from tests.channels.test_smtp import MESSAGE
from tests.support.line_server import line_server
from tests.support.smtp_sink import Sink, smtp_sink


@pytest.fixture
def sink() -> Iterator[Sink]:
    with smtp_sink() as sink:
        yield sink


def settings_for(home: Path, sink: Sink, **more: object) -> Settings:
    given: dict[str, object] = {"home": home, "smtp_host": "127.0.0.1", "smtp_port": sink.port}
    return Settings().model_copy(update={**given, "mail_from": "tencho@hana.example", **more})


def send(settings: Settings, clock: FixedClock, message: OutgoingMessage = MESSAGE) -> SendResult:
    return asyncio.run(choose_channel(settings, clock).send(message))


def test_a_fresh_install_writes_files_and_sends_nothing(
    tmp_path: Path, sink: Sink, clock: FixedClock
) -> None:
    result = send(settings_for(tmp_path, sink), clock)
    assert result.outcome is Outcome.DELIVERED
    written = message_from_bytes(Path(str(result.place)).read_bytes(), policy=default)
    assert written["Subject"] == MESSAGE.subject
    assert Path(str(result.place)).parent == tmp_path / "outbox"
    assert sink.raw == []


def test_a_dry_run_of_line_writes_the_request(tmp_path: Path, sink: Sink, clock: FixedClock) -> None:
    result = send(settings_for(tmp_path, sink), clock, PUSH)
    document = json.loads(Path(str(result.place)).read_text(encoding="utf-8"))
    assert document["to"] == PUSH.recipient
    assert document["messages"][0]["text"] == PUSH.body
    assert document["x_line_retry_key"] == PUSH.retry_key


def test_a_repeated_dry_run_leaves_one_file(tmp_path: Path, sink: Sink, clock: FixedClock) -> None:
    for _ in range(2):
        send(settings_for(tmp_path, sink), clock)
    assert [path.name for path in (tmp_path / "outbox").iterdir()] == ["d1.1.eml"]


def test_only_the_allow_list_gets_real_mail_in_a_dry_run(
    tmp_path: Path, sink: Sink, clock: FixedClock
) -> None:
    settings = settings_for(tmp_path, sink, allow_to="staff@hana.example, Example.COM")
    send(settings, clock)
    send(settings, clock, replace(MESSAGE, recipient="a@sub.example.com"))
    assert sink.recipients == [["hanako@example.com"]]


def test_live_sends_to_everybody(tmp_path: Path, sink: Sink, clock: FixedClock) -> None:
    result = send(settings_for(tmp_path, sink, send="live"), clock)
    assert (result.place, len(sink.raw)) == (None, 1)


def test_live_line_goes_to_the_address_in_the_settings(tmp_path: Path, sink: Sink, clock: FixedClock) -> None:
    with line_server() as line:
        settings = settings_for(
            tmp_path, sink, send="live", line_channel_access_token=SecretStr("t"), line_api_base_url=line.url
        )
        assert send(settings, clock, PUSH).outcome is Outcome.DELIVERED
        assert len(line.accepted) == 1


def test_live_without_the_channels_settings_loses_nothing_and_says_what_to_set(
    tmp_path: Path, sink: Sink, clock: FixedClock
) -> None:
    result = send(settings_for(tmp_path, sink, send="live"), clock, PUSH)
    assert (result.outcome, result.pause) == (Outcome.RETRY, True)
    assert "OKAERI_LINE_CHANNEL_ACCESS_TOKEN" in result.detail
    with pytest.raises(OperatorMustFix, match="live"):
        choose_channel(settings_for(tmp_path, sink, send="live", smtp_host=None), clock)


@pytest.mark.parametrize(
    ("entry", "recipient", "may"),
    [
        ("a@x.jp", "A@X.jp ", True),
        ("@x.jp", "b@x.jp", True),
        ("x.jp", "b@y.x.jp", False),
        ("x.jp", "x.jp@evil.example", False),
        ("", "b@x.jp", False),
        ("a@x.jp,", "", False),
    ],
)
def test_the_allow_list_means_exactly_what_it_names(entry: str, recipient: str, may: bool) -> None:
    assert AllowedRecipients(entry).may_receive(Channel.EMAIL, recipient) is may


def test_line_ids_on_the_allow_list_keep_their_case() -> None:
    assert AllowedRecipients(f"x.jp, {PUSH.recipient}").may_receive(Channel.LINE, PUSH.recipient)
    assert not AllowedRecipients("Uabc").may_receive(Channel.LINE, "UABC")


def test_a_disk_that_cannot_be_written_pauses_the_dry_run(
    tmp_path: Path, sink: Sink, clock: FixedClock
) -> None:
    (tmp_path / "outbox").write_text("in the way", encoding="utf-8")
    result = send(settings_for(tmp_path, sink), clock)
    assert (result.outcome, result.pause) == (Outcome.RETRY, True)
