"""Everything a person needs to answer one draft: who and why, the exact text, the findings, its life."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise

from agent.clock import TOKYO
from agent.domain.chart import Chart
from agent.domain.decision import Decision
from agent.domain.draft import Draft, DraftState, DraftVersion, Recommendation
from agent.domain.errors import NotFound
from agent.domain.experience import Experience
from agent.domain.finding import Severity
from agent.domain.message import Passage
from agent.domain.staff import Right, StaffMember
from agent.ports import Charts, DraftStepTaken, Experiences, UnitOfWork
from agent.service.about_occasion import LOOKED_BACK
from agent.service.advise import TOLD_DAYS
from agent.service.ask_variant import MOST_TEXTS, different_texts
from agent.service.recheck import WITHOUT_CONSENT
from agent.service.second_person import first_approver
from agent.service.sentence_sources import SourcedSentence, version_sentences
from console.desk.changes import Change, changes
from console.desk.marking import Piece, mark
from console.desk.queue_page import mark_of, name_of
from console.desk.safe_to_contact import Light as Light
from console.desk.safe_to_contact import Part, parts_of, with_care
from console.desk.safe_to_contact import light_of as light_of
from console.desk.story import Entry, story_of
from console.frame.render import say_expiry
from console.frame.words import Language

OPEN = frozenset({DraftState.WAITING, DraftState.HELD})
"""States in which a draft still wants an answer."""
STORY_DAYS = timedelta(days=365)
"""How far back the messages to a customer are told."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """A paragraph with what it rests on; a source that vanished is (id, None). sentences: all of them, in order."""

    text: str
    facts: tuple[tuple[str, str | None], ...]
    passages: tuple[tuple[str, Passage | None], ...]
    sentences: tuple[SourcedSentence, ...]

    def facts_of(self, sentence: SourcedSentence) -> list[tuple[str, str | None]]:
        """The customer's records one sentence rests on."""
        return [fact for fact in self.facts if fact[0] in sentence.facts]

    def passages_of(self, sentence: SourcedSentence) -> list[tuple[str, Passage | None]]:
        """The shop's own texts one sentence rests on."""
        return [passage for passage in self.passages if passage[0] in sentence.passages]

    @property
    def other_facts(self) -> list[tuple[str, str | None]]:
        """Records the paragraph names and no single sentence repeats."""
        told = {fact for sentence in self.sentences for fact in sentence.facts}
        return [fact for fact in self.facts if fact[0] not in told]

    @property
    def other_passages(self) -> list[tuple[str, Passage | None]]:
        """The same for the shop's own texts."""
        told = {passage for sentence in self.sentences for passage in sentence.passages}
        return [passage for passage in self.passages if passage[0] not in told]


@dataclass(frozen=True, slots=True)
class TextChange:
    """How version `number` differs from version `since`. subject: None where it stayed."""

    number: int
    since: int
    author: str
    at: datetime
    subject: tuple[Change, ...] | None
    body: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class Desk:
    """One draft on the desk. cannot_approve: the word why not, None when approving is possible. order of findings: worst first.

    parts: what the light is made of; story: what happened to the customer, newest first; both empty without a chart.
    by_hand: how the text differs from the first one nobody had edited, None unless a person edited it last.
    texts: how many different texts there are; most_texts: where it ends.    before, after: the waiting drafts beside this one.
    first_approval: who gave the first of two approvals of this very text, None when nobody did.
    """

    draft: Draft
    name: str
    chart: Chart | None
    light: Light
    parts: tuple[Part, ...]
    story: tuple[Entry, ...]
    expiry: str | None
    digest: str | None
    subject: tuple[Piece, ...]
    preheader: tuple[Piece, ...]
    body: tuple[Piece, ...]
    mark: str | None
    evidence: tuple[Evidence, ...]
    history: tuple[TextChange, ...]
    by_hand: TextChange | None
    texts: int
    most_texts: int
    before: str | None
    after: str | None
    steps: tuple[DraftStepTaken, ...]
    decisions: tuple[Decision, ...]
    open: bool
    may_write: bool
    may_decide: bool
    do_not_send: bool
    cannot_approve: str | None
    first_approval: str | None


