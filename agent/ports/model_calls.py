"""Where it is written what a model was shown and what it answered."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class ModelCallMade:
    """One request to a model, as it left and as it came back. messages: role and masked content, in order."""

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


class ModelCalls(Protocol):
    """What was shown to a model."""

    def record(
        self, calls: Iterable[ModelCallMade], *, draft_id: str | None, customer_id: str | None
    ) -> None:
        """Append calls."""
        ...

    def of_draft(self, draft_id: str) -> list[ModelCallMade]:
        """All calls for a draft, oldest first."""
        ...
