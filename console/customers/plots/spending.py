"""When did a customer buy, for how much, and when is the next order expected? One strip of time."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from agent.domain.customer_page import DaySpent
from agent.domain.prediction import NextOrder
from console.customers.plots.axis import Axis, Tick, month_ticks, nice_top

HEIGHT = 202
TOP, BOTTOM = 26, 158
"""Upper and lower edge of the field of bars, in picture units."""
LEFT = 46
LEAST_DAYS = 60
"""Fewer days than these would make one order look like a history."""


@dataclass(frozen=True, slots=True)
class Stem:
    """One day of purchase, or one month of them. y, height: of the bar; below: returns outweigh purchases."""

    x: float
    y: float
    height: float
    width: float
    below: bool
    on: date
    yen: int


@dataclass(frozen=True, slots=True)
class SpendingPlot:
    """Bars on a strip of time. today: where the visible past ends.    band: x and width of the expected days, None without.

    monthly: each bar is a month's sum, because there are too many days for single bars.    baseline: y of 0 yen.
    """

    width: int
    height: int
    left: int
    top: int
    bottom: int
    baseline: float
    stems: tuple[Stem, ...]
    months: tuple[Tick, ...]
    amounts: tuple[tuple[float, int], ...]
    today: float
    band: tuple[float, float] | None
    likely: float | None
    monthly: bool


def spending_plot(
    spent: Sequence[DaySpent], *, as_of: date, following: NextOrder | None, width: int, ja: bool
) -> SpendingPlot | None:
    """A picture `width` units wide; None without any purchase. Purchases after as_of are not drawn."""
    days = [one for one in spent if one.on <= as_of]
    if not days:
        return None
    most = width // 9
    monthly = len(days) > most
    bars = list(_by_month(days)) if monthly else days
    first = min(bars[0].on, as_of - timedelta(days=LEAST_DAYS))
    last = max(as_of, following.last) if following else as_of
    pad = max(2, (last - first).days // 40)
    time = Axis(first.toordinal() - pad, last.toordinal() + pad, LEFT, width - 8)
    ceiling = nice_top(max((bar.yen for bar in bars), default=0))
    floor = -nice_top(-lowest) if (lowest := min(bar.yen for bar in bars)) < 0 else 0.0
    money = Axis(floor, ceiling, BOTTOM, TOP)
    baseline = money.at(0)
    thick = max(2.0, min(9.0, (width - LEFT) / max(len(bars), 1) * 0.45))
    return SpendingPlot(
        width=width,
        height=HEIGHT,
        left=LEFT,
        top=TOP,
        bottom=BOTTOM,
        baseline=baseline,
        stems=tuple(
            Stem(
                x=round(time.at(bar.on.toordinal()) - thick / 2, 1),
                y=min(baseline, money.at(bar.yen)),
                height=max(1.5, round(abs(baseline - money.at(bar.yen)), 1)),
                width=round(thick, 1),
                below=bar.yen < 0,
                on=bar.on,
                yen=bar.yen,
            )
            for bar in bars
        ),
        months=month_ticks(time, room=64, years_ja=ja),
        amounts=tuple((money.at(yen), int(yen)) for yen in dict.fromkeys((floor, 0.0, ceiling / 2, ceiling))),
        today=time.at(as_of.toordinal()),
        band=_band(time, following) if following and following.last >= as_of else None,
        likely=time.at(following.likely.toordinal()) if following and following.last >= as_of else None,
        monthly=monthly,
    )


def _band(time: Axis, following: NextOrder) -> tuple[float, float]:
    start, stop = time.at(following.first.toordinal()), time.at(following.last.toordinal() + 1)
    return start, round(max(3.0, stop - start), 1)


def _by_month(days: Iterable[DaySpent]) -> Iterable[DaySpent]:
    sums: dict[tuple[int, int], int] = {}
    for one in days:
        month = one.on.year, one.on.month
        sums[month] = sums.get(month, 0) + one.yen
    return (DaySpent(date(year, month, 1), yen) for (year, month), yen in sorted(sums.items()))
