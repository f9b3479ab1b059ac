"""Customers of the demo shop come back the way customers of a shop for daily goods do."""

import statistics
from collections import Counter, defaultdict
from datetime import date
from itertools import pairwise

import pytest

from agent.demo.shop.orders import Order, play_all
from agent.demo.shop.people import draw_people
from agent.demo.shop.scenes import draw_scenes

SHOPS = ((7, date(2026, 11, 21)), (7, date(2026, 5, 10)), (8, date(2026, 2, 1)), (11, date(2027, 8, 15)))


@pytest.fixture(scope="module", params=SHOPS, ids=str)
def orders(request: pytest.FixtureRequest) -> list[Order]:
    seed, today = request.param
    scenes = draw_scenes(seed)
    return play_all(draw_people(seed, clean=len(scenes)), scenes, today, seed)


def _bought(orders: list[Order]) -> dict[int, list[Order]]:
    bought: dict[int, list[Order]] = defaultdict(list)
    for order in orders:
        if order.net_yen:
            bought[order.person.number].append(order)
    return bought


def test_about_half_of_the_buyers_come_once(orders: list[Order]) -> None:
    counts = [len(own) for own in _bought(orders).values()]
    assert 0.45 <= counts.count(1) / len(counts) <= 0.60


def test_a_fifth_of_the_buyers_bring_most_of_the_sales(orders: list[Order]) -> None:
    spent = sorted((sum(order.net_yen for order in own) for own in _bought(orders).values()), reverse=True)
    assert 0.55 <= sum(spent[: len(spent) // 5]) / sum(spent) <= 0.72


def test_few_orders_carry_a_discount_and_the_same_people_use_it_again(orders: list[Order]) -> None:
    coded = Counter(order.person.number for order in orders if order.code)
    assert 0.05 <= coded.total() / len(orders) <= 0.10
    assert sum(n for n in coded.values() if n >= 2) / coded.total() > 0.3


def test_one_who_stays_is_likelier_to_come_again(orders: list[Order]) -> None:
    """The mark of differing dropout: the chance of a next order grows with the orders so far."""
    counts = [len(own) for own in _bought(orders).values()]

    def again(n: int) -> float:
        return sum(c > n for c in counts) / sum(c >= n for c in counts)

    assert again(1) < again(2) < again(5)


def test_a_refill_is_ordered_about_when_the_bottle_is_empty(orders: list[Order]) -> None:
    ratios = []
    for own in _bought(orders).values():
        days = [
            o.created_at.date() for o in own if any(line.product.handle == "laundry-soap" for line in o.lines)
        ]
        ratios += [(b - a).days / 35 for a, b in pairwise(days)]
    assert len(ratios) >= 20
    assert 0.8 <= statistics.median(ratios) <= 1.35


def test_new_tea_sells_in_may_and_june_and_winter_cakes_in_december(orders: list[Order]) -> None:
    months = {
        handle: Counter(
            o.created_at.month
            for o in orders
            for line in o.lines
            for _ in [line]
            if line.product.handle == handle
        )
        for handle in ("shincha", "yakigashi-box")
    }
    assert set(months["shincha"]) <= {5, 6}
    assert set(months["yakigashi-box"]) <= {11, 12}
    assert months["shincha"].total() >= 5
    assert months["yakigashi-box"].total() >= 5


def test_gifts_go_to_somebody_else_at_the_same_door_every_time(orders: list[Order]) -> None:
    doors: dict[int, set[str]] = defaultdict(set)
    for order in orders:
        if order.recipient:
            doors[order.person.number].add(order.recipient.address.street)
    assert len(doors) >= 15
    assert {len(streets) for streets in doors.values()} == {1}


def test_orders_come_at_lunch_and_in_the_evening_and_hardly_at_night(orders: list[Order]) -> None:
    hours = Counter(order.created_at.hour for order in orders)
    assert sum(hours[h] for h in (1, 2, 3, 4, 5)) / len(orders) < 0.05
    assert sum(hours[h] for h in (12, 20, 21, 22)) / len(orders) > 0.3


def test_many_orders_have_more_than_one_line(orders: list[Order]) -> None:
    assert 0.4 <= sum(len(order.lines) > 1 for order in orders) / len(orders) <= 0.75
