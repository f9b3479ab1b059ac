"""Take an earlier text of a draft again: one of several alternatives, or what stood before an edit."""

from dataclasses import replace
from uuid import uuid4

from agent.domain.decision import Decision, Verb
from agent.domain.draft import STATE_JA, Draft, DraftState, DraftVersion
from agent.domain.errors import CallerMistake, NotFound, PolicyRefusal
from agent.domain.finding import Finding, Severity, Verdict
from agent.domain.message import MessageContext
from agent.domain.staff import ROLE_JA, Right
from agent.ports import Clock, UnitOfWork, UnitsOfWork
from agent.service.approve_draft import Decided
from agent.service.audit_text import version_sealed
from agent.service.check_evidence import check_evidence
from agent.service.edit_draft import EDITABLE
from agent.service.recheck import Recheck


class TakeVersion:
    """Appends a copy of an earlier version as the newest, judged as of today: nothing is overwritten, no text loses its author."""

    def __init__(self, *, units: UnitsOfWork, recheck: Recheck, clock: Clock) -> None:
        self._units, self._recheck, self._clock = units, recheck, clock

    def __call__(self, draft_id: str, number: int, *, by: str) -> Decided:
        """Take version `number`. The answer is recorded as an edit by this person.

        Raises NotFound for an unknown draft or person, PolicyRefusal without the right to write, CallerMistake when the draft
        is no longer open, there is no such version, or it is the newest already.
        """
        with self._units() as unit:
            _require_writer(unit, by)
            draft = unit.drafts.get(draft_id, lock=True)
            old = _version(draft, unit.drafts.versions(draft_id), number)
            now = self._clock.now()
            copy = replace(
                old,
                number=_newest(draft) + 1,
                created_at=now,
                steps=unit.drafts.writing_steps(draft_id, number),
            )
            findings = self._judge(draft, copy)
            blocked = [f for f in findings if f.severity is Severity.BLOCK]
            after = DraftState.HELD if blocked else DraftState.WAITING
            why = f"版{number}の文面に戻す"
            unit.drafts.add_version(
                draft_id, copy, findings, stage=Verb.EDIT.value, after=after, by=by, why=why
            )
            decision = Decision(
                f"dc_{uuid4().hex[:16]}", draft_id, copy.number, Verb.EDIT, by, why, None, now
            )
            unit.drafts.add_decision(decision)
            unit.audit.record(
                actor=by,
                action="took_version",
                object_kind="draft",
                object_id=draft_id,
                detail={**version_sealed(draft, copy), "copy_of": number},
            )
            unit.commit()
        return Decided(draft_id, Verb.EDIT, after, decision, findings=findings)

    def _judge(self, draft: Draft, version: DraftVersion) -> tuple[Finding, ...]:
        if draft.context is None:
            return ()
        context = self._recheck.context_today(draft.context)
        found = [*(self._recheck.judge_text(draft, context, version).findings or ())]
        if not version.author.startswith("staff:"):  # a person's words rest on the person
            found += _unproven(context, version)
        return Verdict.of(found).findings


def _unproven(context: MessageContext, version: DraftVersion) -> list[Finding]:
    facts = {fact.fact_id: fact.text for fact in context.customer.facts} | version.evidence_facts
    return check_evidence(
        version.body,
        version.paragraphs,
        facts=facts,
        passages={p.passage_id: p.text + p.title for p in version.evidence_passages},
        subject=version.subject or "",
    )


def _newest(draft: Draft) -> int:
    return draft.version.number if draft.version else 0


def _version(draft: Draft, versions: list[DraftVersion], number: int) -> DraftVersion:
    if draft.state not in EDITABLE:
        raise CallerMistake(
            f"draft {draft.draft_id} is {draft.state}, not open",
            ja=f"この下書きは「{STATE_JA[draft.state]}」です。画面を更新してご確認ください。",
        )
    found = next((v for v in versions if v.number == number), None)
    if found is None or number == _newest(draft):
        there = "、".join(str(v.number) for v in versions if v.number != _newest(draft)) or "なし"
        raise CallerMistake(
            f"draft {draft.draft_id} has no earlier version {number}",
            ja=f"版{number}には戻せません。戻せる版: {there}。",
        )
    return found


def _require_writer(unit: UnitOfWork, by: str) -> None:
    found = unit.staff.find(by)
    if found is None:
        raise NotFound(
            f"no member of staff {by!r}",
            ja=f"担当者「{by}」は登録されていません。`okaeri user add {by} --role approver` で登録してください。",
        )
    member = found[0]
    if not member.may(Right.WRITE):
        raise PolicyRefusal(
            f"{by} ({member.role}) may not write",
            ja=f"「{by}」さんの権限（{ROLE_JA[member.role]}）では、この操作はできません。",
        )
