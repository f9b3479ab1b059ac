"""What LINE is asked to push: a text, or a bubble where the body holds a coupon or a button."""

from pydantic import ValidationError

from agent.domain.delivery import OutgoingMessage
from agent.domain.errors import PolicyRefusal
from agent.domain.layout import TALK, Layout
from channels.body_parts import is_own, parts_of
from channels.line_bubble import flex_message
from channels.line_parts import (
    TEXT_UNITS,
    FlexMessage,
    MessageAction,
    Push,
    QuickReply,
    QuickReplyItem,
    TextMessage,
    utf16_units,
)


def push_body(message: OutgoingMessage) -> dict[str, object]:
    """The JSON of `POST /v2/bot/message/push`. Raises PolicyRefusal for anything LINE would not take."""
    units = utf16_units(message.body)
    if not message.body.strip() or units > TEXT_UNITS:
        raise PolicyRefusal(
            f"LINE text of {units} UTF-16 units, allowed 1 to {TEXT_UNITS}",
            ja=f"LINEの文面は1〜{TEXT_UNITS:,}文字です（現在 {units:,}）。短くしてから承認し直してください。",
        )
    try:
        return Push(to=message.recipient, messages=(_dressed(message),)).document()
    except (ValidationError, UnicodeEncodeError) as error:
        raise _refusal(_first(error)) from error


def _dressed(message: OutgoingMessage) -> TextMessage | FlexMessage:
    layout = message.layout
    if layout is None:
        return TextMessage(text=message.body)
    if layout.name != TALK:
        raise _refusal(f"unknown layout {layout.name}")
    if layout.picture and not (layout.picture.alt.strip() and is_own(layout.picture.url, message)):
        raise _refusal("a picture from elsewhere")
    parts, replies = parts_of(message), _replies(layout)
    if parts.is_plain and layout.picture is None:
        return TextMessage(text=message.body, quick_reply=replies)
    return flex_message(message, layout, parts, replies)


def _replies(layout: Layout) -> QuickReply | None:
    items = tuple(QuickReplyItem(action=MessageAction(label=one, text=one)) for one in layout.quick_replies)
    return QuickReply(items=items) if items else None


def _first(error: ValidationError | UnicodeEncodeError) -> str:
    """Where and why, without repeating the customer's text."""
    if isinstance(error, UnicodeEncodeError):
        return "a sign that is no text"
    told = error.errors(include_url=False, include_input=False, include_context=False)[0]
    return f"{'.'.join(map(str, told['loc']))}: {told['msg']}"


def _refusal(detail: str) -> PolicyRefusal:
    return PolicyRefusal(
        f"LINE message refused: {detail}",
        ja=f"LINEの決まりに合わないため送信しません（{detail}）。文面を直してから承認し直してください。",
    )
