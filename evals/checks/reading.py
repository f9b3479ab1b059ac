"""A draft as the checks read it: folded once, its footer and addresses told apart from what it says."""

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from agent.domain.finding import FieldName, Finding, Severity
from agent.domain.message import MessageContext, ShopIdentity, WrittenMessage
from agent.domain.occasion import Channel, Occasion
from evals.checks.fold import Folded, fold_spelling, fold_width, squeezed
from evals.checks.knowledge import Knowledge, knowledge_of

MASK = "\x00"
"""Stands for text that is no statement: addresses, links, telephone numbers, the footer."""

_LINK = re.compile(
    r"(?:https?|ftp)://[^\s<>「」『』（）()、。，\"']+|(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+",
    re.IGNORECASE,
)
_PHONE = re.compile(
    r"(?<![\d-])(?:\+81[- ]?\d{1,4}|0\d{1,4})[- (]\d{1,4}[-) ]\d{3,4}(?!\d)|(?<!\d)0[5789]0\d{8}(?!\d)"
)
_POSTCODE = re.compile(r"〒\s*\d{3}-?\d{4}|(?<!\d)\d{3}-\d{4}(?!\d)")
_RULE = re.compile(r"^\s*[-=─━―—_*＊~〜・◇◆■□●○☆★+#.]{3,}.{0,20}?[-=─━―—_*＊~〜・◇◆■□●○☆★+#.]*\s*$")
_FOOTER_WORD = re.compile(
    r"配信(?:の?停止|解除|者)|購読(?:解除|停止)|メルマガ|お問い?合わ?せ(?:先|窓口)?[:は]|TEL|Tel|tel|電話[:は]|E-?mail|営業時間"
    r"|発行|送信者|差出人|運営|住所|所在地|連絡先|unsubscribe|〒|Copyright|©|定休日|受付時間"
)
_FOOTER_HINT = re.compile(
    r"(?:ご?案内|配信|メール|お便り|お知らせ)[^。\n]{0,14}(?:不要|停止|止め)|(?:不要|停止|止め)[^。\n]{0,16}(?:こちら|下記|次の)"
)
"""Words of leaving that also stand in a message's own sentences: they count only about being written to."""
READ_AT_MOST = 20_000
"""Code points of a field that are read; of a longer one its head and its last `_TAIL`, where the footer stands."""
_TAIL = 2_000
_SENTENCE = re.compile(r"[^。!?\n]+(?:[。!?]+[」』)]*)?")


@dataclass(frozen=True)
class FieldText:
    """One field of a draft. raw: as written; plain: what is read of it (`READ_AT_MOST`), width folded; footer_from: place in
    `plain.text` where it begins.
    """

    field: FieldName
    raw: str
    plain: Folded
    footer_from: int

    @property
    def unread(self) -> tuple[int, int] | None:
        """[from, to) of the original that is too far in to be read; None for all texts of ordinary length."""
        size = len(self.raw)
        return (READ_AT_MOST - _TAIL, size - _TAIL) if size > READ_AT_MOST else None

    @cached_property
    def spelling(self) -> Folded:
        """What is said, folded for word lists (`fold_spelling`)."""
        return fold_spelling(Folded(self.said, self.plain.starts, self.plain.stops))

    @cached_property
    def said(self) -> str:
        """`plain.text` with links, telephone numbers and the footer masked: same length, same places."""
        text = self.plain.text[: self.footer_from]
        for pattern in (_LINK, _PHONE, _POSTCODE):
            text = pattern.sub(lambda found: MASK * len(found.group()), text)
        return text + MASK * (len(self.plain.text) - self.footer_from)

    @cached_property
    def sentences(self) -> tuple[tuple[int, int], ...]:
        """[from, to) in `said` of each sentence, the footer left out."""
        return tuple(
            (found.start(), found.end())
            for found in _SENTENCE.finditer(self.said[: self.footer_from])
            if found.group().strip()
        )

    def plain_place(self, place: int) -> int:
        """The place in `said` of a place in `spelling`."""
        return bisect_left(self.plain.starts, self.spelling.starts[place]) if self.spelling.text else 0

    def sentence_at(self, place: int) -> str:
        """The sentence around a place of `said`."""
        start, end = self.sentence_span(place)
        return self.said[start:end]

    def sentence_span(self, place: int) -> tuple[int, int]:
        """[from, to) in `said` of the sentence around a place."""
        for start, end in self.sentences:
            if start <= place < end:
                return start, end
        return place, place

    def find(
        self,
        check: str,
        start: int,
        end: int,
        message: str,
        severity: Severity = Severity.BLOCK,
        suggestion: str | None = None,
        *,
        spelling: bool = False,
    ) -> Finding:
        """A finding at [start, end) of `plain.text` (spelling: of `spelling.text`), told in places of the original."""
        first, last = (self.spelling if spelling else self.plain).span(start, end)
        return Finding(check, severity, self.field, (first, last), self.raw[first:last], message, suggestion)


