"""A shop's database goes along when the schema grows, and loses nothing."""

import uuid
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import Connection, Engine, text

from agent.store.engine import MIGRATIONS, migrate, open_engine
from agent.store.tables import Base
from tests.conftest import POSTGRES, sibling


def test_the_migrations_make_the_schema_the_code_expects(engine: Engine) -> None:
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


@pytest.fixture(params=["sqlite", "postgresql"])
def of_the_first_version(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """A database as the first release made it, with a customer's note in it."""
    if request.param == "sqlite":
        engine = open_engine(f"sqlite:///{tmp_path / 'first.sqlite'}")
        _as_first(engine)
        yield engine
        engine.dispose()
        return
    template = str(request.getfixturevalue("postgres_template"))  # skips where there is no PostgreSQL
    name = f"{template}_first_{uuid.uuid4().hex[:6]}"
    with psycopg.connect(POSTGRES, autocommit=True) as admin:
        admin.execute(f'create database "{name}" encoding "UTF8" template template0')
        engine = open_engine(sibling(name))
        _as_first(engine)
        yield engine
        engine.dispose()
        admin.execute(f'drop database if exists "{name}" with (force)')


def _as_first(engine: Engine) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with engine.connect() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        connection.commit()
    with engine.begin() as connection:
        for statement in (
            "insert into shops (shop_id, created_at) values ('default', '2026-01-01 00:00:00')",
            "insert into facts (shop_id, fact_id, customer_id, kind, text, source) "
            "values ('default', 'n_1', 'c_1', 'note', '紅茶がお好き', 'imports:a.csv#2')",
            "insert into facts (shop_id, fact_id, customer_id, kind, text, source, struck_at) "
            "values ('default', 'n_2', 'c_1', 'note', '猫が2匹', 'imports:a.csv#3', '2026-02-01 00:00:00')",
        ):
            connection.execute(text(statement))


def _notes(connection: Connection) -> list[tuple[str, str, bool]]:
    rows = connection.execute(text("select fact_id, text, struck_at is not null from facts order by fact_id"))
    return [(row[0], row[1], bool(row[2])) for row in rows]


def test_a_database_of_the_first_release_upgrades_and_keeps_its_notes(of_the_first_version: Engine) -> None:
    with of_the_first_version.connect() as connection:
        before = _notes(connection)
    migrate(of_the_first_version)
    with of_the_first_version.connect() as connection:
        assert _notes(connection) == before == [("n_1", "紅茶がお好き", False), ("n_2", "猫が2匹", True)]
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []
