"""What the day's page asks of the store: short answers, quick with a hundred thousand drafts."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from agent.domain.draft import DraftState
from agent.domain.occasion import Channel, Occasion


@dataclass(frozen=True, slots=True)
class WaitingDraft:
    """A draft that wants an answer, in short. expected_yen: net revenue its customer is expected to bring within a year, as the last
    scoring kept it; None when nobody scored."""

    draft_id: str
    customer_id: str
    occasion: Occasion
    state: DraftState
    created_at: datetime
    expires_at: datetime | None
    expected_yen: int | None


@dataclass(frozen=True, slots=True)
class HeldFor:
    """Why drafts were held. check: the gate's check, None when something else held them and `words` says what.

    draft_id: one of them, the newest.
    """

    check: str | None
    words: str
    count: int
    draft_id: str


@dataclass(frozen=True, slots=True)
class FailedSending:
    """A message that did not arrive, or nobody knows. words: the channel's own, for staff."""

    draft_id: str
    channel: Channel
    state: DraftState
    words: str
    at: datetime


class DeskDay(Protocol):
    """The desk's day at a glance. Each answer is bounded: none grows with the number of drafts beyond an index range."""

    def worthwhile(self, *, limit: int) -> list[WaitingDraft]:
        """Waiting drafts recommended for sending that may be among the most worthwhile: those of the customers expected to bring
        most, those that expire first, the oldest; at most `limit` of each kind, every draft once, apologies left out."""
        ...

    def open_of(self, occasion: Occasion, *, limit: int) -> list[WaitingDraft]:
        """Waiting and held drafts of an occasion, oldest first."""
        ...

    def waiting_by_occasion(self) -> Mapping[Occasion, int]:
        """How many drafts wait for an answer."""
        ...

    def soonest(self, *, limit: int, offset: int = 0) -> list[str]:
        """Ids of waiting drafts, those that expire first first; drafts that never expire last."""
        ...

    def green(self, *, barred: Collection[Occasion], occasion: Occasion | None, limit: int) -> list[str]:
        """Ids of waiting drafts recommended for sending on whose text nothing was found, oldest first. occasion: only this one."""
        ...

    def expiring(self, *, until: datetime) -> int:
        """How many waiting drafts end by a moment."""
        ...

    def expired_since(self, since: datetime) -> int:
        """How many drafts ended unanswered since a moment."""
        ...

    def held_for(self, *, newest: int) -> list[HeldFor]:
        """What the newest held drafts were held for, most frequent first."""
        ...

    def ended_since(self, since: datetime) -> Mapping[tuple[Channel, DraftState], int]:
        """What became of the messages whose sending ended since a moment."""
        ...

    def failed_since(self, since: datetime, *, limit: int) -> list[FailedSending]:
        """Messages that bounced, were refused or may have got lost, newest first."""
        ...

    def retrying(self) -> int:
        """How many messages wait for another try after a fault."""
        ...

    def pushed_since(self, since: datetime, *, channel: Channel, outcomes: Collection[str]) -> int:
        """How many messages really left on a channel (dry runs left out), counted once a draft."""
        ...
