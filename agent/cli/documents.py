"""The JSON documents of drafts and decisions, field by field as the command-line contract has them."""

from typing import Any

from agent.domain.draft import Draft, DraftVersion, Recommendation
from agent.domain.finding import Finding, Severity
from agent.domain.message import Passage
from agent.service.approve_draft import Decided
from agent.service.sentence_sources import version_sentences


def finding_document(finding: Finding) -> dict[str, Any]:
    """One finding; spans count code points."""
    return {
        "check": finding.check,
        "severity": finding.severity.value,
        "field": finding.field,
        "span": list(finding.span),
        "quote": finding.quote,
        "message": finding.message,
        "suggestion": finding.suggestion,
    }


def recommendation(draft: Draft) -> Recommendation:
    """What we advise about the draft as it stands: never to send a text that is missing or blocked."""
    if draft.version is None or any(finding.severity is Severity.BLOCK for finding in draft.findings):
        return Recommendation.DO_NOT_SEND
    return draft.recommendation


def draft_document(draft: Draft, *, cost_micro_yen: int | None = None) -> dict[str, Any]:
    """One draft with its newest text and evidence. cost_micro_yen: what its models cost, None when nobody can say."""
    version = draft.version
    cited_facts = {fact for p in version.paragraphs for fact in p.fact_ids} if version else set()
    cited_passages = {passage for p in version.paragraphs for passage in p.passage_ids} if version else set()
    return {
        "draft_id": draft.draft_id,
        "customer_id": draft.customer_id,
        "occasion": draft.occasion.value,
        "channel": draft.channel.value,
        "recipient": draft.recipient,
        "state": draft.state.value,
        "version": version.number if version else None,
        "subject": version.subject if version else None,
        "preheader": version.preheader if version else None,
        "layout": version.layout.name if version and version.layout else None,
        "body": version.body if version else None,
        "paragraphs": [
            {"text": p.text, "facts": list(p.fact_ids), "passages": list(p.passage_ids)}
            for p in (version.paragraphs if version else ())
        ],
        "sentences": [
            {
                "text": one.text,
                "facts": list(one.facts),
                "passages": list(one.passages),
                "quotes": [{"id": i, "text": text} for i, text in one.quotes],
            }
            for one in (version_sentences(version) if version else ())
        ],
        "facts_used": [
            {"id": fact_id, "text": text}
            for fact_id, text in (version.evidence_facts if version else {}).items()
            if fact_id in cited_facts
        ],
        "passages_used": [
            {
                "id": p.passage_id,
                "document_id": p.document_id,
                "sku": p.sku,
                "title": p.title,
                "text": p.text,
            }
            for p in (version.evidence_passages if version else ())
            if p.passage_id in cited_passages
        ],
        "reward": draft.reward,
        "writer": version.author if version else None,
        "fallback": draft.fallback,
        "cost_yen": None if cost_micro_yen is None else round(cost_micro_yen / 1_000_000, 4),
        "prompt": (
            {
                "name": version.prompt.name,
                "version": version.prompt.version,
                "digest": version.prompt.digest,
            }
            if version and version.prompt
            else None
        ),
        "findings": [finding_document(finding) for finding in draft.findings],
        "recommendation": recommendation(draft).value,
        "why": draft.why,
        "created_at": draft.created_at.isoformat(),
        "expires_at": draft.expires_at.isoformat() if draft.expires_at else None,
    }


def variant_document(version: DraftVersion) -> dict[str, Any]:
    """One text of a draft among others."""
    return {
        "version": version.number,
        "author": version.author,
        "angle": str(version.plan.get("angle") or ""),
        "subject": version.subject,
        "middle": "\n\n".join(p.text for p in version.paragraphs),
        "body": version.body,
    }


def decision_document(decided: Decided, *, by: str) -> dict[str, Any]:
    """What a decision led to; `refused` holds the reason when it did not take effect."""
    row = decided.decision
    return {
        "decision_id": row.decision_id if row else None,
        "draft_id": decided.draft_id,
        "version": row.version if row else None,
        "verb": decided.verb.value,
        "by": row.by if row else by,
        "reason": row.reason if row else None,
        "digest": row.digest if row else None,
        "at": row.at.isoformat() if row else None,
        "state": decided.state.value,
        "refused": {"code": decided.refusal.code, "reason": decided.refusal.reason}
        if decided.refusal
        else None,
        "findings": [finding_document(finding) for finding in decided.findings or ()],
        "repeated": decided.repeated,
        "awaits_second": decided.awaits_second,
        "due_at": decided.due_at.isoformat() if decided.due_at else None,
        "suppressed": list(decided.suppressed),
    }


def passage_document(passage: Passage) -> dict[str, Any]:
    """One search result."""
    return {
        "document_id": passage.document_id,
        "sku": passage.sku,
        "title": passage.title,
        "passage": passage.text,
        "score": round(passage.score, 4),
    }
