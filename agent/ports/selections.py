"""Where drafts one person wants to approve together are kept."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class OneApproved:
    """What became of one draft of a selection. reason: Japanese, why it was not approved; undone: taken back afterwards."""

    draft_id: str
    approved: bool
    reason: str | None = None
    undone: bool = False


@dataclass(frozen=True, slots=True)
class Selection:
    """Drafts with the digests of the texts that were offered. sample_id: the one to open first; results: None until approved."""

    selection_id: str
    actor: str
    items: tuple[tuple[str, str], ...]
    sample_id: str
    created_at: datetime
    opened_at: datetime | None = None
    done_at: datetime | None = None
    results: tuple[OneApproved, ...] | None = None


class SelectionStore(Protocol):
    """Selections, by id."""

    def add(self, selection: Selection) -> None:
        """Store a selection; nothing happens when it is there already."""
        ...

    def find(self, selection_id: str) -> Selection | None:
        """The selection as it stands now, or None."""
        ...

    def opened(self, selection_id: str, *, at: datetime) -> None:
        """Its sample was opened."""
        ...

    def finished(self, selection_id: str, results: Sequence[OneApproved], *, at: datetime) -> None:
        """What became of it; told again after an undo."""
        ...
