"""Undo one import: its rows leave, what it replaced returns, and everything that names a person points where it did."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from agent.domain.hindrance import Hindrance
from agent.store.changed import mark_undone
from agent.store.ledger_events import join_events
from agent.store.ledger_people import SqlPeople
from agent.store.ledger_rows import KINDS, REPLACED, put_back, remembered, some_of, table_of
from agent.store.tables import Base, DraftRow, Identity, Import


def hindrance_of(connection: Connection, shop_id: str, import_id: str) -> Hindrance | None:
    """What stands in the way: undone already, later imports that rest on it, drafts about what it brought."""
    imports = table_of(Import)
    rows = connection.execute(
        select(imports.c.import_id, imports.c.state, imports.c.rests_on).where(imports.c.shop_id == shop_id)
    )
    resting = []
    for row in rows:
        if row.import_id == import_id and row.state != "done":
            return Hindrance("state", ())
        if row.state == "done" and import_id in row.rests_on:
            resting.append(row.import_id)
    if resting:
        return Hindrance("imports", tuple(sorted(resting)))
    drafts = tuple(sorted(_drafts_resting_on(connection, shop_id, import_id)))
    return Hindrance("drafts", drafts) if drafts else None


def _drafts_resting_on(connection: Connection, shop_id: str, import_id: str) -> Iterator[str]:
    drafts = table_of(DraftRow)
    before = {key for key, _ in remembered(connection, shop_id, import_id, "draft_before")}
    query = select(drafts.c.draft_id, drafts.c.customer_id, drafts.c.context).where(
        drafts.c.shop_id == shop_id
    )
    later = [row for row in connection.execute(query) if row.draft_id not in before]
    if not later:
        return
    people = _brought(connection, shop_id, import_id, later)
    products = _products_brought(connection, shop_id, import_id)
    for row in later:
        offered = {str(product.get("id")) for product in (row.context or {}).get("products", [])}
        if row.customer_id in people or offered & products:
            yield row.draft_id


def _brought(connection: Connection, shop_id: str, import_id: str, drafts: list[Any]) -> set[str]:
    found: set[str] = set()
    for name in ("order", "record"):
        table = KINDS[name][0]
        for some in some_of([row.customer_id for row in drafts]):
            query = select(table.c.customer_id).where(
                table.c.shop_id == shop_id, table.c.import_id == import_id, table.c.customer_id.in_(some)
            )
            found.update(connection.scalars(query.distinct()))
    return found


def _products_brought(connection: Connection, shop_id: str, import_id: str) -> set[str]:
    products, _, variants = KINDS["product"]
    assert variants is not None  # noqa: S101 - narrows the type
    query = (
        select(products.c.product_id, variants.c.variant_id, variants.c.sku)
        .select_from(
            products.outerjoin(
                variants,
                (variants.c.shop_id == products.c.shop_id) & (variants.c.product_id == products.c.product_id),
            )
        )
        .where(products.c.shop_id == shop_id, products.c.import_id == import_id)
    )
    return {str(name) for row in connection.execute(query) for name in row if name is not None}


class SqlUndoTransaction(SqlPeople):
    """The undoing of one import inside an open transaction (`customers.importing.ports.UndoTransaction`)."""

    def __init__(self, connection: Connection, shop_id: str, import_id: str, *, at: datetime) -> None:
        super().__init__(connection, shop_id, import_id, at=at)
        self._shown_again: set[str] = set()

    def put_rows_back(self) -> int:
        """Remove the import's rows and restore those it replaced. Returns how many orders, records and products left."""
        gone, self._struck_before = 0, self._struck()
        for kind, (table, key, parts) in KINDS.items():
            mine = (table.c.shop_id == self._shop, table.c.import_id == self._import_id)
            if kind != "product":
                self._run(
                    f"insert into okaeri_touched select distinct customer_id from {table.name} where shop_id = ? and import_id = ? "
                    "and customer_id is not null on conflict do nothing",
                    self._shop,
                    self._import_id,
                )
            if parts is not None:
                keys = select(table.c[key]).where(*mine)
                self._connection.execute(
                    parts.delete().where(parts.c.shop_id == self._shop, parts.c[key].in_(keys))
                )
            gone += self._connection.execute(table.delete().where(*mine)).rowcount
            kept = [payload for _, payload in remembered(self._connection, self._shop, self._import_id, kind)]
            put_back(self._connection, kind, kept)
            self._note_returned(kind, kept)
        for name in ("consents", "facts"):
            self._run(f"delete from {name} where shop_id = ? and import_id = ?", self._shop, self._import_id)
        for old, _ in remembered(self._connection, self._shop, self._import_id, "former"):
            self._run(
                "delete from identities where shop_id = ? and kind = 'former_id' and value = ?",
                self._shop,
                old,
            )
        self._point_back(identities=False)
        return gone

    def _note_returned(self, kind: str, kept: list[dict[str, Any]]) -> None:
        if kind == "product":
            return
        self._touch(each["row"]["customer_id"] for each in kept if each["row"]["customer_id"])
        column = "buyer_email_key" if kind == "order" else "email_key"
        self._shown_again.update(each["row"][column] for each in kept if each["row"][column])

    def joined_addresses(self) -> Iterator[str]:
        """Addresses once joined, and those that restored rows show."""
        yield from super().joined_addresses()
        yield from self._shown_again

    def put_pointers_back(self) -> None:
        """After people are resolved: former ids go back to whom they belonged before."""
        self._point_back(identities=True)

    def _point_back(self, *, identities: bool) -> None:
        tables = Base.metadata.tables
        for _, pointer in remembered(self._connection, self._shop, self._import_id, "pointer"):
            if (pointer["table"] == table_of(Identity).name) is not identities:
                continue
            table = tables[pointer["table"]]
            where = [
                table.c.shop_id == self._shop,
                *(table.c[name] == value for name, value in pointer["key"].items()),
            ]
            self._connection.execute(table.update().where(*where).values(customer_id=pointer["old"]))

    def _keep_pointers(self, moved: list[tuple[str, dict[str, Any]]]) -> None:
        """An undo is not itself undone: nothing to remember."""

    def _keep_former_ids(self) -> None:
        """The ids an undone import made are nobody's former ids."""

    def close(self) -> None:
        """Join events to whom they name now, mark the import as undone and drop what it kept."""
        join_events(self._connection, self._shop, self._import_id)
        mark_undone(self._connection, self._shop, self._import_id)
        imports = table_of(Import)
        mine = (imports.c.shop_id == self._shop, imports.c.import_id == self._import_id)
        self._connection.execute(imports.update().where(*mine).values(state="undone", finished_at=self._at))
        kept = (REPLACED.c.shop_id == self._shop, REPLACED.c.import_id == self._import_id)
        self._connection.execute(REPLACED.delete().where(*kept))
        self.tidy()
