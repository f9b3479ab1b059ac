"""How a text is dressed for its channel: which published layout, and what it shows beside the text."""

from dataclasses import asdict, dataclass
from typing import Any

from agent.domain.occasion import Channel

LETTER = "letter/v1"
"""E-mail: text and HTML made from the same body."""
TALK = "line/v1"
"""LINE: a text message, or a Flex bubble where the body holds a coupon or a button."""
PREHEADER_CHARACTERS = 40
"""What a phone's inbox shows after the subject; longer ones are cut off there."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture on the shop's own host (https). alt: what is read when it is not shown; never empty."""

    url: str
    alt: str


@dataclass(frozen=True, slots=True)
class Button:
    """The one thing a reader may press. url: https, on the shop's host."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Layout:
    """A published layout by name and version, and what it shows that the body does not say.

    Everything else that is drawn (coupon box, button, footer, alternative text) is read off the body, so that whoever edits
    the body edits all of them.    quick_replies: LINE only, at most 13 short answers the reader may tap.
    """

    name: str
    picture: Picture | None = None
    quick_replies: tuple[str, ...] = ()


def layout_for(channel: Channel, quick_replies: tuple[str, ...] = ()) -> Layout:
    """The newest layout of a channel. quick_replies are left out where a channel has none."""
    return Layout(LETTER) if channel is Channel.EMAIL else Layout(TALK, quick_replies=quick_replies)


def layout_document(layout: Layout) -> dict[str, Any]:
    """A layout as plain JSON values, the same for equal layouts."""
    return {**asdict(layout), "quick_replies": list(layout.quick_replies)}


def layout_from(document: dict[str, Any]) -> Layout:
    """The inverse of `layout_document`."""
    picture = document.get("picture")
    return Layout(
        document["name"],
        Picture(**picture) if picture else None,
        tuple(document.get("quick_replies") or ()),
    )
