"""Signs of life of the programs that work in the background."""

from sqlalchemy import Double, String
from sqlalchemy.orm import Mapped, mapped_column

from agent.store.tables.base import Base, ShopRow


class WorkerRow(ShopRow, Base):
    """One worker process and when it was last seen. started, seen: real seconds since the epoch; ended: it went in good order."""

    __tablename__ = "workers"
    worker: Mapped[str] = mapped_column(String(200), primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    started: Mapped[float] = mapped_column(Double)
    seen: Mapped[float] = mapped_column(Double)
    ended: Mapped[bool]
