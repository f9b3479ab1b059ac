"""What models cost by day, and the requests handed to a provider in batches."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, Date, ForeignKeyConstraint, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from agent.store.tables.base import Base, ShopRow


class ModelSpendRow(ShopRow, Base):
    """Millionths of a yen, calls and tokens of a day in Asia/Tokyo, per task; task `all` holds the day's sum and what is held
    for calls still under way. unpriced: calls of models whose price nobody set."""

    __tablename__ = "model_spend"
    day: Mapped[date] = mapped_column(Date, primary_key=True)
    task: Mapped[str] = mapped_column(String(20), primary_key=True)
    micro_yen: Mapped[int] = mapped_column(BigInteger)
    calls: Mapped[int]
    unpriced: Mapped[int]
    prompt_tokens: Mapped[int] = mapped_column(BigInteger)
    completion_tokens: Mapped[int] = mapped_column(BigInteger)


class ModelBatchRow(ShopRow, Base):
    """A batch at a provider. state: made (rows only), running (the provider has it), done, failed."""

    __tablename__ = "model_batches"
    batch_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    task: Mapped[str]
    model: Mapped[str]
    state: Mapped[str]
    provider_id: Mapped[str | None]
    held_micro_yen: Mapped[int] = mapped_column(BigInteger)
    held_on: Mapped[date | None]
    why: Mapped[str | None]
    made_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class ModelBatchRequestRow(ShopRow, Base):
    """One request waiting for a batch, or in one. state: open (not sent), sent, answered, failed (ask directly)."""

    __tablename__ = "model_batch_requests"
    __table_args__ = (
        ForeignKeyConstraint(["shop_id", "batch_id"], ["model_batches.shop_id", "model_batches.batch_id"]),
        Index("ix_model_batch_requests_batch", "shop_id", "batch_id"),
        Index("ix_model_batch_requests_state", "shop_id", "state"),
    )
    custom_id: Mapped[str] = mapped_column(String(120), primary_key=True)
    batch_id: Mapped[str | None] = mapped_column(String(40))
    draft_id: Mapped[str] = mapped_column(String(40))
    customer_id: Mapped[str | None] = mapped_column(String(60))
    version: Mapped[int] = mapped_column(Integer)
    task: Mapped[str]
    step: Mapped[str]
    prompt_name: Mapped[str]
    prompt_version: Mapped[str]
    prompt_digest: Mapped[str]
    request_digest: Mapped[str]
    model: Mapped[str]
    method: Mapped[str]
    body: Mapped[dict[str, Any]]
    state: Mapped[str]
    made_at: Mapped[datetime]
