"""How revenue is spread over customers."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from customers.worth.pareto import pareto_view


def test_one_in_five_customers_brings_four_fifths() -> None:
    view = pareto_view([40_000] * 20 + [2_500] * 80)
    assert view is not None
    assert (view.people_needed, view.share, view.total_yen) == (20, 0.2, 1_000_000)
    assert view.gini == pytest.approx(0.6)
    assert view.text == "お買い上げ額の上位20%（20名）のお客さまで、売上の80%になります。"


def test_equal_customers_have_no_inequality() -> None:
    view = pareto_view([500] * 10)
    assert view is not None
    assert view.people_needed == 8
    assert view.gini == pytest.approx(0)


def test_customers_with_more_returns_than_purchases_are_told_apart() -> None:
    view = pareto_view([1000, 1000, 0, -300, -50])
    assert view is not None
    assert (view.people, view.total_yen, view.negative_people, view.negative_yen) == (2, 2000, 2, -350)
    assert view.curve[-1] == (1.0, 1.0)


def test_a_shop_without_revenue_has_no_curve() -> None:
    assert pareto_view([]) is None
    assert pareto_view([0, -10]) is None


@given(st.lists(st.integers(-(10**6), 10**9), max_size=400), st.integers(2, 100))
def test_the_curve_rises_from_nothing_to_everything_above_the_diagonal(yen: list[int], points: int) -> None:
    view = pareto_view(yen, points=points)
    if view is None:
        assert all(y <= 0 for y in yen)
        return
    shares = np.array(view.curve)
    assert len(shares) <= 100
    assert shares[0].tolist() == [0, 0]
    assert shares[-1] == pytest.approx([1, 1])
    assert (np.diff(shares, axis=0) >= -1e-12).all()
    assert (shares[:, 1] >= shares[:, 0] - 1e-9).all()
    assert 0 <= view.gini <= 1
    assert 0 < view.share <= 1
