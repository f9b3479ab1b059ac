"""What the middle asks of the world. Each Protocol has a real implementation and, where a test needs one, a shipped fake."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from agent.domain.chart import Chart, Segment
from agent.domain.decision import Decision
from agent.domain.delivery import OutgoingMessage, SendResult
from agent.domain.draft import Draft, DraftState, DraftVersion
from agent.domain.finding import Finding
from agent.domain.history import (
    ConsentRecord,
    NoteRecord,
    OrderRecord,
    OrderTally,
    PersonRecord,
    SoldLine,
    VariantRecord,
)
from agent.domain.knowledge import IndexedDocument, IndexedPassage, PolicyChanges, PolicyText, SoldProduct
from agent.domain.message import Passage, ProductFacts
from agent.domain.occasion import Channel, Occasion
from agent.domain.staff import Role, StaffMember, StaffSession


class Clock(Protocol):
    """The business clock."""

    def now(self) -> datetime:
        """The moment in UTC."""
        ...


@dataclass(frozen=True, slots=True)
class DraftStepTaken:
    """One step in a draft's life."""

    number: int
    before: DraftState | None
    after: DraftState
    by: str
    why: str
    at: datetime


class DraftStore(Protocol):
    """Drafts, their versions, findings, steps and decisions. Every call works inside the unit of work's transaction."""

    def add(self, draft: Draft, *, by: str, trigger: str) -> None:
        """Store a new draft with its first version and findings (stage `compose`), and the occasion it answers."""
        ...

    def get(self, draft_id: str, *, lock: bool = False) -> Draft:
        """The draft with its newest version and that version's newest findings. lock: hold the row until the transaction
        ends, and see what others committed. Raises NotFound."""
        ...

    def listed(
        self, states: Collection[DraftState] | None = None, *, limit: int = 200, offset: int = 0
    ) -> list[Draft]:
        """Drafts in these states (None: all), oldest first."""
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

    def versions(self, draft_id: str) -> list[DraftVersion]:
        """All texts, oldest first."""
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

    def open_for(self, customer_id: str, occasion: Occasion, channel: Channel) -> list[Draft]:
        """Undecided drafts (held, waiting) of the same kind: a new one supersedes them."""
        ...


@dataclass(frozen=True, slots=True)
class OutboxEntry:
    """A claimed outbox row. fence: hand it back with every outcome.

    attempts: claims that led to a try, this one included.    payload_digest: the seal set when the row was written.
    first_tried_at: real seconds of the first claim.
    """

    message: OutgoingMessage
    draft_id: str
    version: int
    fence: int
    attempts: int
    due_at: datetime
    expires_at: datetime | None
    payload_digest: str
    first_tried_at: float


class OutboxStore(Protocol):
    """Messages that will leave. Claims, leases and fences use real time; due and expiry the business clock."""

    def add(
        self,
        *,
        draft_id: str,
        version: int,
        message: OutgoingMessage,
        due_at: datetime,
        expires_at: datetime | None,
    ) -> None:
        """Write the row in the approval's transaction. Raises StaleVersion when the draft already has one."""
        ...

    def claim(
        self,
        *,
        owner: str,
        lease_seconds: float,
        limit: int,
        real_now: float,
        channels: Collection[Channel] | None = None,
    ) -> list[OutboxEntry]:
        """Take rows that are due, or whose lease ran out, raising their fence. Nobody else gets them meanwhile.
        channels: only these (None: all)."""
        ...

    def renew(self, fences: Mapping[str, int], *, lease_until: float) -> None:
        """Keep claimed rows (outbox id to fence) while their sends are still under way."""
        ...

    def finish(self, outbox_id: str, *, fence: int, state: DraftState, result: SendResult) -> bool:
        """Record an attempt's final outcome. False, and nothing changes, when the fence is old."""
        ...

    def withdraw(self, outbox_id: str, *, fence: int, state: DraftState, reason: str) -> bool:
        """Close a claimed row that must not be sent. False when the fence is old."""
        ...

    def put_back(
        self,
        outbox_id: str,
        *,
        fence: int,
        retry_at: float | None,
        due_at: datetime | None,
        result: SendResult | None,
    ) -> bool:
        """Return a row to be tried again: at a real moment (passing fault) or a business moment (quiet hours)."""
        ...

    def cancel(self, draft_id: str, *, reason: str) -> bool:
        """Withdraw a scheduled row that nobody holds (console undo, refusal). False when it is too late."""
        ...

    def next_retry(self) -> float | None:
        """The real moment at which the next faulted row may be tried again, or None."""
        ...

    def waiting(self) -> int:
        """How many rows are still to leave, due or not."""
        ...

    def under_way(self) -> int:
        """How many rows somebody has claimed, living or dead, and not yet finished."""
        ...