def read_desk(
    unit: UnitOfWork,
    charts: Charts,
    draft_id: str,
    *,
    member: StaffMember,
    now: datetime,
    language: Language,
    experiences: Experiences | None = None,
) -> Desk:
    """Gather one draft. Raises NotFound when there is no such draft; a vanished customer only leaves `chart` None.

    experiences: None where orders and answers are not read; the light then says nothing of troubles and refunds.
    """
    draft = unit.drafts.get(draft_id)
    version, findings, versions = draft.version, draft.findings, unit.drafts.versions(draft_id)
    chart = _chart(charts, draft.customer_id, now)
    stopped = unit.consents.suppressed(draft.channel, draft.recipient)
    light = light_of(chart, draft.channel, stopped=stopped, language=language)
    parts: tuple[Part, ...] = ()
    story: tuple[Entry, ...] = ()
    if chart is not None:
        experience = _experience(experiences, chart.customer_id, now)
        told = unit.drafts.told(chart.customer_id, since=now - STORY_DAYS)
        lately = [one for one in told if one.created_at >= now - timedelta(days=TOLD_DAYS)]
        parts = parts_of(
            draft, chart, stopped=stopped, told=lately, experience=experience, now=now, language=language
        )
        others = [one for one in told if one.draft_id != draft_id]
        story = story_of(chart, told=others, experience=experience, language=language)
    digest = version.digest(channel=draft.channel, recipient=draft.recipient) if version else None
    before, after = unit.drafts.beside(draft_id)
    return Desk(
        draft=draft,
        name=name_of(draft.context.customer if draft.context else None, language=language),
        chart=chart,
        light=with_care(light, parts, advised=not _do_not_send(draft), language=language),
        parts=parts,
        story=story,
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
        history=_history(versions),
        by_hand=_by_hand(versions),
        texts=len(different_texts(versions)),
        most_texts=MOST_TEXTS,
        before=before,
        after=after,
        steps=tuple(unit.drafts.steps(draft_id)),
        decisions=tuple(unit.drafts.decisions(draft_id)),
        open=draft.state in OPEN,
        may_write=member.may(Right.WRITE),
        may_decide=member.may(Right.DECIDE),
        do_not_send=_do_not_send(draft),
        cannot_approve=_obstacle(draft, light),
        first_approval=first_approver(unit, draft_id, digest=digest) if digest else None,
    )


def next_waiting(unit: UnitOfWork, *, after: str) -> str | None:
    """The oldest waiting draft but this one."""
    waiting = unit.drafts.listed({DraftState.WAITING}, limit=2)
    return next((draft.draft_id for draft in waiting if draft.draft_id != after), None)


def _chart(charts: Charts, customer_id: str, now: datetime) -> Chart | None:
    try:
        return charts.chart(customer_id, as_of=now.astimezone(TOKYO).date())
    except NotFound:
        return None


def _do_not_send(draft: Draft) -> bool:
    return draft.recommendation is Recommendation.DO_NOT_SEND


def _experience(experiences: Experiences | None, customer_id: str, now: datetime) -> Experience | None:
    if experiences is None:
        return None
    today = now.astimezone(TOKYO).date()
    return experiences.of(customer_id, since=today - LOOKED_BACK, until=today)


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
            version_sentences(replace(version, paragraphs=(paragraph,))),
        )
        for paragraph in version.paragraphs
    )


def _history(versions: list[DraftVersion]) -> tuple[TextChange, ...]:
    """Newest change first."""
    return tuple(reversed([_change(old, new) for old, new in pairwise(versions)]))


def _by_hand(versions: list[DraftVersion]) -> TextChange | None:
    """From the last text that no person had touched to the newest."""
    if not versions or not versions[-1].author.startswith("staff:"):
        return None
    first = next((one for one in reversed(versions) if not one.author.startswith("staff:")), None)
    return _change(first, versions[-1]) if first else None


def _change(old: DraftVersion, new: DraftVersion) -> TextChange:
    return TextChange(
        number=new.number,
        since=old.number,
        author=new.author,
        at=new.created_at,
        subject=tuple(changes(old.subject or "", new.subject or "")) if old.subject != new.subject else None,
        body=tuple(changes(old.body, new.body)),
    )
