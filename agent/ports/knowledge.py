"""What is known of a shop's products and policies, as facts, as stored and as found by search."""

from collections.abc import Collection, Iterator, Sequence
from contextlib import AbstractContextManager
from typing import Protocol

from agent.domain.knowledge import IndexedDocument, IndexedPassage, PolicyChanges, PolicyText, SoldProduct
from agent.domain.message import Passage, ProductFacts


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


class Retriever(Protocol):
    """Finds passages of catalogue and policies."""

    def search(self, query: str, *, k: int = 5) -> list[Passage]:
        """Best passages first; empty when nothing is indexed."""
        ...
