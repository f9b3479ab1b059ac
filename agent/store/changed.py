"""Whose rows changed since their accumulators were computed? Marked inside the transaction that changed them."""

from collections.abc import Iterable, Sequence
from uuid import uuid4

from sqlalchemy import Connection, bindparam, text

from agent.store.bulk import insert_rows

_NEWEST = "on conflict (shop_id, customer_id) do update set mark = excluded.mark"


def mark_customers(connection: Connection, shop_id: str, customer_ids: Iterable[str]) -> None:
    """Mark these customers as changed."""
    rows = [(customer_id,) for customer_id in sorted(set(customer_ids))]
    if rows:
        constants: dict[str, str | int | bool] = {"shop_id": shop_id, "mark": uuid4().hex}
        insert_rows(
            connection, "changed_customers", ("customer_id",), rows, constants=constants, conflict=_NEWEST
        )


def mark_imported(connection: Connection, shop_id: str, import_id: str) -> None:
    """Mark whose orders or events an import brought, changed or moved; rows it found unchanged change nobody.

    Inside the import's transaction, which knows who became whom (`okaeri_moved`).
    """
    lite = connection.dialect.name == "sqlite"
    owner = "json_extract(payload, '$.row.customer_id')" if lite else "payload -> 'row' ->> 'customer_id'"
    _mark(
        connection,
        "select customer_id from orders where shop_id = :shop and import_id = :import "
        "union select customer_id from events where shop_id = :shop and import_id = :import "
        f"union select {owner} from replaced_records where shop_id = :shop and import_id = :import and kind = 'order' "
        "union select old from okaeri_moved union select new from okaeri_moved",
        shop_id,
        import_id,
    )


def mark_undone(connection: Connection, shop_id: str, import_id: str) -> None:
    """Mark whom an undo touched, inside its transaction, and whose events were joined anew."""
    _mark(
        connection,
        "select customer_id from okaeri_touched union select old from okaeri_moved union select new from okaeri_moved",
        shop_id,
        import_id,
    )


def _mark(connection: Connection, who: str, shop_id: str, import_id: str) -> None:
    values = {"shop": shop_id, "import": import_id, "mark": uuid4().hex}
    connection.execute(
        text(
            "insert into changed_customers (shop_id, customer_id, mark) select :shop, customer_id, :mark "
            f"from ({who}) as changed where customer_id is not null {_NEWEST}"
        ),
        {name: value for name, value in values.items() if name != "import" or ":import" in who},
    )


def mark_people_of(connection: Connection, shop_id: str, event_ids: Sequence[str]) -> None:
    """Mark whom these events are about; a few hundred at most. In one order, so that two callers never wait for each other."""
    connection.execute(
        text(
            "insert into changed_customers (shop_id, customer_id, mark) select distinct :shop, customer_id, :mark from events "
            f"where shop_id = :shop and event_id in :ids and customer_id is not null order by customer_id {_NEWEST}"
        ).bindparams(bindparam("ids", expanding=True)),
        {"shop": shop_id, "ids": list(event_ids), "mark": uuid4().hex},
    )
