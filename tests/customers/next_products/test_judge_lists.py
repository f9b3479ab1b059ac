"""What a list is worth: the share of what was bought that it held."""

import numpy as np
import pytest

from customers.next_products.fit import fit_next_products
from customers.next_products.judge_lists import recalls, recalls_of_habit, recalls_of_popular
from customers.next_products.products import among, rank_within
from customers.next_products.tally import bought_within, tally
from tests.customers.next_products.shops import DAY0, on, purchases, tea_shop


def test_recall_is_hits_over_what_could_be_hit_averaged_over_buyers() -> None:
    listed = np.array([0, 0, 1, 1], dtype=np.int32)
    keys = np.array([1, 2, 11, 12])  # ten products: person 0 is offered 1 and 2, person 1 is offered 1 and 2
    bought = np.array([1, 3, 4, 12, 25])  # person 2 is offered nothing
    assert recalls(listed, keys, bought, 10, listed=2).tolist() == [0.5, 1.0, 0.0]


def test_nobody_bought_anything() -> None:
    assert not len(recalls(np.zeros(0, np.int32), np.zeros(0, np.int64), np.zeros(0, np.int64), 10))


def test_the_habits_to_beat_list_best_sellers_and_own_favourites() -> None:
    rows = [("a", DAY0 + day, "tea", 1, 1) for day in (0, 1, 2)] + [
        ("a", DAY0, "cup", 1, 1),
        ("b", DAY0, "cup", 1, 1),
    ]
    shop = purchases([*rows, ("a", DAY0 + 9, "tea", 1, 1), ("b", DAY0 + 9, "cup", 1, 1)])
    seen, bought = tally(shop, cut=DAY0 + 5), bought_within(shop, cut=DAY0 + 5, days=30)
    assert recalls_of_popular(seen, bought, listed=1).tolist() == [0.0, 1.0]
    assert recalls_of_habit(seen, bought, listed=1).tolist() == [1.0, 1.0]


@pytest.mark.parametrize("seed", range(3))
def test_places_within_groups_follow_the_values(seed: int) -> None:
    luck = np.random.default_rng(seed)
    group, value = luck.integers(0, 5, 60), luck.normal(size=60).astype(np.float32)
    place = rank_within(group, value)
    for each in range(5):
        mine = np.flatnonzero(group == each)
        assert value[mine][np.argsort(place[mine])].tolist() == sorted(value[mine].tolist())


def test_keys_are_found_among_those_held() -> None:
    assert among(np.array([0, 5, 9]), np.array([5, 7])).tolist() == [False, True, False]
    assert among(np.array([3]), np.zeros(0, np.int64)).tolist() == [False]


def test_a_small_shop_is_judged_over_several_horizons_and_a_large_one_over_its_latest() -> None:
    """Sixty pairs in one season cannot tell a fault of the model from the season."""
    small = fit_next_products(purchases(tea_shop(people=60, days=400)), cut=on(DAY0 + 400), within_days=30)
    large = fit_next_products(purchases(tea_shop(people=1_200)), cut=on(DAY0 + 240), within_days=30)
    assert small.backtest is not None
    assert large.backtest is not None
    assert dict(small.backtest.figures)["horizons"] == 3
    assert "horizons" not in dict(large.backtest.figures)
    assert small.backtest.cut == on(DAY0 + 370)
    assert large.backtest.people == pytest.approx(600, abs=60)


def test_horizons_before_the_shop_opened_are_not_made_up() -> None:
    young = fit_next_products(purchases(tea_shop(people=60, days=100)), cut=on(DAY0 + 100), within_days=30)
    assert young.backtest is not None
    assert dict(young.backtest.figures).get("horizons", 1) <= 2
