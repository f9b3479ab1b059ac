"""What a person said about a draft."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Verb(StrEnum):
    """The six answers of a reviewer."""

    APPROVE = "approve"
    EDIT = "edit"
    REJECT = "reject"
    REWRITE = "rewrite"
    LATER = "later"
    NEVER = "never"


REJECT_REASONS = {
    "facts": "事実が違う",
    "tone": "言い方がよくない",
    "timing": "今ではない",
    "reward": "特典が合わない",
    "duplicate": "似たものを送ったばかり",
    "relation": "事情のあるお客さま",
    "law": "表現が心配",
    "other": "その他",
}
"""Reason codes of a rejection and how staff read them."""


@dataclass(frozen=True, slots=True)
class Decision:
    """A reviewer's answer, bound to one exact text by its digest. reason: a code for reject, free words otherwise."""

    decision_id: str
    draft_id: str
    version: int
    verb: Verb
    by: str
    reason: str | None
    digest: str | None
    at: datetime
