"""Messages to staff, in the database: claimed under a lease and a fence, as the outbox is."""

from collections.abc import Sequence
from typing import Any, cast

from sqlalchemy import CursorResult, and_, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from agent.ports import Clock
from agent.ports.notices import Kind, Medium, Notice
from agent.store.tables import NoticeRow

WAITING, SENDING = "waiting", "sending"


class SqlNotices:
    """`agent.ports.notices.NoticeStore` on SQLAlchemy."""

    def __init__(self, session: Session, shop_id: str, clock: Clock) -> None:
        self._session, self._shop, self._clock = session, shop_id, clock

    def add(self, notices: Sequence[Notice]) -> int:
        """Store those that are not there yet; how many were new."""
        insert = postgresql.insert if self._session.get_bind().dialect.name == "postgresql" else sqlite.insert
        new = 0
        for notice in notices:
            row = {
                "shop_id": self._shop,
                "notice_id": notice.notice_id,
                "kind": notice.kind,
                "draft_id": notice.draft_id,
                "medium": notice.medium,
                "target": notice.target,
                "state": WAITING,
                "attempts": 0,
                "fence": 0,
                "created_at": notice.created_at,
            }
            stored = insert(NoticeRow).values(**row).on_conflict_do_nothing().returning(NoticeRow.notice_id)
            new += len(self._session.execute(stored).all())
        return new

    def claim(self, *, real_now: float, lease_seconds: float, limit: int) -> list[Notice]:
        """Take notices that are due, or whose lease ran out, raising their fence."""
        row = NoticeRow
        due = and_(row.state == WAITING, or_(row.retry_at.is_(None), row.retry_at <= real_now))
        abandoned = and_(row.state == SENDING, row.lease_until < real_now)
        query = (
            select(row)
            .where(row.shop_id == self._shop, or_(due, abandoned))
            .order_by(row.created_at, row.notice_id)
            .limit(limit)
            .with_for_update(skip_locked=True)
            .execution_options(populate_existing=True)
        )
        claimed = self._session.scalars(query).all()
        for one in claimed:
            one.state, one.lease_until = SENDING, real_now + lease_seconds
            one.fence += 1
            one.attempts += 1
        self._session.flush()
        return [
            Notice(
                one.notice_id,
                cast("Kind", one.kind),
                one.draft_id,
                cast("Medium", one.medium),
                one.target,
                one.created_at,
                one.attempts,
                one.fence,
            )
            for one in claimed
        ]

    def finish(self, notice: Notice, *, state: str, detail: str) -> bool:
        """Close one: sent, dropped or failed. False when somebody else has it now."""
        return self._change(notice, state=state, detail=detail, done_at=self._clock.now(), lease_until=None)

    def put_back(self, notice: Notice, *, retry_at: float, detail: str) -> bool:
        """Try again later. False when somebody else has it now."""
        return self._change(notice, state=WAITING, detail=detail, retry_at=retry_at, lease_until=None)

    def states(self, draft_id: str) -> list[tuple[str, str, str, str]]:
        """(kind, medium, target, state) of a draft's notices."""
        row = NoticeRow
        query = (
            select(row.kind, row.medium, row.target, row.state)
            .where(row.shop_id == self._shop, row.draft_id == draft_id)
            .order_by(row.kind, row.medium, row.target)
        )
        return [(kind, medium, target, state) for kind, medium, target, state in self._session.execute(query)]

    def _change(self, notice: Notice, **values: object) -> bool:
        row = NoticeRow
        changed = self._session.execute(
            update(row)
            .where(
                row.shop_id == self._shop,
                row.notice_id == notice.notice_id,
                row.fence == notice.fence,
                row.state == SENDING,
            )
            .values(**values)
            .execution_options(synchronize_session=False)
        )
        return cast("CursorResult[Any]", changed).rowcount == 1
