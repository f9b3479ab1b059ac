"""What was computed of each customer, and whose must be computed again?"""

from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from datetime import date
from typing import Any, Final
from uuid import uuid4

import pyarrow as pa
from sqlalchemy import Engine, delete, func, select, text, tuple_

from agent.ports.purchases import Changed
from agent.store.arrow import everything, few_at_a_time, some
from agent.store.bulk import insert_rows
from agent.store.changed import mark_customers
from agent.store.engine import READ_ONLY
from agent.store.tables import ChangedCustomer, CustomerFeatures, Event, Order

PACKED: Final = pa.schema([("customer_id", pa.string()), ("packed", pa.binary())])

_CURRENT: Final = (
    "select f.customer_id as customer_id, f.packed as packed from customer_features f where f.shop_id = :shop "
    "and f.definition = :definition and f.seen_before <= :before {whom} and not exists (select 1 from changed_customers c "
    "where c.shop_id = f.shop_id and c.customer_id = f.customer_id)"
)

_MARK_OTHERS: Final = (
    "insert into changed_customers (shop_id, customer_id, mark) select c.shop_id, c.customer_id, :mark from customers c "
    "where c.shop_id = :shop and not exists (select 1 from customer_features f where f.shop_id = c.shop_id "
    "and f.customer_id = c.customer_id and f.definition = :definition and f.seen_before <= :before) "
    "on conflict (shop_id, customer_id) do nothing"
)


class SqlKeptFeatures:
    """`agent.ports.KeptFeatures` on SQLite and PostgreSQL; every call is its own transaction."""

    def __init__(self, engine: Engine, *, shop_id: str) -> None:
        self._engine, self.shop_id = engine, shop_id
        self._reading = engine.execution_options(**{READ_ONLY: True})

    def changed(self, *, at_most: int, after: str = "") -> list[Changed]:
        """Marked customers by id, those after an id alone."""
        query = (
            select(ChangedCustomer.customer_id, ChangedCustomer.mark)
            .where(ChangedCustomer.shop_id == self.shop_id, ChangedCustomer.customer_id > after)
            .order_by(ChangedCustomer.customer_id)
            .limit(at_most)
        )
        with self._reading.connect() as connection:
            return [Changed(*row) for row in connection.execute(query)]

    def mark(self, customer_ids: Iterable[str]) -> None:
        """Mark customers as changed."""
        with self._engine.begin() as connection:
            mark_customers(connection, self.shop_id, customer_ids)

    def mark_others(self, definition: str, *, before: date) -> int:
        """Mark all whose accumulators are missing, of another definition or of a later cut. Returns how many marks there are in all."""
        values = {
            "shop": self.shop_id,
            "definition": definition,
            "before": before.isoformat(),
            "mark": uuid4().hex,
        }
        mine = ChangedCustomer.shop_id == self.shop_id
        with self._engine.begin() as connection:
            connection.execute(text(_MARK_OTHERS), values)
            return connection.scalar(select(func.count()).select_from(ChangedCustomer).where(mine)) or 0

    def having_rows_from(self, day: date, customer_ids: Sequence[str]) -> set[str]:
        """Which of these have orders or events on a day or later."""
        found: set[str] = set()
        with self._reading.connect() as connection:
            for ids in few_at_a_time(customer_ids):
                for table, on in ((Order, Order.ordered_on), (Event, Event.happened_on)):
                    query = select(table.customer_id).where(
                        table.shop_id == self.shop_id, table.customer_id.in_(ids), on >= day
                    )
                    found.update(filter(None, connection.scalars(query.distinct())))
        return found

    def keep(
        self,
        packed: Sequence[tuple[str, bytes]],
        *,
        definition: str,
        before: date,
        settled: Sequence[Changed],
        gone: Sequence[str],
    ) -> None:
        """Store accumulators, drop those of customers without rows, and clear the marks that were seen: all or nothing."""
        constants: dict[str, str | int | bool] = {
            "shop_id": self.shop_id,
            "definition": definition,
            "seen_before": before.isoformat(),
        }
        replaced = "do update set definition = excluded.definition, seen_before = excluded.seen_before, packed = excluded.packed"
        with self._engine.begin() as connection:
            if packed:
                insert_rows(
                    connection,
                    "customer_features",
                    ("customer_id", "packed"),
                    packed,
                    constants=constants,
                    conflict=f"on conflict (shop_id, customer_id) {replaced}",
                )
            for ids in few_at_a_time(gone):
                connection.execute(
                    delete(CustomerFeatures).where(
                        CustomerFeatures.shop_id == self.shop_id, CustomerFeatures.customer_id.in_(ids)
                    )
                )
            self._settle(connection, settled)

    def _settle(self, connection: Any, settled: Sequence[Changed]) -> None:
        """A mark made after the rows were read differs, and stays."""
        marks = ChangedCustomer.customer_id, ChangedCustomer.mark
        for start in range(0, len(settled), 500):
            seen = [(each.customer_id, each.mark) for each in settled[start : start + 500]]
            connection.execute(
                delete(ChangedCustomer).where(
                    ChangedCustomer.shop_id == self.shop_id, tuple_(*marks).in_(seen)
                )
            )

    def read(
        self, definition: str, *, before: date, customer_ids: Sequence[str] | None = None
    ) -> AbstractContextManager[pa.RecordBatchReader]:
        """Stored accumulators that hold at a cut: customer_id, packed. Marked customers are left out."""
        values = {"shop": self.shop_id, "definition": definition, "before": before.isoformat()}
        if customer_ids is None:
            return everything(self._reading, _CURRENT.format(whom=""), values, PACKED)
        return some(
            self._reading,
            _CURRENT.format(whom="and f.customer_id in :ids"),
            values,
            PACKED,
            ids=list(dict.fromkeys(customer_ids)),
        )
