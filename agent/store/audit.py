"""The audit log: each entry's hash covers the one before it, so that an altered row shows."""

import hashlib
import json
from datetime import datetime

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from agent.ports import Clock
from agent.store.tables import AuditRow

START = "0" * 64
"""What the first entry's `previous_hash` is."""


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
        newest = self._session.scalars(
            select(AuditRow).where(AuditRow.shop_id == self._shop).order_by(AuditRow.sequence.desc()).limit(1)
        ).one_or_none()
        row = AuditRow(
            shop_id=self._shop,
            sequence=newest.sequence + 1 if newest else 1,
            at=self._clock.now(),
            actor=actor,
            action=action,
            object_kind=object_kind,
            object_id=object_id,
            detail=detail,
            previous_hash=newest.hash if newest else START,
        )
        row.hash = _hash(row)
        self._session.add(row)
        self._session.flush()

    def verify(self) -> int | None:
        """The sequence of the first altered row, or None when the chain holds."""
        previous, expected = START, 1
        query = select(AuditRow).where(AuditRow.shop_id == self._shop).order_by(AuditRow.sequence)
        for row in self._session.scalars(query.execution_options(yield_per=1000, populate_existing=True)):
            if row.sequence != expected or row.previous_hash != previous or row.hash != _hash(row):
                return expected
            previous, expected = row.hash, expected + 1
        return None


def _hash(row: AuditRow) -> str:
    sealed = [
        row.shop_id,
        row.sequence,
        _moment(row.at),
        row.actor,
        row.action,
        row.object_kind,
        row.object_id,
    ]
    text_form = json.dumps([*sealed, row.detail, row.previous_hash], ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text_form.encode()).hexdigest()


def _moment(moment: datetime) -> str:
    return moment.isoformat(timespec="microseconds")
