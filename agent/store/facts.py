"""Written facts in the store: added, struck out, restored, never deleted."""

from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from agent.domain.errors import NotFound
from agent.ports.facts import WrittenFact
from agent.store.tables import Customer, Fact


class SqlFactStore:
    """`agent.ports.FactStore` on SQLAlchemy."""

    def __init__(self, session: Session, shop_id: str) -> None:
        self._session, self._shop = session, shop_id

    def add(self, fact: WrittenFact) -> None:
        """Store a new fact. Raises NotFound when the customer does not exist (any more)."""
        # Locked, so that an import in the same moment cannot make the customer another one unseen.
        if self._session.get(Customer, (self._shop, fact.customer_id), with_for_update=True) is None:
            raise NotFound(
                f"no customer {fact.customer_id!r}", ja=f"お客さま {fact.customer_id} は見つかりません。"
            )
        row = Fact(shop_id=self._shop, **{name: getattr(fact, name) for name in WrittenFact.__slots__})
        self._session.add(row)
        self._session.flush()

    def get(self, fact_id: str) -> WrittenFact:
        """One fact, its row held until the transaction ends. Raises NotFound."""
        return _fact(self._row(fact_id))

    def of(self, customer_id: str, *, struck: bool) -> list[WrittenFact]:
        """A customer's facts, oldest first, undated ones before all."""
        query = select(Fact).where(Fact.shop_id == self._shop, Fact.customer_id == customer_id)
        if not struck:
            query = query.where(Fact.struck_at.is_(None))
        found = [_fact(row) for row in self._session.scalars(query)]
        return sorted(found, key=lambda fact: (fact.at or datetime.min.replace(tzinfo=UTC), fact.fact_id))

    def strike(self, fact_id: str, *, by: str, reason: str | None, at: datetime) -> None:
        """Mark a fact as struck out. Raises NotFound."""
        row = self._row(fact_id)
        row.struck_at, row.struck_by, row.struck_reason = at, by, reason
        self._session.flush()

    def restore(self, fact_id: str) -> None:
        """Let a struck fact count again. Raises NotFound."""
        row = self._row(fact_id)
        row.struck_at, row.struck_by, row.struck_reason = None, None, None
        self._session.flush()

    def _row(self, fact_id: str) -> Fact:
        row = self._session.get(Fact, (self._shop, fact_id), with_for_update=True, populate_existing=True)
        if row is None:
            raise NotFound(
                f"no written fact {fact_id!r}",
                ja=f"メモ {fact_id} は見つかりません。番号は okaeri fact list で確かめられます。",
            )
        return row


def _fact(row: Fact) -> WrittenFact:
    return WrittenFact(**{name: getattr(row, name) for name in WrittenFact.__slots__})