class AuditLog(Protocol):
    """Who did what, hash-chained."""

    def record(
        self, *, actor: str, action: str, object_kind: str, object_id: str, detail: dict[str, object]
    ) -> None:
        """Append one entry in the current transaction."""
        ...

    def verify(self) -> int | None:
        """The sequence of the first altered row, or None when the chain holds."""
        ...


class ConsentLedger(Protocol):
    """Who may be written to, and how we know."""

    def refuse(self, customer_id: str, channel: Channel | None, *, source: str) -> None:
        """Record a customer's no (None: every channel, for ever) and stop sending to their addresses at once."""
        ...

    def suppressed(self, channel: Channel, recipient: str) -> str | None:
        """Why this address must not be written to, or None."""
        ...

    def suppress(self, channel: Channel, recipient: str, *, reason: str) -> None:
        """Stop an address (bounce, opt-out, block)."""
        ...


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


class KeptValues(Protocol):
    """Small values the program keeps for itself."""

    def get(self, name: str) -> dict[str, object] | None:
        """The value, or None."""
        ...

    def put(self, name: str, value: dict[str, object]) -> None:
        """Store or replace a value."""
        ...

    def put_once(self, name: str, value: dict[str, object]) -> dict[str, object]:
        """Store a value unless there is one, and return the one that stands (safe under races)."""
        ...


class StaffStore(Protocol):
    """Members of staff, their sessions and their failed log-ins. Moments of sessions and attempts are real seconds."""

    def add(self, name: str, *, role: Role, password_hash: str) -> None:
        """Store a new member. Raises CallerMistake when the name is taken."""
        ...

    def find(self, name: str) -> tuple[StaffMember, str] | None:
        """The member and the password hash, or None."""
        ...

    def members(self) -> list[StaffMember]:
        """Everybody, by name."""
        ...

    def set_password(self, name: str, password_hash: str) -> None:
        """Replace the password hash."""
        ...

    def set_role(self, name: str, role: Role) -> None:
        """Trust a person with more or less."""
        ...

    def disable(self, name: str) -> None:
        """Shut an account."""
        ...

    def open_session(self, token_hash: str, *, name: str, csrf: str, real_now: float) -> None:
        """Store a new session."""
        ...

    def session(self, token_hash: str) -> StaffSession | None:
        """The session behind a hashed token, whatever its age, or None."""
        ...

    def touch_session(self, token_hash: str, *, real_now: float) -> None:
        """Remember that the session was used."""
        ...

    def close_session(self, token_hash: str) -> None:
        """End one session; nothing happens when there is none."""
        ...

    def close_sessions(self, *, name: str | None = None, started_before: float | None = None) -> None:
        """End the sessions of a person, or those begun before a moment."""
        ...

    def failures(self, key: str) -> tuple[int, float]:
        """How many log-ins failed under this key and when the last did; (0, 0.0) for none. Holds the row."""
        ...

    def set_failures(self, key: str, failures: int, *, at: float) -> None:
        """Store the count under a key."""
        ...

    def forget_failures(self, *, before: float) -> None:
        """Drop counts whose last failure is older than a moment."""
        ...


class UnitOfWork(AbstractContextManager["UnitOfWork"], Protocol):
    """One transaction. Leaving the block without `commit()` undoes everything."""

    @property
    def drafts(self) -> DraftStore: ...
    @property
    def outbox(self) -> OutboxStore: ...
    @property
    def audit(self) -> AuditLog: ...
    @property
    def consents(self) -> ConsentLedger: ...
    @property
    def model_calls(self) -> ModelCalls: ...
    @property
    def kept(self) -> KeptValues: ...
    @property
    def staff(self) -> StaffStore: ...

    def commit(self) -> None:
        """Make it last."""
        ...


class UnitsOfWork(Protocol):
    """Opens transactions. Call it, use the result in a `with` block."""

    def __call__(self, *, read_only: bool = False) -> UnitOfWork: ...


