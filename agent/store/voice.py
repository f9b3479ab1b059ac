"""The shop's guide, its house rules and the texts it approved, in the database."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import func, select
from sqlalchemy import text as sql_text
from sqlalchemy.orm import Session

from agent.domain.autonomy import ACTOR
from agent.domain.decision import Verb
from agent.domain.draft import DraftState
from agent.domain.house_rule import HouseRule, RuleExample, RuleKind, RuleState, RuleStep
from agent.domain.message import WrittenMessage
from agent.domain.occasion import Channel, Occasion
from agent.ports import Clock
from agent.ports.voice import KeptGuide, LookedAt
from agent.store.draft_documents import context_from
from agent.store.tables import (
    DecisionRow,
    DraftRow,
    DraftVersionRow,
    HouseRuleStepRow,
    VoiceGuideRow,
)

_UNDECIDED = (DraftState.COMPOSING.value, DraftState.HELD.value, DraftState.WAITING.value)
_CHUNK = 400
"""Ids in one IN list; SQLite allows 999 values a statement."""


class SqlVoiceStore:
    """`agent.ports.voice.VoiceStore` on SQLAlchemy."""

    def __init__(self, session: Session, shop_id: str, clock: Clock) -> None:
        self._session, self._shop, self._clock = session, shop_id, clock

    def keep_guide(self, text: str, *, digest: str, by: str) -> bool:
        """Append a guide unless the newest is the same. True when it was new."""
        self.lock()
        newest = next(iter(self.guides(limit=1)), None)
        if newest and newest.digest == digest:
            return False
        self._session.add(
            VoiceGuideRow(
                shop_id=self._shop,
                number=newest.number + 1 if newest else 1,
                digest=digest,
                text=text,
                actor=by,
                at=self._clock.now(),
            )
        )
        self._session.flush()
        return True

    def guides(self, *, limit: int = 20) -> Sequence[KeptGuide]:
        """Newest first."""
        query = (
            select(VoiceGuideRow)
            .where(VoiceGuideRow.shop_id == self._shop)
            .order_by(VoiceGuideRow.number.desc())
            .limit(limit)
        )
        return [
            KeptGuide(row.number, row.digest, row.text, row.actor, row.at)
            for row in self._session.scalars(query)
        ]

    def rules(self) -> dict[str, RuleStep]:
        """The newest step of every rule by its id, in the order in which the rules were first proposed."""
        query = (
            select(HouseRuleStepRow)
            .where(HouseRuleStepRow.shop_id == self._shop)
            .order_by(HouseRuleStepRow.number)
            .execution_options(populate_existing=True)
        )
        return {row.rule_id: _step(row) for row in self._session.scalars(query)}

    def rule_history(self, rule_id: str) -> Sequence[RuleStep]:
        """Every step of one rule, oldest first; empty for an unknown id."""
        query = (
            select(HouseRuleStepRow)
            .where(HouseRuleStepRow.shop_id == self._shop, HouseRuleStepRow.rule_id == rule_id)
            .order_by(HouseRuleStepRow.number)
        )
        return [_step(row) for row in self._session.scalars(query)]

    def add_step(self, step: RuleStep) -> None:
        """Append a step, after those of every transaction that came before."""
        self.lock()
        last = self._session.scalar(
            select(func.coalesce(func.max(HouseRuleStepRow.number), 0)).where(
                HouseRuleStepRow.shop_id == self._shop
            )
        )
        self._session.add(
            HouseRuleStepRow(
                shop_id=self._shop,
                number=(last or 0) + 1,
                rule_id=step.rule.rule_id,
                state=step.state.value,
                rule=rule_document(step.rule),
                actor=step.by,
                why=step.why,
                at=step.at,
            )
        )
        self._session.flush()

    def lock(self) -> None:
        """Hold the shop's voice until the transaction ends (on SQLite every writer waits anyway)."""
        if self._session.get_bind().dialect.name == "postgresql":
            self._session.execute(
                sql_text("select pg_advisory_xact_lock(hashtext('okaeri.voice.' || :shop))"),
                {"shop": self._shop},
            )

    def looked_at(self, *, limit: int = 1_000) -> Sequence[LookedAt]:
        """Texts that people approved, newest first."""
        return self._approvals(None, limit)

    def approved(self, occasion: Occasion, *, limit: int = 60) -> Sequence[LookedAt]:
        """The same of one occasion."""
        return self._approvals(occasion, limit)

    def _approvals(self, occasion: Occasion | None, limit: int) -> list[LookedAt]:
        query = (
            select(DecisionRow, DraftRow)
            .join(
                DraftRow,
                (DraftRow.shop_id == DecisionRow.shop_id) & (DraftRow.draft_id == DecisionRow.draft_id),
            )
            .where(
                DecisionRow.shop_id == self._shop,
                DecisionRow.verb == Verb.APPROVE.value,
                DecisionRow.actor != ACTOR,
                DraftRow.state.not_in((*_UNDECIDED, DraftState.REJECTED.value)),
                DraftRow.current_version > 0,
            )
            .order_by(DecisionRow.at.desc(), DecisionRow.decision_id.desc())
            .limit(limit)
        )
        if occasion is not None:
            query = query.where(DraftRow.occasion == occasion.value)
        newest: dict[str, tuple[DecisionRow, DraftRow]] = {}
        for decision, draft in self._session.execute(query):
            newest.setdefault(draft.draft_id, (decision, draft))
        versions = self._versions(list(newest))
        found = (
            _looked_at(decision, draft, versions.get(draft.draft_id, []))
            for decision, draft in newest.values()
        )
        return [each for each in found if each is not None]

    def _versions(self, ids: Sequence[str]) -> dict[str, list[DraftVersionRow]]:
        found: dict[str, list[DraftVersionRow]] = {}
        for start in range(0, len(ids), _CHUNK):
            query = (
                select(DraftVersionRow)
                .where(
                    DraftVersionRow.shop_id == self._shop,
                    DraftVersionRow.draft_id.in_(ids[start : start + _CHUNK]),
                )
                .order_by(DraftVersionRow.number)
            )
            for row in self._session.scalars(query):
                found.setdefault(row.draft_id, []).append(row)
        return found


