"""Where it is written what a model was shown, what it answered, and what that cost."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class ModelCallMade:
    """One request to a model, as it left and as it came back. messages: role and masked content, in order.

    task: plan, write, judge, chat or embed.    request_digest: SHA-256 of model, schema and messages, None for a repair.
    cost_micro_yen: millionths of a yen, None without a price.    region: where the shop says the model runs.
    call_id: the row it stands in already; None when it is still to be recorded.
    """

    step: str
    prompt_name: str
    prompt_version: str
    prompt_digest: str
    model: str
    method: str
    messages: tuple[tuple[str, str], ...]
    response: str | None
    error: str | None
    prompt_tokens: int | None
    completion_tokens: int | None
    duration_ms: int
    task: str | None = None
    draft_version: int | None = None
    request_digest: str | None = None
    cost_micro_yen: int | None = None
    region: str | None = None
    call_id: str | None = None


@dataclass(frozen=True, slots=True)
class ForDraft:
    """The draft a call is made for. version: the text it shall become.    resumed: the draft was begun before and crashed."""

    draft_id: str
    customer_id: str | None
    version: int
    resumed: bool = False


class ModelCalls(Protocol):
    """What was shown to a model."""

    def record(
        self, calls: Iterable[ModelCallMade], *, draft_id: str | None, customer_id: str | None
    ) -> list[str]:
        """Append calls that have no row yet; returns the new rows' ids."""
        ...

    def of_draft(self, draft_id: str) -> list[ModelCallMade]:
        """All calls for a draft, oldest first."""
        ...

    def of_customer(self, customer_id: str) -> list[tuple[ModelCallMade, datetime]]:
        """All calls that showed something of a customer, and when, oldest first."""
        ...

    def cost_of(self, draft_id: str) -> int | None:
        """Millionths of a yen a draft has cost; None when nothing was asked or a call has no price."""
        ...


@dataclass(frozen=True, slots=True)
class Spent:
    """What a day cost, or several. micro_yen: millionths of a yen.    unpriced: calls of models without a price."""

    task: str
    micro_yen: int
    calls: int
    unpriced: int
    prompt_tokens: int
    completion_tokens: int


class SpendLedger(Protocol):
    """What models cost, by day in Asia/Tokyo; it outlives every process."""

    def hold(self, day: date, micro_yen: int, *, cap_micro_yen: int) -> bool:
        """Set money aside for a call, in this transaction; False (and nothing set aside) when the day's cap would be passed."""
        ...

    def settle(self, day: date, spent: Spent, *, held_micro_yen: int) -> None:
        """Count what was really spent, and let go what had been held for it."""
        ...

    def between(self, first: date, last: date) -> list[Spent]:
        """The sum per task of these days, both included; `all` is the whole, with what calls under way may cost."""
        ...
