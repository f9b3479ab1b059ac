"""What has a customer reached that is worth a word, and what is within reach next?"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

MILESTONES = (5, 10, 20, 30, 50, 100)
"""Numbers of orders people count."""

MONTHS_IN_A_ROW = 3

WITHIN_REACH = 2
"""Orders that may be missing for a milestone to be a challenge: farther off it is a demand."""


@dataclass(frozen=True, slots=True)
class Badge:
    """Something reached. code: stable; text: Japanese, for staff."""

    code: str
    text: str


@dataclass(frozen=True, slots=True)
class Challenge:
    """Something within reach. missing: how many more (orders)."""

    code: str
    text: str
    missing: int


def badges(
    order_days: Iterable[date],
    *,
    as_of: date,
    orders: int | None = None,
    reviews: int = 0,
    referrals: int = 0,
) -> tuple[Badge, ...]:
    """Badges at the end of `as_of`: months in a row, orders, years together, reviews and friends.

    order_days: days of revenue orders, any order; later ones are not seen.    orders: how many in all, where several fell on a day.
    """
    days = sorted({day for day in order_days if day <= as_of})
    found = []
    if (streak := months_in_a_row(days, as_of=as_of)) >= MONTHS_IN_A_ROW:
        found.append(Badge("months_in_a_row", f"{streak}か月続けてご購入"))
    count = max(len(days), orders or 0)
    if reached := [step for step in MILESTONES if step <= count]:
        found.append(Badge("orders", f"ご注文{reached[-1]}回を達成"))
    if days and (years := _years(days[0], as_of)) >= 1:
        found.append(Badge("years", f"はじめてのご注文から{years}年"))
    if reviews > 0:
        found.append(Badge("reviews", f"クチコミ{reviews}件"))
    if referrals > 0:
        found.append(Badge("referrals", f"お知り合いを{referrals}人ご紹介"))
    return tuple(found)


def challenges(
    order_days: Iterable[date], *, as_of: date, orders: int | None = None
) -> tuple[Challenge, ...]:
    """What one or two orders would reach: the next milestone, and the months in a row that would otherwise end."""
    days = sorted({day for day in order_days if day <= as_of})
    found = []
    count = max(len(days), orders or 0)
    step = next((s for s in MILESTONES if s > count), None)
    if count and step and step - count <= WITHIN_REACH:
        found.append(Challenge("orders", f"あと{step - count}回でご注文{step}回", step - count))
    streak = months_in_a_row(days, as_of=as_of)
    if streak >= MONTHS_IN_A_ROW - 1 and _month(days[-1]) < _month(as_of):
        found.append(Challenge("months_in_a_row", f"今月のご注文で{streak + 1}か月続けて", 1))
    return tuple(found)


def months_in_a_row(days: list[date], *, as_of: date) -> int:
    """Calendar months in a row with an order, up to this month or the last; 0 when neither has one."""
    months = {_month(day) for day in days if day <= as_of}
    this = _month(as_of)
    end = this if this in months else this - 1
    streak = 0
    while end - streak in months:
        streak += 1
    return streak


def _month(day: date) -> int:
    return day.year * 12 + day.month


def _years(first: date, as_of: date) -> int:
    return as_of.year - first.year - ((as_of.month, as_of.day) < (first.month, first.day))
