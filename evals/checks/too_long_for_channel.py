"""Find texts too long to be read, or too empty to say anything, in their channel."""

from collections.abc import Iterator

from agent.domain.finding import Finding, Severity
from agent.domain.layout import PREHEADER_CHARACTERS
from agent.domain.message import WrittenMessage
from evals.checks.reading import Reading

CHECK = "too_long_for_channel"

LINE_READABLE_UNITS = 1_000
"""Our own limit for a LINE text, in UTF-16 code units as LINE counts; LINE itself refuses above 5,000."""
SUBJECT_CHARACTERS = 50
ALT_TEXT_UNITS = 400
"""LINE shows it in the list of talks and where a Flex message cannot be drawn."""
BUTTON_CHARACTERS = 20
"""The label of a LINE action."""
MAIL_READABLE_CHARACTERS = 2_000
"""Above this an e-mail is advice to shorten, nothing more."""

_UNREAD = "長すぎるため、ここは検査していません。縮めてから、もう一度確かめてください。"


def utf16_units(text: str) -> int:
    """Length as LINE counts it: an emoji or 𠮷 is two."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _beside(message: WrittenMessage) -> Iterator[Finding]:
    """What stands beside subject and body: an inbox cuts a long preheader off, LINE refuses the others."""
    preheader, alt_text = message.preheader or "", message.alt_text or ""
    if len(preheader) > PREHEADER_CHARACTERS:
        why = f"プリヘッダーが{len(preheader)}文字あります。{PREHEADER_CHARACTERS}文字を超えた分は受信箱で切れます。"
        yield Finding(CHECK, Severity.REVIEW, "preheader", (0, len(preheader)), preheader, why)
    units = utf16_units(alt_text)
    if units > ALT_TEXT_UNITS:
        why = f"代替テキストが{units:,}文字分あります。{ALT_TEXT_UNITS}文字以内に縮めてください。"
        yield Finding(CHECK, Severity.BLOCK, "alt_text", (0, len(alt_text)), alt_text, why)
    place = 0
    for button in message.buttons:
        if len(button.label) > BUTTON_CHARACTERS:
            why = (
                f"ボタンの文字が{len(button.label)}文字あります。{BUTTON_CHARACTERS}文字以内にしてください。"
            )
            span = (place, place + len(button.label))
            yield Finding(CHECK, Severity.BLOCK, "buttons", span, button.label, why)
        place += len(f"{button.label} {button.url}".strip()) + 1


def find(reading: Reading) -> Iterator[Finding]:
    """At most one finding a field, and one for what is too far in to have been read."""
    body, subject = reading.body, reading.subject
    for text in reading.fields:
        if text.unread is not None:
            start, end = text.unread
            # What nobody read must not leave.
            yield Finding(CHECK, Severity.BLOCK, text.field, text.unread, text.raw[start:end], _UNREAD)
    yield from _beside(reading.message)
    if not reading.is_email:
        units = utf16_units(body.raw)
        if units > LINE_READABLE_UNITS:
            why = f"LINEの本文が{units:,}文字分あります。{LINE_READABLE_UNITS:,}文字以内に縮めてください。"
            yield Finding(CHECK, Severity.BLOCK, "body", (0, len(body.raw)), body.raw, why)
    elif len(body.plain.text[: body.footer_from]) > MAIL_READABLE_CHARACTERS:
        why = "本文が長めです。要点を絞ると読まれやすくなります。"
        yield Finding(CHECK, Severity.NOTE, "body", (0, len(body.raw)), body.raw, why)
    if subject is None:
        if reading.is_email:
            yield Finding(
                CHECK, Severity.BLOCK, "body", (0, 0), "", "件名がありません。件名を付けてください。"
            )
        return
    whole = (0, len(subject.raw))
    if len(subject.raw) > SUBJECT_CHARACTERS:
        why = f"件名が{len(subject.raw)}文字あります。{SUBJECT_CHARACTERS}文字以内にしてください。"
        yield Finding(CHECK, Severity.BLOCK, "subject", whole, subject.raw, why)
    elif reading.is_email and not any(sign.isalnum() for sign in subject.raw):
        why = "件名が空か記号だけです。用件の分かる言葉を入れてください。"
        yield Finding(CHECK, Severity.BLOCK, "subject", whole, subject.raw, why)
