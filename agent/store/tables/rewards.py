"""Rewards: codes that may be given, and what was promised in which draft."""

from datetime import date, datetime

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from agent.store.tables.base import Base, ShopRow


class RewardCode(ShopRow, Base):
    """A coupon code of the shop's own system. state: free, reserved, given, void; draft_id: who has it. One row a code: one holder."""

    __tablename__ = "reward_codes"
    __table_args__ = (
        Index("ix_reward_codes_pool", "shop_id", "campaign", "state"),
        Index("ix_reward_codes_draft", "shop_id", "draft_id"),
    )
    code: Mapped[str] = mapped_column(String(60), primary_key=True)
    campaign: Mapped[str] = mapped_column(String(60))
    expires_on: Mapped[date | None]
    state: Mapped[str] = mapped_column(String(20))
    draft_id: Mapped[str | None] = mapped_column(String(40))
    added_at: Mapped[datetime]


class RewardGrant(ShopRow, Base):
    """What one draft promises. month: YYYY-MM in Asia/Tokyo, whose budget pays.    state: reserved, given, released, void."""

    __tablename__ = "reward_grants"
    __table_args__ = (
        Index("ix_reward_grants_customer", "shop_id", "customer_id"),
        Index("ix_reward_grants_month", "shop_id", "month"),
    )
    draft_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    customer_id: Mapped[str] = mapped_column(String(60))
    kind: Mapped[str] = mapped_column(String(20))
    campaign: Mapped[str] = mapped_column(String(60))
    code: Mapped[str | None] = mapped_column(String(60))
    cost_yen: Mapped[int]
    promised_on: Mapped[date]
    month: Mapped[str] = mapped_column(String(7))
    state: Mapped[str] = mapped_column(String(20))
    changed_at: Mapped[datetime]
