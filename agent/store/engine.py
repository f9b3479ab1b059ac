"""Open the database: SQLite in WAL with foreign keys, or PostgreSQL; and bring its schema up to date."""

import sqlite3
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import ConnectionPoolEntry

from agent.domain.errors import OperatorMustFix

MIGRATIONS = Path(__file__).parent / "migrations"


def open_engine(url: str) -> Engine:
    """An engine for a SQLAlchemy address; makes the folder of a SQLite file. Raises OperatorMustFix for a bad address."""
    try:
        parsed = make_url(url)
    except Exception as error:
        raise OperatorMustFix(
            f"not a database address: {url!r}", ja=f"OKAERI_DATABASE_URL を読めません: {url}"
        ) from error
    if parsed.get_backend_name() != "sqlite":
        return create_engine(parsed, pool_pre_ping=True, pool_size=10, max_overflow=20)
    if parsed.database and parsed.database != ":memory:":
        Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(parsed, connect_args={"timeout": 30, "check_same_thread": False})
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


READ_ONLY = "okaeri_read_only"
"""Execution option of connections that only read: they take no write lock."""


def _begin_sqlite(connection: Connection) -> None:
    reads = connection.get_execution_options().get(READ_ONLY, False)
    connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")


def _prepare_sqlite(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
    """WAL so that readers never wait, foreign keys on, and our own BEGIN IMMEDIATE instead of the driver's late one."""
    assert isinstance(connection, sqlite3.Connection)  # noqa: S101 - narrows the driver's type
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=30000"):
        connection.execute(f"PRAGMA {pragma}")


def migrate(engine: Engine) -> None:
    """Bring the schema to the newest version. Raises OperatorMustFix when the database cannot be reached."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    try:
        with engine.connect() as connection:
            if connection.dialect.name == "postgresql":  # two processes may start at once
                connection.execute(text("select pg_advisory_xact_lock(7241)"))
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
            connection.commit()
    except OperationalError as error:
        raise OperatorMustFix(
            f"the database cannot be opened: {error.orig}",
            ja=f"データベースに接続できません。OKAERI_DATABASE_URL と OKAERI_HOME を確認してください。（{error.orig}）",
        ) from error
