"""Which fitted model of each kind is newest?"""

from sqlalchemy import Engine, delete, func, select

from agent.ports import Clock
from agent.ports.purchases import KeptModel
from agent.store.engine import READ_ONLY
from agent.store.tables import ShopModel

KEPT = 3
"""Models kept of each kind: the newest, and two to look back at."""


class SqlKeptModels:
    """`agent.ports.KeptModels` on SQLite and PostgreSQL; every call is its own transaction."""

    def __init__(self, engine: Engine, *, shop_id: str, clock: Clock) -> None:
        self._engine, self.shop_id, self._clock = engine, shop_id, clock

    def newest(self, kind: str) -> KeptModel | None:
        """The model of this kind that was kept last."""
        query = (
            select(ShopModel.as_of, ShopModel.revision, ShopModel.document)
            .where(ShopModel.shop_id == self.shop_id, ShopModel.kind == kind)
            .order_by(ShopModel.number.desc())
            .limit(1)
        )
        with self._engine.execution_options(**{READ_ONLY: True}).connect() as connection:
            row = connection.execute(query).first()
        return KeptModel(*row) if row else None

    def keep(self, kind: str, model: KeptModel) -> None:
        """Keep a model; of each kind the three newest stay."""
        mine = (ShopModel.shop_id == self.shop_id, ShopModel.kind == kind)
        with self._engine.begin() as connection:
            number = (connection.scalar(select(func.max(ShopModel.number)).where(*mine)) or 0) + 1
            row = {
                "shop_id": self.shop_id,
                "kind": kind,
                "number": number,
                "as_of": model.as_of,
                "revision": model.revision,
                "document": model.document,
                "created_at": self._clock.now(),
            }
            connection.execute(ShopModel.__table__.insert(), [row])  # type: ignore[attr-defined]
            connection.execute(delete(ShopModel).where(*mine, ShopModel.number <= number - KEPT))
