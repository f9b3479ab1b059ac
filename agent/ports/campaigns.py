"""Where campaigns and their people are kept, and who finds the people."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal, Protocol

from agent.domain.occasion import Channel, Occasion

CampaignState = Literal["planned", "running", "done"]
Outcome = Literal["waiting", "held", "do_not_send"]


@dataclass(frozen=True, slots=True)
class Campaign:
    """One run of drafts. audience: segments, ranks and groups as asked for; as_of: the day they were read.

    most: at most so many people, None for all.    in_batches: through the provider's batch endpoint.    people: how many it drafts for.
    state: planned until somebody agreed to what it may cost.
    """

    campaign_id: str
    audience: tuple[str, ...]
    occasion: Occasion
    channel: Channel
    instruct: str | None
    most: int | None
    in_batches: bool
    as_of: date
    state: CampaignState
    people: int
    made_at: datetime
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Recipient:
    """One person of a campaign, whose draft has or will have this id."""

    position: int
    customer_id: str
    draft_id: str


@dataclass(frozen=True, slots=True)
class Standing:
    """How a campaign stands, in people. reasons: why not to send, by how many; failures, fallbacks: likewise.

    A kind of reason stands in the words of one person of it: a day or a product in it is that person's.
    writers: finished texts by author.    cost_micro_yen: of all its drafts, None when a call has no price or none was made.
    """

    pending: int = 0
    failed: int = 0
    waiting: int = 0
    held: int = 0
    do_not_send: int = 0
    reasons: dict[str, int] = field(default_factory=dict)
    failures: dict[str, int] = field(default_factory=dict)
    fallbacks: dict[str, int] = field(default_factory=dict)
    writers: dict[str, int] = field(default_factory=dict)
    cost_micro_yen: int | None = None


class CampaignStore(Protocol):
    """Campaigns and their people."""

    def plan(self, campaign: Campaign, people: Iterable[Recipient]) -> int:
        """A new campaign with its people; returns how many."""
        ...

    def start(self, campaign_id: str) -> None:
        """It runs."""
        ...

    def discard(self, campaign_id: str) -> None:
        """Forget one that never ran."""
        ...

    def get(self, campaign_id: str) -> Campaign:
        """One campaign. Raises NotFound."""
        ...

    def listed(self, *, limit: int) -> list[Campaign]:
        """Newest first."""
        ...

    def pending(self, campaign_id: str, *, after: int, most: int) -> list[Recipient]:
        """People without an end, from the position after, in order."""
        ...

    def try_again(self, campaign_id: str) -> int:
        """Let those that failed be pending again; returns how many."""
        ...

    def finish(
        self,
        campaign_id: str,
        position: int,
        *,
        outcome: Outcome,
        why: str | None,
        writer: str | None,
        fallback: str | None,
    ) -> None:
        """A person's draft stands as stored. why: for not sending."""
        ...

    def fail(self, campaign_id: str, position: int, *, why: str, draft_id: str | None = None) -> None:
        """No draft came about. draft_id: the id the next attempt uses; None keeps it, and with it the answers it has."""
        ...

    def end(self, campaign_id: str) -> None:
        """Nobody is pending."""
        ...

    def standing(self, campaign_id: str) -> Standing:
        """How it stands."""
        ...


class Audience(Protocol):
    """Finds the customers of segments, ranks and named groups."""

    def require(self, names: Sequence[str], *, as_of: date) -> tuple[str, ...]:
        """The codes of what was asked for, by code or Japanese name. Raises CallerMistake naming what there is."""
        ...

    def of(self, codes: Sequence[str], *, as_of: date) -> Iterator[str]:
        """Customer ids, each once, in an order that is the same for the same records."""
        ...
