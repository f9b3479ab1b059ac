"""What became of an order: when it was paid and sent, and the few that were cancelled, refunded or never paid."""

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Final

from agent.clock import TOKYO

CARD: Final = "クレジットカード"
KONBINI: Final = "コンビニ払い"
BANK: Final = "銀行振込"

_HOUR_WEIGHT: Final = (4, 2, 1, 0, 0, 1, 3, 5, 6, 6, 7, 7, 11, 8, 5, 5, 5, 6, 7, 9, 12, 15, 14, 9)
"""Orders by hour of the day in Tokyo: at lunch and late in the evening."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """Times are Asia/Tokyo, None when it has not happened. financial: Shopify's status. refunded_yen: 0 when nothing was."""

    method: str
    financial: str
    paid_at: datetime | None
    fulfilled_at: datetime | None
    cancelled_at: datetime | None = None
    refunded_yen: int = 0
    note: str = ""


def moment_on(day: date, rng: Random) -> datetime:
    """A believable second of that day in Tokyo."""
    hour = rng.choices(range(24), _HOUR_WEIGHT)[0]
    return datetime.combine(day, time(hour, rng.randrange(60), rng.randrange(60)), TOKYO)


def _works(day: date) -> bool:
    closed = (day.month, day.day) >= (12, 29) or (day.month, day.day) <= (1, 4)
    return day.weekday() < 5 and not closed


def shipped_at(paid: datetime, rng: Random) -> datetime:
    """When the parcel leaves: the same working day when paid before noon, else the next one, as the policy promises."""
    day = paid.date() if paid.hour < 12 else paid.date() + timedelta(days=1)
    while not _works(day):
        day += timedelta(days=1)
    return datetime.combine(day, time(rng.choice((15, 16)), rng.randrange(60), rng.randrange(60)), TOKYO)


def plain_outcome(created: datetime, rng: Random, *, until: datetime) -> Outcome:
    """Paid by card and sent as promised. until: the moment of the export; what lies behind it has not happened yet."""
    sent = shipped_at(created, rng)
    return Outcome(CARD, "paid", created, sent if sent < until else None)


def awaiting_payment() -> Outcome:
    """Ordered by bank transfer; the money has not come yet."""
    return Outcome(BANK, "pending", None, None)


def sent_late(outcome: Outcome, *, days: int) -> Outcome:
    """The same, but the shop forgot the parcel for some days and gave the shipping back, as its policy says."""
    assert outcome.fulfilled_at is not None  # noqa: S101 - only what was sent can have been late
    late = outcome.fulfilled_at + timedelta(days=days)
    return replace(
        outcome,
        financial="partially_refunded",
        fulfilled_at=late,
        refunded_yen=660,
        note=f"当店の手配もれで発送が{days}日遅れた。お詫びに送料660円を返金（三浦）",
    )


def draw_outcome(
    created: datetime, total_yen: int, first_line_yen: int, rng: Random, *, until: datetime
) -> Outcome:
    """What became of an order of this total. first_line_yen: what is given back when one product came broken."""
    method = rng.choices((CARD, KONBINI, BANK), (78, 13, 9))[0]
    wait = 0 if method == CARD else rng.randint(2, 70 if method == KONBINI else 110)
    paid = created + timedelta(hours=wait)
    if paid >= until:
        return Outcome(method, "pending", None, None)
    if method != CARD and rng.random() < 0.05:
        return _never_paid(method, created, until)
    if rng.random() < 0.009:
        cancelled = min(created + timedelta(hours=rng.randint(1, 9)), until - timedelta(minutes=5))
        return Outcome(
            method, "refunded", created, None, cancelled, total_yen, "お客さまのご希望により取り消し"
        )
    sent = shipped_at(paid, rng)
    if sent >= until:
        return Outcome(method, "paid", paid, None)
    return _after_delivery(method, paid, sent, total_yen, first_line_yen, rng, until)


def _never_paid(method: str, created: datetime, until: datetime) -> Outcome:
    due = created + timedelta(days=5 if method == KONBINI else 7, hours=10)
    if due >= until:
        return Outcome(method, "pending", None, None)
    return Outcome(method, "voided", None, None, due, 0, "期限までに入金がなかったため取り消し")


def _after_delivery(
    method: str,
    paid: datetime,
    sent: datetime,
    total_yen: int,
    first_line_yen: int,
    rng: Random,
    until: datetime,
) -> Outcome:
    luck = rng.random()
    settled = until - sent > timedelta(days=4)
    if settled and luck < 0.010:
        return Outcome(method, "refunded", paid, sent, None, total_yen, "返品を受け取り、返金済み")
    if settled and luck < 0.026 and first_line_yen < total_yen:
        return Outcome(
            method, "partially_refunded", paid, sent, None, first_line_yen, "1点に不良があり、その分を返金"
        )
    if settled and luck < 0.032 and total_yen > 660:
        return Outcome(
            method, "partially_refunded", paid, sent, None, 660, "配送の遅れのお詫びに660円を返金（三浦）"
        )
    return Outcome(method, "paid", paid, sent)
