"""What rows say about each touched person, and what they said themselves."""

import json
from collections.abc import Iterator
from heapq import merge
from itertools import groupby
from operator import itemgetter
from typing import Any

from agent.domain.identity import Statement
from agent.store.bulk import insert_rows
from agent.store.ledger_moved import SqlMoved

_RECORD_COLUMNS = (
    "record_key", "platform", "import_id", "customer_id", "external_id", "email", "email_key", "line_user_id", "family_name",
    "given_name", "family_kana", "given_kana", "name_damaged", "phone", "prefecture", "accepts_email", "accepts_line", "withdrawn",
    "note",
)  # fmt: skip
_ORDER_COLUMNS = (
    "order_id", "platform", "customer_id", "import_id", "buyer_external_id", "buyer_email", "buyer_email_key",
    "buyer_line_user_id", "buyer_family_name", "buyer_given_name", "buyer_name_damaged", "buyer_phone", "accepts_email",
    "accepts_line", "consent_words", "note", "source_file", "source_row",
)  # fmt: skip


class SqlSaid(SqlMoved):
    """Statements of customer rows and orders, person by person."""

    def withdrawn_addresses(self) -> set[str]:
        """Address keys of withdrawn members, those on their orders included; touches everybody who shows one."""
        if (
            self._run(
                "select 1 from customer_records where shop_id = ? and withdrawn limit 1", self._shop
            ).first()
            is None
        ):
            return set()
        members = "select external_id from customer_records where shop_id = ? and withdrawn and external_id is not null"
        found = self._run(
            "select email_key from customer_records where shop_id = ? and withdrawn and email_key is not null "
            f"union select buyer_email_key from orders where shop_id = ? and buyer_external_id in ({members}) "
            "and buyer_email_key is not null",
            *(self._shop,) * 3,
        ).all()
        keys = {row[0] for row in found}
        insert_rows(self._connection, "okaeri_withdrawn", ("email_key",), [(key,) for key in keys])
        for table, column in (("orders", "buyer_email_key"), ("customer_records", "email_key")):
            self._run(
                f"insert into okaeri_touched select distinct customer_id from {table} where shop_id = ? and customer_id is not null "
                f"and {column} in (select email_key from okaeri_withdrawn) on conflict do nothing",
                self._shop,
            )
        return keys

    def statements(self) -> Iterator[tuple[str, list[Statement]]]:
        """Everything said about each touched person, by customer id; an empty list when nothing is left."""
        records = self._said_in_records()
        orders = self._said_in_orders()
        record, order = next(records, None), next(orders, None)
        everybody = self._stream(
            f"select customer_id from okaeri_touched order by customer_id{self._byte_order}", ()
        )
        for (customer_id,) in everybody:
            said: list[Statement] = []
            if record is not None and record[0] == customer_id:
                said += record[1]
                record = next(records, None)
            if order is not None and order[0] == customer_id:
                said += order[1]
                order = next(orders, None)
            yield customer_id, said

    def _said_in_records(self) -> Iterator[tuple[str, list[Statement]]]:
        sql = (
            f"select {', '.join('r.' + name for name in _RECORD_COLUMNS)}, {self._moment('r.registered_at')}, "
            f"{self._day('r.birthday')}, r.source from okaeri_touched t "
            f"cross join customer_records r{self._by('ix_customer_records_customer')} "
            f"where r.shop_id = ? and r.customer_id = t.customer_id order by t.customer_id{self._byte_order}"
        )
        for customer_id, rows in groupby(self._stream(sql, (self._shop,)), itemgetter(3)):
            yield customer_id, [_of_record(row) for row in rows]

    def _said_in_orders(self) -> Iterator[tuple[str, list[Statement]]]:
        """What orders say of touched people: of Shopify's only each person's latest and those with a note (the others repeat
        the address and an older consent), of other platforms all."""
        columns = ", ".join("o." + name for name in _ORDER_COLUMNS) + f", {self._moment('o.ordered_at')}"
        latest = (
            f"select {columns} from okaeri_touched t cross join orders o{self._by('ix_orders_customer')} where o.shop_id = ? "
            "and o.customer_id = t.customer_id and o.ordered_at = "
            "(select max(x.ordered_at) from orders x where x.shop_id = ? and x.customer_id = t.customer_id)"
        )
        special = (
            f"select {columns} from orders o cross join okaeri_touched t "
            "where t.customer_id = o.customer_id and o.shop_id = ? and (o.platform <> 'shopify' or o.note is not null)"
        )
        one = self._stream(f"{latest} order by t.customer_id{self._byte_order}", (self._shop, self._shop))
        other = self._stream(f"{special} order by o.customer_id{self._byte_order}, o.order_id", (self._shop,))
        merged = merge(one, other, key=itemgetter(2))
        for customer_id, rows in groupby(merged, itemgetter(2)):
            once = {row[0]: row for row in rows}
            yield customer_id, [_of_order(row) for row in once.values()]

    def _by(self, index: str) -> str:
        """SQLite knows no statistics of rows just written and may walk the wrong index a thousand times."""
        return f" indexed by {index}" if self._lite else ""

    def _moment(self, column: str) -> str:
        return column if self._lite else f"to_char({column} at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS.US')"

    def _day(self, column: str) -> str:
        return column if self._lite else f"to_char({column}, 'YYYY-MM-DD')"

    def own_words(self) -> dict[str, dict[str, bool]]:
        """Of touched people: what they said themselves, newest per channel. A former id's words follow its person."""
        self._point_anew()
        rows = self._run(
            "select c.customer_id, c.channel, c.state from consents c join okaeri_touched t on t.customer_id = c.customer_id "
            "where c.shop_id = ? and c.source <> 'import' order by c.recorded_at, c.consent_id",
            self._shop,
        )
        words: dict[str, dict[str, bool]] = {}
        for customer_id, channel, state in rows:
            words.setdefault(customer_id, {})[channel] = bool(state)
        for (customer_id,) in self._run(
            "select c.customer_id from customers c join okaeri_touched t on t.customer_id = c.customer_id "
            "where c.shop_id = ? and c.never_contact",
            self._shop,
        ):
            words[customer_id] = {"email": False, "line": False}
        return words


