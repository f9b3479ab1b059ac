"""How the machinery stands, read off the rows."""

from collections.abc import Collection
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import Engine, and_, case, func, or_, select
from sqlalchemy.orm import Session

from agent.domain.delivery import Outcome
from agent.domain.draft import DraftState
from agent.domain.occasion import Channel, Occasion
from agent.ports import Clock
from agent.ports.status import Ailing, AilingMessage, IndexStanding, LastImport, OutboxTally, WorkerSeen
from agent.store.drafts import SqlDraftStore
from agent.store.engine import READ_ONLY
from agent.store.kept import SqlKeptValues
from agent.store.model_spend import ALL
from agent.store.tables import (
    DeliveryRow,
    DraftRow,
    Import,
    IndexedDocument,
    ModelSpendRow,
    OutboxRow,
    Policy,
    Product,
    WorkerRow,
)

BACKUP = "last_backup"
"""Kept value {"at": ISO moment} that a backup script may leave behind."""
SCHEDULED, DISPATCHING = DraftState.SCHEDULED.value, DraftState.DISPATCHING.value
BOUNCES_SHOWN = timedelta(days=14)
_FORGOTTEN_AFTER = 30 * 24 * 3600.0
"""Real seconds after which a worker that ended in good order is no longer listed."""


class SqlStatus:
    """`agent.ports.status.StatusBook` on SQLAlchemy."""

    def __init__(self, engine: Engine, *, shop_id: str, clock: Clock) -> None:
        self._engine, self._shop, self._clock = engine, shop_id, clock

    def drafts(self) -> dict[DraftState, int]:
        """How many drafts stand in each state."""
        with self._reading() as session:
            return SqlDraftStore(session, self._shop, self._clock).count()

    def outbox(self, *, real_now: float) -> OutboxTally:
        """What the outbox holds."""
        waits = and_(OutboxRow.state == SCHEDULED, OutboxRow.retry_at > real_now)
        free = and_(
            OutboxRow.state == SCHEDULED, or_(OutboxRow.retry_at.is_(None), OutboxRow.retry_at <= real_now)
        )
        now = self._clock.now()
        counted = [
            and_(free, OutboxRow.due_at <= now),
            and_(free, OutboxRow.due_at > now),
            waits,
            and_(OutboxRow.state == DISPATCHING, OutboxRow.lease_until >= real_now),
            and_(OutboxRow.state == DISPATCHING, OutboxRow.lease_until < real_now),
        ]
        query = select(*(func.coalesce(func.sum(case((one, 1), else_=0)), 0) for one in counted)).where(
            OutboxRow.shop_id == self._shop, OutboxRow.state.in_((SCHEDULED, DISPATCHING))
        )
        with self._reading() as session:
            return OutboxTally(*(int(number) for number in session.execute(query).one()))

    def ailing(self, *, real_now: float, limit: int) -> list[AilingMessage]:
        """Messages that did not simply leave and still concern somebody, newest first."""
        since = self._clock.now() - BOUNCES_SHOWN
        kinds: dict[Ailing, object] = {
            "retrying": and_(OutboxRow.state == SCHEDULED, OutboxRow.retry_at.is_not(None)),
            "stuck": and_(OutboxRow.state == DISPATCHING, OutboxRow.lease_until < real_now),
            "given_up": and_(
                OutboxRow.state == DraftState.HELD.value,
                OutboxRow.attempts > 0,
                DraftRow.state == DraftState.HELD.value,
            ),
            "bounced": and_(OutboxRow.state == DraftState.BOUNCED.value, OutboxRow.done_at >= since),
            "unknown": and_(
                OutboxRow.state == DraftState.UNKNOWN.value, DraftRow.state == DraftState.UNKNOWN.value
            ),
        }
        last = (
            select(DeliveryRow.outcome)
            .where(DeliveryRow.shop_id == self._shop, DeliveryRow.outbox_id == OutboxRow.outbox_id)
            .order_by(DeliveryRow.at.desc(), DeliveryRow.fence.desc())
            .limit(1)
            .scalar_subquery()
        )
        query = (
            select(OutboxRow, DraftRow.occasion, DraftRow.state, last)
            .join(
                DraftRow,
                and_(DraftRow.shop_id == OutboxRow.shop_id, DraftRow.draft_id == OutboxRow.draft_id),
            )
            .where(OutboxRow.shop_id == self._shop)
        )
        found: list[AilingMessage] = []
        with self._reading() as session:
            for how, which in kinds.items():
                rows = session.execute(query.where(which).order_by(OutboxRow.created_at.desc()).limit(limit))  # type: ignore[arg-type]
                for row, occasion, state, outcome in rows:
                    if how == "given_up" and outcome not in (Outcome.RETRY.value, Outcome.REFUSED.value):
                        continue  # withdrawn before it was tried: the draft's own page says why
                    found.append(
                        AilingMessage(
                            draft_id=row.draft_id,
                            how=how,
                            occasion=Occasion(occasion),
                            channel=Channel(row.channel),
                            state=DraftState(state),
                            attempts=row.attempts,
                            detail=row.detail or "",
                            outcome=outcome,
                            retry_at=row.retry_at,
                            at=row.done_at or row.created_at,
                        )
                    )
        return sorted(found, key=lambda one: one.at, reverse=True)[:limit]

    def spent(self, days: Collection[date]) -> dict[date, int]:
        """Millionths of a yen each day cost; days without a call are missing."""
        query = select(ModelSpendRow.day, ModelSpendRow.micro_yen).where(
            ModelSpendRow.shop_id == self._shop, ModelSpendRow.task == ALL, ModelSpendRow.day.in_(days)
        )
        with self._reading() as session:
            return {day: int(micro) for day, micro in session.execute(query)}

    def last_import(self) -> LastImport | None:
        """The newest import."""
        query = select(Import).where(Import.shop_id == self._shop).order_by(Import.sequence.desc()).limit(1)
        with self._reading() as session:
            row = session.scalars(query).one_or_none()
        if row is None:
            return None
        rejected = row.report.get("rejected")
        count = len(rejected) if isinstance(rejected, list) else 0
        return LastImport(row.platform, row.started_at, row.finished_at, row.state, count)

    def index(self) -> IndexStanding:
        """What search holds."""
        mine = IndexedDocument.shop_id == self._shop
        with self._reading() as session:
            documents, newest = session.execute(
                select(func.count(), func.max(IndexedDocument.indexed_at)).where(mine)
            ).one()
            known = sum(
                session.scalar(select(func.count()).where(table.shop_id == self._shop)) or 0
                for table in (Product, Policy)
            )
        return IndexStanding(documents, max(0, known - documents), newest)

    def backup_at(self) -> datetime | None:
        """When a backup was last reported; None when none ever was."""
        with self._reading() as session:
            kept = SqlKeptValues(session, self._shop).get(BACKUP)
        try:
            at = datetime.fromisoformat(str(kept["at"])) if kept else None
        except (KeyError, ValueError):
            return None
        return at.replace(tzinfo=UTC) if at and at.tzinfo is None else at

    def workers(self) -> list[WorkerSeen]:
        """Who works in the background, last seen first."""
        query = select(WorkerRow).where(WorkerRow.shop_id == self._shop).order_by(WorkerRow.seen.desc())
        with self._reading() as session:
            return [
                WorkerSeen(row.worker, row.kind, row.started, row.seen, row.ended)
                for row in session.scalars(query)
            ]

    def beat(self, worker: str, kind: str, *, real_now: float, ended: bool) -> None:
        """A worker's sign of life."""
        with Session(self._engine) as session:
            row = session.get(WorkerRow, (self._shop, worker))
            if row is None:
                row = WorkerRow(shop_id=self._shop, worker=worker, kind=kind, started=real_now)
                session.add(row)
            elif row.ended:
                row.started = real_now
            row.seen, row.ended = real_now, ended
            session.execute(
                WorkerRow.__table__.delete().where(  # type: ignore[attr-defined]
                    WorkerRow.shop_id == self._shop,
                    WorkerRow.seen < real_now - _FORGOTTEN_AFTER,
                    WorkerRow.ended,
                )
            )
            session.commit()

    def _reading(self) -> Session:
        return Session(self._engine.execution_options(**{READ_ONLY: True}))
