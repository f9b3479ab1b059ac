"""What was shown to a model, and who did what."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from agent.store.tables.base import Base, ShopRow


class ModelCall(ShopRow, Base):
    """One request to a model: exactly what left the machine (tokens instead of names) and what came back.

    draft_version: the draft's text it was made for.    request_digest: SHA-256 of model, schema and messages, so that a draft
    composed again after a crash finds its answers.    cost_micro_yen: millionths of a yen, null without a price.    region: as set.
    """

    __tablename__ = "model_calls"
    __table_args__ = (
        Index("ix_model_calls_draft", "shop_id", "draft_id"),
        Index("ix_model_calls_customer", "shop_id", "customer_id"),
    )
    call_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    draft_id: Mapped[str | None] = mapped_column(String(40))
    customer_id: Mapped[str | None] = mapped_column(String(60))
    step: Mapped[str]
    prompt_name: Mapped[str]
    prompt_version: Mapped[str]
    prompt_digest: Mapped[str]
    model: Mapped[str]
    method: Mapped[str]
    request: Mapped[list[Any]]
    response: Mapped[str | None]
    error: Mapped[str | None]
    prompt_tokens: Mapped[int | None]
    completion_tokens: Mapped[int | None]
    duration_ms: Mapped[int]
    at: Mapped[datetime]
    task: Mapped[str | None]
    draft_version: Mapped[int | None]
    request_digest: Mapped[str | None]
    cost_micro_yen: Mapped[int | None] = mapped_column(BigInteger)
    region: Mapped[str | None]


class AuditRow(ShopRow, Base):
    """Who did what, chained: each row's hash covers the one before it."""

    __tablename__ = "audit"
    __table_args__ = (
        Index("ix_audit_actor", "shop_id", "actor", "sequence"),
        Index("ix_audit_action", "shop_id", "action", "sequence"),
        Index("ix_audit_object", "shop_id", "object_id", "sequence"),
        Index("ix_audit_at", "shop_id", "at", "sequence"),
    )
    sequence: Mapped[int] = mapped_column(Integer, primary_key=True)
    at: Mapped[datetime]
    actor: Mapped[str]
    action: Mapped[str]
    object_kind: Mapped[str]
    object_id: Mapped[str]
    detail: Mapped[dict[str, Any]]
    previous_hash: Mapped[str]
    hash: Mapped[str]
