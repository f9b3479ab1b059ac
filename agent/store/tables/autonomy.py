"""Who let which occasion send by itself, and who or what stopped it."""

from datetime import datetime

from sqlalchemy import Integer
from sqlalchemy.orm import Mapped, mapped_column

from agent.store.tables.base import Base, ShopRow


class AutonomySwitch(ShopRow, Base):
    """One word on one occasion; the newest counts. occasion None: all of them (the kill switch)."""

    __tablename__ = "autonomy_switches"
    number: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    occasion: Mapped[str | None]
    turned_on: Mapped[bool]
    lost: Mapped[bool]
    actor: Mapped[str]
    why: Mapped[str]
    at: Mapped[datetime]
