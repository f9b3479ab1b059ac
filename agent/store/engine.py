"""Open the database: SQLite in WAL with foreign keys, or PostgreSQL; and bring its schema up to date."""

import sqlite3
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, event, inspect, make_url, text
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import ConnectionPoolEntry

from agent.domain.errors import OperatorMustFix

MIGRATIONS = Path(__file__).parent / "migrations"
NEWEST = max(file.stem[:4] for file in (MIGRATIONS / "versions").glob("[0-9]*.py"))
"""The newest schema version: migrations are numbered 0001, 0002, …"""


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
    # Past SQLAlchemy: a draft begins some twenty transactions, and its own way costs more than SQLite's.
    connection.connection.cursor().execute("BEGIN" if reads else "BEGIN IMMEDIATE")


def _prepare_sqlite(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
    """WAL so that readers never wait, foreign keys on, and our own BEGIN IMMEDIATE instead of the driver's late one."""
    assert isinstance(connection, sqlite3.Connection)  # noqa: S101 - narrows the driver's type
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=30000"):
        connection.execute(f"PRAGMA {pragma}")


def migrate(engine: Engine) -> None:
    """Bring the schema to the newest version. Raises OperatorMustFix when the database cannot be reached."""
    try:
        if _version(engine) != NEWEST:
            # Loaded only when there is work: Alembic costs every command a fifth of a second.
            from agent.store.migrate import upgrade

            upgrade(engine, MIGRATIONS)
    except OperationalError as error:
        raise OperatorMustFix(
            f"the database cannot be opened: {error.orig}",
            ja=f"データベースに接続できません。OKAERI_DATABASE_URL と OKAERI_HOME を確認してください。（{error.orig}）",
        ) from error


def _version(engine: Engine) -> str | None:
    """The schema's version, None for an empty database."""
    with engine.execution_options(**{READ_ONLY: True}).connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        return connection.execute(text("select version_num from alembic_version")).scalar()
