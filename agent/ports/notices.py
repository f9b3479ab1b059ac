"""Where messages to staff wait, and who carries them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from agent.domain.delivery import SendResult

Kind = Literal["sorry", "second"]
Medium = Literal["mail", "webhook"]


@dataclass(frozen=True, slots=True)
class Notice:
    """One message to staff. kind: an apology appeared, or a second approval is wanted. target: a member's name, or `shop`."""

    notice_id: str
    kind: Kind
    draft_id: str
    medium: Medium
    target: str
    created_at: datetime
    attempts: int = 0
    fence: int = 0


@dataclass(frozen=True, slots=True)
class NoticeText:
    """What is said. to: a mail address, empty for the webhook; subject: for mail; link: opens the draft after log-in."""

    notice_id: str
    medium: Medium
    to: str
    subject: str
    body: str
    link: str


class NoticeStore(Protocol):
    """Notices, each once. Claims and retries use real time."""

    def add(self, notices: Sequence[Notice]) -> int:
        """Store those that are not there yet; how many were new."""
        ...

    def claim(self, *, real_now: float, lease_seconds: float, limit: int) -> list[Notice]:
        """Take notices that are due, or whose lease ran out, raising their fence."""
        ...

    def finish(self, notice: Notice, *, state: str, detail: str) -> bool:
        """Close one: sent, dropped or failed. False when somebody else has it now."""
        ...

    def put_back(self, notice: Notice, *, retry_at: float, detail: str) -> bool:
        """Try again later. False when somebody else has it now."""
        ...

    def states(self, draft_id: str) -> list[tuple[str, str, str, str]]:
        """(kind, medium, target, state) of a draft's notices."""
        ...


class NoticeCarrier(Protocol):
    """Carries a message to staff."""

    async def carry(self, text: NoticeText) -> SendResult:
        """Try once. Never raises for what the other side says."""
        ...
