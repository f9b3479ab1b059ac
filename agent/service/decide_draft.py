"""What a reviewer answers: approve, edit, reject, rewrite, later, never. Each answer is a row with who, when and why."""

from collections.abc import Callable, Set
from datetime import datetime, time, timedelta
from uuid import uuid4

from agent.clock import TOKYO
from agent.domain.decision import REJECT_REASONS, Decision, Verb
from agent.domain.delivery import OutgoingMessage
from agent.domain.draft import STATE_JA, Draft, DraftState, DraftVersion
from agent.domain.errors import CallerMistake, NotFound, PolicyRefusal, StaleVersion
from agent.domain.occasion import Occasion
from agent.domain.occasion_brief import TWO_PEOPLE
from agent.domain.staff import ROLE_JA, Right
from agent.ports import Clock, Rewriter, UnitOfWork, UnitsOfWork
from agent.service.approve_draft import ApproveDraft, Decided
from agent.service.audit_text import text_sealed
from agent.service.edit_draft import EditDraft
from agent.service.recheck import Recheck, Rechecked
from agent.service.refuse_contact import refuse_contact

NEEDS = {
    Verb.APPROVE: Right.DECIDE,
    Verb.REJECT: Right.DECIDE,
    Verb.LATER: Right.DECIDE,
    Verb.NEVER: Right.DECIDE,
    Verb.EDIT: Right.WRITE,
    Verb.REWRITE: Right.WRITE,
}
OPEN = frozenset({DraftState.HELD, DraftState.WAITING})
SHOP_OPENS = time(9, 0)
"""「あとで」 means the next morning, when the shop's staff are back at the desk."""


