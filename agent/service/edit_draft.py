"""A person's own words: a new version of a draft, judged by the gate like any other."""

import re
from collections.abc import Sequence

from agent.domain.decision import Verb
from agent.domain.draft import Draft, DraftState, DraftVersion
from agent.domain.errors import CallerMistake
from agent.domain.finding import Finding
from agent.domain.message import Paragraph
from agent.domain.occasion import Channel
from agent.ports import Clock, UnitOfWork
from agent.service.recheck import Recheck, Rechecked

_SUBJECT = re.compile(r"\A\s*件名\s*[:：][ \t　]*(?P<subject>[^\r\n]*)(?:\r?\n)+")
EDITABLE = frozenset({DraftState.HELD, DraftState.WAITING})


def split_subject(text: str) -> tuple[str | None, str]:
    """Take a first line 「件名：…」 off a text. Returns subject (None without such a line) and the rest."""
    match = _SUBJECT.match(text)
    return (match["subject"].strip(), text[match.end() :]) if match else (None, text)


class EditDraft:
    """Appends a version inside the caller's transaction; the caller commits."""

    def __init__(self, *, recheck: Recheck, clock: Clock) -> None:
        self._recheck, self._clock = recheck, clock

    def edit(
        self,
        unit: UnitOfWork,
        draft: Draft,
        *,
        text: str,
        subject: str | None,
        by: str,
        reason: str | None,
        preheader: str | None = None,
    ) -> tuple[DraftVersion, DraftState, Sequence[Finding]]:
        """Store the text as the newest version. Returns it with the state the gate leaves the draft in, and the findings.

        Text, subject and preheader as in `look`, which says what it raises.
        """
        version, judged = self.look(draft, text=text, subject=subject, preheader=preheader, by=by)
        after = DraftState.HELD if judged.refusal else DraftState.WAITING
        unit.drafts.add_version(
            draft.draft_id,
            version,
            judged.findings or (),
            stage=Verb.EDIT.value,
            after=after,
            by=by,
            why=judged.refusal.reason if judged.refusal else (reason or "編集"),
        )
        return version, after, judged.findings or ()

    def look(
        self, draft: Draft, *, text: str, subject: str | None, by: str, preheader: str | None = None
    ) -> tuple[DraftVersion, Rechecked]:
        """The version these words would become, judged as of today; nothing is stored.

        text: the whole body; a first line 「件名：…」 sets the subject unless `subject` does; without either the subject
        stays. preheader: None keeps it unless it repeated a sentence that is gone; empty takes it away.
        Raises CallerMistake when the draft can no longer be edited or nothing is left, OperatorMustFix.
        """
        if draft.version is None or draft.context is None or draft.state not in EDITABLE:
            raise CallerMistake(
                f"a draft that is {draft.state} cannot be edited",
                ja="この下書きは、もう編集できません。画面を更新して、いまの状態をご確認ください。",
            )
        named, body = split_subject(text)
        body = body.replace("\r\n", "\n").rstrip() + "\n"
        if not body.strip():
            raise CallerMistake("the text is empty", ja="本文が空です。文面を入力してください。")
        version = DraftVersion(
            number=draft.version.number + 1,
            author=f"staff:{by}",
            subject=_subject(draft, subject if subject is not None else named),
            body=body,
            paragraphs=_kept_evidence(body, draft.version.paragraphs),
            evidence_facts=draft.version.evidence_facts,
            evidence_passages=draft.version.evidence_passages,
            plan=draft.version.plan,
            prompt=draft.version.prompt,
            created_at=self._clock.now(),
            preheader=_preheader(draft, body, preheader),
            layout=draft.version.layout,
        )
        context = self._recheck.context_today(draft.context)
        return version, self._recheck.judge_text(draft, context, version)


def _subject(draft: Draft, wanted: str | None) -> str | None:
    if draft.channel is Channel.LINE:
        return None
    kept = draft.version.subject if draft.version else None
    subject = wanted if wanted is not None else kept
    if not subject or not subject.strip():
        raise CallerMistake("a mail needs a subject", ja="件名が空です。件名を入力してください。")
    return subject.strip()


def _preheader(draft: Draft, body: str, wanted: str | None) -> str | None:
    if draft.channel is Channel.LINE or draft.version is None:
        return None
    if wanted is not None:
        return " ".join(wanted.split()) or None
    kept, before = draft.version.preheader, draft.version.body
    return None if kept and kept in before and kept not in body else kept


def _kept_evidence(body: str, before: tuple[Paragraph, ...]) -> tuple[Paragraph, ...]:
    """Paragraphs whose words are still there keep what they rest on; new words rest on nothing but the person."""
    return tuple(paragraph for paragraph in before if paragraph.text.strip() in body)
