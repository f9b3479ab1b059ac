"""Run the migrations that are missing, one process at a time."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, text


def upgrade(engine: Engine, migrations: Path) -> None:
    """Bring the schema to the newest of `migrations` (a folder of Alembic scripts).

    A second process that starts at the same time waits, then finds it done.
    """
    config = Config()
    config.set_main_option("script_location", str(migrations))
    with engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("select pg_advisory_xact_lock(7241)"))
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        connection.commit()
