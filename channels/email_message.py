"""Build the mail: headers we encode ourselves, base64 text and HTML, one-click opt-out, the same bytes at every attempt of a moment.

The standard library's header objects decode `=?…?=` in a value before folding it, so that a subject can smuggle in a header of
its own, and wrap a long List-Unsubscribe in encoded words no receiver understands. Headers are therefore set raw, from parts
that were checked and encoded here. Sources: RFC 5322 2.1.1 (lines), RFC 2047 2 (encoded words), RFC 8058 (one-click).
"""

import base64
import re
import unicodedata
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from agent.clock import TOKYO
from agent.domain.delivery import OutgoingMessage
from agent.domain.errors import PolicyRefusal
from channels.letter_html import letter_html

WORD_BYTES = 39
"""Bytes of text in one encoded word: 64 characters, so that a line with `Subject: ` before it stays below 78."""
POLICY = SMTP.clone(refold_source="none")
_PLAIN = re.compile(r"[!-~](?:[ -~]{0,58}[!-~])?")
_DOT_ATOM = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_DOMAIN = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?")
_MESSAGE_ID = re.compile(r"<[A-Za-z0-9._-]{1,120}@[A-Za-z0-9.-]{1,250}>")
_URL = re.compile(r"https?://[!-;=?-~]{1,900}")
_LINE_BREAKS = frozenset("\u2028\u2029")


def build_email(message: OutgoingMessage, *, now: datetime) -> EmailMessage:
    """The complete mail. now: the business clock, becomes Date in Asia/Tokyo.

    The approved body as plain text and, where the message has a layout, the same words as HTML. Raises PolicyRefusal for a part
    that cannot stand in a header (control characters, a broken address or opt-out address) or in the layout.
    """
    mail = EmailMessage(policy=POLICY)
    sender = envelope_address(message.sender_address)
    headers = {
        "From": f"{encode_words(message.sender_name, what='差出人名')}\r\n <{sender}>",
        "To": envelope_address(message.recipient),
        "Subject": encode_words(message.subject or "", what="件名"),
        "Date": format_datetime(now.astimezone(TOKYO)),
        "Message-ID": _matching(_MESSAGE_ID, message.message_id, "Message-ID"),
        "X-Dedupe-Key": _matching(re.compile(r"[0-9a-f-]{36}"), message.retry_key, "X-Dedupe-Key"),
        "List-Unsubscribe": f"<{_matching(_URL, message.unsubscribe_url, '配信停止のアドレス')}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }
    for name, value in headers.items():
        mail.set_raw(name, value)
    try:
        mail.set_content(message.body, cte="base64")
        if message.layout:
            mail.add_alternative(letter_html(message), subtype="html", cte="base64")
            mail.set_boundary(f"=_okaeri_{message.retry_key}")
    except UnicodeEncodeError as error:
        raise _refusal("本文", "文字として読めない符号が含まれています") from error
    return mail


def envelope_address(address: str) -> str:
    """The address as SMTP wants it: a local part such as `taro..x` (old docomo addresses) is quoted. Raises PolicyRefusal."""
    local, at, domain = address.strip().rpartition("@")
    if not at or not local or not _DOMAIN.fullmatch(domain) or not re.fullmatch(r"[!-~]{1,64}", local):
        raise _refusal("宛先", "メールアドレスとして使えません")
    if _DOT_ATOM.fullmatch(local) or (
        len(local) > 2 and local[0] == local[-1] == '"' and '"' not in local[1:-1]
    ):
        return f"{local}@{domain}"
    escaped = local.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"@{domain}'


def encode_words(text: str, *, what: str) -> str:
    """A header value that decodes to exactly this text: as it is when short, plain ASCII, else base64 encoded words."""
    if any(unicodedata.category(sign) == "Cc" or sign in _LINE_BREAKS for sign in text):
        raise _refusal(what, "改行や制御文字が含まれています")
    if not text or (_PLAIN.fullmatch(text) and "=?" not in text and not set(text) & set('"(),:;<>@[\\]')):
        return text
    try:
        return "\r\n ".join(f"=?utf-8?b?{base64.b64encode(part).decode()}?=" for part in _parts(text))
    except UnicodeEncodeError as error:
        raise _refusal(what, "文字として読めない符号が含まれています") from error


def _parts(text: str) -> list[bytes]:
    """UTF-8 in pieces of at most WORD_BYTES, never inside a character."""
    parts = [b""]
    for sign in text:
        encoded = sign.encode()
        if len(parts[-1]) + len(encoded) > WORD_BYTES:
            parts.append(b"")
        parts[-1] += encoded
    return parts


def _matching(pattern: re.Pattern[str], value: str, what: str) -> str:
    if not pattern.fullmatch(value):
        raise _refusal(what, "形が正しくありません")
    return value


def _refusal(what: str, problem: str) -> PolicyRefusal:
    return PolicyRefusal(
        f"mail header refused: {what}",
        ja=f"{what}に問題があるため送信しません（{problem}）。文面や設定を直してください。",
    )
