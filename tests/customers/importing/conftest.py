"""An import desk for each test, on both databases."""

from pathlib import Path

import pytest
from sqlalchemy import Engine

from agent.clock import FixedClock
from tests.support.import_desk import Desk


@pytest.fixture
def desk(engine: Engine, tmp_path: Path, clock: FixedClock) -> Desk:
    """A desk on SQLite, then on PostgreSQL."""
    folder = tmp_path / "exports"
    folder.mkdir()
    return Desk(engine, folder, clock)
