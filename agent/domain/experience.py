"""What a customer went through with the shop besides choosing goods: parcels sent, money given back, answers, reviews."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class OrderStory:
    """What became of one order. shipped_on: None while unknown.    refunded_yen: 0 when nothing went back.

    note: what staff or the customer wrote on the order, perhaps empty.    titles: its products, in the order of the receipt.
    """

    order_id: str
    ordered_on: date
    shipped_on: date | None
    refunded_yen: int
    cancelled: bool
    note: str
    titles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer to "would you recommend us", 0 to 10. words: the customer's own, perhaps empty."""

    event_id: str
    on: date
    score: int
    words: str


@dataclass(frozen=True, slots=True)
class ReviewLeft:
    """A review. stars: 1 to 5, None when the source did not say.    words: the customer's own, perhaps empty."""

    event_id: str
    on: date
    sku: str | None
    stars: int | None
    words: str


@dataclass(frozen=True, slots=True)
class Experience:
    """All of it, each newest first.

    order_notes: what was ever written on an order, of any age; the shop's files hand the same words over as notes without a day.
    """

    orders: tuple[OrderStory, ...] = ()
    answers: tuple[Answer, ...] = ()
    reviews: tuple[ReviewLeft, ...] = ()
    order_notes: frozenset[str] = frozenset()


NOTHING_KNOWN = Experience()
"""Of a customer about whom only purchases are recorded."""
