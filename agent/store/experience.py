"""What became of a customer's orders, and what they answered and reviewed: read off the rows."""

from datetime import UTC, date, datetime

from sqlalchemy import BindParameter, Engine, bindparam, select

from agent.clock import TOKYO
from agent.domain.event import EventKind
from agent.domain.experience import Answer, Experience, OrderStory, ReviewLeft
from agent.store.engine import READ_ONLY
from agent.store.tables import Event, Order, OrderLine

NEWEST_ORDERS = 12
"""Orders of the asked days that are looked at; somebody who orders oftener is still told by the newest."""
NEWEST_EVENTS = 20
NOTES = 100

_SHOP: BindParameter[str] = bindparam("shop")
_CUSTOMER: BindParameter[str] = bindparam("customer")
_SINCE: BindParameter[date] = bindparam("since")
_UNTIL: BindParameter[date] = bindparam("until")
_ORDERS = (
    select(
        Order.order_id,
        Order.ordered_on,
        Order.fulfilled_at,
        Order.refunded_yen,
        Order.cancelled_at,
        Order.note,
    )
    .where(
        Order.shop_id == _SHOP,
        Order.customer_id == _CUSTOMER,
        Order.ordered_on >= _SINCE,
        Order.ordered_on <= _UNTIL,
    )
    .order_by(Order.ordered_at.desc(), Order.order_id.desc())
    .limit(NEWEST_ORDERS)
)
_SAID = (
    select(Event.event_id, Event.kind, Event.happened_on, Event.sku, Event.value, Event.text)
    .where(
        Event.shop_id == _SHOP,
        Event.customer_id == _CUSTOMER,
        Event.kind.in_((EventKind.NPS.value, EventKind.REVIEW.value)),
        Event.happened_on >= _SINCE,
        Event.happened_on <= _UNTIL,
    )
    .order_by(Event.happened_at.desc(), Event.event_id.desc())
    .limit(NEWEST_EVENTS)
)
_WRITTEN = (
    select(Order.note)
    .where(Order.shop_id == _SHOP, Order.customer_id == _CUSTOMER, Order.note.is_not(None))
    .order_by(Order.ordered_at.desc())
    .limit(NOTES)
)
_TITLES = (
    select(OrderLine.order_id, OrderLine.title)
    .where(
        OrderLine.shop_id == _SHOP,
        OrderLine.order_id.in_(bindparam("orders", expanding=True)),
        OrderLine.quantity > 0,
    )
    .order_by(OrderLine.order_id, OrderLine.line_no)
)
"""Asked for every draft; built once."""


class SqlExperiences:
    """`agent.ports.Experiences` on SQLAlchemy; every read is its own transaction without a write lock."""

    def __init__(self, engine: Engine, *, shop_id: str) -> None:
        self._engine = engine.execution_options(**{READ_ONLY: True})
        self.shop_id = shop_id

    def of(self, customer_id: str, *, since: date, until: date) -> Experience:
        """What happened from `since` to `until`, both included; cancelled and refunded orders too."""
        given = {"shop": self.shop_id, "customer": customer_id, "since": since, "until": until}
        with self._engine.connect() as connection:
            notes = frozenset(" ".join(note.split()) for note in connection.scalars(_WRITTEN, given) if note)
            rows = connection.execute(_ORDERS, given).all()
            titles: dict[str, list[str]] = {}
            if rows:
                of_these = {"shop": self.shop_id, "orders": [row.order_id for row in rows]}
                for order_id, title in connection.execute(_TITLES, of_these):
                    titles.setdefault(order_id, []).append(title)
            told = connection.execute(_SAID, given).all()
        return Experience(
            orders=tuple(
                OrderStory(
                    order_id=row.order_id,
                    ordered_on=row.ordered_on,
                    shipped_on=_day(row.fulfilled_at, until),
                    refunded_yen=row.refunded_yen,
                    cancelled=row.cancelled_at is not None,
                    note=(row.note or "").strip(),
                    titles=tuple(titles.get(row.order_id, ())),
                )
                for row in rows
            ),
            answers=tuple(
                Answer(row.event_id, row.happened_on, row.value, row.text or "")
                for row in told
                if row.kind == EventKind.NPS.value and row.value is not None
            ),
            reviews=tuple(
                ReviewLeft(row.event_id, row.happened_on, row.sku, row.value, row.text or "")
                for row in told
                if row.kind == EventKind.REVIEW.value
            ),
            order_notes=notes,
        )


def _day(moment: datetime | None, until: date) -> date | None:
    """The day in Tokyo; None for what has not happened by `until`."""
    if moment is None:
        return None
    day = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(TOKYO).date()
    return day if day <= until else None
