"""What was imported, and what an import replaced."""

from datetime import datetime
from typing import Any

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from agent.store.tables.base import Base, ShopRow


class Import(ShopRow, Base):
    """One run of `okaeri import`. rests_on: earlier imports whose rows this run found unchanged or replaced."""

    __tablename__ = "imports"
    import_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    sequence: Mapped[int]
    platform: Mapped[str]
    files: Mapped[list[Any]]
    report: Mapped[dict[str, Any]]
    state: Mapped[str]
    rests_on: Mapped[list[Any]]
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]


class ReplacedRecord(ShopRow, Base):
    """What a row was before an import replaced it; `import undo` puts it back."""

    __tablename__ = "replaced_records"
    import_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    kind: Mapped[str] = mapped_column(String(40), primary_key=True)
    record_key: Mapped[str] = mapped_column(String(400), primary_key=True)
    payload: Mapped[dict[str, Any]]
