"""Whatever people write into names and subjects, the mail stays one well-formed mail."""

from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes
from email.header import decode_header, make_header
from email.policy import compat32

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.domain.errors import PolicyRefusal
from channels.email_message import build_email, envelope_address
from tests.channels.test_smtp import MESSAGE

NOW = datetime(2026, 11, 21, 1, 0, tzinfo=UTC)
JAPANESE = st.text(
    st.one_of(
        st.sampled_from("𠮷髙﨑🍎👩‍🍳①㈱〜ー「」、。！？　 "),
        st.characters(min_codepoint=0x3041, max_codepoint=0x30FE),
        st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF),
        st.characters(min_codepoint=0x20, max_codepoint=0x7E),
    ),
    min_size=1,
    max_size=120,
)
HOSTILE = st.lists(
    st.sampled_from(
        [
            "\r\n",
            "\n",
            "\r",
            "\0",
            "\u2028",
            "\u2029",
            "\x85",
            "\x0b",
            "\x1c",
            "\ud800",
            "Bcc: x@evil.example",
            "To:",
            "=?utf-8?b?",
            "=?utf-8?q?a=0D=0ABcc:_x?=",
            "?=",
            "花",
            " ",
            '"',
            "<x@evil.example>",
            ",",
            "\t",
            ";",
        ]
    ),
    max_size=12,
).map("".join)
HEADERS = ["From", "To", "Subject", "Date", "Message-ID", "X-Dedupe-Key", "List-Unsubscribe"]
HEADERS += ["List-Unsubscribe-Post", "Content-Type", "Content-Transfer-Encoding", "MIME-Version"]


@settings(max_examples=1_000, deadline=None)
@given(JAPANESE, JAPANESE)
def test_any_japanese_subject_is_read_back_as_written(subject: str, name: str) -> None:
    raw = build_email(replace(MESSAGE, subject=subject, sender_name=name), now=NOW).as_bytes()
    assert raw.isascii()
    assert max(len(line) for line in raw.split(b"\r\n")) <= 998
    mail = message_from_bytes(raw, policy=compat32)
    assert str(make_header(decode_header(mail["Subject"]))) == subject
    assert sorted(mail.keys()) == sorted(HEADERS)


@settings(max_examples=1_000, deadline=None)
@given(HOSTILE, HOSTILE, HOSTILE, HOSTILE)
def test_hostile_parts_add_no_header_and_no_recipient(subject: str, name: str, to: str, url: str) -> None:
    message = replace(
        MESSAGE, subject=subject, sender_name=name, recipient=to + "hanako@example.com", unsubscribe_url=url
    )
    for attempt in (
        message,
        replace(message, recipient=MESSAGE.recipient),
        replace(message, recipient=MESSAGE.recipient, unsubscribe_url=MESSAGE.unsubscribe_url),
    ):
        try:
            raw = build_email(attempt, now=NOW).as_bytes()
        except PolicyRefusal:
            continue
        mail = message_from_bytes(raw, policy=compat32)
        assert sorted(mail.keys()) == sorted(HEADERS)
        assert raw.isascii()
        assert mail["To"].endswith("hanako@example.com")
        assert mail["To"].count("@") == 1 or mail["To"].startswith('"')


def test_the_mail_is_the_same_at_every_attempt() -> None:
    assert build_email(MESSAGE, now=NOW).as_bytes() == build_email(MESSAGE, now=NOW).as_bytes()


@pytest.mark.parametrize(
    "address", ["", "a", "@x.jp", "a@", "a b@x.jp", "a@x.jp\r\n", "日本@x.jp", "a@日本.jp", "a@x.jp,b@y.jp>"]
)
def test_what_is_no_address_is_refused(address: str) -> None:
    if address.strip() == "a@x.jp":  # only white space around it
        assert envelope_address(address) == "a@x.jp"
        return
    with pytest.raises(PolicyRefusal):
        envelope_address(address)
