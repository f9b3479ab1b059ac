"""What a message may rest on and what was written: the input of the gate, free of any database.

These records are the shapes of `okaeri check` (contexts and drafts); the composer builds the same ones, so that the gate
judges a stored draft and one from outside alike.
"""

from dataclasses import dataclass, field
from datetime import date

from agent.domain.layout import Button, Layout
from agent.domain.occasion import Channel, Occasion


@dataclass(frozen=True, slots=True)
class ShopIdentity:
    """Who writes. address: postal address; contact: mail or phone for complaints; site_domain: host without scheme."""

    name: str
    sender_name: str
    address: str
    contact: str
    unsubscribe_url: str
    site_domain: str


@dataclass(frozen=True, slots=True)
class StatedFact:
    """One thing known about the customer, as a Japanese sentence."""

    fact_id: str
    text: str


@dataclass(frozen=True, slots=True)
class Addressee:
    """The customer as the message may know them. honorific: 様 unless the shop's policy allows another."""

    customer_id: str
    family_name: str
    given_name: str
    honorific: str = "様"
    segment: str | None = None
    rank: str | None = None
    facts: tuple[StatedFact, ...] = ()


@dataclass(frozen=True, slots=True)
class ProductFacts:
    """A product a message may speak of. price_yen: tax included, None when unknown; stock: a count, a Japanese text or None.

    url: its public page on the shop's host, review_url: where a review of it can be left; None when not known.
    """

    id: str
    title: str
    price_yen: int | None
    stock: int | str | None
    facts: tuple[str, ...] = ()
    url: str | None = None
    review_url: str | None = None


@dataclass(frozen=True, slots=True)
class Offer:
    """A reward the policy granted. value and conditions are Japanese texts; expires is a date or None for open."""

    type: str
    code: str | None
    value: str | None
    expires: date | None
    conditions: str | None


@dataclass(frozen=True, slots=True)
class MessageContext:
    """Everything a message may rest on. policies: Japanese sentences; today: the business date in Asia/Tokyo."""

    context_id: str
    shop: ShopIdentity
    customer: Addressee
    products: tuple[ProductFacts, ...]
    policies: tuple[str, ...]
    offer: Offer | None
    occasion: Occasion
    channel: Channel
    today: date


@dataclass(frozen=True, slots=True)
class WrittenMessage:
    """A final rendered text. subject: None for LINE; body: plain text including greeting and footer.

    preheader: what an inbox shows after the subject, None for LINE or none.    layout: how it is dressed, None for texts from
    outside and from before layouts.    alt_text, buttons: of a message from outside; in our own they are part of the body.
    """

    draft_id: str
    context_id: str
    subject: str | None
    body: str
    preheader: str | None = None
    layout: Layout | None = None
    alt_text: str | None = None
    buttons: tuple[Button, ...] = ()


@dataclass(frozen=True, slots=True)
class Passage:
    """Retrieved text with its source. document_id: e.g. `product:SKU` or `policy:returns#2`; score: fused, higher is better."""

    passage_id: str
    document_id: str
    sku: str | None
    title: str
    text: str
    score: float = 0.0


@dataclass(frozen=True, slots=True)
class Slotted:
    """A value that code put into a paragraph. source: fact or passage id.    kind: product, date, price, number or reward.

    words: as said; empty for a reward, whose sentences may still get another code of the same pool.
    """

    source: str
    kind: str
    words: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of a draft with what it rests on. slots: the values in it that code filled in."""

    text: str
    fact_ids: tuple[str, ...] = field(default=())
    passage_ids: tuple[str, ...] = field(default=())
    slots: tuple[Slotted, ...] = field(default=())
