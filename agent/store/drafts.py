"""Drafts in the database, with the steps they take."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, cast
from uuid import uuid4

from sqlalchemy import ColumnElement, CursorResult, and_, bindparam, func, insert, or_, select, tuple_, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value
from sqlalchemy.orm.util import identity_key

from agent.domain.decision import Decision
from agent.domain.draft import EXPIRES_IN, Draft, DraftState, DraftVersion, Recommendation, require_step
from agent.domain.errors import NotFound
from agent.domain.finding import Finding
from agent.domain.occasion import Channel, Occasion
from agent.ports import Clock, DraftStepTaken
from agent.ports.drafts import Overdue
from agent.store.draft_documents import context_document, context_from
from agent.store.draft_findings import DraftFindings
from agent.store.draft_history import DraftHistory
from agent.store.draft_versions import DraftVersions, changed_meanwhile, version_from
from agent.store.opt_outs import SqlOptOutLinks
from agent.store.reward_settlement import RewardSettlement
from agent.store.tables import DraftRow, OccasionRow

TOLD = (
    DraftState.APPROVED,
    DraftState.SCHEDULED,
    DraftState.DISPATCHING,
    DraftState.DELIVERED,
    DraftState.UNKNOWN,
)
"""States in which the customer has been, or is about to be, written to."""

UNFINISHED = (DraftState.HELD, DraftState.WAITING, DraftState.APPROVED, DraftState.SCHEDULED)
"""States from which a message may still leave and a customer's no can still stop it."""

_OPEN_STATES = [state.value for state in (DraftState.COMPOSING, DraftState.HELD, DraftState.WAITING)]
_OPEN = (
    select(DraftRow.draft_id, DraftRow.state)
    .where(
        DraftRow.shop_id == bindparam("shop"),
        DraftRow.customer_id == bindparam("customer"),
        DraftRow.occasion == bindparam("occasion"),
        DraftRow.channel == bindparam("channel"),
        DraftRow.state.in_(_OPEN_STATES),
    )
    .order_by(DraftRow.created_at)
)
_STANDING = select(DraftRow.state, DraftRow.row_version, DraftRow.current_version).where(
    DraftRow.shop_id == bindparam("shop"), DraftRow.draft_id == bindparam("draft")
)
_INSERT = insert(DraftRow.__table__)  # type: ignore[arg-type]
"""Asked and written for every draft; built once."""


