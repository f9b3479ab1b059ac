"""A desk with one customer, on both engines or on SQLite alone."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from agent.clock import FixedClock
from agent.store.engine import migrate, open_engine
from tests.support.sending_desk import SendingDesk


@pytest.fixture
def either(engine: Engine, clock: FixedClock) -> SendingDesk:
    """For what rests on locks and transactions: on SQLite, then on PostgreSQL."""
    desk = SendingDesk(engine, clock)
    desk.customer()
    return desk


@pytest.fixture
def desk(tmp_path: Path, clock: FixedClock) -> Iterator[SendingDesk]:
    """For rules that are the same on any database."""
    engine = open_engine(f"sqlite:///{tmp_path / 'rules.sqlite'}")
    migrate(engine)
    desk = SendingDesk(engine, clock)
    desk.customer()
    yield desk
    engine.dispose()
