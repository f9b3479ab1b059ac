"""How a stored row becomes a document that `import undo` can put back, and the row again."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Table, select

from agent.store.tables import Base, CustomerRecord, Event, Order, OrderLine, Product, ReplacedRecord, Variant

Row = dict[str, Any]


def table_of(entity: type[Base]) -> Table:
    """The Core table behind an entity."""
    table = entity.__table__
    assert isinstance(table, Table)  # noqa: S101 - narrows the type
    return table


ORDERS, LINES = table_of(Order), table_of(OrderLine)
RECORDS = table_of(CustomerRecord)
PRODUCTS, VARIANTS = table_of(Product), table_of(Variant)
EVENTS = table_of(Event)
REPLACED = table_of(ReplacedRecord)

KINDS: Mapping[str, tuple[Table, str, Table | None]] = {
    "order": (ORDERS, "order_id", LINES),
    "record": (RECORDS, "record_key", None),
    "product": (PRODUCTS, "product_id", VARIANTS),
    "event": (EVENTS, "event_id", None),
}
"""Kind of a replaced record → its table, its key and the table of its parts."""

AT_A_TIME = 500
"""Keys in one `in (…)`."""


def some_of(values: Sequence[Any], size: int = AT_A_TIME) -> Iterator[Sequence[Any]]:
    """A long list in parts."""
    for start in range(0, len(values), size):
        yield values[start : start + size]


def documents(
    connection: Connection, shop_id: str, kind: str, keys: Sequence[str]
) -> Iterator[tuple[str, Row]]:
    """The rows behind these keys with their parts, as plain documents."""
    table, key, parts = KINDS[kind]
    for some in some_of(keys):
        of_key: dict[str, list[Row]] = {}
        if parts is not None:
            query = select(parts).where(parts.c.shop_id == shop_id, parts.c[key].in_(some))
            for part in connection.execute(query).mappings():
                of_key.setdefault(part[key], []).append(_packed(part))
        query = select(table).where(table.c.shop_id == shop_id, table.c[key].in_(some))
        for row in connection.execute(query).mappings():
            yield row[key], {"row": _packed(row), "parts": of_key.get(row[key], [])}


def put_back(connection: Connection, kind: str, stored: Iterable[Row]) -> None:
    """Insert rows and their parts again, exactly as they were."""
    table, _, parts = KINDS[kind]
    rows = list(stored)
    if rows:
        connection.execute(table.insert(), [_unpacked(each["row"]) for each in rows])
    pieces = [_unpacked(part) for each in rows for part in each["parts"]]
    if pieces and parts is not None:
        connection.execute(parts.insert(), pieces)


def remove(connection: Connection, shop_id: str, kind: str, keys: Sequence[str]) -> None:
    """Delete rows with their parts."""
    table, key, parts = KINDS[kind]
    for some in some_of(keys):
        for each in (parts, table):
            if each is not None:
                connection.execute(each.delete().where(each.c.shop_id == shop_id, each.c[key].in_(some)))


def remember(
    connection: Connection, shop_id: str, import_id: str, kind: str, kept: Iterable[tuple[str, Row]]
) -> None:
    """Keep what rows were before this import; the first memory of a key stays."""
    rows = [
        {"shop_id": shop_id, "import_id": import_id, "kind": kind, "record_key": key, "payload": payload}
        for key, payload in kept
    ]
    if not rows:
        return
    known = set(
        connection.scalars(
            select(REPLACED.c.record_key).where(
                REPLACED.c.shop_id == shop_id, REPLACED.c.import_id == import_id, REPLACED.c.kind == kind
            )
        )
    )
    fresh = [row for row in rows if row["record_key"] not in known]
    if fresh:
        connection.execute(REPLACED.insert(), fresh)


def remembered(connection: Connection, shop_id: str, import_id: str, kind: str) -> Iterator[tuple[str, Row]]:
    """What an import keeps of one kind."""
    query = (
        select(REPLACED.c.record_key, REPLACED.c.payload)
        .where(REPLACED.c.shop_id == shop_id, REPLACED.c.import_id == import_id, REPLACED.c.kind == kind)
        .order_by(REPLACED.c.record_key)
    )
    yield from ((row.record_key, row.payload) for row in connection.execute(query).all())


def forget(connection: Connection, shop_id: str, import_id: str, kind: str, keys: Sequence[str]) -> None:
    """Drop what an import keeps of these keys."""
    mine = (REPLACED.c.shop_id == shop_id, REPLACED.c.import_id == import_id, REPLACED.c.kind == kind)
    for some in some_of(keys):
        connection.execute(REPLACED.delete().where(*mine, REPLACED.c.record_key.in_(some)))


def _packed(row: Mapping[Any, Any]) -> Row:
    return {str(name): _pack(value) for name, value in row.items()}


def _pack(value: Any) -> Any:
    if isinstance(value, datetime):
        return {"$moment": value.isoformat()}
    return {"$day": value.isoformat()} if isinstance(value, date) else value


def _unpacked(row: Row) -> Row:
    return {name: _unpack(value) for name, value in row.items()}


def _unpack(value: Any) -> Any:
    if isinstance(value, dict) and len(value) == 1:
        if "$moment" in value:
            return datetime.fromisoformat(value["$moment"])
        if "$day" in value:
            return date.fromisoformat(value["$day"])
    return value
