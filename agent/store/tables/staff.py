"""Members of staff, their log-ins and the failed ones."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from agent.store.tables.base import Base, ShopRow


class User(ShopRow, Base):
    """A member of staff. role: owner, approver, writer or viewer; email: where notices go, None for none."""

    __tablename__ = "users"
    name: Mapped[str] = mapped_column(String(80), primary_key=True)
    password_hash: Mapped[str]
    role: Mapped[str]
    created_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]
    email: Mapped[str | None]


class StaffSession(ShopRow, Base):
    """A log-in. token_hash: SHA-256 of the cookie; times are real seconds since the epoch."""

    __tablename__ = "staff_sessions"
    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    user_name: Mapped[str] = mapped_column(String(80), index=True)
    csrf: Mapped[str]
    started: Mapped[float]
    last_seen: Mapped[float]


class LoginAttempt(ShopRow, Base):
    """Failed log-ins per account and address; survives a restart. key: `user:NAME` or `ip:ADDRESS`; times are real seconds."""

    __tablename__ = "login_attempts"
    key: Mapped[str] = mapped_column(String(200), primary_key=True)
    failures: Mapped[int]
    last_failure: Mapped[float]
