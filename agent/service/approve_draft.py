"""Approve one exact text: check the world again, bind the approval to the text, and write the outbox row with it."""

from collections.abc import Set
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from email.utils import parseaddr
from uuid import NAMESPACE_URL, uuid4, uuid5

from agent.domain.autonomy import ACTOR
from agent.domain.decision import Decision, Verb
from agent.domain.delivery import OutgoingMessage
from agent.domain.draft import Draft, DraftState, DraftVersion, Recommendation, require_step
from agent.domain.errors import StaleVersion
from agent.domain.finding import Finding
from agent.domain.message import ShopIdentity
from agent.domain.occasion import Occasion
from agent.domain.occasion_brief import TWO_PEOPLE
from agent.ports import Clock, UnitOfWork
from agent.service.audit_text import text_sealed
from agent.service.bulk_rules import not_together
from agent.service.recheck import Recheck, Refusal, expired
from agent.service.second_person import FIRST_APPROVAL, first_approver, no_person, same_person

ALREADY = frozenset({DraftState.SCHEDULED, DraftState.DISPATCHING, DraftState.DELIVERED, DraftState.UNKNOWN})
"""An approval of a draft that stands here has been given before."""
RETRY_KEYS = uuid5(NAMESPACE_URL, "okaeri:outbox")
"""Namespace of X-Line-Retry-Key: the same draft version always gets the same key."""


@dataclass(frozen=True, slots=True)
class Decided:
    """What a decision led to.

    decision: the row, None when it was refused.    refusal: why, and what to do.    findings: the gate's newest, None when it
    was not asked.    repeated: the same approval had been given before, and nothing changed.    suppressed: ids of the
    drafts a `never` stopped.    awaits_second: this was the first of two approvals; another person's makes it leave.
    """

    draft_id: str
    verb: Verb
    state: DraftState
    decision: Decision | None = None
    refusal: Refusal | None = None
    findings: tuple[Finding, ...] | None = None
    repeated: bool = False
    due_at: datetime | None = None
    suppressed: tuple[str, ...] = ()
    awaits_second: bool = False


