"""Messages that will leave, the attempts to send them, and addresses that must not be written to."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from agent.store.tables.base import Base, ShopRow


class OutboxRow(ShopRow, Base):
    """A message that will leave, written in the approval's transaction; once per draft.

    payload is the exact message and payload_digest its seal.    due_at and expires_at: business clock.    lease_until, retry_at
    and first_tried_at: real time, seconds since the epoch.    fence rises at every claim; an update with an old fence changes nothing.
    """

    __tablename__ = "outbox"
    __table_args__ = (
        UniqueConstraint("shop_id", "draft_id"),
        UniqueConstraint("shop_id", "message_id"),
        Index("ix_outbox_due", "shop_id", "state", "due_at"),
        Index("ix_outbox_done", "shop_id", "done_at"),
    )
    outbox_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    draft_id: Mapped[str] = mapped_column(String(40))
    version: Mapped[int]
    channel: Mapped[str]
    recipient: Mapped[str]
    payload: Mapped[dict[str, Any]]
    payload_digest: Mapped[str]
    message_id: Mapped[str] = mapped_column(String(200))
    retry_key: Mapped[str] = mapped_column(String(40))
    state: Mapped[str]
    due_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    attempts: Mapped[int]
    fence: Mapped[int]
    owner: Mapped[str | None]
    lease_until: Mapped[float | None]
    retry_at: Mapped[float | None]
    first_tried_at: Mapped[float | None]
    detail: Mapped[str | None]
    created_at: Mapped[datetime]
    done_at: Mapped[datetime | None]


class DeliveryRow(ShopRow, Base):
    """One attempt to send and what became of it."""

    __tablename__ = "deliveries"
    __table_args__ = (
        Index("ix_deliveries_outbox", "shop_id", "outbox_id"),
        Index("ix_deliveries_at", "shop_id", "at"),
    )
    delivery_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    outbox_id: Mapped[str] = mapped_column(String(40))
    draft_id: Mapped[str] = mapped_column(String(40))
    fence: Mapped[int]
    outcome: Mapped[str]
    detail: Mapped[str]
    provider_id: Mapped[str | None]
    place: Mapped[str | None]
    at: Mapped[datetime]


class Suppression(ShopRow, Base):
    """An address that must not be written to, kept as a hash so that it survives erasure."""

    __tablename__ = "suppressions"
    channel: Mapped[str] = mapped_column(String(20), primary_key=True)
    address_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    reason: Mapped[str]
    at: Mapped[datetime]


class OptOutLinkRow(ShopRow, Base):
    """Whom a short opt-out address names. The token is derived from this row with the shop's secret and proves it."""

    __tablename__ = "opt_out_links"
    token: Mapped[str] = mapped_column(String(40), primary_key=True)
    customer_id: Mapped[str]
    channel: Mapped[str]
    recipient: Mapped[str]
