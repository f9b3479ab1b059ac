"""Read a list of events: what customers did, row by row, and which rows must be refused."""

import unicodedata
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from agent.domain.event import (
    VALUES,
    CustomerNamed,
    Event,
    EventKind,
    EventRefused,
    kind_of,
    make_event,
)
from agent.domain.identity import email_key, line_key
from customers.importing.ports import ImportTransaction
from customers.importing.read_table import Rejected, Table
from customers.importing.report import Warnings
from customers.importing.values import Unreadable, plain, read_moment

DIFFERS = "同じIDで内容の違うイベントがすでにあります。先に入った内容を残しました。"
_COLUMN = {"happened_at": "at", "value": "value", "event_id": "id", "text": "text"}
"""Our column behind a part of an event; the customer is named by whatever column the file has."""


def take_events(
    table: Table, ledger: ImportTransaction, warnings: Warnings, tick: Callable[[], None], *, now: datetime
) -> int:
    """Read a file's events into the ledger. Returns how many rows it has. now: the business clock's; later events are refused."""
    rows = 0
    for frame in table.batches():
        rows += frame.height
        reader = _Reader(table, warnings, now)
        read = list(reader.events(frame.iter_rows(named=True)))
        before = ledger.add_events(
            [event for event, _ in read], [f"{table.name}#{cells['_row']}" for _, cells in read]
        )
        for (_, cells), standing in zip(read, before, strict=True):
            if standing == "differs":
                reader.reject(cells, "id", DIFFERS)
        tick()
    return rows


class _Reader:
    """One file's rows as events; what cannot be read goes to the table's refused rows."""

    def __init__(self, table: Table, warnings: Warnings, now: datetime) -> None:
        self._table, self._warnings, self._now = table, warnings, now

    def events(self, rows: Iterator[dict[str, Any]]) -> Iterator[tuple[Event, dict[str, Any]]]:
        """Each readable row as an event, with its cells."""
        for cells in rows:
            if (event := self._event(cells)) is not None:
                yield event, cells

    def reject(self, cells: dict[str, Any], ours: str, reason: str) -> None:
        """Note a row that is not taken in."""
        label, value = self._table.kind.label(ours), str(cells.get(ours) or "")[:80]
        self._table.rejected.append(Rejected(self._table.name, cells["_row"], label, value, reason))

    # -- inside

    def _event(self, cells: dict[str, Any]) -> Event | None:
        word = _text(cells, "kind")
        kind = kind_of(word or "")
        if kind is None:
            self.reject(
                cells, "kind", "知らない種類です。訪問・閲覧・開封・レビュー・NPS などにしてください。"
            )
            return None
        try:
            return make_event(
                event_id=_text(cells, "id"),
                kind=kind,
                customer=self._customer(cells),
                happened_at=_moment(cells),
                sku=_text(cells, "sku"),
                value=self._value(cells, kind),
                text=_text(cells, "text"),
                message_id=_text(cells, "message"),
                now=self._now,
            )
        except EventRefused as fault:
            self.reject(cells, _COLUMN.get(fault.field) or _named_by(cells), str(fault))
        return None

    def _customer(self, cells: dict[str, Any]) -> CustomerNamed:
        address, line = _text(cells, "email"), _text(cells, "line")
        key = email_key(address) if address else None
        if address and key is None:
            reason = "メールアドレスの形ではありません（アドレスなしとして扱いました）。"
            self._warn(cells, "email", reason)
        return CustomerNamed(_text(cells, "customer"), key, line_key(line) if line else None)

    def _value(self, cells: dict[str, Any], kind: EventKind) -> int | None:
        """The row's score. Where a kind has none, what cannot be read is left out with a warning."""
        written = _text(cells, "value")
        if written is None:
            return None
        try:
            return _whole(written)
        except EventRefused:
            if kind in VALUES:
                raise
        self._warn(cells, "value", "整数ではないため、値なしとして扱いました。")
        return None

    def _warn(self, cells: dict[str, Any], ours: str, reason: str) -> None:
        warning = (reason, cells["_row"], self._table.kind.label(ours), str(cells.get(ours) or "")[:80])
        self._warnings.cells(self._table.name, [warning])


def _named_by(cells: dict[str, Any]) -> str:
    return next((ours for ours in ("email", "line", "customer") if ours in cells), "kind")


def _moment(cells: dict[str, Any]) -> datetime:
    try:
        return read_moment(cells.get("at") or "")[0]
    except Unreadable as fault:
        raise EventRefused(str(fault), field="happened_at") from fault


def _text(cells: dict[str, Any], ours: str) -> str | None:
    written = cells.get(ours)
    return plain(written.replace("\x00", "")) or None if written else None


def _whole(written: str) -> int:
    """A score as people write it: 9, ９点, ★4, 4.0. Raises EventRefused."""
    text = unicodedata.normalize("NFKC", written).strip(" 点星つ★☆").replace(",", "")
    try:
        number = float(text)
        if number == int(number):
            return int(number)
    except (ValueError, OverflowError):
        pass
    raise EventRefused("値は整数で入れてください。", field="value")