class History(Protocol):
    """A shop's past, read for the charts. Every iterator streams: a million customers pass through in bounded memory.

    `until` is the last visible day in Asia/Tokyo; later orders and notes do not exist. Orders are revenue orders.
    """

    def revision(self) -> str:
        """Changes whenever an import was added, finished or undone; for keeping shop-wide figures."""
        ...

    def known_as(self, *, value: str, email_key: str) -> list[str]:
        """Customer ids behind a reference, without repeats: an exact id first, then former ids, e-mail, LINE, own numbers.

        Empty when nobody is known so; more than one when two platforms use the same number.
        """
        ...

    def people(
        self, *, until: date, customer_ids: Sequence[str] | None = None
    ) -> Iterator[tuple[PersonRecord, OrderTally | None]]:
        """Customers with their orders in numbers (None: no revenue order yet), by customer id in the database's order."""
        ...

    def tallies(self, *, until: date) -> Iterator[OrderTally]:
        """The numbers of everybody with a revenue order, in no particular order."""
        ...

    def order_values(self, *, until: date) -> Iterator[int]:
        """The net yen of each revenue order that belongs to somebody, in no particular order."""
        ...

    def orders(self, customer_id: str, *, until: date, newest: int) -> list[OrderRecord]:
        """A customer's newest orders with their lines, newest first."""
        ...

    def notes(self, customer_id: str, *, until: date) -> list[NoteRecord]:
        """Facts that were written down and not struck out, oldest first, undated ones before all."""
        ...

    def consents(self, customer_id: str) -> list[ConsentRecord]:
        """The consent ledger of a customer, newest entry first."""
        ...


class ProductSales(Protocol):
    """What the catalogue offers and what was sold, streamed."""

    def variants(self) -> Iterator[VariantRecord]:
        """Every variant of the catalogue, product by product in its own order."""
        ...

    def sold_lines(self) -> Iterator[SoldLine]:
        """Every product line of every revenue order, those of guests without an address included, order by order."""
        ...


class Charts(Protocol):
    """Customer charts, computed from records."""

    def find(self, reference: str) -> str:
        """The customer id for an id, e-mail address, LINE id or the shop's own number. Raises NotFound."""
        ...

    def chart(self, reference: str, *, as_of: date) -> Chart:
        """One customer's chart at the end of a day in Asia/Tokyo. Raises NotFound."""
        ...

    def charts(
        self, *, as_of: date, segment: Segment | None = None, top: int | None = None, by: str | None = None
    ) -> Iterator[Chart]:
        """Many charts; `by` orders them (ltv, precious, churn)."""
        ...


class Catalogue(Protocol):
    """Products and policies as facts with live price and stock."""

    def product(self, sku: str) -> ProductFacts | None:
        """The product behind a SKU, or None."""
        ...

    def product_for_line(self, *, sku: str | None, title: str) -> ProductFacts | None:
        """The product an order line meant: by SKU, else by exact title; None when the shop no longer knows it."""
        ...

    def policies(self) -> tuple[str, ...]:
        """The shop's policies, one Japanese text each."""
        ...


class KnowledgeStore(Protocol):
    """Catalogue and policies as stored, and what the search index holds of them. Every call is a transaction of its own."""

    def products(self) -> Iterator[SoldProduct]:
        """All products, in the order of their ids."""
        ...

    def products_with_sku(self, sku: str) -> list[SoldProduct]:
        """Products with a variant of exactly this SKU, published ones first."""
        ...

    def products_titled(self, title: str) -> list[SoldProduct]:
        """Products of exactly this title, published ones first."""
        ...

    def policies(self) -> list[PolicyText]:
        """All policies, in the order of their ids."""
        ...

    def put_policies(self, policies: Sequence[PolicyText], *, removed: Collection[str] = ()) -> PolicyChanges:
        """Store or replace policies and forget the ids in `removed`."""
        ...

    def indexed_hashes(self) -> dict[str, tuple[str, tuple[str, ...]]]:
        """Content hash and passage ids of every indexed document, by document id."""
        ...

    def record_indexed(self, documents: Sequence[IndexedDocument], *, removed: Collection[str] = ()) -> None:
        """Replace what the index holds of these documents, forget the ids in `removed`, and change the generation."""
        ...

    def indexed_passages(self) -> list[IndexedPassage]:
        """All passages, by document and position."""
        ...

    def generation(self) -> str:
        """Changes whenever the indexed passages do, whichever process changed them. Empty before the first index."""
        ...

    def indexing(self) -> AbstractContextManager[None]:
        """Hold this while indexing. Raises MachineRetries when another process holds it."""
        ...


class Rewriter(Protocol):
    """Composes a draft anew on a reviewer's wish."""

    async def rewrite(self, draft_id: str, *, instruct: str | None, by: str) -> Draft:
        """Append a new version made with the instruction, judged by the gate; the draft ends waiting or held."""
        ...


class Retriever(Protocol):
    """Finds passages of catalogue and policies."""

    def search(self, query: str, *, k: int = 5) -> list[Passage]:
        """Best passages first; empty when nothing is indexed."""
        ...


class MessageChannel(Protocol):
    """Carries one message. Never raises for what the peer says: every answer is a SendResult."""

    async def send(self, message: OutgoingMessage) -> SendResult:
        """Try once."""
        ...