def _of_record(row: tuple[Any, ...]) -> Statement:
    source = json.loads(row[21]) if isinstance(row[21], str) else row[21]
    words = source.get("words", {})
    return Statement(
        key=row[0], origin="record", platform=row[1], customer_id=row[3], import_id=row[2], external_id=row[4], email=row[5],
        email_key=row[6], line_user_id=row[7], family_name=row[8], given_name=row[9], family_kana=row[10], given_kana=row[11],
        name_damaged=bool(row[12]), phone=row[13], prefecture=row[14], birthday=row[20], accepts_email=_flag(row[15]),
        accepts_line=_flag(row[16]), email_said=_pair(words.get("email")), line_said=_pair(words.get("line")),
        withdrawn=bool(row[17]), note=row[18], at=row[19], file=source["file"], row=source["row"],
    )  # fmt: skip


def _of_order(row: tuple[Any, ...]) -> Statement:
    email_said, line_said = None, None
    if row[14]:
        first, _, second = row[14].partition("\n")
        email_said, line_said = _pair(first.split("\t", 1)), _pair(second.split("\t", 1))
    return Statement(
        key=row[0], origin="order", platform=row[1], customer_id=row[2], import_id=row[3], external_id=row[4], email=row[5],
        email_key=row[6], line_user_id=row[7], family_name=row[8], given_name=row[9], family_kana=None, given_kana=None,
        name_damaged=bool(row[10]), phone=row[11], prefecture=None, birthday=None, accepts_email=_flag(row[12]),
        accepts_line=_flag(row[13]), email_said=email_said, line_said=line_said, withdrawn=False, note=row[15], at=row[18],
        file=row[16], row=row[17],
    )  # fmt: skip


def _flag(value: Any) -> bool | None:
    return None if value is None else bool(value)


def _pair(value: Any) -> tuple[str, str] | None:
    return (value[0], value[1]) if value and len(value) == 2 else None
