"""What is usual in a shop, measured from its own orders."""

from datetime import date, timedelta

import pytest
from sqlalchemy import Engine

from agent.store.history import SqlHistory
from customers.charting.rfm import FixedSteps, Quintiles
from customers.charting.yardstick import measure_shop
from tests.support.shop_rows import ShopRows

DAY = date(2026, 11, 21)


@pytest.fixture
def rows(engine: Engine) -> ShopRows:
    return ShopRows(engine)


@pytest.fixture
def history(engine: Engine) -> SqlHistory:
    return SqlHistory(engine, shop_id="default")


def repeaters(rows: ShopRows, gaps: list[int], net_yen: int = 1000) -> None:
    for number, gap in enumerate(gaps):
        name = rows.customer(f"r{number}")
        rows.order(name, DAY - timedelta(days=gap), net_yen=net_yen)
        rows.order(name, DAY, net_yen=net_yen)


def test_the_usual_gap_is_the_median_of_the_repeaters_own_averages(
    rows: ShopRows, history: SqlHistory
) -> None:
    repeaters(rows, [10, 20, 40, 50])
    often = rows.customer("often")
    for back in (0, 30, 60, 90):
        rows.order(often, DAY - timedelta(days=back))
    shop = measure_shop(history, as_of=DAY)
    assert (shop.usual_gap_days, shop.gap_measured, shop.buyers, shop.repeaters) == (30, True, 5, 5)


def test_four_repeaters_are_too_few_and_the_default_gap_is_said_to_be_one(
    rows: ShopRows, history: SqlHistory
) -> None:
    repeaters(rows, [10, 20, 40, 50])
    shop = measure_shop(history, as_of=DAY)
    assert (shop.usual_gap_days, shop.gap_measured) == (60, False)


def test_two_orders_on_one_day_are_no_repeat(rows: ShopRows, history: SqlHistory) -> None:
    repeaters(rows, [0, 0, 0, 0, 0, 0])
    assert measure_shop(history, as_of=DAY).repeaters == 0


def test_a_usual_gap_is_never_below_a_week(rows: ShopRows, history: SqlHistory) -> None:
    repeaters(rows, [1, 2, 2, 3, 3])
    assert measure_shop(history, as_of=DAY).usual_gap_days == 7


def test_below_fifty_buyers_steps_are_fixed_and_from_fifty_on_they_are_fifths(
    rows: ShopRows, history: SqlHistory
) -> None:
    repeaters(rows, [30] * 49, net_yen=2500)
    few = measure_shop(history, as_of=DAY)
    assert few.scale == FixedSteps(usual_gap_days=30, typical_order_yen=2500)
    rows.order(rows.customer("fiftieth"), DAY)
    assert isinstance(measure_shop(history, as_of=DAY).scale, Quintiles)


def test_a_shop_without_orders_can_be_measured(history: SqlHistory) -> None:
    assert measure_shop(history, as_of=DAY).buyers == 0
