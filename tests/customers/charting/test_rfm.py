"""Scores by fifths of the shop and by fixed steps."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.domain.chart import Rfm
from customers.charting.rfm import FixedSteps, Quintiles, cut_points


def scores(values: list[int]) -> list[int]:
    """The M score of each value among all of them."""
    scale = Quintiles(recency=(0, 0, 0, 0), frequency=(0, 0, 0, 0), monetary=cut_points(values))
    return [scale.score(recency_days=0, orders=1, net_yen=value).m for value in values]


def test_different_numbers_fall_into_equal_fifths() -> None:
    assert scores(list(range(1, 11))) == [1, 1, 2, 2, 3, 3, 4, 4, 5, 5]


def test_equal_numbers_get_equal_scores_and_the_lowest_is_a_one() -> None:
    assert scores([1, 1, 1, 1, 1, 1, 2, 2, 3, 9]) == [1, 1, 1, 1, 1, 1, 4, 4, 5, 5]


@given(st.lists(st.integers(-10_000, 1_000_000), min_size=1, max_size=200))
def test_a_score_is_one_plus_the_fifths_of_buyers_strictly_below(values: list[int]) -> None:
    expected = [1 + 5 * sum(other < value for other in values) // len(values) for value in values]
    assert scores(values) == expected


def test_a_later_order_scores_higher_on_recency() -> None:
    scale = Quintiles(
        recency=cut_points([-day for day in range(100)]), frequency=(1, 1, 1, 1), monetary=(0, 0, 0, 0)
    )
    days = [scale.score(recency_days=day, orders=1, net_yen=0).r for day in (0, 19, 20, 79, 80, 99)]
    assert days == [5, 5, 4, 2, 1, 1]


@pytest.mark.parametrize(
    ("recency_days", "orders", "net_yen", "expected"),
    [
        (15, 6, 10_000, Rfm(5, 5, 5)),
        (16, 5, 9_999, Rfm(4, 4, 4)),
        (30, 4, 6_000, Rfm(4, 4, 4)),
        (31, 3, 5_999, Rfm(3, 3, 3)),
        (60, 2, 4_000, Rfm(3, 2, 3)),
        (61, 2, 3_999, Rfm(2, 2, 2)),
        (120, 1, 2_000, Rfm(2, 1, 2)),
        (121, 1, 1_999, Rfm(1, 1, 1)),
    ],
)
def test_fixed_steps_count_in_usual_gaps_and_typical_orders(
    recency_days: int, orders: int, net_yen: int, expected: Rfm
) -> None:
    steps = FixedSteps(usual_gap_days=30, typical_order_yen=2_000)
    assert steps.score(recency_days=recency_days, orders=orders, net_yen=net_yen) == expected
