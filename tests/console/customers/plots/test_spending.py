"""When they bought and when they may come again, on one strip of time."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from agent.domain.customer_page import DaySpent
from agent.domain.prediction import NextOrder
from console.customers.plots.spending import BOTTOM, LEFT, TOP, spending_plot

TODAY = date(2026, 11, 21)
SOON = NextOrder(TODAY + timedelta(days=3), TODAY + timedelta(days=20), TODAY + timedelta(days=9), 0.8)


def days_ago(*spent: tuple[int, int]) -> list[DaySpent]:
    return [DaySpent(TODAY - timedelta(days=ago), yen) for ago, yen in sorted(spent, reverse=True)]


def test_without_a_purchase_there_is_nothing_to_draw() -> None:
    assert spending_plot([], as_of=TODAY, following=None, width=344, ja=True) is None


def test_an_order_after_the_day_looked_at_is_not_drawn() -> None:
    future = [DaySpent(TODAY + timedelta(days=1), 900)]
    assert spending_plot(future, as_of=TODAY, following=None, width=344, ja=True) is None


def test_the_expected_days_lie_after_today_and_today_after_every_purchase() -> None:
    plot = spending_plot(days_ago((90, 3_000), (10, 1_000)), as_of=TODAY, following=SOON, width=1040, ja=True)
    assert plot is not None
    assert plot.band is not None
    assert plot.likely is not None
    assert max(stem.x for stem in plot.stems) < plot.today < plot.band[0] < plot.likely


def test_the_dearer_order_has_the_taller_bar() -> None:
    plot = spending_plot(days_ago((90, 3_000), (10, 1_000)), as_of=TODAY, following=None, width=344, ja=True)
    assert plot is not None
    assert plot.stems[0].height > 2 * plot.stems[1].height


def test_a_return_hangs_below_the_line() -> None:
    plot = spending_plot(days_ago((90, 3_000), (10, -800)), as_of=TODAY, following=None, width=344, ja=True)
    assert plot is not None
    assert [stem.below for stem in plot.stems] == [False, True]
    assert plot.stems[1].y == plot.baseline < BOTTOM


def test_thousands_of_days_become_months_that_keep_the_money() -> None:
    many = days_ago(*((ago, 100) for ago in range(3_000)))
    plot = spending_plot(many, as_of=TODAY, following=None, width=1040, ja=True)
    assert plot is not None
    assert plot.monthly
    assert len(plot.stems) <= 101
    assert sum(stem.yen for stem in plot.stems) == 300_000


@given(
    st.lists(st.tuples(st.integers(0, 20_000), st.integers(-1_000_000, 10_000_000)), min_size=1, max_size=60),
    st.sampled_from([344, 1040]),
)
def test_every_bar_stays_on_the_picture(spent: list[tuple[int, int]], width: int) -> None:
    plot = spending_plot(days_ago(*spent), as_of=TODAY, following=SOON, width=width, ja=False)
    assert plot is not None
    for stem in plot.stems:
        assert LEFT - 5 <= stem.x <= width
        assert TOP <= stem.y <= BOTTOM
        assert stem.y + stem.height <= BOTTOM + 2
    assert all(LEFT <= tick.at <= width for tick in plot.months)
