"""Who looks after a draft and who is looking at it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from agent.domain.draft import DraftState


@dataclass(frozen=True, slots=True)
class Assignment:
    """Who looks after a draft, by whose word and since when."""

    draft_id: str
    assignee: str
    by: str
    at: datetime


class DeskPeople(Protocol):
    """Assignments and presence. `seen` is real seconds since the epoch."""

    def assign(self, assignment: Assignment) -> None:
        """Put a draft into somebody's hands, in place of whoever had it."""
        ...

    def release(self, draft_id: str) -> None:
        """Nobody looks after the draft any more; nothing happens when nobody did."""
        ...

    def assignments(self, draft_ids: Collection[str]) -> Mapping[str, Assignment]:
        """Who looks after these drafts."""
        ...

    def assigned_to(
        self, name: str, states: Collection[DraftState], *, limit: int, offset: int = 0
    ) -> list[str]:
        """Ids of a person's drafts in these states, oldest first."""
        ...

    def load(self, states: Collection[DraftState]) -> Mapping[str, int]:
        """How many drafts in these states each person looks after."""
        ...

    def look(self, draft_id: str, name: str, *, seen: float, forget_before: float) -> None:
        """Somebody has the draft open now. Rows older than forget_before are swept away."""
        ...

    def looking(self, draft_id: str, *, since: float) -> list[str]:
        """Who has had the draft open since a real moment, by name."""
        ...
