"""Everything a person needs to answer one draft: who and why, the exact text, the findings, its life."""

from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise
from typing import Literal

from agent.clock import TOKYO
from agent.domain.chart import Chart
from agent.domain.decision import Decision
from agent.domain.draft import Draft, DraftState, DraftVersion, Recommendation
from agent.domain.errors import NotFound
from agent.domain.finding import Severity
from agent.domain.message import Passage
from agent.domain.occasion import Channel
from agent.domain.staff import Right, StaffMember
from agent.ports import Charts, DraftStepTaken, UnitOfWork
from agent.service.recheck import WITHOUT_CONSENT
from agent.service.second_person import first_approver
from agent.service.sentence_sources import SourcedSentence, version_sentences
from console.desk.changes import Change, changes
from console.desk.marking import Piece, mark
from console.desk.queue_page import mark_of, name_of
from console.frame.render import say_expiry
from console.frame.words import Language, say

OPEN = frozenset({DraftState.WAITING, DraftState.HELD})
"""States in which a draft still wants an answer."""
LATEST_PURCHASES = 5


@dataclass(frozen=True, slots=True)
class Light:
    """May this person be written to? Colour is never the only sign: the words say it too."""

    colour: Literal["ok", "no", "unknown"]
    head: str
    why: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """A paragraph with what it rests on; a source that vanished is (id, None). sentences: those that state something."""

    text: str
    facts: tuple[tuple[str, str | None], ...]
    passages: tuple[tuple[str, Passage | None], ...]
    sentences: tuple[SourcedSentence, ...]


@dataclass(frozen=True, slots=True)
class TextChange:
    """How one version differs from the one before. subject: None where it stayed."""

    number: int
    author: str
    at: datetime
    subject: tuple[Change, ...] | None
    body: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class Desk:
    """One draft on the desk. cannot_approve: the word why not, None when approving is possible. order of findings: worst first.

    first_approval: who gave the first of two approvals of this very text, None when nobody did.
    """

    draft: Draft
    name: str
    chart: Chart | None
    light: Light
    expiry: str | None
    digest: str | None
    subject: tuple[Piece, ...]
    preheader: tuple[Piece, ...]
    body: tuple[Piece, ...]
    mark: str | None
    evidence: tuple[Evidence, ...]
    history: tuple[TextChange, ...]
    steps: tuple[DraftStepTaken, ...]
    decisions: tuple[Decision, ...]
    open: bool
    may_write: bool
    may_decide: bool
    do_not_send: bool
    cannot_approve: str | None
    first_approval: str | None


def read_desk(
    unit: UnitOfWork, charts: Charts, draft_id: str, *, member: StaffMember, now: datetime, language: Language
) -> Desk:
    """Gather one draft. Raises NotFound when there is no such draft; a vanished customer only leaves `chart` None."""
    draft = unit.drafts.get(draft_id)
    version, findings = draft.version, draft.findings
    chart = _chart(charts, draft.customer_id, now)
    stopped = unit.consents.suppressed(draft.channel, draft.recipient)
    light = light_of(chart, draft.channel, stopped=stopped, language=language)
    digest = version.digest(channel=draft.channel, recipient=draft.recipient) if version else None
    return Desk(
        draft=draft,
        name=name_of(draft.context.customer if draft.context else None, language=language),
        chart=chart,
        light=light,
        expiry=say_expiry(language, draft.expires_at, now),
        digest=digest,
        subject=tuple(mark(version.subject, findings, field="subject"))
        if version and version.subject
        else (),
        preheader=tuple(mark(version.preheader, findings, field="preheader"))
        if version and version.preheader
        else (),
        body=tuple(mark(version.body, findings, field="body")) if version else (),
        mark=mark_of(version),
        evidence=_evidence(version) if version else (),
        history=_history(unit.drafts.versions(draft_id)),
        steps=tuple(unit.drafts.steps(draft_id)),
        decisions=tuple(unit.drafts.decisions(draft_id)),
        open=draft.state in OPEN,
        may_write=member.may(Right.WRITE),
        may_decide=member.may(Right.DECIDE),
        do_not_send=draft.recommendation is Recommendation.DO_NOT_SEND,
        cannot_approve=_obstacle(draft, light),
        first_approval=first_approver(unit, draft_id, digest=digest) if digest else None,
    )


def light_of(chart: Chart | None, channel: Channel, *, stopped: str | None, language: Language) -> Light:
    """Consent as one light: no beats unknown beats yes."""
    named = say(language, f"channel_{channel.value}")
    no, unknown = say(language, "light_no"), say(language, "light_unknown")
    if chart is None:
        return Light("unknown", unknown, say(language, "chart_missing"))
    if stopped:
        return Light("no", no, say(language, "light_suppressed", reason=stopped))
    if not chart.contactable:
        return Light("no", no, say(language, "light_withdrawn"))
    agreed = chart.consent_email if channel is Channel.EMAIL else chart.consent_line
    if agreed is None:
        return Light("unknown", unknown, say(language, "light_unknown_why", channel=named))
    if not agreed:
        return Light("no", no, say(language, "light_no_why", channel=named))
    return Light("ok", say(language, "light_ok"), say(language, "light_ok_why", channel=named))


def next_waiting(unit: UnitOfWork, *, after: str) -> str | None:
    """The oldest waiting draft but this one."""
    waiting = unit.drafts.listed({DraftState.WAITING}, limit=2)
    return next((draft.draft_id for draft in waiting if draft.draft_id != after), None)


def _chart(charts: Charts, customer_id: str, now: datetime) -> Chart | None:
    try:
        return charts.chart(customer_id, as_of=now.astimezone(TOKYO).date())
    except NotFound:
        return None


def _obstacle(draft: Draft, light: Light) -> str | None:
    if draft.version is None:
        return "approve_no_text"
    if light.colour != "ok" and draft.occasion not in WITHOUT_CONSENT:
        return "approve_no_consent"
    blocked = any(finding.severity is Severity.BLOCK for finding in draft.findings)
    return "approve_blocked" if blocked else None


def _evidence(version: DraftVersion) -> tuple[Evidence, ...]:
    passages = {passage.passage_id: passage for passage in version.evidence_passages}
    return tuple(
        Evidence(
            paragraph.text,
            tuple((fact, version.evidence_facts.get(fact)) for fact in paragraph.fact_ids),
            tuple((passage, passages.get(passage)) for passage in paragraph.passage_ids),
            tuple(one for one in version_sentences(replace(version, paragraphs=(paragraph,))) if one.quotes),
        )
        for paragraph in version.paragraphs
    )


def _history(versions: list[DraftVersion]) -> tuple[TextChange, ...]:
    """Newest change first."""
    found = [
        TextChange(
            number=new.number,
            author=new.author,
            at=new.created_at,
            subject=tuple(changes(old.subject or "", new.subject or ""))
            if old.subject != new.subject
            else None,
            body=tuple(changes(old.body, new.body)),
        )
        for old, new in pairwise(versions)
    ]
    return tuple(reversed(found))