class DecideDraft:
    """The six answers. Each runs in one transaction: what it says it did has happened, or nothing has."""

    def __init__(
        self,
        *,
        units: UnitsOfWork,
        recheck: Recheck,
        clock: Clock,
        mail_from: str | None = None,
        rewriter: Rewriter | None = None,
        two_people: Set[Occasion] = TWO_PEOPLE,
    ) -> None:
        self._units, self._clock, self._rewriter = units, clock, rewriter
        self._approve = ApproveDraft(recheck=recheck, clock=clock, mail_from=mail_from, two_people=two_people)
        self._edit = EditDraft(recheck=recheck, clock=clock)

    async def decide(
        self,
        draft_id: str,
        verb: Verb,
        *,
        by: str,
        text: str | None = None,
        subject: str | None = None,
        reason: str | None = None,
        expected_digest: str | None = None,
    ) -> Decided:
        """Give any of the six answers (the command line's way in). reason: also the wish of a rewrite.

        Raises NotFound (draft, user), PolicyRefusal (role), CallerMistake, StaleVersion, OperatorMustFix.
        """
        if verb is Verb.APPROVE:
            return self.approve(draft_id, by=by, reason=reason, expected_digest=expected_digest)
        if verb is Verb.EDIT:
            return self.edit(
                draft_id, by=by, text=text, subject=subject, reason=reason, expected_digest=expected_digest
            )
        if verb is Verb.REWRITE:
            return await self.rewrite(draft_id, by=by, instruct=reason or text)
        if verb is Verb.REJECT:
            return self.reject(draft_id, by=by, reason=reason)
        if verb is Verb.LATER:
            return self.later(draft_id, by=by, reason=reason)
        return self.never(draft_id, by=by, reason=reason)

    def approve(
        self,
        draft_id: str,
        *,
        by: str,
        reason: str | None = None,
        expected_digest: str | None = None,
        hold: timedelta = timedelta(0),
        together: frozenset[Occasion] | None = None,
    ) -> Decided:
        """Approve the exact text (see ApproveDraft.approve). A second approval of the same text changes nothing."""

        def inside(unit: UnitOfWork) -> Decided:
            return self._approve.approve(
                unit,
                draft_id,
                by=by,
                reason=reason,
                expected_digest=expected_digest,
                hold=hold,
                together=together,
            )

        return self._in_one(Verb.APPROVE, by, inside)

    def message(self, draft_id: str) -> OutgoingMessage | None:
        """The newest text of a draft as it would leave today; None without a text. Raises NotFound, OperatorMustFix."""
        with self._units(read_only=True) as unit:
            draft = unit.drafts.get(draft_id)
        if draft.version is None or draft.context is None:
            return None
        return self._approve.message(draft, draft.version)

    def undo_approval(self, draft_id: str, *, by: str) -> bool:
        """Take an approval back while nobody has claimed the message. False when it is too late."""
        with self._units() as unit:
            self._require(unit, Verb.APPROVE, by)
            draft = unit.drafts.get(draft_id, lock=True)
            if draft.state is not DraftState.SCHEDULED or not unit.outbox.cancel(
                draft_id, reason="承認の取り消し"
            ):
                return False
            unit.drafts.move(draft_id, DraftState.WAITING, by=by, why="承認の取り消し")
            self._audit(unit, by, "approval_undone", draft_id, text_sealed(draft))
            unit.commit()
        return True

    def edit(
        self,
        draft_id: str,
        *,
        by: str,
        text: str | None,
        subject: str | None = None,
        preheader: str | None = None,
        reason: str | None = None,
        expected_digest: str | None = None,
    ) -> Decided:
        """Store a person's text as a new version; it waits for approval, or is held by the gate.

        expected_digest: of the text the person started from; StaleVersion when there is a newer one.
        """
        if text is None:
            raise CallerMistake(
                "an edit needs a text", ja="編集する本文がありません。--text-file で渡してください。"
            )

        def inside(unit: UnitOfWork) -> Decided:
            draft = unit.drafts.get(draft_id, lock=True)
            if expected_digest not in (None, _digest(draft)):
                raise StaleVersion(
                    f"draft {draft_id} has a newer text than the one edited",
                    ja="この下書きは、ほかの方が先に更新しました。最新の文面と見比べてから、もう一度保存してください。",
                )
            version, state, findings = self._edit.edit(
                unit, draft, text=text, subject=subject, preheader=preheader, by=by, reason=reason
            )
            digest = version.digest(channel=draft.channel, recipient=draft.recipient)
            decision = self._record(
                unit, draft_id, version.number, Verb.EDIT, by, reason, digest, before=draft
            )
            return Decided(draft_id, Verb.EDIT, state, decision, findings=tuple(findings))

        return self._in_one(Verb.EDIT, by, inside)

    def look(
        self, draft_id: str, *, by: str, text: str, subject: str | None = None, preheader: str | None = None
    ) -> tuple[DraftVersion, Rechecked]:
        """What an edit would become and what the gate says to it today; nothing is stored. Raises what `edit` raises."""
        with self._units(read_only=True) as unit:
            self._require(unit, Verb.EDIT, by)
            draft = unit.drafts.get(draft_id)
        return self._edit.look(draft, text=text, subject=subject, preheader=preheader, by=by)

    def reject(self, draft_id: str, *, by: str, reason: str | None) -> Decided:
        """Reject for good. reason: a code of REJECT_REASONS, or free words. Raises CallerMistake without one."""
        if not reason or not reason.strip():
            codes = "、".join(f"{code}（{label}）" for code, label in REJECT_REASONS.items())
            raise CallerMistake("a rejection needs a reason", ja=f"却下の理由を添えてください。例: {codes}")

        def inside(unit: UnitOfWork) -> Decided:
            draft = self._open(unit, draft_id)
            decision = self._record(unit, draft_id, _number(draft), Verb.REJECT, by, reason, _digest(draft))
            why = REJECT_REASONS.get(reason, reason)
            unit.drafts.move(draft_id, DraftState.REJECTED, by=by, why=why)
            return Decided(draft_id, Verb.REJECT, DraftState.REJECTED, decision)

        return self._in_one(Verb.REJECT, by, inside)

    def later(self, draft_id: str, *, by: str, reason: str | None = None) -> Decided:
        """Put the draft off until the shop's next morning."""

        def inside(unit: UnitOfWork) -> Decided:
            draft = self._open(unit, draft_id)
            decision = self._record(unit, draft_id, _number(draft), Verb.LATER, by, reason, _digest(draft))
            until = next_morning(self._clock.now())
            unit.drafts.set_later(draft_id, until)
            return Decided(draft_id, Verb.LATER, draft.state, decision, due_at=until)

        return self._in_one(Verb.LATER, by, inside)

    def never(self, draft_id: str, *, by: str, reason: str | None = None) -> Decided:
        """Never write to this customer again, on any channel; everything on its way to them stops."""

        def inside(unit: UnitOfWork) -> Decided:
            draft = unit.drafts.get(draft_id)
            # Drafts are locked before the audit chain, as everywhere: the other way round two workers could wait for ever.
            stopped = refuse_contact(
                unit,
                draft.customer_id,
                None,
                source="console",
                by=by,
                why=reason or "このお客さまには送らない",
            )
            decision = self._record(unit, draft_id, _number(draft), Verb.NEVER, by, reason, _digest(draft))
            state = unit.drafts.get(draft_id).state
            return Decided(draft_id, Verb.NEVER, state, decision, suppressed=tuple(stopped))

        return self._in_one(Verb.NEVER, by, inside)

    async def rewrite(self, draft_id: str, *, by: str, instruct: str | None) -> Decided:
        """Ask for another text. The decision is recorded first, so that the wish survives a model that is down."""
        if self._rewriter is None:
            raise CallerMistake(
                "no writer is set up", ja="書き直しの準備ができていません。編集をご利用ください。"
            )

        def inside(unit: UnitOfWork) -> Decided:
            draft = self._open(unit, draft_id)
            decision = self._record(
                unit, draft_id, _number(draft), Verb.REWRITE, by, instruct, _digest(draft)
            )
            return Decided(draft_id, Verb.REWRITE, draft.state, decision)

        asked = self._in_one(Verb.REWRITE, by, inside)
        draft = await self._rewriter.rewrite(draft_id, instruct=instruct, by=by)
        return Decided(draft_id, Verb.REWRITE, draft.state, asked.decision, findings=draft.findings)

    # -- inside

    def _in_one(self, verb: Verb, by: str, inside: Callable[[UnitOfWork], Decided]) -> Decided:
        with self._units() as unit:
            self._require(unit, verb, by)
            decided = inside(unit)
            unit.commit()
        return decided

    def _require(self, unit: UnitOfWork, verb: Verb, by: str) -> None:
        found = unit.staff.find(by)
        if found is None:
            raise NotFound(
                f"no member of staff {by!r}",
                ja=f"担当者「{by}」は登録されていません。`okaeri user add {by} --role approver` で登録してください。",
            )
        member = found[0]
        if not member.may(NEEDS[verb]):
            raise PolicyRefusal(
                f"{by} ({member.role}) may not {verb}",
                ja=f"「{by}」さんの権限（{ROLE_JA[member.role]}）では、この操作はできません。承認者の方にご依頼ください。",
            )

    def _open(self, unit: UnitOfWork, draft_id: str) -> Draft:
        draft = unit.drafts.get(draft_id, lock=True)
        if draft.state not in OPEN:
            raise CallerMistake(
                f"draft {draft_id} is {draft.state}, not open",
                ja=f"この下書きは「{STATE_JA[draft.state]}」です。画面を更新してご確認ください。",
            )
        return draft

    def _record(
        self,
        unit: UnitOfWork,
        draft_id: str,
        version: int,
        verb: Verb,
        by: str,
        reason: str | None,
        digest: str | None,
        *,
        before: Draft | None = None,
    ) -> Decision:
        """before: the draft as it was when the answer changed its text."""
        decision = Decision(
            f"dc_{uuid4().hex[:16]}", draft_id, version, verb, by, reason, digest, self._clock.now()
        )
        unit.drafts.add_decision(decision)
        self._audit(
            unit,
            by,
            f"decided_{verb}",
            draft_id,
            {
                "version": version,
                "digest": digest,
                **text_sealed(unit.drafts.get(draft_id), before=before),
                "reason": reason,
                "decision_id": decision.decision_id,
            },
        )
        return decision

    def _audit(
        self, unit: UnitOfWork, by: str, action: str, draft_id: str, detail: dict[str, object]
    ) -> None:
        unit.audit.record(actor=by, action=action, object_kind="draft", object_id=draft_id, detail=detail)


def next_morning(moment: datetime) -> datetime:
    """The next 9:00 in Tokyo after a moment, in UTC."""
    here = moment.astimezone(TOKYO)
    morning = datetime.combine(here.date(), SHOP_OPENS, tzinfo=TOKYO)
    return (morning if morning > here else morning + timedelta(days=1)).astimezone(moment.tzinfo)


def _number(draft: Draft) -> int:
    return draft.version.number if draft.version else 0


def _digest(draft: Draft) -> str | None:
    if draft.version is None:
        return None
    return draft.version.digest(channel=draft.channel, recipient=draft.recipient)
