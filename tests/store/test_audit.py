"""The audit chain, kept values and settings of the clock, on both engines."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import Engine, text

from agent.clock import FixedClock
from agent.store.unit_of_work import SqlUnitOfWork

Open = Callable[[], SqlUnitOfWork]


@pytest.fixture
def units(engine: Engine, clock: FixedClock) -> Open:
    return lambda: SqlUnitOfWork(engine, shop_id="default", clock=clock)


def note(units: Open, actor: str) -> None:
    with units() as unit:
        unit.audit.record(
            actor=actor, action="approve", object_kind="draft", object_id="d1", detail={"金額": 1200}
        )
        unit.commit()


def test_the_chain_holds_and_an_altered_row_is_found(units: Open, engine: Engine) -> None:
    for actor in ("sato", "suzuki", "tanaka"):
        note(units, actor)
    with units() as unit:
        assert unit.audit.verify() is None
    with engine.begin() as connection:
        connection.execute(text("update audit set actor = 'mallory' where sequence = 2"))
    with units() as unit:
        assert unit.audit.verify() == 2


def test_a_removed_row_is_found(units: Open, engine: Engine) -> None:
    for actor in ("sato", "suzuki", "tanaka"):
        note(units, actor)
    with engine.begin() as connection:
        connection.execute(text("delete from audit where sequence = 2"))
    with units() as unit:
        assert unit.audit.verify() == 2


def test_writers_at_once_make_one_chain(units: Open) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: note(units, f"staff-{number}"), range(24)))
    with units() as unit:
        assert unit.audit.verify() is None


def test_a_value_put_once_is_never_replaced(units: Open) -> None:
    def offer(number: int) -> dict[str, object]:
        with units() as unit:
            stands = unit.kept.put_once("secret", {"key": number})
            unit.commit()
            return stands

    with ThreadPoolExecutor(6) as pool:
        seen = list(pool.map(offer, range(12)))
    assert all(value == seen[0] for value in seen)
