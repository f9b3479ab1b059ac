"""Everybody's purchases as Arrow, what was computed from them, and who changed since."""

from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:  # a tenth of a second at every start of the command line
    import pyarrow as pa


class PurchaseHistory(Protocol):
    """A shop's purchases, streamed as Arrow record batches for computing; a reader is good inside its `with` block.

    `before` is the cut: the first day in Asia/Tokyo that is not seen. customer_ids: only these, in milliseconds for a few; None:
    everybody. Rows come in no particular order.
    """

    def orders(
        self, *, before: date, customer_ids: Sequence[str] | None = None
    ) -> "AbstractContextManager[pa.RecordBatchReader]":
        """Revenue orders in yen that belong to somebody, one row each.

        customer_id, order_key: string; ordered_on: date32; net_yen, discount_yen, refunded_yen: int64. net_yen has refunds and
        shipping off and may be negative.
        """
        ...

    def lines(
        self, *, before: date, customer_ids: Sequence[str] | None = None
    ) -> "AbstractContextManager[pa.RecordBatchReader]":
        """Product lines of those orders.

        customer_id: string; ordered_on: date32; sku: string, the product's number or title where it has none; quantity, net_yen
        (of the line, its own discount off), discount_yen: int64; category: string or null, from today's catalogue.
        """
        ...

    def events(
        self, *, before: date, customer_ids: Sequence[str] | None = None
    ) -> "AbstractContextManager[pa.RecordBatchReader]":
        """What they did besides.

        event_id, customer_id, kind: string; happened_on: date32; happened_at: timestamp[us], Tokyo local; sku: string or null;
        value: int64 or null.
        """
        ...


@dataclass(frozen=True, slots=True)
class Changed:
    """A customer whose rows changed. mark: of the newest change; clearing takes it along, so a later change is not lost."""

    customer_id: str
    mark: str


class KeptFeatures(Protocol):
    """Accumulators kept between runs, packed, and the marks of who changed."""

    def changed(self, *, at_most: int, after: str = "") -> list[Changed]:
        """Marked customers by id, those after an id alone."""
        ...

    def mark(self, customer_ids: Iterable[str]) -> None:
        """Mark customers as changed, in a transaction of its own."""
        ...

    def mark_others(self, definition: str, *, before: date) -> int:
        """Mark all whose accumulators are missing, of another definition or of a later cut. Returns how many marks there are in all."""
        ...

    def having_rows_from(self, day: date, customer_ids: Sequence[str]) -> set[str]:
        """Which of these have orders or events on a day or later: they must be looked at again."""
        ...

    def keep(
        self,
        packed: Sequence[tuple[str, bytes]],
        *,
        definition: str,
        before: date,
        settled: Sequence[Changed],
        gone: Sequence[str],
    ) -> None:
        """Store accumulators, drop those of customers without rows, and clear the marks that were seen: all or nothing."""
        ...

    def read(
        self, definition: str, *, before: date, customer_ids: Sequence[str] | None = None
    ) -> "AbstractContextManager[pa.RecordBatchReader]":
        """Stored accumulators that hold at a cut (computed at it or before): customer_id (string), packed (binary).

        Marked customers are left out: theirs must be computed again.
        """
        ...


@dataclass(frozen=True, slots=True)
class KeptModel:
    """A fitted model as a document. as_of: the last day it saw.    revision: of the history it was fitted on."""

    as_of: date
    revision: str
    document: bytes


class KeptModels(Protocol):
    """Fitted models, so that a chart in another process need not fit them again."""

    def newest(self, kind: str) -> KeptModel | None:
        """The model of this kind that was kept last."""
        ...

    def keep(self, kind: str, model: KeptModel) -> None:
        """Keep a model; of each kind the three newest stay."""
        ...
