"""Small strips beside a number."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from agent.domain.prediction import NextOrder, YenInterval
from console.customers.plots.strips import EDGE, WIDTH, against_habit, range_strip, window_strip
from tests.support.insight import backtests

TODAY = date(2026, 11, 21)


@pytest.mark.parametrize("reach", [1, 9, 40, 400, 4_000])
def test_the_expected_days_fit_on_the_strip_however_far_they_are(reach: int) -> None:
    following = NextOrder(
        TODAY + timedelta(days=1), TODAY + timedelta(days=reach), TODAY + timedelta(days=1), 0.8
    )
    strip = window_strip(following, as_of=TODAY)
    assert strip.today == EDGE
    assert strip.today <= strip.x < strip.x + strip.width <= WIDTH - EDGE + 0.5
    assert len(strip.weeks) <= 6


def test_the_point_lies_in_its_range() -> None:
    strip = range_strip(YenInterval(14_800, 5_200, 27_900, 365, 0.8))
    assert strip.zero < strip.low < strip.point < strip.high <= WIDTH - EDGE


def test_nothing_expected_still_draws() -> None:
    strip = range_strip(YenInterval(0, 0, 0, 365, 0.8))
    assert strip.zero == strip.low == strip.point == strip.high


def test_the_habit_stands_left_of_a_better_prediction() -> None:
    strip = against_habit(backtests()[0])
    assert strip is not None
    assert strip.habit is not None
    assert strip.habit < strip.low < strip.point


def test_without_an_auc_there_is_nothing_to_compare() -> None:
    assert against_habit(replace(backtests()[0], auc=None)) is None
