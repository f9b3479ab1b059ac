"""Build the body of a LINE push and keep within its limits."""

from agent.domain.delivery import OutgoingMessage
from agent.domain.errors import PolicyRefusal

LONGEST = 5_000
"""Length of a text message in UTF-16 code units (🍎 counts 2). Source: LINE developers, text character count."""


def utf16_units(text: str) -> int:
    """How LINE counts a text's length."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def push_body(message: OutgoingMessage) -> dict[str, object]:
    """The JSON of `POST /v2/bot/message/push`. Raises PolicyRefusal for an empty or too long text."""
    units = utf16_units(message.body)
    if not message.body.strip() or units > LONGEST:
        raise PolicyRefusal(
            f"LINE text of {units} UTF-16 units, allowed 1 to {LONGEST}",
            ja=f"LINEの文面は1〜{LONGEST:,}文字です（現在 {units:,}）。短くしてから承認し直してください。",
        )
    return {"to": message.recipient, "messages": [{"type": "text", "text": message.body}]}
