"""Read the contexts and drafts of `okaeri check` (JSON Lines) into the records the gate judges."""

import json
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from agent.domain.errors import CallerMistake
from agent.domain.message import (
    Addressee,
    MessageContext,
    Offer,
    ProductFacts,
    ShopIdentity,
    StatedFact,
    WrittenMessage,
)
from agent.domain.occasion import Channel, Occasion


class UnreadableLine(CallerMistake):
    """A line of an input file that is no context or draft. line: counted from 1."""

    def __init__(self, source: str, line: int, why: str, ja: str) -> None:
        super().__init__(f"{source} line {line}: {why}", ja=f"{source} の{line}行目: {ja}")
        self.line = line


def _text(value: Any) -> Any:
    """Missing is empty; numbers and true/false become their text; the rest is for pydantic to judge."""
    if value is None:
        return ""
    return str(value) if isinstance(value, int | float) else value


def _optional_text(value: Any) -> Any:
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else value


def _whole(value: Any) -> Any:
    """1200.0 and "1,200円" are prices too."""
    if isinstance(value, str):
        digits = "".join(sign for sign in value if sign.isdigit())
        return int(digits) if digits else None
    return round(value) if isinstance(value, float) else value


def _day(value: Any) -> Any:
    """A day, also as the start of a moment or with slashes; a text without a day (通年) is open."""
    if not isinstance(value, str):
        return value
    head = value.strip().replace("/", "-")[:10]
    try:
        return date.fromisoformat(head)
    except ValueError:
        return None


def _listed(value: Any) -> Any:
    return [] if value is None else value


Text = Annotated[str, BeforeValidator(_text)]
MaybeText = Annotated[str | None, BeforeValidator(_optional_text)]


class _Line(BaseModel):
    """Fields may be added to the contract; unknown ones are passed over."""

    model_config = ConfigDict(extra="ignore")


class _Shop(_Line):
    name: Text = ""
    sender_name: Text = ""
    address: Text = ""
    contact: Text = ""
    unsubscribe_url: Text = ""
    site_domain: Text = ""


class _Fact(_Line):
    fact_id: Text = ""
    text: Text = ""


def _fact(value: Any) -> Any:
    """A bare sentence is a fact without an id."""
    return {"text": value} if isinstance(value, str) else value


class _Customer(_Line):
    customer_id: Text = ""
    family_name: Text = ""
    given_name: Text = ""
    honorific: Text = "様"
    segment: MaybeText = None
    rank: MaybeText = None
    facts: Annotated[list[Annotated[_Fact, BeforeValidator(_fact)]], BeforeValidator(_listed)] = Field(
        default_factory=list
    )


class _Product(_Line):
    id: Text = ""
    title: Text = ""
    price_yen: Annotated[int | None, BeforeValidator(_whole)] = None
    stock: int | str | None = None
    facts: Annotated[list[Text], BeforeValidator(_listed)] = Field(default_factory=list)


class _Offer(_Line):
    type: Text = ""
    code: MaybeText = None
    value: MaybeText = None
    expires: Annotated[date | None, BeforeValidator(_day)] = None
    conditions: MaybeText = None


class _Context(_Line):
    context_id: Text
    shop: _Shop = Field(default_factory=_Shop)
    customer: _Customer = Field(default_factory=_Customer)
    products: Annotated[list[_Product], BeforeValidator(_listed)] = Field(default_factory=list)
    policies: Annotated[list[Text], BeforeValidator(_listed)] = Field(default_factory=list)
    offer: _Offer | None = None
    occasion: Occasion
    channel: Channel
    today: Annotated[date, BeforeValidator(_day)]


class _Draft(_Line):
    draft_id: Text
    context_id: Text
    subject: MaybeText = None
    body: Text = ""


_Model = TypeVar("_Model", bound=_Line)


def read_contexts(lines: Iterable[str], *, source: str = "contexts") -> dict[str, MessageContext]:
    """Contexts by their id. Raises UnreadableLine at the first line that is none, CallerMistake on a repeated id."""
    contexts: dict[str, MessageContext] = {}
    for number, found in _parsed(lines, _Context, source):
        if found.context_id in contexts:
            raise UnreadableLine(
                source, number, "context_id repeats", f"context_id「{found.context_id}」が重複しています。"
            )
        contexts[found.context_id] = _context(found)
    return contexts


def read_drafts(lines: Iterable[str], *, source: str = "drafts") -> Iterator[WrittenMessage]:
    """Drafts in the file's order. Raises UnreadableLine at a line that is none."""
    for _, found in _parsed(lines, _Draft, source):
        yield WrittenMessage(found.draft_id, found.context_id, found.subject, found.body)


def parse_context(record: dict[str, Any]) -> MessageContext:
    """One context from its decoded JSON. Raises pydantic's ValidationError."""
    return _context(_Context.model_validate(record))


def parse_draft(record: dict[str, Any]) -> WrittenMessage:
    """One draft from its decoded JSON. Raises pydantic's ValidationError."""
    found = _Draft.model_validate(record)
    return WrittenMessage(found.draft_id, found.context_id, found.subject, found.body)


def _parsed(lines: Iterable[str], model: type[_Model], source: str) -> Iterator[tuple[int, _Model]]:
    for number, line in enumerate(lines, start=1):
        if not line.strip("\ufeff \t\r\n"):
            continue
        try:
            record = json.loads(line.lstrip("\ufeff"))
        except ValueError as wrong:
            raise UnreadableLine(
                source, number, str(wrong), "JSONとして読めません。1行に1件のJSONで書いてください。"
            ) from wrong
        try:
            yield number, model.model_validate(record)
        except ValidationError as wrong:
            raise UnreadableLine(source, number, str(wrong), _why(wrong)) from wrong


def _why(wrong: ValidationError) -> str:
    """What is wrong with which field, in Japanese."""
    parts = []
    for error in wrong.errors()[:3]:
        where = ".".join(str(part) for part in error["loc"]) or "全体"
        kind = {"missing": "がありません", "enum": "の値が決まりにありません"}.get(
            error["type"], "の形が違います"
        )
        parts.append(f"{where} {kind}")
    return "、".join(parts) + "。決められた項目に直してください。"


def _context(found: _Context) -> MessageContext:
    customer = found.customer
    offer = found.offer
    return MessageContext(
        context_id=found.context_id,
        shop=ShopIdentity(**found.shop.model_dump()),
        customer=Addressee(
            customer.customer_id,
            customer.family_name,
            customer.given_name,
            customer.honorific or "様",
            customer.segment,
            customer.rank,
            tuple(StatedFact(fact.fact_id, fact.text) for fact in customer.facts),
        ),
        products=tuple(
            ProductFacts(product.id, product.title, product.price_yen, product.stock, tuple(product.facts))
            for product in found.products
        ),
        policies=tuple(found.policies),
        offer=Offer(offer.type, offer.code, offer.value, offer.expires, offer.conditions) if offer else None,
        occasion=found.occasion,
        channel=found.channel,
        today=found.today,
    )
