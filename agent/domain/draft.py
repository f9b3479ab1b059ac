"""A draft's life: its states, what may follow what, and the versions of its text."""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from agent.domain.errors import CallerMistake
from agent.domain.finding import Finding
from agent.domain.layout import Layout, layout_document
from agent.domain.message import MessageContext, Paragraph, Passage
from agent.domain.occasion import Channel, Occasion


class DraftState(StrEnum):
    """Where a draft stands. Every step is a row with who, when and why; nothing is overwritten."""

    COMPOSING = "composing"
    HELD = "held"
    WAITING = "waiting"
    APPROVED = "approved"
    SCHEDULED = "scheduled"
    DISPATCHING = "dispatching"
    DELIVERED = "delivered"
    BOUNCED = "bounced"
    UNKNOWN = "unknown"
    REJECTED = "rejected"
    EXPIRED = "expired"
    SUPERSEDED = "superseded"
    SUPPRESSED = "suppressed"


_S = DraftState
FOLLOWS: dict[DraftState, frozenset[DraftState]] = {
    _S.COMPOSING: frozenset({_S.HELD, _S.WAITING, _S.SUPERSEDED, _S.EXPIRED}),
    _S.HELD: frozenset({_S.HELD, _S.WAITING, _S.REJECTED, _S.EXPIRED, _S.SUPERSEDED, _S.SUPPRESSED}),
    _S.WAITING: frozenset(
        {_S.HELD, _S.WAITING, _S.APPROVED, _S.REJECTED, _S.EXPIRED, _S.SUPERSEDED, _S.SUPPRESSED}
    ),
    _S.APPROVED: frozenset({_S.SCHEDULED, _S.SUPPRESSED, _S.WAITING, _S.HELD}),
    _S.SCHEDULED: frozenset({_S.DISPATCHING, _S.SUPPRESSED, _S.HELD, _S.WAITING, _S.EXPIRED}),
    _S.DISPATCHING: frozenset(
        {_S.SCHEDULED, _S.DELIVERED, _S.BOUNCED, _S.UNKNOWN, _S.SUPPRESSED, _S.HELD, _S.EXPIRED}
    ),
    _S.UNKNOWN: frozenset({_S.DELIVERED, _S.BOUNCED}),
    _S.DELIVERED: frozenset({_S.BOUNCED}),
}
"""Which states may follow which; a state that is missing is final."""


EXPIRES_IN = frozenset({_S.COMPOSING, _S.HELD, _S.WAITING})
"""States whose drafts are read as expired once their time is over, whether or not a job has written it down yet."""


def require_step(before: DraftState, after: DraftState) -> None:
    """Raise CallerMistake unless a draft may go from `before` to `after`."""
    if after not in FOLLOWS.get(before, frozenset()):
        raise CallerMistake(
            f"a draft that is {before} cannot become {after}",
            ja=f"この下書きは「{STATE_JA[before]}」のため、「{STATE_JA[after]}」にはできません。画面を更新してご確認ください。",
        )


STATE_JA = {
    _S.COMPOSING: "作成中",
    _S.HELD: "保留（検査で停止）",
    _S.WAITING: "確認待ち",
    _S.APPROVED: "承認済み",
    _S.SCHEDULED: "送信予約",
    _S.DISPATCHING: "送信中",
    _S.DELIVERED: "送信済み",
    _S.BOUNCED: "届かず",
    _S.UNKNOWN: "結果不明",
    _S.REJECTED: "却下",
    _S.EXPIRED: "期限切れ",
    _S.SUPERSEDED: "差し替え済み",
    _S.SUPPRESSED: "送信取りやめ",
}
"""How staff read each state."""


def text_digest(
    channel: Channel,
    recipient: str,
    subject: str | None,
    body: str,
    preheader: str | None = None,
    layout: Layout | None = None,
) -> str:
    """SHA-256 over everything a customer would get: what an approval binds.

    A text from before layouts has neither preheader nor layout and keeps the digest it was approved with.
    """
    parts: list[object] = [channel.value, recipient, subject, body]
    if preheader is not None or layout is not None:
        parts += [preheader, layout_document(layout) if layout else None]
    sealed = json.dumps(parts, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(sealed.encode()).hexdigest()


class Recommendation(StrEnum):
    """What we advise: 送らない is an answer too."""

    SEND = "send"
    DO_NOT_SEND = "do_not_send"


@dataclass(frozen=True, slots=True)
class PromptUsed:
    """The published prompt a text came from; for the embedded writer, the message template."""

    name: str
    version: str
    digest: str


@dataclass(frozen=True, slots=True)
class DraftVersion:
    """One immutable text of a draft.

    number: 1, 2, …    author: `model:NAME`, `embedded`, or `staff:NAME` for an edit.    subject: None for LINE.
    body: plain text with greeting and footer, exactly what is sent.    paragraphs: the written middle with its evidence.
    evidence_facts, evidence_passages: the facts and passages as they stood when written.    plan: what the plan step chose.
    preheader, layout: as in `WrittenMessage`.
    steps: how a model came to it, each step as plain JSON; kept with the text and read by `DraftStore.writing_steps` only.
    """

    number: int
    author: str
    subject: str | None
    body: str
    paragraphs: tuple[Paragraph, ...]
    evidence_facts: dict[str, str]
    evidence_passages: tuple[Passage, ...]
    plan: dict[str, object]
    prompt: PromptUsed | None
    created_at: datetime
    preheader: str | None = None
    layout: Layout | None = None
    steps: tuple[dict[str, object], ...] = ()

    def digest(self, *, channel: Channel, recipient: str) -> str:
        """SHA-256 over everything that leaves: what an approval binds."""
        return text_digest(channel, recipient, self.subject, self.body, self.preheader, self.layout)


@dataclass(frozen=True, slots=True)
class Draft:
    """A message on its way, with its newest version.

    recipient: mail address or LINE user id.    reward: `Reward.document()`, kind `none` with its reason included; None without a text.
    context: what the gate compares the text with; kept so that it can be judged again.    why: the reason to write (or not).
    fallback: why the embedded writer stepped in for a model, None when it did not.
    """

    draft_id: str
    customer_id: str
    occasion: Occasion
    channel: Channel
    recipient: str
    state: DraftState
    recommendation: Recommendation
    why: str
    reward: dict[str, object] | None
    fallback: str | None
    context: MessageContext | None
    version: DraftVersion | None
    findings: tuple[Finding, ...]
    created_at: datetime
    expires_at: datetime | None
