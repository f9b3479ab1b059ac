"""How the machinery stands: what waits, what fails, what is old, who is alive."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, Protocol

from agent.domain.draft import DraftState
from agent.domain.occasion import Channel, Occasion

Ailing = Literal["retrying", "stuck", "given_up", "bounced", "unknown"]


@dataclass(frozen=True, slots=True)
class OutboxTally:
    """Rows of the outbox. due: may leave now; later: not yet; retrying: waiting after a fault; claimed: being sent; stuck: claimed by
    somebody whose lease is over."""

    due: int
    later: int
    retrying: int
    claimed: int
    stuck: int


@dataclass(frozen=True, slots=True)
class AilingMessage:
    """A message that did not simply leave. attempts: tries so far; retry_at: real seconds, None when none is planned.

    outcome: of the last try (retry, refused, bounced, unknown), None when nothing was tried.
    """

    draft_id: str
    how: Ailing
    occasion: Occasion
    channel: Channel
    state: DraftState
    attempts: int
    detail: str
    outcome: str | None
    retry_at: float | None
    at: datetime


@dataclass(frozen=True, slots=True)
class LastImport:
    """The newest import. finished_at: None while it runs or after it broke off.    rejected: rows it refused."""

    platform: str
    started_at: datetime
    finished_at: datetime | None
    state: str
    rejected: int


@dataclass(frozen=True, slots=True)
class IndexStanding:
    """What search holds. documents: indexed; missing: products and policies it does not know; newest: of its last change."""

    documents: int
    missing: int
    newest: datetime | None


@dataclass(frozen=True, slots=True)
class WorkerSeen:
    """A program that works in the background. started, seen: real seconds; ended: it went in good order."""

    worker: str
    kind: str
    started: float
    seen: float
    ended: bool


class StatusBook(Protocol):
    """Read side of operation; each call is its own short transaction."""

    def drafts(self) -> dict[DraftState, int]:
        """How many drafts stand in each state."""
        ...

    def outbox(self, *, real_now: float) -> OutboxTally:
        """What the outbox holds."""
        ...

    def ailing(self, *, real_now: float, limit: int) -> list[AilingMessage]:
        """Messages that did not simply leave and still concern somebody, newest first."""
        ...

    def spent(self, days: Collection[date]) -> dict[date, int]:
        """Millionths of a yen each day cost; days without a call are missing."""
        ...

    def last_import(self) -> LastImport | None:
        """The newest import."""
        ...

    def index(self) -> IndexStanding:
        """What search holds."""
        ...

    def backup_at(self) -> datetime | None:
        """When a backup was last reported; None when none ever was."""
        ...

    def workers(self) -> list[WorkerSeen]:
        """Who works in the background, last seen first."""
        ...

    def beat(self, worker: str, kind: str, *, real_now: float, ended: bool) -> None:
        """A worker's sign of life."""
        ...
