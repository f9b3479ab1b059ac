"""The book of rewards: codes that may be given, and what was promised to whom."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from agent.domain.chart import Chart
from agent.domain.prediction import SaleAffinity, Uplift
from agent.domain.reward import Reward, RewardKind
from agent.domain.reward_policy import FreeCode, RewardPolicy, RewardStanding


@dataclass(frozen=True, slots=True)
class Leaning:
    """What moves a person, as far as it is known; None where the records do not say.

    novelty: low, usual or high.    nps: the latest answer from 0 to 10.
    """

    sale: SaleAffinity | None = None
    uplift: Uplift | None = None
    novelty: str | None = None
    nps: int | None = None


class Leanings(Protocol):
    """Looks up what moves a person; asked only where a reward depends on it."""

    def __call__(self, chart: Chart) -> Leaning: ...


class ReadPolicy(Protocol):
    """Today's policy of the shop. Raises OperatorMustFix, in Japanese, when its file cannot be read."""

    def __call__(self) -> RewardPolicy: ...


@dataclass(frozen=True, slots=True)
class PoolCount:
    """Codes of one campaign. void: may have been seen outside without having been given; never used again."""

    campaign: str
    free: int
    reserved: int
    given: int
    void: int


@dataclass(frozen=True, slots=True)
class Granted:
    """What was promised in one draft. state: reserved, given, released or void.    at: of its last change.

    promised_on: the day in Asia/Tokyo whose month's budget pays.
    """

    draft_id: str
    customer_id: str
    kind: RewardKind
    campaign: str
    code: str | None
    cost_yen: int
    state: str
    at: datetime
    promised_on: date


class RewardStore(Protocol):
    """Codes and promises. Every call works inside the unit of work's transaction.

    A promise is reserved with its draft, given when the draft is delivered, released when the draft ends otherwise: `DraftStore`
    does that itself at every step, so that no path forgets it.
    """

    def add_codes(self, campaign: str, codes: Sequence[FreeCode]) -> int:
        """Put codes into a campaign's pool; how many were new. A code known already, in any campaign, stays as it is."""
        ...

    def free_code(self, campaign: str, *, until: date) -> FreeCode | None:
        """A code nobody has, good at least until a day; only looked at, somebody else may be quicker."""
        ...

    def lock(self) -> None:
        """Let nobody else promise anything until the transaction ends."""
        ...

    def held_code(self, campaign: str, draft_ids: Collection[str], *, until: date) -> FreeCode | None:
        """A code of a campaign reserved for one of these drafts, good at least until a day."""
        ...

    def standing(self, customer_id: str, *, on: date, but: Collection[str] = ()) -> RewardStanding:
        """What was promised so far, seen from a day in Asia/Tokyo. but: drafts about to be superseded, which do not count."""
        ...

    def reserve(
        self, draft_id: str, customer_id: str, reward: Reward, *, on: date, until: date
    ) -> str | None:
        """Promise a reward in a draft, under `lock`. until: a code must be good at least so long.

        Returns the code taken (the reward's own when it is still free), an empty text for a reward without one, None when the
        pool has run dry: then nothing was written.
        """
        ...

    def of_draft(self, draft_id: str) -> Granted | None:
        """What a draft promised, whatever became of it; None when it never promised anything."""
        ...

    def overdue(self) -> list[str]:
        """Drafts with a reservation whose time is over undecided: they may be expired, and give back what they hold."""
        ...

    def pools(self) -> list[PoolCount]:
        """How many codes there are, by campaign."""
        ...

    def grants(self, *, limit: int = 200) -> list[Granted]:
        """The newest promises first."""
        ...
