"""Let whatever names a person follow when that person turns out to be another."""

from typing import Any

from sqlalchemy import Table, select

from agent.store.ledger_rows import REPLACED, remember, table_of
from agent.store.ledger_transaction import SqlTransaction
from agent.store.tables import Base, Identity

_DERIVED = frozenset(
    {
        "customers",
        "identities",
        "orders",
        "customer_records",
        "events",
        "customer_features",
        "changed_customers",
    }
)
"""Tables whose customer ids follow from what their rows state; all others that name a customer are pointed anew when one changes."""


class SqlMoved(SqlTransaction):
    """Who became whom in this transaction, and the pointing anew."""

    def _successors(self) -> dict[str, str]:
        """Customer ids nobody's rows name any more → the one they became (the first, when they parted)."""
        rows = self._run(
            "select m.old, min(m.new) from okaeri_moved m where not exists (select 1 from orders o where o.shop_id = ? "
            "and o.customer_id = m.old) and not exists (select 1 from customer_records r where r.shop_id = ? "
            "and r.customer_id = m.old) group by m.old",
            self._shop,
            self._shop,
        )
        return {old: new for old, new in rows if old != new}

    def _point_anew(self) -> None:
        """Drafts, notes, consents and whatever else names a customer who became another follow."""
        successors = self._successors()
        moved: list[tuple[str, dict[str, Any]]] = []
        for table in _pointing_tables():
            for old, new in successors.items():
                moved += self._point(table, old, new)
        self._keep_pointers(moved)

    def _point(self, table: Table, old: str, new: str) -> list[tuple[str, dict[str, Any]]]:
        mine = (table.c.shop_id == self._shop, table.c.customer_id == old)
        keys = [column for column in table.primary_key.columns if column.name != "shop_id"]
        rows = self._connection.execute(select(*keys).where(*mine)).all()
        if not rows:
            return []
        self._connection.execute(table.update().where(*mine).values(customer_id=new))
        return [
            (
                f"{table.name}|" + "|".join(map(str, row)),
                {"table": table.name, "key": {c.name: v for c, v in zip(keys, row, strict=True)}, "old": old},
            )
            for row in rows
        ]

    def _keep_pointers(self, moved: list[tuple[str, dict[str, Any]]]) -> None:
        remember(self._connection, self._shop, self._import_id, "pointer", moved)

    def _keep_former_ids(self) -> None:
        """A person found to be another stays findable by the old id."""
        identities = table_of(Identity)
        for old, new in self._successors().items():
            exists = self._run(
                "select 1 from customers where shop_id = ? and customer_id = ?", self._shop, old
            ).first()
            mine = (
                identities.c.shop_id == self._shop,
                identities.c.kind == "former_id",
                identities.c.customer_id == old,
            )
            earlier = list(self._connection.scalars(select(identities.c.value).where(*mine)))
            self._connection.execute(identities.update().where(*mine).values(customer_id=new))
            kept = [
                (
                    f"identities|former_id|{v}",
                    {"table": "identities", "key": {"kind": "former_id", "value": v}, "old": old},
                )
                for v in earlier
            ]
            self._keep_pointers(kept)
            if exists:
                self._run(
                    "insert into identities (shop_id, kind, value, customer_id) values (?, 'former_id', ?, ?) on conflict do nothing",
                    self._shop,
                    old,
                    new,
                )
                remember(self._connection, self._shop, self._import_id, "former", [(old, {"new": new})])


def _pointing_tables() -> list[Table]:
    return [
        table
        for table in Base.metadata.sorted_tables
        if "customer_id" in table.c and "shop_id" in table.c and table.name not in _DERIVED | {REPLACED.name}
    ]
