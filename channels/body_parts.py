"""What a plain body is made of, seen by whoever draws it: paragraphs, the coupon's, the one button, the footer.

Drawing adds no word and drops none (but a footer's ruled line, and an address that becomes a link): whoever approved the body has
approved what is drawn from it.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

from agent.domain.delivery import OutgoingMessage
from agent.domain.layout import Button

LABEL_CHARACTERS = 20
"""A longer line before an address is a sentence, not the label of a button. LINE's limit for the label of an action."""
_RULE = re.compile(r"^-{10,}\s*$", re.MULTILINE)
_BLANK = re.compile(r"\n[ \t\u3000]*\n\s*")
_URL = re.compile(r"https?://[!-;=?-~]+[!-+/-9=?-~]")


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of a line. href: where it leads, None for plain words; is_code: the coupon's code."""

    text: str
    href: str | None = None
    is_code: bool = False


Line = tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph. kind: text, or the paragraph that names the coupon's code."""

    kind: Literal["text", "coupon"]
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class BodyParts:
    """A body, part by part, in its order."""

    blocks: tuple[Block | Button, ...]
    footer: tuple[Line, ...]

    @property
    def is_plain(self) -> bool:
        """True without coupon and button."""
        return all(isinstance(block, Block) and block.kind == "text" for block in self.blocks)


def parts_of(message: OutgoingMessage) -> BodyParts:
    """Take a body apart. Text that fits no pattern is plain paragraphs: nothing is ever lost."""
    main, footer = _split_footer(message)
    blocks: list[Block | Button] = []
    for text in filter(None, (piece.strip("\n") for piece in _BLANK.split(main.strip("\n")))):
        button = _button(text, message)
        if button and not any(isinstance(block, Button) for block in blocks):
            blocks.append(button)
            continue
        has_code = bool(message.coupon) and (message.coupon or "") in text
        lines = _lines(text.split("\n"), message)
        blocks.append(Block("coupon" if has_code else "text", lines))
    return BodyParts(tuple(blocks), _lines(footer, message))


def is_own(url: str, message: OutgoingMessage) -> bool:
    """May a reader be led there: https on the shop's host, or the opt-out page as it is set."""
    if url == message.unsubscribe_url:
        return True
    home = _home(message.site_domain)
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").rstrip(".")
    except ValueError:
        return False
    plain = parts.scheme == "https" and "@" not in parts.netloc and parts.netloc.isascii()
    return plain and bool(home) and (host == home or host.endswith("." + home))


def _home(domain: str) -> str:
    bare = domain.strip().lower()
    host = (urlsplit(bare).hostname or "") if "://" in bare else bare.split("/")[0]
    return host.removeprefix("www.").rstrip(".")


def _split_footer(message: OutgoingMessage) -> tuple[str, list[str]]:
    """The text above the last ruled line, or above a last paragraph that names the opt-out page."""
    body = message.body.replace("\r\n", "\n")
    rules = list(_RULE.finditer(body))
    if rules and message.unsubscribe_url in body[rules[-1].end() :]:
        return body[: rules[-1].start()], _full(body[rules[-1].end() :])
    pieces = _BLANK.split(body.strip("\n"))
    if len(pieces) > 1 and message.unsubscribe_url in pieces[-1]:
        return body[: body.rindex(pieces[-1])], _full(pieces[-1])
    return body, []


def _full(text: str) -> list[str]:
    return [line for line in text.split("\n") if line.strip()]


def _button(text: str, message: OutgoingMessage) -> Button | None:
    label, _, url = text.partition("\n")
    label, url = label.strip(), url.strip()
    fits = 0 < len(label) <= LABEL_CHARACTERS and _URL.fullmatch(url) is not None
    return Button(label, url) if fits and "://" not in label and is_own(url, message) else None


def _lines(texts: Sequence[str], message: OutgoingMessage) -> tuple[Line, ...]:
    """Lines with their links; a line before an address that stands alone becomes the link itself."""
    found: list[Line] = []
    for text in texts:
        address = text.strip()
        before = found[-1] if found else ()
        alone = _URL.fullmatch(address) is not None and is_own(address, message)
        if alone and before and all(run.href is None and not run.is_code for run in before):
            found[-1] = (Run("".join(run.text for run in before), address),)
        else:
            found.append(tuple(_runs(text.rstrip(), message)))
    return tuple(found)


def _runs(text: str, message: OutgoingMessage) -> Iterator[Run]:
    place = 0
    code = re.escape(message.coupon) if message.coupon else r"(?!)"
    for found in re.finditer(f"(?P<url>{_URL.pattern})|(?P<code>{code})", text):
        if found["url"] and not is_own(found["url"], message):
            continue
        if found.start() > place:
            yield Run(text[place : found.start()])
        yield Run(found.group(), found["url"], bool(found["code"]))
        place = found.end()
    if place < len(text) or not text:
        yield Run(text[place:])
