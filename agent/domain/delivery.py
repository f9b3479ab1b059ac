"""One message leaving: what is sent and what became of it."""

import hashlib
import json
from dataclasses import asdict, dataclass
from enum import StrEnum

from agent.domain.occasion import Channel


@dataclass(frozen=True, slots=True)
class OutgoingMessage:
    """What a channel is asked to carry. Fixed when the outbox row is written, identical at every attempt.

    message_id: RFC 5322 Message-ID with angle brackets.    retry_key: UUID for X-Line-Retry-Key and X-Dedupe-Key.
    """

    outbox_id: str
    channel: Channel
    recipient: str
    subject: str | None
    body: str
    message_id: str
    retry_key: str
    unsubscribe_url: str
    sender_name: str
    sender_address: str

    def seal(self) -> str:
        """SHA-256 over every field: a row whose payload was changed no longer matches."""
        text = json.dumps(asdict(self), ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()


class Outcome(StrEnum):
    """delivered: accepted by the peer. retry: a passing fault. bounced: this address is bad. refused: not this address's fault
    (policy, settings, content). unknown: it may have left; never sent again by itself."""

    DELIVERED = "delivered"
    RETRY = "retry"
    BOUNCED = "bounced"
    REFUSED = "refused"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class SendResult:
    """What a channel answers. detail: the peer's words; provider_id: its receipt; place: where a dry run wrote the file.

    pause: the fault is the channel's, not this message's (settings, quota, reputation): send no more over it for now.
    """

    outcome: Outcome
    detail: str
    provider_id: str | None = None
    place: str | None = None
    pause: bool = False
