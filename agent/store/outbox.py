"""The outbox: messages that will leave, claimed under a lease and a fence so that none is lost and none is sent twice.

Row states: scheduled → dispatching → delivered | bounced | unknown | held | suppressed | expired | cancelled.
"""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any, cast
from uuid import uuid4

from sqlalchemy import ColumnElement, CursorResult, and_, case, func, or_, select, update
from sqlalchemy.orm import Session

from agent.domain.delivery import OutgoingMessage, SendResult
from agent.domain.draft import DraftState
from agent.domain.errors import StaleVersion
from agent.domain.occasion import Channel
from agent.ports import Clock, OutboxEntry
from agent.store.tables import DeliveryRow, OutboxRow

SCHEDULED = DraftState.SCHEDULED.value
DISPATCHING = DraftState.DISPATCHING.value
CANCELLED = "cancelled"
REPLACEABLE = frozenset({CANCELLED, DraftState.HELD.value})
"""Closed without leaving, and the draft may be approved again."""


class SqlOutbox:
    """`agent.ports.OutboxStore` on SQLAlchemy.

    Lock order: an outbox row before its draft (claim, outcome); whoever holds the draft first (cancel) skips a locked row
    instead of waiting for it, so the two never wait for each other.
    """

    def __init__(self, session: Session, shop_id: str, clock: Clock) -> None:
        self._session, self._shop, self._clock = session, shop_id, clock

    def add(
        self,
        *,
        draft_id: str,
        version: int,
        message: OutgoingMessage,
        due_at: datetime,
        expires_at: datetime | None,
    ) -> None:
        """Write the row in the approval's transaction. Raises StaleVersion when the draft already has a living one."""
        earlier = self._session.scalars(self._rows(OutboxRow.draft_id == draft_id)).one_or_none()
        if earlier is not None:
            if earlier.state not in REPLACEABLE:
                raise StaleVersion(
                    f"draft {draft_id} already has an outbox row",
                    ja="この下書きは、すでに送信の手続きに入っています。",
                )
            self._session.delete(
                earlier
            )  # it never left; its attempts stay in deliveries, its reasons in the steps
            self._session.flush()
        self._session.add(
            OutboxRow(
                shop_id=self._shop,
                outbox_id=message.outbox_id,
                draft_id=draft_id,
                version=version,
                channel=message.channel.value,
                recipient=message.recipient,
                payload=message.document(),
                payload_digest=message.seal(),
                message_id=message.message_id,
                retry_key=message.retry_key,
                state=SCHEDULED,
                due_at=due_at,
                expires_at=expires_at,
                attempts=0,
                fence=0,
                created_at=self._clock.now(),
            )
        )
        self._session.flush()

    def claim(
        self,
        *,
        owner: str,
        lease_seconds: float,
        limit: int,
        real_now: float,
        channels: Collection[Channel] | None = None,
    ) -> list[OutboxEntry]:
        """Take rows that are due, or whose lease ran out, raising their fence. Nobody else gets them meanwhile."""
        due = and_(
            OutboxRow.state == SCHEDULED,
            OutboxRow.due_at <= self._clock.now(),
            or_(OutboxRow.retry_at.is_(None), OutboxRow.retry_at <= real_now),
        )
        abandoned = and_(OutboxRow.state == DISPATCHING, OutboxRow.lease_until < real_now)
        query = self._rows(or_(due, abandoned)).order_by(OutboxRow.due_at, OutboxRow.outbox_id).limit(limit)
        if channels is not None:
            query = query.where(OutboxRow.channel.in_([channel.value for channel in channels]))
        # SQLite ignores the clause: its writers already hold the whole database (BEGIN IMMEDIATE).
        rows = self._session.scalars(
            query.with_for_update(skip_locked=True).execution_options(populate_existing=True)
        ).all()
        for row in rows:
            row.state, row.owner, row.lease_until = DISPATCHING, owner, real_now + lease_seconds
            row.fence += 1
            row.attempts += 1
            row.first_tried_at = row.first_tried_at or real_now
        self._session.flush()
        return [_entry(row) for row in rows]

    def renew(self, fences: Mapping[str, int], *, lease_until: float) -> None:
        """Keep claimed rows (outbox id to fence) while their sends are still under way."""
        for outbox_id, fence in sorted(fences.items()):
            self._change(outbox_id, fence, {"lease_until": lease_until})

    def finish(self, outbox_id: str, *, fence: int, state: DraftState, result: SendResult) -> bool:
        """Record an attempt's final outcome. False, and nothing changes, when the fence is old."""
        values = {"state": state.value, "detail": result.detail, "done_at": self._clock.now()}
        if not self._change(outbox_id, fence, {**values, "owner": None, "lease_until": None}):
            return False
        self._attempted(outbox_id, fence, result)
        return True

    def withdraw(self, outbox_id: str, *, fence: int, state: DraftState, reason: str) -> bool:
        """Close a claimed row that must not be sent. False when the fence is old."""
        values = {"state": state.value, "detail": reason, "done_at": self._clock.now()}
        return self._change(outbox_id, fence, {**values, "owner": None, "lease_until": None})

    def put_back(
        self,
        outbox_id: str,
        *,
        fence: int,
        retry_at: float | None,
        due_at: datetime | None,
        result: SendResult | None,
    ) -> bool:
        """Return a row to be tried again: at a real moment (passing fault) or a business moment (quiet hours)."""
        values: dict[str, Any] = {
            "state": SCHEDULED,
            "owner": None,
            "lease_until": None,
            "retry_at": retry_at,
        }
        if due_at is not None:
            values["due_at"] = due_at
        if result is None:
            values["attempts"] = OutboxRow.attempts - 1  # nothing was tried
            values["first_tried_at"] = case((OutboxRow.attempts > 1, OutboxRow.first_tried_at), else_=None)
        else:
            values["detail"] = result.detail
        if not self._change(outbox_id, fence, values):
            return False
        if result is not None:
            self._attempted(outbox_id, fence, result)
        return True

    def cancel(self, draft_id: str, *, reason: str) -> bool:
        """Withdraw a scheduled row that nobody holds (console undo, refusal). False when it is too late."""
        query = self._rows(OutboxRow.draft_id == draft_id, OutboxRow.state == SCHEDULED)
        row = self._session.scalars(
            query.with_for_update(skip_locked=True).execution_options(populate_existing=True)
        ).one_or_none()
        if row is None:
            return False
        row.state, row.detail, row.done_at = CANCELLED, reason, self._clock.now()
        self._session.flush()
        return True

    def retry_now(self, draft_id: str) -> bool:
        """Let a row that waits after a fault be claimed at once. False when it does not wait."""
        query = self._rows(
            OutboxRow.draft_id == draft_id, OutboxRow.state == SCHEDULED, OutboxRow.retry_at.is_not(None)
        )
        row = self._session.scalars(
            query.with_for_update(skip_locked=True).execution_options(populate_existing=True)
        ).one_or_none()
        if row is None:
            return False
        row.retry_at = None
        self._session.flush()
        return True

    def next_retry(self) -> float | None:
        """The real moment at which the next faulted row may be tried again, or None."""
        query = select(func.min(OutboxRow.retry_at)).where(
            OutboxRow.shop_id == self._shop, OutboxRow.state == SCHEDULED
        )
        return self._session.scalar(query)

    def waiting(self) -> int:
        """How many rows are still to leave, due or not."""
        query = select(func.count()).where(
            OutboxRow.shop_id == self._shop, OutboxRow.state.in_((SCHEDULED, DISPATCHING))
        )
        return self._session.scalar(query) or 0

    def under_way(self) -> int:
        """How many rows somebody has claimed, living or dead, and not yet finished."""
        query = select(func.count()).where(OutboxRow.shop_id == self._shop, OutboxRow.state == DISPATCHING)
        return self._session.scalar(query) or 0

    # -- inside

    def _rows(self, *conditions: ColumnElement[bool]) -> Any:
        return select(OutboxRow).where(OutboxRow.shop_id == self._shop, *conditions)

    def _change(self, outbox_id: str, fence: int, values: Mapping[str, Any]) -> bool:
        """Update a row only for the holder of its newest fence."""
        changed = cast(
            "CursorResult[Any]",
            self._session.execute(
                update(OutboxRow)
                .where(
                    OutboxRow.shop_id == self._shop,
                    OutboxRow.outbox_id == outbox_id,
                    OutboxRow.fence == fence,
                    OutboxRow.state == DISPATCHING,
                )
                .values(**values)
                .execution_options(synchronize_session=False)
            ),
        )
        return changed.rowcount == 1

    def _attempted(self, outbox_id: str, fence: int, result: SendResult) -> None:
        draft_id = self._session.scalars(
            select(OutboxRow.draft_id).where(
                OutboxRow.shop_id == self._shop, OutboxRow.outbox_id == outbox_id
            )
        ).one()
        self._session.add(
            DeliveryRow(
                shop_id=self._shop,
                delivery_id=f"dl_{uuid4().hex[:16]}",
                outbox_id=outbox_id,
                draft_id=draft_id,
                fence=fence,
                outcome=result.outcome.value,
                detail=result.detail,
                provider_id=result.provider_id,
                place=result.place,
                at=self._clock.now(),
            )
        )
        self._session.flush()


def _entry(row: OutboxRow) -> OutboxEntry:
    return OutboxEntry(
        message=OutgoingMessage.from_document(row.payload),
        draft_id=row.draft_id,
        version=row.version,
        fence=row.fence,
        attempts=row.attempts,
        due_at=row.due_at,
        expires_at=row.expires_at,
        payload_digest=row.payload_digest,
        first_tried_at=row.first_tried_at or 0.0,
    )