class ApproveDraft:
    """One approval inside the caller's transaction; the caller commits whatever the answer is."""

    def __init__(
        self,
        *,
        recheck: Recheck,
        clock: Clock,
        mail_from: str | None,
        two_people: Set[Occasion] = TWO_PEOPLE,
    ) -> None:
        """two_people: occasions that leave only after two different people approved the same text."""
        self._recheck, self._clock, self._two_people = recheck, clock, two_people
        self._mail_from = parseaddr(mail_from)[1] if mail_from else None

    def approve(
        self,
        unit: UnitOfWork,
        draft_id: str,
        *,
        by: str,
        reason: str | None,
        expected_digest: str | None,
        hold: timedelta,
        together: frozenset[Occasion] | None = None,
    ) -> Decided:
        """Approve the newest text, or record why it may not go.

        expected_digest: of the text the person saw; StaleVersion when it is no longer that one.    reason: needed to send
        against a 「送らない」.    hold: how long the console may still undo.    together: occasions that are never approved unread;
        None when a person looked at this very draft. Raises OperatorMustFix without sender settings.
        """
        draft = unit.drafts.get(draft_id, lock=True)
        version = _text_of(draft)
        digest = version.digest(channel=draft.channel, recipient=draft.recipient)
        if expected_digest not in (None, digest):
            raise _not_what_was_seen(draft_id)
        if draft.state in ALREADY:
            return self._again(unit, draft, digest)
        if draft.state is DraftState.EXPIRED:
            return self._too_late(unit, draft, by=by)
        if draft.state is not DraftState.HELD:  # a held draft may pass today's gate, below
            require_step(draft.state, DraftState.APPROVED)
        if draft.recommendation is Recommendation.DO_NOT_SEND and not reason:
            return _refused(draft, _against_advice(draft))
        today = self._recheck.judge(draft, unit)
        if today.findings is not None:
            unit.drafts.record_findings(draft_id, version.number, today.findings, stage="approve")
        if today.refusal:
            return self._refuse(unit, draft, today.refusal, today.findings, by=by)
        if together is not None and (alone := not_together(draft, today.findings or (), alone=together)):
            return replace(_refused(draft, alone), findings=today.findings)
        decision = Decision(
            decision_id=f"dc_{uuid4().hex[:16]}",
            draft_id=draft_id,
            version=version.number,
            verb=Verb.APPROVE,
            by=by,
            reason=reason,
            digest=digest,
            at=self._clock.now(),
        )
        if draft.occasion in self._two_people:
            if by == ACTOR:
                return _refused(draft, no_person())
            first = first_approver(unit, draft_id, digest=digest)
            if first == by:
                return _refused(draft, same_person(by))
            if first is None:
                return self._first_of_two(unit, draft, decision, today.findings)
        return self._schedule(unit, draft, version, decision, today.findings, due_at=decision.at + hold)

    # -- inside

    def _first_of_two(
        self, unit: UnitOfWork, draft: Draft, decision: Decision, findings: tuple[Finding, ...] | None
    ) -> Decided:
        """Record the first approval; the draft stays where a second person finds it."""
        if draft.state is DraftState.HELD:
            unit.drafts.move(draft.draft_id, DraftState.WAITING, by=decision.by, why="検査を通りました")
        unit.drafts.add_decision(decision)
        unit.drafts.move(draft.draft_id, DraftState.WAITING, by=decision.by, why=FIRST_APPROVAL)
        unit.audit.record(
            actor=decision.by,
            action="first_approval",
            object_kind="draft",
            object_id=draft.draft_id,
            detail={**text_sealed(draft), "decision_id": decision.decision_id},
        )
        return Decided(
            draft_id=draft.draft_id,
            verb=Verb.APPROVE,
            state=DraftState.WAITING,
            decision=decision,
            findings=findings,
            awaits_second=True,
        )

    def _schedule(
        self,
        unit: UnitOfWork,
        draft: Draft,
        version: DraftVersion,
        decision: Decision,
        findings: tuple[Finding, ...] | None,
        *,
        due_at: datetime,
    ) -> Decided:
        """Decision, steps, outbox row and audit entry: all of them or none."""
        if draft.state is DraftState.HELD:
            unit.drafts.move(draft.draft_id, DraftState.WAITING, by=decision.by, why="検査を通りました")
        unit.drafts.add_decision(decision)
        unit.drafts.move(draft.draft_id, DraftState.APPROVED, by=decision.by, why=decision.reason or "承認")
        unit.drafts.set_later(draft.draft_id, None)
        unit.outbox.add(
            draft_id=draft.draft_id,
            version=version.number,
            message=self.message(draft, version),
            due_at=due_at,
            expires_at=draft.expires_at,
        )
        unit.drafts.move(draft.draft_id, DraftState.SCHEDULED, by=decision.by, why="送信を予約")
        unit.audit.record(
            actor=decision.by,
            action="approved",
            object_kind="draft",
            object_id=draft.draft_id,
            detail={**text_sealed(draft), "decision_id": decision.decision_id, "reason": decision.reason},
        )
        return Decided(
            draft_id=draft.draft_id,
            verb=Verb.APPROVE,
            state=DraftState.SCHEDULED,
            decision=decision,
            findings=findings,
            due_at=due_at,
        )

    def message(self, draft: Draft, version: DraftVersion) -> OutgoingMessage:
        """The message as it will leave. Raises OperatorMustFix without sender settings.

        Its ids depend on the text alone, so that undo and a second approval keep them.
        """
        assert draft.context is not None  # noqa: S101 - the recheck refused a draft without one
        shop: ShopIdentity = self._recheck.context_today(draft.context).shop
        name = f"{draft.draft_id}.{version.number}"
        return OutgoingMessage(
            outbox_id=f"ob_{uuid4().hex[:16]}",
            channel=draft.channel,
            recipient=draft.recipient,
            subject=version.subject,
            body=version.body,
            message_id=f"<{name}@{shop.site_domain}>",
            retry_key=str(uuid5(RETRY_KEYS, name)),
            unsubscribe_url=shop.unsubscribe_url,
            sender_name=shop.sender_name,
            sender_address=self._mail_from or f"noreply@{shop.site_domain}",
            preheader=version.preheader,
            layout=version.layout,
            coupon=_coupon(draft, version),
            site_domain=shop.site_domain if version.layout else "",
        )

    def _refuse(
        self,
        unit: UnitOfWork,
        draft: Draft,
        refusal: Refusal,
        findings: tuple[Finding, ...] | None,
        *,
        by: str,
    ) -> Decided:
        after = DraftState.EXPIRED if refusal.after is DraftState.EXPIRED else DraftState.HELD
        unit.drafts.move(draft.draft_id, after, by=by, why=refusal.reason)
        unit.audit.record(
            actor=by,
            action="approval_refused",
            object_kind="draft",
            object_id=draft.draft_id,
            detail={"code": refusal.code, "reason": refusal.reason, **text_sealed(draft)},
        )
        return replace(_refused(draft, refusal), state=after, findings=findings)

    def _too_late(self, unit: UnitOfWork, draft: Draft, *, by: str) -> Decided:
        """The draft's time is over; written down now unless a job was quicker."""
        refusal = expired(draft)
        if unit.drafts.expire(draft.draft_id, by=by, why=refusal.reason):
            unit.audit.record(
                actor=by,
                action="approval_refused",
                object_kind="draft",
                object_id=draft.draft_id,
                detail={"code": refusal.code, "reason": refusal.reason, **text_sealed(draft)},
            )
        return _refused(draft, refusal)

    def _again(self, unit: UnitOfWork, draft: Draft, digest: str) -> Decided:
        """A double click: the answer of the first one, and nothing new. Raises StaleVersion for another text."""
        given = [each for each in unit.drafts.decisions(draft.draft_id) if each.verb is Verb.APPROVE]
        if not given or given[-1].digest != digest:
            raise _not_what_was_seen(draft.draft_id)
        return Decided(
            draft_id=draft.draft_id,
            verb=Verb.APPROVE,
            state=draft.state,
            decision=given[-1],
            repeated=True,
        )


def _coupon(draft: Draft, version: DraftVersion) -> str | None:
    """The granted code, for the box it is shown in; None where nothing was granted or the layout has no box."""
    offer = draft.context.offer if draft.context and version.layout else None
    return offer.code if offer and offer.code and offer.code in version.body else None


def _text_of(draft: Draft) -> DraftVersion:
    if draft.version is None:
        raise StaleVersion(
            f"draft {draft.draft_id} has no text yet",
            ja="本文がまだありません。作成が終わるまでお待ちください。",
        )
    return draft.version


def _refused(draft: Draft, refusal: Refusal) -> Decided:
    return Decided(draft_id=draft.draft_id, verb=Verb.APPROVE, state=draft.state, refusal=refusal)


def _against_advice(draft: Draft) -> Refusal:
    reason = f"「送らない」がおすすめです（{draft.why}）。それでも送る場合は、理由を添えて承認してください。"
    return Refusal("do_not_send", reason, draft.state)


def _not_what_was_seen(draft_id: str) -> StaleVersion:
    return StaleVersion(
        f"draft {draft_id}: the text is not the one that was seen",
        ja="ご覧になった文面と、いまの文面が違います。画面を開き直して、最新の文面をご確認ください。",
    )
