"""Drafts: the occasion, the texts, the findings on them, the steps and the decisions."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKeyConstraint, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from agent.store.tables.base import Base, ShopRow


class OccasionRow(ShopRow, Base):
    """A reason to write that was noticed. trigger_key: what noticed it (cli, demo, order:ID …); once per customer, occasion, trigger."""

    __tablename__ = "occasions"
    __table_args__ = (UniqueConstraint("shop_id", "customer_id", "occasion", "trigger_key"),)
    occasion_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    customer_id: Mapped[str] = mapped_column(String(60))
    occasion: Mapped[str]
    trigger_key: Mapped[str]
    why: Mapped[str]
    noticed_at: Mapped[datetime]


class DraftRow(ShopRow, Base):
    """A draft; its texts are in draft_versions. row_version rises at every step (optimistic locking)."""

    __tablename__ = "drafts"
    __table_args__ = (
        Index("ix_drafts_state", "shop_id", "state", "created_at"),
        Index("ix_drafts_customer", "shop_id", "customer_id"),
        Index("ix_drafts_occasion", "shop_id", "occasion", "state"),
        Index("ix_drafts_expiry", "shop_id", "state", "expires_at"),
    )
    draft_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    customer_id: Mapped[str] = mapped_column(String(60))
    occasion_id: Mapped[str | None] = mapped_column(String(40))
    occasion: Mapped[str]
    channel: Mapped[str]
    recipient: Mapped[str]
    state: Mapped[str]
    row_version: Mapped[int]
    current_version: Mapped[int]
    recommendation: Mapped[str]
    why: Mapped[str]
    reward: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    fallback: Mapped[str | None]
    context: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    later_until: Mapped[datetime | None]


class DraftVersionRow(ShopRow, Base):
    """One immutable text of a draft. gate_round: the newest round of findings on it, of whatever stage."""

    __tablename__ = "draft_versions"
    __table_args__ = (
        ForeignKeyConstraint(
            ["shop_id", "draft_id"], ["drafts.shop_id", "drafts.draft_id"], ondelete="CASCADE"
        ),
    )
    draft_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    number: Mapped[int] = mapped_column(Integer, primary_key=True)
    author: Mapped[str]
    subject: Mapped[str | None]
    body: Mapped[str]
    paragraphs: Mapped[list[Any]]
    evidence: Mapped[dict[str, Any]]
    plan: Mapped[dict[str, Any]]
    prompt_name: Mapped[str | None]
    prompt_version: Mapped[str | None]
    prompt_digest: Mapped[str | None]
    gate_round: Mapped[int]
    created_at: Mapped[datetime]
    preheader: Mapped[str | None]
    layout: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    steps: Mapped[list[Any] | None] = mapped_column(JSON(none_as_null=True), deferred=True)


class DraftStep(ShopRow, Base):
    """A step in a draft's life: from one state to another, who, when and why."""

    __tablename__ = "draft_steps"
    __table_args__ = (
        ForeignKeyConstraint(
            ["shop_id", "draft_id"], ["drafts.shop_id", "drafts.draft_id"], ondelete="CASCADE"
        ),
    )
    draft_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    number: Mapped[int] = mapped_column(Integer, primary_key=True)
    before: Mapped[str | None]
    after: Mapped[str]
    actor: Mapped[str]
    why: Mapped[str]
    at: Mapped[datetime]


class FindingRow(ShopRow, Base):
    """A finding on one version. stage: compose, edit, approve or dispatch; round: which run of the gate at that stage."""

    __tablename__ = "findings"
    __table_args__ = (
        ForeignKeyConstraint(
            ["shop_id", "draft_id"], ["drafts.shop_id", "drafts.draft_id"], ondelete="CASCADE"
        ),
    )
    draft_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    version: Mapped[int] = mapped_column(Integer, primary_key=True)
    stage: Mapped[str] = mapped_column(String(20), primary_key=True)
    round: Mapped[int] = mapped_column(Integer, primary_key=True)
    position: Mapped[int] = mapped_column(Integer, primary_key=True)
    check_name: Mapped[str]
    severity: Mapped[str]
    field: Mapped[str]
    span_from: Mapped[int]
    span_to: Mapped[int]
    quote: Mapped[str]
    message: Mapped[str]
    suggestion: Mapped[str | None]
    at: Mapped[datetime]


class DecisionRow(ShopRow, Base):
    """What a person decided on one exact text."""

    __tablename__ = "decisions"
    __table_args__ = (Index("ix_decisions_draft", "shop_id", "draft_id"),)
    decision_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    draft_id: Mapped[str] = mapped_column(String(40))
    version: Mapped[int]
    verb: Mapped[str]
    actor: Mapped[str]
    reason: Mapped[str | None]
    digest: Mapped[str | None]
    at: Mapped[datetime]
