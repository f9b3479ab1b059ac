"""The audit log: each entry's hash covers the one before it, so that an altered row shows."""

import hashlib
import json
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, Select, select, text
from sqlalchemy.orm import Session

from agent.clock import TOKYO
from agent.domain.audit import AuditEntry, AuditFilter
from agent.ports import Clock
from agent.store.tables import AuditRow

START = "0" * 64
"""What the first entry's `previous_hash` is."""
_AT_A_TIME = 1000
_COLUMNS = (
    AuditRow.sequence,
    AuditRow.at,
    AuditRow.actor,
    AuditRow.action,
    AuditRow.object_kind,
    AuditRow.object_id,
    AuditRow.detail,
    AuditRow.previous_hash,
    AuditRow.hash,
)


class SqlAuditLog:
    """`agent.ports.AuditLog` on SQLAlchemy."""

    def __init__(self, session: Session, shop_id: str, clock: Clock) -> None:
        self._session, self._shop, self._clock = session, shop_id, clock

    def record(
        self, *, actor: str, action: str, object_kind: str, object_id: str, detail: dict[str, object]
    ) -> None:
        """Append one entry in the current transaction."""
        if self._session.get_bind().dialect.name == "postgresql":
            # One writer of the chain at a time; released with the transaction.
            self._session.execute(
                text("select pg_advisory_xact_lock(hashtext('okaeri.audit.' || :shop))"), {"shop": self._shop}
            )
        newest = self._session.execute(
            select(AuditRow.sequence, AuditRow.hash)
            .where(AuditRow.shop_id == self._shop)
            .order_by(AuditRow.sequence.desc())
            .limit(1)
        ).one_or_none()
        entry = AuditEntry(
            sequence=newest.sequence + 1 if newest else 1,
            at=self._clock.now(),
            actor=actor,
            action=action,
            object_kind=object_kind,
            object_id=object_id,
            detail=detail,
            previous_hash=newest.hash if newest else START,
            hash="",
        )
        row = AuditRow(
            shop_id=self._shop,
            sequence=entry.sequence,
            at=entry.at,
            actor=actor,
            action=action,
            object_kind=object_kind,
            object_id=object_id,
            detail=detail,
            previous_hash=entry.previous_hash,
            hash=_hash(self._shop, entry),
        )
        self._session.add(row)
        self._session.flush()

    def page(
        self, wanted: AuditFilter, *, before: int | None = None, after: int | None = None, limit: int
    ) -> list[AuditEntry]:
        """Entries, newest first: those under the sequence `before`, or the ones just above `after`."""
        query = self._wanted(wanted)
        if after is not None:
            query = query.where(AuditRow.sequence > after).order_by(AuditRow.sequence).limit(limit)
            return [_entry(row) for row in self._session.execute(query)][::-1]
        if before is not None:
            query = query.where(AuditRow.sequence < before)
        query = query.order_by(AuditRow.sequence.desc()).limit(limit)
        return [_entry(row) for row in self._session.execute(query)]

    def following(self, sequence: int, *, limit: int, wanted: AuditFilter | None = None) -> list[AuditEntry]:
        """Entries above a sequence, oldest first: for reading everything in parts."""
        query = self._wanted(wanted or AuditFilter()).where(AuditRow.sequence > sequence)
        return [_entry(row) for row in self._session.execute(query.order_by(AuditRow.sequence).limit(limit))]

    def sealed_right(self, entry: AuditEntry) -> bool:
        """True when the entry's hash is that of its content."""
        return entry.hash == _hash(self._shop, entry)

    def verify(self) -> int | None:
        """The sequence of the first altered row, or None when the chain holds."""
        previous, last = START, 0
        while entries := self.following(last, limit=_AT_A_TIME):
            for entry in entries:
                chained = entry.sequence == last + 1 and entry.previous_hash == previous
                if not chained or not self.sealed_right(entry):
                    return last + 1
                previous, last = entry.hash, entry.sequence
        return None

    # -- inside

    def _wanted(self, wanted: AuditFilter) -> Select[Any]:
        query = select(*_COLUMNS).where(AuditRow.shop_id == self._shop)
        if wanted.actor is not None:
            query = query.where(AuditRow.actor == wanted.actor)
        if wanted.action is not None:
            query = query.where(AuditRow.action == wanted.action)
        if wanted.object_id is not None:
            query = query.where(AuditRow.object_id == wanted.object_id)
        if wanted.day is not None:
            begins = datetime.combine(wanted.day, datetime.min.time(), TOKYO)
            query = query.where(AuditRow.at >= begins, AuditRow.at < begins + timedelta(days=1))
        return query


def _entry(row: Row[Any]) -> AuditEntry:
    return AuditEntry(
        sequence=row.sequence,
        at=row.at,
        actor=row.actor,
        action=row.action,
        object_kind=row.object_kind,
        object_id=row.object_id,
        detail=row.detail,
        previous_hash=row.previous_hash,
        hash=row.hash,
    )


def _hash(shop_id: str, entry: AuditEntry) -> str:
    sealed = [
        shop_id,
        entry.sequence,
        _moment(entry.at),
        entry.actor,
        entry.action,
        entry.object_kind,
        entry.object_id,
    ]
    text_form = json.dumps([*sealed, entry.detail, entry.previous_hash], ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text_form.encode()).hexdigest()


def _moment(moment: datetime) -> str:
    return moment.isoformat(timespec="microseconds")
