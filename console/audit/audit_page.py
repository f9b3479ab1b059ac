"""One page of the record: filtered, paged by key, with what each row says of the text."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from agent.domain.audit import ACTION_JA, AuditEntry, AuditFilter, ChainVerdict
from agent.service.audit_trail import AuditTrail
from console.frame.words import WORDS, Language, say

PAGE = 50
"""Rows on a page."""
SHOWN = 16
"""Signs of a digest that are enough to compare by eye."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for, as typed. trouble: what of it could not be understood, in the visitor's language."""

    wanted: AuditFilter
    by: str
    about: str
    action: str
    day: str
    trouble: str | None

    @property
    def query(self) -> str:
        """The filter as it stands in an address, without its page."""
        named = {"by": self.by, "about": self.about, "action": self.action, "day": self.day}
        return urlencode({name: value for name, value in named.items() if value})


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the record. texts: (word, digest); evidence: ids."""

    entry: AuditEntry
    actor: str
    action: str
    kind: str
    draft: bool
    reason: str
    texts: tuple[tuple[str, str], ...]
    writer: str
    prompt: str
    evidence: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RecordPage:
    """What the page shows. newer, older: keys of the neighbouring pages, None at an end.    behind: rows not checked yet."""

    lines: tuple[Line, ...]
    newer: int | None
    older: int | None
    verdict: ChainVerdict | None
    behind: int


def read_asked(*, by: str, about: str, action: str, day: str, language: Language) -> Asked:
    """Understand the address. What cannot be understood filters nothing, and is said."""
    by, about, action, day = by.strip()[:80], about.strip()[:200], action.strip()[:60], day.strip()[:20]
    trouble, on = None, None
    if day:
        try:
            on = date.fromisoformat(day)
        except ValueError:
            trouble, day = say(language, "audit_unknown_day", said=day), ""
    if action and action not in ACTION_JA:
        trouble, action = say(language, "audit_unknown_action", said=action), ""
    wanted = AuditFilter(by or None, action or None, about or None, on)
    return Asked(wanted, by, about, action, day, trouble)


def read_record(
    trail: AuditTrail, wanted: AuditFilter, *, before: int | None, after: int | None, language: Language
) -> RecordPage:
    """One page: rows under `before`, or just above `after`, else the newest."""
    found = trail.page(wanted, before=before, after=after, limit=PAGE + 1)
    more = len(found) > PAGE
    shown = found[-PAGE:] if after is not None else found[:PAGE]
    older = newer = None
    if shown:
        older = shown[-1].sequence if (more and after is None) or after is not None else None
        newer = shown[0].sequence if (more and after is not None) or before is not None else None
    verdict = trail.verdict()
    newest = trail.page(AuditFilter(), limit=1)
    last = newest[0].sequence if newest else 0
    return RecordPage(
        tuple(_line(entry, language) for entry in shown),
        newer,
        older,
        verdict,
        max(0, last - verdict.through) if verdict else last,
    )


def _line(entry: AuditEntry, language: Language) -> Line:
    detail = entry.detail
    texts = [
        (say(language, word), str(detail[key])[:SHOWN])
        for key, word in (("digest_before", "audit_text_before"), ("digest", "audit_text_after"))
        if detail.get(key)
    ]
    kind = f"kind_{entry.object_kind}"
    return Line(
        entry=entry,
        actor=_named(f"actor_{entry.actor}", entry.actor, language),
        action=_named(f"action_{entry.action}", entry.action, language),
        kind=_named(kind, entry.object_kind, language),
        draft=entry.object_kind == "draft",
        reason=str(detail.get("reason") or detail.get("why") or ""),
        texts=tuple(texts),
        writer=str(detail.get("writer") or ""),
        prompt=_prompt(detail.get("prompt")),
        evidence=_evidence(detail.get("evidence")),
    )


def _named(key: str, plain: str, language: Language) -> str:
    return say(language, key) if key in WORDS else plain


def _prompt(value: object) -> str:
    return f"{value.get('name')} {value.get('version')}" if isinstance(value, Mapping) else ""


def _evidence(value: object) -> tuple[str, ...]:
    if not isinstance(value, Mapping):
        return ()
    return tuple(str(one) for kind in ("facts", "passages") for one in value.get(kind) or ())