class SqlDraftStore:
    """`agent.ports.DraftStore` on SQLAlchemy."""

    def __init__(self, session: Session, shop_id: str, clock: Clock) -> None:
        self._session, self._shop, self._clock = session, shop_id, clock
        self._versions = DraftVersions(session, shop_id)
        self._findings = DraftFindings(session, shop_id, clock)
        self._history = DraftHistory(session, shop_id, clock)
        self._rewards = RewardSettlement(session, shop_id, clock)

    # -- reading

    def get(self, draft_id: str, *, lock: bool = False) -> Draft:
        """The draft with its newest version and that version's newest findings. Raises NotFound."""
        return self._draft(self._row(draft_id, lock=lock))

    def trigger_of(self, draft_id: str) -> str:
        """What noticed the draft's occasion (cli, demo, order:ID …). Raises NotFound."""
        occasion = self._row(draft_id).occasion_id
        row = self._session.get(OccasionRow, (self._shop, occasion)) if occasion else None
        return row.trigger_key if row else "cli"

    def listed(
        self, states: Collection[DraftState] | None = None, *, limit: int = 200, offset: int = 0
    ) -> list[Draft]:
        """Drafts in these states (None: all), oldest first; waiting ones put off till later are left out."""
        now = self._clock.now()
        query = select(DraftRow).where(DraftRow.shop_id == self._shop)
        if states is not None:
            query = query.where(_standing_in(states, now))
        query = query.where((DraftRow.later_until.is_(None)) | (DraftRow.later_until <= now))
        query = query.order_by(DraftRow.created_at, DraftRow.draft_id).limit(limit).offset(offset)
        return self._drafts(self._session.scalars(query).all())

    def beside(self, draft_id: str) -> tuple[str | None, str | None]:
        """The waiting drafts just before and just after this one, oldest first; None at either end. Raises NotFound."""
        here = self._row(draft_id)
        place = tuple_(DraftRow.created_at, DraftRow.draft_id)
        there = (here.created_at, here.draft_id)
        now = self._clock.now()
        waiting = select(DraftRow.draft_id).where(
            DraftRow.shop_id == self._shop,
            _standing_in({DraftState.WAITING}, now),
            (DraftRow.later_until.is_(None)) | (DraftRow.later_until <= now),
        )
        before = waiting.where(DraftRow.created_at <= here.created_at, place < there).order_by(
            DraftRow.created_at.desc(), DraftRow.draft_id.desc()
        )
        after = waiting.where(DraftRow.created_at >= here.created_at, place > there).order_by(
            DraftRow.created_at, DraftRow.draft_id
        )
        return self._session.scalar(before.limit(1)), self._session.scalar(after.limit(1))

    def count(self) -> dict[DraftState, int]:
        """How many drafts stand in each state."""
        query = (
            select(DraftRow.state, func.count())
            .where(DraftRow.shop_id == self._shop)
            .group_by(DraftRow.state)
        )
        counts = {DraftState(state): count for state, count in self._session.execute(query)}
        late = select(DraftRow.state, func.count()).where(
            DraftRow.shop_id == self._shop, _overdue(self._clock.now())
        )
        for state, count in self._session.execute(late.group_by(DraftRow.state)):
            counts[DraftState(state)] -= count
            counts[DraftState.EXPIRED] = counts.get(DraftState.EXPIRED, 0) + count
        return {state: count for state, count in counts.items() if count}

    def overdue(self, *, limit: int) -> list[Overdue]:
        """Undecided drafts whose time is over, held for this transaction; those somebody else holds are left out."""
        query = select(DraftRow.draft_id, DraftRow.occasion, DraftRow.expires_at).where(
            DraftRow.shop_id == self._shop, _overdue(self._clock.now())
        )
        query = query.order_by(DraftRow.draft_id).limit(limit).with_for_update(skip_locked=True)
        return [Overdue(row[0], Occasion(row[1]), row[2]) for row in self._session.execute(query) if row[2]]

    def overdue_now(self) -> bool:
        """True when some undecided draft's time is over; only looked at."""
        query = select(DraftRow.draft_id).where(DraftRow.shop_id == self._shop, _overdue(self._clock.now()))
        return self._session.scalars(query.limit(1)).first() is not None

    def versions(self, draft_id: str) -> list[DraftVersion]:
        """All texts, oldest first."""
        return self._versions.all(draft_id)

    def writing_steps(self, draft_id: str, number: int) -> tuple[dict[str, object], ...]:
        """How a text came about: plan, texts and findings, oldest first; empty when no model wrote it."""
        return self._versions.steps(draft_id, number)

    def steps(self, draft_id: str) -> list[DraftStepTaken]:
        """The draft's life, oldest first."""
        return self._history.steps(draft_id)

    def decisions(self, draft_id: str) -> list[Decision]:
        """All decisions on a draft, oldest first."""
        return self._history.decisions(draft_id)

    def told(self, customer_id: str, *, since: datetime) -> list[Draft]:
        """What this customer was told (scheduled or sent) since a moment, newest first."""
        query = (
            select(DraftRow)
            .where(
                DraftRow.shop_id == self._shop,
                DraftRow.customer_id == customer_id,
                DraftRow.state.in_([state.value for state in TOLD]),
                DraftRow.created_at >= since,
            )
            .order_by(DraftRow.created_at.desc())
        )
        return self._drafts(self._session.scalars(query).all())

    def unfinished(self, customer_id: str, channel: Channel | None = None) -> list[Draft]:
        """The customer's drafts that may still lead to a message (held, waiting, approved, scheduled), by id."""
        query = select(DraftRow).where(
            DraftRow.shop_id == self._shop,
            DraftRow.customer_id == customer_id,
            DraftRow.state.in_([state.value for state in UNFINISHED]),
        )
        if channel is not None:
            query = query.where(DraftRow.channel == channel.value)
        return self._drafts(self._session.scalars(query.order_by(DraftRow.draft_id)).all())

    def open_for(self, customer_id: str, occasion: Occasion, channel: Channel) -> dict[str, DraftState]:
        """Ids and states of undecided drafts (composing, held, waiting) of the same kind: a new one supersedes them."""
        given = {
            "shop": self._shop,
            "customer": customer_id,
            "occasion": occasion.value,
            "channel": channel.value,
        }
        return {row[0]: DraftState(row[1]) for row in self._session.connection().execute(_OPEN, given)}

    # -- writing

    def add(self, draft: Draft, *, by: str, trigger: str) -> None:
        """Store a new draft with its first version and findings, the occasion it answers, and whom its opt-out address names."""
        SqlOptOutLinks(self._session, self._shop).keep_of(draft)
        row = {
            "shop_id": self._shop,
            "draft_id": draft.draft_id,
            "customer_id": draft.customer_id,
            "occasion_id": self._occasion(draft, trigger),
            "occasion": draft.occasion.value,
            "channel": draft.channel.value,
            "recipient": draft.recipient,
            "state": draft.state.value,
            "row_version": 1,
            "current_version": draft.version.number if draft.version else 0,
            "recommendation": draft.recommendation.value,
            "why": draft.why,
            "reward": draft.reward,
            "fallback": draft.fallback,
            "context": context_document(draft.context) if draft.context else None,
            "created_at": draft.created_at,
            "expires_at": draft.expires_at,
            "later_until": None,
        }
        self._session.connection().execute(_INSERT, row)  # past the ORM, which costs more than the row
        if draft.version:
            self._versions.add_first(draft.draft_id, draft.version)
            self._findings.record_first(draft.draft_id, draft.version.number, draft.findings, stage="compose")
        self._history.begin(draft.draft_id, draft.state, by=by, why=draft.why)

    def move(self, draft_id: str, after: DraftState, *, by: str, why: str) -> None:
        """Take a step. Raises CallerMistake when it is not allowed, StaleVersion when somebody else moved first."""
        given = {"shop": self._shop, "draft": draft_id}
        row = self._session.execute(_STANDING, given).one_or_none()  # not the whole row: its context is long
        if row is None:
            raise _unknown(draft_id)
        before = DraftState(row.state)
        require_step(before, after)
        changed = cast(
            "CursorResult[Any]",
            self._session.execute(
                update(DraftRow)
                .where(
                    DraftRow.shop_id == self._shop,
                    DraftRow.draft_id == draft_id,
                    DraftRow.row_version == row.row_version,
                )
                .values(state=after.value, row_version=row.row_version + 1)
                .execution_options(synchronize_session=False)
            ),
        )
        if changed.rowcount != 1:
            raise changed_meanwhile(draft_id)
        loaded = self._session.identity_map.get(identity_key(DraftRow, (self._shop, draft_id)))
        if loaded is not None:
            set_committed_value(loaded, "state", after.value)
            set_committed_value(loaded, "row_version", row.row_version + 1)
        self._history.add_step(draft_id, before=before, after=after, by=by, why=why)
        self._rewards.settle(draft_id, after, version=row.current_version)

    def add_version(
        self,
        draft_id: str,
        version: DraftVersion,
        findings: Sequence[Finding],
        *,
        stage: str,
        after: DraftState,
        by: str,
        why: str,
    ) -> None:
        """Append a text with its findings and take the step to `after`. Raises StaleVersion when its number is taken."""
        row = self._row(draft_id)
        if version.number != row.current_version + 1:
            raise changed_meanwhile(draft_id)
        self._versions.add(draft_id, version)
        self.record_findings(draft_id, version.number, findings, stage=stage)
        row.current_version = version.number
        self._session.flush()
        self.move(draft_id, after, by=by, why=why)

    def record_findings(
        self, draft_id: str, version: int, findings: Sequence[Finding], *, stage: str
    ) -> None:
        """Append a round of the gate's findings on a version; the newest round is what `get` shows."""
        self._findings.record(draft_id, version, findings, stage=stage)

    def add_decision(self, decision: Decision) -> None:
        """Record what a person decided."""
        self._history.add_decision(decision)

    def expire(self, draft_id: str, *, by: str, why: str) -> bool:
        """Write down that an undecided draft's time is over; False, and nothing changes, when that was written already."""
        row = self._session.execute(_STANDING, {"shop": self._shop, "draft": draft_id}).one_or_none()
        if row is None:
            raise _unknown(draft_id)
        if DraftState(row.state) not in EXPIRES_IN:
            return False
        self.move(draft_id, DraftState.EXPIRED, by=by, why=why)
        return True

    def set_later(self, draft_id: str, until: datetime | None) -> None:
        """Hide a waiting draft from the queue until a moment."""
        self._row(draft_id).later_until = until
        self._session.flush()

    # -- inside

    def _row(self, draft_id: str, *, lock: bool = False) -> DraftRow:
        query = select(DraftRow).where(DraftRow.shop_id == self._shop, DraftRow.draft_id == draft_id)
        if lock:  # SQLite has no row locks; its writers already hold the database (BEGIN IMMEDIATE)
            query = query.with_for_update().execution_options(populate_existing=True)
        row = self._session.scalars(query).one_or_none()
        if row is None:
            raise _unknown(draft_id)
        return row

    def _occasion(self, draft: Draft, trigger: str) -> str:
        query = select(OccasionRow.occasion_id).where(
            OccasionRow.shop_id == self._shop,
            OccasionRow.customer_id == draft.customer_id,
            OccasionRow.occasion == draft.occasion.value,
            OccasionRow.trigger_key == trigger,
        )
        found = self._session.scalars(query).one_or_none()
        if found:
            return found
        occasion_id = f"o_{uuid4().hex[:16]}"
        row = OccasionRow(
            shop_id=self._shop,
            occasion_id=occasion_id,
            customer_id=draft.customer_id,
            occasion=draft.occasion.value,
            trigger_key=trigger,
            why=draft.why,
            noticed_at=draft.created_at,
        )
        try:
            with self._session.begin_nested():
                self._session.add(row)
        except IntegrityError:  # another worker noticed the same thing a moment ago
            return self._session.scalars(query).one()
        return occasion_id

    def _state(self, row: DraftRow) -> DraftState:
        """Where the draft stands now: undecided past its end is expired, before any job has come by."""
        state = DraftState(row.state)
        late = row.expires_at is not None and row.expires_at <= self._clock.now()
        return DraftState.EXPIRED if late and state in EXPIRES_IN else state

    def _drafts(self, rows: Sequence[DraftRow]) -> list[Draft]:
        return [self._draft(row) for row in rows]

    def _draft(self, row: DraftRow) -> Draft:
        version = self._versions.row(row.draft_id, row.current_version)
        return Draft(
            draft_id=row.draft_id,
            customer_id=row.customer_id,
            occasion=Occasion(row.occasion),
            channel=Channel(row.channel),
            recipient=row.recipient,
            state=self._state(row),
            recommendation=Recommendation(row.recommendation),
            why=row.why,
            reward=row.reward,
            fallback=row.fallback,
            context=context_from(row.context) if row.context else None,
            version=version_from(version) if version else None,
            findings=self._findings.newest(version) if version else (),
            created_at=row.created_at,
            expires_at=row.expires_at,
        )


def _overdue(now: datetime) -> ColumnElement[bool]:
    return and_(DraftRow.state.in_([state.value for state in EXPIRES_IN]), DraftRow.expires_at <= now)


def _standing_in(states: Collection[DraftState], now: datetime) -> ColumnElement[bool]:
    """Drafts that stand in one of these states at this moment."""
    stored = DraftRow.state.in_([state.value for state in states])
    if DraftState.EXPIRED in states:
        return or_(stored, _overdue(now))
    if EXPIRES_IN.isdisjoint(states):
        return stored
    return and_(stored, or_(DraftRow.expires_at.is_(None), DraftRow.expires_at > now))


def _unknown(draft_id: str) -> NotFound:
    return NotFound(
        f"no draft {draft_id!r}",
        ja=f"下書き {draft_id} は見つかりません。`okaeri queue` で番号をご確認ください。",
    )
