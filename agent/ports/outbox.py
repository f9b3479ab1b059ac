"""Where messages wait to leave."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from agent.domain.delivery import OutgoingMessage, SendResult
from agent.domain.draft import DraftState
from agent.domain.occasion import Channel


@dataclass(frozen=True, slots=True)
class OutboxEntry:
    """A claimed outbox row. fence: hand it back with every outcome.

    attempts: claims that led to a try, this one included.    payload_digest: the seal set when the row was written.
    first_tried_at: real seconds of the first claim.
    """

    message: OutgoingMessage
    draft_id: str
    version: int
    fence: int
    attempts: int
    due_at: datetime
    expires_at: datetime | None
    payload_digest: str
    first_tried_at: float


class OutboxStore(Protocol):
    """Messages that will leave. Claims, leases and fences use real time; due and expiry the business clock."""

    def add(
        self,
        *,
        draft_id: str,
        version: int,
        message: OutgoingMessage,
        due_at: datetime,
        expires_at: datetime | None,
    ) -> None:
        """Write the row in the approval's transaction. Raises StaleVersion when the draft already has one."""
        ...

    def claim(
        self,
        *,
        owner: str,
        lease_seconds: float,
        limit: int,
        real_now: float,
        channels: Collection[Channel] | None = None,
    ) -> list[OutboxEntry]:
        """Take rows that are due, or whose lease ran out, raising their fence. Nobody else gets them meanwhile.
        channels: only these (None: all)."""
        ...

    def renew(self, fences: Mapping[str, int], *, lease_until: float) -> None:
        """Keep claimed rows (outbox id to fence) while their sends are still under way."""
        ...

    def finish(self, outbox_id: str, *, fence: int, state: DraftState, result: SendResult) -> bool:
        """Record an attempt's final outcome. False, and nothing changes, when the fence is old."""
        ...

    def withdraw(self, outbox_id: str, *, fence: int, state: DraftState, reason: str) -> bool:
        """Close a claimed row that must not be sent. False when the fence is old."""
        ...

    def put_back(
        self,
        outbox_id: str,
        *,
        fence: int,
        retry_at: float | None,
        due_at: datetime | None,
        result: SendResult | None,
    ) -> bool:
        """Return a row to be tried again: at a real moment (passing fault) or a business moment (quiet hours)."""
        ...

    def cancel(self, draft_id: str, *, reason: str) -> bool:
        """Withdraw a scheduled row that nobody holds (console undo, refusal). False when it is too late."""
        ...

    def retry_now(self, draft_id: str) -> bool:
        """Let a row that waits after a fault be claimed at once. False when it does not wait."""
        ...

    def next_retry(self) -> float | None:
        """The real moment at which the next faulted row may be tried again, or None."""
        ...

    def waiting(self) -> int:
        """How many rows are still to leave, due or not."""
        ...

    def under_way(self) -> int:
        """How many rows somebody has claimed, living or dead, and not yet finished."""
        ...
