"""Read the contexts and drafts of `okaeri check` (JSON Lines) into the records the gate judges."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from math import isfinite
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from agent.domain.layout import Button
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
from evals.checks.unreadable import UnreadableLine, salvaged_id, why


@dataclass(frozen=True, slots=True)
class ReadContexts:
    """A file of contexts as far as it could be read. refused: the lines that are none, in the file's order."""

    known: dict[str, MessageContext]
    refused: tuple[UnreadableLine, ...]


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
    return round(value) if isinstance(value, float) and isfinite(value) else value


def _day(value: Any) -> Any:
    """A day, also as the start of a moment or with slashes; a text without a day (通年) is open."""
    if not isinstance(value, str):
        return value
    head = value.strip().replace("/", "-")[:10]
    try:
        return date.fromisoformat(head)
    except ValueError:
        return None


def _today(value: Any) -> Any:
    """As `_day`, but a text that is no day stays, so that the refusal shows what was written."""
    found = _day(value)
    return value if found is None else found


def _shown_text(value: Any) -> Any:
    """A text a customer reads; anything else is a mistake of the file and not a message (a number, true, a list)."""
    return "" if value is None else value


def _listed(value: Any) -> Any:
    return [] if value is None else value


Text = Annotated[str, BeforeValidator(_text)]
Id = Annotated[str, BeforeValidator(_optional_text), Field(min_length=1)]
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
    context_id: Id
    shop: _Shop = Field(default_factory=_Shop)
    customer: _Customer = Field(default_factory=_Customer)
    products: Annotated[list[_Product], BeforeValidator(_listed)] = Field(default_factory=list)
    policies: Annotated[list[Text], BeforeValidator(_listed)] = Field(default_factory=list)
    offer: _Offer | None = None
    occasion: Occasion
    channel: Channel
    today: Annotated[date, BeforeValidator(_today)]


class _Button(_Line):
    label: Text = ""
    url: Text = ""


def _button(value: Any) -> Any:
    """A bare text is a label without an address."""
    return {"label": value} if isinstance(value, str) else value


class _Draft(_Line):
    draft_id: Id
    context_id: Id
    subject: str | None = None
    body: Annotated[str, BeforeValidator(_shown_text)] = ""
    preheader: MaybeText = None
    alt_text: MaybeText = None
    buttons: Annotated[list[Annotated[_Button, BeforeValidator(_button)]], BeforeValidator(_listed)] = Field(
        default_factory=list
    )


_Model = TypeVar("_Model", _Context, _Draft)


def read_contexts(lines: Iterable[str], *, source: str = "contexts") -> dict[str, MessageContext]:
    """Contexts by their id. Raises UnreadableLine at the first line that is none or repeats an id."""
    found = read_every_context(lines, source=source)
    if found.refused:
        raise found.refused[0]
    return found.known


def read_every_context(lines: Iterable[str], *, source: str = "contexts") -> ReadContexts:
    """The contexts that can be read and the lines that cannot. Nobody can say which of two lines with one id is meant:
    neither is known.
    """
    known: dict[str, MessageContext] = {}
    refused: list[UnreadableLine] = []
    for number, found in _parsed(lines, _Context, source):
        if isinstance(found, UnreadableLine):
            refused.append(found)
        elif found.context_id in known:
            ja = f"context_id「{found.context_id}」が重複しています。1つの id には1行だけにしてください。"
            refused.append(UnreadableLine(source, number, "context_id repeats", ja, id=found.context_id))
        else:
            known[found.context_id] = _context(found)
    spoiled = {line.id for line in refused}
    return ReadContexts({name: one for name, one in known.items() if name not in spoiled}, tuple(refused))


def read_drafts(lines: Iterable[str], *, source: str = "drafts") -> Iterator[WrittenMessage]:
    """Drafts in the file's order. Raises UnreadableLine at a line that is none."""
    for found in read_every_draft(lines, source=source):
        if isinstance(found, UnreadableLine):
            raise found
        yield found


def read_every_draft(
    lines: Iterable[str], *, source: str = "drafts"
) -> Iterator[WrittenMessage | UnreadableLine]:
    """Drafts in the file's order, and in their places what is wrong with the lines that are none."""
    for _, found in _parsed(lines, _Draft, source):
        yield found if isinstance(found, UnreadableLine) else _draft(found)


def parse_context(record: dict[str, Any]) -> MessageContext:
    """One context from its decoded JSON. Raises pydantic's ValidationError."""
    return _context(_Context.model_validate(record))


def parse_draft(record: dict[str, Any]) -> WrittenMessage:
    """One draft from its decoded JSON. Raises pydantic's ValidationError."""
    return _draft(_Draft.model_validate(record))


def _draft(found: _Draft) -> WrittenMessage:
    return WrittenMessage(
        found.draft_id,
        found.context_id,
        found.subject,
        found.body,
        preheader=found.preheader,
        alt_text=found.alt_text,
        buttons=tuple(Button(button.label, button.url) for button in found.buttons),
    )


def _parsed(
    lines: Iterable[str], model: type[_Model], source: str
) -> Iterator[tuple[int, _Model | UnreadableLine]]:
    for number, line in enumerate(lines, start=1):
        if line.strip("\ufeff \t\r\n"):
            yield number, _line(line.lstrip("\ufeff"), model, source, number)


def _line(line: str, model: type[_Model], source: str, number: int) -> _Model | UnreadableLine:
    key = "draft_id" if issubclass(model, _Draft) else "context_id"
    if any("\ud800" <= sign <= "\udfff" for sign in line):
        ja = "UTF-8 として読めない文字があります。UTF-8 で保存し直してください。"
        return UnreadableLine(source, number, "not UTF-8", ja, id=salvaged_id(line, key))
    try:
        record = json.loads(line)
    except (ValueError, RecursionError) as wrong:
        ja = "JSONとして読めません。1行に1件を { } の形で書いてください。"
        return UnreadableLine(source, number, str(wrong), ja, id=salvaged_id(line, key))
    try:
        return model.model_validate(record)
    except ValidationError as wrong:
        own = record.get(key) if isinstance(record, dict) else None
        name = str(own) if isinstance(own, str | int) and str(own) else None
        return UnreadableLine(source, number, str(wrong), why(wrong), id=name)


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
