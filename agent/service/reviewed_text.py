"""A text as its editor was offered it and as it was approved: the written middle, without people, products and figures."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from agent.domain.message import MessageContext, WrittenMessage
from agent.domain.occasion import Channel, Occasion
from agent.domain.provenance import is_recorded
from agent.ports import LookedAt
from agent.service.assemble_message import OPT_OUT_LINE, RULE, greeting
from agent.service.pseudonyms import mask_strangers

PERSON, PRODUCT, FIGURE = "\ue001", "\ue002", "\ue003"
"""Stand for what belongs to one letter only; signs no text of ours holds."""
MASKS = frozenset({PERSON, PRODUCT, FIGURE})
_SHOWN = {PERSON: "〇〇", PRODUCT: "「〇〇」", FIGURE: "〇"}
_QUOTE = re.compile(r"「[^」\n]{0,80}」|『[^』\n]{0,80}』")
_COUNTED = "か月|ヶ月|カ月|か年|週間|周年|月|日|回|年|円|点|枚|個|本|名|割|つ|歳|分|秒|時|グラム|g|ml|cm"
_NUMBER = re.compile(
    rf"[0-9０-９][0-9０-９,，.．/／:：]*[%％]?(?:{_COUNTED})?|[一二三四五六七八九十百千]+(?:{_COUNTED})"
)
_TOKEN = re.compile(r"⟦[^⟧]*⟧")
_CODE = re.compile(r"(?<![A-Za-z0-9])(?=[A-Z0-9-]*[0-9-])[A-Z][A-Z0-9-]{3,19}(?![A-Za-z0-9])")
_LINK = re.compile(r"https?://\S+")


@dataclass(frozen=True, slots=True)
class ReviewedText:
    """One looked-at letter, masked. by: whose hand or approval.

    offered, approved: the middle, paragraphs a line break apart.    titles: of the products it may speak of.    facts: what was
    known of products and written down of the customer, which is no style.    source: to judge trial changes by, None for a file.
    """

    draft_id: str
    by: str
    occasion: Occasion
    channel: Channel
    offered: str
    approved: str
    titles: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()
    source: LookedAt | None = field(default=None, compare=False)

    @property
    def edited(self) -> bool:
        """Whether a person changed anything but blanks."""
        return _squeezed(self.offered) != _squeezed(self.approved)


def reviewed(looked: LookedAt) -> ReviewedText:
    """A stored approval as learning reads it."""
    context = looked.context
    titles = tuple(p.title for p in context.products)
    names = (context.customer.family_name, context.customer.given_name)
    written = tuple(f.text for f in context.customer.facts if not is_recorded(f.fact_id))
    text = ReviewedText(
        draft_id=looked.draft_id,
        by=looked.editor or looked.by,
        occasion=looked.occasion,
        channel=looked.channel,
        offered=middle_of(looked.offered, context),
        approved=middle_of(looked.approved, context),
        titles=titles,
        facts=(*(fact for p in context.products for fact in p.facts), *context.policies, *written),
        source=looked,
    )
    return masked(text, names=names)


def masked(text: ReviewedText, *, names: Iterable[str]) -> ReviewedText:
    """The same letter with people, products, figures, quotations and links replaced by signs."""
    names = [name for name in names if name.strip()]
    return replace(
        text,
        offered=mask(text.offered, names=names, titles=text.titles),
        approved=mask(text.approved, names=names, titles=text.titles),
    )


def mask(text: str, *, names: Iterable[str], titles: Iterable[str]) -> str:
    """A text of which nothing tells whose letter it was."""
    for title in sorted(filter(None, titles), key=len, reverse=True):
        text = text.replace(title, PRODUCT)
    text = _QUOTE.sub(PRODUCT, text)
    text = re.sub(f"[「『]{PRODUCT}[」』]", PRODUCT, text)
    for name in sorted(names, key=len, reverse=True):
        text = re.sub(rf"{re.escape(name)}(?=\s?(?:さま|様|さん))", PERSON, text)
        text = text.replace(name, PERSON) if len(name) > 1 else text
    text = _TOKEN.sub(PERSON, mask_strangers(text))
    return _NUMBER.sub(FIGURE, _CODE.sub(FIGURE, _LINK.sub(FIGURE, text)))


def shown(text: str) -> str:
    """A masked text as staff and models may read it: 〇 where something of one letter stood."""
    for sign, said in _SHOWN.items():
        text = text.replace(sign, said)
    return text


def middle_of(message: WrittenMessage, context: MessageContext) -> str:
    """The body without greeting and footer: what a writer wrote and an editor cares for."""
    _, middle, _ = split_body(message.body, context)
    return "\n".join(line.strip() for line in middle.splitlines() if line.strip())


def split_body(body: str, context: MessageContext) -> tuple[str, str, str]:
    """Greeting, middle and footer of a body; together they are the body, with line ends as `\\n`."""
    body = body.replace("\r\n", "\n")
    mail = context.channel is Channel.EMAIL
    end = body.find(f"\n{RULE}") if mail else _signature(body, context)
    end = len(body) if end < 0 else end
    name = greeting(context.customer)
    greeted = re.match(rf"\s*{re.escape(name)}(?:、|[ 　]*\n)?\s*", body) if name else None
    start = greeted.end() if greeted and greeted.end() <= end else 0
    return body[:start], body[start:end], body[end:]


def _signature(body: str, context: MessageContext) -> int:
    """LINE: where shop name, how to stop, and the address of it begin; -1 without."""
    stop = body.find(f"\n{OPT_OUT_LINE}")
    if stop < 0:
        return -1
    line = body.rfind("\n", 0, stop)
    signed = {context.shop.sender_name.strip(), context.shop.name.strip()} - {""}
    return line if body[line + 1 : stop].strip() in signed and line >= 0 else stop


def _squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)
