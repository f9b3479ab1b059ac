"""The customer chart: what is known of one customer, each value with the records behind it."""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum


class Segment(StrEnum):
    """Segment codes of the contract, first match wins. `vip` is a rank, never a segment."""

    NEW = "new"
    LOYAL = "loyal"
    NURTURE = "nurture"
    AT_RISK = "at_risk"
    DORMANT = "dormant"
    LAPSED_ONCE = "lapsed_once"
    LOW = "low"
    NONE = "none"


SEGMENT_JA = {
    Segment.NEW: "新規",
    Segment.LOYAL: "常連",
    Segment.NURTURE: "育成",
    Segment.AT_RISK: "離反予備軍",
    Segment.DORMANT: "休眠",
    Segment.LAPSED_ONCE: "非優良（一度きり）",
    Segment.LOW: "非優良",
    Segment.NONE: "購入なし",
}
SEGMENT_SAID = SEGMENT_JA | {
    Segment.NEW: "はじめてお買い上げ",
    Segment.NURTURE: "最近お買い上げ",
    Segment.AT_RISK: "いつもより間の空いている",
    Segment.DORMANT: "しばらくお見えでない",
    Segment.LAPSED_ONCE: "一度だけお買い上げ",
    Segment.LOW: "ときどきお買い上げ",
    Segment.NONE: "お買い上げ前",
}
"""What stands before のお客さま in a reason: words that would not shame us if the customer saw them."""


@dataclass(frozen=True, slots=True)
class ChartFact:
    """One fact as a Japanese sentence. source: `orders:ID`, `imports:ID#row`, `notes:ID`…; at: when it became true, UTC."""

    id: str
    text: str
    source: str
    at: datetime | None


@dataclass(frozen=True, slots=True)
class Rfm:
    """Quintile scores 1 (low) to 5 (high)."""

    r: int
    f: int
    m: int


@dataclass(frozen=True, slots=True)
class RankProgress:
    """Rank code (regular, silver, vip), the next one and the yen still missing; both None at the top."""

    name: str
    next: str | None
    yen_to_next: int | None


@dataclass(frozen=True, slots=True)
class PurchasedLine:
    """A product line of a revenue order, for the writer: what was bought, when (JST date), how many."""

    order_id: str
    ordered_on: date
    sku: str | None
    title: str
    variant: str | None
    quantity: int
    unit_price_yen: int | None


@dataclass(frozen=True, slots=True)
class Chart:
    """What is known of a customer at the end of `as_of` (Asia/Tokyo).

    Money is integer yen, times are UTC. A value that cannot be known is None and `unknown` says why, in Japanese, keyed by
    the field's name; `reasons` says, for staff and under the same keys, how a judged value came about. greetable: False when
    the recorded name is damaged or missing and must not be used in a greeting.
    contactable: False for withdrawn members and suppressed people. consent: True, False, or None when unknown.
    """

    customer_id: str
    as_of: date
    email: str | None
    line_user_id: str | None
    family_name: str | None
    given_name: str | None
    greetable: bool
    contactable: bool
    consent_email: bool | None
    consent_line: bool | None
    orders: int
    net_revenue_yen: int
    first_order_at: datetime | None
    last_order_at: datetime | None
    recency_days: int | None
    average_gap_days: float | None
    rfm: Rfm | None
    segment: Segment
    rank: RankProgress
    favourite_categories: tuple[str, ...]
    facts: tuple[ChartFact, ...]
    purchases: tuple[PurchasedLine, ...]
    unknown: dict[str, str] = field(default_factory=dict)
    reasons: dict[str, str] = field(default_factory=dict)
