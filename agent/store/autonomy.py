"""Switches of sending without a person, in the database."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from agent.domain.autonomy import Switch
from agent.domain.occasion import Occasion
from agent.store.tables import AutonomySwitch, Shop


class SqlAutonomyStore:
    """`agent.ports.AutonomyStore` on SQLAlchemy."""

    def __init__(self, session: Session, shop_id: str) -> None:
        self._session, self._shop = session, shop_id

    def newest(self) -> dict[Occasion | None, Switch]:
        """The newest word on every occasion; under None the kill switch's."""
        query = (
            select(AutonomySwitch)
            .where(AutonomySwitch.shop_id == self._shop)
            .order_by(AutonomySwitch.number)
            .execution_options(populate_existing=True)
        )
        return {switch.occasion: switch for switch in map(_switch, self._session.scalars(query))}

    def all(self, *, limit: int = 50) -> Sequence[Switch]:
        """Newest first."""
        query = (
            select(AutonomySwitch)
            .where(AutonomySwitch.shop_id == self._shop)
            .order_by(AutonomySwitch.number.desc())
            .limit(limit)
        )
        return [_switch(row) for row in self._session.scalars(query)]

    def turn(self, switch: Switch) -> None:
        """Append a word, after those of every transaction that came before."""
        self.lock()
        last = self._session.scalar(
            select(func.coalesce(func.max(AutonomySwitch.number), 0)).where(
                AutonomySwitch.shop_id == self._shop
            )
        )
        self._session.add(
            AutonomySwitch(
                shop_id=self._shop,
                number=(last or 0) + 1,
                occasion=switch.occasion.value if switch.occasion else None,
                turned_on=switch.on,
                lost=switch.lost,
                actor=switch.by,
                why=switch.why,
                at=switch.at,
            )
        )
        self._session.flush()

    def lock(self) -> None:
        """Hold the shop's row until the transaction ends (on SQLite every writer waits anyway)."""
        self._session.execute(select(Shop.shop_id).where(Shop.shop_id == self._shop).with_for_update())


def _switch(row: AutonomySwitch) -> Switch:
    return Switch(
        occasion=Occasion(row.occasion) if row.occasion else None,
        on=row.turned_on,
        lost=row.lost,
        by=row.actor,
        why=row.why,
        at=row.at,
    )
