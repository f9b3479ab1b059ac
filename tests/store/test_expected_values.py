"""Expected values are replaced whole or not at all, and no day sees what was expected after it."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from sqlalchemy import Engine

from agent.store.expected_values import SqlExpectedValues
from agent.store.history import SqlHistory
from tests.support.shop_rows import ShopRows

DAY = date(2026, 11, 21)


@pytest.fixture
def expected(engine: Engine) -> SqlExpectedValues:
    rows = ShopRows(engine)
    rows.customer("a")
    rows.customer("b")
    return SqlExpectedValues(engine, shop_id="default")


def yen(engine: Engine, shop_id: str = "default", until: date = DAY) -> dict[str, int | None]:
    """What the charts are told is expected of each customer."""
    people = SqlHistory(engine, shop_id=shop_id).people(until=until)
    return {person.customer_id: person.expected_yen for person, _ in people}


def test_a_night_replaces_all_that_was_expected_before(engine: Engine, expected: SqlExpectedValues) -> None:
    assert expected.replace([("a", 1_000), ("b", 2_000)], as_of=DAY) == 2
    assert yen(engine) == {"a": 1_000, "b": 2_000}
    assert expected.replace([("b", 7_500_000_000)], as_of=DAY) == 1
    assert yen(engine) == {"a": None, "b": 7_500_000_000}
    assert expected.replace([], as_of=DAY) == 0
    assert yen(engine) == {"a": None, "b": None}


def test_a_look_back_does_not_see_what_was_expected_later(
    engine: Engine, expected: SqlExpectedValues
) -> None:
    expected.replace([("a", 1_000)], as_of=DAY)
    assert yen(engine, until=DAY - timedelta(days=1))["a"] is None
    assert yen(engine, until=DAY + timedelta(days=30))["a"] == 1_000


def test_when_the_reckoning_breaks_off_yesterdays_values_stay(
    engine: Engine, expected: SqlExpectedValues
) -> None:
    def breaking() -> Iterator[tuple[str, int]]:
        yield "a", 5
        raise ArithmeticError

    expected.replace([("a", 1_000)], as_of=DAY)
    with pytest.raises(ArithmeticError):
        expected.replace(breaking(), as_of=DAY)
    assert yen(engine)["a"] == 1_000


def test_the_values_of_another_shop_are_left_alone(engine: Engine, expected: SqlExpectedValues) -> None:
    ShopRows(engine, "other").customer("a")
    SqlExpectedValues(engine, shop_id="other").replace([("a", 9)], as_of=DAY)
    expected.replace([("b", 2_000)], as_of=DAY)
    assert yen(engine, "other") == {"a": 9}


def test_more_customers_than_one_batch_are_all_kept(engine: Engine, expected: SqlExpectedValues) -> None:
    many = [("a", 1), *((f"x{n}", n) for n in range(5_000)), ("b", 2)]
    assert expected.replace(many, as_of=DAY) == 5_002
    assert yen(engine) == {"a": 1, "b": 2}
