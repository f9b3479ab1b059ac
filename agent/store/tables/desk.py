"""People at the desk: who looks after a draft, who is looking at it, what is approved together, whom to tell."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from agent.store.tables.base import Base, ShopRow


class AssignmentRow(ShopRow, Base):
    """Who looks after a draft. One row a draft: the newest; earlier ones stand in the audit log."""

    __tablename__ = "assignments"
    __table_args__ = (Index("ix_assignments_assignee", "shop_id", "assignee"),)
    draft_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    assignee: Mapped[str] = mapped_column(String(80))
    assigned_by: Mapped[str] = mapped_column(String(80))
    at: Mapped[datetime]


class DraftLookRow(ShopRow, Base):
    """Somebody has a draft open. seen: real seconds since the epoch; an old row counts for nothing and is swept away."""

    __tablename__ = "draft_looks"
    __table_args__ = (Index("ix_draft_looks_seen", "shop_id", "seen"),)
    draft_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    user_name: Mapped[str] = mapped_column(String(80), primary_key=True)
    seen: Mapped[float]


class BulkSelectionRow(ShopRow, Base):
    """Drafts one person wants to approve together. items: [draft id, text digest] pairs; results: one document a draft."""

    __tablename__ = "bulk_selections"
    selection_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    actor: Mapped[str] = mapped_column(String(80))
    items: Mapped[list[Any]]
    sample_id: Mapped[str] = mapped_column(String(40))
    created_at: Mapped[datetime]
    opened_at: Mapped[datetime | None]
    done_at: Mapped[datetime | None]
    results: Mapped[list[Any] | None] = mapped_column(JSON(none_as_null=True))


class NoticeRow(ShopRow, Base):
    """One message to staff, once per reason, draft and target. state: waiting, sending, sent, dropped, failed.

    lease_until and retry_at: real seconds since the epoch. fence rises at every claim; an update with an old fence changes nothing.
    """

    __tablename__ = "notices"
    __table_args__ = (
        Index("ix_notices_state", "shop_id", "state"),
        Index("ix_notices_draft", "shop_id", "draft_id"),
    )
    notice_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    draft_id: Mapped[str] = mapped_column(String(40))
    medium: Mapped[str] = mapped_column(String(20))
    target: Mapped[str]
    state: Mapped[str] = mapped_column(String(20))
    attempts: Mapped[int]
    fence: Mapped[int]
    lease_until: Mapped[float | None]
    retry_at: Mapped[float | None]
    detail: Mapped[str | None]
    created_at: Mapped[datetime]
    done_at: Mapped[datetime | None]
