"""Drafts for many: a campaign, and whom it drafts for."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Date, ForeignKeyConstraint, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from agent.store.tables.base import Base, ShopRow


class CampaignRow(ShopRow, Base):
    """One run of drafts. audience: segments, ranks and groups as asked for; as_of: the day they were read.

    state: planned (nobody has agreed to its cost yet), running, done.    most: at most so many people, None for all.
    """

    __tablename__ = "campaigns"
    __table_args__ = (Index("ix_campaigns_made", "shop_id", "made_at"),)
    campaign_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    audience: Mapped[list[Any]]
    occasion: Mapped[str]
    channel: Mapped[str]
    instruct: Mapped[str | None]
    most: Mapped[int | None]
    in_batches: Mapped[bool]
    as_of: Mapped[date] = mapped_column(Date)
    state: Mapped[str]
    people: Mapped[int]
    made_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class CampaignRecipientRow(ShopRow, Base):
    """One person of a campaign. draft_id: the id the draft has or will have, so that it is never made twice.

    state: pending, done, failed.    outcome: waiting, held or do_not_send once done.    why: of a failure, or for not sending.
    writer: model:NAME or embedded; fallback: why the embedded writer stepped in.
    """

    __tablename__ = "campaign_recipients"
    __table_args__ = (
        ForeignKeyConstraint(
            ["shop_id", "campaign_id"], ["campaigns.shop_id", "campaigns.campaign_id"], ondelete="CASCADE"
        ),
        Index("ix_campaign_recipients_state", "shop_id", "campaign_id", "state", "position"),
    )
    campaign_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    position: Mapped[int] = mapped_column(Integer, primary_key=True)
    customer_id: Mapped[str] = mapped_column(String(60))
    draft_id: Mapped[str] = mapped_column(String(40))
    state: Mapped[str]
    outcome: Mapped[str | None]
    why: Mapped[str | None]
    writer: Mapped[str | None]
    fallback: Mapped[str | None]
