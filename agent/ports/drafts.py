"""Where drafts are kept, with everything that happened to them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from agent.domain.decision import Decision
from agent.domain.draft import Draft, DraftState, DraftVersion
from agent.domain.finding import Finding
from agent.domain.occasion import Channel, Occasion


@dataclass(frozen=True, slots=True)
class DraftStepTaken:
    """One step in a draft's life."""

    number: int
    before: DraftState | None
    after: DraftState
    by: str
    why: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Overdue:
    """An undecided draft whose time is over."""

    draft_id: str
    occasion: Occasion
    expires_at: datetime


class DraftStore(Protocol):
    """Drafts, their versions, findings, steps and decisions. Every call works inside the unit of work's transaction."""

    def add(self, draft: Draft, *, by: str, trigger: str) -> None:
        """Store a new draft with its first version and findings (stage `compose`), and the occasion it answers."""
        ...

    def get(self, draft_id: str, *, lock: bool = False) -> Draft:
        """The draft with its newest version and that version's newest findings. lock: hold the row until the transaction
        ends, and see what others committed. Raises NotFound."""
        ...

    def trigger_of(self, draft_id: str) -> str:
        """What noticed the draft's occasion (cli, demo, order:ID …). Raises NotFound."""
        ...

    def listed(
        self, states: Collection[DraftState] | None = None, *, limit: int = 200, offset: int = 0
    ) -> list[Draft]:
        """Drafts in these states (None: all), oldest first. An undecided draft past its end is read as expired, everywhere."""
        ...

    def beside(self, draft_id: str) -> tuple[str | None, str | None]:
        """The waiting drafts just before and just after this one, oldest first; None at either end. Raises NotFound."""
        ...

    def count(self) -> dict[DraftState, int]:
        """How many drafts stand in each state."""
        ...

    def move(self, draft_id: str, after: DraftState, *, by: str, why: str) -> None:
        """Take a step. Raises CallerMistake when the step is not allowed, StaleVersion when somebody else moved first."""
        ...

    def add_version(
        self,
        draft_id: str,
        version: DraftVersion,
        findings: Sequence[Finding],
        *,
        stage: str,
        after: DraftState,
        by: str,
        why: str,
    ) -> None:
        """Append a text with its findings and take the step to `after`. Raises StaleVersion when `version.number` is taken."""
        ...

    def record_findings(
        self, draft_id: str, version: int, findings: Sequence[Finding], *, stage: str
    ) -> None:
        """Append a round of the gate's findings on a version."""
        ...

    def overdue(self, *, limit: int) -> list[Overdue]:
        """Undecided drafts whose time is over, held for this transaction; those somebody else holds are left out."""
        ...

    def overdue_now(self) -> bool:
        """True when some undecided draft's time is over; only looked at."""
        ...

    def expire(self, draft_id: str, *, by: str, why: str) -> bool:
        """Write down that an undecided draft's time is over; False when that was written already. Raises NotFound."""
        ...

    def versions(self, draft_id: str) -> list[DraftVersion]:
        """All texts, oldest first."""
        ...

    def writing_steps(self, draft_id: str, number: int) -> tuple[dict[str, object], ...]:
        """How a text came about: plan, texts and findings, oldest first; empty when no model wrote it."""
        ...

    def steps(self, draft_id: str) -> list[DraftStepTaken]:
        """The draft's life, oldest first."""
        ...

    def add_decision(self, decision: Decision) -> None:
        """Record what a person decided."""
        ...

    def decisions(self, draft_id: str) -> list[Decision]:
        """All decisions on a draft, oldest first."""
        ...

    def set_later(self, draft_id: str, until: datetime | None) -> None:
        """Hide a waiting draft from the queue until a moment."""
        ...

    def told(self, customer_id: str, *, since: datetime) -> list[Draft]:
        """What this customer was told (scheduled or sent) since a moment, newest first."""
        ...

    def unfinished(self, customer_id: str, channel: Channel | None = None) -> list[Draft]:
        """The customer's drafts that may still lead to a message (held, waiting, approved, scheduled), by id."""
        ...

    def open_for(self, customer_id: str, occasion: Occasion, channel: Channel) -> dict[str, DraftState]:
        """Ids and states of undecided drafts (composing, held, waiting) of the same kind: a new one supersedes them."""
        ...