def _looked_at(
    decision: DecisionRow, draft: DraftRow, versions: Sequence[DraftVersionRow]
) -> LookedAt | None:
    """The approved text beside the machine's text it grew from: the last one before a person's hand."""
    approved = next((row for row in versions if row.number == decision.version), None)
    if approved is None or not draft.context:
        return None
    machine = [
        row for row in versions if row.number <= approved.number and not row.author.startswith("staff:")
    ]
    if not machine:
        return None
    by_hand = approved.author.startswith("staff:")
    return LookedAt(
        draft_id=draft.draft_id,
        by=decision.actor,
        editor=approved.author.removeprefix("staff:") if by_hand else None,
        occasion=Occasion(draft.occasion),
        channel=Channel(draft.channel),
        context=context_from(draft.context),
        offered=_message(machine[-1]),
        approved=_message(approved),
    )


def _message(row: DraftVersionRow) -> WrittenMessage:
    return WrittenMessage(row.draft_id, row.draft_id, row.subject, row.body, row.preheader)


def rule_document(rule: HouseRule) -> dict[str, Any]:
    """A rule as JSON."""
    document = asdict(rule)
    document["editors"] = list(rule.editors)
    document["examples"] = [asdict(example) for example in rule.examples]
    return document


def _step(row: HouseRuleStepRow) -> RuleStep:
    kept = row.rule
    rule = HouseRule(
        kind=RuleKind(kept["kind"]),
        before=kept["before"],
        after=kept["after"],
        changed=kept["changed"],
        offered=kept["offered"],
        drafts=kept["drafts"],
        editors=tuple(kept["editors"]),
        examples=tuple(RuleExample(**example) for example in kept["examples"]),
        occasion=Occasion(kept["occasion"]) if kept["occasion"] else None,
        channel=Channel(kept["channel"]) if kept["channel"] else None,
    )
    return RuleStep(rule, RuleState(row.state), row.actor, row.why, row.at)
