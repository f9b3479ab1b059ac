"""The day at the desk, from the database: few rows, found by index."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from agent.domain.draft import DraftState, Recommendation
from agent.domain.finding import Severity
from agent.domain.occasion import Channel, Occasion
from agent.ports import Clock
from agent.ports.today import FailedSending, HeldFor, WaitingDraft
from agent.store.tables import (
    DeliveryRow,
    DraftRow,
    DraftStep,
    DraftVersionRow,
    ExpectedValue,
    FindingRow,
    OutboxRow,
)

WAITING, HELD = DraftState.WAITING.value, DraftState.HELD.value
NOT_ARRIVED = (DraftState.BOUNCED, DraftState.UNKNOWN, DraftState.HELD)
"""How a sending ends that a person has to look at."""


class SqlDeskDay:
    """`agent.ports.today.DeskDay` on SQLAlchemy."""

    def __init__(self, session: Session, shop_id: str, clock: Clock) -> None:
        self._session, self._shop, self._clock = session, shop_id, clock

    def worthwhile(self, *, limit: int) -> list[WaitingDraft]:
        """Candidates for the most worthwhile drafts; see the port."""
        ready = and_(
            self._answerable(),
            DraftRow.recommendation == Recommendation.SEND.value,
            DraftRow.occasion != Occasion.SERVICE_RECOVERY.value,
        )
        best = (
            select(ExpectedValue.customer_id)
            .where(ExpectedValue.shop_id == self._shop)
            .order_by(ExpectedValue.ltv_yen.desc())
            .limit(limit)
        ).subquery()
        queries = (
            self._short().join(best, best.c.customer_id == DraftRow.customer_id).where(ready).limit(limit),
            self._short()
            .where(ready, DraftRow.expires_at.is_not(None))
            .order_by(DraftRow.expires_at)
            .limit(limit),
            self._short().where(ready).order_by(DraftRow.created_at).limit(limit),
        )
        found = {row.draft_id: row for query in queries for row in self._session.execute(query)}
        return [_waiting(row) for row in found.values()]

    def open_of(self, occasion: Occasion, *, limit: int) -> list[WaitingDraft]:
        """Waiting and held drafts of an occasion, oldest first."""
        query = (
            self._short()
            .where(
                DraftRow.shop_id == self._shop,
                DraftRow.occasion == occasion.value,
                DraftRow.state.in_((WAITING, HELD)),
                self._not_over(),
            )
            .order_by(DraftRow.created_at, DraftRow.draft_id)
            .limit(limit)
        )
        return [_waiting(row) for row in self._session.execute(query)]

    def waiting_by_occasion(self) -> Mapping[Occasion, int]:
        """How many drafts wait for an answer."""
        query = (
            select(DraftRow.occasion, func.count())
            .where(DraftRow.shop_id == self._shop, DraftRow.state == WAITING)
            .group_by(DraftRow.occasion)
        )
        return {Occasion(occasion): count for occasion, count in self._session.execute(query)}

    def soonest(self, *, limit: int, offset: int = 0) -> list[str]:
        """Ids of waiting drafts, those that expire first first; drafts that never expire last."""
        query = (
            select(DraftRow.draft_id)
            .where(self._answerable())
            .order_by(DraftRow.expires_at.is_(None), DraftRow.expires_at, DraftRow.draft_id)
            .limit(limit)
            .offset(offset)
        )
        return list(self._session.scalars(query))

    def green(self, *, barred: Collection[Occasion], occasion: Occasion | None, limit: int) -> list[str]:
        """Ids of waiting drafts recommended for sending on whose text nothing was found, oldest first."""
        found = (
            select(FindingRow.draft_id)
            .where(
                FindingRow.shop_id == self._shop,
                FindingRow.draft_id == DraftRow.draft_id,
                FindingRow.version == DraftRow.current_version,
                FindingRow.round == DraftVersionRow.gate_round,
            )
            .exists()
        )
        query = (
            select(DraftRow.draft_id)
            .join(
                DraftVersionRow,
                and_(
                    DraftVersionRow.shop_id == DraftRow.shop_id,
                    DraftVersionRow.draft_id == DraftRow.draft_id,
                    DraftVersionRow.number == DraftRow.current_version,
                ),
            )
            .where(
                self._answerable(),
                DraftRow.recommendation == Recommendation.SEND.value,
                DraftRow.occasion.not_in([one.value for one in barred]),
                ~found,
            )
            .order_by(DraftRow.created_at, DraftRow.draft_id)
            .limit(limit)
        )
        if occasion is not None:
            query = query.where(DraftRow.occasion == occasion.value)
        return list(self._session.scalars(query))

    def expiring(self, *, until: datetime) -> int:
        """How many waiting drafts end by a moment."""
        return self._count(
            DraftRow.state == WAITING,
            DraftRow.expires_at > self._clock.now(),
            DraftRow.expires_at <= until,
        )

    def expired_since(self, since: datetime) -> int:
        """How many drafts ended unanswered since a moment, whether or not somebody has written it down yet."""
        over = and_(DraftRow.expires_at >= since, DraftRow.expires_at <= self._clock.now())
        unanswered = (DraftState.EXPIRED.value, WAITING, HELD)
        return self._count(DraftRow.state.in_(unanswered), over)

    def held_for(self, *, newest: int) -> list[HeldFor]:
        """What the newest held drafts were held for, most frequent first."""
        held = (
            select(DraftRow.draft_id, DraftRow.current_version, DraftRow.created_at)
            .where(DraftRow.shop_id == self._shop, DraftRow.state == HELD)
            .order_by(DraftRow.created_at.desc())
            .limit(newest)
        ).subquery()
        blocked = (
            select(held.c.draft_id, FindingRow.check_name, FindingRow.message)
            .join(
                FindingRow,
                and_(
                    FindingRow.shop_id == self._shop,
                    FindingRow.draft_id == held.c.draft_id,
                    FindingRow.version == held.c.current_version,
                    FindingRow.severity == Severity.BLOCK.value,
                ),
            )
            .order_by(held.c.created_at.desc(), FindingRow.round.desc(), FindingRow.position)
        )
        reasons: dict[str, tuple[str | None, str]] = {}
        for draft_id, check, message in self._session.execute(blocked):
            reasons.setdefault(draft_id, (check, message))
        for draft_id, why in self._newest_steps(held):
            reasons.setdefault(draft_id, (None, why))
        groups: dict[tuple[str | None, str], list[str]] = {}
        for draft_id, (check, words) in reasons.items():
            groups.setdefault((check, "" if check else words), []).append(draft_id)
        told = [
            HeldFor(check, words or reasons[ids[0]][1], len(ids), ids[0])
            for (check, words), ids in groups.items()
        ]
        return sorted(told, key=lambda one: -one.count)

    def ended_since(self, since: datetime) -> Mapping[tuple[Channel, DraftState], int]:
        """What became of the messages whose sending ended since a moment; withdrawn ones are left out."""
        query = (
            select(OutboxRow.channel, OutboxRow.state, func.count())
            .where(OutboxRow.shop_id == self._shop, OutboxRow.done_at >= since)
            .group_by(OutboxRow.channel, OutboxRow.state)
        )
        known = {state.value for state in DraftState}
        return {
            (Channel(channel), DraftState(state)): count
            for channel, state, count in self._session.execute(query)
            if state in known
        }

    def failed_since(self, since: datetime, *, limit: int) -> list[FailedSending]:
        """Messages that bounced, were refused or may have got lost, newest first."""
        query = (
            select(
                OutboxRow.draft_id, OutboxRow.channel, OutboxRow.state, OutboxRow.detail, OutboxRow.done_at
            )
            .where(
                OutboxRow.shop_id == self._shop,
                OutboxRow.done_at >= since,
                OutboxRow.state.in_([state.value for state in NOT_ARRIVED]),
            )
            .order_by(OutboxRow.done_at.desc(), OutboxRow.outbox_id)
            .limit(limit)
        )
        return [
            FailedSending(
                row.draft_id, Channel(row.channel), DraftState(row.state), row.detail or "", row.done_at
            )
            for row in self._session.execute(query)
        ]

    def retrying(self) -> int:
        """How many messages wait for another try after a fault."""
        query = select(func.count()).where(
            OutboxRow.shop_id == self._shop,
            OutboxRow.state == DraftState.SCHEDULED.value,
            OutboxRow.retry_at.is_not(None),
        )
        return self._session.scalar(query) or 0

    def pushed_since(self, since: datetime, *, channel: Channel, outcomes: Collection[str]) -> int:
        """How many messages really left on a channel (dry runs left out), counted once a draft."""
        query = (
            select(func.count(func.distinct(DeliveryRow.draft_id)))
            .join(
                DraftRow,
                and_(DraftRow.shop_id == DeliveryRow.shop_id, DraftRow.draft_id == DeliveryRow.draft_id),
            )
            .where(
                DeliveryRow.shop_id == self._shop,
                DeliveryRow.at >= since,
                DeliveryRow.place.is_(None),
                DeliveryRow.outcome.in_(list(outcomes)),
                DraftRow.channel == channel.value,
            )
        )
        return self._session.scalar(query) or 0

    # -- inside

    def _short(self) -> Any:
        return select(
            DraftRow.draft_id,
            DraftRow.customer_id,
            DraftRow.occasion,
            DraftRow.state,
            DraftRow.created_at,
            DraftRow.expires_at,
            ExpectedValue.ltv_yen,
        ).outerjoin(
            ExpectedValue,
            and_(
                ExpectedValue.shop_id == DraftRow.shop_id, ExpectedValue.customer_id == DraftRow.customer_id
            ),
        )

    def _not_over(self) -> ColumnElement[bool]:
        return or_(DraftRow.expires_at.is_(None), DraftRow.expires_at > self._clock.now())

    def _answerable(self) -> ColumnElement[bool]:
        later = or_(DraftRow.later_until.is_(None), DraftRow.later_until <= self._clock.now())
        return and_(DraftRow.shop_id == self._shop, DraftRow.state == WAITING, later, self._not_over())

    def _count(self, *conditions: ColumnElement[bool]) -> int:
        query = select(func.count()).select_from(DraftRow).where(DraftRow.shop_id == self._shop, *conditions)
        return self._session.scalar(query) or 0

    def _newest_steps(self, held: Any) -> Sequence[tuple[str, str]]:
        """Why each of these drafts last took a step, newest draft first."""
        last = (
            select(DraftStep.draft_id, func.max(DraftStep.number).label("number"))
            .join(held, held.c.draft_id == DraftStep.draft_id)
            .where(DraftStep.shop_id == self._shop)
            .group_by(DraftStep.draft_id)
        ).subquery()
        query = (
            select(DraftStep.draft_id, DraftStep.why)
            .join(last, and_(last.c.draft_id == DraftStep.draft_id, last.c.number == DraftStep.number))
            .join(held, held.c.draft_id == DraftStep.draft_id)
            .where(DraftStep.shop_id == self._shop)
            .order_by(held.c.created_at.desc())
        )
        return [(draft_id, why) for draft_id, why in self._session.execute(query)]


def _waiting(row: Any) -> WaitingDraft:
    return WaitingDraft(
        draft_id=row.draft_id,
        customer_id=row.customer_id,
        occasion=Occasion(row.occasion),
        state=DraftState(row.state),
        created_at=row.created_at,
        expires_at=row.expires_at,
        expected_yen=row.ltv_yen,
    )
