"""Fixtures every test may use: real databases, a clock that stands still."""

import os
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import Engine

from agent.clock import FixedClock
from agent.store.engine import migrate, open_engine

IN_CI = os.environ.get("CI", "").lower() in {"1", "true", "yes"}
POSTGRES = os.environ.get("OKAERI_TEST_POSTGRES", "postgresql://postgres@127.0.0.1:5432/postgres")


def missing(part: str, how: str) -> None:
    """Skip with a reason on a laptop; fail in CI, where every part must be there."""
    if IN_CI:
        pytest.fail(f"{part} is missing in CI: {how}")
    pytest.skip(f"{part} is missing: {how}")


@pytest.fixture
def clock() -> FixedClock:
    """Saturday 21 November 2026, 10:00 in Tokyo."""
    return FixedClock(datetime(2026, 11, 21, 1, 0, tzinfo=UTC))


@pytest.fixture(scope="session")
def postgres_template() -> Iterator[str]:
    """A migrated, empty PostgreSQL database to copy from; one a test process."""
    name = f"okaeri_template_{uuid.uuid4().hex[:12]}"
    try:
        admin = psycopg.connect(POSTGRES, autocommit=True, connect_timeout=5)
    except psycopg.OperationalError as error:
        missing("PostgreSQL", f"start one on 127.0.0.1:5432 with trust auth ({error})")
        raise AssertionError from error
    with admin:
        admin.execute(f'create database "{name}" encoding "UTF8" template template0')
        engine = open_engine(f"{sibling(name)}")
        migrate(engine)
        engine.dispose()
        yield name
        admin.execute(f'drop database if exists "{name}" with (force)')


def sibling(name: str) -> str:
    """The address of another database on the same server."""
    return POSTGRES.rsplit("/", 1)[0].replace("postgresql://", "postgresql+psycopg://") + f"/{name}"


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a migrated, empty database; every test that asks runs on both engines."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'okaeri.sqlite'}"
        engine = open_engine(url)
        migrate(engine)
        engine.dispose()
        yield url
        return
    template = request.getfixturevalue("postgres_template")
    name = f"okaeri_test_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(POSTGRES, autocommit=True) as admin:
        admin.execute(f'create database "{name}" template "{template}"')
        yield sibling(name)
        admin.execute(f'drop database if exists "{name}" with (force)')


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """An open engine on a migrated, empty database (SQLite, then PostgreSQL)."""
    engine = open_engine(database_url)
    yield engine
    engine.dispose()
