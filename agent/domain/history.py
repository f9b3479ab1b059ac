"""What the store knows of a customer's past: plain records, read off rows, nothing concluded yet."""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class PersonRecord:
    """A customer as resolved from the shop's files.

    consent_*: True, False, or None when unknown.    suppressed_*: the address bounced, opted out or blocked us.
    never_contact: the shop or the customer said never again.    reviews, referrals: how many they wrote and brought.
    expected_yen: net revenue last expected of them within a year, None while nobody has scored the shop.
    """

    customer_id: str
    email: str | None
    line_user_id: str | None
    family_name: str | None
    given_name: str | None
    name_damaged: bool
    birthday: date | None
    withdrawn: bool
    never_contact: bool
    consent_email: bool | None
    consent_line: bool | None
    suppressed_email: bool
    suppressed_line: bool
    reviews: int = 0
    referrals: int = 0
    expected_yen: int | None = None


@dataclass(frozen=True, slots=True)
class OrderTally:
    """A customer's revenue orders in numbers, up to a day in Asia/Tokyo.

    orders: how many, >= 1.    days: how many different days they fall on, 1 to orders.    net_yen: net sum of those in yen;
    may be 0 or, after refunds beyond the total, negative.    first_on, last_on: days in Asia/Tokyo; first_at, last_at: UTC.
    """

    customer_id: str
    orders: int
    days: int
    net_yen: int
    first_on: date
    last_on: date
    first_at: datetime
    last_at: datetime


@dataclass(frozen=True, slots=True)
class LineRecord:
    """A product line of an order. category: the product's in today's catalogue, None when the shop no longer knows it."""

    line_no: int
    sku: str | None
    title: str
    variant: str | None
    quantity: int
    unit_price_yen: int | None
    category: str | None


@dataclass(frozen=True, slots=True)
class OrderRecord:
    """A revenue order with its product lines in the order of the receipt.

    net_yen: after refunds; None when the reader did not ask, or its currency is not the yen.
    """

    order_id: str
    ordered_on: date
    ordered_at: datetime
    lines: tuple[LineRecord, ...]
    net_yen: int | None = None


@dataclass(frozen=True, slots=True)
class NoteRecord:
    """A fact somebody told us or wrote down, not struck out. kind: note, chat, survey …; at: None when nobody recorded it.

    author: who of the staff wrote it down, None for a note from a file.    quote: the customer's own words.
    """

    fact_id: str
    kind: str
    text: str
    source: str
    at: datetime | None
    author: str | None = None
    quote: str | None = None


@dataclass(frozen=True, slots=True)
class ConsentRecord:
    """An entry of the consent ledger: where a yes or no was read. channel: email or line."""

    consent_id: str
    channel: str
    state: bool
    source: str
    source_file: str | None
    source_row: int | None
    source_column: str | None
    source_value: str | None
    recorded_at: datetime
    purpose: str = "marketing"


@dataclass(frozen=True, slots=True)
class VariantRecord:
    """What the catalogue offers. title: the product's; variant: None for the only one; stock: a count, a text, or untracked."""

    product_id: str
    sku: str | None
    title: str
    variant: str | None
    price_yen: int | None
    stock: int | str | None


@dataclass(frozen=True, slots=True)
class SoldLine:
    """A product line of a revenue order, with the order's net. Lines of one order arrive one after another.

    net_yen: the whole order's, 0 when its currency is not the yen.    reduced_yen: discounts and refunds of the whole order,
    those of its lines included.    unit_price_yen: before discount_yen, which is the line's own.
    """

    order_id: str
    net_yen: int
    reduced_yen: int
    sku: str | None
    product_id: str | None
    title: str
    variant: str | None
    quantity: int
    unit_price_yen: int | None
    discount_yen: int
