"""The shop itself: one default row on a fresh install."""

from datetime import datetime

from sqlalchemy import Engine, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from agent.store.engine import READ_ONLY
from agent.store.tables import Shop


def ensure_shop(engine: Engine, *, shop_id: str, name: str | None, now: datetime) -> None:
    """Make sure the shop has its row; two processes may ask at once."""
    with Session(engine.execution_options(**{READ_ONLY: True})) as session:
        if session.scalar(select(Shop.shop_id).where(Shop.shop_id == shop_id)):
            return
    try:
        with Session(engine) as session:
            session.add(Shop(shop_id=shop_id, name=name, created_at=now))
            session.commit()
    except IntegrityError:  # the other process was first
        return
