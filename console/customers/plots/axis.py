"""Where does a value fall on a plot, and which ticks make it readable?"""

from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from math import floor, log10

MONTH_STEPS = (1, 2, 3, 6, 12, 24, 60, 120, 240)
"""Months between two ticks of a time axis; the first that leaves room for the labels is taken."""


@dataclass(frozen=True, slots=True)
class Tick:
    """A mark on an axis. at: in units of the picture; label: what is written there; last: it would run over the edge."""

    at: float
    label: str
    last: bool = False


@dataclass(frozen=True, slots=True)
class Axis:
    """A straight axis: `low` lies at `start`, `high` at `stop`, in units of the picture (stop < start for upright ones)."""

    low: float
    high: float
    start: float
    stop: float

    def at(self, value: float) -> float:
        """Where a value lies, rounded to a tenth; values beyond the ends lie on them."""
        span = self.high - self.low
        share = (min(max(value, self.low), self.high) - self.low) / span if span > 0 else 0.0
        return round(self.start + (self.stop - self.start) * share, 1)


def nice_top(value: float) -> float:
    """The next 1, 2 or 5 times a power of ten at or above a value; 1 for nothing at all."""
    if value <= 0:
        return 1.0
    power = 10.0 ** floor(log10(value))
    return next(power * step for step in (1, 2, 5, 10) if power * step >= value * (1 - 1e-12))


def month_ticks(axis: Axis, *, room: float, years_ja: bool) -> tuple[Tick, ...]:
    """First days of months on an axis of days (`date.toordinal`). room: least distance of two labels in picture units.

    years_ja: 2026年 / 4月 rather than 2026 / Apr. January, and the first tick, name the year.
    """
    first, last = date.fromordinal(int(axis.low)), date.fromordinal(int(axis.high))
    months = (last.year - first.year) * 12 + last.month - first.month + 1
    width = abs(axis.stop - axis.start)
    step = next((step for step in MONTH_STEPS if months / step * room <= width), MONTH_STEPS[-1])
    ticks: list[Tick] = []
    for number in range(first.year * 12 + first.month - 1, last.year * 12 + last.month):
        day = date(number // 12, number % 12 + 1, 1)
        if number % step or not axis.low <= day.toordinal() <= axis.high:
            continue
        at = axis.at(day.toordinal())
        ticks.append(
            Tick(
                at,
                _month(day, with_year=not ticks or step >= 12, ja=years_ja),
                last=at > axis.stop - room / 3,
            )
        )
    return tuple(
        tick for before, tick in pairwise([Tick(-room, ""), *ticks]) if tick.at - before.at >= room / 2
    )


def _month(day: date, *, with_year: bool, ja: bool) -> str:
    if with_year or day.month == 1:
        year = f"{day.year}年" if ja else f"{day.year}"
        if day.month == 1:
            return year
        return f"{year}{day.month}月" if ja else f"{day:%b} {day.year}"
    return f"{day.month}月" if ja else f"{day:%b}"
