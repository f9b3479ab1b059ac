"""The parts of a LINE push as types, with the limits LINE checks: what does not fit is refused before it is sent.

Sources: line-openapi messaging-api.yml; developers.line.biz text-character-count (UTF-16 code units). Where today's documentation
gives more room than it used to (altText), the older, smaller limit holds.
"""

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator
from pydantic.alias_generators import to_camel

TEXT_UNITS = 5_000
ALT_UNITS = 400
FLEX_TEXT_UNITS = 2_000
LABEL_UNITS = 20
REPLY_UNITS = 300
URI_CHARACTERS = 1_000
PICTURE_URI_CHARACTERS = 2_000
MESSAGES = 5
QUICK_REPLIES = 13
BUBBLE_BYTES = 30 * 1024


def utf16_units(text: str) -> int:
    """How LINE counts a text's length: 🍎 is 2."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _units(most: int) -> AfterValidator:
    def check(text: str) -> str:
        units = utf16_units(text)
        if not text.strip() or units > most:
            raise ValueError(f"{units} UTF-16 units, allowed 1 to {most}")
        text.encode()  # a lone surrogate is no text
        return text

    return AfterValidator(check)


class Part(BaseModel):
    """Anything in a push: no field but the known ones, written in LINE's spelling."""

    model_config = ConfigDict(extra="forbid", frozen=True, alias_generator=to_camel, populate_by_name=True)


class UriAction(Part):
    """Opens a page."""

    type: Literal["uri"] = "uri"
    label: Annotated[str, _units(LABEL_UNITS)]
    uri: Annotated[str, Field(pattern=r"^https?://", max_length=URI_CHARACTERS)]


class MessageAction(Part):
    """Says a text in the reader's name."""

    type: Literal["message"] = "message"
    label: Annotated[str, _units(LABEL_UNITS)]
    text: Annotated[str, _units(REPLY_UNITS)]


class Span(Part):
    """A stretch of a text with a look of its own. An empty one is not allowed."""

    type: Literal["span"] = "span"
    text: Annotated[str, Field(min_length=1)]
    weight: Literal["regular", "bold"] | None = None
    color: str | None = None
    size: str | None = None
    decoration: Literal["none", "underline"] | None = None


class Text(Part):
    """A text in a bubble: whole, or in spans."""

    type: Literal["text"] = "text"
    text: Annotated[str, _units(FLEX_TEXT_UNITS)] | None = None
    contents: tuple[Span, ...] | None = None
    wrap: bool = True
    size: str | None = None
    weight: Literal["regular", "bold"] | None = None
    color: str | None = None
    line_spacing: str | None = None
    margin: str | None = None
    action: UriAction | None = None

    @model_validator(mode="after")
    def _says_something(self) -> "Text":
        said = self.text or "".join(span.text for span in self.contents or ())
        if not said.strip() or utf16_units(said) > FLEX_TEXT_UNITS:
            raise ValueError(f"a text of {utf16_units(said)} UTF-16 units, allowed 1 to {FLEX_TEXT_UNITS}")
        return self


class Press(Part):
    """A button."""

    type: Literal["button"] = "button"
    action: UriAction
    style: Literal["primary", "secondary", "link"] = "primary"
    color: str | None = None
    height: Literal["sm", "md"] = "sm"
    margin: str | None = None


class Separator(Part):
    """A thin line."""

    type: Literal["separator"] = "separator"
    margin: str | None = None
    color: str | None = None


class Image(Part):
    """A picture at the top of a bubble."""

    type: Literal["image"] = "image"
    url: Annotated[str, Field(pattern=r"^https://", max_length=PICTURE_URI_CHARACTERS)]
    size: str = "full"
    aspect_ratio: str = "20:13"
    aspect_mode: Literal["cover", "fit"] = "cover"


class Box(Part):
    """Parts one under another."""

    type: Literal["box"] = "box"
    layout: Literal["vertical"] = "vertical"
    contents: tuple["Text | Press | Separator | Box", ...]
    spacing: str | None = None
    margin: str | None = None
    padding_all: str | None = None
    padding_bottom: str | None = None
    background_color: str | None = None
    border_color: str | None = None
    border_width: str | None = None
    corner_radius: str | None = None


class Bubble(Part):
    """One card."""

    type: Literal["bubble"] = "bubble"
    size: Literal["kilo", "mega", "giga"] = "mega"
    header: Box | None = None
    hero: Image | None = None
    body: Box
    footer: Box | None = None


class QuickReplyItem(Part):
    """One short answer under the last message."""

    type: Literal["action"] = "action"
    action: MessageAction


class QuickReply(Part):
    """The answers a reader may tap."""

    items: Annotated[tuple[QuickReplyItem, ...], Field(min_length=1, max_length=QUICK_REPLIES)]


class TextMessage(Part):
    """A plain message."""

    type: Literal["text"] = "text"
    text: Annotated[str, _units(TEXT_UNITS)]
    quick_reply: QuickReply | None = None


class FlexMessage(Part):
    """A drawn message. alt_text: shown in the list of talks, in notifications and where it cannot be drawn."""

    type: Literal["flex"] = "flex"
    alt_text: Annotated[str, _units(ALT_UNITS)]
    contents: Bubble
    quick_reply: QuickReply | None = None

    @model_validator(mode="after")
    def _fits(self) -> "FlexMessage":
        size = len(self.contents.model_dump_json(by_alias=True, exclude_none=True).encode())
        if size > BUBBLE_BYTES:
            raise ValueError(f"a bubble of {size} bytes, allowed {BUBBLE_BYTES}")
        return self


class Push(Part):
    """`POST /v2/bot/message/push`."""

    to: Annotated[str, Field(min_length=1)]
    messages: Annotated[tuple[TextMessage | FlexMessage, ...], Field(min_length=1, max_length=MESSAGES)]

    def document(self) -> dict[str, Any]:
        """The request's JSON."""
        return self.model_dump(mode="json", by_alias=True, exclude_none=True)
