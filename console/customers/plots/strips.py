"""Small strips beside a number: the days of the next order, a range of yen, a comparison with the shop's habit."""

from dataclasses import dataclass
from datetime import date, timedelta

from agent.domain.prediction import Backtest, NextOrder, YenInterval
from console.customers.plots.axis import Axis, nice_top

WIDTH = 340
"""Units from edge to edge; about the pixels a phone has for it."""
EDGE = 10


@dataclass(frozen=True, slots=True)
class WindowStrip:
    """Days ahead. weeks: where weeks from today begin, with their first day.    x, width: the expected days.    likely: the median."""

    weeks: tuple[tuple[float, date], ...]
    x: float
    width: float
    likely: float
    today: float


@dataclass(frozen=True, slots=True)
class RangeStrip:
    """A point in its range. top: the value at the right edge."""

    low: float
    point: float
    high: float
    zero: float
    top: float


@dataclass(frozen=True, slots=True)
class AgainstHabit:
    """Ours with its interval and the shop's habit on one line from `left` to `right`."""

    low: float
    point: float
    high: float
    habit: float | None
    left: float
    right: float


def window_strip(following: NextOrder, *, as_of: date) -> WindowStrip:
    """From today to a little after the window; at least four weeks."""
    tomorrow = as_of + timedelta(days=1)
    end = max(following.last, as_of + timedelta(days=28))
    reach = (end - as_of).days
    axis = Axis(as_of.toordinal(), as_of.toordinal() + round(reach * 1.06) + 1, EDGE, WIDTH - EDGE)
    step = next(step for step in (7, 14, 28, 56, 112, 224, 448, 10_000) if reach / step <= 5)
    weeks = tuple(
        (axis.at(day.toordinal()), day)
        for day in (as_of + timedelta(days=step * n) for n in range(1, reach // step + 1))
    )
    start, stop = (
        axis.at(max(following.first, tomorrow).toordinal()),
        axis.at(following.last.toordinal() + 1),
    )
    return WindowStrip(
        weeks,
        start,
        round(max(4.0, stop - start), 1),
        axis.at(following.likely.toordinal() + 0.5),
        axis.at(as_of.toordinal()),
    )


def range_strip(worth: YenInterval) -> RangeStrip:
    """Zero to a round amount above the range."""
    top = nice_top(max(worth.high, worth.point, 1))
    axis = Axis(min(0, worth.low), top, EDGE, WIDTH - EDGE)
    return RangeStrip(axis.at(worth.low), axis.at(worth.point), axis.at(worth.high), axis.at(0), top)


def against_habit(test: Backtest) -> AgainstHabit | None:
    """AUC against the habit, on the half line from a coin's 0.5 to 1 (from lower, when something is lower)."""
    if test.auc is None:
        return None
    known = [test.auc.low, *([test.baseline_auc] if test.baseline_auc is not None else [])]
    left = 0.5 if min(known) >= 0.5 else 0.0
    axis = Axis(left, 1.0, EDGE, WIDTH - EDGE)
    habit = axis.at(test.baseline_auc) if test.baseline_auc is not None else None
    return AgainstHabit(
        axis.at(test.auc.low), axis.at(test.auc.value), axis.at(test.auc.high), habit, left, 1.0
    )
