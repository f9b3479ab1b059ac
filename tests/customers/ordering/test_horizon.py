"""How long to wait for an order depends on the shop's own rhythm."""

from datetime import date

from customers.ordering.horizon import own_horizon
from tests.customers.ordering.shops import accumulated, orders_of, simulated

CUT = date(2025, 7, 1)


def test_a_shop_bought_from_weekly_looks_a_fortnight_ahead() -> None:
    rows = accumulated(simulated(80, gap=7, leaving=0.05))(CUT)
    assert own_horizon(rows, history_days=540) == 14


def test_a_shop_bought_from_each_season_looks_four_months_ahead_once_it_has_the_history() -> None:
    rows = accumulated(simulated(200, gap=85, leaving=0.05))(CUT)
    assert own_horizon(rows, history_days=1000) == 120
    assert own_horizon(rows, history_days=400) == 90


def test_a_shop_of_a_month_looks_a_week_ahead() -> None:
    rows = accumulated(simulated(200, gap=85))(CUT)
    assert own_horizon(rows, history_days=30) == 7
    assert own_horizon(rows, history_days=0) == 7


def test_where_nobody_came_back_three_months_are_given() -> None:
    rows = accumulated(orders_of([(f"c{i}", f"o{i}", date(2025, 1, 1), 100) for i in range(40)]))(CUT)
    assert own_horizon(rows, history_days=540) == 90
