"""What a list is worth: the share of what was bought that it held."""

import numpy as np
import pytest

from customers.next_products.judge_lists import recalls, recalls_of_habit, recalls_of_popular
from customers.next_products.products import among, rank_within
from customers.next_products.tally import bought_within, tally
from tests.customers.next_products.shops import DAY0, purchases


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
