"""One import as a transaction: what its files came to, and its own row at the end."""

from collections.abc import Mapping, Sequence
from typing import Any

from agent.store.changed import mark_imported
from agent.store.ledger_events import SqlEventsTaken, join_events
from agent.store.ledger_known import SqlTotals
from agent.store.ledger_orders import SqlOrders
from agent.store.ledger_records import SqlRecords
from agent.store.ledger_rows import remember, table_of
from agent.store.tables import Import


class SqlImportTransaction(SqlOrders, SqlRecords, SqlEventsTaken):
    """One import inside an open transaction (`customers.importing.ports.ImportTransaction`)."""

    def totals(self) -> SqlTotals:
        """Sums over this run's files: rows it brought and rows it found unchanged."""
        self._write_found()
        found_again = int(self._run("select count(*) from okaeri_seen").scalar_one())
        if found_again:
            self._add_found_again(found_again)
        self._sums.customers = int(self._run("select count(*) from okaeri_named").scalar_one())
        self._sums.products, self._sums.variants = self._products_in_files()
        return self._sums

    def _add_found_again(self, found_again: int) -> None:
        """Orders and people of rows that stood in the store already count as well."""
        seen = self._connection.exec_driver_sql(
            self._sql(
                "select count(*), coalesce(sum(case when o.is_revenue then 1 else 0 end), 0), coalesce(sum(o.net_yen), 0) "
                "from okaeri_seen s join orders o on o.shop_id = ? and o.order_id = s.record_key "
                "where s.kind = 'order' and o.import_id <> ?"
            ),
            (self._shop, self._import_id),
        ).one()
        lines = self._connection.exec_driver_sql(
            self._sql(
                "select count(*) from okaeri_seen s join orders o on o.shop_id = ? and o.order_id = s.record_key "
                "join order_lines l on l.shop_id = o.shop_id and l.order_id = o.order_id where s.kind = 'order' and o.import_id <> ?"
            ),
            (self._shop, self._import_id),
        ).scalar_one()
        sums = self._sums
        sums.orders += int(seen[0])
        sums.revenue_orders += int(seen[1])
        sums.net_revenue_yen += int(seen[2])
        sums.order_lines += int(lines)
        sums.events += self._events_found_again()
        sums.unchanged = found_again - sums.outdated
        for kind, table, key in (
            ("order", "orders", "order_id"),
            ("record", "customer_records", "record_key"),
        ):
            self._run(
                f"insert into okaeri_named select distinct r.customer_id from okaeri_seen s join {table} r on r.shop_id = ? "
                f"and r.{key} = s.record_key where s.kind = ? and r.customer_id is not null on conflict do nothing",
                self._shop,
                kind,
            )

    def _products_in_files(self) -> tuple[int, int]:
        named = (
            "select product_id from products where shop_id = ? and import_id = ? "
            "union select record_key from okaeri_seen where kind = 'product'"
        )
        own = (self._shop, self._import_id)
        products = self._connection.exec_driver_sql(
            self._sql(f"select count(*) from ({named}) as named"), own
        ).scalar_one()
        variants = self._connection.exec_driver_sql(
            self._sql(f"select count(*) from variants where shop_id = ? and product_id in ({named})"),
            (self._shop, *own),
        ).scalar_one()
        return int(products), int(variants)

    def finish(self, *, files: Sequence[str], report: Mapping[str, Any]) -> None:
        """Write the import's own row, which earlier imports it rests on, and which drafts were there before it; join events."""
        join_events(self._connection, self._shop, self._import_id)
        mark_imported(self._connection, self._shop, self._import_id)
        self._note_earlier_drafts()
        self._connection.execute(
            table_of(Import)
            .insert()
            .values(
                shop_id=self._shop,
                import_id=self._import_id,
                sequence=self._sequence,
                platform=self._platform,
                files=list(files),
                report=dict(report),
                state="done",
                rests_on=sorted(self._rests_on),
                started_at=self._at,
                finished_at=self._at,
            )
        )

    def _note_earlier_drafts(self) -> None:
        """Drafts about these people or products that were written before: they do not rest on this import."""
        brings_products = self._sums.products > 0
        condition = "" if brings_products else " and customer_id in (select customer_id from okaeri_touched)"
        rows = self._run(f"select draft_id from drafts where shop_id = ?{condition}", self._shop).all()
        remember(
            self._connection, self._shop, self._import_id, "draft_before", [(row[0], {}) for row in rows]
        )
