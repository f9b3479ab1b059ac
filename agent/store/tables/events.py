"""What customers did besides buying: visits, mails opened, answers given."""

from datetime import date, datetime

from sqlalchemy import Index, Integer, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from agent.store.tables.base import Base, ShopRow


class Event(ShopRow, Base):
    """One thing a customer did, or (kind send) that we did. kind: see `agent.domain.event.EventKind`.

    customer_id: the person it was found to be about, None until that person is known.    stated_*: how the source named the
    person, kept so that an event finds its person later and again after an undo; e-mail as folded key.    happened_on: the day
    in Asia/Tokyo.    value: 0-10 for nps, 1-5 stars for review.    text: a comment.    message_id: the draft it is about.
    source: `FILE#ROW`, `api` or `delivery`.    import_id: None for what did not come from a file.
    """

    __tablename__ = "events"
    __table_args__ = (
        Index("ix_events_customer", "shop_id", "customer_id", "happened_at"),
        Index("ix_events_import", "shop_id", "import_id"),
        Index(
            "ix_events_answers",
            "shop_id",
            "happened_at",
            sqlite_where=text("kind = 'nps'"),
            postgresql_where=text("kind = 'nps'"),
        ),
    )
    event_id: Mapped[str] = mapped_column(String(200), primary_key=True)
    customer_id: Mapped[str | None] = mapped_column(String(60))
    stated_id: Mapped[str | None]
    stated_email_key: Mapped[str | None]
    stated_line_user_id: Mapped[str | None]
    kind: Mapped[str] = mapped_column(String(20))
    happened_at: Mapped[datetime]
    happened_on: Mapped[date]
    sku: Mapped[str | None]
    value: Mapped[int | None] = mapped_column(Integer)
    text: Mapped[str | None] = mapped_column(Text)
    message_id: Mapped[str | None] = mapped_column(String(200))
    source: Mapped[str]
    import_id: Mapped[str | None] = mapped_column(String(40))
    content_hash: Mapped[str]
