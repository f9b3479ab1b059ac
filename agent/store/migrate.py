"""Run the migrations that are missing, one process at a time."""

from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, text

from agent.store.engine import MIGRATIONS


def upgrade(engine: Engine) -> None:
    """Bring the schema to the newest version; a second process that starts at the same time waits, then finds it done."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("select pg_advisory_xact_lock(7241)"))
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        connection.commit()
