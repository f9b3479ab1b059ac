"""What the console shows of one customer and of the whole shop: charts, expectations and records, put side by side."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from agent.domain.chart import Chart, RankProgress, Segment
from agent.domain.prediction import Backtest, Churn, Expectations, Gain, Nps


class EntryKind(StrEnum):
    """What a line of the timeline is about."""

    ORDER = "order"
    RETURN = "return"
    MESSAGE = "message"
    EVENT = "event"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """One thing that happened. entry_id: as a `Signal` names it (`orders:ID`, `events:ID`, `drafts:ID`, `notes:ID`).

    on: day in Asia/Tokyo; at: the moment in UTC where one is recorded.    code: the event's kind (visit, open …) or the
    draft's state, None for the rest.    text: Japanese, one line.    details: further lines, such as the products of an
    order.    yen: net of an order, negative for a return.    draft_id: of a message that can be opened.
    """

    entry_id: str
    kind: EntryKind
    on: date
    at: datetime | None
    code: str | None
    text: str
    details: tuple[str, ...] = ()
    yen: int | None = None
    draft_id: str | None = None


@dataclass(frozen=True, slots=True)
class DaySpent:
    """What a customer paid on one day of purchase. yen: net, negative when only returns fell on it."""

    on: date
    yen: int


@dataclass(frozen=True, slots=True)
class Struck:
    """Who took a fact out, when and why; nothing uses it any more."""

    by: str
    at: datetime
    reason: str | None


@dataclass(frozen=True, slots=True)
class PageFact:
    """Something somebody told us or wrote down. quote: the very words it was read from, None when the text is the words.

    kind: note, chat, survey …    author: a member of staff, or None for a file or a machine.    at: None when nobody recorded it.
    """

    fact_id: str
    kind: str
    text: str
    quote: str | None
    source: str
    author: str | None
    at: datetime | None
    struck: Struck | None


@dataclass(frozen=True, slots=True)
class CustomerPage:
    """Everything about one customer on one page.

    hidden: fields of `expectations` that are None because their back-test failed; the reason stands in
    `expectations.unknown` as for any other None.    tested: the chosen back-test behind a field of `expectations`.
    spent: every day of purchase, oldest first.    timeline: newest first, cut off after some hundred; left_out: older ones not shown.
    facts: newest first, struck ones included.
    """

    chart: Chart
    expectations: Expectations
    nps: Nps | None
    hidden: frozenset[str]
    tested: tuple[tuple[str, Backtest], ...]
    spent: tuple[DaySpent, ...]
    timeline: tuple[TimelineEntry, ...]
    left_out: int
    facts: tuple[PageFact, ...]


@dataclass(frozen=True, slots=True)
class CustomerLine:
    """One customer in a list. matched: what a search matched (an order number, an address …), None elsewhere."""

    customer_id: str
    family_name: str | None
    given_name: str | None
    greetable: bool
    contactable: bool
    segment: Segment
    rank: RankProgress
    orders: int
    net_revenue_yen: int
    last_order_on: date | None
    recency_days: int | None
    matched: str | None = None


@dataclass(frozen=True, slots=True)
class Priority:
    """A customer worth a word now. why: Japanese sentences, weightiest first; churn: None when hidden or unknown."""

    customer: CustomerLine
    gain: Gain
    churn: Churn | None
    why: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Precious:
    """A customer the shop would miss most. sentences: Japanese, read aloud to a shop owner."""

    customer: CustomerLine
    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ParetoPoint:
    """The best `customers` share of buyers bring the `revenue` share of net revenue."""

    customers: float
    revenue: float


@dataclass(frozen=True, slots=True)
class Pareto:
    """Which share of customers brings most of the net revenue. goal: the share asked for, 0.8; share_needed: of buyers.

    buyers: customers with a revenue order; buyers_needed: how many of them reach the goal.    curve: from (0, 0) to (1, 1).
    """

    goal: float
    share_needed: float
    buyers: int
    buyers_needed: int
    net_revenue_yen: int
    curve: tuple[ParetoPoint, ...]
