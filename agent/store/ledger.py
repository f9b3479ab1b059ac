"""The store as imports see it: one transaction an import, all or nothing, and what stands in the way of undoing."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy import Connection, Engine, func, select, text

from agent.domain.errors import NotFound
from agent.domain.hindrance import Hindrance
from agent.store.ledger_import import SqlImportTransaction
from agent.store.ledger_rows import table_of
from agent.store.ledger_undo import SqlUndoTransaction, hindrance_of
from agent.store.tables import Import, Shop


class SqlImportLedger:
    """Takes imports in and out of one shop's rows (`customers.importing.ports.ImportLedger`)."""

    def __init__(self, engine: Engine, *, shop_id: str) -> None:
        self._engine, self.shop_id = engine, shop_id

    @contextmanager
    def importing(
        self, import_id: str, *, platform: str, at: datetime, dry_run: bool
    ) -> Iterator[SqlImportTransaction]:
        """Open an import. It is kept when the block ends without an error, unless it is a dry run."""
        with self._transaction() as connection:
            if connection.execute(select(Shop.shop_id).where(Shop.shop_id == self.shop_id)).first() is None:
                connection.execute(
                    table_of(Shop).insert().values(shop_id=self.shop_id, name=None, created_at=at)
                )
            sequence = connection.scalar(
                select(func.coalesce(func.max(Import.sequence), 0)).where(Import.shop_id == self.shop_id)
            )
            ledger = SqlImportTransaction(
                connection, self.shop_id, import_id, platform=platform, at=at, sequence=(sequence or 0) + 1
            )
            yield ledger
            if dry_run:
                connection.rollback()
            else:
                ledger.tidy()
                connection.commit()

    @contextmanager
    def undoing(self, import_id: str, *, at: datetime) -> Iterator[SqlUndoTransaction]:
        """Open an undo. Raises NotFound."""
        with self._transaction() as connection:
            self._known(connection, import_id)
            ledger = SqlUndoTransaction(connection, self.shop_id, import_id, at=at)
            yield ledger
            ledger.close()
            connection.commit()

    def hindrance(self, import_id: str) -> Hindrance | None:
        """What stands in the way of undoing, or None. Raises NotFound."""
        with self._engine.connect() as connection:
            self._known(connection, import_id)
            return hindrance_of(connection, self.shop_id, import_id)

    def _known(self, connection: Connection, import_id: str) -> None:
        key = (Import.shop_id == self.shop_id, Import.import_id == import_id)
        if connection.execute(select(Import.import_id).where(*key)).first() is None:
            raise NotFound(
                f"no import {import_id!r}",
                ja=f"取り込み {import_id} は見つかりません。番号を確かめてください。",
            )

    @contextmanager
    def _transaction(self) -> Iterator[Connection]:
        with self._engine.connect() as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(text("set local time zone 'UTC'"))
                connection.execute(
                    text("select pg_advisory_xact_lock(7242)")
                )  # imports take turns, as on SQLite
            yield connection
