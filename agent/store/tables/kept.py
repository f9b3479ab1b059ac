"""Small values the program keeps for itself."""

from typing import Any

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from agent.store.tables.base import Base, ShopRow


class KeptValueRow(ShopRow, Base):
    """Small values the program keeps for itself (secrets for signed links, remembered model abilities, the send switch)."""

    __tablename__ = "kept_values"
    name: Mapped[str] = mapped_column(String(120), primary_key=True)
    value: Mapped[dict[str, Any]]
