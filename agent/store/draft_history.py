"""What happened to a draft: the steps it took and what people decided."""

from sqlalchemy import bindparam, func, insert, select
from sqlalchemy.orm import Session

from agent.domain.decision import Decision, Verb
from agent.domain.draft import DraftState
from agent.ports import Clock, DraftStepTaken
from agent.store.tables import DecisionRow, DraftStep

_LAST = select(func.coalesce(func.max(DraftStep.number), 0)).where(
    DraftStep.shop_id == bindparam("shop"), DraftStep.draft_id == bindparam("draft")
)
_INSERT = insert(DraftStep.__table__)  # type: ignore[arg-type]
"""Asked and written at every step; built once."""


class DraftHistory:
    """Steps and decisions of one shop's drafts. Every call works in the session's transaction."""

    def __init__(self, session: Session, shop_id: str, clock: Clock) -> None:
        self._session, self._shop, self._clock = session, shop_id, clock

    def steps(self, draft_id: str) -> list[DraftStepTaken]:
        """The draft's life, oldest first."""
        query = (
            select(DraftStep)
            .where(DraftStep.shop_id == self._shop, DraftStep.draft_id == draft_id)
            .order_by(DraftStep.number)
        )
        return [_step(row) for row in self._session.scalars(query)]

    def add_step(self, draft_id: str, *, before: DraftState, after: DraftState, by: str, why: str) -> None:
        """Append a step to those there are. Whether it is allowed is for the caller to ask."""
        given = {"shop": self._shop, "draft": draft_id}
        number = self._session.connection().execute(_LAST, given).scalar_one()
        self._write(draft_id, number + 1, before=before.value, after=after, by=by, why=why)

    def begin(self, draft_id: str, state: DraftState, *, by: str, why: str) -> None:
        """The step with which a draft's life begins."""
        self._write(draft_id, 1, before=None, after=state, by=by, why=why)

    def _write(
        self, draft_id: str, number: int, *, before: str | None, after: DraftState, by: str, why: str
    ) -> None:
        row = {
            "shop_id": self._shop,
            "draft_id": draft_id,
            "number": number,
            "before": before,
            "after": after.value,
            "actor": by,
            "why": why,
            "at": self._clock.now(),
        }
        self._session.connection().execute(_INSERT, row)

    def decisions(self, draft_id: str) -> list[Decision]:
        """All decisions on a draft, oldest first."""
        query = (
            select(DecisionRow)
            .where(DecisionRow.shop_id == self._shop, DecisionRow.draft_id == draft_id)
            .order_by(DecisionRow.at, DecisionRow.decision_id)
        )
        return [_decision(row) for row in self._session.scalars(query)]

    def add_decision(self, decision: Decision) -> None:
        """Record what a person decided."""
        self._session.add(
            DecisionRow(
                shop_id=self._shop,
                decision_id=decision.decision_id,
                draft_id=decision.draft_id,
                version=decision.version,
                verb=decision.verb.value,
                actor=decision.by,
                reason=decision.reason,
                digest=decision.digest,
                at=decision.at,
            )
        )
        self._session.flush()


def _step(row: DraftStep) -> DraftStepTaken:
    return DraftStepTaken(
        number=row.number,
        before=DraftState(row.before) if row.before else None,
        after=DraftState(row.after),
        by=row.actor,
        why=row.why,
        at=row.at,
    )


def _decision(row: DecisionRow) -> Decision:
    return Decision(
        decision_id=row.decision_id,
        draft_id=row.draft_id,
        version=row.version,
        verb=Verb(row.verb),
        by=row.actor,
        reason=row.reason,
        digest=row.digest,
        at=row.at,
    )
