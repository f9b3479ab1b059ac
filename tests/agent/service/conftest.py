"""A drafting shop on a real database, with one customer who bought a lotion three days ago."""

import pytest
from sqlalchemy import Engine

from agent.clock import FixedClock
from tests.support.drafting import HandCharts, Shop, chart_of


@pytest.fixture
def drafting_shop(engine: Engine, clock: FixedClock) -> Shop:
    return Shop(engine, clock, HandCharts(chart_of()))
