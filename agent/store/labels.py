"""What people's decisions say about the drafts, read from the rows that tell a draft's life."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from agent.domain.autonomy import ACTOR, is_sampled
from agent.domain.decision import Verb
from agent.domain.draft import DraftState
from agent.domain.finding import Severity
from agent.domain.label import Label, Outcome
from agent.domain.layout import layout_from
from agent.domain.message import WrittenMessage
from agent.domain.occasion import Channel, Occasion
from agent.ports import LabelledText
from agent.store.draft_documents import context_from
from agent.store.tables import AutonomySwitch, DecisionRow, DraftRow, DraftVersionRow, FindingRow

OPEN = (DraftState.COMPOSING.value, DraftState.HELD.value, DraftState.WAITING.value)
"""Nothing is decided while a draft stands here, also after an approval was taken back."""
DECISIVE = (Verb.APPROVE.value, Verb.REJECT.value, Verb.NEVER.value)
CHUNK = 400
"""Ids in one IN list; SQLite allows 999 values a statement."""


@dataclass(frozen=True, slots=True)
class _Decided:
    decision: DecisionRow
    draft: DraftRow
    versions: tuple[DraftVersionRow, ...]
    found: tuple[FindingRow, ...]


class SqlLabelStore:
    """`agent.ports.LabelStore` on SQLAlchemy."""

    def __init__(self, session: Session, shop_id: str) -> None:
        self._session, self._shop = session, shop_id

    def labels(self, *, since: datetime | None = None, limit: int = 2_000) -> Sequence[Label]:
        """Decided drafts, newest decision first. Drafts approved without a person are none: nobody looked."""
        ons = self._on_since()
        return [_label(decided, ons) for decided in self._decided(since, limit)]

    def texts(self, *, since: datetime | None = None, limit: int = 2_000) -> Sequence[LabelledText]:
        """The same with their texts and contexts; drafts without a context are left out."""
        ons = self._on_since()
        return [
            LabelledText(
                label=_label(decided, ons),
                context=context_from(decided.draft.context),
                first=_message(decided.draft, decided.versions[0]),
                approved=_approved(decided),
            )
            for decided in self._decided(since, limit)
            if decided.draft.context
        ]

    def _decided(self, since: datetime | None, limit: int) -> list[_Decided]:
        newest: dict[str, DecisionRow] = {}
        query = (
            select(DecisionRow)
            .join(
                DraftRow,
                (DraftRow.shop_id == DecisionRow.shop_id) & (DraftRow.draft_id == DecisionRow.draft_id),
            )
            .where(
                DecisionRow.shop_id == self._shop,
                DecisionRow.verb.in_(DECISIVE),
                DecisionRow.actor != ACTOR,
                DraftRow.state.not_in(OPEN),
                DraftRow.current_version > 0,
            )
            .order_by(DecisionRow.at.desc(), DecisionRow.decision_id.desc())
        )
        if since is not None:
            query = query.where(DecisionRow.at >= since)
        for decision in self._session.scalars(query.limit(limit * 2)):
            newest.setdefault(decision.draft_id, decision)
        ids = list(newest)[:limit]
        return [found for chunk in _chunks(ids) for found in self._with_texts(chunk, newest)]

    def _with_texts(self, ids: Sequence[str], newest: dict[str, DecisionRow]) -> Iterator[_Decided]:
        drafts = {
            row.draft_id: row
            for row in self._session.scalars(
                select(DraftRow).where(DraftRow.shop_id == self._shop, DraftRow.draft_id.in_(ids))
            )
        }
        versions: dict[str, list[DraftVersionRow]] = {}
        for row in self._session.scalars(
            select(DraftVersionRow)
            .where(DraftVersionRow.shop_id == self._shop, DraftVersionRow.draft_id.in_(ids))
            .order_by(DraftVersionRow.number)
        ):
            versions.setdefault(row.draft_id, []).append(row)
        found: dict[str, list[FindingRow]] = {}
        for finding in self._session.scalars(
            select(FindingRow)
            .where(
                FindingRow.shop_id == self._shop,
                FindingRow.draft_id.in_(ids),
                FindingRow.version == 1,
                FindingRow.stage == "compose",
            )
            .order_by(FindingRow.position)
        ):
            found.setdefault(finding.draft_id, []).append(finding)
        for draft_id in ids:
            if draft_id in drafts and draft_id in versions:
                yield _Decided(
                    newest[draft_id],
                    drafts[draft_id],
                    tuple(versions[draft_id]),
                    tuple(found.get(draft_id, ())),
                )

    def _on_since(self) -> dict[str, list[tuple[datetime, bool]]]:
        """Per occasion when it was switched on or off, oldest first."""
        turned: dict[str, list[tuple[datetime, bool]]] = {}
        query = (
            select(AutonomySwitch)
            .where(AutonomySwitch.shop_id == self._shop, AutonomySwitch.occasion.is_not(None))
            .order_by(AutonomySwitch.number)
        )
        for row in self._session.scalars(query):
            turned.setdefault(row.occasion or "", []).append((row.at, row.turned_on))
        return turned


def _label(decided: _Decided, ons: dict[str, list[tuple[datetime, bool]]]) -> Label:
    draft, decision, first = decided.draft, decided.decision, decided.versions[0]
    telling = [row for row in decided.found if row.severity != Severity.NOTE.value]
    return Label(
        draft_id=draft.draft_id,
        occasion=Occasion(draft.occasion),
        channel=Channel(draft.channel),
        author=first.author,
        prompt_digest=first.prompt_digest,
        fired=tuple(dict.fromkeys(row.check_name for row in telling)),
        blocked=any(row.severity == Severity.BLOCK.value for row in telling),
        outcome=_outcome(decided),
        reason=decision.reason if decision.verb == Verb.REJECT.value else None,
        by=decision.actor,
        decided_at=decision.at,
        sampled=_was_on(ons.get(draft.occasion, []), draft.created_at) and is_sampled(draft.draft_id),
    )


def _outcome(decided: _Decided) -> Outcome:
    if decided.decision.verb == Verb.REJECT.value:
        return Outcome.REJECTED
    if decided.decision.verb == Verb.NEVER.value:
        return Outcome.NEVER
    first = decided.versions[0]
    gone = _version(decided)
    if (gone.subject, gone.preheader, gone.body) == (first.subject, first.preheader, first.body):
        return Outcome.AS_IS
    hands = any(row.author.startswith("staff:") for row in decided.versions[1:] if row.number <= gone.number)
    return Outcome.EDITED if hands else Outcome.REWRITTEN


def _version(decided: _Decided) -> DraftVersionRow:
    """The text the decision was about."""
    return next(
        (row for row in decided.versions if row.number == decided.decision.version), decided.versions[-1]
    )


def _approved(decided: _Decided) -> WrittenMessage | None:
    if decided.decision.verb != Verb.APPROVE.value:
        return None
    return _message(decided.draft, _version(decided))


def _message(draft: DraftRow, version: DraftVersionRow) -> WrittenMessage:
    layout = layout_from(version.layout) if version.layout else None
    return WrittenMessage(
        draft.draft_id, draft.draft_id, version.subject, version.body, version.preheader, layout
    )


def _was_on(turned: Sequence[tuple[datetime, bool]], at: datetime) -> bool:
    before = [on for moment, on in turned if moment <= at]
    return bool(before) and before[-1]


def _chunks(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(ids), CHUNK):
        yield ids[start : start + CHUNK]
