"""The shop's voice: its guide as it changed, and the steps of the house rules learned from edits."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from agent.store.tables.base import Base, ShopRow


class VoiceGuideRow(ShopRow, Base):
    """The guide as it stood when it was first read so. Never changed; the newest number counts."""

    __tablename__ = "voice_guides"
    number: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    digest: Mapped[str] = mapped_column(String(64))
    text: Mapped[str]
    actor: Mapped[str]
    at: Mapped[datetime]


class HouseRuleStepRow(ShopRow, Base):
    """One step of a rule's life; the newest of a rule counts. rule: what was seen of it at that moment."""

    __tablename__ = "house_rule_steps"
    __table_args__ = (Index("ix_house_rule_steps_rule", "shop_id", "rule_id", "number"),)
    number: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    rule_id: Mapped[str] = mapped_column(String(20))
    state: Mapped[str] = mapped_column(String(20))
    rule: Mapped[dict[str, Any]]
    actor: Mapped[str]
    why: Mapped[str]
    at: Mapped[datetime]
