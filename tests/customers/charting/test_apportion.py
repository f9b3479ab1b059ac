"""Sharing a sum so that the parts add up."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from customers.charting.apportion import apportion


@pytest.mark.parametrize(
    ("total", "weights", "parts"),
    [(100, [1, 1, 1], [34, 33, 33]), (5, [0, 0], [3, 2]), (10, [1, 0, 9], [1, 0, 9]), (-7, [1, 1], [-4, -3])],
)
def test_the_largest_remainder_takes_the_odd_yen(total: int, weights: list[int], parts: list[int]) -> None:
    assert apportion(total, weights) == parts


@given(st.integers(-(10**9), 10**9), st.lists(st.integers(0, 10**7), min_size=1, max_size=40))
def test_the_parts_add_up_and_stay_within_a_yen_of_their_share(total: int, weights: list[int]) -> None:
    parts = apportion(total, weights)
    whole = sum(weights) or len(weights)
    shares = weights if any(weights) else [1] * len(weights)
    assert sum(parts) == total
    assert all(abs(part * whole - total * share) < whole for part, share in zip(parts, shares, strict=True))
