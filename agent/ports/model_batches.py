"""Requests handed to a provider many at a time, for half the price, and where each of them stands."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal, Protocol

RequestState = Literal["open", "sent", "answered", "failed"]


@dataclass(frozen=True, slots=True)
class BatchRequest:
    """One request of a draft. custom_id: draft, version, step and digest, the same whenever the draft is composed again."""

    custom_id: str
    draft_id: str
    customer_id: str | None
    version: int
    task: str
    step: str
    prompt_name: str
    prompt_version: str
    prompt_digest: str
    request_digest: str
    model: str
    method: str
    body: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Batch:
    """A batch. provider_id: None until the provider has said its name.    held_micro_yen: set aside for it on held_on."""

    batch_id: str
    task: str
    model: str
    state: str
    provider_id: str | None
    held_micro_yen: int
    held_on: date | None


class BatchStore(Protocol):
    """Batches and their requests."""

    def state_of(self, custom_id: str) -> RequestState | None:
        """Where a request stands, None when it was never put in."""
        ...

    def put(self, request: BatchRequest) -> None:
        """Put a request in, to be sent with the next batch."""
        ...

    def open_requests(self, model: str, *, most: int) -> list[BatchRequest]:
        """Requests to this model that no batch has taken yet."""
        ...

    def begin(self, batch: Batch, requests: Iterable[BatchRequest]) -> None:
        """A new batch takes these requests."""
        ...

    def unfinished(self, model: str) -> list[Batch]:
        """Batches of this model that are not done, oldest first."""
        ...

    def requests_of(self, batch_id: str) -> list[BatchRequest]:
        """The requests of a batch that have no answer yet."""
        ...

    def running(self, batch_id: str, *, provider_id: str) -> None:
        """The provider has it."""
        ...

    def mark(self, custom_id: str, state: RequestState) -> None:
        """A request got its answer, or never will."""
        ...

    def end(self, batch_id: str, *, state: Literal["done", "failed"], why: str | None) -> None:
        """Nothing more will come: what has no answer has failed and is asked directly."""
        ...
