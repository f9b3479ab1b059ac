"""Badges and what is within reach."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from customers.charting.badges import Badge, Challenge, badges, challenges

DAY = date(2026, 11, 21)


def test_three_months_in_a_row_and_years_together_are_worth_a_word() -> None:
    days = [date(2024, 11, 21), date(2026, 9, 30), date(2026, 10, 1), date(2026, 11, 20)]
    assert badges(days, as_of=DAY, reviews=2, referrals=1) == (
        Badge("months_in_a_row", "3か月続けてご購入"),
        Badge("years", "はじめてのご注文から2年"),
        Badge("reviews", "クチコミ2件"),
        Badge("referrals", "お知り合いを1人ご紹介"),
    )


def test_a_gap_of_a_month_breaks_the_row() -> None:
    assert badges([date(2026, 8, 1), date(2026, 9, 1), date(2026, 11, 1)], as_of=DAY) == ()


def test_what_one_or_two_orders_would_reach_is_a_challenge() -> None:
    days = [date(2026, 9, 3), date(2026, 10, 3)]
    assert challenges(days, as_of=DAY, orders=8) == (
        Challenge("orders", "あと2回でご注文10回", 2),
        Challenge("months_in_a_row", "今月のご注文で3か月続けて", 1),
    )


def test_a_milestone_far_off_is_no_challenge_and_nobody_has_none() -> None:
    assert challenges([date(2026, 5, 3)], as_of=DAY, orders=6) == ()
    assert challenges([], as_of=DAY) == ()
    assert badges([], as_of=DAY) == ()


@given(st.lists(st.dates(date(2020, 1, 1), date(2027, 12, 31)), max_size=40), st.dates(date(2020, 1, 1), DAY))
def test_later_orders_change_nothing(days: list[date], as_of: date) -> None:
    seen = [day for day in days if day <= as_of]
    assert badges(days, as_of=as_of) == badges(seen, as_of=as_of)
    assert challenges(days, as_of=as_of) == challenges(seen, as_of=as_of)
