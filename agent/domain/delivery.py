"""One message leaving: what is sent and what became of it."""

import hashlib
import json
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from agent.domain.layout import Layout, layout_document, layout_from
from agent.domain.occasion import Channel


@dataclass(frozen=True, slots=True)
class OutgoingMessage:
    """What a channel is asked to carry. Fixed when the outbox row is written, identical at every attempt.

    message_id: RFC 5322 Message-ID with angle brackets.    retry_key: UUID for X-Line-Retry-Key and X-Dedupe-Key.
    layout: how the body is dressed, None for a message from before layouts (plain text).    coupon: the granted code, shown in
    a box where the body says it.    site_domain: the only host that buttons, links and pictures may lead to.
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
    preheader: str | None = None
    layout: Layout | None = None
    coupon: str | None = None
    site_domain: str = ""

    def seal(self) -> str:
        """SHA-256 over every field: a row whose payload was changed no longer matches."""
        text = json.dumps(self.document(), ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()

    def document(self) -> dict[str, Any]:
        """The message as plain JSON values. Fields younger than the outbox are left out while unset: old seals still match."""
        told = {**asdict(self), "layout": layout_document(self.layout) if self.layout else None}
        return {
            name: value for name, value in told.items() if name not in _YOUNGER or value != _YOUNGER[name]
        }

    @classmethod
    def from_document(cls, told: dict[str, Any]) -> "OutgoingMessage":
        """The inverse of `document`."""
        layout = layout_from(told["layout"]) if told.get("layout") else None
        return cls(**{**told, "channel": Channel(told["channel"]), "layout": layout})


_YOUNGER = {"preheader": None, "layout": None, "coupon": None, "site_domain": ""}


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
