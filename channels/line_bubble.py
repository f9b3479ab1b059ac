"""The Flex bubble of a LINE message: the words of the approved body, with its coupon in a box and its button to press."""

from collections.abc import Iterator
from typing import Any

from agent.domain.delivery import OutgoingMessage
from agent.domain.layout import Button, Layout
from channels.body_parts import Block, BodyParts, Line
from channels.line_parts import (
    ALT_UNITS,
    Box,
    Bubble,
    FlexMessage,
    Image,
    Press,
    QuickReply,
    Separator,
    Span,
    Text,
    UriAction,
    utf16_units,
)

INK, SOFT, INDIGO, PERSIMMON = "#2a2622", "#6f665b", "#2f4f73", "#a9501f"
PAPER, TICKET, EDGE = "#fffdf9", "#fbf4e8", "#dcc9a8"
OPT_OUT_LABEL, LINK_LABEL = "配信停止", "リンクを開く"
"""Read aloud for a link; the words one sees are the body's own."""


def flex_message(
    message: OutgoingMessage, layout: Layout, parts: BodyParts, replies: QuickReply | None
) -> FlexMessage:
    """One bubble. Raises pydantic's ValidationError for what LINE would refuse."""
    contents = tuple(part for block in parts.blocks for part in _drawn(block))
    signature = tuple(_footer(parts.footer))
    hero = Image(url=layout.picture.url) if layout.picture else None
    bubble = Bubble(
        hero=hero,
        body=Box(contents=contents, spacing="lg", padding_all="20px", background_color=PAPER),
        footer=Box(contents=signature, spacing="xs", padding_all="20px", background_color=PAPER)
        if signature
        else None,
    )
    return FlexMessage(alt_text=alt_text(parts, layout), contents=bubble, quick_reply=replies)


def alt_text(parts: BodyParts, layout: Layout) -> str:
    """The body above its signature as one line, cut at a sentence's end within LINE's limit."""
    told = [layout.picture.alt] if layout.picture else []
    for block in parts.blocks:
        told.append(block.label if isinstance(block, Button) else "".join(map(_words, block.lines)))
    whole = " ".join(" ".join(told).split())
    if utf16_units(whole) <= ALT_UNITS:
        return whole
    kept = whole.encode("utf-16-le")[: 2 * (ALT_UNITS - 1)].decode("utf-16-le", "ignore")
    end = max(kept.rfind(sign) for sign in "。！？!?")
    return kept[: end + 1] if end > ALT_UNITS // 4 else kept + "…"


def _words(line: Line) -> str:
    return "".join(run.text for run in line)


def _drawn(block: Block | Button) -> Iterator[Text | Press | Box]:
    if isinstance(block, Button):
        yield Press(action=UriAction(label=block.label, uri=block.url), color=INDIGO)
    elif block.kind == "coupon":
        yield Box(
            contents=(_text(block.lines),),
            padding_all="14px",
            background_color=TICKET,
            border_color=EDGE,
            border_width="1px",
            corner_radius="8px",
        )
    else:
        yield _text(block.lines)


def _text(lines: tuple[Line, ...]) -> Text:
    """A paragraph. LINE makes only whole parts tappable: one with a link in it opens that when touched anywhere."""
    url = next((run.href for line in lines for run in line if run.href), None)
    look: dict[str, Any] = {
        "size": "md",
        "color": INK,
        "line_spacing": "7px",
        "action": UriAction(label=LINK_LABEL, uri=url) if url else None,
    }
    if not any(run.is_code for line in lines for run in line):
        return Text(text="\n".join(map(_words, lines)), **look)
    spans: list[Span] = []
    for number, line in enumerate(lines):
        for run in line:
            spans.append(_span(run.text, is_code=run.is_code))
        if number + 1 < len(lines):
            spans.append(Span(text="\n"))
    return Text(contents=tuple(span for span in spans if span.text), **look)


def _span(text: str, *, is_code: bool) -> Span:
    return Span(text=text, weight="bold", color=PERSIMMON, size="lg") if is_code else Span(text=text or " ")


def _footer(lines: tuple[Line, ...]) -> Iterator[Text | Separator]:
    if lines:
        yield Separator(color="#e3dacb")
    for number, line in enumerate(lines):
        url = next((run.href for run in line if run.href), None)
        yield Text(
            contents=(Span(text=_words(line), decoration="underline" if url else None),),
            size="xs",
            color=SOFT,
            margin="md" if number == 0 else None,
            action=UriAction(label=OPT_OUT_LABEL, uri=url) if url else None,
        )
