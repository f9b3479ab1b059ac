"""Small values the program keeps for itself: secrets of signed links, remembered model abilities, switches."""

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from agent.store.tables import KeptValueRow


class SqlKeptValues:
    """`agent.ports.KeptValues` on SQLAlchemy."""

    def __init__(self, session: Session, shop_id: str) -> None:
        self._session, self._shop = session, shop_id

    def get(self, name: str) -> dict[str, object] | None:
        """The value, or None."""
        row = self._row(name)
        return dict(row.value) if row else None

    def put(self, name: str, value: dict[str, object]) -> None:
        """Store or replace a value."""
        row = self._row(name)
        if row:
            row.value = value
        else:
            self._session.add(KeptValueRow(shop_id=self._shop, name=name, value=value))
        self._session.flush()

    def put_once(self, name: str, value: dict[str, object]) -> dict[str, object]:
        """Store a value unless there is one, and return the one that stands (safe under races)."""
        standing = self.get(name)
        if standing is not None:
            return standing
        try:
            with self._session.begin_nested():
                self._session.add(KeptValueRow(shop_id=self._shop, name=name, value=value))
        except IntegrityError:
            standing = self.get(name)
            if standing is None:  # pragma: no cover - deleted in the same instant
                raise
            return standing
        return value

    def _row(self, name: str) -> KeptValueRow | None:
        query = select(KeptValueRow).where(KeptValueRow.shop_id == self._shop, KeptValueRow.name == name)
        return self._session.scalars(query.execution_options(populate_existing=True)).one_or_none()