@dataclass(frozen=True)
class Reading:
    """A draft beside everything it may rest on."""

    context: MessageContext
    message: WrittenMessage
    known: Knowledge
    subject: FieldText | None
    body: FieldText
    beside: tuple[FieldText, ...] = ()

    @property
    def fields(self) -> tuple[FieldText, ...]:
        """Subject (where there is one), body, and what a reader sees beside them: preheader, alternative text, buttons."""
        head = () if self.subject is None else (self.subject,)
        return (*head, self.body, *self.beside)

    def text_of(self, field: FieldName) -> FieldText | None:
        """The field by its name; None where the message has none."""
        return next((text for text in self.fields if text.field == field), None)

    @property
    def is_email(self) -> bool:
        """True for e-mail."""
        return self.context.channel is Channel.EMAIL

    @property
    def occasion(self) -> Occasion:
        """Why it is written."""
        return self.context.occasion

    def sentences(self) -> Iterator[tuple[FieldText, int, str]]:
        """Every sentence outside the footer with its field and its place in `said`."""
        for text in self.fields:
            for start, end in text.sentences:
                yield text, start, text.said[start:end]


def read(context: MessageContext, message: WrittenMessage) -> Reading:
    """Prepare a draft for the checks. An absent subject and an empty one differ: None means the channel has none."""
    subject = None
    if message.subject is not None:
        folded = _folded(message.subject)
        subject = FieldText("subject", message.subject, folded, len(folded.text))
    folded = _folded(message.body)
    body = FieldText("body", message.body, folded, _footer_start(folded.text, context.shop))
    return Reading(context, message, knowledge_of(context), subject, body, tuple(_beside(message)))


def _beside(message: WrittenMessage) -> Iterator[FieldText]:
    """What is seen beside subject and body. Words the body says too are judged there, once."""
    labels = "\n".join(f"{button.label} {button.url}".strip() for button in message.buttons)
    texts: tuple[tuple[FieldName, str], ...] = (
        ("preheader", message.preheader or ""),
        ("alt_text", message.alt_text or ""),
        ("buttons", labels),
    )
    for field, text in texts:
        if text and text.strip() not in message.body:
            folded = _folded(text)
            yield FieldText(field, text, folded, len(folded.text))


def _folded(text: str) -> Folded:
    """A field with its width folded; of a very long one head and tail, a line break for what lies between."""
    if len(text) <= READ_AT_MOST:
        return fold_width(text)
    upto, since = READ_AT_MOST - _TAIL, len(text) - _TAIL
    head, tail = fold_width(text[:upto]), fold_width(text[since:])
    starts = [*head.starts, upto, *(since + place for place in tail.starts)]
    stops = [*head.stops, since, *(since + place for place in tail.stops)]
    return Folded(f"{head.text}\n{tail.text}", starts, stops)


def _footer_start(text: str, shop: ShopIdentity) -> int:
    """Where the signature begins: the last run of lines that only say who writes and how to reach or leave us."""
    marks = [squeezed(mark) for mark in (shop.address, shop.contact, shop.unsubscribe_url) if len(mark) > 3]
    names = [squeezed(mark) for mark in (shop.sender_name, shop.name) if mark]
    start, place, seen_any = len(text), len(text), False
    for line in reversed(text.splitlines(keepends=True)):
        place -= len(line)
        bare = line.strip()
        if not bare:
            continue
        if _RULE.match(bare) and not any(c.isdigit() for c in bare):
            if seen_any:
                start = place
            continue
        if not _is_footer_line(bare, marks, names):
            break
        start, seen_any = place, True
    return start


def _is_footer_line(bare: str, marks: list[str], names: list[str]) -> bool:
    tight = squeezed(bare)
    if any(mark in tight or (len(tight) > 6 and tight in mark) for mark in marks):
        return True
    if any(name in tight and len(tight) <= len(name) + 12 for name in names):
        return True
    if _LINK.fullmatch(bare) or _POSTCODE.search(bare):
        return True
    if len(bare) > 70 or bare.count("。") > 1:
        return False
    return bool(_FOOTER_WORD.search(bare) or _FOOTER_HINT.search(bare) or _PHONE.search(bare))
